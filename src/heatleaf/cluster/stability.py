"""How often a cluster returns when the samples are drawn anew."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.cut import cut
from heatleaf.cluster.linkage import linkage
from heatleaf.cluster.observations import ANGULAR, FloatArray, IntArray, read_matrix


def cluster_stability(
    matrix: Any,
    labels: IntArray,
    method: str = "average",
    metric: str = "correlation",
    *,
    rng: np.random.Generator,
    n_resamples: int = 50,
) -> FloatArray:
    """Return the mean Jaccard similarity of each cluster with its best match among resampled clusters.

    Parameters
    ----------
    matrix : shape (n_genes, n_samples), the rows that were clustered
    labels : int64 array of shape (n_genes,), clusters 1..k
    method, metric : as they were clustered; "precomputed" has no samples to draw
    rng : source of the draws
    n_resamples : number of draws of n_samples samples with replacement

    Returns
    -------
    float64 array of shape (k,), fractions 0-1. Hennig 2007: below 0.5 a cluster is dissolved, from 0.75 stable.

    Notes
    -----
    Rows that do not vary in a draw have no correlation; they take no part in that draw.
    """
    values, _, _ = read_matrix(matrix)
    n_clusters = int(labels.max(initial=1))
    totals, n_draws = np.zeros(n_clusters), np.zeros(n_clusters)
    for _ in range(n_resamples):
        columns = np.sort(rng.integers(0, values.shape[1], values.shape[1]))
        drawn = values[:, columns]
        is_kept = _has_direction(drawn, metric)
        if np.count_nonzero(is_kept) < max(n_clusters, 2):
            continue
        again = cut(linkage(drawn[is_kept], method, metric), n_clusters)
        similarity, is_present = _best_jaccard(labels[is_kept], again, n_clusters)
        totals += similarity
        n_draws += is_present
    return totals / np.maximum(n_draws, 1.0)


def _has_direction(values: FloatArray, metric: str) -> NDArray[np.bool_]:
    if metric not in ANGULAR:
        return np.ones(len(values), dtype=bool)
    if metric == "cosine":
        return np.asarray((values != 0).any(axis=1))
    largest = np.abs(values).max(axis=1)
    return np.asarray(np.ptp(values, axis=1) > 1e-12 * largest)


def _best_jaccard(labels: IntArray, again: IntArray, n_clusters: int) -> tuple[FloatArray, FloatArray]:
    """Return the best Jaccard similarity of each cluster, and 1 where the cluster has rows in this draw."""
    table = np.bincount((labels - 1) * n_clusters + again - 1, minlength=n_clusters**2).reshape(n_clusters, n_clusters)
    before, after = table.sum(axis=1, keepdims=True), table.sum(axis=0, keepdims=True)
    jaccard = table / np.maximum(before + after - table, 1)
    return jaccard.max(axis=1), (before[:, 0] > 0).astype(np.float64)
