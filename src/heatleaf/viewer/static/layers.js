// The numbers behind the cells: the values of the figure, or another transform of the same genes and samples.
import { N_BINS, niceLimit, quantileOf, roundLimits } from "./colour.js";

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./decode.js").Heatmap} Heatmap
 * @typedef {import("./state.js").State} State
 * @typedef {import("./colour.js").ColourScale} ColourScale
 */

const LABELS = { shown: "", z: "row z-score (VST)", centred: "VST minus mean of the gene (log2)", vst: "VST (log2)",
  counts: "normalised count, log2(n + 1)" };
const ONE_WAY = new Set(["vst", "counts"]);
const ONE_WAY_PALETTE = "white-blue";
/** @type {WeakMap<Heatmap, {[layer: string]: Float32Array}>} */
const MADE = new WeakMap();

/**
 * Values of the first panel in a layer, as the figure has its rows and columns; the figure's own where there is no such layer.
 * @param {Heatmap} heatmap
 * @param {State["layer"]} layer
 */
export function layerValues(heatmap, layer) {
  const { vst, counts } = heatmap.layers;
  const source = layer === "counts" ? counts : vst;
  if (layer === "shown" || !source) return heatmap.spec.panels[0].matrix;
  if (layer === "vst") return source;
  const made = MADE.get(heatmap) ?? {};
  MADE.set(heatmap, made);
  const width = heatmap.spec.panels[0].column_names.length;
  return made[layer] ??= layer === "counts" ? source.map((count) => Math.log2(count + 1))
    : standardised(source, width, { isScaled: layer === "z" });
}

/**
 * Tell whether a layer is there.
 * @param {Heatmap} heatmap
 * @param {State["layer"]} layer
 */
export function hasLayer(heatmap, layer) {
  return layer === "shown" || Boolean(layer === "counts" ? heatmap.layers.counts : heatmap.layers.vst);
}

/**
 * Take the mean of its known values from each row, and divide by their standard deviation; a constant row is 0.
 * @param {Float32Array} values
 * @param {number} width
 * @param {{isScaled: boolean}} how
 */
function standardised(values, width, { isScaled }) {
  const result = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += width) {
    const row = values.subarray(start, start + width);
    const known = row.filter(Number.isFinite);
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const spread = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1));
    const unit = isScaled && spread > 1e-9 ? spread : 1;
    for (let i = 0; i < width; i++) result[start + i] = (row[i] - mean) / unit;
  }
  return result;
}

/**
 * The colour scale of a panel for a state, without what it counts of the cells.
 * @param {View} view
 * @param {State} state
 * @param {number} panel
 * @returns {{label: string, low: number, high: number, stops: string[], missing: string}}
 */
export function scaleOf(view, state, panel) {
  const heatmap = view.heatmaps[state.heatmap];
  const own = heatmap.spec.panels[panel].scale;
  const layer = panel === 0 && hasLayer(heatmap, state.layer) ? state.layer : "shown";
  const [low, high] = layer === "shown" ? [own.low, own.high] : chosenLimits(layerValues(heatmap, layer), layer);
  const name = state.palette || (ONE_WAY.has(layer) && own.low === -own.high ? ONE_WAY_PALETTE : "");
  const chosen = Object.hasOwn(view.palettes, name) ? view.palettes[name] : null;
  const limits = panel === 0 && state.limits ? state.limits : [low, high];
  return { label: LABELS[layer] || own.label, low: limits[0], high: limits[1], stops: chosen?.stops ?? own.stops,
    missing: chosen?.missing ?? own.missing_colour };
}

/**
 * Limits as the figure would choose them: symmetric for values around 0, else between round numbers.
 * @param {Float32Array} values
 * @param {string} layer
 * @returns {[number, number]}
 */
function chosenLimits(values, layer) {
  const known = values.filter(Number.isFinite);
  if (!known.length) return [0, 1];
  if (ONE_WAY.has(layer)) {
    known.sort();
    return roundLimits(quantileOf(known, 0.01), quantileOf(known, 0.99));
  }
  const limit = niceLimit(quantileOf(known.map(Math.abs).sort(), 0.99));
  return [-limit, limit];
}

/**
 * Count displayed cells: how many fall into each bin, what share lies beyond the ends, whether one is missing.
 * @param {{low: number, high: number}} scale
 * @param {(row: number, column: number) => number} value
 * @param {number} nRows
 * @param {readonly number[]} columns displayed ones that the scale is for
 */
export function countCells({ low, high }, value, nRows, columns) {
  const histogram = new Uint32Array(N_BINS);
  const perBin = N_BINS / (high - low);
  let [nKnown, nBeyond] = [0, 0];
  for (let row = 0; row < nRows; row++) {
    for (const column of columns) {
      const cell = value(row, column);
      if (cell !== cell) continue;
      nKnown++;
      if (cell < low || cell > high) nBeyond++;
      histogram[cell <= low ? 0 : Math.min(Math.floor((cell - low) * perBin), N_BINS - 1)]++;
    }
  }
  return { histogram, clipped: nKnown ? nBeyond / nKnown : 0, hasMissing: nKnown < nRows * columns.length };
}
