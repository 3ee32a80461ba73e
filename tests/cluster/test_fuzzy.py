"""Fuzzy c-means against e1071, and the laws of its sums."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf.cluster import (
    FuzzyCMeans,
    cluster_by_fuzzy_c_means,
    measure_stability,
    partition_by_fuzzy_c_means,
    partition_by_kmeans,
)
from heatleaf.cluster.fuzzy import estimate_fuzzifier
from heatleaf.errors import UserError

# e1071 1.7-13: cmeans(GIVEN, 3, m = 1.7, iter.max = 2000, control = list(reltol = 1e-14)), the best of 20 seeds;
# withinerror, centers ordered by their first column, membership of the first six rows in that order.
GIVEN = np.array([[np.sin(1.7 * i + 2.3 * j) + 2.0 * (i % 3 == j % 3) for j in range(4)] for i in range(60)])
R_ERROR = 1.684906902650
R_CENTRES = [
    [-0.1777279484, 2.1532766270, -0.0824138540, -0.0005163791],
    [0.1228937567, -0.1257058024, 2.0812554774, -0.0388817403],
    [1.9539757805, 0.0573944682, -0.0022336216, 1.9653815143],
]
R_MEMBERSHIPS = [
    [0.049500310, 0.029130829, 0.921368861],
    [0.538800983, 0.128507833, 0.332691184],
    [0.033548433, 0.942050540, 0.024401026],
    [0.163934847, 0.069020226, 0.767044927],
    [0.858963713, 0.044027232, 0.097009055],
    [0.027097562, 0.923088840, 0.049813598],
]


def soft(values: np.ndarray, k: int, fuzzifier: float = 0.0):
    return partition_by_fuzzy_c_means(values, FuzzyCMeans(k, fuzzifier), rng=np.random.default_rng(0))


def test_equals_e1071() -> None:
    found = soft(GIVEN, 3, 1.7)
    order = np.argsort(found.centres[:, 0])
    assert found.error / len(GIVEN) == pytest.approx(R_ERROR, rel=1e-9)
    np.testing.assert_allclose(found.centres[order], R_CENTRES, atol=1e-6)
    np.testing.assert_allclose(found.memberships[:6, order], R_MEMBERSHIPS, atol=1e-6)


def test_memberships_sum_to_1_and_no_step_lowers_the_error() -> None:
    """At rest: each centre is the weighted mean, each membership follows from the distances (Bezdek 1981)."""
    values = np.random.default_rng(2).normal(size=(80, 5))
    found = soft(values, 4, 1.6)
    np.testing.assert_allclose(found.memberships.sum(axis=1), 1.0)
    weights = found.memberships**1.6
    np.testing.assert_allclose(weights.T @ values / weights.sum(axis=0)[:, None], found.centres, atol=1e-6)
    squared = np.square(values[:, None] - found.centres).sum(axis=2)
    ratio = (squared[:, :, None] / squared[:, None, :]) ** (1 / 0.6)
    np.testing.assert_allclose(1 / ratio.sum(axis=2), found.memberships, atol=1e-6)


def test_nearly_hard_clusters_are_those_of_kmeans() -> None:
    values = np.random.default_rng(3).normal(size=(90, 4)) + np.repeat(np.eye(4)[:3] * 8, 30, axis=0)
    hard, _ = partition_by_kmeans(values, 3, rng=np.random.default_rng(0))
    found = soft(values, 3, 1.05)
    assert found.memberships.max(axis=1).min() > 0.999
    assert len(set(zip(hard.tolist(), found.labels.tolist(), strict=True))) == 3


def test_a_row_at_a_centre_belongs_to_it_alone() -> None:
    found = soft(np.array([[0.0, 0], [0, 0], [5, 5], [5, 5]]), 2, 2.0)
    assert sorted(found.memberships.max(axis=1).tolist()) == [1.0] * 4


def test_the_fuzzifier_is_that_of_schwaemmle_and_jensen() -> None:
    """Their equation 5, as mestimate() of Mfuzz: fewer samples need a larger one."""
    assert estimate_fuzzifier(500, 8) == pytest.approx(1.5139594)
    assert estimate_fuzzifier(500, 4) > estimate_fuzzifier(500, 8) > estimate_fuzzifier(500, 40) > 1.0


def test_clusters_stand_in_order_with_their_memberships() -> None:
    rng = np.random.default_rng(1)
    values = np.repeat(np.eye(6)[:3] * 4, 20, axis=0) + rng.normal(0, 0.5, (60, 6))
    values[7] = 0.0
    found = cluster_by_fuzzy_c_means(values, FuzzyCMeans(3), rng=rng)
    assert found.kind == "fuzzy" and found.n_clusters == 3 and found.has_parked and found.fuzzifier > 1
    assert found.memberships is not None
    placed = found.labels <= 3
    assert np.array_equal(found.memberships[placed].argmax(axis=1) + 1, found.labels[placed])
    assert np.isnan(found.memberships[~placed]).all() and (~placed).sum() == 1


def test_stability_is_measured_with_the_same_fuzzifier() -> None:
    rng = np.random.default_rng(1)
    values = np.repeat(np.eye(8)[:3] * 4, 20, axis=0) + rng.normal(0, 0.5, (60, 8))
    planted = measure_stability(cluster_by_fuzzy_c_means(values, FuzzyCMeans(3), rng=rng), values, rng=rng)
    noise = rng.normal(size=(60, 8))
    none = measure_stability(cluster_by_fuzzy_c_means(noise, FuzzyCMeans(3, 1.5), rng=rng), noise, rng=rng)
    assert planted.stability is not None and none.stability is not None
    assert planted.stability.jaccard.min() > 0.8 > none.stability.jaccard.mean()


def test_refusals() -> None:
    with pytest.raises(UserError) as error:
        soft(GIVEN, 3, 0.9)
    assert error.value.code == "option"
    assert str(error.value) == "a fuzzifier of 0.9 is not above 1. Fix: give one such as 1.5, or none."
    with pytest.raises(UserError) as error:
        soft(np.random.default_rng(0).normal(size=(40, 4)), 8, 6.0)
    assert error.value.code == "clusters"
    assert "of 8 soft clusters have no gene that belongs to them most. Fix: choose" in str(error.value)
    values = GIVEN.copy()
    values[0, 0] = np.nan
    with pytest.raises(UserError) as error:
        cluster_by_fuzzy_c_means(values, FuzzyCMeans(3), rng=np.random.default_rng(0))
    assert error.value.code == "matrix_not_finite"
    assert str(error.value).startswith("1 of 240 values are missing or infinite (first: row 1, column 1)")
