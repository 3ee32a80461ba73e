"""Many small trees at once, as resampling needs them: which sets of rows become clusters in each.

The trees are those of `linkage` (same distances, same updates); here a whole stack of distance matrices is merged in
step, every pair of mutual nearest neighbours of every tree in one round. Rows may be absent from a tree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.observations import FloatArray, IntArray

BoolArray = NDArray[np.bool_]
FAR = 1e100  # stands for infinite: times a weight of 0 it is 0


@dataclass(frozen=True, eq=False)
class ManyNodes:
    """The nodes of many trees over the same n rows: leaves 0..n-1, then merges in any order that is bottom up.

    birth, death : float64 arrays of shape (n_trees, 2 n - 1), heights at which a node is made and merged into another;
    leaves are born at -1, the last node dies at infinity, nodes that are not there are born at infinity.
    sizes : float64 array of shape (n_trees, 2 n - 1), rows below. shared : float64 array of shape
    (n_trees, 2 n - 1, n_sets), how many of them are in each of some sets of rows.
    n_present : int64 array of shape (n_trees,), rows that are in the tree.
    """

    birth: FloatArray
    death: FloatArray
    sizes: FloatArray
    shared: FloatArray
    n_present: IntArray

    def jaccard(self) -> FloatArray:
        """Jaccard similarity of each node with each set, both within the rows of the tree; shape as `shared`."""
        n_rows = (self.sizes.shape[1] + 1) // 2
        in_sets = self.shared[:, :n_rows].sum(axis=1)[:, None, :]
        union = self.sizes[:, :, None] + in_sets - self.shared
        jaccard: FloatArray = np.divide(self.shared, union, out=np.zeros_like(self.shared), where=union > 0)
        return jaccard

    def is_in_cut(self, k: IntArray) -> BoolArray:
        """Tell which nodes are clusters where tree i is cut into k[i]; bool of shape (n_trees, 2 n - 1)."""
        n_rows = (self.sizes.shape[1] + 1) // 2
        heights = np.sort(self.birth[:, n_rows:], axis=1)
        last = self.n_present - k - 1
        at = np.where(last >= 0, heights[np.arange(len(heights)), np.maximum(last, 0)], -1.0)[:, None]
        return np.asarray((self.birth <= at) & (at < self.death))


def merge_many(distances: FloatArray, method: str, is_in_set: FloatArray, is_present: BoolArray) -> ManyNodes:
    """Merge the rows of many trees until one node is left in each.

    Parameters
    ----------
    distances : float64 array of shape (n_trees, n, n), symmetric, below FAR; used up. For "ward" squared distances;
        then heights are squared too.
    method : "average", "weighted", "complete", "single" or "ward"
    is_in_set : float64 array of shape (n_trees, n, n_sets), 1 where a row is in a set, else 0
    is_present : bool array of shape (n_trees, n), rows that are in the tree

    Notes
    -----
    All these linkages are reducible, so mutual nearest neighbours may be merged in any order (Bruynooghe 1977), with
    the updates of Lance & Williams 1967. Of equal distances the smaller position is nearest. Time O(n^2) per tree.
    """
    stack = _Stack(distances, method, is_in_set, is_present)
    while stack.n_left.max(initial=1) > 1:
        stack.merge_mutual()
    return stack.nodes


class _Stack:
    """The clusters left in each tree, in slots; a slot that is empty is FAR from all."""

    def __init__(self, distances: FloatArray, method: str, is_in_set: FloatArray, is_present: BoolArray) -> None:
        n_trees, n_rows, n_sets = is_in_set.shape
        self.method, self.distances, self.is_left = method, distances, is_present
        self.node = np.broadcast_to(np.arange(n_rows), (n_trees, n_rows))
        self.size = is_present.astype(np.float64)
        self.n_left = np.count_nonzero(is_present, axis=1)
        self.n_nodes = np.full(n_trees, n_rows)
        shape = (n_trees, 2 * n_rows - 1)
        self.nodes = ManyNodes(
            np.full(shape, np.inf), np.full(shape, np.inf), np.zeros(shape), np.zeros((*shape, n_sets)), self.n_left
        )
        self.nodes.birth[:, :n_rows] = np.where(is_present, -1.0, np.inf)
        self.nodes.sizes[:, :n_rows] = self.size
        self.nodes.shared[:, :n_rows] = is_in_set * is_present[:, :, None]
        self._close()

    def _close(self) -> None:
        """Put empty slots, and each slot and itself, far apart."""
        width = self.distances.shape[1]
        self.distances[:, np.arange(width), np.arange(width)] = FAR
        trees, slots = np.nonzero(~self.is_left)
        self.distances[trees, slots] = FAR
        self.distances[trees, :, slots] = FAR

    def merge_mutual(self) -> None:
        """Merge all pairs of slots that are nearest to each other, and close the ranks."""
        nearest = self.distances.argmin(axis=2)
        slots = np.arange(nearest.shape[1])
        is_first = (np.take_along_axis(nearest, nearest, axis=1) == slots) & (slots < nearest) & self.is_left
        is_first &= (self.n_left > 1)[:, None]
        for i_tree in np.flatnonzero((self.n_left > 1) & ~is_first.any(axis=1)):
            # Rounding can break the symmetry of near ties, and with it every mutual pair: merge the nearest pair.
            i_row = int(self.distances[i_tree].min(axis=1).argmin())
            pair = sorted((i_row, int(nearest[i_tree, i_row])))
            is_first[i_tree, pair[0]], nearest[i_tree, pair[0]] = True, pair[1]
        trees, first = np.nonzero(is_first)
        second = nearest[trees, first]
        merged = self._add_nodes(trees, first, second)
        is_kept = self.is_left.copy()
        is_kept[trees, second] = False
        self.n_left = np.count_nonzero(is_kept, axis=1)
        width = int(self.n_left.max())
        kept = np.argsort(~is_kept, axis=1, kind="stable")[:, :width]  # slots that stay, empty ones after them
        partner = np.where(np.take_along_axis(is_first, kept, axis=1), np.take_along_axis(nearest, kept, axis=1), kept)
        self._combine(kept, partner)
        node = np.array(self.node)
        node[trees, first] = merged
        self.node = np.take_along_axis(node, kept, axis=1)
        self.is_left = np.arange(width) < self.n_left[:, None]
        self._close()

    def _add_nodes(self, trees: IntArray, first: IntArray, second: IntArray) -> IntArray:
        """Record merges, given by tree; returns the number of each new node."""
        counts = np.bincount(trees, minlength=len(self.n_nodes))
        starts = np.cumsum(counts) - counts
        merged = self.n_nodes[trees] + np.arange(len(trees)) - starts[trees]
        heights = self.distances[trees, first, second]
        one, other, nodes = self.node[trees, first], self.node[trees, second], self.nodes
        heights = np.maximum(heights, np.maximum(nodes.birth[trees, one], nodes.birth[trees, other]))
        nodes.birth[trees, merged] = heights
        nodes.death[trees, one] = nodes.death[trees, other] = heights
        nodes.sizes[trees, merged] = nodes.sizes[trees, one] + nodes.sizes[trees, other]
        nodes.shared[trees, merged] = nodes.shared[trees, one] + nodes.shared[trees, other]
        self.n_nodes += counts
        return np.asarray(merged)

    def _combine(self, kept: IntArray, partner: IntArray) -> None:
        """Make the distances and sizes of the slots that stay, rows first, then columns."""
        trees, pairs = np.nonzero(kept != partner)
        first, second = kept[trees, pairs], partner[trees, pairs]
        weights = (self.size[trees, first], self.size[trees, second], self.distances[trees, first, second])
        size = np.take_along_axis(self.size, kept, axis=1)
        size[trees, pairs] += weights[1]
        distances = self.distances
        for sizes in (self.size, size):
            # The second time these are columns; the result is symmetric and need not be turned back.
            turned = distances if sizes is self.size else np.ascontiguousarray(distances.transpose(0, 2, 1))
            joined = _join(turned[trees, first], turned[trees, second], weights, sizes[trees], self.method)
            distances = turned[np.arange(len(kept))[:, None], kept]
            distances[trees, pairs] = joined
        self.distances, self.size = distances, size


def _join(
    one: FloatArray, other: FloatArray, pair: tuple[FloatArray, FloatArray, FloatArray], sizes: FloatArray, method: str
) -> FloatArray:
    """Return the distances of unions to other clusters.

    one, other : float64 arrays of shape (n_pairs, n_others), distances of the two parts. pair : their sizes and the
    distance between them, each of shape (n_pairs,). sizes : of the others, shape as `one`.
    """
    if method == "complete":
        return np.maximum(one, other)
    if method == "single":
        return np.minimum(one, other)
    if method == "weighted":
        return (one + other) * 0.5
    size, size_other, between = (part[:, None] for part in pair)
    if method == "average":
        return one * (size / (size + size_other)) + other * (size_other / (size + size_other))
    joined = (size + sizes) * one + (size_other + sizes) * other - sizes * between
    return np.asarray(joined / (size + size_other + sizes))
