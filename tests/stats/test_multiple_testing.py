"""Benjamini-Hochberg (N15)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from heatleaf.stats import adjust_bh

P = st.lists(st.floats(0, 1), max_size=40)


@given(P)
def test_order_is_kept_and_nothing_gets_smaller(p: list[float]) -> None:
    values = np.array(p)
    adjusted = adjust_bh(values)
    assert np.all((adjusted >= values) | np.isclose(adjusted, values, rtol=1e-15)) and np.all(adjusted <= 1)
    assert np.all(np.diff(adjusted[np.argsort(values, kind="stable")]) >= 0)


@given(P, st.integers(0, 5))
def test_nan_passes_through_and_is_not_a_test(p: list[float], n_missing: int) -> None:
    adjusted = adjust_bh(np.array([np.nan] * n_missing + p))
    assert np.isnan(adjusted[:n_missing]).all()
    assert np.array_equal(adjusted[n_missing:], adjust_bh(np.array(p)))


def test_equals_scipy_on_random_vectors() -> None:
    rng = np.random.default_rng(1)
    for _ in range(1000):
        p = rng.choice([rng.uniform(size=30), np.round(rng.uniform(size=30), 1)])[: rng.integers(1, 30)]
        np.testing.assert_allclose(adjust_bh(p), false_discovery_control(p), rtol=1e-13)


@pytest.mark.parametrize("p", [[], [0.3], [1.0, 1.0, 1.0], [0.0, 0.0]])
def test_empty_single_all_one_all_zero(p: list[float]) -> None:
    assert adjust_bh(p).tolist() == p


def test_ties_get_equal_values() -> None:
    adjusted = adjust_bh([0.02, 0.5, 0.02, 0.02])
    assert adjusted[0] == adjusted[2] == adjusted[3]
