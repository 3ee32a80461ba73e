// The cells: one image of what is in sight, drawn block by block with gaps; missing cells are crossed out.
import { colourOfValue, inkOn } from "./colour.js";
import { colourCells, sampleAxis } from "./grid.js";

/**
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./grid.js").Samples} Samples
 */

const MIN_CROSSED = 7;
const MIN_BORDERED = 6;
const MAX_SINGLE = 4000;
const MIN_WRITTEN = { width: 30, height: 13 };

/**
 * Draw the cells in sight.
 * @param {Pen} pen
 * @param {Scene} scene
 * @param {HTMLCanvasElement} image to colour cells on
 */
export function paintBody(pen, scene, image) {
  const { layout, rows, columns, ratio, arrangement } = scene;
  const { body } = layout;
  const rowSamples = sampleAxis(layout.rowAxis, rows, body.height, ratio);
  const columnSamples = sampleAxis(layout.columnAxis, columns, body.width, ratio);
  colourCells(image, arrangement, rowSamples, columnSamples);
  pen.within(body.x, body.y, body.width, body.height, () => {
    for (const row of rowSamples.runs) {
      for (const column of columnSamples.runs) {
        pen.cells(image, [column.source, row.source, column.n, row.n],
          [body.x + column.target, body.y + row.target, column.length, row.length]);
      }
    }
    if (rowSamples.starts.length * columnSamples.starts.length <= MAX_SINGLE) paintSingly(pen, scene, rowSamples, columnSamples);
  });
}

/**
 * Draw what stands in single cells: strokes through missing ones, borders, values.
 * @param {Pen} pen
 * @param {Scene} scene
 * @param {Samples} rows
 * @param {Samples} columns
 */
function paintSingly(pen, scene, rows, columns) {
  const { arrangement, style, inks } = scene;
  const [width, height] = [scene.columns.scale, scene.rows.scale];
  const isWritten = style.shows_values && width >= MIN_WRITTEN.width && height >= MIN_WRITTEN.height;
  const isCrossed = Math.min(width, height) >= MIN_CROSSED && arrangement.panels.some((panel) => panel.scale.hasMissing);
  const isBordered = style.has_borders && Math.min(width, height) >= MIN_BORDERED;
  if (!isWritten && !isCrossed && !isBordered) return;
  /** @type {number[][]} */
  const strokes = [];
  /** @type {number[][]} */
  const borders = [];
  for (const row of rows.starts) {
    const top = scene.rowPlace(row);
    for (const column of columns.starts) {
      const left = scene.columnPlace(column);
      const value = arrangement.value(row, column);
      if (Number.isNaN(value)) strokes.push([left, top + height, left + width, top]);
      if (isBordered) borders.push([left, top, left + width, top, left + width, top + height, left, top + height, left, top]);
      if (isWritten && !Number.isNaN(value)) writeValue(pen, scene, { value, column, x: left + width / 2, y: top + height / 2 });
    }
  }
  if (isCrossed) pen.lines(strokes, { colour: "#5f6368" });
  if (isBordered) pen.lines(borders, { colour: inks.ground });
}

/**
 * @param {Pen} pen
 * @param {Scene} scene
 * @param {{value: number, column: number, x: number, y: number}} cell
 */
function writeValue(pen, { arrangement }, { value, column, x, y }) {
  const { scale } = arrangement.panels.find((panel) => column < panel.stop) ?? arrangement.panels[0];
  const words = Math.abs(value) < 99.95 ? value.toFixed(1) : Math.round(value).toLocaleString("en");
  pen.text(words === "-0.0" ? "0.0" : words.replace("-", "−"), x, y, { size: 10, align: "center",
    colour: inkOn(colourOfValue(scale, value)) });
}
