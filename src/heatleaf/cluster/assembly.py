"""From merges in the order they were found to a linkage in SciPy's format."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.chain import Merges
from heatleaf.cluster.observations import FloatArray, IntArray


def assemble(merges: Merges, n_leaves: int) -> FloatArray:
    """Order merges by height and number them.

    Parameters
    ----------
    merges : smaller and larger least leaf of the two clusters, and height, each merge after those it rests on
    n_leaves : number of leaves

    Returns
    -------
    float64 array of shape (n_leaves - 1, 4): the two nodes (smaller id first), height, leaves below.

    Notes
    -----
    Rounding may put a merge below one that it rests on by a unit in the last place: its height is raised to it.
    Equal heights are ordered by (smaller, larger) least leaf.
    """
    smaller, larger, heights = merges
    heights = _raise_heights(heights, *_merges_below(smaller, larger))
    order = np.lexsort((larger, smaller, heights))
    if not _is_same_tree(order, smaller[order], larger[order], n_leaves):
        order = np.argsort(heights, kind="stable")
    return _number(smaller[order], larger[order], heights[order], n_leaves)


def _merges_below(smaller: IntArray, larger: IntArray) -> tuple[IntArray, IntArray]:
    """Return for each merge the merges that made its two clusters, -1 for a leaf."""
    n_merges = len(smaller)
    slots = np.concatenate([smaller, larger])
    merges = np.tile(np.arange(n_merges), 2)
    # A cluster goes on in the slot of its least leaf, so it was made by the merge before in the same slot.
    in_order = np.lexsort((merges, slots))
    before = np.full(2 * n_merges, -1)
    is_later = slots[in_order][1:] == slots[in_order][:-1]
    before[in_order[1:][is_later]] = merges[in_order[:-1][is_later]]
    return before[:n_merges], before[n_merges:]


def _raise_heights(heights: FloatArray, first: IntArray, second: IntArray) -> FloatArray:
    """Raise each height to those of the merges below, in their order; a height after the last stands for leaves."""
    padded = np.append(heights, 0.0)
    if (np.maximum(padded[first], padded[second]) <= heights).all():
        return heights
    raised = [*heights.tolist(), 0.0]
    for i_merge, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        raised[i_merge] = max(raised[i_merge], raised[a], raised[b])
    return np.array(raised[:-1], dtype=np.float64)


def _is_same_tree(order: NDArray[np.intp], smaller: IntArray, larger: IntArray, n_leaves: int) -> bool:
    """Say whether merges taken in `order` (and so given) name no cluster merged away, and keep histories."""
    gone = np.full(n_leaves, len(order))
    gone[larger] = np.arange(len(order))
    if (gone[smaller] <= np.arange(len(order))).any():
        return False
    by_cluster = np.argsort(smaller, kind="stable")
    is_same = smaller[by_cluster][1:] == smaller[by_cluster][:-1]
    return bool((np.diff(order[by_cluster])[is_same] > 0).all())


def _number(smaller: IntArray, larger: IntArray, heights: FloatArray, n_leaves: int) -> FloatArray:
    """Write the merges as rows of SciPy's format."""
    first, second = _merges_below(smaller, larger)
    nodes = np.stack([np.where(first < 0, smaller, first + n_leaves), np.where(second < 0, larger, second + n_leaves)])
    sizes = [1] * n_leaves
    for a, b in nodes.T.tolist():
        sizes.append(sizes[a] + sizes[b])
    n_below = np.array(sizes[n_leaves:], dtype=np.float64)
    return np.column_stack([nodes.min(axis=0), nodes.max(axis=0), heights, n_below])
