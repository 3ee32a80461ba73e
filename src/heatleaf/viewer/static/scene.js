// What the painters need of one moment: the arrangement, where it stands, and the part of it that is in sight.
import { endOf, middleOf, placeOf } from "./axis.js";

/**
 * @typedef {import("./axis.js").Sight} Sight
 *
 * @typedef {object} Scene
 * @property {import("./decode.js").Spec} spec
 * @property {import("./arrange.js").Arrangement} arrangement
 * @property {import("./layout.js").Layout} layout
 * @property {import("./theme.js").Inks} inks
 * @property {number} ratio screen pixels per CSS pixel
 * @property {Sight} rows
 * @property {Sight} columns
 * @property {{shows_values: boolean, has_borders: boolean}} style
 * @property {ReadonlySet<number>} selected figure rows
 * @property {boolean} isWhole all rows are in sight
 * @property {(row: number) => number} rowPlace upper edge of a displayed row
 * @property {(row: number) => number} rowEnd lower edge of the row before this one
 * @property {(place: number) => number} rowMiddle
 * @property {(column: number) => number} columnPlace
 * @property {(column: number) => number} columnEnd
 * @property {(place: number) => number} columnMiddle
 */

/**
 * @param {Pick<Scene, "spec" | "arrangement" | "layout" | "inks" | "ratio" | "rows" | "columns" | "selected" | "isWhole">} parts
 * @returns {Scene}
 */
export function makeScene(parts) {
  const { layout, rows, columns, spec } = parts;
  const { rowAxis, columnAxis, body } = layout;
  const [top, left] = [body.y - rows.offset, body.x - columns.offset];
  return {
    ...parts, style: spec.cells,
    rowPlace: (row) => top + placeOf(rowAxis, row, rows.scale),
    rowEnd: (row) => top + endOf(rowAxis, row, rows.scale),
    rowMiddle: (place) => top + middleOf(rowAxis, place, rows.scale),
    columnPlace: (column) => left + placeOf(columnAxis, column, columns.scale),
    columnEnd: (column) => left + endOf(columnAxis, column, columns.scale),
    columnMiddle: (place) => left + middleOf(columnAxis, place, columns.scale),
  };
}

/**
 * Displayed cells that are at least partly in sight: the first and the one after the last.
 * @param {import("./axis.js").Axis} axis
 * @param {Sight} sight
 * @param {number} length
 * @returns {[number, number]}
 */
export function cellsInSight(axis, sight, length) {
  let [low, high] = [0, axis.n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (placeOf(axis, middle, sight.scale) + sight.scale <= sight.offset + 1e-6) low = middle + 1;
    else high = middle;
  }
  const first = low;
  high = axis.n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (placeOf(axis, middle, sight.scale) < sight.offset + length - 1e-6) low = middle + 1;
    else high = middle;
  }
  return [first, low];
}
