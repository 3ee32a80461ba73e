"""Reading histograms of p-values: simulated shapes, chance, few genes, words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from heatleaf.interpret.p_values import N_BINS, bin_p_values, p_value_findings, read_p_values
from heatleaf.model import Contrast

CONTRAST = Contrast("dex", "treated", "control", np.array([0.0, 1.0]))
Draw = Callable[[np.random.Generator, int], np.ndarray]


def even(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.uniform(size=n)


def peak(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.where(rng.uniform(size=n) < 0.2, rng.beta(0.2, 6.0, n), rng.uniform(size=n))


def hill(rng: np.random.Generator, n: int) -> np.ndarray:
    """What an overestimated variance gives: z-scores of half their width."""
    from scipy.special import ndtr

    return 2 * ndtr(-np.abs(rng.normal(0, 0.7, n)))


def bump(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.beta(2.0, 2.0, n)


def u_shape(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.where(rng.uniform(size=n) < 0.4, rng.beta(0.3, 0.3, n), rng.uniform(size=n))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n_genes", [2_000, 20_000])
@pytest.mark.parametrize(
    ("draw", "shape"), [(even, "even"), (peak, "peak"), (hill, "hill"), (bump, "hill"), (u_shape, "u_shape")]
)
def test_simulated_shapes_are_recognised(draw: Draw, shape: str, n_genes: int, seed: int) -> None:
    counts = bin_p_values(draw(np.random.default_rng(seed), n_genes))
    reading = read_p_values(counts, 0.8)
    assert reading.shape == shape
    assert reading.is_warning == (shape in ("hill", "u_shape"))


def test_chance_is_not_read_as_a_shape() -> None:
    """Two hundred studies without any difference: not one warning, and no peak but by chance."""
    rng = np.random.default_rng(7)
    shapes = [read_p_values(bin_p_values(rng.uniform(size=1_500)), 1.0).shape for _ in range(200)]
    assert shapes.count("even") >= 198
    assert not {"hill", "u_shape"} & set(shapes)


def test_a_strong_signal_that_falls_off_slowly_is_no_warning() -> None:
    rng = np.random.default_rng(2)
    assert read_p_values(bin_p_values(rng.beta(0.25, 1.4, 15_000)), 0.2).shape == "peak"


def test_bins_hold_their_borders() -> None:
    counts = bin_p_values(np.array([0.0, 0.049, 0.05, 0.999, 1.0, np.nan]))
    assert counts.sum() == 5 and len(counts) == N_BINS
    assert counts[0] == 2 and counts[1] == 1 and counts[-1] == 2


def test_few_p_values_tell_nothing() -> None:
    reading = read_p_values(bin_p_values(np.linspace(0, 0.05, 150)), float("nan"))
    assert reading.shape == "too_few" and not reading.is_warning
    assert reading.text == "With 150 p-values the shape of the histogram tells nothing."
    assert read_p_values(np.zeros(N_BINS, dtype=np.int64), float("nan")).shape == "too_few"


def test_the_sentences() -> None:
    counts = np.full(N_BINS, 500)
    assert read_p_values(counts, 1.0).text == (
        "Even: 5.0 % of the p-values lie below 0.05, where chance alone puts 5 %. So there is no sign of differences, "
        "and none that the test is wrong. Nearly all of the tested genes do not differ (π₀)."
    )
    counts[0] = 2_500
    assert read_p_values(counts, 0.83).text == (
        "As it should be: 21 % of the p-values lie below 0.05, where chance alone puts 5 %, and the rest is even or "
        "falls off. About 83 % of the tested genes do not differ (π₀)."
    )
    assert "(π₀)" not in read_p_values(counts, float("nan")).text
    counts[-2:] = 1_500
    odd = read_p_values(counts, 0.9)
    assert odd.text.startswith(
        "Not as it should be: beside the peak of small p-values (18 % of the p-values lie below 0.05, where chance "
        "alone puts 5 %) another rises towards 1. Possible causes: many genes with few reads"
    )
    counts[:8] = 100
    assert read_p_values(counts, 0.9).text.startswith("Not as it should be: small p-values are too few (1.1 % of")
    assert "replicates that differ in something the design leaves out" in read_p_values(counts, 0.9).text


def test_only_odd_shapes_are_cautions() -> None:
    good = read_p_values(np.full(N_BINS, 500), 1.0)
    assert p_value_findings(good, CONTRAST) == ()
    odd = read_p_values(np.linspace(100, 900, N_BINS).astype(np.int64), 1.0)
    (finding,) = p_value_findings(odd, CONTRAST)
    assert finding.level == "caution" and finding.numbers == {"shape": "hill"}
    assert finding.text.startswith("The p-values of treated vs control look odd. Not as it should be")
    assert finding.rests_on == "tables/differential_dex_treated_vs_control.tsv"
