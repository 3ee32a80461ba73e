// The current view as a drawing: text stays text, the colours are those of the screen and of the printed figure.
import { colourOfValue, inkOn } from "./colour.js";
import { FONT_STACK, shortWords, xmlTag, xmlText, xmlWords } from "./drawing.js";
import { drawKeys } from "./export_keys.js";
import { EDGE_PX, hasPanelTitles, layOutDrawing } from "./export_layout.js";
import { NAME_PX, drawBlockNames, drawColumnNames, drawNotes, drawRowNames } from "./export_names.js";
import { binsOf, drawColumnTracks, drawRowTracks } from "./export_tracks.js";
import { shownHeatmap } from "./genes.js";

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./decode.js").Heatmap} Heatmap
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 * @typedef {import("./export_layout.js").DrawingLayout} DrawingLayout
 */

const INK = "#222222";
const MAX_CELLS_AS_SHAPES = 30_000;
const LEAST_BRANCH_PX = 0.7;
const OVERLAP_PX = 0.4; // under the next cell, so that no drawing program shows white lines between cells

/**
 * Draw the current view.
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @returns {{text: string, width: number, height: number}}
 */
export function heatmapSvg(view, state, arrangement) {
  const heatmap = shownHeatmap(view, state);
  const title = heatmap.spec.title || heatmap.title || view.title || "Heatmap";
  const layout = layOutDrawing(view, state, arrangement);
  const rowTracks = drawRowTracks(heatmap, arrangement, layout);
  const names = drawRowNames(heatmap, arrangement, layout, rowTracks.right + 4);
  const columnNames = drawColumnNames(arrangement, layout);
  const width = Math.ceil(Math.max(names.right + EDGE_PX, 480));
  const keys = drawKeys(heatmap, arrangement, layout, { top: layout.bottom + layout.belowHeight + columnNames.height + 26, width });
  const notes = drawNotes(state, heatmap, arrangement, { top: keys.bottom + 22, width });
  const height = Math.ceil(notes.bottom + EDGE_PX);
  const parts = [
    xmlTag("title", {}, xmlText(title)),
    xmlTag("rect", { width, height, fill: "#FFFFFF" }),
    xmlWords(EDGE_PX, EDGE_PX + 12, shortWords(title, width - 2 * EDGE_PX, 14, "bold"),
      { "font-size": 14, "font-weight": "bold" }),
    drawPanelTitles(arrangement, layout), drawTrees(arrangement, layout), drawHeader(layout), drawBody(arrangement, layout),
    drawColumnTracks(heatmap, arrangement, layout), rowTracks.text, drawBlockNames(layout), names.text, columnNames.text, keys.text,
    notes.text,
  ];
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${xmlTag("svg", { xmlns: "http://www.w3.org/2000/svg",
    "xmlns:xlink": "http://www.w3.org/1999/xlink", width, height, viewBox: `0 0 ${width} ${height}`,
    "font-family": FONT_STACK, "font-size": NAME_PX, fill: INK }, parts.join("\n"))}\n`;
  return { text, width, height };
}

/**
 * The body: one shape for each run of equal cells, an image where that would be too many.
 * @param {Arrangement} arrangement
 * @param {DrawingLayout} layout
 */
function drawBody(arrangement, layout) {
  const nCells = layout.rows.reduce((n, part) => n + part.stop - part.start, 0) *
    layout.columns.reduce((n, part) => n + part.stop - part.start, 0);
  const draw = nCells <= MAX_CELLS_AS_SHAPES ? cellShapes : cellImage;
  const parts = layout.rows.flatMap((rows) => layout.columns.map((columns) => draw(arrangement, rows, columns, layout)));
  return xmlTag("g", { id: "cells", "shape-rendering": "crispEdges" }, parts.join(""));
}

/**
 * @param {Arrangement} arrangement
 * @param {import("./export_layout.js").Part} rows
 * @param {import("./export_layout.js").Part} columns
 * @param {DrawingLayout} layout
 */
function cellShapes(arrangement, rows, columns, layout) {
  const { scale } = arrangement.panels[columns.block.panel];
  const shapes = [];
  for (let row = rows.start; row < rows.stop; row++) {
    const y = rows.place + (row - rows.start) * layout.cellHeight;
    let from = columns.start;
    for (let column = columns.start + 1; column <= columns.stop; column++) {
      const colour = colourOfValue(scale, arrangement.value(row, from));
      if (column < columns.stop && colourOfValue(scale, arrangement.value(row, column)) === colour) continue;
      shapes.push(xmlTag("rect", { x: columns.place + (from - columns.start) * layout.cellWidth, y,
        width: (column - from) * layout.cellWidth + (column < columns.stop ? OVERLAP_PX : 0),
        height: layout.cellHeight + (row + 1 < rows.stop ? OVERLAP_PX : 0), fill: colour }));
      from = column;
    }
  }
  return shapes.join("");
}

/**
 * @param {Arrangement} arrangement
 * @param {import("./export_layout.js").Part} rows
 * @param {import("./export_layout.js").Part} columns
 */
function cellImage(arrangement, rows, columns) {
  const bins = binsOf(rows);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns.stop - columns.start, bins.length];
  const { scale } = arrangement.panels[columns.block.panel];
  const pen = canvas.getContext("2d");
  if (!pen) return "";
  bins.forEach(([from, to], bin) => {
    for (let column = columns.start; column < columns.stop; column++) {
      pen.fillStyle = colourOfValue(scale, meanValue(arrangement, from, to, column));
      pen.fillRect(column - columns.start, bin, 1, 1);
    }
  });
  return xmlTag("image", { x: columns.place, y: rows.place, width: columns.size, height: rows.size,
    preserveAspectRatio: "none", "image-rendering": "pixelated", "xlink:href": canvas.toDataURL("image/png") });
}

/**
 * @param {Arrangement} arrangement
 * @param {number} from
 * @param {number} to
 * @param {number} column
 */
function meanValue(arrangement, from, to, column) {
  let [sum, n] = [0, 0];
  for (let row = from; row < to; row++) {
    const value = arrangement.value(row, column);
    if (Number.isFinite(value)) [sum, n] = [sum + value, n + 1];
  }
  return n ? sum / n : NaN;
}

/**
 * @param {Arrangement} arrangement
 * @param {DrawingLayout} layout
 */
function drawPanelTitles(arrangement, layout) {
  if (!hasPanelTitles(arrangement)) return "";
  const titles = arrangement.panels.map((panel) => {
    const parts = layout.columns.filter((part) => part.start >= panel.start && part.stop <= panel.stop);
    if (!parts.length) return "";
    const [first, last] = [parts[0], parts[parts.length - 1]];
    const width = last.place + last.size - first.place;
    return xmlWords(first.place + width / 2, EDGE_PX + 34, shortWords(panel.title, width, 11, "bold"),
      { "text-anchor": "middle", "font-size": 11, "font-weight": "bold" });
  });
  return xmlTag("g", { id: "panels" }, titles.join(""));
}

/**
 * Trees of rows and columns, as far as they are in view.
 * @param {Arrangement} arrangement
 * @param {DrawingLayout} layout
 */
function drawTrees(arrangement, layout) {
  const lines = [];
  const right = layout.treeRight - 4;
  for (const tree of arrangement.rowTrees) {
    const place = (/** @type {number} */ height) => right - height * (layout.treeWidth - 10);
    lines.push(treePath(tree, layout.rows, layout.y, (at, height) => `${place(height).toFixed(1)},${at.toFixed(1)}`));
  }
  const bottom = EDGE_PX + 30 + layout.treeHeight - 3;
  const tallest = layout.treeHeight - 10 - (hasPanelTitles(arrangement) ? 14 : 0);
  for (const tree of arrangement.columnTrees) {
    const place = (/** @type {number} */ height) => bottom - height * tallest;
    lines.push(treePath(tree, layout.columns, layout.x, (at, height) => `${at.toFixed(1)},${place(height).toFixed(1)}`));
  }
  return xmlTag("g", { id: "trees", fill: "none", stroke: "#444444", "stroke-width": 0.6 }, lines.join(""));
}

/**
 * @param {{links: Float32Array}} tree
 * @param {import("./export_layout.js").Part[]} parts
 * @param {(at: number) => number} middle
 * @param {(at: number, height: number) => string} point
 */
function treePath({ links }, parts, middle, point) {
  if (!parts.length) return "";
  const [first, last] = [parts[0].start, parts[parts.length - 1].stop];
  let path = "";
  for (let i = 0; i + 4 < links.length; i += 5) {
    const [a, b, heightA, heightB, height] = links.subarray(i, i + 5);
    if (a < first - 0.5 || b > last - 0.5) continue;
    const [from, to] = [middle(a), middle(b)];
    if (Math.abs(to - from) < LEAST_BRANCH_PX) continue;
    path += `M${point(from, heightA)} L${point(from, height)} L${point(to, height)} L${point(to, heightB)} `;
  }
  return path ? xmlTag("path", { d: path.trim() }) : "";
}

/**
 * Groups above the columns.
 * @param {DrawingLayout} layout
 */
function drawHeader(layout) {
  const groups = layout.columns.filter((part) => part.block.name).map((part) => {
    const colour = part.block.colour || "#8A9199";
    const name = shortWords(part.block.name, part.size - 6, 11, "bold");
    return xmlTag("rect", { x: part.place, y: layout.headerTop + 2, width: part.size, height: 20, fill: colour }) +
      (part.size > 18 ? xmlWords(part.place + part.size / 2, layout.headerTop + 16, name, { "text-anchor": "middle",
        "font-size": 11, "font-weight": "bold", fill: inkOn(colour) }) : "");
  });
  return xmlTag("g", { id: "groups" }, groups.join(""));
}
