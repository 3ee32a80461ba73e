// The keys below an exported drawing: the colour bar with its histogram, and what the tracks mean.
import { brokenWords, shortWords, wordsWidth, xmlTag, xmlWords } from "./drawing.js";
import { isAxisKind } from "./tracks.js";
import { scaleWords, shareWords } from "./words.js";

/**
 * @typedef {import("./decode.js").Heatmap} Heatmap
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 * @typedef {import("./export_layout.js").DrawingLayout} DrawingLayout
 */

const BAR_WIDTH = 190;
const SMALL_BAR_WIDTH = 96;
const MAX_LEVELS = 12;
const KEY_SOFT = "#5F6368";

/**
 * @param {Heatmap} heatmap
 * @param {Arrangement} arrangement
 * @param {DrawingLayout} layout
 * @param {{top: number, width: number}} place
 */
export function drawKeys(heatmap, arrangement, layout, { top, width }) {
  const scales = new Set(arrangement.panels.filter((panel) => panel.stop > panel.start).map((panel) => panel.scale));
  const tracks = new Map([...heatmap.spec.panels.flatMap((panel) => panel.tracks), ...heatmap.spec.row_tracks]
    .map((track) => [`${track.kind} ${track.name}`, track]));
  const keys = [...[...scales].map(mainKey), ...[...tracks.values()].flatMap(trackKey)];
  let [x, y, lowest] = [layout.left, top, top];
  const drawn = keys.map((key, i) => {
    if (x + key.width > width && x > layout.left) [x, y] = [layout.left, lowest + 16];
    const text = xmlTag("g", { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` }, key.draw(i));
    x += key.width + 26;
    lowest = Math.max(lowest, y + key.height);
    return text;
  });
  return { text: xmlTag("g", { id: "keys" }, drawn.join("")), bottom: lowest };
}

/**
 * @typedef {object} Key
 * @property {number} width
 * @property {number} height
 * @property {(i: number) => string} draw
 */

/**
 * @param {import("./colour.js").ColourScale} scale
 * @returns {Key}
 */
function mainKey(scale) {
  const { low, high, stops, label, clipped, histogram } = scale;
  const tallest = Math.max(1, ...Array.from(histogram));
  const step = BAR_WIDTH / Math.max(1, histogram.length);
  const outline = Array.from(histogram, (/** @type {number} */ count, i) =>
    `V${(32 - 16 * count / tallest).toFixed(1)} H${((i + 1) * step).toFixed(1)}`).join(" ");
  const ends = low === -high ? `±${scaleWords(high)}` : `${scaleWords(low)} to ${scaleWords(high)}`;
  const height = scale.hasMissing ? 88 : 72;
  return { width: Math.max(BAR_WIDTH, wordsWidth(label, 11, "bold")), height, draw: (i) =>
    xmlWords(0, 9, label, { "font-size": 11, "font-weight": "bold" }) +
    (histogram.length ? xmlTag("path", { d: `M0,32 ${outline}`, fill: "none", stroke: KEY_SOFT, "stroke-width": 0.7 }) : "") +
    ramp(`ramp-${i}`, stops, BAR_WIDTH, 33) +
    xmlWords(0, 57, scaleWords(low)) +
    xmlWords(BAR_WIDTH / 2, 57, scaleWords((low + high) / 2), { "text-anchor": "middle" }) +
    xmlWords(BAR_WIDTH, 57, scaleWords(high), { "text-anchor": "end" }) +
    (clipped > 0 ? xmlWords(0, 71, `${shareWords(clipped)} of cells beyond ${ends}`, { fill: KEY_SOFT }) : "") +
    (scale.hasMissing ? missingKey(scale.missing) : "") };
}

/** @param {string} colour */
function missingKey(colour) {
  return xmlTag("rect", { y: 77, width: 10, height: 10, fill: colour }) + xmlWords(15, 86, "missing", { fill: KEY_SOFT });
}

/**
 * @param {string} id
 * @param {string[]} stops
 * @param {number} width
 * @param {number} y
 */
function ramp(id, stops, width, y) {
  const marks = stops.map((stop, i) =>
    xmlTag("stop", { offset: `${(100 * i / (stops.length - 1)).toFixed(2)}%`, "stop-color": stop }));
  return xmlTag("defs", {}, xmlTag("linearGradient", { id }, marks.join(""))) +
    xmlTag("rect", { y, width, height: 12, fill: `url(#${id})` });
}

/**
 * @param {import("./decode.js").Track} track
 * @returns {Key[]}
 */
function trackKey(track) {
  if (track.kind === "text" || track.kind === "boxes" || (isAxisKind(track) && isPlain(track))) return [];
  if (!track.scale) return [levelsKey(track, shortWords(track.label || track.name, 170, 10, "bold"))];
  const { stops, low, high } = track.scale;
  const label = brokenWords(track.label || track.name, SMALL_BAR_WIDTH + 20, 10, 3);
  const y = 13 * label.length;
  return [{ width: SMALL_BAR_WIDTH + 16, height: y + 30, draw: (i) =>
    label.map((line, at) => xmlWords(0, 9 + 13 * at, line, { "font-weight": "bold" })).join("") +
    ramp(`ramp-${i}`, stops, SMALL_BAR_WIDTH, y + 2) + xmlWords(0, y + 26, scaleWords(low)) +
    xmlWords(SMALL_BAR_WIDTH, y + 26, scaleWords(high), { "text-anchor": "end" }) }];
}

/**
 * Whether a track has one part only, which needs no key.
 * @param {import("./decode.js").Track} track
 */
function isPlain(track) {
  return Object.keys(track.colours).length < 2;
}

/**
 * @param {import("./decode.js").Track} track
 * @param {string} label
 * @returns {Key}
 */
function levelsKey(track, label) {
  const entries = Object.entries(track.colours);
  const shown = entries.slice(0, MAX_LEVELS);
  const rest = entries.length - shown.length;
  const words = shown.map(([level]) => shortWords(level, 130, 10));
  const lines = shown.map(([, colour], i) => xmlTag("rect", { y: 16 + i * 14, width: 10, height: 10, fill: colour }) +
    xmlWords(15, 25 + i * 14, words[i]));
  if (rest) lines.push(xmlWords(15, 25 + shown.length * 14, `and ${rest} more`, { fill: KEY_SOFT }));
  const width = Math.max(wordsWidth(label, 10, "bold"), ...words.map((word) => wordsWidth(word, 10) + 16));
  return { width, height: 18 + 14 * lines.length,
    draw: () => xmlWords(0, 9, label, { "font-weight": "bold" }) + lines.join("") };
}
