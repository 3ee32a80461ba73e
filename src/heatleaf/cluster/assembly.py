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
    heights = _raise_heights(smaller, larger, heights)
    order = np.lexsort((larger, smaller, heights))
    if not _is_same_tree(order, smaller[order], larger[order], n_leaves):
        order = np.argsort(heights, kind="stable")
    return _number(smaller[order], larger[order], heights[order], n_leaves)


def _raise_heights(smaller: IntArray, larger: IntArray, heights: FloatArray) -> FloatArray:
    below: dict[int, float] = {}
    raised = heights.tolist()
    for i_merge, (a, b) in enumerate(zip(smaller.tolist(), larger.tolist(), strict=True)):
        height = max(raised[i_merge], below.get(a, 0.0), below.pop(b, 0.0))
        raised[i_merge] = below[a] = height
    return np.array(raised, dtype=np.float64)


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
    node = list(range(n_leaves))
    size = [1] * n_leaves
    rows: list[tuple[int, int, int]] = []
    for i_merge, (a, b) in enumerate(zip(smaller.tolist(), larger.tolist(), strict=True)):
        size[a] += size[b]
        node_a, node_b = node[a], node[b]
        rows.append((node_a, node_b, size[a]) if node_a < node_b else (node_b, node_a, size[a]))
        node[a] = n_leaves + i_merge
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return np.column_stack([table[:, :2], heights, table[:, 2]])
