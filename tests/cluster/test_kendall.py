"""Kendall's correlation against scipy.stats.kendalltau, pair by pair."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform
from scipy.stats import kendalltau

from heatleaf.cluster import Linking, branch_support, cluster_by_tree, linkage
from heatleaf.cluster.distances import distance_matrix
from heatleaf.cluster.missing import pairwise_distances
from heatleaf.cluster.observations import embed
from heatleaf.errors import UserError


def tied(n_rows: int = 30, n_columns: int = 9) -> np.ndarray:
    """Rows with many ties, none of them constant."""
    values = np.random.default_rng(4).integers(0, 4, size=(n_rows, n_columns)).astype(float)
    values[:, 0], values[:, 1] = 0.0, 3.0
    return values


def by_pairs(values: np.ndarray) -> np.ndarray:
    def distance(a: np.ndarray, b: np.ndarray) -> float:
        both = ~np.isnan(a) & ~np.isnan(b)
        return 1.0 - float(kendalltau(a[both], b[both], variant="b").statistic)

    return np.array([[distance(a, b) if a is not b else 0.0 for b in values] for a in values])


def test_is_tau_b_with_ties() -> None:
    np.testing.assert_allclose(distance_matrix(embed(tied(), "kendall")), by_pairs(tied()), atol=1e-12)


@pytest.mark.parametrize("method", ["average", "complete", "weighted", "single"])
def test_trees_are_those_of_scipy(method: str) -> None:
    values = np.random.default_rng(2).normal(size=(40, 20))
    oracle = hierarchy.linkage(squareform(by_pairs(values), checks=False), method)
    np.testing.assert_allclose(np.sort(linkage(values, method, "kendall")[:, 2]), oracle[:, 2], rtol=1e-9)


def test_many_rows_need_no_distance_matrix() -> None:
    """Average linkage of 600 rows holds 10 signs for each, and no table of 600 x 600."""
    values = np.random.default_rng(3).normal(size=(600, 5))
    assert len(linkage(values, "average", "kendall", max_memory=50_000)) == 599


def test_missing_values_leave_their_pairs_out() -> None:
    values = tied()
    values[np.random.default_rng(5).random(values.shape) < 0.15] = np.nan
    values[:, :2] = [0.0, 3.0]
    np.testing.assert_allclose(pairwise_distances(values, "kendall", max_memory=1e9), by_pairs(values), atol=1e-12)
    assert cluster_by_tree(values, 3, linking=Linking("average", "kendall")).n_clusters == 3


def test_branches_are_supported_by_the_same_distance() -> None:
    """Two sorts of samples, of ten each: the branch between them returns in every draw."""
    rng = np.random.default_rng(6)
    values = np.sign(np.arange(8) % 2 - 0.5)[:, None] * np.linspace(-2, 2, 40) + 0.2 * rng.normal(size=(8, 40))
    linking = Linking("average", "kendall")
    tree = linkage(values, "average", "kendall")
    assert branch_support(values, tree, linking, rng=rng, n_per_scale=20).au[-2] > 0.95


def test_refuses_more_pairs_than_memory_holds() -> None:
    """Requirement R20."""
    with pytest.raises(UserError) as error:
        linkage(np.zeros((24, 20_000)), "average", "kendall")
    assert error.value.code == "memory"
    assert str(error.value) == (
        "kendall compares 199,990,000 pairs of columns in 24 rows, which needs 38.4 GB, more than the limit of 4 GB. "
        "Fix: choose spearman, which needs no pairs, fewer genes, or raise --max-memory."
    )
