// Which gene names are written: all that fit, else the figure's marks, and more as one zooms in.
import { NAME_PITCH } from "./layout.js";
import { cellsInSight } from "./scene.js";

/**
 * @typedef {import("./decode.js").Heatmap} Heatmap
 * @typedef {import("./scene.js").Scene} Scene
 */

const ALL_FROM = 9.4; // pixels a row, for letters of 9 pixels
const MAX_SELECTED = 40;
/** @type {WeakMap<Heatmap, Float64Array>} */
const RANKS = new WeakMap();
/** @type {WeakMap<Int32Array, Map<number, Int32Array>>} */
const BESTS = new WeakMap();

/**
 * Displayed rows to name, from top to bottom.
 * @param {Heatmap} heatmap
 * @param {Scene} scene
 * @returns {{rows: number[], isAll: boolean}}
 */
export function namedRows(heatmap, scene) {
  const { layout, rows: sight, arrangement } = scene;
  const [first, stop] = cellsInSight(layout.rowAxis, sight, layout.body.height);
  if (sight.scale >= ALL_FROM) return { rows: range(first, stop), isAll: true };
  const nLines = Math.max(Math.floor(layout.body.height / NAME_PITCH), 1);
  const chosen = chosenInSight(scene, first, stop);
  const free = nLines - chosen.length;
  const others = scene.isWhole || arrangement.rows.length <= nLines ? marksInSight(heatmap, scene, first, stop)
    : bestOfBins(heatmap, scene, first, stop);
  const known = new Set(chosen);
  const kept = thinOut(others.filter((row) => !known.has(row)), chosen.length ? Math.max(Math.min(free, nLines - 2 * chosen.length), 0) : free);
  return { rows: [...chosen, ...kept].sort((a, b) => a - b), isAll: false };
}

/**
 * @param {number} first
 * @param {number} stop
 */
function range(first, stop) {
  return Array.from({ length: Math.max(stop - first, 0) }, (_, i) => first + i);
}

/**
 * Selected rows in sight; none where they are too many to be read.
 * @param {Scene} scene
 * @param {number} first
 * @param {number} stop
 */
function chosenInSight({ arrangement, selected }, first, stop) {
  if (!selected.size) return [];
  const found = [];
  for (let row = first; row < stop && found.length <= MAX_SELECTED; row++) if (selected.has(arrangement.rows[row])) found.push(row);
  return found.length <= MAX_SELECTED ? found : [];
}

/**
 * @param {Heatmap} heatmap
 * @param {Scene} scene
 * @param {number} first
 * @param {number} stop
 */
function marksInSight(heatmap, { arrangement }, first, stop) {
  const marks = new Set(heatmap.spec.marks);
  return range(first, stop).filter((row) => marks.has(arrangement.rows[row]));
}

/**
 * The row that tells most in each stretch of rows that one line has room for; stretches stay while the view moves.
 * @param {Heatmap} heatmap
 * @param {Scene} scene
 * @param {number} first
 * @param {number} stop
 */
function bestOfBins(heatmap, { arrangement, rows: sight }, first, stop) {
  const size = 2 ** Math.ceil(Math.log2(NAME_PITCH / sight.scale));
  const kept = BESTS.get(arrangement.rows) ?? new Map();
  BESTS.set(arrangement.rows, kept);
  if (!kept.has(size)) kept.set(size, bestRows(arrangement.rows, ranksOf(heatmap), size));
  const bests = kept.get(size);
  return range(Math.floor(first / size), Math.ceil(stop / size)).map((bin) => bests[bin]).filter((row) => row >= first && row < stop);
}

/**
 * @param {Int32Array} rows
 * @param {Float64Array} ranks of figure rows
 * @param {number} size
 */
function bestRows(rows, ranks, size) {
  const bests = new Int32Array(Math.ceil(rows.length / size));
  bests.forEach((_, bin) => {
    bests[bin] = bin * size;
    for (let row = bin * size; row < Math.min((bin + 1) * size, rows.length); row++) {
      if (ranks[rows[row]] > ranks[rows[bests[bin]]]) bests[bin] = row;
    }
  });
  return bests;
}

/**
 * How much the name of each figure row tells: marks first, then named genes, then by fold change or spread.
 * @param {Heatmap} heatmap
 */
function ranksOf(heatmap) {
  const known = RANKS.get(heatmap);
  if (known) return known;
  const { row_ids: ids, row_names: names, panels, marks } = heatmap.spec;
  const width = panels[0].column_names.length;
  const values = heatmap.layers.vst ?? panels[0].matrix;
  const change = Object.values(heatmap.rows.log2_fold_change)[0];
  const ranks = Float64Array.from(ids, (id, row) => {
    const told = change ? Math.abs(change[row]) || 0 : spreadOf(values, row * width, (row + 1) * width);
    return told + (names[row] === id ? 0 : 1e3);
  });
  for (const row of marks) ranks[row] += 1e6;
  RANKS.set(heatmap, ranks);
  return ranks;
}

/**
 * @param {Float32Array} values
 * @param {number} start
 * @param {number} stop
 */
function spreadOf(values, start, stop) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = start; i < stop; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return high > low ? high - low : 0;
}

/**
 * Keep as many as there are lines, spread evenly over all.
 * @param {number[]} rows
 * @param {number} nLines
 */
function thinOut(rows, nLines) {
  if (rows.length <= nLines) return rows;
  if (nLines < 2) return rows.slice(0, Math.max(nLines, 0));
  const kept = new Set(range(0, nLines).map((i) => Math.round(i * (rows.length - 1) / (nLines - 1))));
  return rows.filter((_, i) => kept.has(i));
}
