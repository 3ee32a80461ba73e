"""Walks over a linkage without recursion: where each node's leaves stand, and sums over nodes."""

from __future__ import annotations

import numpy as np

from heatleaf.cluster.observations import FloatArray, IntArray
from heatleaf.errors import UserError


def children(linkage: FloatArray) -> IntArray:
    """Return the two children of each merge, int64 of shape (n_leaves - 1, 2), refusing what is not a linkage."""
    if linkage.ndim != 2 or linkage.shape[1] != 4:
        raise UserError("clusters", f"a linkage has shape (n - 1, 4), not {linkage.shape}")
    pairs = linkage[:, :2].astype(np.int64)
    n_leaves = len(linkage) + 1
    is_known = (pairs >= 0) & (pairs < np.arange(n_leaves, 2 * n_leaves - 1)[:, None])
    if not is_known.all() or len(np.unique(pairs)) != pairs.size:
        raise UserError("clusters", "the linkage does not describe a tree: a node is used twice or before it is made")
    return pairs


def node_sizes(pairs: IntArray) -> IntArray:
    """Return the number of leaves below each node, int64 of shape (2 n_leaves - 1,)."""
    n_leaves = len(pairs) + 1
    sizes = [1] * (2 * n_leaves - 1)
    for i_merge, (left, right) in enumerate(pairs.tolist()):
        sizes[n_leaves + i_merge] = sizes[left] + sizes[right]
    return np.array(sizes, dtype=np.int64)


def node_starts(pairs: IntArray) -> IntArray:
    """Return where each node's leaves start if first children come first, int64 of shape (2 n_leaves - 1,)."""
    n_leaves = len(pairs) + 1
    sizes = node_sizes(pairs).tolist()
    starts = [0] * (2 * n_leaves - 1)
    for i_merge in range(n_leaves - 2, -1, -1):
        left, right = pairs[i_merge].tolist()
        starts[left] = starts[n_leaves + i_merge]
        starts[right] = starts[left] + sizes[left]
    return np.array(starts, dtype=np.int64)


def leaves_in_order(pairs: IntArray) -> IntArray:
    """Return the leaves from first to last if first children come first, int64 of shape (n_leaves,)."""
    n_leaves = len(pairs) + 1
    order = np.empty(n_leaves, dtype=np.int64)
    order[node_starts(pairs)[:n_leaves]] = np.arange(n_leaves)
    return order
