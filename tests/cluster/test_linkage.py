"""Linkage against SciPy, brute force and its own laws."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
import scipy.cluster.hierarchy as hierarchy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform
from scipy.stats import rankdata

from heatleaf.cluster import linkage
from heatleaf.cluster.distances import squared_distances
from heatleaf.cluster.observations import first_equal, rank_rows
from heatleaf.errors import UserError

PAIRS = [
    ("average", "correlation"),
    ("average", "cosine"),
    ("average", "sqeuclidean"),
    ("average", "euclidean"),
    ("ward", "euclidean"),
    ("complete", "euclidean"),
    ("complete", "correlation"),
    ("single", "euclidean"),
    ("single", "cityblock"),
    ("weighted", "cityblock"),
]


def profiles(n_rows: int, n_columns: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(n_rows // 15, 1), n_columns))
    return centres[rng.integers(0, len(centres), n_rows)] + rng.normal(size=(n_rows, n_columns))


def assert_is_linkage(tree: np.ndarray) -> None:
    n_leaves = len(tree) + 1
    nodes = tree[:, :2].astype(int)
    assert (nodes < np.arange(n_leaves, 2 * n_leaves - 1)[:, None]).all()
    assert len(np.unique(nodes)) == nodes.size
    sizes = np.concatenate([np.ones(n_leaves), tree[:, 3]])
    assert (sizes[nodes].sum(axis=1) == tree[:, 3]).all()
    assert (np.diff(tree[:, 2]) >= 0).all()
    assert (tree[:, 2] >= 0).all()


def assert_each_merge_is_least(tree: np.ndarray, distances: np.ndarray, method: str) -> None:
    """Replay a linkage on a distance matrix: each merge must be a global minimum within 1e-12 (requirement N20)."""
    n_leaves = len(distances)
    members = {leaf: [leaf] for leaf in range(n_leaves)}
    for i_merge, (a, b, height, _) in enumerate(tree):
        joined = [(p, q) for p in members for q in members if p < q]
        values = [between(distances, members[p], members[q], method) for p, q in joined]
        here = between(distances, members[int(a)], members[int(b)], method)
        assert here <= min(values) + 1e-12
        assert height == pytest.approx(here, abs=1e-12)
        members[n_leaves + i_merge] = members.pop(int(a)) + members.pop(int(b))


def replay_average(tree: np.ndarray, distances: np.ndarray) -> Iterator[tuple[int, int, float, float]]:
    """Give each merge as two rows of the distances between clusters, its height, and the least distance of all."""
    sizes = np.ones(len(distances))
    rows = list(range(len(distances)))
    np.fill_diagonal(distances, np.inf)
    for a, b, height, size in tree:
        kept, gone = rows[int(a)], rows[int(b)]
        yield kept, gone, height, distances.min()
        merged = (sizes[kept] * distances[kept] + sizes[gone] * distances[gone]) / size
        merged[[kept, gone]] = np.inf
        distances[kept] = distances[:, kept] = merged
        distances[gone] = distances[:, gone] = np.inf
        sizes[kept] = size
        rows.append(kept)


def between(distances: np.ndarray, a: list[int], b: list[int], method: str) -> float:
    block = distances[np.ix_(a, b)]
    return {"average": block.mean, "complete": block.max, "single": block.min}[method]()


# laws


@pytest.mark.parametrize(("method", "metric"), PAIRS)
def test_linkage_is_a_tree(method: str, metric: str) -> None:
    """Requirement N21."""
    assert_is_linkage(linkage(profiles(60, 5), method, metric))


@pytest.mark.parametrize(("method", "metric"), [("average", "correlation"), ("ward", "euclidean")])
def test_workers_do_not_change_a_bit(method: str, metric: str) -> None:
    """Requirement R12."""
    matrix = profiles(1_500, 10)
    trees = [linkage(matrix, method, metric, n_workers=n) for n in (1, 2, 3)]
    assert all(np.array_equal(trees[0], tree) for tree in trees[1:])


@pytest.mark.parametrize("method", ["average", "complete"])
@given(st.integers(2, 14), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_merges_of_tied_data_are_least(method: str, n_rows: int, seed: int) -> None:
    """Requirement N20: rounded data, many equal distances."""
    matrix = np.random.default_rng(seed).integers(0, 3, size=(n_rows, 2)).astype(float)
    tree = linkage(matrix, method, "sqeuclidean")
    assert_is_linkage(tree)
    assert_each_merge_is_least(tree, squareform(pdist(matrix, "sqeuclidean")), method)


def test_equal_pairs_merge_by_smallest_leaf() -> None:
    """Requirement N20: the documented rule."""
    tree = linkage([[3.0], [2.0], [0.0], [1.0]], "complete", "euclidean")
    assert tree[0, :2].tolist() == [0, 1]
    assert tree[1, :2].tolist() == [2, 3]


@given(st.integers(2, 9), st.integers(1, 3), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_ties_follow_the_documented_rule(n_rows: int, n_columns: int, seed: int) -> None:
    """Requirement N20, on whole numbers: the nearest pair of least leaves, by the smaller one first."""
    matrix = np.random.default_rng(seed).integers(0, 3, size=(n_rows, n_columns)).astype(float)
    distances = squareform(pdist(matrix, "cityblock"))
    members = {leaf: [leaf] for leaf in range(n_rows)}
    for i_merge, (a, b, height, _) in enumerate(linkage(matrix, "complete", "cityblock")):
        pairs = [(members[p], members[q]) for p in members for q in members if members[p][0] < members[q][0]]
        nearest = min((between(distances, p, q, "complete"), p[0], q[0]) for p, q in pairs)
        joined = sorted([members.pop(int(a)), members.pop(int(b))])
        assert (height, joined[0][0], joined[1][0]) == nearest
        members[n_rows + i_merge] = sorted(joined[0] + joined[1])


@pytest.mark.parametrize(("method", "metric"), [("average", "sqeuclidean"), ("average", "correlation")])
@given(st.integers(280, 340), st.integers(0, 10_000))
@settings(max_examples=6, deadline=None)
def test_merges_of_tied_data_in_rounds_are_least(method: str, metric: str, n_rows: int, seed: int) -> None:
    """Requirement N20 for the path without a distance matrix."""
    matrix = np.random.default_rng(seed).integers(0, 4, size=(n_rows, 5)).astype(float)
    matrix = matrix[np.ptp(matrix, axis=1) > 0]
    tree = linkage(matrix, method, metric)
    assert_is_linkage(tree)
    distances = squareform(pdist(matrix, metric))
    for a, b, height, least in replay_average(tree, distances):
        assert distances[a, b] <= least + 1e-12
        assert height == pytest.approx(distances[a, b], abs=1e-12)


@pytest.mark.parametrize("method", ["average", "ward"])
def test_tied_data_without_distance_matrix(method: str) -> None:
    """Rounds on a grid with heaps of equal rows agree with heights of SciPy up to the first ambiguous merge."""
    matrix = np.random.default_rng(5).integers(0, 12, size=(1_600, 3)).astype(float)
    metric = "euclidean" if method == "ward" else "sqeuclidean"
    tree = linkage(matrix, method, metric)
    assert_is_linkage(tree)
    n_equal = 1_600 - len(np.unique(matrix, axis=0))
    assert (tree[:n_equal, 2] == 0).all()
    assert tree[n_equal, 2] > 0
    labels = np.array(hierarchy.fcluster(tree, 0.0, "distance"))
    assert len(np.unique(labels)) == 1_600 - n_equal


@given(st.integers(3, 40), st.integers(2, 6), st.integers(0, 10_000), st.sampled_from(PAIRS))
@settings(max_examples=60, deadline=None)
def test_equals_scipy(n_rows: int, n_columns: int, seed: int, pair: tuple[str, str]) -> None:
    """Requirement N25: heights to 1e-9 and the same tree on data without ties."""
    method, metric = pair
    n_columns = n_columns + 2 if metric == "correlation" else n_columns
    matrix = profiles(n_rows, n_columns, seed)
    tree, oracle = linkage(matrix, method, metric), hierarchy.linkage(pdist(matrix, metric), method)
    np.testing.assert_allclose(tree[:, 2], oracle[:, 2], rtol=1e-9, atol=1e-13)
    assert np.array_equal(tree[:, [0, 1, 3]], oracle[:, [0, 1, 3]])


# reference values


@pytest.mark.parametrize(("method", "metric"), [PAIRS[0], PAIRS[1], PAIRS[2], PAIRS[4]])
@pytest.mark.parametrize("n_columns", [3, 30])
def test_rounds_equal_scipy(method: str, metric: str, n_columns: int) -> None:
    """Without a distance matrix: same tree, heights to 1e-9 (requirement N25)."""
    matrix = profiles(2_200, n_columns, seed=n_columns)
    if metric == "correlation" and n_columns == 3:
        matrix = profiles(2_200, 5)
    tree, oracle = linkage(matrix, method, metric), hierarchy.linkage(pdist(matrix, metric), method)
    np.testing.assert_allclose(tree[:, 2], oracle[:, 2], rtol=1e-9, atol=1e-13)
    assert np.array_equal(tree[:, [0, 1, 3]], oracle[:, [0, 1, 3]])


def test_spearman_is_correlation_of_ranks() -> None:
    matrix = np.random.default_rng(1).integers(0, 5, size=(50, 7)).astype(float)
    matrix = matrix[np.ptp(matrix, axis=1) > 0]
    assert np.array_equal(rank_rows(matrix), rankdata(matrix, axis=1))
    assert np.array_equal(linkage(matrix, metric="spearman"), linkage(rank_rows(matrix), metric="correlation"))


@pytest.mark.parametrize("method", ["average", "ward", "complete", "single", "weighted"])
def test_precomputed_distances(method: str) -> None:
    condensed = pdist(profiles(30, 4))
    oracle = hierarchy.linkage(condensed, method)
    for given_as in (squareform(condensed), condensed[None, :]):
        np.testing.assert_allclose(linkage(given_as, method, "precomputed"), oracle, rtol=1e-9)


def test_wide_rows_are_as_exact_as_narrow() -> None:
    matrix = profiles(40, 200)
    matrix[7] = matrix[3]
    matrix[9] = matrix[3] + 1e-9
    squared = squared_distances(matrix)
    np.testing.assert_allclose(squared, squareform(pdist(matrix, "sqeuclidean")), rtol=1e-12)
    assert squared[7, 3] == 0.0


# edge cases


def test_one_and_two_leaves() -> None:
    """Requirement N22."""
    assert linkage([[1.0, 2.0, 4.0]]).shape == (0, 4)
    assert linkage([[0.0], [3.0]], "ward", "euclidean").tolist() == [[0, 1, 3.0, 2]]


def test_equal_rows_have_distance_zero() -> None:
    """Requirement N19: also for multiples of a row under correlation."""
    matrix = profiles(1_200, 6)
    matrix[500], matrix[900] = matrix[3], 2.5 * matrix[3] + 7.0
    for tree in (linkage(matrix), linkage(matrix[[3, 500, 900, 1, 2]])):
        assert (tree[:2, 2] == 0.0).all()
        assert tree[2, 2] > 0.0


def test_all_rows_equal() -> None:
    tree = linkage(np.tile([1.0, 2.0, 4.0], (1_300, 1)))
    assert_is_linkage(tree)
    assert (tree[:, 2] == 0).all()


def test_chain_of_leaves() -> None:
    """Points that merge one after another: rounds of one merge each."""
    matrix = (1.003 ** np.arange(1_600))[:, None]
    tree, oracle = linkage(matrix, "ward", "euclidean"), hierarchy.linkage(matrix, "ward")
    np.testing.assert_allclose(tree[:, 2], oracle[:, 2], rtol=1e-9)


def test_evenly_spaced_points() -> None:
    """Requirement N20: every step a tie, one pair ready at a time; neighbours 2 i and 2 i + 1 merge first."""
    tree = linkage(np.arange(1_600.0)[:, None], "ward", "euclidean")
    assert_is_linkage(tree)
    assert np.array_equal(tree[:800, :2], np.arange(1_600).reshape(-1, 2))
    assert (tree[:800, 2] == 1.0).all()


def test_equal_rows_are_found_at_their_first() -> None:
    """Also where only the sign of zero differs, and where sums of bits agree."""
    rows = np.array([[0.0, 1.0], [1.0, 0.0], [-0.0, 1.0], [2.0, 2.0], [1.0, 0.0]])
    assert first_equal(rows).tolist() == [0, 1, 0, 3, 1]
    rows = np.random.default_rng(0).integers(0, 4, size=(2_000, 5)).astype(float)
    _, first, group = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    assert np.array_equal(first_equal(rows), first[group.ravel()])


def test_scale_does_not_overflow_single_precision() -> None:
    matrix = profiles(1_200, 4)
    plain = linkage(matrix, "ward", "euclidean")
    np.testing.assert_allclose(linkage(matrix * 1e120, "ward", "euclidean")[:, 2], plain[:, 2] * 1e120, rtol=1e-9)


def test_memory_is_linear() -> None:
    """8,000 x 24 in a small part of the 512 MB of a distance matrix."""
    matrix = profiles(8_000, 24)
    tracemalloc.start()
    linkage(matrix)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


# errors


def test_refuses_missing_values_by_name() -> None:
    """Requirement N26."""
    frame = pd.DataFrame(profiles(4, 3), index=["TP53", "MYC", "ACTB", "GAPDH"], columns=["S1", "S2", "S3"])
    frame.loc["MYC", "S3"] = np.nan
    frame.loc["ACTB", "S1"] = np.inf
    with pytest.raises(UserError) as error:
        linkage(frame)
    assert error.value.code == "matrix_not_finite"
    assert str(error.value) == (
        "2 of 12 values are missing or infinite (first: row MYC, column S3; row ACTB, column S1). "
        "Fix: leave these rows out, or fill the values, before clustering."
    )
    with pytest.raises(UserError, match="first: row 2, column 3"):
        linkage(frame.to_numpy())


@pytest.mark.parametrize("metric", ["correlation", "spearman", "kendall", "cosine"])
def test_refuses_rows_without_direction(metric: str) -> None:
    """Requirement N18."""
    frame = pd.DataFrame(profiles(4, 3), index=["TP53", "MYC", "ACTB", "GAPDH"])
    frame.loc["ACTB"] = 0.0 if metric == "cosine" else 0.1
    with pytest.raises(UserError) as error:
        linkage(frame, metric=metric)
    assert error.value.code == "gene_constant"
    kind = "all zero" if metric == "cosine" else "constant"
    assert f"1 row(s) are {kind} and have no {metric} with others (first: row ACTB)" in str(error.value)


def test_refuses_memory_before_it_is_taken() -> None:
    """Requirement R20."""
    with pytest.raises(UserError) as error:
        linkage(np.zeros((60_000, 2)), "complete", "euclidean")
    assert error.value.code == "memory"
    assert str(error.value).startswith(
        "complete linkage of 60,000 rows needs a distance matrix of 28.8 GB, more than the limit of 4 GB. Fix: choose"
    )


@pytest.mark.parametrize(
    ("method", "metric"),
    [
        ("complete", "correlation"),
        ("weighted", "spearman"),
        ("average", "euclidean"),
        ("average", "cityblock"),
        ("complete", "precomputed"),
    ],
)
def test_every_distance_matrix_is_foreseen(method: str, metric: str) -> None:
    """Requirement R20: 300 rows need 720 kB; nothing of that size is made before the refusal."""
    matrix = squareform(pdist(profiles(300, 6))) if metric == "precomputed" else profiles(300, 6)
    tracemalloc.start()
    with pytest.raises(UserError, match=f"{method} linkage of 300 rows needs a distance matrix of 720 kB") as error:
        linkage(matrix, method, metric, max_memory=719_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.value.code == "memory"
    assert peak < 360_000
    linkage(matrix, method, metric, max_memory=720_000)
    linkage(matrix, "ward" if metric == "spearman" else "single", metric)


@pytest.mark.parametrize(
    ("matrix", "method", "metric", "code", "text"),
    [
        (np.empty((0, 3)), "average", "correlation", "clusters", "the matrix to cluster has no rows"),
        (np.zeros(3), "average", "correlation", "clusters", "has 1 dimension(s) where 2 are needed"),
        (np.empty((3, 0)), "ward", "euclidean", "clusters", "no columns. Fix: choose at least one sample"),
        (
            np.eye(3),
            "centroid",
            "euclidean",
            "option",
            "the linkage 'centroid' is not known. Fix: choose one of average",
        ),
        (np.eye(3), "average", "hamming", "option", "the distance 'hamming' is not known"),
        (np.eye(3), "ward", "cityblock", "option", "ward linkage is not defined for the distance 'cityblock'"),
        (np.eye(3), "average", "precomputed", "clusters", "given distances must be symmetric, not negative, and zero"),
        (np.ones((2, 3)), "average", "precomputed", "clusters", "given distances must be square, not 2 x 3"),
        (np.ones((1, 4)), "average", "precomputed", "clusters", "4 condensed distances do not belong to"),
    ],
)
def test_refusals(matrix: np.ndarray, method: str, metric: str, code: str, text: str) -> None:
    with pytest.raises(UserError) as error:
        linkage(matrix, method, metric)
    assert error.value.code == code
    assert text in str(error.value)
