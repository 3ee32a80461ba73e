"""Clusters as points, and the search for the nearest candidates of many clusters at once.

The search works in single precision, in blocks by matrix product, and reports every cluster below a threshold; these
are measured again in double precision, and the threshold less the error of single precision bounds all others. Single
precision therefore decides how much is searched, never what is merged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.observations import FloatArray, IntArray

WIDTH = 16  # candidates kept for each cluster: 8 and 32 were slower on 20,000 x 24
SAMPLE_STEP = 16  # one column in 16 is looked at to set the threshold,
SAMPLE_RANK = 2  # which is its second nearest: about 32 clusters lie below
BLOCK_VALUES = 4_000_000  # single-precision keys in a block: 16 MB
PAIR_BLOCK = 8_192


@dataclass(eq=False)
class Clusters:
    """The clusters so far, each in the slot of its least point.

    means : float64 array of shape (n_slots, n_dimensions). sizes : float64, points; 0 where merged away.
    scatters : float64, mean squared distance of the points from their mean (stays 0 for "ward").
    """

    means: FloatArray
    sizes: FloatArray
    scatters: FloatArray
    method: str

    @classmethod
    def of_points(cls, values: FloatArray, method: str) -> Clusters:
        """Make a cluster of each point."""
        return cls(values.copy(), np.ones(len(values)), np.zeros(len(values)), method)

    @property
    def is_left(self) -> NDArray[np.bool_]:
        """Slots that hold a cluster."""
        return self.sizes > 0

    @property
    def n_left(self) -> int:
        """Number of clusters."""
        return int(np.count_nonzero(self.sizes))

    def distances(self, slots: IntArray, others: IntArray) -> FloatArray:
        """Return the distance of each pair of slots, float64 of shape (n_pairs,), squared units."""
        result = np.empty(len(slots))
        for start in range(0, len(slots), PAIR_BLOCK):
            a, b = slots[start : start + PAIR_BLOCK], others[start : start + PAIR_BLOCK]
            difference = self.means[a] - self.means[b]
            result[start : start + PAIR_BLOCK] = np.einsum("ij,ij->i", difference, difference)
        if self.method == "ward":
            return result * (2.0 * self.sizes[slots] * self.sizes[others] / (self.sizes[slots] + self.sizes[others]))
        return result + (self.scatters[slots] + self.scatters[others])

    def weighted_mean(self, values: FloatArray, kept: IntArray, gone: IntArray) -> FloatArray:
        """Return means over pairs of clusters, weighted by size; a bound of both parts bounds the union so."""
        share = self.sizes[gone] / (self.sizes[kept] + self.sizes[gone])
        return values[kept] + share * (values[gone] - values[kept])

    def merge(self, kept: IntArray, gone: IntArray) -> None:
        """Merge pairs of clusters into the slots `kept`."""
        total = self.sizes[kept] + self.sizes[gone]
        share = (self.sizes[gone] / total)[:, None]
        difference = self.means[gone] - self.means[kept]
        if self.method == "average":
            between = np.einsum("ij,ij->i", difference, difference) * (share * (1.0 - share))[:, 0]
            self.scatters[kept] = self.weighted_mean(self.scatters, kept, gone) + between
        self.means[kept] += share * difference
        self.sizes[kept] = total
        self.sizes[gone] = 0.0

    def equal_points(self) -> IntArray:
        """Return pairs (first of a group, another of it) of equal points, int64 of shape (n_pairs, 2), by first."""
        rows = np.ascontiguousarray(self.means + 0.0)  # -0.0 becomes 0.0, so that equal rows have equal bytes
        keys = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1])))[:, 0]
        _, first, group = np.unique(keys, return_index=True, return_inverse=True)
        firsts = first[group.ravel()]
        others = np.flatnonzero(firsts != np.arange(len(firsts)))
        pairs = np.column_stack([firsts[others], others])
        return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]

    def absorb_equal(self, first: IntArray, others: IntArray) -> None:
        """Merge points into the first point equal to them."""
        np.add.at(self.sizes, first, 1.0)
        self.sizes[others] = 0.0


@dataclass(frozen=True, eq=False)
class Candidates:
    """Nearest clusters of some clusters, one row each.

    candidates : int32 array of shape (n_rows, WIDTH), own slot where there are fewer. bounds : no cluster outside
    the candidates is nearer. nearest, distances : the best candidate, ties to the smallest slot.
    """

    candidates: NDArray[np.int32]
    bounds: FloatArray
    nearest: IntArray
    distances: FloatArray


def keep_nearest(clusters: Clusters, slots: IntArray, lists: NDArray[np.int32], bounds: FloatArray) -> Candidates:
    """Measure lists of candidates and keep the nearest WIDTH of each.

    lists : int32 array of shape (n_rows, n_candidates), may repeat slots and hold the row's own. bounds : bounds of
    all clusters outside the lists, float64 of shape (n_rows,).
    """
    lists = np.sort(lists, axis=1)
    is_void = lists == slots[:, None]
    is_void[:, 1:] |= lists[:, 1:] == lists[:, :-1]
    i_row, i_column = np.nonzero(~is_void)
    distances = np.full(lists.shape, np.inf)
    distances[i_row, i_column] = clusters.distances(slots[i_row], lists[i_row, i_column].astype(np.int64))
    if lists.shape[1] > WIDTH:
        order = np.argsort(distances, axis=1, kind="stable")[:, : WIDTH + 1]
        lists = np.take_along_axis(lists, order, axis=1)
        distances = np.take_along_axis(distances, order, axis=1)
        bounds = np.minimum(bounds, distances[:, WIDTH])
        lists, distances = lists[:, :WIDTH], distances[:, :WIDTH]
    best = distances.argmin(axis=1)
    rows = np.arange(len(slots))
    lists = np.where(np.isinf(distances), slots[:, None].astype(np.int32), lists)
    return Candidates(lists, bounds, lists[rows, best].astype(np.int64), distances[rows, best])


def search(clusters: Clusters, slots: IntArray, n_workers: int) -> Candidates:
    """Find the nearest candidates of some clusters among all that are left; equal for any number of workers."""
    keys = _Keys(clusters)
    step = max(1, min(256, BLOCK_VALUES // len(keys.slots)))
    blocks = [slots[start : start + step] for start in range(0, len(slots), step)]
    if n_workers > 1 and len(blocks) > 1:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(n_workers) as pool:
            parts = list(pool.map(keys.search, blocks))
    else:
        parts = [keys.search(block) for block in blocks]
    return Candidates(
        np.concatenate([part.candidates for part in parts]),
        np.concatenate([part.bounds for part in parts]),
        np.concatenate([part.nearest for part in parts]),
        np.concatenate([part.distances for part in parts]),
    )


class _Keys:
    """Distances in single precision from blocks of clusters to all that are left, by one matrix product.

    The product of (mean, 1, q) and (-2 mean, q, 1) is q_a + q_b - 2 mean_a mean_b, q = |mean|^2 + scatter.
    """

    def __init__(self, clusters: Clusters) -> None:
        self.clusters = clusters
        self.slots = np.flatnonzero(clusters.is_left)
        self.place = np.full(len(clusters.sizes), -1)
        self.place[self.slots] = np.arange(len(self.slots))
        means = clusters.means[self.slots]
        self.lengths = np.einsum("ij,ij->i", means, means) + clusters.scatters[self.slots]
        self.sizes = clusters.sizes[self.slots]
        ones = np.ones(len(means))
        self.left = np.column_stack([means, ones, self.lengths]).astype(np.float32)
        self.right = np.ascontiguousarray(np.column_stack([-2.0 * means, self.lengths, ones]).T.astype(np.float32))

    def search(self, slots: IntArray) -> Candidates:
        """Find the candidates of one block of clusters."""
        rows = self.place[slots]
        keys = self._keys(rows)
        errors = self._errors(rows)
        rank = min(SAMPLE_RANK, len(self.slots) - 1)
        sample = keys[:, ::SAMPLE_STEP] if len(self.slots) > 4 * SAMPLE_STEP else keys
        thresholds = np.partition(sample, rank - 1, axis=1)[:, rank - 1].astype(np.float64) + errors
        found = self._rank(slots, keys, thresholds, errors)
        # A best candidate within the error of the threshold may have rivals above it: look a little further.
        again = np.flatnonzero(found.distances >= thresholds - errors)
        if len(again):
            wider = found.distances[again] + 2.0 * errors[again]
            better = self._rank(slots[again], keys[again], wider, errors[again])
            found.candidates[again], found.bounds[again] = better.candidates, better.bounds
            found.nearest[again], found.distances[again] = better.nearest, better.distances
        return found

    def _keys(self, rows: IntArray) -> NDArray[np.float32]:
        keys: NDArray[np.float32] = self.left[rows] @ self.right
        if self.clusters.method == "ward" and self.sizes.max() > 1:
            inverse = (0.5 / self.sizes).astype(np.float32)
            keys /= inverse[rows, None] + inverse
        keys[np.arange(len(rows)), rows] = np.inf
        return keys

    def _errors(self, rows: IntArray) -> FloatArray:
        """Bound the error of single precision: n + 2 products of n + 2 roundings, each at most 2^-23 of its size."""
        sums: FloatArray = 2.0 * (self.lengths[rows] + self.lengths.max())
        if self.clusters.method == "ward":
            largest = self.sizes.max()
            sums *= 2.0 * self.sizes[rows] * largest / (self.sizes[rows] + largest)
        return np.asarray(sums * ((self.left.shape[1] + 8) * 2.0**-23))

    def _rank(
        self, slots: IntArray, keys: NDArray[np.float32], thresholds: FloatArray, errors: FloatArray
    ) -> Candidates:
        """Measure all clusters with a key below the threshold of their row, and keep the nearest."""
        limits = thresholds.astype(np.float32)
        flat = np.flatnonzero(keys <= limits[:, None])
        rows, columns = np.divmod(flat, keys.shape[1])
        others = self.slots[columns]
        distances = self.clusters.distances(slots[rows], others)
        order = np.lexsort((others, distances, rows))
        rows, others, distances = rows[order], others[order], distances[order]
        starts = np.searchsorted(rows, np.arange(len(slots)))
        ranks = np.arange(len(rows)) - starts[rows]
        candidates = np.repeat(slots[:, None].astype(np.int32), WIDTH, axis=1)
        is_kept = ranks < WIDTH
        candidates[rows[is_kept], ranks[is_kept]] = others[is_kept]
        bounds = limits.astype(np.float64) - errors
        is_next = ranks == WIDTH
        bounds[rows[is_next]] = np.minimum(bounds[rows[is_next]], distances[is_next])
        return Candidates(candidates, bounds, others[starts], distances[starts])
