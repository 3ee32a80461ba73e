// Trees over what is displayed: of all rows from their linkage, of the columns of each panel, of blocks.

/**
 * @typedef {import("./decode.js").Heatmap} Heatmap
 * @typedef {import("./decode.js").Tree} Tree
 * @typedef {import("./arrange.js").ColumnBlock} ColumnBlock
 */

/** @type {WeakMap<object, Tree[]>} */
const TREES = new WeakMap();

/**
 * The tree of the rows: whole where there is a linkage, however many rows it has.
 * @param {Heatmap} heatmap
 * @returns {Tree[]}
 */
export function rowTrees(heatmap) {
  const { linkage, spec } = heatmap;
  if (!linkage || spec.row_trees.length) return spec.row_trees;
  const kept = TREES.get(linkage);
  if (kept) return kept;
  const trees = [treeOver(linkage)];
  TREES.set(linkage, trees);
  return trees;
}

/**
 * Lay a linkage over its leaves, heights 0-1; square roots where most merges lie below a fifth of the top.
 * @param {import("./cut.js").Linkage} linkage
 * @returns {Tree}
 */
function treeOver({ merges, heights }) {
  const n = heights.length + 1;
  const top = heights[n - 2] || 1;
  const isSqrt = heights[(n - 1) >> 1] < top / 5;
  const scaled = (/** @type {number} */ height) => isSqrt ? Math.sqrt(height / top) : height / top;
  const places = new Float64Array(2 * n - 1);
  const levels = new Float64Array(2 * n - 1);
  const links = new Float32Array(5 * (n - 1));
  for (let leaf = 0; leaf < n; leaf++) places[leaf] = leaf;
  for (let i = 0; i < n - 1; i++) {
    let [left, right] = [merges[2 * i], merges[2 * i + 1]];
    if (places[left] > places[right]) [left, right] = [right, left];
    places[n + i] = (places[left] + places[right]) / 2;
    levels[n + i] = scaled(heights[i]);
    links.set([places[left], places[right], levels[left], levels[right], levels[n + i]], 5 * i);
  }
  return { links, is_sqrt: isSqrt, support: null };
}

/**
 * Trees of all panels, their leaves counted through.
 * @param {Heatmap} heatmap
 * @returns {Tree[]}
 */
export function columnTrees(heatmap) {
  let first = 0;
  return heatmap.spec.panels.flatMap((panel) => {
    const offset = first;
    first += panel.column_names.length;
    return panel.trees.map((tree) => ({ ...tree, links: tree.links.map((part, i) => i % 5 < 2 ? part + offset : part) }));
  });
}

/**
 * @param {Heatmap} heatmap
 * @param {ColumnBlock[]} blocks
 */
export function parentTrees(heatmap, blocks) {
  return heatmap.spec.panels.flatMap((panel, i) => panel.parent_tree
    ? [{ tree: panel.parent_tree, blocks: blocks.filter((block) => block.panel === i) }] : []);
}
