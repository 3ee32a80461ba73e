"""The one linkage of Heatleaf."""

from __future__ import annotations

from typing import Any

import numpy as np

from heatleaf.cluster.assembly import assemble
from heatleaf.cluster.chain import Merges, merge_by_chain, merge_by_spanning_tree
from heatleaf.cluster.distances import (
    DEFAULT_MAX_MEMORY,
    distance_matrix,
    n_given,
    read_distances,
    refuse_memory,
    refuse_pairs,
    squared_distances,
)
from heatleaf.cluster.observations import ANGULAR, FloatArray, Points, embed, read_matrix
from heatleaf.cluster.rounds import FEW_CLUSTERS, merge_points
from heatleaf.errors import UserError

METHODS = ("average", "ward", "complete", "single", "weighted")


def linkage(
    matrix: Any,
    method: str = "average",
    metric: str = "correlation",
    *,
    max_memory: float = DEFAULT_MAX_MEMORY,
    n_workers: int = 2,
) -> FloatArray:
    """Cluster the rows of a matrix hierarchically.

    Parameters
    ----------
    matrix : array or data frame of shape (n_leaves, n_columns); with metric "precomputed" distances between rows
    method : "average", "ward", "complete", "single" or "weighted"
    metric : "correlation" (1 - Pearson), "spearman", "kendall" (1 - tau-b), "cosine", "euclidean", "sqeuclidean",
        "cityblock", "precomputed"
    max_memory : bytes that a distance matrix may take, for the methods that need one, or the signs of "kendall"
    n_workers : threads; the result does not depend on it

    Returns
    -------
    float64 array of shape (n_leaves - 1, 4) in SciPy's format: the two nodes merged (leaves are 0..n_leaves-1, row i
    makes node n_leaves + i), height, number of leaves; heights never decrease. One leaf gives shape (0, 4).

    Raises
    ------
    UserError
        "matrix_not_finite", "gene_constant" (correlation of rows that do not vary), "clusters" (no rows, or distances
        that are none), "option" (unknown method or metric), "memory".

    Notes
    -----
    Ties: of the nearest pairs the one with the smallest (least leaf, least leaf of the other) is merged first; single
    linkage takes equal edges of a spanning tree by their leaves. Equal rows have distance exactly 0.
    Ward is Ward 1963 with heights in distance units, equal to "ward.D2" of R and "ward" of SciPy. With an angular
    metric its points are the unit rows, sqrt(2 (1 - r)) apart.
    Average linkage of squared or angular distances and Ward take memory O(n d): see `rounds`. Single linkage takes
    O(n d) too. The others hold a distance matrix of 8 n^2 bytes. Time O(n^2 d).

    Examples
    --------
    >>> linkage([[1, 2, 4], [2, 4, 8], [4, 2, 1]])[:, :2].tolist()
    [[0.0, 1.0], [2.0, 3.0]]
    """
    if method not in METHODS:
        raise UserError("option", f"the linkage '{method}' is not known", fix=f"choose one of {', '.join(METHODS)}")
    values, rows, _ = read_matrix(matrix)
    if metric == "precomputed":
        return _link_distances(values, method, max_memory)
    if len(values) == 1:
        return np.empty((0, 4))
    if metric == "kendall":
        refuse_pairs(values.shape, max_memory)
    points = embed(values, metric, rows)
    return assemble(_merge(points, method, max_memory, n_workers), len(values))


def _merge(points: Points, method: str, max_memory: float, n_workers: int) -> Merges:
    n_leaves = len(points.values)
    if method == "ward" and points.metric in ("sqeuclidean", "cityblock"):
        raise UserError(
            "option",
            f"ward linkage is not defined for the distance '{points.metric}'",
            fix="choose the distance euclidean or correlation, or the linkage average",
        )
    is_geometric = method == "ward" or (method == "average" and points.metric in (*ANGULAR, "sqeuclidean"))
    if method == "single":
        return merge_by_spanning_tree(n_leaves, lambda i_row: points.distances_from(i_row, slice(None)))
    if is_geometric and n_leaves > FEW_CLUSTERS:
        return _merge_points(points, method, n_workers)
    refuse_memory(n_leaves, method, max_memory)
    if method == "ward":
        return _root(merge_by_chain(squared_distances(points.values), np.ones(n_leaves), method))
    return merge_by_chain(distance_matrix(points), np.ones(n_leaves), method)


def _merge_points(points: Points, method: str, n_workers: int) -> Merges:
    """Link points scaled by a power of two, so that squares stay within single precision."""
    exponent = int(np.frexp(np.abs(points.values).max(initial=0.0))[1])
    smaller, larger, heights = merge_points(np.ldexp(points.values, -exponent), method, n_workers)
    heights = np.ldexp(heights, 2 * exponent)
    return (smaller, larger, np.sqrt(heights) if method == "ward" else points.distance_of(heights))


def _root(merges: Merges) -> Merges:
    smaller, larger, heights = merges
    return smaller, larger, np.sqrt(np.maximum(heights, 0.0))


def _link_distances(matrix: FloatArray, method: str, max_memory: float) -> FloatArray:
    """Cluster by given distances."""
    refuse_memory(n_given(matrix), method, max_memory)
    distances = read_distances(matrix)
    n_leaves = len(distances)
    if n_leaves == 1:
        return np.empty((0, 4))
    if method == "single":
        return assemble(merge_by_spanning_tree(n_leaves, lambda i_row: distances[i_row]), n_leaves)
    if method == "ward":
        return assemble(_root(merge_by_chain(np.square(distances), np.ones(n_leaves), method)), n_leaves)
    return assemble(merge_by_chain(distances, np.ones(n_leaves), method), n_leaves)
