"""Leaf orders against brute force over all turns of a tree, and SciPy as an upper bound."""

from __future__ import annotations

import time

import numpy as np
import pytest
import scipy.cluster.hierarchy as hierarchy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform

from heatleaf.cluster import leaf_order, linkage
from heatleaf.errors import UserError

METHODS = ["optimal", "fast", "tightest", "score"]


def all_orders(tree: np.ndarray, node: int) -> list[tuple[int, ...]]:
    n_leaves = len(tree) + 1
    if node < n_leaves:
        return [(node,)]
    a, b = (all_orders(tree, int(child)) for child in tree[node - n_leaves, :2])
    return [x + y for x in a for y in b] + [y + x for x in a for y in b]


def cost(distances: np.ndarray, order: np.ndarray | tuple[int, ...]) -> float:
    leaves = np.asarray(order)
    return float(distances[leaves[:-1], leaves[1:]].sum())


def profiles(n_rows: int, n_columns: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(6, n_columns))[rng.integers(0, 6, n_rows)] + rng.normal(size=(n_rows, n_columns))


# laws


@given(st.integers(3, 9), st.integers(0, 10_000), st.booleans())
@settings(max_examples=60, deadline=None)
def test_optimal_is_the_best_of_all_turns(n_leaves: int, seed: int, is_tied: bool) -> None:
    matrix = np.random.default_rng(seed).normal(size=(n_leaves, 4))
    matrix = np.round(matrix) if is_tied else matrix
    tree = linkage(matrix, "average", "sqeuclidean")
    orders = all_orders(tree, 2 * n_leaves - 2)
    distances = squareform(pdist(matrix, "sqeuclidean"))
    best = min(cost(distances, order) for order in orders)
    found = leaf_order(tree, matrix, "sqeuclidean")
    assert tuple(found.tolist()) in orders
    assert cost(distances, found) == pytest.approx(best, abs=1e-12)
    assert np.array_equal(found, leaf_order(tree, distances, "precomputed"))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("metric", ["correlation", "euclidean", "cityblock"])
def test_clusters_stay_together(method: str, metric: str) -> None:
    """Requirement N24: a permutation in which every node's leaves are contiguous; the same on each call."""
    matrix = profiles(150, 6)
    tree = linkage(matrix, "average", metric)
    order = leaf_order(tree, matrix, metric, method)
    place = np.empty(150, dtype=int)
    place[order] = np.arange(150)
    members = [[leaf] for leaf in range(150)]
    for a, b, _, _ in tree:
        members.append(members[int(a)] + members[int(b)])
        assert np.ptp(place[members[-1]]) == len(members[-1]) - 1
    assert np.array_equal(order, leaf_order(tree, matrix, metric, method))


@pytest.mark.parametrize("seed", range(5))
def test_fast_is_between_plain_and_optimal(seed: int) -> None:
    matrix = profiles(300, 8, seed)
    tree = linkage(matrix)
    distances = squareform(pdist(matrix, "correlation"))
    plain = cost(distances, hierarchy.leaves_list(tree))
    fast, optimal = (cost(distances, leaf_order(tree, matrix, method=method)) for method in ("fast", "optimal"))
    assert optimal <= fast <= plain
    assert fast < 0.9 * plain


def test_optimal_is_never_worse_than_scipy() -> None:
    matrix = profiles(400, 8)
    tree = linkage(matrix)
    condensed = pdist(matrix, "correlation")
    oracle = hierarchy.leaves_list(hierarchy.optimal_leaf_ordering(tree, condensed))
    distances = squareform(condensed)
    assert cost(distances, leaf_order(tree, matrix)) <= cost(distances, oracle) + 1e-9


# reference values


def test_tightest_first() -> None:
    tree = linkage([[0.0], [10.0], [11.0], [0.5], [30.0]], "average", "euclidean")
    assert leaf_order(tree, np.zeros((5, 1)), "euclidean", "tightest").tolist() == [0, 3, 1, 2, 4]


def test_by_score() -> None:
    matrix = np.array([[0.0], [10.0], [11.0], [0.5], [30.0]])
    tree = linkage(matrix, "average", "euclidean")
    assert leaf_order(tree, matrix, "euclidean", "score").tolist() == [4, 2, 1, 3, 0]
    scores = np.array([5.0, 1.0, 2.0, 4.0, 0.0])
    assert leaf_order(tree, matrix, "euclidean", "score", scores=scores).tolist() == [0, 3, 2, 1, 4]


# edge cases


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n_leaves", [1, 2, 3])
def test_few_leaves(n_leaves: int, method: str) -> None:
    matrix = np.arange(3.0)[:n_leaves, None]
    order = leaf_order(linkage(matrix, "average", "euclidean"), matrix, "euclidean", method)
    assert sorted(order.tolist()) == list(range(n_leaves))


def test_large_trees_fall_to_the_fast_order() -> None:
    matrix = profiles(60, 5)
    tree = linkage(matrix)
    assert np.array_equal(leaf_order(tree, matrix, max_optimal=59), leaf_order(tree, matrix, method="fast"))


@pytest.mark.parametrize("method", ["optimal", "tightest", "score"])
def test_chain_of_50000_leaves(method: str) -> None:
    """Requirement N23: no recursion, about a second of one processor (the limit allows for a busy machine)."""
    n_leaves = 50_000
    merged = np.concatenate([[0], np.arange(n_leaves, 2 * n_leaves - 2)])
    sizes = np.arange(2.0, n_leaves + 1)
    tree = np.column_stack([merged, np.arange(1, n_leaves), sizes, sizes])
    matrix = np.arange(float(n_leaves))[:, None]
    start = time.process_time()
    order = leaf_order(tree, matrix, "euclidean", method)
    assert time.process_time() - start < 5.0
    assert len(np.unique(order)) == n_leaves


# errors


@pytest.mark.parametrize(
    ("rows", "metric", "method", "scores", "code", "text"),
    [
        (
            3,
            "euclidean",
            "best",
            None,
            "option",
            "the leaf order 'best' is not known. Fix: choose one of optimal, fast",
        ),
        (4, "euclidean", "fast", None, "clusters", "the linkage has 3 leaves and the matrix 4 rows"),
        (3, "euclidean", "score", np.zeros(2), "clusters", "needs one finite score for each of 3 rows"),
        (3, "euclidean", "score", np.array([0, 1, np.nan]), "clusters", "needs one finite score for each of 3 rows"),
    ],
)
def test_refusals(rows: int, metric: str, method: str, scores: np.ndarray | None, code: str, text: str) -> None:
    tree = linkage(np.arange(3.0)[:, None], "average", "euclidean")
    with pytest.raises(UserError) as error:
        leaf_order(tree, np.arange(float(rows))[:, None], metric, method, scores=scores)
    assert error.value.code == code
    assert text in str(error.value)


def test_refuses_what_is_not_a_tree() -> None:
    with pytest.raises(UserError) as error:
        leaf_order(np.array([[0, 1, 1.0, 2], [0, 2, 2.0, 3]]), np.zeros((3, 1)), "euclidean")
    assert error.value.code == "clusters"
    assert "a node is used twice or before it is made" in str(error.value)
