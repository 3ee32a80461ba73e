"""The share of genes without a difference: laws, R's smoothing spline, simulated truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heatleaf.stats.null_share import MIN_P_VALUES, _smoother, null_share

LAMBDAS = np.arange(1, 20) * 0.05


def test_the_smoother_keeps_straight_lines_and_has_three_degrees_of_freedom() -> None:
    smoother = _smoother()
    assert np.trace(smoother) == pytest.approx(3.0, abs=1e-9)
    for line in (np.ones(19), LAMBDAS, 2 - 3 * LAMBDAS):
        assert smoother @ line == pytest.approx(line, abs=1e-9)


def test_the_smoother_is_that_of_r() -> None:
    """predict(smooth.spline(x, y, df = 3))$y of R 4.2.2; R stops its own search at df = 3.0003."""
    number = np.arange(1, 20)
    curve = 0.7 + 0.3 * (1 - LAMBDAS) ** 2 + 0.02 * np.sin(7 * number)
    expected = [0.96769584, 0.87310681, 0.78034669, 0.71921232, 0.68786911]
    assert (_smoother() @ curve)[[0, 4, 9, 14, 18]] == pytest.approx(expected, abs=2e-5)
    teeth = (number % 3) / 3
    assert (_smoother() @ teeth)[[0, 9, 18]] == pytest.approx([0.37189483, 0.33333333, 0.29477184], abs=2e-5)


@pytest.mark.parametrize("truth", [1.0, 0.8, 0.4])
def test_the_simulated_share_is_found(truth: float) -> None:
    rng = np.random.default_rng(3)
    n_genes = 20_000
    p_values = rng.uniform(size=n_genes)
    n_changed = round((1 - truth) * n_genes)
    p_values[:n_changed] = rng.beta(0.15, 8.0, n_changed)
    assert null_share(p_values) == pytest.approx(truth, abs=0.03)


def test_it_is_a_fraction_and_missing_values_do_not_count() -> None:
    rng = np.random.default_rng(1)
    p_values = rng.uniform(size=1000)
    with_gaps = np.concatenate([p_values, np.full(500, np.nan)])
    assert null_share(with_gaps) == null_share(p_values)
    assert null_share(p_values**0.2) == 1.0
    assert null_share(p_values / 1e6) == 0.0


def test_few_p_values_have_no_share() -> None:
    assert np.isnan(null_share(np.linspace(0, 1, MIN_P_VALUES - 1)))
    assert np.isnan(null_share(np.full(1000, np.nan)))


@pytest.mark.parametrize(
    ("study", "expected"),
    [("airway/gold/deseq2_results_dex", 0.6167564), ("pasilla/gold/deseq2_results_condition", 0.6919254)],
)
def test_real_p_values_give_the_number_of_r(data, study: str, expected: float) -> None:
    """R 4.2.2: the same steps with smooth.spline(df = 3) on the p-values of DESeq2 where padj is not NA."""
    table = pd.read_csv(data / f"{study}.csv.gz")
    p_values = table["pvalue"][table["padj"].notna()].to_numpy()
    assert null_share(p_values) == pytest.approx(expected, abs=1e-5)
