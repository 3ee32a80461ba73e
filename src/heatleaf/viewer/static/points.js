// Genes as points of a volcano or MA plot: their places, the limits of the axes, and which are nearest or inside.
// Limits and the choice of names follow heatleaf.figures.points, so that the figure and the browser show the same.
import { quantileOf } from "./colour.js";

/**
 * @typedef {import("./decode.js").FoundTerm} FoundTerm
 */

/**
 * @typedef {object} Comparison
 * @property {string} name
 * @property {string} title
 * @property {string} tested
 * @property {string} reference
 * @property {string} factor
 * @property {number} alpha
 * @property {string[]} gene_ids
 * @property {string[]} gene_names
 * @property {Float32Array} base_mean
 * @property {Float32Array} log2_fold_change
 * @property {Float32Array} shrunken
 * @property {Float32Array} log10_p minus log10 of the p-value
 * @property {Float64Array} padj
 * @property {Uint8Array} status
 * @property {string[]} statuses
 * @property {Uint8Array} is_called
 * @property {string} volcano_caption
 * @property {string} ma_caption
 * @property {{up?: FoundTerm[], down?: FoundTerm[], ranked?: FoundTerm[]}} enrichment
 */

/**
 * @typedef {object} PointSet
 * @property {Float64Array} x within the limits; NaN where the gene has no place
 * @property {Float64Array} y
 * @property {Uint8Array} isBeyond moved to the border
 * @property {[number, number]} xLimits
 * @property {[number, number]} yLimits
 * @property {string} xLabel
 * @property {string} yLabel
 */

const STRAY_FROM = 3;
const STRONGEST = 3;

/**
 * Points of a volcano plot: log2 fold change, and -log10 of the p-value.
 * @param {Comparison} comparison
 * @returns {PointSet}
 */
export function volcanoPoints(comparison) {
  const { log2_fold_change: change, log10_p: height } = comparison;
  const isDrawn = (/** @type {number} */ i) => Number.isFinite(change[i]) && Number.isFinite(height[i]);
  const end = symmetricEnd(drawnValues(change, isDrawn), calledValues(comparison, change, isDrawn));
  const top = upperEnd(drawnValues(height, isDrawn), calledValues(comparison, height, isDrawn));
  return clipInto(change, height, [-end, end], [0, top], "log₂ fold change", "−log₁₀ p");
}

/**
 * Points of an MA plot: mean of normalised counts (log10), and log2 fold change.
 * @param {Comparison} comparison
 * @param {boolean} isShrunken
 * @returns {PointSet}
 */
export function maPoints(comparison, isShrunken) {
  const change = isShrunken ? comparison.shrunken : comparison.log2_fold_change;
  const mean = Float64Array.from(comparison.base_mean, (value) => value > 0 ? Math.log10(value) : NaN);
  const sides = [-1, 1].map((sign) => {
    const isDrawn = (/** @type {number} */ i) => Number.isFinite(mean[i]) && sign * change[i] > 0;
    return symmetricEnd(drawnValues(change, isDrawn), calledValues(comparison, change, isDrawn));
  });
  const [low, high] = sides.map((end) => Math.max(end, Math.max(...sides) / 2));
  const label = `log₂ fold change${isShrunken ? ", shrunken" : ""}`;
  return clipInto(mean, change, meanEnds(mean), [-low, high], "mean of normalised counts", label);
}

/**
 * @param {ArrayLike<number>} values
 * @param {(i: number) => boolean} isDrawn
 */
function drawnValues(values, isDrawn) {
  return Float64Array.from(values).filter((_, i) => isDrawn(i)).map(Math.abs).sort();
}

/**
 * @param {Comparison} comparison
 * @param {ArrayLike<number>} values
 * @param {(i: number) => boolean} isDrawn
 */
function calledValues(comparison, values, isDrawn) {
  return drawnValues(values, (i) => comparison.is_called[i] === 1 && isDrawn(i));
}

/**
 * Half width of an axis around zero: every called gene but strays, and 99.5 % of all genes.
 * @param {Float64Array} sizes sorted
 * @param {Float64Array} called sorted
 */
function symmetricEnd(sizes, called) {
  if (!sizes.length) return 1;
  const limit = quantileOf(sizes, 0.995);
  return Math.max((called.length ? Math.max(limit, withoutStrays(called, called)) : limit) * 1.06, 1);
}

/**
 * @param {Float64Array} heights sorted
 * @param {Float64Array} called sorted
 */
function upperEnd(heights, called) {
  if (!heights.length) return 2;
  return Math.max(withoutStrays(heights, called.length ? called : heights) * 1.05, 2);
}

/**
 * The largest value, or what holds the rest where it is far beyond nearly all called genes.
 * @param {Float64Array} values sorted
 * @param {Float64Array} called sorted
 */
function withoutStrays(values, called) {
  const largest = values[values.length - 1];
  const usual = quantileOf(called, 0.999);
  if (largest <= STRAY_FROM * usual) return largest;
  return Math.max(usual * 1.1, values.filter((value) => value <= STRAY_FROM * usual).at(-1) ?? 0);
}

/**
 * @param {Float64Array} mean log10
 * @returns {[number, number]}
 */
function meanEnds(mean) {
  const sorted = mean.filter(Number.isFinite).sort();
  if (!sorted.length) return [0, 3];
  const [low, high] = [quantileOf(sorted, 0.001), sorted[sorted.length - 1]];
  const room = Math.max(0.03 * (high - low), 0.1);
  return [low - room, high + room];
}

/**
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>} y
 * @param {[number, number]} xLimits
 * @param {[number, number]} yLimits
 * @param {string} xLabel
 * @param {string} yLabel
 * @returns {PointSet}
 */
function clipInto(x, y, xLimits, yLimits, xLabel, yLabel) {
  const n = x.length;
  const points = { x: new Float64Array(n), y: new Float64Array(n), isBeyond: new Uint8Array(n), xLimits, yLimits,
    xLabel, yLabel };
  for (let i = 0; i < n; i++) {
    const isDrawn = Number.isFinite(x[i]) && Number.isFinite(y[i]);
    points.x[i] = isDrawn ? Math.max(xLimits[0], Math.min(xLimits[1], x[i])) : NaN;
    points.y[i] = isDrawn ? Math.max(yLimits[0], Math.min(yLimits[1], y[i])) : NaN;
    if (isDrawn && (points.x[i] !== x[i] || points.y[i] !== y[i])) points.isBeyond[i] = 1;
  }
  return points;
}

/**
 * 1 up, -1 down, 0 not significant.
 * @param {Comparison} comparison
 * @param {number} i
 */
export function callOf(comparison, i) {
  return comparison.is_called[i] ? Math.sign(comparison.log2_fold_change[i]) : 0;
}

/**
 * Genes to name: of both sides in turn, by |log2 fold change| x -log10 p (Xiao et al. 2014, Bioinformatics 30:801);
 * after the first three of a side genes without a symbol count half.
 * @param {Comparison} comparison
 * @param {number} nPerSide
 */
export function tellingGenes(comparison, nPerSide) {
  /** @type {[number[], number[]]} */
  const sides = [[], []];
  comparison.is_called.forEach((called, i) => {
    if (called) sides[comparison.log2_fold_change[i] > 0 ? 0 : 1].push(i);
  });
  const ranked = sides.map((genes) => rankByScore(comparison, genes).slice(0, nPerSide));
  const turns = Array.from({ length: nPerSide }, (_, turn) => ranked.map((side) => side[turn]));
  return turns.flat().filter((gene) => gene !== undefined);
}

/**
 * Order genes by how telling they are.
 * @param {Comparison} comparison
 * @param {number[]} genes
 */
export function rankByScore(comparison, genes) {
  const score = (/** @type {number} */ i) => {
    const shrunken = comparison.shrunken[i];
    const value = Math.abs((Number.isFinite(shrunken) ? shrunken : comparison.log2_fold_change[i]) * comparison.log10_p[i]);
    return Number.isFinite(value) ? value : 0;
  };
  const weighted = (/** @type {number} */ i) =>
    score(i) * (comparison.gene_names[i] === comparison.gene_ids[i] ? 0.5 : 1);
  const byId = (/** @type {number} */ a, /** @type {number} */ b) =>
    comparison.gene_ids[a] < comparison.gene_ids[b] ? -1 : 1;
  const ordered = [...genes].sort((a, b) => score(b) - score(a) || byId(a, b));
  const rest = ordered.slice(STRONGEST).sort((a, b) => weighted(b) - weighted(a) || byId(a, b));
  return [...ordered.slice(0, STRONGEST), ...rest];
}

/**
 * Height of the line of significance: the least significant gene that is called; NaN where there is none.
 * @param {Comparison} comparison
 */
export function significanceHeight(comparison) {
  let least = Infinity;
  comparison.is_called.forEach((called, i) => { if (called) least = Math.min(least, comparison.log10_p[i]); });
  return Number.isFinite(least) ? least : NaN;
}

/**
 * Whether a place lies inside a polygon (even-odd rule).
 * @param {[number, number][]} polygon
 * @param {number} x
 * @param {number} y
 */
export function isInside(polygon, x, y) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [polygon[i], polygon[j]];
    if ((yi > y) !== (yj > y) && x < (xj - xi) * (y - yi) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/**
 * About n round numbers within limits.
 * @param {[number, number]} limits
 * @param {number} n
 */
export function roundTicks([low, high], n) {
  const rough = (high - low) / n;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const ticks = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}
