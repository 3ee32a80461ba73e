"""A clustered matrix: trees that fit their displayed order, names, clusters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import cophenet, leaves_list, linkage

from heatleaf.errors import UserError
from heatleaf.model import ClusteredMatrix, Dendrogram, displayed_linkage

TREE = np.array([[0, 1, 0.1, 2], [2, 3, 0.25, 2], [4, 5, 1.75, 4]])


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 12), st.integers(0, 10**6))
def test_a_displayed_tree_keeps_the_distances_of_scipys(n_leaves: int, seed: int) -> None:
    """Between any two leaves, by name, the height at which they join is the same as before."""
    tree = linkage(np.random.default_rng(seed).normal(size=(n_leaves, 3)), "average")
    order = leaves_list(tree)
    shown = Dendrogram(tuple(map(str, order)), displayed_linkage(tree, order)).linkage
    upper = np.triu_indices(n_leaves, 1)
    before, after = np.zeros((n_leaves, n_leaves)), np.zeros((n_leaves, n_leaves))
    before[upper], after[upper] = cophenet(tree), cophenet(shown)
    before += before.T
    after += after.T
    assert np.array_equal(before[np.ix_(order, order)], after)


def make(**changes: Any) -> ClusteredMatrix:
    fields: dict[str, Any] = {"gene_ids": ("a", "b", "c", "d"), "sample_ids": ("S1", "S2"), "values": np.ones((4, 2))}
    return ClusteredMatrix(**{**fields, **changes})


def test_what_is_not_given_is_filled_in() -> None:
    made = make(column_linkage=np.array([[1, 0, 0.5, 2]]))
    assert made.gene_symbols == ("",) * 4 and made.clusters.labels.tolist() == [1, 1, 1, 1]
    assert made.row_tree is None and made.column_tree is not None
    assert made.column_tree.merges == ((0, 1, 0.5),) and made.column_linkage is not None
    assert made.column_linkage[0, 0] == 0, "the smaller number is first"
    assert make(row_linkage=TREE).row_tree.merges[-1] == (4, 5, 1.75)  # type: ignore[union-attr]
    lone = make(sample_ids=("S1",), values=np.ones((4, 1)), column_linkage=np.empty((0, 4)))
    assert lone.column_linkage is None, "one sample has no tree"


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        ({"gene_ids": ("a", "b", "a", "d")}, "gene_duplicate", "1 gene name occurs more than once"),
        ({"sample_ids": ("S", "S")}, "sample_duplicate", "1 sample name occurs more than once"),
        ({"gene_ids": ("a", " ", "c", "d")}, "name_empty", "gene 2 has no name. Fix: name every gene"),
        ({"values": np.full((4, 2), np.inf)}, "matrix_not_finite", "gene a, sample S1 is infinite. Fix: leave"),
        ({"sample_ids": (), "values": np.ones((4, 0))}, "no_values", "a matrix of 4 genes and 0 samples has no"),
        ({"row_linkage": TREE[:2]}, "clusters", "a tree of 4 leaves has 3 merges, not 2"),
        ({"row_linkage": TREE[[0, 0, 2]]}, "clusters", "a node is used twice, or before it is made"),
        ({"row_linkage": np.add(TREE, [0, 0, np.nan, 0])}, "clusters", "a height that is missing or infinite"),
        ({"row_linkage": np.add(TREE, [0, 0, 0, 1])}, "clusters", "does not count the leaves of its merges"),
        ({"row_linkage": np.add(TREE, [[0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 0, 0]])}, "clusters",
         "the displayed order does not follow the tree: the branches of merge 1 cross. Fix: order the leaves"),
    ],
)  # fmt: skip
def test_what_is_no_clustered_matrix_is_refused(changes: dict[str, Any], code: str, sentence: str) -> None:
    with pytest.raises(UserError) as refusal:
        make(**changes)
    assert refusal.value.code == code and sentence in str(refusal.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"values": np.ones((3, 2))},
        {"gene_symbols": ("A",)},
        {"column_groups": ("x",)},
        {"sample_columns": {"cell": ("x",)}},
        {"cluster_numbers": np.array([1, 1])},
        {"cluster_numbers": np.array([1, 3, 3, 3])},
    ],
)
def test_parts_of_other_lengths_are_a_fault_of_the_caller(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"shape|one entry per|1\.\.k"):
        make(**changes)
