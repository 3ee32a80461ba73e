"""Clusters by k-means: many starts, the best kept.

There is no vote over repeated runs: the numbers that two runs give their clusters have nothing to do with each other.
The run with the least sum of squares stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heatleaf.cluster.observations import FloatArray, IntArray
from heatleaf.errors import UserError

MAX_ITERATIONS = 100
SAMPLE = 2_000  # rows on which starts compete where there are more (Bradley & Fayyad 1998)
N_FINALISTS = 12  # starts that go on to single moves
N_LARGE_FINALISTS = 4  # where there are more than SAMPLE rows


@dataclass(frozen=True)
class KMeans:
    """A request for k-means: k clusters (0 chooses by mean silhouette width), the best of n_starts starts."""

    k: int = 0
    n_starts: int = 50


def partition_by_kmeans(
    values: FloatArray, k: int, *, rng: np.random.Generator, n_starts: int = KMeans.n_starts
) -> tuple[IntArray, float]:
    """Part rows into k clusters with the least sum of squared distances to the cluster means.

    Parameters
    ----------
    values : float64 array of shape (n_rows, n_columns), finite; for genes their z-scores
    k : number of clusters. rng : source of the starts. n_starts : number of starts

    Returns
    -------
    int64 array of shape (n_rows,): the cluster of each row, 1..k by falling size; and the sum of squares.

    Raises
    ------
    UserError
        "clusters" where there are fewer different rows than clusters.

    Notes
    -----
    Starts by k-means++ (Arthur & Vassilvitskii 2007, section 2.2), each run by the batch steps of Lloyd 1982. Above
    SAMPLE rows the starts compete on a sample, and the best go on with all rows (after Bradley & Fayyad 1998). Up to
    SAMPLE rows the best end with single moves (Hartigan 1975, chapter 4): a row goes where the sum of squares falls,
    the change of both means counted, until none does; in larger clusters a row hardly moves its mean. A cluster that
    runs empty takes the row farthest from its mean. Time O(n d k) per step, memory O(n (d + k)).

    Examples
    --------
    >>> import numpy as np
    >>> labels, _ = partition_by_kmeans(np.array([[0.0], [1], [9]]), 2, rng=np.random.default_rng(1))
    >>> labels.tolist()
    [1, 1, 2]
    """
    _refuse_few(values, k)
    points = values - values.mean(axis=0)
    if k == 1:
        return np.ones(len(points), dtype=np.int64), float(np.square(points).sum())
    rows = points
    if len(points) > SAMPLE:
        sample = points[np.sort(rng.choice(len(points), SAMPLE, replace=False))]
        rows = sample if _has_different(sample, k) else points
    runs = [_run(rows, _start(rows, k, rng)) for _ in range(n_starts)]
    finalists = sorted(runs, key=lambda run: run[1])[:N_FINALISTS]
    end = _move_single
    if len(points) > SAMPLE:
        finalists = [_run(points, means) for means, _ in finalists[:N_LARGE_FINALISTS]]
        end = _assign_rows
    labels, least = min((end(points, means) for means, _ in finalists), key=lambda ended: ended[1])
    rank = np.empty(k, dtype=np.int64)
    rank[np.argsort(-np.bincount(labels, minlength=k), kind="stable")] = np.arange(1, k + 1)
    return rank[labels], least


def _refuse_few(values: FloatArray, k: int) -> None:
    if k < 1 or not _has_different(values, k):
        n_different = len(np.unique(values, axis=0))
        what = f"k-means of {k} clusters needs {k} different rows, and there are {n_different:,}"
        raise UserError("clusters", what, fix=f"choose 1 to {n_different} clusters")


def _has_different(values: FloatArray, k: int) -> bool:
    return any(len(np.unique(some, axis=0)) >= k for some in (values[: 8 * k], values))


def _start(points: FloatArray, k: int, rng: np.random.Generator) -> FloatArray:
    """Draw k rows, each with a chance proportional to its squared distance from those drawn before."""
    drawn = [int(rng.integers(len(points)))]
    distances = np.square(points - points[drawn[0]]).sum(axis=1)
    while len(drawn) < k:
        sums = np.cumsum(distances)
        i_row = min(int(np.searchsorted(sums, rng.random() * sums[-1], side="right")), len(points) - 1)
        drawn.append(i_row)
        np.minimum(distances, np.square(points - points[i_row]).sum(axis=1), out=distances)
    return points[drawn]


def _run(points: FloatArray, means: FloatArray) -> tuple[FloatArray, float]:
    """Repeat: each row to its nearest mean, each mean to its rows. Returns the means and the sum of squares."""
    labels = np.full(len(points), -1)
    for _ in range(MAX_ITERATIONS):
        nearest, distances = _assign(points, means)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        means = _means(points, labels, len(means))
    return means, float(distances.sum())


def _assign(points: FloatArray, means: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the nearest mean of each row and its squared distance; no cluster is left empty."""
    half = 0.5 * np.square(means).sum(axis=1) - points @ means.T  # less |row|^2 / 2, the same for all means
    labels = half.argmin(axis=1)
    distances = np.square(points - means[labels]).sum(axis=1)
    sizes = np.bincount(labels, minlength=len(means))
    for empty in np.flatnonzero(sizes == 0):
        farthest = int(np.where(sizes[labels] > 1, distances, -1.0).argmax())
        sizes[labels[farthest]] -= 1
        labels[farthest], sizes[empty], distances[farthest] = empty, 1, 0.0
    return labels, distances


def _means(points: FloatArray, labels: IntArray, k: int) -> FloatArray:
    is_member = np.zeros((k, len(points)))
    is_member[labels, np.arange(len(points))] = 1.0
    means: FloatArray = is_member @ points / is_member.sum(axis=1, keepdims=True)
    return means


def _assign_rows(points: FloatArray, means: FloatArray) -> tuple[IntArray, float]:
    """Return the clusters of means, from 0, and the sum of squares."""
    labels, _ = _assign(points, means)
    return labels, float(np.square(points - _means(points, labels, len(means))[labels]).sum())


def _move_single(points: FloatArray, means: FloatArray) -> tuple[IntArray, float]:
    """Move single rows while that lowers the sum of squares. Returns clusters from 0 and the sum of squares."""
    k = len(means)
    labels, _ = _assign(points, means)
    means, sizes = _means(points, labels, k), np.bincount(labels, minlength=k).astype(np.float64)
    for _ in range(MAX_ITERATIONS):
        gain, to = _gains(points, means, sizes, labels)
        moved = 0
        for i_row in np.argsort(-gain, kind="stable")[: np.count_nonzero(gain > 0)]:
            moved += _move(points, means, sizes, labels, int(i_row), int(to[i_row]))
        if not moved:
            break
        means = _means(points, labels, k)
    return labels, float(np.square(points - means[labels]).sum())


def _gains(points: FloatArray, means: FloatArray, sizes: FloatArray, labels: IntArray) -> tuple[FloatArray, IntArray]:
    """Return by how much the best move of each row would lower the sum of squares, and where to."""
    squared = np.stack([np.square(points - mean).sum(axis=1) for mean in means], axis=1)
    rows = np.arange(len(points))
    left = squared[rows, labels] * (sizes / np.maximum(sizes - 1.0, 1.0))[labels]
    joined = squared * (sizes / (sizes + 1.0))
    joined[rows, labels] = np.inf
    to = joined.argmin(axis=1)
    gain = left - joined[rows, to]
    is_worth = (sizes[labels] > 1) & (gain > 1e-10 * (left + joined[rows, to]))
    return np.where(is_worth, gain, 0.0), to


def _move(points: FloatArray, means: FloatArray, sizes: FloatArray, labels: IntArray, i_row: int, to: int) -> bool:
    """Make one move if it still lowers the sum of squares after those made before it."""
    row, own = points[i_row], labels[i_row]
    if sizes[own] <= 1:
        return False
    left = float(np.square(row - means[own]).sum()) * sizes[own] / (sizes[own] - 1.0)
    joined = float(np.square(row - means[to]).sum()) * sizes[to] / (sizes[to] + 1.0)
    if left - joined <= 1e-10 * (left + joined):
        return False
    means[own] += (means[own] - row) / (sizes[own] - 1.0)
    means[to] += (row - means[to]) / (sizes[to] + 1.0)
    sizes[own] -= 1.0
    sizes[to] += 1.0
    labels[i_row] = to
    return True
