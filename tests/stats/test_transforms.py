"""Transformations, principal components and distances (N5, N19, N32)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heatleaf.stats import DispersionTrend, fit_vst, most_variable, pca, sample_distances, stabilise, z_scores

MATRIX = arrays(np.float64, (6, 5), elements=st.floats(-100, 100).map(lambda v: round(v, 3)))


@given(MATRIX)
def test_z_scores_have_mean_zero_and_unit_deviation_or_are_zero(matrix: np.ndarray) -> None:
    scores = z_scores(matrix)
    varies = np.ptp(matrix, axis=1) > 0
    np.testing.assert_allclose(scores.mean(axis=1), 0, atol=1e-9)
    np.testing.assert_allclose(scores[varies].std(axis=1, ddof=1), 1, atol=1e-9)
    assert not scores[~varies].any()


@given(MATRIX, st.sets(st.tuples(st.integers(0, 5), st.integers(0, 4)), max_size=12))
def test_z_scores_of_known_values_are_those_of_each_row_alone(matrix: np.ndarray, gone: set[tuple[int, int]]) -> None:
    for cell in gone:
        matrix[cell] = np.nan
    scores = z_scores(matrix)
    assert np.array_equal(np.isnan(scores), np.isnan(matrix))
    for row, scored in zip(matrix, scores, strict=True):
        known = ~np.isnan(row)
        if known.sum() > 1:
            np.testing.assert_allclose(scored[known], z_scores(row[known][None])[0], atol=1e-9)
        else:
            assert not scored[known].any()


@given(MATRIX)
def test_distances_are_symmetric_and_zero_for_identical_samples(matrix: np.ndarray) -> None:
    doubled = np.hstack([matrix, matrix[:, :1]])
    distances = sample_distances(doubled)
    assert np.array_equal(distances, distances.T)
    assert distances[0, -1] == 0
    assert np.isclose(distances[0, 1], np.linalg.norm(matrix[:, 0] - matrix[:, 1]))


@given(MATRIX)
def test_components_rebuild_the_matrix_and_have_their_sign(matrix: np.ndarray) -> None:
    result = pca(matrix, n_top=6)
    centred = matrix[result.genes] - matrix[result.genes].mean(axis=1, keepdims=True)
    np.testing.assert_allclose(result.loadings @ result.scores.T, centred, atol=1e-8)
    largest = np.argmax(np.abs(result.loadings), axis=0)
    assert np.all(result.loadings[largest, np.arange(result.loadings.shape[1])] >= 0)


def test_transformation_is_log2_for_large_counts_and_rises() -> None:
    q = np.array([0.0, 1.0, 10.0, 1e6, 1e8])
    values = stabilise(q, DispersionTrend("parametric", 0.01, 3.0))
    assert np.all(np.diff(values) > 0)
    np.testing.assert_allclose(values[-1], np.log2(1e8), atol=1e-4)


def test_few_genes_use_all_of_them_and_say_so() -> None:
    rng = np.random.default_rng(0)
    mu = np.exp(rng.uniform(2, 7, (300, 1)))
    result = fit_vst(rng.negative_binomial(5, 5 / (5 + mu), (300, 6)))
    assert result.n_trend_genes == 300
    assert result.messages[0].code == "few_genes"
    assert "was fitted to all 300 genes with counts" in result.messages[0].text


def test_most_variable_takes_ties_in_row_order() -> None:
    assert most_variable([[0, 1], [0, 2], [1, 0], [3, 3], [2, 0]], 4).tolist() == [1, 4, 0, 2]


@pytest.mark.parametrize("n_samples", [1, 2])
def test_components_of_one_and_two_samples(n_samples: int) -> None:
    result = pca(np.arange(12.0).reshape(6, 2)[:, :n_samples] ** 2)
    assert result.scores.shape == (n_samples, n_samples - 1)


def test_nothing_varies() -> None:
    result = pca(np.ones((4, 3)))
    assert not result.scores.any() and not result.explained.any()
    assert result.messages[0].code == "gene_constant"
