"""Support of branches: against pvclust of R, planted groups of samples, noise, and the fit's own algebra."""

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from test_gold import z_scores

from heatleaf.cluster import Linking, branch_support, cluster_by_tree, cluster_within_groups, linkage, support_branches
from heatleaf.cluster.bootstrap import FEWEST, N_PER_SCALE, SCALES, _approximately_unbiased, affordable_draws

# pvclust 2.2 of R 4.2.2: 8 samples of airway by the row z-scores of the 500 most variable genes (VST reference),
# method.hclust "average", method.dist "correlation", 10 scales, nboot = 20,000, set.seed(1). Merges as R numbers them.
R_AIRWAY_AU = [1.000000, 0.557455, 0.999714, 0.996430, 0.998122, 0.987164]
R_AIRWAY_BP = [1.000000, 0.509910, 0.999398, 0.993721, 0.997651, 0.957792]
R_AIRWAY_MERGES = [(3, 7), (2, 6), (0, 9), (4, 5), (1, 8), (10, 11), (12, 13)]


@pytest.mark.data
def test_airway_as_pvclust(data: Path) -> None:
    """Within four standard errors of 1,000 draws a scale; the reference has a tenth of that error."""
    samples = np.ascontiguousarray(z_scores(data / "airway", 500).to_numpy().T)
    tree = linkage(samples)
    assert [tuple(pair) for pair in tree[:, :2].astype(int).tolist()] == R_AIRWAY_MERGES
    found = branch_support(samples, tree, Linking(), rng=np.random.default_rng(1), n_per_scale=1_000)
    assert np.isnan(found.au[-1]) and np.isnan(found.bp[-1])
    np.testing.assert_allclose(found.bp[:-1], R_AIRWAY_BP, atol=4 * 0.5 / np.sqrt(1_000))
    np.testing.assert_allclose(found.au[:-1], R_AIRWAY_AU, atol=4 * 0.03)
    np.testing.assert_allclose(found.au[[0, 2, 3, 4, 5]], np.array(R_AIRWAY_AU)[[0, 2, 3, 4, 5]], atol=0.02)


@pytest.mark.parametrize("method", ["average", "ward", "complete"])
def test_planted_groups_of_samples_are_supported(method: str) -> None:
    rng = np.random.default_rng(0)
    samples = np.repeat(rng.normal(size=(2, 200)), 4, axis=0) + 0.5 * rng.normal(size=(8, 200))
    tree = linkage(samples, method)
    found = branch_support(samples, tree, Linking(method), rng=rng, n_per_scale=100)
    assert found.au[-3:-1].tolist() == [1.0, 1.0]
    assert found.bp[-3:-1].tolist() == [1.0, 1.0]


def test_branches_of_noise_are_not() -> None:
    rng = np.random.default_rng(0)
    noise = [rng.normal(size=(10, 40)) for _ in range(6)]
    found = [branch_support(x, linkage(x), Linking(), rng=rng, n_per_scale=100) for x in noise]
    assert np.nanmean([one.bp for one in found]) < 0.35
    assert np.nanmean([one.au >= 0.95 for one in found]) < 0.15


@pytest.mark.parametrize(("distance", "curvature"), [(-2.0, 0.3), (0.5, 0.2), (-0.3, -0.1)])
def test_the_fit_returns_distance_and_curvature(distance: float, curvature: float) -> None:
    """Shimodaira 2002: shares pnorm(-(v sqrt(r) + c / sqrt(r))) give AU = 1 - pnorm(v - c), here to rounding."""
    scales, normal = np.array(SCALES), NormalDist()
    shares = np.array([normal.cdf(-(distance * np.sqrt(r) + curvature / np.sqrt(r))) for r in scales])
    expected = 1 - normal.cdf(distance - curvature)
    assert _approximately_unbiased(shares, scales, 1000) == pytest.approx(expected, abs=1e-9)


def test_shares_of_one_or_none_need_no_fit() -> None:
    scales = np.array(SCALES)
    assert _approximately_unbiased(np.ones(10), scales, 100) == 1.0
    assert _approximately_unbiased(np.zeros(10), scales, 100) == 0.0


def test_same_seed_same_values() -> None:
    """Requirement R13."""
    values = np.random.default_rng(0).normal(size=(7, 60))
    tree = linkage(values)
    found = [branch_support(values, tree, Linking(), rng=np.random.default_rng(s), n_per_scale=50) for s in (1, 1, 2)]
    assert np.array_equal(found[0].au, found[1].au, equal_nan=True)
    assert not np.array_equal(found[0].bp, found[2].bp, equal_nan=True)


def test_a_looser_return_is_more_frequent() -> None:
    values = np.random.default_rng(0).normal(size=(12, 60))
    strict, loose = (
        branch_support(
            values, linkage(values), Linking(), rng=np.random.default_rng(1), n_per_scale=50, returned_from=from_
        )
        for from_ in (1.0, 0.6)
    )
    assert (loose.bp[:-1] >= strict.bp[:-1]).all() and loose.bp[:-1].mean() > strict.bp[:-1].mean()


def test_each_tree_of_a_clustering_gets_its_own() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(9, 50))
    groups = ["a"] * 4 + ["b"] * 3 + ["c"] * 2
    found = support_branches(cluster_within_groups(values, groups, levels=["b", "a", "c"]), values, rng=rng)
    assert [None if tree.support is None else len(tree.support) for tree in found.trees] == [2, 3, None]
    alone = branch_support(values[4:7], found.trees[0].linkage, Linking(), rng=np.random.default_rng(0))
    assert np.allclose(alone.au[0], found.trees[0].support[0], atol=0.15)


def test_two_leaves_have_no_branch_to_test() -> None:
    values = np.random.default_rng(0).normal(size=(2, 50))
    assert np.isnan(branch_support(values, linkage(values), Linking(), rng=np.random.default_rng(0)).au).tolist() == [
        True
    ]


def test_large_matrices_get_fewer_draws_or_none() -> None:
    assert affordable_draws(500 * 14) == N_PER_SCALE
    assert FEWEST <= affordable_draws(500 * 24) < N_PER_SCALE
    assert affordable_draws(5_000 * 24) == 0
    values = np.random.default_rng(0).normal(size=(12, 30))
    clustering = cluster_by_tree(values, 1)
    assert support_branches(clustering, values, rng=np.random.default_rng(0), n_per_scale=0) is clustering
    few = cluster_by_tree(values[:, :10], 1)
    assert support_branches(few, values[:, :10], rng=np.random.default_rng(0)).trees[0].support is None
