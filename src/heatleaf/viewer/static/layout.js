// Where everything of the heatmap stands, in CSS pixels: every text is measured first, so nothing is cut off.
//
// From left to right: row title, block labels, trees, left tracks, body, right tracks, gene names, meanings. From top to
// bottom: title, panel titles, sample trees, headers, tracks, body, tracks, sample names, keys, footnotes: as the figure.
import { fittingScale, lengthOf, makeAxis } from "./axis.js";
import { blockWords, hasBlockLabels, shortLabel } from "./block_words.js";
import { changeNote } from "./changes.js";
import { keyItems, placeKeys } from "./keys.js";
import { SMALL_SIZE, TEXT_SIZE } from "./pen.js";
import { shortenName, textWidth, widestOf, wrapText } from "./text.js";
import { axisLabels, isAxisKind, trackSize } from "./tracks.js";

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./decode.js").Track} Track
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 * @typedef {import("./axis.js").Axis} Axis
 * @typedef {import("./keys.js").PlacedKey} PlacedKey
 *
 * @typedef {object} Rect
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} TrackPlace a track and where it lies: across it from `at` over `size`
 * @property {Track} track
 * @property {number} at
 * @property {number} size
 * @property {string} heading
 * @property {boolean} isUpright of the heading of a row track
 *
 * @typedef {object} ColumnSlot tracks of one name in all panels
 * @property {{track: Track, start: number, stop: number, order: Int32Array}[]} parts order: index in the track of each displayed column
 * @property {string} name
 * @property {number} y
 * @property {number} size
 *
 * @typedef {object} Layout
 * @property {number} width
 * @property {number} height
 * @property {string[]} title lines
 * @property {Rect} body
 * @property {Axis} rowAxis
 * @property {Axis} columnAxis
 * @property {number} rowTitleX
 * @property {number} labelX right end of the block labels
 * @property {Rect | null} rowParentTree
 * @property {Rect | null} rowTree
 * @property {TrackPlace[]} rowTracks
 * @property {number} nameX
 * @property {number} nameWidth
 * @property {number} meaningX
 * @property {number} meaningWidth 0 where meanings stand among the keys
 * @property {number} panelTitleY
 * @property {number} parentTreeY
 * @property {Rect | null} columnTree
 * @property {number} headerY
 * @property {number} headerHeight 0 without headers
 * @property {ColumnSlot[]} slots
 * @property {number} columnNameY
 * @property {number} columnNameHeight
 * @property {PlacedKey[]} keys
 * @property {{lines: string[], y: number}} footnotes
 * @property {number} keysY everything from here down changes only with the arrangement
 * @property {boolean} isMeaningKey
 */

export const GAP = 6;
export const PANEL_GAP = 20;
export const LINE = 14;
export const NAME_PITCH = 12.5;
export const CONNECTOR = 30;
export const GUTTER = 8; // beside the body, where selected rows are marked
const MARGIN = 14;
const MAX_GAPS = 0.11; // share of the height that all gaps between many blocks may take
const TITLE_LINE = 19;
const MAX_ROW = 26;
const MAX_COLUMN = 62;
const MIN_BODY_HEIGHT = 200;
const COLUMN_TREE = 36;
const PARENT_TREE = 14;
const HEADER = 22;
const MAX_NAMES = 130;
const MAX_SAMPLE_NAME = 104;
const MIN_MEANING = 120;
const MAX_MEANING = 300;

/**
 * Lay out a heatmap in a room.
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @param {{width: number, height: number}} room
 * @returns {Layout}
 */
export function layOut(view, state, arrangement, room) {
  const { spec } = view.heatmaps[state.heatmap];
  const columnAxis = makeAxis(arrangement.columnBlocks, (i) =>
    arrangement.columnBlocks[i].panel === arrangement.columnBlocks[i - 1].panel ? GAP : PANEL_GAP);
  const rowGap = Math.min(GAP, MAX_GAPS * room.height / arrangement.rowBlocks.length);
  const rowAxis = makeAxis(arrangement.rowBlocks, () => rowGap);
  const across = layOutAcross(view.heatmaps[state.heatmap], arrangement, columnAxis, room.width);
  const isMeaningKey = !across.meaningWidth && arrangement.rowBlocks.some((block) => block.meaning);
  const above = layOutAbove(spec, arrangement, room.width);
  const keys = lowestKeys(keyItems(view, state, arrangement, { isMeaningKey, columnAxis, width: across.bodyWidth,
    room: room.width - 2 * MARGIN }), [across.bodyX, MARGIN], room.width - MARGIN);
  const foot = notesOf(view, state, arrangement, room.width - 2 * MARGIN);
  const belowSlots = columnSlots(spec, arrangement, "below", 0);
  const under = 4 + heightOfSlots(belowSlots) + Math.max(above.nameHeight, headingsHeight(across.tracks));
  const fixed = above.bodyY + under + 14 + keys.height + 10 + foot.length * LINE + MARGIN;
  const bodyHeight = Math.min(Math.max(room.height - fixed, MIN_BODY_HEIGHT), lengthOf(rowAxis, MAX_ROW));
  const body = { x: across.bodyX, y: above.bodyY, width: across.bodyWidth, height: bodyHeight };
  const slotsY = body.y + bodyHeight + 4;
  const keysY = body.y + bodyHeight + under + 14;
  const footY = keysY + keys.height + 10;
  const treeAt = (/** @type {number} */ x, /** @type {number} */ width) =>
    width ? { x, y: body.y, width, height: bodyHeight } : null;
  return {
    width: room.width, height: Math.max(footY + foot.length * LINE + MARGIN, room.height), title: above.title, body, rowAxis,
    columnAxis, rowTitleX: across.left + 8, labelX: across.labelX,
    rowParentTree: treeAt(across.parentTreeX, across.parentTree), rowTree: treeAt(across.treeX, across.tree),
    rowTracks: across.tracks, nameX: across.nameX, nameWidth: across.nameWidth, meaningX: across.meaningX,
    meaningWidth: across.meaningWidth, panelTitleY: above.panelTitleY, parentTreeY: above.parentTreeY,
    columnTree: above.treeHeight ? { x: body.x, y: above.treeY, width: body.width, height: above.treeHeight } : null,
    headerY: above.headerY, headerHeight: above.headerHeight,
    slots: [...columnSlots(spec, arrangement, "above", above.slotsY), ...columnSlots(spec, arrangement, "below", slotsY)],
    columnNameY: slotsY + heightOfSlots(belowSlots), columnNameHeight: above.nameHeight,
    keys: keys.placed.map((key) => ({ ...key, y: key.y + keysY })), footnotes: { lines: foot, y: footY }, keysY, isMeaningKey,
  };
}

/**
 * Place keys from the first of some left edges, or from where they take fewer lines.
 * @param {import("./keys.js").Key[]} items
 * @param {number[]} lefts
 * @param {number} right
 */
function lowestKeys(items, lefts, right) {
  return lefts.map((left) => placeKeys(items, left, right)).reduce((best, one) => one.height < best.height ? one : best);
}

/**
 * Nothing here depends on the cut, so that nothing moves sideways while the cut line is dragged.
 * @param {import("./decode.js").Heatmap} heatmap
 * @param {Arrangement} arrangement
 * @param {Axis} columnAxis
 * @param {number} width
 */
function layOutAcross(heatmap, arrangement, columnAxis, width) {
  const { spec } = heatmap;
  const rowTitle = spec.row_title ? 18 : 0;
  const labels = labelsWidth(heatmap, arrangement);
  const parentTree = arrangement.rowParentTree ? PARENT_TREE + 4 : 0;
  const tree = arrangement.rowTrees.length ? Math.min(Math.max(0.065 * width, 40), 92) : 0;
  const tracks = spec.row_tracks.map((track) => ({ track, size: trackSize(track), gap: isAxisKind(track) ? 12 : 4 }));
  const sideWidth = (/** @type {string} */ side) => tracks.filter((one) => one.track.side === side)
    .reduce((sum, one) => sum + one.size + one.gap, 0);
  const left = Math.max(rowTitle + labels + parentTree + (tree ? tree + 4 : 0) + sideWidth("left") + 4,
    slotNamesWidth(spec));
  const nameWidth = Math.min(widestOf(spec.row_names, { size: TEXT_SIZE, italic: true }), MAX_NAMES);
  const right = GUTTER + sideWidth("right") + CONNECTOR + nameWidth;
  const free = width - 2 * MARGIN - left - right;
  const wanted = meaningsWidth(heatmap);
  const least = Math.min(wanted, MIN_MEANING);
  const natural = lengthOf(columnAxis, Math.min(MAX_COLUMN, Math.max(fittingScale(columnAxis, (wanted ? 0.72 : 0.86) * free), 1)));
  const hasMeanings = wanted > 0 && free - least - 16 >= Math.min(natural, 220);
  const bodyWidth = whole(Math.max(Math.min(natural, free - (hasMeanings ? least + 16 : 0)) - 2, 60));
  const meaningWidth = hasMeanings ? Math.min(wanted, free - bodyWidth - 16) : 0;
  const used = left + bodyWidth + right + (meaningWidth ? meaningWidth + 16 : 0);
  const start = MARGIN + Math.max(0, Math.min((width - 2 * MARGIN - used) / 2, 120));
  const bodyX = whole(start + left + 2);
  const leftTracksX = bodyX - 4 - sideWidth("left");
  const treeX = leftTracksX - (tree ? tree + 2 : 0);
  const nameX = bodyX + bodyWidth + GUTTER + sideWidth("right") + CONNECTOR;
  return { left: start, bodyX, bodyWidth, labelX: treeX - parentTree - 8, parentTreeX: treeX - parentTree, parentTree: parentTree - 4,
    treeX, tree, tracks: placeTracks(tracks, leftTracksX, bodyX + bodyWidth + GUTTER), nameX, nameWidth,
    meaningX: nameX + nameWidth + 16, meaningWidth };
}

/**
 * @param {{track: Track, size: number, gap: number}[]} tracks
 * @param {number} left
 * @param {number} right
 * @returns {TrackPlace[]}
 */
function placeTracks(tracks, left, right) {
  let [leftAt, rightAt] = [left, right];
  return tracks.map(({ track, size, gap }) => {
    const at = track.side === "left" ? leftAt : rightAt;
    if (track.side === "left") leftAt += size + gap;
    else rightAt += size + gap;
    const heading = shortenName(track.name, 110, { size: SMALL_SIZE });
    return { track, at, size, heading, isUpright: textWidth(heading, { size: SMALL_SIZE }) > size + 2 };
  });
}

/** @param {TrackPlace[]} tracks */
function headingsHeight(tracks) {
  return tracks.reduce((height, { track, heading, isUpright }) => Math.max(height,
    (isUpright ? textWidth(heading, { size: SMALL_SIZE }) : LINE) + (isAxisKind(track) ? LINE + 3 : 0)), 0);
}

/**
 * @param {import("./decode.js").Heatmap} heatmap
 * @param {Arrangement} arrangement
 */
function labelsWidth({ spec }, arrangement) {
  if (!hasBlockLabels(arrangement) && !arrangement.isCuttable) return 0;
  const all = { name: "C88", start: 0, stop: spec.row_ids.length, stability: null };
  const widths = [...spec.row_blocks, all].map((block) => Math.max(textWidth(block.name, { size: TEXT_SIZE, bold: true }),
    ...blockWords(block).map((words) => textWidth(words)), textWidth(shortLabel(block), { size: TEXT_SIZE, bold: true })));
  return Math.min(Math.max(...widths) + 12, 150);
}

/** @param {import("./decode.js").Heatmap} heatmap */
function meaningsWidth({ spec, nodes }) {
  const said = [...spec.row_blocks.map((block) => block.meaning), ...nodes.map((node) => node.label)].filter(Boolean);
  return said.length ? Math.min(widestOf(said, {}) + 10, MAX_MEANING) : 0;
}

/** @param {import("./decode.js").Spec} spec */
function slotNamesWidth(spec) {
  return Math.max(0, ...spec.panels.flatMap((panel) => panel.tracks.map((track) =>
    textWidth(shortenName(track.name, 120)) + 8 + axisRoom(track))));
}

/**
 * Room for the numbers at the axis of a column track.
 * @param {Track} track
 */
export function axisRoom(track) {
  return isAxisKind(track) ? Math.max(...axisLabels(track).map((label) => textWidth(label))) + 8 : 0;
}

/**
 * @param {import("./decode.js").Spec} spec
 * @param {Arrangement} arrangement
 * @param {number} width
 */
function layOutAbove(spec, arrangement, width) {
  const title = spec.title ? wrapText(spec.title, width - 2 * MARGIN, { size: 15, bold: true, maxLines: 2 }) : [];
  let y = 10 + title.length * TITLE_LINE + (title.length ? 8 : 0);
  const panelTitleY = y;
  if (arrangement.panels.some((panel) => panel.title)) y += LINE + 4;
  const parentTreeY = y;
  if (arrangement.columnParentTrees.length) y += PARENT_TREE + 2;
  const hasNumbers = arrangement.columnTrees.some(hasWrittenSupport);
  if (hasNumbers) y += 9;
  const treeY = y;
  const treeHeight = arrangement.columnTrees.length ? COLUMN_TREE + (hasNumbers ? 12 : 0) : 0;
  y += treeHeight ? treeHeight + 4 : 0;
  const headerY = y;
  const headerHeight = arrangement.columnBlocks.some((block) => block.name && block.colour) ? HEADER : 0;
  y += headerHeight ? headerHeight + 4 : 0;
  const slotsY = y;
  const slots = columnSlots(spec, arrangement, "above", y);
  const nameHeight = Math.min(widestOf(arrangement.columnNames, { size: SMALL_SIZE }), MAX_SAMPLE_NAME) + 6;
  return { title, panelTitleY, parentTreeY, treeY, treeHeight, headerY, headerHeight, slotsY,
    bodyY: whole(y + heightOfSlots(slots) + 2), nameHeight };
}

/**
 * Support is written at the branches of small trees.
 * @param {import("./decode.js").Tree} tree
 */
export function hasWrittenSupport(tree) {
  return tree.support !== null && tree.links.length / 5 < 40 && tree.support.some(Number.isFinite);
}

/**
 * Tracks of one name above or below the columns of all panels.
 * @param {import("./decode.js").Spec} spec
 * @param {Arrangement} arrangement
 * @param {"above" | "below"} side
 * @param {number} y
 * @returns {ColumnSlot[]}
 */
function columnSlots(spec, arrangement, side, y) {
  /** @type {Map<string, ColumnSlot>} */
  const slots = new Map();
  let first = 0;
  spec.panels.forEach((panel, i) => {
    const { start, stop } = arrangement.panels[i];
    const order = arrangement.columns.map((column) => column - first);
    for (const track of panel.tracks.filter((one) => one.side === side)) {
      const key = `${track.kind} ${track.name}`;
      const slot = slots.get(key) ?? { parts: [], name: shortenName(track.name, 120), y: 0, size: 0 };
      slot.parts.push({ track, start, stop, order });
      slot.size = Math.max(slot.size, trackSize(track));
      slots.set(key, slot);
    }
    first += panel.column_names.length;
  });
  let at = y;
  for (const slot of slots.values()) {
    slot.y = at;
    at += slot.size + 3;
  }
  return [...slots.values()];
}

/** @param {ColumnSlot[]} slots */
function heightOfSlots(slots) {
  return slots.reduce((sum, slot) => sum + slot.size + 3, slots.length ? 2 : 0);
}

/**
 * The notes of the figure, and a line for what is changed from it, which is there even while it is empty so that nothing
 * moves when it fills.
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @param {number} width
 */
function notesOf(view, state, arrangement, width) {
  const { footnotes } = view.heatmaps[state.heatmap].spec;
  return [...footnotes.flatMap((note) => wrapText(note, width)), shortenName(changeNote(view, state, arrangement), width)];
}

/**
 * The next pixel that is whole on screens of 1, 1.25, 1.5, 2 and more screen pixels.
 * @param {number} pixel
 */
function whole(pixel) {
  return 4 * Math.round(pixel / 4);
}
