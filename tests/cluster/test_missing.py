"""Pairwise-complete distances against loops over pairs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

from heatleaf.cluster import Linking, choose_k, cluster_by_tree, linkage
from heatleaf.cluster.missing import pairwise_distances
from heatleaf.errors import UserError


def holed(seed: int = 0, share: float = 0.2) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(25, 12)) + 5
    values[rng.random(values.shape) < share] = np.nan
    return values


def of_pair(a: np.ndarray, b: np.ndarray, metric: str) -> float:
    both = ~np.isnan(a) & ~np.isnan(b)
    distance = float(pdist(np.stack([a[both], b[both]]), metric)[0])
    raised = len(a) / both.sum()
    return distance * {"euclidean": np.sqrt(raised), "sqeuclidean": raised}.get(metric, 1.0)


@pytest.mark.parametrize("metric", ["correlation", "cosine", "euclidean", "sqeuclidean"])
def test_equals_a_loop_over_pairs(metric: str) -> None:
    values = holed()
    expected = [[of_pair(a, b, metric) if a is not b else 0.0 for b in values] for a in values]
    found = pairwise_distances(values, metric, max_memory=1e9)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)
    assert np.array_equal(found, found.T)


@pytest.mark.parametrize("metric", ["correlation", "cosine", "euclidean", "sqeuclidean"])
def test_without_holes_it_is_the_plain_distance(metric: str) -> None:
    values = holed(share=0.0)
    found = pairwise_distances(values, metric, max_memory=1e9)
    np.testing.assert_allclose(found, squareform(pdist(values, metric)), atol=1e-12)


def test_a_tree_is_made_of_rows_with_holes() -> None:
    """Two groups of genes that rise and fall, a third of the values gone: both are found, and 2 is chosen."""
    rng = np.random.default_rng(0)
    values = np.sign(np.arange(30) % 2 - 0.5)[:, None] * np.linspace(-3, 3, 16) + 0.3 * rng.normal(size=(30, 16))
    values[rng.random(values.shape) < 0.3] = np.nan
    found = cluster_by_tree(values)
    assert found.n_clusters == 2
    assert len(set((found.order[found.labels == 1] % 2).tolist())) == 1
    assert found.choice is not None


@pytest.mark.parametrize("metric", ["correlation", "euclidean"])
def test_evidence_of_given_distances_is_that_of_points(metric: str) -> None:
    values = holed(share=0.0)
    distances = squareform(pdist(values, metric if metric == "correlation" else "sqeuclidean"))
    tree = linkage(values, "average", metric)
    of_points = choose_k(tree, values, metric=metric)
    of_distances = choose_k(tree, distances, metric="precomputed")
    for a, b in zip(of_points.evidence, of_distances.evidence, strict=True):
        assert a.silhouette == pytest.approx(b.silhouette, abs=1e-9)


def test_refuses_pairs_that_share_no_value() -> None:
    values = np.array([[1.0, 2, np.nan, np.nan], [np.nan, np.nan, 3, 4], [1, 2, 3, 5.0]])
    for metric in ("correlation", "euclidean"):
        with pytest.raises(UserError) as error:
            pairwise_distances(values, metric, max_memory=1e9, rows=("TP53", "MYC", "ACTB"))
        assert error.value.code == "matrix_not_finite"
        assert str(error.value) == (
            "1 pair(s) of rows share too few values to be compared (first: TP53 and MYC). "
            "Fix: leave out the rows with the most missing values, TP53 first."
        )


def test_refuses_memory_and_ranks() -> None:
    with pytest.raises(UserError, match="pairwise euclidean linkage of 25 rows needs a distance matrix") as error:
        pairwise_distances(holed(), "euclidean", max_memory=1000)
    assert error.value.code == "memory"
    with pytest.raises(UserError, match="cannot be compared by the distance 'spearman'") as error:
        cluster_by_tree(holed(), linking=Linking("average", "spearman"))
    assert error.value.code == "option"


def test_refusals_name_the_rows_as_the_caller_does() -> None:
    """Rows that are parked do not shift the names (requirement N26)."""
    values = np.array([[1.0, 1, 1, 1], [1, 2, np.nan, np.nan], [np.nan, np.nan, 3, 4], [1, 2, 3, 5]])
    with pytest.raises(UserError, match=r"first: MYC and ACTB\)"):
        cluster_by_tree(values, names=("TP53", "MYC", "ACTB", "XIST"))
