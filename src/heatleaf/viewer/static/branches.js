// Branches of the row tree under a pointer, and the line that cuts it.
import { heightOfK, nodeSpans } from "./cut.js";

/**
 * @typedef {import("./cut.js").Linkage} Linkage
 * @typedef {import("./decode.js").Tree} Tree
 * @typedef {import("./layout.js").Rect} Rect
 */

/** @type {WeakMap<Linkage, Int32Array>} */
const PARENTS = new WeakMap();
const REACH = 3; // pixels that a pointer may miss a branch by

/**
 * Merge that each node goes into, -1 for the root.
 * @param {Linkage} linkage
 */
function parentsOf({ merges, heights }) {
  const n = heights.length + 1;
  const parents = new Int32Array(2 * n - 1).fill(-1);
  for (let i = 0; i < merges.length; i++) parents[merges[i]] = n + (i >> 1);
  return parents;
}

/**
 * Height of the linkage at a pixel across the tree.
 * @param {Linkage} linkage
 * @param {Tree} tree
 * @param {Rect} place
 * @param {number} x
 */
export function heightAt({ heights }, tree, place, x) {
  const share = Math.max(0, (place.x + place.width - 2 - x) / (place.width - 4));
  return (tree.is_sqrt ? share ** 2 : share) * heights[heights.length - 1];
}

/**
 * Pixel across the tree of a height of the linkage.
 * @param {Linkage} linkage
 * @param {Tree} tree
 * @param {Rect} place
 * @param {number} height
 */
export function pixelOfHeight({ heights }, tree, place, height) {
  const share = height / (heights[heights.length - 1] || 1);
  return place.x + place.width - 2 - (tree.is_sqrt ? Math.sqrt(share) : share) * (place.width - 4);
}

/**
 * Pixel of the line that cuts into k blocks.
 * @param {Linkage} linkage
 * @param {Tree} tree
 * @param {Rect} place
 * @param {number} k
 */
export function cutPixel(linkage, tree, place, k) {
  return Math.max(pixelOfHeight(linkage, tree, place, heightOfK(linkage, k)), place.x - 3);
}

/**
 * Rows of the branch that a pointer is on: the largest that holds the row and ends to the right of the pointer.
 * @param {Linkage} linkage
 * @param {Tree} tree
 * @param {Rect} place
 * @param {{row: number, x: number}} pointer
 * @returns {{start: number, stop: number}}
 */
export function branchAt(linkage, tree, place, { row, x }) {
  const parents = PARENTS.get(linkage) ?? parentsOf(linkage);
  PARENTS.set(linkage, parents);
  const height = heightAt(linkage, tree, place, x - REACH);
  const n = linkage.heights.length + 1;
  let node = row;
  while (parents[node] >= 0 && linkage.heights[parents[node] - n] <= height) node = parents[node];
  const { starts, sizes } = nodeSpans(linkage);
  return { start: starts[node], stop: starts[node] + sizes[node] };
}
