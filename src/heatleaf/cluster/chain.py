"""Linkage from a distance matrix by nearest-neighbour chains, and single linkage by a minimum spanning tree.

A merge is the triple (smaller least leaf, larger least leaf, height); `assembly` turns merges into a linkage.
Sources: Murtagh 1983 (chains), Lance & Williams 1967 (updates), Prim 1957 (spanning tree), Müllner 2011 (proofs).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from heatleaf.cluster.observations import FloatArray, IntArray

Merges = tuple[IntArray, IntArray, FloatArray]
DistancesFrom = Callable[[int], FloatArray]


def merge_by_chain(distances: FloatArray, sizes: FloatArray, method: str) -> Merges:
    """Merge clusters until one is left.

    Parameters
    ----------
    distances : float64 array of shape (n, n), symmetric; used up as working memory. For "ward" squared distances.
    sizes : float64 array of shape (n,), leaves in each cluster
    method : "average", "weighted", "complete" or "ward"

    Returns
    -------
    smaller, larger : int64 arrays of shape (n - 1,), positions whose cluster is merged, kept at the smaller
    heights : float64 array of shape (n - 1,), in the units of `distances`

    Notes
    -----
    Ties go to the smaller position. The pair at the end of the chain then decreases strictly in (distance, positions),
    so the chain ends. Time O(n^2), no recursion.
    """
    n_clusters = len(distances)
    merges = (np.empty(n_clusters - 1, np.int64), np.empty(n_clusters - 1, np.int64), np.empty(n_clusters - 1))
    names = np.arange(n_clusters)
    sizes = sizes.copy()
    np.fill_diagonal(distances, np.inf)
    done = 0
    while done < n_clusters - 1:
        # Half of the clusters are merged, then the matrix is cut down to those left: rows get shorter.
        goal = len(distances) // 2 if len(distances) > 256 else len(distances) - 1
        _merge_some(distances, sizes, method, names, tuple(part[done : done + goal] for part in merges))
        done += goal
        if done < n_clusters - 1:
            is_left = sizes > 0
            distances, sizes, names = distances[np.ix_(is_left, is_left)], sizes[is_left], names[is_left]
    return merges


def _merge_some(
    distances: FloatArray, sizes: FloatArray, method: str, names: IntArray, merges: tuple[FloatArray | IntArray, ...]
) -> None:
    """Merge as often as `merges` has room, writing into it; size 0 marks a cluster merged into another."""
    chain: list[int] = []
    place = [-1] * len(distances)  # where in the chain a cluster stands, -1 if it does not
    n_merged, first_left = 0, 0
    while n_merged < len(merges[0]):
        if not chain:
            while sizes[first_left] == 0:
                first_left += 1
            chain.append(first_left)
            place[first_left] = 0
        tip = chain[-1]
        row = distances[tip]
        nearest = int(row.argmin())
        if len(chain) > 1 and nearest == chain[-2]:
            smaller, larger = (tip, nearest) if tip < nearest else (nearest, tip)
            for part, value in zip(merges, (names[smaller], names[larger], row[nearest]), strict=True):
                part[n_merged] = value
            _update(distances, sizes, method, smaller, larger)
            place[tip] = place[nearest] = -1
            del chain[-2:]
            n_merged += 1
        elif place[nearest] >= 0:  # only rounding can lead back into the chain; go on from there
            for member in chain[place[nearest] + 1 :]:
                place[member] = -1
            del chain[place[nearest] + 1 :]
        else:
            place[nearest] = len(chain)
            chain.append(nearest)


def _update(distances: FloatArray, sizes: FloatArray, method: str, kept: int, gone: int) -> None:
    """Write the distances of the merged cluster in place of `kept`; `gone` becomes infinitely far."""
    to_kept, to_gone = distances[kept], distances[gone]
    size_kept, size_gone = float(sizes[kept]), float(sizes[gone])
    total = size_kept + size_gone
    if method == "complete":
        merged = np.maximum(to_kept, to_gone)
    elif method == "weighted":
        merged = (to_kept + to_gone) * 0.5
    elif method == "average":
        merged = to_kept * (size_kept / total)
        merged += to_gone * (size_gone / total)
    else:
        merged = (sizes + size_kept) * to_kept
        merged += (sizes + size_gone) * to_gone
        merged -= sizes * to_kept[gone]
        merged /= sizes + total
    merged[kept] = merged[gone] = np.inf
    distances[kept] = merged
    distances[:, kept] = merged
    distances[gone] = np.inf
    distances[:, gone] = np.inf
    sizes[kept] = total
    sizes[gone] = 0.0


def merge_by_spanning_tree(n_leaves: int, distances_from: DistancesFrom) -> Merges:
    """Single linkage: grow a minimum spanning tree from leaf 0, then merge along its edges by height.

    distances_from gives the distances of one leaf to all, float64 of shape (n,). Time O(n^2) distances, memory O(n).
    Equal edges are taken by (smaller leaf, larger leaf) of the tree grown.
    """
    nearest_distance = distances_from(0).copy()
    nearest_leaf = np.zeros(n_leaves, dtype=np.int64)
    is_out = np.ones(n_leaves, dtype=bool)
    is_out[0] = False
    nearest_distance[0] = np.inf
    edges = np.empty((n_leaves - 1, 2), dtype=np.int64)
    heights = np.empty(n_leaves - 1)
    for step in range(n_leaves - 1):
        leaf = int(nearest_distance.argmin())
        edges[step] = sorted((int(nearest_leaf[leaf]), leaf))
        heights[step] = nearest_distance[leaf]
        is_out[leaf] = False
        distances = distances_from(leaf)
        is_nearer = is_out & (distances < nearest_distance)
        nearest_distance[is_nearer] = distances[is_nearer]
        nearest_leaf[is_nearer] = leaf
        nearest_distance[leaf] = np.inf
    order = np.lexsort((edges[:, 1], edges[:, 0], heights))
    return _join_edges(edges[order], heights[order])


def _join_edges(edges: IntArray, heights: FloatArray) -> Merges:
    """Follow edges by height, naming each component by its least leaf."""
    least = list(range(len(edges) + 1))

    def find(leaf: int) -> int:
        while least[leaf] != leaf:
            least[leaf] = least[least[leaf]]
            leaf = least[leaf]
        return leaf

    pairs = np.empty_like(edges)
    for i_edge, (leaf_a, leaf_b) in enumerate(edges.tolist()):
        root_a, root_b = find(leaf_a), find(leaf_b)
        smaller, larger = (root_a, root_b) if root_a < root_b else (root_b, root_a)
        least[larger] = smaller
        pairs[i_edge] = smaller, larger
    return pairs[:, 0], pairs[:, 1], heights
