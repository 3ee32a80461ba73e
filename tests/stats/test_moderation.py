"""Moderated variances, TMM factors and lowess against R 4.2.2 (limma 3.54.1, edgeR 3.40.2), and their laws."""

from __future__ import annotations

import numpy as np
import pytest
from reference_tables import planted_case
from scipy.special import polygamma

from heatleaf.stats.lowess import lowess
from heatleaf.stats.moderation import VariancePrior, fit_variance_prior, invert_trigamma, moderate, natural_spline
from heatleaf.stats.tmm import tmm_factors

STEPS = np.arange(1.0, 61)
RAGGED = np.where(STEPS == 20, 9, np.sin(STEPS / 7) + STEPS * 37 % 11 / 10)  # one outlier, for the robustness steps
GENES = np.arange(1.0, 41)
VARIANCES = np.where(GENES == 3, 0, np.exp(np.sin(GENES * GENES) * 1.5 + GENES / 20))
DF = np.where(GENES == 7, 0, np.tile([4.0, 3.0, 2.0, 4.0], 10))


@pytest.mark.parametrize(
    ("x", "y", "fraction", "at", "expected"),
    [
        (STEPS**1.5, RAGGED, 0.5, [1, 10, 20, 21, 40, 60],
         [1.343988896868, 1.201524299617, 0.728327911219, 0.631474930558, 0.113066549315, 1.730948523613]),
        (STEPS // 4, RAGGED, 0.3, [1, 10, 20, 21, 40, 60],
         [0.833156004390, 1.366434555063, 0.571714144492, 0.571714144492, 0.189707229396, 1.620381620731]),
        (np.r_[STEPS / 1000, GENES], np.r_[RAGGED, np.cos(GENES)], 0.4, [1, 10, 30, 60, 61, 100],
         [1.0094492397523, 0.9862178537617, 0.9345925515603, 0.8571545982583, 0.5403381464604, 0.0437085235592]),
    ],
    ids=["spread", "tied", "dense"],
)  # fmt: skip
def test_lowess_agrees_with_r(x, y, fraction, at, expected) -> None:
    """Ties and points nearer than 1 % of the range are interpolated as there: R's lowess(x, y, f)."""
    np.testing.assert_allclose(lowess(x, y, fraction=fraction)[np.array(at) - 1], expected, rtol=1e-10)


def test_trigamma_is_inverted() -> None:
    values = 10.0 ** np.arange(-8, 9)
    np.testing.assert_allclose(polygamma(1, invert_trigamma(values)), values, rtol=1e-7)


def test_variances_are_moderated_as_in_r() -> None:
    """limma's squeezeVar of the same variances: prior df, prior, posterior of genes 1, 3 and 8."""
    prior = fit_variance_prior(VARIANCES, DF)
    posterior = moderate(VARIANCES, DF, prior)
    ours = [prior.df, prior.variance[0], *posterior[[0, 2, 7]]]
    expected = [1.155342271218, 0.895598626358, 3.082659390799, 0.327927325195, 4.801829589153]
    np.testing.assert_allclose(ours, expected, rtol=1e-7)


def test_variances_are_moderated_over_abundance_as_in_r() -> None:
    """limma's squeezeVar with covariate: prior df, prior of genes 1, 7 and 40, posterior of genes 1, 3 and 7."""
    prior = fit_variance_prior(VARIANCES, DF, np.cos(GENES) * 5)
    posterior = moderate(VARIANCES, DF, prior)
    ours = [prior.df, *prior.variance[[0, 6, 39]], *posterior[[0, 2, 6]]]
    expected = [1.3725095949982, 1.2900212885458, 1.0673163996132, 1.3057883840444]
    expected += [3.0950168848163, 0.0412370480806, 1.0673163996132]
    np.testing.assert_allclose(ours, expected, rtol=1e-7)


def test_equal_variances_share_one_value() -> None:
    """Variances that differ less than chance have a prior of infinite weight (limma: the mean, 1.0125)."""
    variance, df = np.tile([1, 1.1, 0.9, 1.05], 10), np.full(40, 4.0)
    prior = fit_variance_prior(variance, df)
    assert prior.df == np.inf
    np.testing.assert_allclose(moderate(variance, df, prior), 1.0125)


def test_moderation_lies_between_gene_and_prior() -> None:
    prior = VariancePrior(np.array([1.0, 1.0]), 4.0)
    np.testing.assert_allclose(moderate(np.array([3.0, 0.0]), np.array([4.0, 4.0]), prior), [2.0, 0.5])


def test_prior_is_found_again() -> None:
    """Variances drawn from a scaled inverse chi-squared prior of 8 degrees of freedom and scale 0.5."""
    rng = np.random.default_rng(1)
    true = 0.5 * 8 / rng.chisquare(8, 20_000)
    prior = fit_variance_prior(true * rng.chisquare(4, 20_000) / 4, np.full(20_000, 4.0))
    assert prior.df == pytest.approx(8, rel=0.1)
    assert prior.variance[0] == pytest.approx(0.5, rel=0.03)


def test_spline_is_natural_and_holds_lines() -> None:
    x = np.linspace(-2, 3, 50)
    inner = (x > -1) & (x < 2)
    basis = natural_spline(x, inner)
    assert basis.shape == (50, 4)
    line = basis @ np.linalg.lstsq(basis, 2 * x - 1, rcond=None)[0]
    np.testing.assert_allclose(line, 2 * x - 1, atol=1e-9)
    for outside in (x < -1, x > 2):  # second differences vanish beyond the outer knots
        np.testing.assert_allclose(np.diff(basis[outside], 2, axis=0), 0, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("two_groups_of_8",
         [1.118255123825, 1.069979718398, 0.932438504996, 0.954288676052, 1.158301563289, 1.026193374030,
          1.134322062078, 1.125028178177, 0.922903921501, 0.840058425966, 1.020064141004, 0.971149080461,
          0.933237632534, 0.984607217648, 0.894937162813, 0.980405617956]),
        ("covariate",
         [1.090952072975, 1.025557633281, 1.059434409056, 0.828198623379, 0.909049674399, 0.895785801846,
          1.083454941803, 1.068699708203, 1.071095912609, 1.008646487367]),
    ],
)  # fmt: skip
def test_tmm_agrees_with_edger(name: str, expected: list[float]) -> None:
    case, _ = planted_case(name)
    np.testing.assert_allclose(tmm_factors(case.counts.counts), expected, rtol=1e-10)


def test_tmm_ignores_depth_and_genes_that_take_most_reads() -> None:
    """Equal composition gives factors of 1 at any depth; a flood of one gene in one sample lowers its factor."""
    rng = np.random.default_rng(0)
    gene = rng.integers(50, 5000, (400, 1))
    np.testing.assert_allclose(tmm_factors(gene * np.array([[1, 2, 5]])), 1.0)
    flooded = np.repeat(gene, 3, axis=1)
    flooded[0, 2] = gene.sum()  # half of the third library
    ratio = tmm_factors(flooded)
    assert ratio[0] / ratio[2] == pytest.approx((flooded.sum(axis=0)[2] / flooded.sum(axis=0)[0]), rel=1e-6)


def test_tmm_of_samples_without_common_genes_is_one() -> None:
    np.testing.assert_allclose(tmm_factors(np.array([[5, 0], [0, 7], [3, 0], [0, 1]])), 1.0)
