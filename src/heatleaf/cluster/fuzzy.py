"""Soft clusters by fuzzy c-means: every row belongs to every cluster to some degree."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from heatleaf.cluster.kmeans import partition_by_kmeans
from heatleaf.cluster.observations import FloatArray, IntArray
from heatleaf.errors import UserError

MAX_ITERATIONS = 500
_TOLERANCE = 1e-9  # change of a membership below which the steps have come to rest


@dataclass(frozen=True)
class FuzzyCMeans:
    """A request for fuzzy c-means: k clusters, and the fuzzifier (0 estimates it), the best of n_starts starts."""

    k: int
    fuzzifier: float = 0.0
    n_starts: int = 5


@dataclass(frozen=True, eq=False)
class FuzzyPartition:
    """Soft clusters, by falling size.

    memberships : float64 array of shape (n_rows, k), 0-1, rows sum to 1. labels : int64 array of shape (n_rows,), the
    cluster 1..k of the largest membership. centres : float64 array of shape (k, n_columns). error : the sum that is
    made least. fuzzifier : as used.
    """

    memberships: FloatArray
    labels: IntArray
    centres: FloatArray
    error: float
    fuzzifier: float


def estimate_fuzzifier(n_rows: int, n_columns: int) -> float:
    """Return the fuzzifier at which rows without structure fall into no clusters (Schwämmle & Jensen 2010, eq. 5).

    Examples
    --------
    >>> round(estimate_fuzzifier(500, 8), 4)
    1.514
    """
    slow: float = n_columns ** (-0.0406 * math.log(n_rows) - 0.1134)
    return 1.0 + (1418.0 / n_rows + 22.05) / n_columns**2 + (12.33 / n_rows + 0.243) * slow


def partition_by_fuzzy_c_means(
    values: FloatArray, wanted: FuzzyCMeans, *, rng: np.random.Generator, is_complete: bool = True
) -> FuzzyPartition:
    """Find k centres and memberships with the least sum over rows and clusters of u^m times squared distance.

    Parameters
    ----------
    values : float64 array of shape (n_rows, n_columns), finite; for genes their z-scores
    wanted : number of clusters, fuzzifier and starts. rng : source of the starts
    is_complete : refuse a cluster that no row belongs to most, instead of leaving its number out of `labels`

    Raises
    ------
    UserError
        "clusters" where there are fewer different rows than clusters, or a cluster that no row belongs to most;
        "option" for a fuzzifier of 1 or less.

    Notes
    -----
    Bezdek 1981, section 11: in turn each centre is the mean of all rows weighted by u^m, and the memberships of a row
    fall with the distances to the power of 2 / (m - 1). The first start is from k-means, the others from draws of rows;
    the run with the least sum stands. Time O(n k d) for each step.
    """
    m = wanted.fuzzifier or estimate_fuzzifier(*values.shape)
    if not np.isfinite(m) or m <= 1.0:
        raise UserError("option", f"a fuzzifier of {m:g} is not above 1", fix="give one such as 1.5, or none")
    labels, _ = partition_by_kmeans(values, wanted.k, rng=rng)
    first = np.stack([values[labels == number].mean(axis=0) for number in range(1, wanted.k + 1)])
    starts = [first] + [values[rng.choice(len(values), wanted.k, replace=False)] for _ in range(wanted.n_starts - 1)]
    runs = [_run(values, start, m) for start in starts]
    error, memberships, centres = min(runs, key=lambda run: run[0])
    sizes = np.bincount(memberships.argmax(axis=1), minlength=wanted.k)
    if is_complete and not sizes.all():
        empty = int(np.count_nonzero(sizes == 0))
        what = f"{empty} of {wanted.k} soft clusters have no gene that belongs to them most"
        raise UserError("clusters", what, fix=f"choose {wanted.k - empty} clusters or fewer, or a smaller fuzzifier")
    order = np.argsort(-sizes, kind="stable")
    memberships = memberships[:, order]
    return FuzzyPartition(memberships, memberships.argmax(axis=1) + 1, centres[order], error, m)


def _run(values: FloatArray, centres: FloatArray, m: float) -> tuple[float, FloatArray, FloatArray]:
    """Repeat both steps until memberships rest. Returns the sum that is made least, memberships, centres."""
    memberships = _memberships(_squared_distances(values, centres), m)
    for _ in range(MAX_ITERATIONS):
        weights = memberships**m
        centres = weights.T @ values / np.maximum(weights.sum(axis=0), np.finfo(float).tiny)[:, None]
        before, memberships = memberships, _memberships(_squared_distances(values, centres), m)
        if np.abs(memberships - before).max() < _TOLERANCE:
            break
    error = float((memberships**m * _squared_distances(values, centres)).sum())
    return error, memberships, centres


def _squared_distances(values: FloatArray, centres: FloatArray) -> FloatArray:
    return np.stack([np.square(values - centre).sum(axis=1) for centre in centres], axis=1)


def _memberships(squared: FloatArray, m: float) -> FloatArray:
    """Return memberships of shape (n_rows, k); a row at a centre belongs to it alone."""
    nearest = squared.min(axis=1, keepdims=True)
    # relative to the nearest, so that no power overflows; 0 / 0 is a row at a centre
    ratio = np.divide(nearest, squared, out=np.ones_like(squared), where=squared > 0)
    closeness = ratio ** (1.0 / (m - 1.0))
    return np.asarray(closeness / closeness.sum(axis=1, keepdims=True))
