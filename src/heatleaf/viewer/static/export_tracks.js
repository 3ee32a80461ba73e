// The tracks of an exported drawing, drawn by the same painter as on the screen.
import { shortWords, xmlTag, xmlWords } from "./drawing.js";
import { ROW_TRACK_GAP_PX, tracksBeside } from "./export_layout.js";
import { NAME_PX, upright } from "./export_names.js";
import { svgPen } from "./pen_svg.js";
import { axisLabels, drawTrack, isAxisKind, trackSize } from "./tracks.js";

/**
 * @typedef {import("./decode.js").Heatmap} Heatmap
 * @typedef {import("./decode.js").Track} Track
 * @typedef {import("./tracks.js").Strip} Strip
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 * @typedef {import("./export_layout.js").DrawingLayout} DrawingLayout
 * @typedef {import("./export_layout.js").Part} Part
 */

const PRINT_INKS = { ground: "#ffffff", ink: "#222222", soft: "#5f6368", line: "#9aa0a6", bracket: "#4a4f54",
  accent: "#17624f", chosen: "#e59400" };
const BINS_PER_PX = 3;
const AXIS_PX = 9;

/**
 * The rows of a block one by one, or in bins that no eye tells apart where they are very many.
 * @param {Part} rows
 */
export function binsOf(rows) {
  const n = rows.stop - rows.start;
  const nBins = Math.min(n, Math.max(1, Math.ceil(rows.size * BINS_PER_PX)));
  return Array.from({ length: nBins }, (_, bin) => [bin, bin + 1].map((at) => rows.start + Math.floor(at * n / nBins)));
}

/**
 * All tracks of the columns: each over the panels that have it.
 * @param {Heatmap} heatmap
 * @param {Arrangement} arrangement
 * @param {DrawingLayout} layout
 */
export function drawColumnTracks(heatmap, arrangement, layout) {
  const drawn = layout.columnTracks.map(({ key, name, at, size }) => {
    const { pen, written } = svgPen(PRINT_INKS.ink);
    let first = 0;
    let axis = "";
    heatmap.spec.panels.forEach((panel, i) => {
      const track = panel.tracks.find((one) => `${one.kind} ${one.name}` === key);
      if (track) drawTrack(pen, PRINT_INKS, track, columnStrip(arrangement, layout, { panel: i, first, at, size }));
      if (track && !axis) axis = axisWords(track, layout.left - 5, at, size);
      first += panel.column_names.length;
    });
    const middle = at + size / 2 + 3.5;
    const room = axis ? 84 : 110;
    return xmlWords(layout.left - (axis ? 31 : 5), middle, shortWords(name, room, NAME_PX), { "text-anchor": "end" }) +
      axis + written();
  });
  return xmlTag("g", { id: "sample_tracks" }, drawn.join(""));
}

/**
 * Both ends of an axis beside its track.
 * @param {Track} track
 * @param {number} x
 * @param {number} at
 * @param {number} size
 */
function axisWords(track, x, at, size) {
  if (!isAxisKind(track)) return "";
  const [low, high] = axisLabels(track);
  const look = { "text-anchor": "end", "font-size": AXIS_PX, fill: PRINT_INKS.soft };
  return xmlWords(x, at + size, low, look) + xmlWords(x, at + 7, high, look);
}

/**
 * @param {Arrangement} arrangement
 * @param {DrawingLayout} layout
 * @param {{panel: number, first: number, at: number, size: number}} of first: figure column of the panel's first
 * @returns {Strip}
 */
function columnStrip(arrangement, layout, { panel, first, at, size }) {
  const places = layout.columns.filter((part) => part.block.panel === panel).flatMap((part) =>
    Array.from({ length: part.stop - part.start },
      (_, i) => ({ column: part.start + i, start: part.place + i * layout.cellWidth })));
  return { at, size, isOfRows: false, starts: places.map((one) => one.start),
    stops: places.map((one) => one.start + layout.cellWidth), firsts: places.map((one) => one.column),
    lasts: places.map((one) => one.column + 1), order: arrangement.columns.map((column) => column - first) };
}

/**
 * Tracks beside the rows: those of the left up to the body, the others from it to the right.
 * @param {Heatmap} heatmap
 * @param {Arrangement} arrangement
 * @param {DrawingLayout} layout
 */
export function drawRowTracks(heatmap, arrangement, layout) {
  const places = layout.rows.flatMap((part) => binsOf(part).map(([from, to]) => ({ from, to,
    start: part.place + (from - part.start) * layout.cellHeight, stop: part.place + (to - part.start) * layout.cellHeight })));
  const draw = (/** @type {Track} */ track, /** @type {number} */ at) => {
    const { pen, written } = svgPen(PRINT_INKS.ink);
    const size = trackSize(track);
    drawTrack(pen, PRINT_INKS, track, { at, size, isOfRows: true, starts: places.map((one) => one.start),
      stops: places.map((one) => one.stop), firsts: places.map((one) => one.from), lasts: places.map((one) => one.to),
      order: arrangement.rows });
    const [low, high] = isAxisKind(track) ? axisLabels(track) : ["", ""];
    const look = { "font-size": AXIS_PX, fill: PRINT_INKS.soft };
    const axis = low ? xmlWords(at, layout.top - 4, low, look) +
      xmlWords(at + size, layout.top - 4, high, { ...look, "text-anchor": "end" }) : "";
    const name = upright(at + size / 2 + 3.5, layout.bottom + layout.belowHeight + 5, shortWords(track.name, 100, NAME_PX));
    return written() + axis + name;
  };
  const drawn = [];
  let at = layout.treeRight;
  for (const side of /** @type {const} */ (["left", "right"])) {
    for (const track of tracksBeside(heatmap, side)) {
      drawn.push(draw(track, at));
      at += trackSize(track) + ROW_TRACK_GAP_PX;
    }
    if (side === "left") at = layout.right + 8;
  }
  return { text: xmlTag("g", { id: "gene_tracks" }, drawn.join("")), right: at };
}
