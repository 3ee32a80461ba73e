"""The order in which the leaves of a tree are displayed."""

from __future__ import annotations

from typing import Any

import numpy as np

from heatleaf.cluster.distances import distance_matrix, read_distances
from heatleaf.cluster.flips import Distance, order_by_score, order_fast, order_tightest_first
from heatleaf.cluster.observations import FloatArray, IntArray, embed, read_matrix
from heatleaf.cluster.optimal_order import order_optimally
from heatleaf.cluster.tree import children
from heatleaf.errors import UserError

METHODS = ("optimal", "fast", "tightest", "score")
MAX_OPTIMAL = 3_000  # leaves: above, the optimal order takes seconds and 16 n^2 bytes


def leaf_order(
    linkage: FloatArray,
    matrix: Any,
    metric: str = "correlation",
    method: str = "optimal",
    *,
    scores: FloatArray | None = None,
    max_optimal: int = MAX_OPTIMAL,
) -> IntArray:
    """Order the leaves of a linkage for display; clusters stay contiguous.

    Parameters
    ----------
    linkage : float64 array of shape (n_leaves - 1, 4)
    matrix : the rows that were clustered, shape (n_leaves, n_columns); distances for metric "precomputed"
    metric : distance between neighbours in the order, as in `linkage`
    method : "optimal" has the least sum of distances between neighbours; "fast" comes near it in linear time and is
        never worse than the plain order of the tree; "tightest" puts the child with the lowest merge first; "score"
        puts the child with the larger mean score first
    scores : float64 array of shape (n_leaves,) for "score"; by default the row means
    max_optimal : leaves above which "optimal" becomes "fast"

    Returns
    -------
    int64 array of shape (n_leaves,): leaves from first (top) to last.

    Raises
    ------
    UserError
        "clusters" if linkage, matrix and scores do not belong together; "option"; as `linkage` for the matrix.

    Notes
    -----
    Deterministic: ties keep the plain order of the tree (optimal, fast) or put the least leaf first (tightest, score).
    Bar-Joseph et al. 2001 (optimal); Gruvaeus & Wainer 1972 (fast); Sakai et al. 2014 (tightest).

    Examples
    --------
    >>> import numpy as np
    >>> tree = np.array([[0, 1, 1.0, 2], [2, 3, 4.0, 3]])
    >>> leaf_order(tree, [[0.0], [1.0], [5.0]], "euclidean").tolist()
    [0, 1, 2]
    """
    if method not in METHODS:
        raise UserError("option", f"the leaf order '{method}' is not known", fix=f"choose one of {', '.join(METHODS)}")
    values, rows, _ = read_matrix(matrix)
    pairs = children(linkage)
    n_leaves = len(pairs) + 1
    if metric == "precomputed":
        values = read_distances(values)
    if len(values) != n_leaves:
        raise UserError("clusters", f"the linkage has {n_leaves:,} leaves and the matrix {len(values):,} rows")
    if n_leaves <= 2:
        return np.arange(n_leaves)
    if method == "tightest":
        return order_tightest_first(pairs, linkage[:, 2])
    if method == "score":
        return order_by_score(pairs, _read_scores(scores, values))
    if method == "optimal" and n_leaves <= max_optimal:
        distances = values if metric == "precomputed" else distance_matrix(embed(values, metric, rows))
        return order_optimally(pairs, distances)
    return order_fast(pairs, _pair_distance(values, metric, rows))


def _read_scores(scores: FloatArray | None, values: FloatArray) -> FloatArray:
    if scores is None:
        return np.asarray(values.mean(axis=1))
    scores = np.asarray(scores, dtype=np.float64)
    if scores.shape != (len(values),) or not np.isfinite(scores).all():
        raise UserError("clusters", f"the order by score needs one finite score for each of {len(values):,} rows")
    return scores


def _pair_distance(values: FloatArray, metric: str, rows: tuple[str, ...]) -> Distance:
    """Return a function of two leaves."""
    if metric == "precomputed":
        return lambda a, b: float(values[a, b])
    points = embed(values, metric, rows)
    coordinates = list(points.values)
    if metric == "cityblock":
        return lambda a, b: float(np.abs(coordinates[a] - coordinates[b]).sum())
    is_root, factor = metric == "euclidean", 1.0 if metric in ("euclidean", "sqeuclidean") else 0.5

    def distance(a: int, b: int) -> float:
        difference = coordinates[a] - coordinates[b]
        squared = float(difference @ difference)
        return float(np.sqrt(squared)) if is_root else factor * squared

    return distance
