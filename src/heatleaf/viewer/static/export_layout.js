// Where everything stands on an exported drawing of the current view, in pixels.
import { shownHeatmap } from "./genes.js";
import { wordsWidth } from "./drawing.js";

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 */

/**
 * @typedef {object} Part a block of rows or columns as far as it is in view
 * @property {number} start first entry in view
 * @property {number} stop
 * @property {number} place pixels of the start
 * @property {number} size pixels
 * @property {any} block
 */

/**
 * @typedef {object} DrawingLayout
 * @property {Part[]} rows
 * @property {Part[]} columns
 * @property {number} cellHeight
 * @property {number} cellWidth
 * @property {number} left of the body
 * @property {number} top
 * @property {number} right
 * @property {number} bottom
 * @property {number} treeWidth
 * @property {number} treeHeight
 * @property {number} labelWidth
 * @property {(row: number) => number} y middle of a displayed row
 * @property {(column: number) => number} x middle of a displayed column
 */

export const EDGE_PX = 18;
const GAP_PX = 6;
export const TRACK_PX = 11;
const TITLE_PX = 30;
const PANEL_TITLE_PX = 16;
const NAMES_FROM_PX = 10;

/**
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @returns {DrawingLayout}
 */
export function layOutDrawing(view, state, arrangement) {
  const heatmap = shownHeatmap(view, state);
  const range = state.window ?? { top: 0, bottom: arrangement.rows.length, left: 0, right: arrangement.columns.length };
  const rowBlocks = blocksInView(arrangement.rowBlocks, Math.floor(range.top), Math.ceil(range.bottom));
  const columnBlocks = blocksInView(arrangement.columnBlocks, Math.floor(range.left), Math.ceil(range.right));
  const [nRows, nColumns] = [countIn(rowBlocks), countIn(columnBlocks)];
  const cellHeight = nRows <= 70 ? 13 : Math.max(560, Math.min(1000, nRows * 1.8)) / nRows;
  const cellWidth = Math.max(2, Math.min(44, 560 / Math.max(nColumns, 1)));
  const labelWidth = arrangement.rowBlocks.some((block) => block.name) ? 150 : 10;
  const treeWidth = arrangement.rowTrees.length ? 62 : 0;
  const treeHeight = (arrangement.columnTrees.length ? 52 : 0) + (hasPanelTitles(arrangement) ? PANEL_TITLE_PX : 0);
  const nAbove = columnTracksOf(heatmap).length;
  const left = EDGE_PX + labelWidth + treeWidth;
  const top = EDGE_PX + TITLE_PX + treeHeight + (arrangement.columnBlocks.some((block) => block.name) ? 26 : 0) +
    nAbove * (TRACK_PX + 2) + 2;
  const rows = placeParts(rowBlocks, top, cellHeight);
  const columns = placeParts(columnBlocks, left, cellWidth);
  const end = (/** @type {Part[]} */ parts, /** @type {number} */ start) =>
    parts.length ? parts[parts.length - 1].place + parts[parts.length - 1].size : start;
  return { rows, columns, cellHeight, cellWidth, left, top, right: end(columns, left), bottom: end(rows, top), treeWidth,
    treeHeight, labelWidth, y: placer(rows, cellHeight), x: placer(columns, cellWidth) };
}

/** @param {Arrangement} arrangement */
export function hasPanelTitles(arrangement) {
  return arrangement.panels.some((panel) => panel.title);
}

/**
 * @param {{start: number, stop: number}[]} blocks
 * @param {number} first
 * @param {number} last
 */
function blocksInView(blocks, first, last) {
  return blocks.map((block) => ({ block, start: Math.max(block.start, first), stop: Math.min(block.stop, last) }))
    .filter((part) => part.stop > part.start);
}

/** @param {{start: number, stop: number}[]} parts */
function countIn(parts) {
  return parts.reduce((sum, part) => sum + part.stop - part.start, 0);
}

/**
 * @param {{block: any, start: number, stop: number}[]} parts
 * @param {number} first pixels
 * @param {number} cell
 * @returns {Part[]}
 */
function placeParts(parts, first, cell) {
  let place = first;
  return parts.map((part) => {
    const placed = { ...part, place, size: (part.stop - part.start) * cell };
    place += placed.size + GAP_PX;
    return placed;
  });
}

/**
 * The middle of an entry; entries out of view lie beyond the parts.
 * @param {Part[]} parts
 * @param {number} cell
 */
function placer(parts, cell) {
  return (/** @type {number} */ at) => {
    const part = parts.find((one) => at < one.stop - 0.25) ?? parts[parts.length - 1];
    return part ? part.place + (at - part.start + 0.5) * cell : 0;
  };
}

/**
 * Whether every row can have its name.
 * @param {DrawingLayout} layout
 */
export function hasAllNames(layout) {
  return layout.cellHeight >= NAMES_FROM_PX;
}

/**
 * Room for names, within reason.
 * @param {string[]} names
 * @param {number} size
 * @param {string} style
 */
export function roomForNames(names, size, style) {
  return Math.min(150, Math.max(20, ...names.map((name) => wordsWidth(name.slice(0, 60), size, style))));
}

/**
 * Whether a track is a colour for each entry; others (bars, points, boxes, text) are not in drawings.
 * @param {import("./decode.js").Track} track
 */
export function isColoured(track) {
  return track.kind === "levels" || track.scale !== null;
}

/**
 * Names of the tracks of columns that have a colour for each entry.
 * @param {import("./decode.js").Heatmap} heatmap
 */
export function columnTracksOf(heatmap) {
  const tracks = heatmap.spec.panels.flatMap((panel) => panel.tracks);
  return [...new Set(tracks.filter(isColoured).map((track) => track.name))];
}
