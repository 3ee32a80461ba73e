"""Clusters as points, and the search for the nearest candidates of many clusters at once.

The search works in single precision, in blocks by matrix product, and reports every cluster below a threshold; these
are measured again in double precision, and the threshold less the error of single precision bounds all others. Single
precision therefore decides how much is searched, never what is merged.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.observations import FloatArray, IntArray, first_equal

WIDTH = 16  # candidates kept for each cluster: 8 and 32 were slower on 20,000 x 24
BLOCK_VALUES = 65_536  # half a megabyte of differences


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

    def distances(self, slots: IntArray, others: NDArray[Any]) -> FloatArray:
        """Return the distance of each slot to one or several others, float64 of the shape of `others`, squared units.

        others : integers of shape (n_slots,) or (n_slots, n_others)
        """
        result = np.empty(others.shape)
        step = max(1, BLOCK_VALUES * len(others) // max(others.size * self.means.shape[1], 1))
        for start in range(0, len(slots), step):
            part = slice(start, start + step)
            difference = self.means.take(others[part], axis=0)
            own = self.means.take(slots[part], axis=0)
            difference -= own if others.ndim == 1 else own[:, None]
            result[part] = np.einsum("...j,...j->...", difference, difference)
        own_slots = slots if others.ndim == 1 else slots[:, None]
        if self.method == "ward":
            sizes, other_sizes = self.sizes[own_slots], self.sizes.take(others)
            return result * (2.0 * sizes * other_sizes / (sizes + other_sizes))
        result += self.scatters[own_slots] + self.scatters.take(others)
        return result

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
        firsts = first_equal(self.means)
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

    slots : int64 array of shape (n_rows,), the clusters. candidates : int32 array of shape (n_rows, WIDTH), own slot
    where there are fewer. bounds : no cluster outside the candidates is nearer. nearest, distances : the best
    candidate, ties to the smallest slot.
    """

    slots: IntArray
    candidates: NDArray[np.int32]
    bounds: FloatArray
    nearest: IntArray
    distances: FloatArray

    @classmethod
    def join(cls, parts: list[Candidates]) -> Candidates:
        """Put the rows of several together."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


def keep_nearest(clusters: Clusters, slots: IntArray, lists: NDArray[np.int32], bounds: FloatArray) -> Candidates:
    """Measure lists of candidates and keep the nearest WIDTH of each.

    lists : int32 array of shape (n_rows, n_candidates), may repeat slots and hold the row's own. bounds : bounds of
    all clusters outside the lists, float64 of shape (n_rows,).
    """
    lists = np.sort(lists, axis=1)
    is_void = lists == slots[:, None]
    is_void[:, 1:] |= lists[:, 1:] == lists[:, :-1]
    distances = clusters.distances(slots, lists)
    distances[is_void] = np.inf
    best = distances.argmin(axis=1)[:, None]  # lists are in order: ties to the smallest slot
    nearest = np.take_along_axis(lists, best, axis=1)[:, 0].astype(np.int64)
    nearest_distance = np.take_along_axis(distances, best, axis=1)[:, 0]
    lists[is_void] = np.repeat(slots.astype(np.int32), np.count_nonzero(is_void, axis=1))
    if lists.shape[1] > WIDTH:
        order = np.argpartition(distances, WIDTH, axis=1)
        bounds = np.minimum(bounds, np.take_along_axis(distances, order[:, WIDTH : WIDTH + 1], axis=1)[:, 0])
        lists = np.take_along_axis(lists, order[:, :WIDTH], axis=1)
    return Candidates(slots, lists, bounds, nearest, nearest_distance)
