// What is said of each block of rows: the card that Python wrote where there is one, else computed here the same way,
// so that every cut has its cards.
import { distinctTerms, testRowLists } from "./enrich.js";
import { shownHeatmap } from "./genes.js";
import { countWords, listWords, signedWords, thousands } from "./words.js";

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./decode.js").Heatmap} Heatmap
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 */

/**
 * @typedef {object} CardTerm
 * @property {string} name
 * @property {number} overlap
 * @property {number} set_size
 * @property {number} padj
 */

/**
 * @typedef {object} ClusterCard
 * @property {string} name
 * @property {number[]} rows figure rows, in displayed order
 * @property {string} label one line
 * @property {string} pattern predicate of a sentence
 * @property {number | null} stability
 * @property {string} verdict
 * @property {string[]} caveats
 * @property {string[]} leading
 * @property {CardTerm[]} terms
 * @property {boolean} isComputed here, not by the analysis
 * @property {Float64Array} profile mean of each displayed column
 */

const N_LEADING = 5;
const N_TERMS = 3;
const ALPHA = 0.05;
/** @type {WeakMap<Arrangement, ClusterCard[]>} */
const CARDS = new WeakMap();

/**
 * The cards of all displayed blocks.
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @returns {ClusterCard[]}
 */
export function clusterCards(view, state, arrangement) {
  const known = CARDS.get(arrangement);
  if (known) return known;
  const heatmap = shownHeatmap(view, state);
  const cards = arrangement.rowBlocks.map((block) => {
    const rows = Array.from(arrangement.rows.subarray(block.start, block.stop));
    const profile = blockProfile(arrangement, block);
    return writtenCard(heatmap, block.name, rows, profile)
      ?? computedCard(heatmap, arrangement, block.name, rows, profile);
  });
  addTerms(heatmap, cards.filter((card) => card.isComputed));
  CARDS.set(arrangement, cards);
  return cards;
}

/**
 * Mean of the known values of each displayed column over the rows of a block.
 * @param {Arrangement} arrangement
 * @param {{start: number, stop: number}} block
 */
function blockProfile(arrangement, block) {
  const sums = new Float64Array(arrangement.columns.length);
  const counts = new Int32Array(arrangement.columns.length);
  for (let row = block.start; row < block.stop; row++) {
    for (let column = 0; column < sums.length; column++) {
      const value = arrangement.value(row, column);
      if (!Number.isFinite(value)) continue;
      sums[column] += value;
      counts[column] += 1;
    }
  }
  return sums.map((sum, column) => counts[column] ? sum / counts[column] : NaN);
}

/**
 * The card that the analysis wrote for exactly these rows; null where there is none.
 * @param {Heatmap} heatmap
 * @param {string} name
 * @param {number[]} rows
 * @param {Float64Array} profile
 * @returns {ClusterCard | null}
 */
function writtenCard(heatmap, name, rows, profile) {
  let [start, last] = [Infinity, -1];
  for (const row of rows) [start, last] = [Math.min(start, row), Math.max(last, row)];
  if (last + 1 - start !== rows.length) return null;
  const node = heatmap.nodes.find((one) => one.start === start && one.stop === last + 1);
  if (!node) return null;
  const { label, pattern, stability, verdict, caveats, leading, terms } = node;
  return { name, rows, label, pattern, stability, verdict, caveats, leading, terms, isComputed: false, profile };
}

/**
 * @param {Heatmap} heatmap
 * @param {Arrangement} arrangement
 * @param {string} name
 * @param {number[]} rows
 * @param {Float64Array} profile
 * @returns {ClusterCard}
 */
function computedCard(heatmap, arrangement, name, rows, profile) {
  const groups = groupMeans(arrangement, profile);
  const ordered = [...groups].sort((a, b) => b.mean - a.mean);
  const [high, low] = [ordered[0], ordered[ordered.length - 1]];
  const says = high && low && high !== low && high.name && low.name;
  return {
    name, rows, profile,
    label: says ? `highest in ${high.name}, lowest in ${low.name}` : "",
    pattern: says ? `is highest in ${high.name} (mean ${signedWords(high.mean)}) and lowest in ${low.name} ` +
      `(mean ${signedWords(low.mean)})` : "was not compared with groups",
    stability: null, verdict: "", caveats: rows.length < 10 ? ["Few genes can hardly show a gene set."] : [],
    leading: leadingNames(heatmap, arrangement, rows, profile), terms: [], isComputed: true,
  };
}

/**
 * Mean of a profile in each group of columns.
 * @param {Arrangement} arrangement
 * @param {Float64Array} profile
 */
function groupMeans(arrangement, profile) {
  return arrangement.columnBlocks.map((block) => {
    const known = profile.subarray(block.start, block.stop).filter(Number.isFinite);
    return { name: block.name, mean: known.reduce((sum, value) => sum + value, 0) / known.length };
  }).filter((group) => Number.isFinite(group.mean));
}

/**
 * The genes that stand most for a block: largest projection on its mean profile, named genes first.
 * @param {Heatmap} heatmap
 * @param {Arrangement} arrangement
 * @param {number[]} rows
 * @param {Float64Array} profile
 */
function leadingNames(heatmap, arrangement, rows, profile) {
  const { row_ids: ids, row_names: names } = heatmap.spec;
  const middle = profile.reduce((sum, value) => sum + (value || 0), 0) / profile.length;
  const first = displayPosition(arrangement, rows[0]);
  const scored = rows.map((row, i) => {
    let score = 0;
    profile.forEach((value, column) => {
      const cell = arrangement.value(first + i, column);
      if (Number.isFinite(cell) && Number.isFinite(value)) score += cell * (value - middle);
    });
    return { row, score: names[row] === ids[row] ? score - 1e6 : score };
  });
  scored.sort((a, b) => b.score - a.score || a.row - b.row);
  return scored.slice(0, N_LEADING).map((one) => names[one.row]);
}

/**
 * @param {Arrangement} arrangement
 * @param {number} row
 */
function displayPosition(arrangement, row) {
  return arrangement.rows.indexOf(row);
}

/**
 * Test the gene sets of cards that the analysis did not write.
 * @param {Heatmap} heatmap
 * @param {ClusterCard[]} cards
 */
function addTerms(heatmap, cards) {
  const sets = heatmap.gene_sets;
  if (!sets || !cards.length) return;
  const found = testRowLists(sets, cards.map((card) => card.rows), heatmap.spec.row_ids.length);
  cards.forEach((card, i) => {
    const called = found[i].filter((term) => term.padj < ALPHA);
    card.terms = distinctTerms(sets, called, card.rows, N_TERMS).map((term) => ({ name: term.name,
      overlap: term.overlap, set_size: term.setSize, padj: term.padj }));
  });
}

/**
 * One sentence on the displayed cut.
 * @param {ClusterCard[]} cards
 * @param {Heatmap} heatmap
 */
export function cutSentence(cards, heatmap) {
  const sizes = cards.map((card) => card.rows.length);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const parts = [least === most ? countWords(most, "gene") : `${thousands(least)} to ${thousands(most)} genes each`];
  if (heatmap.gene_sets) parts.push(`${cards.filter((card) => card.terms.length).length} with a gene set that stands out`);
  const measured = cards.filter((card) => card.stability !== null);
  if (measured.length) {
    const weak = measured.reduce((a, b) => (a.stability ?? 0) <= (b.stability ?? 0) ? a : b);
    parts.push(`stability from ${weak.stability?.toFixed(2)} (${weak.name}) to ` +
      `${Math.max(...measured.map((card) => card.stability ?? 0)).toFixed(2)}`);
  } else if (heatmap.nodes.some((node) => node.stability !== null)) {
    parts.push("stability not measured for this cut");
  }
  return `${cards.length === 1 ? "One block" : `${cards.length} clusters`}: ${listWords(parts)}.`;
}
