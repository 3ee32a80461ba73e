"""The local dispersion trend, against locfit 1.5-9.7 (R 4.2.2): predict(locfit(y ~ x, weights = exp(x)), g)."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf.stats import DispersionTrend, stabilise
from heatleaf.stats.local_trend import fit_local_curve
from heatleaf.stats.trend import fit_trend

# fmt: off
X = [0.07, 0.59, 0.8, 2.08, 2.22, 2.29, 2.35, 3.32, 3.64, 3.86, 3.92, 4.05, 4.11, 4.24, 4.67,
     4.69, 5.19, 5.72, 5.8, 6.04, 6.09, 6.51, 6.65, 6.73, 7.25, 7.59, 7.63, 7.7, 7.77, 7.97]
Y = [-2.9, -2.32, -2.73, -2.42, -2.47, -1.73, -2.27, -1.7, -1.69, -1.96, -2.31, -1.7, -1.84, -2.57, -1.73,
     -2.16, -1.85, -2.65, -2.95, -2.06, -2.58, -2.61, -2.18, -2.76, -2.98, -2.31, -2.79, -2.37, -3.59, -3.32]
# fmt: on


def test_curve_agrees_with_the_reference_inside_and_beyond() -> None:
    # 1e-10 is reached: both solve the same small least-squares problems
    curve = fit_local_curve(np.exp(X), np.exp(Y))
    at = np.exp([-1, 0.5, 2, 3.3, 5, 7, 9])
    expected = [
        -3.65786925899, -2.75263726685, -2.18398232292, -1.93800093427, -2.22750406184, -2.55225130486, -4.23808976999,
    ]  # fmt: skip
    np.testing.assert_allclose(np.log(curve.at(at)), expected, atol=1e-9)


def test_curve_keeps_a_parabola() -> None:
    x = np.linspace(0, 9, 200)
    parabola = -4 + 0.3 * x - 0.04 * x**2
    curve = fit_local_curve(np.exp(x), np.exp(parabola))
    np.testing.assert_allclose(np.log(curve.at(np.exp(x))), parabola, atol=1e-9)


def test_curve_does_not_depend_on_the_order_of_genes() -> None:
    order = np.random.default_rng(0).permutation(len(X))
    one, other = fit_local_curve(np.exp(X), np.exp(Y)), fit_local_curve(np.exp(X)[order], np.exp(Y)[order])
    assert np.array_equal(one.values, other.values)


@pytest.mark.parametrize("kind", ["parametric", "local", "mean"])
def test_trend_can_be_asked_for(kind: str) -> None:
    rng = np.random.default_rng(0)
    mean = np.exp(rng.uniform(1, 8, 400))
    trend = fit_trend(mean, (0.05 + 3 / mean) * np.exp(rng.normal(0, 0.3, 400)), kind)
    assert trend.kind == kind
    assert not trend.messages
    assert np.all(trend.at(mean) > 0)


def test_formula_is_refused_for_a_local_trend() -> None:
    curve = fit_local_curve(np.exp(X), np.exp(Y))
    with pytest.raises(ValueError, match="a local trend has no formula"):
        stabilise(np.ones(3), DispersionTrend("local", np.nan, np.nan, curve=curve))
