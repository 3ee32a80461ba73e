// Over-representation of gene sets among chosen rows: the one-sided hypergeometric test with Benjamini-Hochberg within
// each collection, on the stated universe, as heatleaf.enrich.over_representation does it.

/**
 * Sets within the universe; only members that the heatmap shows are listed.
 * @typedef {object} GeneSets
 * @property {string[]} names
 * @property {string[]} ids
 * @property {string[]} collections of each set
 * @property {Int32Array} sizes genes of the universe in each set
 * @property {Int32Array} offsets where the members of each set start; one more than sets
 * @property {Int32Array} members displayed rows
 * @property {Int32Array} gene_of_row first row that stands for the same gene: two rows can carry one symbol
 * @property {number} universe_size
 * @property {string} universe_words
 * @property {number} min_size
 * @property {number} max_size
 */

/**
 * One set among the chosen genes.
 * @typedef {object} Term
 * @property {number} set
 * @property {string} name
 * @property {string} collection
 * @property {number} overlap
 * @property {number} setSize
 * @property {number} fold
 * @property {number} pValue
 * @property {number} padj
 */

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
const NEGLIGIBLE = 1e-18;
const SMALL_REMAINDERS = smallRemainders(16);

/** @param {number} n */
function smallRemainders(n) {
  const remainders = new Float64Array(n);
  let logFactorial = 0;
  for (let i = 1; i < n; i++) {
    logFactorial += Math.log(i);
    remainders[i] = logFactorial - i * Math.log(i) + i;
  }
  return remainders;
}

/**
 * log(n!) - n log(n) + n by Stirling's series (Abramowitz & Stegun 6.1.41).
 * @param {number} n
 */
function stirlingRemainder(n) {
  if (n < SMALL_REMAINDERS.length) return SMALL_REMAINDERS[n];
  const square = 1 / (n * n);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / n;
  return HALF_LOG_TWO_PI + 0.5 * Math.log(n) + series;
}

/**
 * Deviance of x from its expectation.
 * @param {number} x
 * @param {number} expected
 */
function devianceOf(x, expected) {
  return x > 0 ? x * Math.log(x / expected) - x + expected : expected;
}

/**
 * log P(X = k), with deviances in place of differences of large log factorials (Loader 2000).
 * @param {number} k
 * @param {number} size
 * @param {number} drawn
 * @param {number} total
 */
function logProbability(k, size, drawn, total) {
  const rest = total - size;
  const [share, left] = [drawn / total, (total - drawn) / total];
  const remainders = stirlingRemainder(size) - stirlingRemainder(k) - stirlingRemainder(size - k) +
    stirlingRemainder(rest) - stirlingRemainder(drawn - k) - stirlingRemainder(rest - drawn + k) -
    stirlingRemainder(total) + stirlingRemainder(drawn) + stirlingRemainder(total - drawn);
  const deviance = devianceOf(k, size * share) + devianceOf(size - k, size * left) +
    devianceOf(drawn - k, rest * share) + devianceOf(rest - drawn + k, rest * left);
  return remainders - deviance;
}

/**
 * Sum of P(X = i) / P(X = start) over i from start on, upwards or downwards.
 * @param {number} start
 * @param {number} size
 * @param {number} drawn
 * @param {number} total
 * @param {boolean} isUpper
 */
function ratioSum(start, size, drawn, total, isUpper) {
  const c = total - size - drawn;
  let [sum, term] = [1, 1];
  for (let x = start; term > NEGLIGIBLE * sum; x += isUpper ? 1 : -1) {
    term *= isUpper
      ? (size - x) * (drawn - x) / ((x + 1) * (c + x + 1))
      : x * (c + x) / ((size - x + 1) * (drawn - x + 1));
    sum += term;
  }
  return sum;
}

/**
 * P(X >= overlap), X the members of a set among genes drawn without replacement; 1 where the overlap is 0.
 * @param {number} overlap
 * @param {number} size genes of the set
 * @param {number} drawn genes chosen
 * @param {number} total genes of the universe
 */
export function hypergeometricTail(overlap, size, drawn, total) {
  const least = Math.max(size + drawn - total, 0);
  if (overlap <= least) return 1;
  const isUpper = overlap > size * (drawn / total);
  const start = isUpper ? overlap : Math.max(overlap - 1, least);
  const sum = ratioSum(start, size, drawn, total, isUpper);
  const side = Math.exp(logProbability(start, size, drawn, total) + Math.log(sum));
  return isUpper ? side : 1 - side;
}

/**
 * Benjamini-Hochberg adjustment of p-values.
 * @param {ArrayLike<number>} pValues
 */
function adjustByBh(pValues) {
  const order = Uint32Array.from({ length: pValues.length }, (_, i) => i).sort((a, b) => pValues[b] - pValues[a]);
  const padj = new Float64Array(pValues.length);
  let least = 1;
  order.forEach((at, i) => {
    least = Math.min(least, pValues[at] * pValues.length / (pValues.length - i));
    padj[at] = least;
  });
  return padj;
}

/** @type {WeakMap<GeneSets, Int32Array[]>} */
const FAMILIES = new WeakMap();

/**
 * The sets of each collection, as positions.
 * @param {GeneSets} sets
 */
function collectionFamilies(sets) {
  const known = FAMILIES.get(sets);
  if (known) return known;
  /** @type {Map<string, number[]>} */
  const byName = new Map();
  sets.collections.forEach((name, i) => {
    const family = byName.get(name);
    if (family) family.push(i);
    else byName.set(name, [i]);
  });
  const families = [...byName.values()].map((family) => Int32Array.from(family));
  FAMILIES.set(sets, families);
  return families;
}

/**
 * How many members of each set are in each list: one look through all members for all lists.
 * @param {GeneSets} sets
 * @param {ArrayLike<number>[]} lists displayed rows
 * @param {number} nRows
 */
function countOverlaps(sets, lists, nRows) {
  const counts = lists.map(() => new Int32Array(sets.names.length));
  const isDisjoint = lists.reduce((sum, list) => sum + list.length, 0) <= nRows;
  const listOf = new Int32Array(nRows).fill(-1);
  const passes = isDisjoint ? [lists.map((_, i) => i)] : lists.map((_, i) => [i]);
  for (const pass of passes) {
    listOf.fill(-1);
    for (const i of pass) for (let j = 0; j < lists[i].length; j++) listOf[lists[i][j]] = i;
    for (let set = 0; set < sets.names.length; set++) {
      for (let j = sets.offsets[set]; j < sets.offsets[set + 1]; j++) {
        const list = listOf[sets.members[j]];
        if (list >= 0) counts[list][set] += 1;
      }
    }
  }
  return counts;
}

/**
 * p-values of all sets for one list; sets that share their numbers are computed once.
 * @param {GeneSets} sets
 * @param {Int32Array} overlaps
 * @param {number} nGenes
 */
function listPValues(sets, overlaps, nGenes) {
  /** @type {Map<number, number>} */
  const known = new Map();
  return Float64Array.from(overlaps, (overlap, i) => {
    if (overlap === 0) return 1;
    const key = overlap * (sets.universe_size + 1) + sets.sizes[i];
    let p = known.get(key);
    if (p === undefined) known.set(key, p = hypergeometricTail(overlap, sets.sizes[i], nGenes, sets.universe_size));
    return p;
  });
}

/**
 * Terms of one list, from the smallest adjusted p-value on; only sets with a gene in the list.
 * @param {GeneSets} sets
 * @param {Int32Array} overlaps
 * @param {number} nGenes
 */
function rankTerms(sets, overlaps, nGenes) {
  const pValues = listPValues(sets, overlaps, nGenes);
  const padj = new Float64Array(pValues.length);
  for (const family of collectionFamilies(sets)) {
    adjustByBh(Float64Array.from(family, (set) => pValues[set])).forEach((value, i) => { padj[family[i]] = value; });
  }
  /** @type {Term[]} */
  const terms = [];
  overlaps.forEach((overlap, set) => {
    if (overlap === 0) return;
    const fold = overlap * (sets.universe_size / Math.max(nGenes, 1)) / sets.sizes[set];
    terms.push({ set, name: sets.names[set], collection: sets.collections[set], overlap, setSize: sets.sizes[set],
      fold, pValue: pValues[set], padj: padj[set] });
  });
  return terms.sort((a, b) => a.padj - b.padj || a.pValue - b.pValue || (sets.ids[a.set] < sets.ids[b.set] ? -1 : 1));
}

/**
 * Test lists of displayed rows; each list gets its terms in order of certainty.
 * @param {GeneSets} sets
 * @param {ArrayLike<number>[]} lists
 * @param {number} nRows rows of the heatmap
 */
export function testRowLists(sets, lists, nRows) {
  const genes = lists.map((rows) => genesOfRows(sets, rows));
  return countOverlaps(sets, genes, nRows).map((overlaps, i) => rankTerms(sets, overlaps, genes[i].length));
}

/**
 * The genes of some rows, each once.
 * @param {GeneSets} sets
 * @param {ArrayLike<number>} rows
 */
function genesOfRows(sets, rows) {
  return Int32Array.from(new Set(Array.from(rows, (row) => sets.gene_of_row[row])));
}

/**
 * @param {GeneSets} sets
 * @param {number} set
 */
function membersOf(sets, set) {
  return new Set(sets.members.subarray(sets.offsets[set], sets.offsets[set + 1]));
}

/**
 * Members of a set among rows, in the order of the rows.
 * @param {GeneSets} sets
 * @param {number} set
 * @param {ArrayLike<number>} rows
 */
export function setMembersAmong(sets, set, rows) {
  const members = membersOf(sets, set);
  return Array.from(rows).filter((row) => members.has(sets.gene_of_row[row]));
}

/**
 * Terms that do not repeat a better one: less than half of the smaller list of genes found is shared with each term
 * before, or less than a third of the members of the smaller set.
 * @param {GeneSets} sets
 * @param {Term[]} terms in order
 * @param {ArrayLike<number>} rows
 * @param {number} nWanted
 */
export function distinctTerms(sets, terms, rows, nWanted) {
  const chosen = new Set(genesOfRows(sets, rows));
  /** @type {{term: Term, all: Set<number>, hits: Set<number>}[]} */
  const kept = [];
  for (const term of terms) {
    if (kept.length >= nWanted) break;
    const all = membersOf(sets, term.set);
    const hits = new Set([...all].filter((row) => chosen.has(row)));
    const repeats = kept.some((one) => sharesOf(one.hits, hits) >= 0.5 && sharesOf(one.all, all) >= 1 / 3);
    if (!repeats) kept.push({ term, all, hits });
  }
  return kept.map((one) => one.term);
}

/**
 * Shared members over the members of the smaller set.
 * @param {Set<number>} a
 * @param {Set<number>} b
 */
function sharesOf(a, b) {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const one of small) if (large.has(one)) shared += 1;
  return small.size ? shared / small.size : 0;
}
