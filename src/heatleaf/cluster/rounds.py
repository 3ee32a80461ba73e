"""Average and Ward linkage of points in memory O(n d): rounds of merging all mutual nearest neighbours.

A cluster is its mean, its size and (average linkage) the mean square distance of its points from the mean:

- average: mean of squared distances between two clusters = |mean_a - mean_b|^2 + scatter_a + scatter_b
- Ward: 2 s_a s_b / (s_a + s_b) |mean_a - mean_b|^2, s the sizes (Ward 1963; the square of SciPy's and R's height)

Both are reducible: a merge of mutual nearest neighbours a, b leaves every other cluster at least as far from the union
as from the nearer of the two. So (1) mutual pairs may be merged at once, in any order (Bruynooghe 1977), and (2) a
cluster that knows its nearest candidates, and a bound below the distance of all others, need not search again while
its best candidate is nearer than the bound. `neighbours` makes the candidates; here they are kept true through merges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.chain import Merges, merge_by_chain
from heatleaf.cluster.neighbours import WIDTH, Candidates, Clusters, keep_nearest
from heatleaf.cluster.observations import FloatArray, IntArray
from heatleaf.cluster.search import Map, in_threads, search

# Below this many clusters a distance matrix and chains are quicker than rounds.
FEW_CLUSTERS = 256
REFRESHED_AT_ONCE = 2_048  # lists for one thread
SEARCHED_AT_LEAST = 64  # one in so many of the clusters left, unless nothing else can be done


def merge_points(values: FloatArray, method: str, n_workers: int = 2) -> Merges:
    """Merge points by average (of squared Euclidean distances) or Ward linkage.

    Parameters
    ----------
    values : float64 array of shape (n_points, n_dimensions)
    method : "average" or "ward"
    n_workers : threads that search neighbours; the result does not depend on it

    Returns
    -------
    smaller, larger : int64 arrays of shape (n_points - 1,), least points of the clusters merged
    heights : float64 array of shape (n_points - 1,), squared units

    Notes
    -----
    Ties go to the smallest (smaller, larger) pair. Memory O(n d); time O(n^2 d) with a small factor: one search of
    all against all, later ones only where candidates ran out.
    """
    clusters = Clusters.of_points(values, method)
    with in_threads(n_workers) as run:
        state = _Rounds(clusters, run)
        merges = state.merge_equal()
        while clusters.n_left > FEW_CLUSTERS:
            if state.is_worth_searching():
                state.search()
            merges.append(state.merge_ready())
    merges.append(_finish(clusters))
    smaller, larger, heights = zip(*merges, strict=True)
    return np.concatenate(smaller), np.concatenate(larger), np.concatenate(heights)


def _finish(clusters: Clusters) -> Merges:
    """Merge the few clusters left by chains."""
    slots = np.flatnonzero(clusters.is_left)
    distances = np.empty((len(slots), len(slots)))
    for i_slot, slot in enumerate(slots):
        distances[i_slot] = clusters.distances(np.full(len(slots), slot), slots)
    smaller, larger, heights = merge_by_chain(distances, clusters.sizes[slots], clusters.method)
    smaller, larger = slots[smaller], slots[larger]
    # Heights from the means, as in the rounds: they do not depend on when the rounds stopped.
    for i_merge in range(len(smaller)):
        kept, gone = smaller[i_merge : i_merge + 1], larger[i_merge : i_merge + 1]
        heights[i_merge] = clusters.distances(kept, gone)[0]
        clusters.merge(kept, gone)
    return smaller, larger, heights


@dataclass(eq=False)
class _Rounds:
    """Nearest neighbours of the clusters left, kept true through merges.

    candidates : int64 array of shape (n_slots, WIDTH), slots, a cluster's own slot where there is none. A slot stands
    for the cluster that holds it now. bounds : no cluster outside the candidates is nearer.
    nearest, nearest_distance : valid where is_certain. ready : smaller slots of the certain mutual pairs.
    holder : slot -> a slot that holds its cluster since; followed up to a slot that holds itself.
    """

    clusters: Clusters
    run: Map

    def __post_init__(self) -> None:
        n_slots = len(self.clusters.sizes)
        self.candidates = np.repeat(np.arange(n_slots, dtype=np.int32)[:, None], WIDTH, axis=1)
        self.bounds = np.zeros(n_slots)
        self.nearest = np.arange(n_slots)
        self.nearest_distance = np.full(n_slots, np.inf)
        self.is_certain = np.zeros(n_slots, dtype=bool)
        self.ready = np.empty(0, dtype=np.int64)
        self.holder = np.arange(n_slots, dtype=np.int32)

    def merge_equal(self) -> list[Merges]:
        """Merge points that are equal at height 0, and so keep heaps of ties out of the searches."""
        groups = self.clusters.equal_points()
        if not len(groups):
            return []
        smaller, larger = groups[:, 0], groups[:, 1]
        self.clusters.absorb_equal(smaller, larger)
        self.holder[larger] = smaller
        return [(smaller, larger, np.zeros(len(groups)))]

    def is_worth_searching(self) -> bool:
        """Say whether to search for the clusters that no longer know their nearest neighbour, or to merge first.

        Waiting is cheaper than searching as long as pairs are ready: fewer clusters are left later, and merged lists
        may settle it. A search of few among many costs more than it saves.
        """
        n_unsure = int(np.count_nonzero(self.clusters.is_left & ~self.is_certain))
        is_due = n_unsure > 8 * len(self.ready) and SEARCHED_AT_LEAST * n_unsure > self.clusters.n_left
        return not len(self.ready) or is_due

    def search(self) -> None:
        """Search for the clusters that no longer know their nearest neighbour."""
        unsure = np.flatnonzero(self.clusters.is_left & ~self.is_certain)
        self._know(search(self.clusters, unsure, self.run))
        self.is_certain[unsure] = True
        self.ready = self._mutual(np.flatnonzero(self.clusters.is_left & self.is_certain))

    def merge_ready(self) -> Merges:
        """Merge every ready pair, then look again at the lists that held one of them as the best."""
        smaller = self.ready
        larger, heights = self.nearest[smaller], self.nearest_distance[smaller]
        lists = np.concatenate([self.candidates[smaller], self.candidates[larger]], axis=1)
        self.bounds[smaller] = self.clusters.weighted_mean(self.bounds, smaller, larger)
        is_merged = np.zeros(len(self.nearest), dtype=bool)
        is_merged[smaller] = is_merged[larger] = True
        touched = np.flatnonzero(is_merged.take(self.nearest) & self.is_certain & ~is_merged)
        self.clusters.merge(smaller, larger)
        self.holder[larger] = smaller
        self.is_certain[larger] = False
        self._refresh(smaller, lists)
        self._refresh(touched, self.candidates[touched])
        # Only where a nearest neighbour changed can a new pair be mutual.
        changed = np.concatenate([smaller, touched])
        self.ready = self._mutual(changed[self.is_certain[changed]])
        return smaller, larger, heights

    def _mutual(self, slots: IntArray) -> IntArray:
        """Return the smaller slots of the mutual pairs that certain clusters are part of."""
        other = self.nearest[slots]
        is_mutual = self.is_certain[other] & (self.nearest[other] == slots)
        is_smaller = np.zeros(len(self.nearest), dtype=bool)  # both ends of a pair may be among the slots
        is_smaller[np.minimum(slots, other)[is_mutual]] = True
        return np.flatnonzero(is_smaller)

    def _refresh(self, slots: IntArray, lists: NDArray[np.int32]) -> None:
        """Measure the candidates of some clusters as they are now; certain if one is nearer than the bound."""
        held = self.holder.take(lists)
        while not np.array_equal(held, lists):
            held, lists = self.holder.take(held), held
        bounds = self.bounds[slots]
        parts = [slice(start, start + REFRESHED_AT_ONCE) for start in range(0, len(slots), REFRESHED_AT_ONCE)]
        run = self.run if len(parts) > 1 else map
        for kept in run(lambda part: keep_nearest(self.clusters, slots[part], held[part], bounds[part]), parts):
            self._know(kept)
            self.is_certain[kept.slots] = kept.distances < kept.bounds

    def _know(self, found: Candidates) -> None:
        self.candidates[found.slots], self.bounds[found.slots] = found.candidates, found.bounds
        self.nearest[found.slots], self.nearest_distance[found.slots] = found.nearest, found.distances
