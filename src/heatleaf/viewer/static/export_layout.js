// Where everything stands on an exported drawing of the current view, in pixels.
import { shownHeatmap } from "./genes.js";
import { wordsWidth } from "./drawing.js";
import { trackSize } from "./tracks.js";

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
 * @property {number} treeRight where the tree of the rows ends
 * @property {number} treeWidth
 * @property {number} treeHeight
 * @property {number} headerTop where the groups start
 * @property {PlacedTrack[]} columnTracks
 * @property {number} belowHeight of the tracks below the body
 * @property {number} labelWidth
 * @property {(row: number) => number} y middle of a displayed row
 * @property {(column: number) => number} x middle of a displayed column
 */

export const EDGE_PX = 18;
const GAP_PX = 6;
const TRACK_GAP_PX = 3;
export const ROW_TRACK_GAP_PX = 4;
const TITLE_PX = 30;
const PANEL_TITLE_PX = 16;
const HEADER_PX = 26;
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
  const treeRight = EDGE_PX + labelWidth + treeWidth;
  const left = treeRight + tracksBeside(heatmap, "left").reduce((sum, track) => sum + trackSize(track) + ROW_TRACK_GAP_PX, 0);
  const headerTop = EDGE_PX + TITLE_PX + treeHeight;
  const tracksTop = headerTop + (arrangement.columnBlocks.some((block) => block.name) ? HEADER_PX : 0);
  const above = placeTracks(heatmap, "above", tracksTop);
  const top = tracksTop + above.height + 2;
  const rows = placeParts(rowBlocks, top, cellHeight);
  const columns = placeParts(columnBlocks, left, cellWidth);
  const end = (/** @type {Part[]} */ parts, /** @type {number} */ start) =>
    parts.length ? parts[parts.length - 1].place + parts[parts.length - 1].size : start;
  const bottom = end(rows, top);
  const below = placeTracks(heatmap, "below", bottom + TRACK_GAP_PX);
  return { rows, columns, cellHeight, cellWidth, left, top, right: end(columns, left), bottom, treeRight, treeWidth,
    treeHeight, headerTop, labelWidth, columnTracks: [...above.tracks, ...below.tracks], belowHeight: below.height,
    y: placer(rows, cellHeight), x: placer(columns, cellWidth) };
}

/**
 * The tracks of the rows of a side; those that name no side stand on the right.
 * @param {import("./decode.js").Heatmap} heatmap
 * @param {"left" | "right"} side
 */
export function tracksBeside(heatmap, side) {
  return heatmap.spec.row_tracks.filter((track) => (track.side === "left") === (side === "left"));
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
 * @typedef {object} PlacedTrack
 * @property {string} key
 * @property {string} name
 * @property {number} at top, in pixels
 * @property {number} size
 */

/**
 * The tracks of the columns of a side, one under the other; panels that have the same track share its place.
 * @param {import("./decode.js").Heatmap} heatmap
 * @param {"above" | "below"} side
 * @param {number} top
 */
function placeTracks(heatmap, side, top) {
  /** @type {Map<string, PlacedTrack>} */
  const placed = new Map();
  let at = top;
  for (const track of heatmap.spec.panels.flatMap((panel) => panel.tracks).filter((one) => one.side === side)) {
    const key = `${track.kind} ${track.name}`;
    if (placed.has(key)) continue;
    const size = trackSize(track);
    placed.set(key, { key, name: track.name, at, size });
    at += size + TRACK_GAP_PX;
  }
  return { tracks: [...placed.values()], height: at - top };
}
