// Colours of values, as heatleaf.figures.palettes and heatmap.scale have them: the same value has the same colour here.

/**
 * @typedef {object} ColourScale
 * @property {string} label
 * @property {number} low
 * @property {number} high
 * @property {string[]} stops
 * @property {string} missing
 * @property {number} clipped share 0-1 of displayed cells beyond the ends
 * @property {boolean} hasMissing
 * @property {ArrayLike<number>} histogram cells in equal bins from low to high
 */

export const N_BINS = 41;
const N_COLOURS = 256;
const NICE_LIMITS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const GROUP_COLOURS = ["#DD9A2B", "#22A08A", "#8260A8", "#58631A", "#A86F4B", "#8F1D73", "#C07AD6", "#2F5A3C"];
const INK_ON_LIGHT = "#222222";
/** @type {Map<string, Uint8Array>} */
const TABLES = new Map();

/**
 * 256 colours between stops, three bytes each, low to high.
 * @param {string[]} stops
 */
export function paletteTable(stops) {
  const key = stops.join();
  const known = TABLES.get(key);
  if (known) return known;
  const table = new Uint8Array(3 * N_COLOURS);
  const channels = stops.map(rgbOf);
  for (let i = 0; i < N_COLOURS; i++) {
    const at = i * (stops.length - 1) / (N_COLOURS - 1);
    const left = Math.min(Math.floor(at), Math.max(stops.length - 2, 0));
    const right = Math.min(left + 1, stops.length - 1);
    for (let c = 0; c < 3; c++) {
      table[3 * i + c] = roundEven(channels[left][c] + (at - left) * (channels[right][c] - channels[left][c]));
    }
  }
  TABLES.set(key, table);
  return table;
}

/**
 * Place of a value in the table of its scale, 0-255; -1 where it is missing.
 * @param {{low: number, high: number}} scale
 * @param {number} value
 */
export function colourIndex({ low, high }, value) {
  if (Number.isNaN(value)) return -1;
  return roundEven((Math.max(low, Math.min(high, value)) - low) / (high - low) * (N_COLOURS - 1));
}

/**
 * Red, green, blue of "#RRGGBB".
 * @param {string} colour
 * @returns {[number, number, number]}
 */
export function rgbOf(colour) {
  return [parseInt(colour.slice(1, 3), 16), parseInt(colour.slice(3, 5), 16), parseInt(colour.slice(5, 7), 16)];
}

/**
 * The colours of a table as pixels of image data; the last one is that of missing values.
 * @param {{stops: string[], missing: string}} scale
 */
export function pixelTable(scale) {
  const table = paletteTable(scale.stops);
  const pixels = new Uint32Array(N_COLOURS + 1);
  for (let i = 0; i < N_COLOURS; i++) pixels[i] = pixelOf(table[3 * i], table[3 * i + 1], table[3 * i + 2]);
  pixels[N_COLOURS] = pixelOf(...rgbOf(scale.missing));
  return pixels;
}

/**
 * @param {number} red
 * @param {number} green
 * @param {number} blue
 */
function pixelOf(red, green, blue) {
  return (255 << 24 | blue << 16 | green << 8 | red) >>> 0;
}

/**
 * The colour of a value as "#rrggbb".
 * @param {{low: number, high: number, stops: string[], missing: string}} scale
 * @param {number} value
 */
export function colourOfValue(scale, value) {
  const index = colourIndex(scale, value);
  if (index < 0) return scale.missing;
  const table = paletteTable(scale.stops);
  const parts = [0, 1, 2].map((c) => table[3 * index + c].toString(16).padStart(2, "0"));
  return `#${parts.join("")}`;
}

/**
 * White or dark ink for words on a colour, by the contrast of WCAG 2.1 (at least 3 for white).
 * @param {string} colour
 */
export function inkOn(colour) {
  const [red, green, blue] = rgbOf(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 3 ? "#ffffff" : INK_ON_LIGHT;
}

/**
 * Colours of groups that the figure has none for.
 * @param {number} n
 */
export function hueOfGroup(n) {
  return GROUP_COLOURS[n % GROUP_COLOURS.length];
}

/**
 * Round up to a nice number; 5 % above one still counts as it.
 * @param {number} value
 */
export function niceLimit(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (NICE_LIMITS.find((nice) => value / power <= nice * 1.05) ?? 10) * power;
}

/**
 * Widen a range to multiples of a step that is at most a fifth of it.
 * @param {number} low
 * @param {number} high
 * @returns {[number, number]}
 */
export function roundLimits(low, high) {
  const span = high > low ? high - low : 1;
  const power = 10 ** Math.floor(Math.log10(span / 5));
  const step = power * Math.max(...[1, 2, 5].filter((factor) => factor * power <= span / 5 * (1 + 1e-9)));
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  return [first * step, Math.max(last, first + 1) * step];
}

/**
 * Quantile of sorted numbers, by linear interpolation.
 * @param {ArrayLike<number>} sorted
 * @param {number} share
 */
export function quantileOf(sorted, share) {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
}

/**
 * Round halves to even, as NumPy does.
 * @param {number} value
 */
function roundEven(value) {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
