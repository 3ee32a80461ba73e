// Tracks beside the body, measured and drawn: levels, numbers, bars, points, lines, boxes and text. Each is drawn as if
// above the columns, then turned for rows.
import { colourOfValue } from "./colour.js";
import { SMALL_SIZE } from "./pen.js";
import { shortenName, widestOf } from "./text.js";

/**
 * @typedef {import("./decode.js").Track} Track
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./theme.js").Inks} Inks
 *
 * @typedef {object} Strip where a track lies: from `at` over `size` across it; from there values rise
 * @property {number} at
 * @property {number} size
 * @property {boolean} isOfRows
 * @property {number[]} starts pixel at which each mark starts along it
 * @property {number[]} stops
 * @property {number[]} firsts first displayed entry of each mark; several share one where they are smaller than a pixel
 * @property {number[]} lasts entry after the last
 * @property {ArrayLike<number>} order index in the track of each displayed entry
 */

const PIXELS_PER_MM = 4.6;
const MISSING_COLOUR = "#C9C9C9";

/** @param {Track} track */
export function isAxisKind({ kind }) {
  return kind === "bars" || kind === "points" || kind === "line" || kind === "boxes";
}

/**
 * Pixels across a track: its own, or those of its texts.
 * @param {Track} track
 */
export function trackSize(track) {
  if (track.kind !== "text" || track.size) return Math.round(track.size * PIXELS_PER_MM);
  return Math.min(widestOf(track.texts, { size: SMALL_SIZE }) + 4, 130);
}

/**
 * Both ends of an axis in words.
 * @param {Track} track
 */
export function axisLabels({ axis }) {
  return axis.map((value) => String(Number(value.toPrecision(6))).replace("-", "−"));
}

/**
 * @param {Pen} pen
 * @param {Inks} inks
 * @param {Track} track
 * @param {Strip} strip
 */
export function drawTrack(pen, inks, track, strip) {
  if (track.kind === "levels" || track.kind === "numbers") drawTiles(pen, track, strip);
  else if (track.kind === "text") drawTexts(pen, inks, track, strip);
  else drawOnAxis(pen, inks, track, strip);
}

/**
 * Draw tiles, neighbours of one colour as one; of several levels that share a pixel the first is seen, of numbers the mean.
 * @param {Pen} pen
 * @param {Track} track
 * @param {Strip} strip
 */
function drawTiles(pen, track, strip) {
  const { scale } = track;
  const look = scale && { ...scale, missing: scale.missing_colour };
  const colourAt = (/** @type {number} */ i) => look ? colourOfValue(look, meanAt(track.values, strip, i))
    : levelColour(track, track.texts[entryAt(strip, i)]);
  let i = 0;
  while (i < strip.starts.length) {
    const colour = colourAt(i);
    let last = i;
    while (last + 1 < strip.starts.length && strip.starts[last + 1] - strip.stops[last] < 0.5
      && colourAt(last + 1) === colour) last++;
    const box = boxOf(strip, strip.starts[i], strip.stops[last], 0, 1);
    pen.rect(...box, colour);
    i = last + 1;
  }
}

/**
 * @param {Track} track
 * @param {string} level
 */
function levelColour({ colours }, level) {
  return Object.hasOwn(colours, level) ? colours[level] : MISSING_COLOUR;
}

/**
 * @param {Strip} strip
 * @param {number} i
 */
function entryAt({ order, firsts }, i) {
  return order[firsts[i]];
}

/**
 * Mean of the known values of the entries of a mark.
 * @param {Float32Array} values
 * @param {Strip} strip
 * @param {number} i
 */
function meanAt(values, { order, firsts, lasts }, i) {
  if (lasts[i] - firsts[i] === 1) return values[order[firsts[i]]];
  let [sum, n] = [0, 0];
  for (let at = firsts[i]; at < lasts[i]; at++) {
    const value = values[order[at]];
    if (value === value) [sum, n] = [sum + value, n + 1];
  }
  return sum / n;
}

/**
 * @param {Strip} strip
 * @param {number} from along it
 * @param {number} to
 * @param {number} low share across it
 * @param {number} high
 * @returns {[number, number, number, number]}
 */
function boxOf(strip, from, to, low, high) {
  const [near, far] = low < high ? [low, high] : [high, low];
  if (strip.isOfRows) return [strip.at + near * strip.size, from, (far - near) * strip.size, to - from];
  return [from, strip.at + (1 - far) * strip.size, to - from, (far - near) * strip.size];
}

/**
 * @param {Strip} strip
 * @param {number} along
 * @param {number} share
 * @returns {[number, number]}
 */
function pointOf(strip, along, share) {
  return strip.isOfRows ? [strip.at + share * strip.size, along] : [along, strip.at + (1 - share) * strip.size];
}

/**
 * @param {Pen} pen
 * @param {Inks} inks
 * @param {Track} track
 * @param {Strip} strip
 */
function drawTexts(pen, inks, track, strip) {
  let last = -Infinity;
  strip.starts.forEach((start, i) => {
    const middle = (start + strip.stops[i]) / 2;
    if (middle - last < 11) return;
    last = middle;
    const words = shortenName(track.texts[entryAt(strip, i)] ?? "", strip.size);
    if (strip.isOfRows) pen.text(words, strip.at, middle, { colour: inks.ink });
    else pen.text(words, middle, strip.at + strip.size, { colour: inks.ink, upright: true });
  });
}

/**
 * @param {Pen} pen
 * @param {Inks} inks
 * @param {Track} track
 * @param {Strip} strip
 */
function drawOnAxis(pen, inks, track, strip) {
  const [low, high] = track.axis;
  const n = strip.starts.length;
  if (!n) return;
  const share = (/** @type {number} */ value) => Math.max(0, Math.min(1, (value - low) / (high - low)));
  const zero = low <= 0 && high >= 0 ? share(0) : 0;
  pen.lines([[...pointOf(strip, strip.starts[0], zero), ...pointOf(strip, strip.stops[n - 1], zero)]], { colour: inks.line });
  const parts = Object.values(track.colours);
  const width = track.kind === "boxes" ? 5 : Math.max(parts.length, 1);
  const valueAt = (/** @type {number} */ i, /** @type {number} */ part) => track.values[entryAt(strip, i) * width + part];
  if (track.kind === "bars") drawBars(pen, parts, strip, share, valueAt);
  else if (track.kind === "boxes") drawBoxes(pen, inks, parts[0] ?? inks.soft, strip, (i, part) => share(valueAt(i, part)));
  else parts.forEach((colour, part) => drawSeries(pen, colour, strip, (i) => share(valueAt(i, part)), track.kind === "line"));
}

/**
 * Stack positive parts from 0 on and negative ones the other way.
 * @param {Pen} pen
 * @param {string[]} colours
 * @param {Strip} strip
 * @param {(value: number) => number} share
 * @param {(i: number, part: number) => number} valueAt
 */
function drawBars(pen, colours, strip, share, valueAt) {
  for (let i = 0; i < strip.starts.length; i++) {
    let [up, down] = [0, 0];
    const inset = 0.1 * (strip.stops[i] - strip.starts[i]);
    colours.forEach((colour, part) => {
      const value = valueAt(i, part) || 0;
      const base = value >= 0 ? up : down;
      if (value) pen.rect(...boxOf(strip, strip.starts[i] + inset, strip.stops[i] - inset, share(base), share(base + value)), colour);
      if (value >= 0) up += value;
      else down += value;
    });
  }
}

/**
 * Draw dots, or a line that missing values and gaps break.
 * @param {Pen} pen
 * @param {string} colour
 * @param {Strip} strip
 * @param {(i: number) => number} share
 * @param {boolean} isLine
 */
function drawSeries(pen, colour, strip, share, isLine) {
  /** @type {number[]} */
  const dots = [];
  /** @type {number[][]} */
  const lines = [];
  /** @type {number[]} */
  let line = [];
  const close = () => {
    if (line.length === 2) dots.push(...line);
    else if (line.length) lines.push(line);
    line = [];
  };
  for (let i = 0; i < strip.starts.length; i++) {
    const place = share(i);
    if (Number.isNaN(place) || (i && strip.starts[i] - strip.stops[i - 1] > 0.5)) close();
    if (Number.isNaN(place)) continue;
    const point = pointOf(strip, (strip.starts[i] + strip.stops[i]) / 2, place);
    if (isLine) line.push(...point);
    else dots.push(...point);
  }
  close();
  const size = strip.stops[0] - strip.starts[0];
  if (lines.length) pen.lines(lines, { colour, width: 1.4 });
  if (dots.length) pen.dots(dots, Math.max(Math.min(3, 0.4 * size), 1), colour);
}

/**
 * @param {Pen} pen
 * @param {Inks} inks
 * @param {string} colour
 * @param {Strip} strip
 * @param {(i: number, part: number) => number} share lower whisker, quartiles, upper whisker
 */
function drawBoxes(pen, inks, colour, strip, share) {
  for (let i = 0; i < strip.starts.length; i++) {
    if (Number.isNaN(share(i, 2))) continue;
    const [start, stop] = [strip.starts[i], strip.stops[i]];
    const [middle, inset] = [(start + stop) / 2, 0.15 * (stop - start)];
    pen.lines([[0, 1], [3, 4]].map(([a, b]) => [...pointOf(strip, middle, share(i, a)), ...pointOf(strip, middle, share(i, b))]),
      { colour: inks.soft });
    pen.rect(...boxOf(strip, start + inset, stop - inset, share(i, 1), share(i, 3)), colour);
    pen.lines([[...pointOf(strip, start + inset, share(i, 2)), ...pointOf(strip, stop - inset, share(i, 2))]],
      { colour: inks.ink, width: 1.4 });
  }
}
