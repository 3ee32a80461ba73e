// Keys below the heatmap: colour bars with what lies behind them, levels and scales of tracks, meanings where they have no
// room beside the rows.
import { fittingScale } from "./axis.js";
import { paletteTable } from "./colour.js";
import { shortenName, textWidth, wrapText } from "./text.js";
import { isAxisKind } from "./tracks.js";

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./decode.js").Track} Track
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 * @typedef {import("./colour.js").ColourScale} ColourScale
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./theme.js").Inks} Inks
 *
 * @typedef {object} Key
 * @property {number} width
 * @property {number} height
 * @property {(pen: Pen, inks: Inks, x: number, y: number) => void} draw
 *
 * @typedef {Key & {x: number, y: number}} PlacedKey
 *
 * @typedef {object} KeyRoom
 * @property {boolean} isMeaningKey
 * @property {import("./axis.js").Axis} columnAxis
 * @property {number} width of the body
 * @property {number} room
 */

const BAR_WIDTH = 190;
const STRIP_BAR_WIDTH = 96;
const BAR_HEIGHT = 10;
const HISTOGRAM_HEIGHT = 22;
const SWATCH = 11;
const LINE = 14;
const HEADING = 17;
const KEY_GAP = 30;
const ROW_GAP = 12;
const PER_COLUMN = 4;
const MAX_LEVELS = 40;
const MAX_LABEL = 320;
const MISSING_COLOUR = "#C9C9C9";
const RED_GREEN = ["#18C44A", "#E8322C"];

/**
 * List the keys that a heatmap needs, colour bars first.
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @param {KeyRoom} room
 * @returns {Key[]}
 */
export function keyItems(view, state, arrangement, room) {
  const { spec } = view.heatmaps[state.heatmap];
  const items = arrangement.panels.filter((panel, i) => arrangement.panels.findIndex((one) => one.scale === panel.scale) === i)
    .map((panel, i, bars) => colourBar(panel.scale, bars.length > 1 && !panel.scale.label.includes(panel.title) ? panel.title : ""));
  items.push(...groupKeys(arrangement, room));
  const tracks = [...spec.panels.flatMap((panel) => panel.tracks), ...spec.row_tracks];
  const distinct = tracks.filter((track, i) => tracks.findIndex((one) => one.name === track.name && one.kind === track.kind) === i);
  items.push(...distinct.flatMap(trackKey));
  if (room.isMeaningKey) items.push(meaningKey(arrangement, room.room));
  return items;
}

/**
 * Keys of groups whose names do not fit their headers.
 * @param {Arrangement} arrangement
 * @param {KeyRoom} room
 */
function groupKeys({ columnBlocks, panels }, { columnAxis, width }) {
  const scale = fittingScale(columnAxis, width);
  return panels.flatMap((panel, i) => {
    const blocks = columnBlocks.filter((block) => block.panel === i && block.colour);
    if (!panel.groupName || blocks.every((block) => headerFits(block.name, (block.stop - block.start) * scale))) return [];
    return [levelsKey(panel.groupName, blocks.map((block) => [block.name, block.colour]))];
  });
}

/**
 * Tell whether the name of a group fits its header.
 * @param {string} name
 * @param {number} width
 */
export function headerFits(name, width) {
  return textWidth(name, { bold: true }) <= width - 6;
}

/**
 * Flow keys from left to right, low ones below each other, from y = 0.
 * @param {Key[]} items
 * @param {number} left
 * @param {number} right
 * @returns {{placed: PlacedKey[], height: number}}
 */
export function placeKeys(items, left, right) {
  /** @type {PlacedKey[]} */
  const placed = [];
  let [x, y, rowHeight] = [left, 0, 0];
  let stack = { x: left, y: 0, width: 0 };
  for (const item of items) {
    if (placed.length && stack.y + item.height <= y + rowHeight && stack.x + item.width <= right) {
      placed.push({ ...item, x: stack.x, y: stack.y });
      stack = { x: stack.x, y: stack.y + item.height + ROW_GAP / 2, width: Math.max(stack.width, item.width) };
      x = Math.max(x, stack.x + stack.width + KEY_GAP);
      continue;
    }
    if (x > left && x + item.width > right) [x, y, rowHeight] = [left, y + rowHeight + ROW_GAP, 0];
    placed.push({ ...item, x, y });
    stack = { x, y: y + item.height + ROW_GAP / 2, width: item.width };
    x += item.width + KEY_GAP;
    rowHeight = Math.max(rowHeight, item.height);
  }
  return { placed, height: y + rowHeight };
}

/**
 * @param {Track} track
 * @returns {Key[]}
 */
function trackKey(track) {
  if (track.kind === "levels") {
    const missing = track.texts.includes("") ? [/** @type {[string, string]} */ (["missing", MISSING_COLOUR])] : [];
    return [levelsKey(track.label, [...Object.entries(track.colours), ...missing])];
  }
  if (track.kind === "numbers" && track.scale) return [stripBar(track.scale)];
  if (isAxisKind(track) && Object.keys(track.colours).length > 1) return [levelsKey(track.label, Object.entries(track.colours))];
  return [];
}

/**
 * A number at a bar, with a true minus.
 * @param {number} value
 */
function tickWords(value) {
  return String(Math.abs(value) < 1e-12 ? 0 : Number(value.toPrecision(6))).replace("-", "−");
}

/** @param {ColourScale} scale */
export function clippedWords({ clipped, low, high }) {
  const percent = 100 * clipped;
  const share = !percent ? "no cells beyond" : percent >= 0.05 ? `${percent.toFixed(1)} % of cells beyond` : "< 0.1 % beyond";
  return low === -high ? `${share} ±${tickWords(high)}` : `${share} ${tickWords(low)} to ${tickWords(high)}`;
}

/**
 * The bar of a scale with the histogram of its cells, ticks, and the share beyond its ends.
 * @param {ColourScale} scale
 * @param {string} panel
 * @returns {Key}
 */
function colourBar(scale, panel) {
  const label = shortenName(panel ? `${panel}: ${scale.label}` : scale.label, MAX_LABEL, { size: 12, bold: true });
  const beyond = clippedWords(scale);
  const isRedGreen = scale.stops[0] === RED_GREEN[0] && scale.stops[scale.stops.length - 1] === RED_GREEN[1];
  const warning = isRedGreen ? wrapText("1 man in 12 cannot tell this red from green; magenta-black-green can be read by all.", BAR_WIDTH + 40) : [];
  const missing = scale.hasMissing ? SWATCH + 70 : 0;
  const width = Math.max(BAR_WIDTH, textWidth(label, { size: 12, bold: true }), textWidth(beyond) + missing,
    ...warning.map((line) => textWidth(line)));
  const height = HEADING + HISTOGRAM_HEIGHT + BAR_HEIGHT + 5 + LINE * (2 + warning.length);
  return { width, height, draw(pen, inks, x, y) {
    pen.text(label, x, y + 7, { size: 12, bold: true });
    const base = y + HEADING + HISTOGRAM_HEIGHT;
    pen.lines([histogramLine(scale.histogram, x, base - 1)], { colour: inks.line });
    drawBar(pen, scale, x, base, BAR_WIDTH);
    drawTicks(pen, inks, ticksOf(scale), { x, y: base + BAR_HEIGHT, width: BAR_WIDTH });
    const words = base + BAR_HEIGHT + 5 + 1.5 * LINE;
    pen.text(beyond, x, words, { colour: inks.soft });
    if (scale.hasMissing) drawMissing(pen, inks, scale.missing, x + textWidth(beyond) + 14, words);
    warning.forEach((line, i) => pen.text(line, x, words + (i + 1) * LINE, { colour: inks.soft }));
  } };
}

/**
 * Five values along a bar, three where their words are long.
 * @param {{low: number, high: number}} scale
 */
function ticksOf({ low, high }) {
  const ticks = [0, 1, 2, 3, 4].map((i) => low + i * (high - low) / 4);
  return ticks.every((tick) => textWidth(tickWords(tick)) < BAR_WIDTH / 5) ? ticks : [ticks[0], ticks[2], ticks[4]];
}

/**
 * @param {ArrayLike<number>} histogram
 * @param {number} x
 * @param {number} base
 */
function histogramLine(histogram, x, base) {
  const counts = Array.from(histogram);
  const unit = 0.92 * HISTOGRAM_HEIGHT / Math.max(...counts, 1);
  const step = BAR_WIDTH / counts.length;
  return counts.flatMap((count, i) => [x + i * step, base - count * unit, x + (i + 1) * step, base - count * unit]);
}

/**
 * @param {Pen} pen
 * @param {{stops: string[]}} scale
 * @param {number} x
 * @param {number} y
 * @param {number} width
 */
function drawBar(pen, scale, x, y, width) {
  const table = paletteTable(scale.stops);
  for (let i = 0; i < width; i++) {
    const at = 3 * Math.round(i / (width - 1) * 255);
    // each covers the rest of the bar, so that no seam shows between two
    pen.rect(x + i, y, width - i, BAR_HEIGHT, `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`);
  }
}

/**
 * @param {Pen} pen
 * @param {Inks} inks
 * @param {number[]} values evenly spaced
 * @param {{x: number, y: number, width: number}} place
 */
function drawTicks(pen, inks, values, { x, y, width }) {
  values.forEach((value, i) => {
    const at = x + width * i / (values.length - 1);
    pen.lines([[at, y, at, y + 4]], { colour: inks.line });
    pen.text(tickWords(value), at, y + 11, { align: i === 0 ? "left" : i === values.length - 1 ? "right" : "center" });
  });
}

/**
 * @param {Pen} pen
 * @param {Inks} inks
 * @param {string} colour
 * @param {number} x
 * @param {number} y middle
 */
function drawMissing(pen, inks, colour, x, y) {
  pen.rect(x, y - 4.5, SWATCH, 9, colour);
  pen.lines([[x, y + 4.5, x + SWATCH, y - 4.5]], { colour: inks.soft });
  pen.text("missing", x + SWATCH + 5, y);
}

/**
 * The small bar of a track of numbers.
 * @param {import("./decode.js").SpecScale} scale
 * @returns {Key}
 */
function stripBar(scale) {
  const label = shortenName(scale.label, MAX_LABEL);
  const width = Math.max(STRIP_BAR_WIDTH + (scale.has_missing ? SWATCH + 64 : 0), textWidth(label));
  return { width, height: HEADING + BAR_HEIGHT + 5 + LINE, draw(pen, inks, x, y) {
    pen.text(label, x, y + 7);
    drawBar(pen, scale, x, y + HEADING, STRIP_BAR_WIDTH);
    drawTicks(pen, inks, [scale.low, scale.high], { x, y: y + HEADING + BAR_HEIGHT, width: STRIP_BAR_WIDTH });
    if (scale.has_missing) drawMissing(pen, inks, scale.missing_colour, x + STRIP_BAR_WIDTH + 12, y + HEADING + BAR_HEIGHT / 2);
  } };
}

/**
 * The key of a variable, in columns.
 * @param {string} name
 * @param {[string, string][]} levels with their colours
 * @returns {Key}
 */
function levelsKey(name, levels) {
  const heading = shortenName(name, MAX_LABEL, { size: 12, bold: true });
  /** @type {[string, string][]} */
  const shown = levels.slice(0, MAX_LEVELS).map(([level, colour]) => [shortenName(level, 180), colour]);
  if (levels.length > MAX_LEVELS) shown.push([`and ${levels.length - MAX_LEVELS} more`, ""]);
  /** @type {[string, string][][]} */
  const columns = [];
  for (let i = 0; i < shown.length; i += PER_COLUMN) columns.push(shown.slice(i, i + PER_COLUMN));
  const widths = columns.map((column) => Math.max(...column.map(([level]) => textWidth(level))) + SWATCH + 22);
  const width = Math.max(widths.reduce((sum, one) => sum + one, 0) - 16, textWidth(heading, { size: 12, bold: true }));
  return { width, height: HEADING + 16 * Math.min(shown.length, PER_COLUMN), draw(pen, _inks, x, y) {
    pen.text(heading, x, y + 7, { size: 12, bold: true });
    let left = x;
    columns.forEach((column, c) => {
      column.forEach(([level, colour], i) => {
        const middle = y + HEADING + 16 * i + 8;
        if (colour) pen.rect(left, middle - SWATCH / 2, SWATCH, SWATCH, colour);
        pen.text(level, left + SWATCH + 6, middle);
      });
      left += widths[c];
    });
  } };
}

/**
 * What the row blocks are, where there is no room beside them.
 * @param {Arrangement} arrangement
 * @param {number} room
 * @returns {Key}
 */
function meaningKey({ rowBlocks }, room) {
  const said = rowBlocks.filter((block) => block.meaning);
  const indent = Math.max(...said.map((block) => textWidth(block.name, { bold: true }))) + 8;
  const width = Math.min(room, 520);
  const lines = said.flatMap((block) => wrapText(block.meaning, width - indent, { maxLines: 2 })
    .map((line, i) => ({ name: i ? "" : block.name, line })));
  return { width, height: lines.length * LINE, draw(pen, _inks, x, y) {
    lines.forEach(({ name, line }, i) => {
      pen.text(name, x, y + (i + 0.5) * LINE, { bold: true });
      pen.text(line, x + indent, y + (i + 0.5) * LINE);
    });
  } };
}
