// Finding genes by name or id: exact ones first, then names that begin so, then names that hold the text.

/**
 * @typedef {object} NamedGene
 * @property {string} id
 * @property {string} name
 */

/**
 * @typedef {object} SearchIndex
 * @property {NamedGene[]} genes
 * @property {string[]} names in lower case
 * @property {string[]} ids
 * @property {Map<string, number[]>} exact positions by name and by id, in lower case
 */

/**
 * Prepare genes for searching.
 * @param {NamedGene[]} genes
 * @returns {SearchIndex}
 */
export function makeSearchIndex(genes) {
  const names = genes.map((gene) => gene.name.toLowerCase());
  const ids = genes.map((gene) => gene.id.toLowerCase());
  /** @type {Map<string, number[]>} */
  const exact = new Map();
  genes.forEach((_, i) => {
    for (const key of new Set([names[i], ids[i], withoutVersion(ids[i])])) {
      const there = exact.get(key);
      if (there) there.push(i);
      else exact.set(key, [i]);
    }
  });
  return { genes, names, ids, exact };
}

/**
 * "ENSG00000103888.17" is known without its version too.
 * @param {string} id
 */
function withoutVersion(id) {
  return id.replace(/^(ens[a-z]*\d{6,})\.\d+$/, "$1");
}

/**
 * Positions of genes whose name or id holds the text, the likeliest first.
 * @param {SearchIndex} index
 * @param {string} text
 */
export function findGenes(index, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  /** @type {number[][]} */
  const ranks = [[], [], [], []];
  for (let i = 0; i < index.names.length; i++) {
    const rank = matchRank(index.names[i], index.ids[i], wanted);
    if (rank >= 0) ranks[rank].push(i);
  }
  return ranks.flat();
}

/**
 * 0 exact, 1 the name begins so, 2 the id does, 3 either holds it, -1 none.
 * @param {string} name
 * @param {string} id
 * @param {string} wanted
 */
function matchRank(name, id, wanted) {
  if (name === wanted || id === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  if (id.startsWith(wanted)) return 2;
  return name.includes(wanted) || id.includes(wanted) ? 3 : -1;
}

/**
 * Look several pasted names up, each as a whole.
 * @param {SearchIndex} index
 * @param {string[]} names
 */
export function lookUpNames(index, names) {
  /** @type {Set<number>} */
  const found = new Set();
  const missing = [];
  for (const name of names) {
    const there = index.exact.get(name.toLowerCase()) ?? index.exact.get(withoutVersion(name.toLowerCase()));
    if (there) there.forEach((i) => found.add(i));
    else missing.push(name);
  }
  return { found: [...found].sort((a, b) => a - b), missing };
}

/**
 * The names in a pasted text: one per line, or apart by commas, semicolons, tabs or spaces; quotes are dropped.
 * @param {string} text
 */
export function splitNames(text) {
  const parts = text.split(/[\s,;|]+/).map((part) => part.replace(/^["']+|["']+$/g, "")).filter(Boolean);
  return [...new Set(parts)];
}
