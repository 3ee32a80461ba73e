"""Cutting a linkage into clusters, numbered as they are displayed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.observations import FloatArray, IntArray
from heatleaf.cluster.tree import children, leaves_in_order, node_sizes, node_starts
from heatleaf.errors import UserError


def cut(linkage: FloatArray, k: int, order: IntArray | None = None) -> IntArray:
    """Cut a linkage into k clusters.

    Parameters
    ----------
    linkage : float64 array of shape (n_leaves - 1, 4)
    k : number of clusters, 1 to n_leaves
    order : leaves in displayed order, which numbers the clusters 1..k from first to last; by default the plain order
        of the tree (first child first)

    Returns
    -------
    int64 array of shape (n_leaves,): the cluster of each leaf.

    Raises
    ------
    UserError
        "clusters" for k outside 1..n_leaves, or an order that is not one of these leaves.

    Examples
    --------
    >>> import numpy as np
    >>> cut(np.array([[0, 2, 0.1, 2], [1, 3, 0.9, 3]]), 2).tolist()
    [2, 1, 2]
    """
    n_leaves = len(linkage) + 1
    if not 1 <= k <= n_leaves:
        raise UserError("clusters", f"{k} clusters cannot be cut from {n_leaves:,} rows", fix=f"choose 1 to {n_leaves}")
    pairs = children(linkage)
    if order is None:
        order = leaves_in_order(pairs)
    elif not np.array_equal(np.sort(order), np.arange(n_leaves)):
        raise UserError("clusters", f"the order does not hold each of the {n_leaves:,} rows once")
    return _number_by_order(_top_nodes(pairs, n_leaves - k), np.asarray(order))


def cut_height(linkage: FloatArray, height: float, order: IntArray | None = None) -> IntArray:
    """Cut a linkage at a height: rows stay together that were merged at or below it. Numbered as by `cut`."""
    return cut(linkage, len(linkage) + 1 - int(np.searchsorted(linkage[:, 2], height, side="right")), order)


def _top_nodes(pairs: IntArray, n_merges: int) -> IntArray:
    """Return for each leaf a number of its cluster after the first merges."""
    n_leaves = len(pairs) + 1
    used = pairs[:n_merges].ravel()
    is_top = np.zeros(2 * n_leaves - 1, dtype=bool)
    is_top[: n_leaves + n_merges] = True
    is_top[used] = False
    tops = np.flatnonzero(is_top)
    starts = node_starts(pairs)
    tops = tops[np.argsort(starts[tops])]
    in_order = np.repeat(np.arange(len(tops)), node_sizes(pairs)[tops])
    labels: IntArray = in_order[starts[:n_leaves]]
    return labels


def _number_by_order(labels: IntArray, order: NDArray[np.int64]) -> IntArray:
    """Number labels 1.. by first appearance in an order."""
    _, first, group = np.unique(labels[order], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(1, len(first) + 1)
    numbered = np.empty(len(order), dtype=np.int64)
    numbered[order] = rank[group]
    return numbered
