// Cutting the tree of the rows into blocks, as heatleaf.cluster.cut does: the first merges are done, the rest is left
// apart. Leaves are displayed positions, so each node stands over neighbouring rows.

/**
 * A tree over displayed positions; merges in order of height.
 * @typedef {object} Linkage
 * @property {Int32Array} merges two children of each merge, n_leaves - 1 pairs; leaves 0..n-1, then merges
 * @property {Float32Array} heights of each merge
 */

/**
 * @typedef {object} CutBlock
 * @property {number} start first position
 * @property {number} stop position after the last
 * @property {number} node id of the node: a leaf, or n_leaves + merge
 */

/** @type {WeakMap<Linkage, {starts: Int32Array, sizes: Int32Array}>} */
const SPANS = new WeakMap();

/**
 * Where the leaves of each node start, and how many they are.
 * @param {Linkage} linkage
 */
export function nodeSpans(linkage) {
  const known = SPANS.get(linkage);
  if (known) return known;
  const nLeaves = linkage.heights.length + 1;
  const starts = new Int32Array(2 * nLeaves - 1);
  const sizes = new Int32Array(2 * nLeaves - 1).fill(1);
  for (let i = 0; i < nLeaves; i++) starts[i] = i;
  for (let i = 0; i < linkage.heights.length; i++) {
    const [left, right] = [linkage.merges[2 * i], linkage.merges[2 * i + 1]];
    starts[nLeaves + i] = Math.min(starts[left], starts[right]);
    sizes[nLeaves + i] = sizes[left] + sizes[right];
  }
  const spans = { starts, sizes };
  SPANS.set(linkage, spans);
  return spans;
}

/**
 * Cut into k blocks, from the first row to the last.
 * @param {Linkage} linkage
 * @param {number} k 1 to the number of leaves; beyond, the nearest of these
 * @returns {CutBlock[]}
 */
export function cutIntoBlocks(linkage, k) {
  const nLeaves = linkage.heights.length + 1;
  const nMerges = nLeaves - Math.max(1, Math.min(nLeaves, Math.round(k)));
  const isUsed = new Uint8Array(2 * nLeaves - 1);
  for (let i = 0; i < 2 * nMerges; i++) isUsed[linkage.merges[i]] = 1;
  const { starts, sizes } = nodeSpans(linkage);
  const blocks = [];
  for (let node = 0; node < nLeaves + nMerges; node++) {
    if (!isUsed[node]) blocks.push({ start: starts[node], stop: starts[node] + sizes[node], node });
  }
  return blocks.sort((a, b) => a.start - b.start);
}

/**
 * Number of blocks when rows stay together that were merged at or below a height.
 * @param {Linkage} linkage
 * @param {number} height
 */
export function kAtHeight(linkage, height) {
  let [low, high] = [0, linkage.heights.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (linkage.heights[middle] <= height) low = middle + 1;
    else high = middle;
  }
  return linkage.heights.length + 1 - low;
}

/**
 * Where the cut line of k blocks stands: between the last merge that is done and the first that is not.
 * @param {Linkage} linkage
 * @param {number} k
 */
export function heightOfK(linkage, k) {
  const { heights } = linkage;
  const nMerges = heights.length + 1 - Math.max(1, Math.min(heights.length + 1, Math.round(k)));
  const below = nMerges > 0 ? heights[nMerges - 1] : 0;
  const above = nMerges < heights.length ? heights[nMerges] : below * 1.05;
  return (below + above) / 2;
}
