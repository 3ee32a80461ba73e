"""Quantile normalisation against limma, and its laws."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf.stats.quantiles import quantile_normalise

NA = np.nan
GIVEN = np.array(
    [
        [2.5, 1.2, 4.4, 0.7],
        [3.1, 8.8, NA, 5.2],
        [3.1, 3.3, 2.2, NA],
        [7.2, 3.3, 9.9, 2.9],
        [0.4, 3.3, 1.1, 2.9],
        [5.5, 0.1, 6.6, 4.1],
    ]
)
# limma 3.54: normalizeQuantiles(GIVEN), ties and missing values as by default
LIMMA = np.array(
    [
        [2.035, 2.035, 3.485, 0.575],
        [3.485, 7.775, NA, 7.775],
        [3.485, 3.765, 2.3275, NA],
        [7.775, 3.765, 7.775, 3.05875],
        [0.575, 3.765, 0.575, 3.05875],
        [5.095, 0.575, 4.7625, 4.7625],
    ]
)


def test_equals_limma_with_ties_and_missing_values() -> None:
    np.testing.assert_allclose(quantile_normalise(GIVEN), LIMMA, rtol=1e-12)


def test_columns_get_one_distribution_and_keep_their_order() -> None:
    values = np.random.default_rng(0).normal(size=(200, 5)) * [1, 2, 3, 4, 5] + [0, 1, 2, 3, 4]
    found = quantile_normalise(values)
    np.testing.assert_allclose(np.sort(found, axis=0), np.sort(values, axis=0).mean(axis=1)[:, None].repeat(5, axis=1))
    assert np.array_equal(np.argsort(found, axis=0), np.argsort(values, axis=0))
    np.testing.assert_allclose(quantile_normalise(found), found)


@pytest.mark.parametrize("shape", [(0, 3), (1, 3), (3, 1)])
def test_small_tables(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(0).normal(size=shape)
    found = quantile_normalise(values)
    assert found.shape == shape
    np.testing.assert_allclose(
        np.sort(found, axis=0), np.sort(values, axis=0).mean(axis=1, keepdims=True).repeat(shape[1], axis=1)
    )


def test_a_column_without_values_stays() -> None:
    found = quantile_normalise([[1.0, NA, 3.0], [2.0, NA, 5.0]])
    np.testing.assert_allclose(found, [[2.0, NA, 2.0], [3.5, NA, 3.5]])
    assert np.isnan(quantile_normalise([[NA, NA]])).all()
