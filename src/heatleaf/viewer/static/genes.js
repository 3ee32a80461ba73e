// What is known of a gene, on the heatmap or not: its name, fold change, adjusted p-value, mean and cluster.

/**
 * @typedef {import("./decode.js").View} View
 * @typedef {import("./decode.js").Heatmap} Heatmap
 * @typedef {import("./state.js").State} State
 * @typedef {import("./arrange.js").Arrangement} Arrangement
 * @typedef {import("./points.js").Comparison} Comparison
 */

/**
 * @typedef {object} Gene
 * @property {string} id
 * @property {string} name
 * @property {number} row figure row, -1 where the heatmap does not show the gene
 * @property {number} position in the comparison, -1 where it is not in it
 * @property {string} cluster "" off the heatmap
 * @property {number} mean log2
 * @property {number} change log2 units
 * @property {number} padj
 */

/** @type {WeakMap<object, Map<string, number>>} */
const POSITIONS = new WeakMap();
/** @type {WeakMap<Arrangement, string[]>} */
const CLUSTER_NAMES = new WeakMap();

/**
 * Position of each id in a list; the first where one occurs twice.
 * @param {string[]} ids
 */
export function idPositions(ids) {
  const known = POSITIONS.get(ids);
  if (known) return known;
  /** @type {Map<string, number>} */
  const positions = new Map();
  for (let i = ids.length - 1; i >= 0; i--) positions.set(ids[i], i);
  POSITIONS.set(ids, positions);
  return positions;
}

/**
 * @param {View} view
 * @param {State} state
 * @returns {Heatmap}
 */
export function shownHeatmap(view, state) {
  return view.heatmaps[state.heatmap];
}

/**
 * The comparison whose numbers stand beside genes, if there is one.
 * @param {View} view
 * @param {State} state
 * @returns {Comparison | undefined}
 */
export function shownComparison(view, state) {
  return view.comparisons[state.comparison];
}

/**
 * Name of the block of each figure row, "" where it is in none.
 * @param {Arrangement} arrangement
 * @param {number} nRows
 */
export function clusterNames(arrangement, nRows) {
  const known = CLUSTER_NAMES.get(arrangement);
  if (known) return known;
  /** @type {string[]} */
  const names = new Array(nRows).fill("");
  for (const block of arrangement.rowBlocks) {
    for (let i = block.start; i < block.stop; i++) names[arrangement.rows[i]] = block.name;
  }
  CLUSTER_NAMES.set(arrangement, names);
  return names;
}

/**
 * Mean log2 expression of each row as the strip beside the heatmap shows it; undefined where there is none.
 * @param {Heatmap} heatmap
 * @returns {Float32Array | undefined}
 */
function rowMeans(heatmap) {
  return heatmap.spec.row_tracks.find((track) => track.name === "mean log2")?.values;
}

/**
 * All that is known of some rows of the heatmap.
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @param {ArrayLike<number>} rows
 * @returns {Gene[]}
 */
export function genesOf(view, state, arrangement, rows) {
  const heatmap = shownHeatmap(view, state);
  const comparison = shownComparison(view, state);
  const { row_ids: ids, row_names: names } = heatmap.spec;
  const clusters = clusterNames(arrangement, ids.length);
  const means = rowMeans(heatmap);
  const changes = comparison && heatmap.rows.log2_fold_change[comparison.name];
  const padj = comparison && heatmap.rows.padj[comparison.name];
  const positions = comparison ? idPositions(comparison.gene_ids) : null;
  return Array.from(rows, (row) => ({ id: ids[row], name: names[row], row, position: positions?.get(ids[row]) ?? -1,
    cluster: clusters[row], mean: means ? means[row] : NaN, change: changes ? changes[row] : NaN,
    padj: padj ? padj[row] : NaN }));
}

/**
 * All that is known of a gene of a comparison that the heatmap need not show.
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @param {number} position in the comparison
 * @returns {Gene}
 */
export function geneOfComparison(view, state, arrangement, position) {
  const comparison = /** @type {Comparison} */ (shownComparison(view, state));
  const id = comparison.gene_ids[position];
  const row = idPositions(shownHeatmap(view, state).spec.row_ids).get(id);
  if (row !== undefined) return genesOf(view, state, arrangement, [row])[0];
  return { id, name: comparison.gene_names[position], row: -1, position, cluster: "", mean: NaN,
    change: comparison.log2_fold_change[position], padj: comparison.padj[position] };
}

/**
 * The selected genes: rows in displayed order, then genes that the heatmap does not show.
 * @param {View} view
 * @param {State} state
 * @param {Arrangement} arrangement
 * @returns {Gene[]}
 */
export function selectedGenes(view, state, arrangement) {
  const comparison = shownComparison(view, state);
  const shown = genesOf(view, state, arrangement, inDisplayedOrder(arrangement, state.selection.rows));
  const elsewhere = comparison ? state.selection.genes ?? [] : [];
  const positions = comparison ? idPositions(comparison.gene_ids) : new Map();
  const others = elsewhere.filter((id) => positions.has(id))
    .map((id) => geneOfComparison(view, state, arrangement, positions.get(id)));
  return [...shown, ...others.filter((gene) => gene.row < 0)];
}

/**
 * Figure rows in the order in which they are displayed; rows that are not displayed come last.
 * @param {Arrangement} arrangement
 * @param {readonly number[]} rows
 */
function inDisplayedOrder(arrangement, rows) {
  const wanted = new Set(rows);
  const shown = Array.from(arrangement.rows).filter((row) => wanted.has(row));
  if (shown.length === wanted.size) return shown;
  const isShown = new Set(shown);
  return [...shown, ...[...wanted].filter((row) => !isShown.has(row))];
}
