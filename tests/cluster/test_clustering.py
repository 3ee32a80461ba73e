"""The result of clustering, however it was made: blocks numbered from top to bottom, trees over neighbouring rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatleaf.cluster import (
    Clustering,
    KMeans,
    Linking,
    choose_k,
    cluster_by_kmeans,
    cluster_by_tree,
    cluster_within_groups,
    cut,
    linkage,
)
from heatleaf.errors import UserError

WARD = Linking("ward", "euclidean")


def planted(k: int = 3, n_rows: int = 60, noise: float = 0.3, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.eye(k, 8)[np.arange(n_rows) % k] * 4 + noise * rng.normal(size=(n_rows, 8))


def made(kind: str, values: np.ndarray, k: int) -> Clustering:
    if kind == "tree":
        return cluster_by_tree(values, k, linking=WARD)
    if kind == "kmeans":
        return cluster_by_kmeans(values, KMeans(k, 5), rng=np.random.default_rng(1), linking=WARD)
    return cluster_within_groups(values, [f"group {i % k}" for i in range(len(values))], linking=WARD)


@given(st.sampled_from(["tree", "kmeans", "groups"]), st.integers(2, 30), st.integers(1, 6), st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_laws_of_every_clustering(kind: str, n_rows: int, k: int, seed: int) -> None:
    """Requirement N24: each row once, clusters contiguous, numbered from the top; each tree covers neighbours."""
    values = np.random.default_rng(seed).normal(size=(n_rows, 5))
    found = made(kind, values, k)
    assert sorted(found.order.tolist()) == list(range(n_rows))
    assert found.n_clusters == min(k, n_rows) == len(found.block_names)
    assert set(np.diff(found.labels).tolist()) <= {0, 1}
    covered = np.concatenate([tree.first + np.arange(len(tree.order)) for tree in found.trees] or [np.zeros(0)])
    assert len(set(covered.tolist())) == len(covered)
    for tree in found.trees:
        rows = np.empty(len(tree.order), dtype=int)
        rows[tree.order] = found.order[tree.first : tree.first + len(tree.order)]
        np.testing.assert_array_equal(tree.linkage, linkage(values[np.sort(rows)], "ward", "euclidean"))
        assert kind == "tree" or len(set(found.labels[tree.first : tree.first + len(tree.order)])) == 1
    assert np.array_equal(found.labels_of_rows()[found.order], found.labels)


def test_a_cut_tree_is_cut_by_number_by_height_or_by_evidence() -> None:
    values = planted()
    tree = linkage(values, "ward", "euclidean")
    by_number, by_evidence = cluster_by_tree(values, 3, linking=WARD), cluster_by_tree(values, linking=WARD)
    middle = float(tree[-3:-1, 2].mean())
    by_height = cluster_by_tree(values, height=middle, linking=WARD)
    expected = cut(tree, 3, by_number.order)
    for found in (by_number, by_evidence, by_height):
        assert np.array_equal(found.labels_of_rows(), expected)
    assert by_number.choice is None and by_height.choice is None and by_number.silhouette is None
    assert by_evidence.choice == choose_k(tree, values, metric="euclidean")
    assert by_evidence.silhouette == max(item.silhouette for item in by_evidence.choice.evidence)


def test_names_of_genes_follow_the_blocks() -> None:
    values = np.array([[0.0], [1.0], [10.0], [12.0], [30.0]])
    found = cluster_by_tree(values, 3, linking=Linking("complete", "euclidean"))
    clusters = found.clusters(("TP53", "MYC", "ACTB", "GAPDH", "XIST"))
    assert clusters.gene_ids == tuple(np.array(["TP53", "MYC", "ACTB", "GAPDH", "XIST"])[found.order])
    assert {frozenset(clusters.members(i)) for i in (1, 2, 3)} == {
        frozenset(("TP53", "MYC")),
        frozenset(("ACTB", "GAPDH")),
        frozenset(("XIST",)),
    }


def test_rows_without_a_pattern_are_parked_below() -> None:
    """Requirement N18."""
    values = planted(2, 12)
    values[3], values[7, 1:] = 5.0, np.nan
    found = cluster_by_tree(values, 2)
    assert found.has_parked
    assert found.order[-2:].tolist() == [3, 7]
    assert found.labels[-3:].tolist() == [2, 3, 3]
    assert found.n_clusters == 2
    assert found.block_names == ("C1", "C2", "not clustered")
    euclidean = cluster_by_tree(values, 2, linking=WARD, is_parked=np.arange(12) == 0)
    assert euclidean.order[-2:].tolist() == [0, 7]


def test_rows_that_are_all_parked_are_one_block() -> None:
    found = cluster_by_tree(np.ones((3, 4)))
    assert (found.order.tolist(), found.labels.tolist(), found.block_names) == (
        [0, 1, 2],
        [1, 1, 1],
        ("not clustered",),
    )


@pytest.mark.parametrize("n_rows", [0, 1])
@pytest.mark.parametrize("kind", ["tree", "kmeans", "groups"])
def test_no_row_and_one_row(kind: str, n_rows: int) -> None:
    """Requirement N22."""
    found = made(kind, planted()[:n_rows], 1)
    assert found.labels.tolist() == [1] * n_rows
    assert found.trees == ()


def test_groups_keep_the_order_that_is_given() -> None:
    values = planted(3, 9)
    groups = ["b", "a", "c"] * 3
    found = cluster_within_groups(values, groups, levels=["c", "b", "unused", "a"], linking=WARD)
    assert found.names == ("c", "b", "a")
    assert [set(np.array(groups)[found.order[found.labels == i]]) for i in (1, 2, 3)] == [{"c"}, {"b"}, {"a"}]
    assert found.over_clusters is None


def test_groups_without_an_order_stand_beside_the_like() -> None:
    """Means 0, 100, 1 and 101 of one value: the tree of the means puts 0 beside 1 and 100 beside 101."""
    values = np.repeat([0.0, 100.0, 1.0, 101.0], 3)[:, None] + np.array([[0.0, 0.01]])
    found = cluster_within_groups(values, np.repeat(list("wxyz"), 3).tolist(), linking=WARD)
    names = "".join(found.names)
    assert names in ("wyxz", "zxyw", "ywxz", "wyzx", "xzyw", "xzwy", "zxwy", "ywzx")
    assert sorted(found.over_clusters[:2, :2].ravel().tolist()) == [0, 1, 2, 3]
    assert set(map(tuple, found.over_clusters[:2, :2].tolist())) == {(0.0, 1.0), (2.0, 3.0)}


def test_k_of_kmeans_is_chosen_with_evidence() -> None:
    found = cluster_by_kmeans(planted(4, 80), KMeans(n_starts=5), rng=np.random.default_rng(0), linking=WARD)
    assert found.n_clusters == 4
    assert [item.k for item in found.choice.evidence] == list(range(2, 9))
    assert np.isnan(found.choice.evidence[0].height_gap)


@pytest.mark.parametrize(
    ("code", "text", "call"),
    [
        ("clusters", "-1 clusters cannot be made of 60 rows. Fix: choose 1 to 60.", lambda x: cluster_by_tree(x, -1)),
        ("clusters", "2 groups were given for 60 rows.", lambda x: cluster_within_groups(x, ["a", "b"])),
        (
            "clusters",
            "the order of groups does not name b.",
            lambda x: cluster_within_groups(x, ["a", "b"] * 30, levels=["a"]),
        ),
    ],
)
def test_refusals(code: str, text: str, call: object) -> None:
    with pytest.raises(UserError) as error:
        call(planted())  # type: ignore[operator]
    assert (error.value.code, str(error.value)) == (code, text)
