"""Exact optimal leaf order: the least sum of distances between neighbours among all orders a tree allows.

Bar-Joseph, Gifford & Jaakkola 2001: cost[i, j] of a node is the least cost of its leaves with i first and j last. It
follows from its children by two min-plus products, cost_left * distance * cost_right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.observations import FloatArray, IntArray
from heatleaf.cluster.tree import leaves_in_order, node_sizes, node_starts

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

# Products of up to this many terms are made at once; larger ones in tiles of the result that stay in a core's cache.
TERMS_AT_ONCE = 65_536
TILE_VALUES = 32_768
N_PIVOTS = 4  # of 3 to 12 the quickest at 2,000 leaves
FEW_LEAVES = 300  # below, threads cost more than they save


def order_optimally(pairs: IntArray, distances: FloatArray, n_workers: int = 2) -> IntArray:
    """Return the leaves in an optimal order.

    Parameters
    ----------
    pairs : int64 array of shape (n_leaves - 1, 2), children of each merge
    distances : float64 array of shape (n_leaves, n_leaves), symmetric

    Notes
    -----
    Of several optimal orders the first found is taken, ends in the plain order of the tree. Memory 16 n^2 bytes; time
    O(n^3) at worst, a small part of it on gene profiles by pruning. Threads work on separate tiles: the result does
    not depend on them.
    """
    plain = leaves_in_order(pairs)
    distances = distances[np.ix_(plain, plain)]
    if n_workers == 1 or len(plain) < FEW_LEAVES:
        return plain[_Tables(pairs, distances, None).solve()]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(n_workers) as pool:
        return plain[_Tables(pairs, distances, pool).solve()]


class _Tables:
    """Costs of every node by its two ends; leaves are renumbered by their place in the plain order.

    A node covers places start to start + size; costs[i_merge] has its first child's leaves as rows, its second
    child's as columns: one end lies in each child.
    """

    def __init__(self, pairs: IntArray, distances: FloatArray, pool: ThreadPoolExecutor | None) -> None:
        self.pool = pool
        self.n_leaves = len(pairs) + 1
        self.pairs = [tuple(pair) for pair in pairs.tolist()]
        self.starts = node_starts(pairs).tolist()
        self.sizes = node_sizes(pairs).tolist()
        self.distances = distances
        self.costs: list[FloatArray] = []

    def solve(self) -> IntArray:
        """Return the places of the leaves in an optimal order."""
        for i_merge in range(len(self.pairs)):
            self._fill(i_merge)
        return self._trace()

    def _fill(self, i_merge: int) -> None:
        """Make the costs of a node from those of its children."""
        left, right = self.pairs[i_merge]
        start, middle = self.starts[left], self.starts[right]
        bridge = self.distances[start:middle, middle : middle + self.sizes[right]]
        self.costs.append(self._through(right, self._through(left, bridge).T).T)

    def _through(self, node: int, bridge: FloatArray) -> FloatArray:
        """Return for each end i of a node and column k the least cost[i, m] + bridge[m, k] over its other end m."""
        if node < self.n_leaves:
            return bridge
        costs = self.costs[node - self.n_leaves]
        n_first = len(costs)
        result = np.empty(bridge.shape)
        _min_plus(costs, bridge[n_first:], result[:n_first], self.pool)
        _min_plus(costs.T, bridge[:n_first], result[n_first:], self.pool)
        return result

    def _trace(self) -> IntArray:
        """Go down from the best ends of the root and lay the leaves out."""
        order = np.empty(self.n_leaves, dtype=np.int64)
        root = 2 * self.n_leaves - 2
        first, last = divmod(int(self.costs[-1].argmin()), self.costs[-1].shape[1])
        stack = [(root, self.starts[root] + first, self.starts[self.pairs[-1][1]] + last, 0)]
        while stack:
            node, first, last, place = stack.pop()
            if node < self.n_leaves:
                order[place] = first
                continue
            left, right = self.pairs[node - self.n_leaves]
            if first >= self.starts[right]:
                left, right = right, left
            inner_left, inner_right = self._joint(left, first, right, last)
            stack.append((left, first, inner_left, place))
            stack.append((right, inner_right, last, place + self.sizes[left]))
        return order

    def _joint(self, left: int, first: int, right: int, last: int) -> tuple[int, int]:
        """Return the neighbours (m of left, k of right) of the best order from `first` to `last`."""
        ends_left, costs_left = self._other_ends(left, first)
        ends_right, costs_right = self._other_ends(right, last)
        bridge = self.distances[ends_left.start : ends_left.stop, ends_right.start : ends_right.stop]
        m, k = divmod(int((costs_left[:, None] + bridge + costs_right).argmin()), len(costs_right))
        return ends_left[m], ends_right[k]

    def _other_ends(self, node: int, end: int) -> tuple[range, FloatArray]:
        """Return the places where a node may end that starts at `end`, and their costs."""
        if node < self.n_leaves:
            return range(end, end + 1), np.zeros(1)
        left, right = self.pairs[node - self.n_leaves]
        costs = self.costs[node - self.n_leaves]
        if end < self.starts[right]:
            return range(self.starts[right], self.starts[right] + self.sizes[right]), costs[end - self.starts[left]]
        return range(self.starts[left], self.starts[left] + self.sizes[left]), costs[:, end - self.starts[right]]


def _min_plus(costs: FloatArray, bridge: FloatArray, result: FloatArray, pool: ThreadPoolExecutor | None) -> None:
    """Write min over m of costs[i, m] + bridge[m, k] into result[i, k]."""
    n_rows, n_middle = costs.shape
    if n_middle == 1:
        np.add(costs, bridge, out=result)
        return
    if n_rows == 1 or costs.size * bridge.shape[1] <= TERMS_AT_ONCE:
        (costs[:, :, None] + bridge).min(axis=1, out=result)
        return
    bridge = np.ascontiguousarray(bridge)
    is_open = _open_middles(costs, bridge, pool)
    step = max(1, TILE_VALUES // bridge.shape[1])
    rows = [slice(at, at + step) for at in range(0, n_rows, step)]
    tiles = [(costs[part], is_open[part], bridge, result[part]) for part in rows]
    for _ in (map if pool is None else pool.map)(_fill_tile, tiles):
        pass


def _open_middles(costs: FloatArray, bridge: FloatArray, pool: ThreadPoolExecutor | None) -> NDArray[np.bool_]:
    """Say which m can be best for row i at some k, bool of shape (n_rows, n_middles).

    Against a pivot p, m cannot win if costs[i, m] - costs[i, p] exceeds bridge[p, k] - bridge[m, k] for every k. The
    pivots are the middles of least mean cost; they close most on gene profiles.
    """
    pivots = np.argsort(costs.mean(axis=0), kind="stable")[:N_PIVOTS]
    step = max(1, TILE_VALUES // bridge.shape[1])
    parts = [bridge[at : at + step] for at in range(0, len(bridge), step)]
    largest_gains = np.concatenate(
        list((map if pool is None else pool.map)(lambda part: _largest_gains(bridge[pivots], part), parts)), axis=1
    )
    is_open = np.ones(costs.shape, dtype=bool)
    for pivot, largest_gain in zip(pivots, largest_gains, strict=True):
        is_open &= costs <= costs[:, pivot, None] + largest_gain
    return is_open


def _largest_gains(pivots: FloatArray, rows: FloatArray) -> FloatArray:
    """Return max over k of pivots[p, k] - rows[m, k], float64 of shape (n_pivots, n_rows)."""
    differences = np.empty_like(rows)
    return np.array([np.subtract(pivot, rows, out=differences).max(axis=1) for pivot in pivots])


def _fill_tile(tile: tuple[FloatArray, NDArray[np.bool_], FloatArray, FloatArray]) -> None:
    """Fill rows of a product: middle by middle where most are open in all rows, else row by row."""
    costs, is_open, bridge, result = tile
    shared = np.flatnonzero(is_open.any(axis=0))
    if 3 * np.count_nonzero(is_open) < len(shared) * len(costs):
        for i_row in range(len(costs)):
            middles = np.flatnonzero(is_open[i_row])
            terms = bridge[middles]
            terms += costs[i_row, middles, None]
            terms.min(axis=0, out=result[i_row])
        return
    least = costs[:, shared[0], None] + bridge[shared[0]]
    terms = np.empty_like(least)
    for middle in shared[1:]:
        np.add(costs[:, middle, None], bridge[middle], out=terms)
        np.minimum(least, terms, out=least)
    result[:] = least
