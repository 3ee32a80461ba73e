"""Cuts against SciPy, and the numbering of displayed clusters."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.cluster.hierarchy as hierarchy
from hypothesis import given, settings
from hypothesis import strategies as st

from heatleaf.cluster import cut, cut_height, leaf_order, linkage
from heatleaf.errors import UserError


@given(st.integers(2, 40), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_partitions_equal_scipy(n_rows: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).normal(size=(n_rows, 4))
    tree = linkage(matrix)
    order = leaf_order(tree, matrix)
    oracle = hierarchy.cut_tree(tree)
    for k in range(1, n_rows + 1):
        labels = cut(tree, k, order)
        pairs = set(zip(labels.tolist(), oracle[:, n_rows - k].tolist(), strict=True))
        assert len(pairs) == k == labels.max()
        assert (np.diff(labels[order]) >= 0).all()
        assert np.array_equal(cut(tree, k), cut(tree, k, hierarchy.leaves_list(tree)))


def test_cut_at_a_height_keeps_merges_up_to_it() -> None:
    tree = linkage([[0.0], [1.0], [10.0], [12.0]], "complete", "euclidean")
    assert cut_height(tree, 1.0).tolist() == [1, 1, 2, 3]
    assert cut_height(tree, 1.9).tolist() == [1, 1, 2, 3]
    assert cut_height(tree, 2.0).tolist() == [1, 1, 2, 2]
    assert cut_height(tree, 2.0, np.array([3, 2, 1, 0])).tolist() == [2, 2, 1, 1]
    assert cut_height(tree, 99.0).tolist() == [1, 1, 1, 1]


def test_one_leaf() -> None:
    assert cut(np.empty((0, 4)), 1).tolist() == [1]


@pytest.mark.parametrize(("k", "text"), [(0, "0 clusters cannot be cut from 4 rows"), (5, "Fix: choose 1 to 4")])
def test_refuses_impossible_numbers(k: int, text: str) -> None:
    with pytest.raises(UserError) as error:
        cut(linkage(np.arange(4.0)[:, None], "average", "euclidean"), k)
    assert error.value.code == "clusters"
    assert text in str(error.value)


def test_refuses_orders_of_other_trees() -> None:
    tree = linkage([[0.0], [1.0], [10.0], [12.0]], "complete", "euclidean")
    with pytest.raises(UserError, match="does not hold each of the 4 rows once"):
        cut(tree, 2, np.array([0, 1, 2, 2]))
