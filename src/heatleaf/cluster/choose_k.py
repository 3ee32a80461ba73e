"""How many clusters to show, with the evidence for each number."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from heatleaf.cluster.cut import cut
from heatleaf.cluster.observations import FloatArray, IntArray, embed, read_matrix

Widths = Callable[[IntArray], FloatArray]
K_RANGE = range(2, 9)

# Silhouettes closer than this are a tie, which the larger number of clusters wins: it shows more, as sharply.
NEAR_TIE = 0.01
# A block below this share of the rows is a few odd genes, too thin to read in a figure or to name.
SMALLEST_SHARE = 0.03


@dataclass(frozen=True)
class KEvidence:
    """What speaks for a number of clusters.

    silhouette : mean silhouette width, -1 to 1. height_gap : height of the merge that would join two of the clusters
    less that of the last merge made, in units of the linkage; NaN where no tree was cut. smallest : rows of the
    smallest cluster.
    """

    k: int
    silhouette: float
    height_gap: float
    smallest: int


@dataclass(frozen=True)
class KChoice:
    """The number of clusters to show and the evidence for each number that was tried, by k."""

    k: int
    evidence: tuple[KEvidence, ...]


def choose_k(
    linkage: FloatArray, matrix: Any, k_range: Iterable[int] = K_RANGE, *, metric: str = "correlation"
) -> KChoice:
    """Choose the number of clusters with the largest mean silhouette, the larger one on near ties.

    Numbers that leave a single row, or fewer than 3 % of the rows, in a cluster are passed over; if all do, it is
    the smallest.

    Parameters
    ----------
    linkage : float64 array of shape (n_leaves - 1, 4)
    matrix : the rows that were clustered, shape (n_leaves, n_columns); their distances for metric "precomputed"
    k_range : numbers to try; those above n_leaves - 1 are passed over. Fewer than 4 rows are one cluster.
    metric : the distance clustered by; silhouettes of "euclidean" use its square, as the means of clusters then suffice

    Notes
    -----
    Rousseeuw 1987. Mean distances to a cluster follow from its mean and scatter, so time is O(n k d) for each k and no
    distance is stored. A row alone in its cluster has silhouette 0.
    """
    n_leaves = len(linkage) + 1
    tried = [k for k in k_range if 2 <= k < n_leaves]
    if n_leaves < 4 or not tried:
        return KChoice(1, ())
    values, rows, _ = read_matrix(matrix)
    if metric == "precomputed":
        widths = partial(silhouettes_of_distances, values)
    else:
        widths = partial(silhouettes, embed(values, metric, rows).values)
    heights = linkage[:, 2]
    gaps = {k: float(heights[n_leaves - k] - heights[n_leaves - k - 1]) for k in tried}
    return weigh_choices({k: cut(linkage, k) for k in sorted(tried)}, widths, gaps)


def weigh_choices(labels: Mapping[int, IntArray], widths: Widths, gaps: Mapping[int, float]) -> KChoice:
    """Choose among partitions of the same rows, by their number of clusters; see `choose_k`.

    labels : k -> int64 array of shape (n_rows,), clusters 1..k. widths : the silhouettes of a partition. gaps : k ->
    height gap, where a tree was cut.
    """
    evidence = tuple(
        KEvidence(k, float(widths(found).mean()), gaps.get(k, math.nan), int(np.bincount(found)[1:].min()))
        for k, found in labels.items()
    )
    n_rows = len(next(iter(labels.values())))
    sound = [item for item in evidence if item.smallest >= max(2.0, SMALLEST_SHARE * n_rows)] or evidence[:1]
    best = max(item.silhouette for item in sound)
    return KChoice(max(item.k for item in sound if item.silhouette >= best - NEAR_TIE), evidence)


def silhouettes(points: FloatArray, labels: IntArray) -> FloatArray:
    """Return the silhouette width of each point by squared Euclidean distance.

    points : float64 array of shape (n_points, n_dimensions). labels : int64 array of shape (n_points,), 1..k, k > 1.
    Returns float64 of shape (n_points,), 0 for a point alone in its cluster.
    """
    order = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels)[1:].astype(np.float64)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    means = np.add.reduceat(points[order], starts, axis=0) / sizes[:, None]
    own = labels - 1
    scatters = np.bincount(own, weights=np.square(points - means[own]).sum(axis=1)) / sizes
    distances = np.stack([np.square(points - mean).sum(axis=1) for mean in means], axis=1) + scatters
    rows = np.arange(len(points))
    within = distances[rows, own] * sizes[own] / np.maximum(sizes[own] - 1.0, 1.0)
    distances[rows, own] = np.inf
    return _widths(within, distances.min(axis=1), sizes[own])


def silhouettes_of_distances(distances: FloatArray, labels: IntArray) -> FloatArray:
    """Return the silhouette width of each row by given distances, float64 of shape (n_rows, n_rows)."""
    own = labels - 1
    is_member = np.eye(int(labels.max()))[own]
    sizes = is_member.sum(axis=0)
    means = distances @ is_member / sizes
    rows = np.arange(len(labels))
    within = means[rows, own] * sizes[own] / np.maximum(sizes[own] - 1.0, 1.0)
    means[rows, own] = np.inf
    return _widths(within, means.min(axis=1), sizes[own])


def _widths(within: FloatArray, between: FloatArray, sizes: FloatArray) -> FloatArray:
    """Return (between - within) / the larger of the two; 0 for a row alone, or where both are 0."""
    widest = np.maximum(within, between)
    is_set = (sizes > 1) & (widest > 0)
    return np.where(is_set, (between - within) / np.where(widest > 0, widest, 1.0), 0.0)
