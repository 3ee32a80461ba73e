"""How readily genes are called along their length or mean: planted rates, and the reference of goseq."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heatleaf.enrich.call_bias import call_trend, call_weights


def planted(rates: np.ndarray, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random(len(rates)) < rates


@pytest.mark.parametrize("sign", [1, -1])
def test_planted_rates_come_back(sign: int) -> None:
    place = np.linspace(0, 1, 20_000)
    rates = 0.02 + 0.3 * place**2
    weights = call_weights(sign * place, planted(rates))
    np.testing.assert_allclose(weights, rates, atol=0.02)
    assert (np.diff(weights) >= -1e-12).all()


def test_an_order_is_all_that_counts() -> None:
    place = np.linspace(1, 9, 3_000)
    called = planted(place / 30)
    np.testing.assert_allclose(call_weights(place, called), call_weights(np.exp(place), called), rtol=1e-9)


def test_flat_rates_stay_nearly_flat() -> None:
    weights = call_weights(np.arange(20_000.0), planted(np.full(20_000, 0.1)))
    assert np.quantile(weights, 0.95) / np.quantile(weights, 0.05) < 1.2


def test_weights_add_up_to_the_called_genes() -> None:
    place = np.linspace(0, 1, 10_000)
    called = planted(0.05 + 0.4 * place)
    assert call_weights(place, called).sum() == pytest.approx(called.sum(), rel=0.01)


def test_genes_of_unknown_length_get_the_weight_of_the_middle() -> None:
    bias = np.arange(1_001.0)
    bias[[3, 700]] = np.nan
    weights = call_weights(bias, np.arange(1_001) > 600)
    assert weights[3] == weights[700] == weights[500]


@pytest.mark.parametrize("called", [np.zeros(5, dtype=bool), np.ones(5, dtype=bool)])
def test_without_a_choice_all_weights_are_equal(called: np.ndarray) -> None:
    assert call_weights(np.arange(5.0), called).tolist() == [1.0] * 5
    assert call_weights(np.full(5, np.nan), np.arange(5) > 2).tolist() == [1.0] * 5
    assert call_trend(np.arange(5.0), called).p_value == 1


def test_weights_are_never_zero() -> None:
    assert call_weights(np.arange(100.0), np.arange(100) > 60).min() > 0


def test_a_trend_has_rates_and_a_p_value() -> None:
    trend = call_trend(np.arange(1_000.0), np.arange(1_000) >= 850)
    assert (trend.low_rate, trend.high_rate, trend.ratio) == (0.0, 1.0, float("inf"))
    assert trend.p_value < 1e-50
    flat = call_trend(np.tile(np.arange(100.0), 10), planted(np.full(1_000, 0.2)))
    assert flat.p_value > 0.01
    assert flat.ratio < 1.6
    assert call_trend(np.ones(50), np.arange(50) > 40).p_value == 1


@pytest.mark.data
def test_airway_weights_equal_goseq(data: Path) -> None:
    """Weights by gene length: correlation 0.99, and where they differ ours are nearer to the rates observed."""
    gold = pd.read_csv(data / "airway" / "gold" / "enrichment" / "goseq_pwf.csv.gz")
    called = gold["DEgenes"].to_numpy() == 1
    ours = call_weights(gold["bias.data"].to_numpy(dtype=np.float64), called)
    known = gold["pwf"].notna().to_numpy()
    theirs = gold["pwf"].to_numpy()
    assert np.corrcoef(ours[known], theirs[known])[0, 1] > 0.99
    assert np.quantile(np.abs(ours / theirs - 1)[known], 0.9) < 0.2
    bins = pd.qcut(gold["bias.data"][known], 20)
    table = pd.DataFrame({"ours": ours[known], "theirs": theirs[known], "rate": called[known]}).groupby(bins).mean()
    off = (table[["ours", "theirs"]].sub(table["rate"], axis=0)).abs().mean()
    assert off["ours"] < off["theirs"]
