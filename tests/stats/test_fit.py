"""Laws of the fit and of the test (N1-N14, R12, R36), on small planted tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_tables import Case, make_design, make_table
from scipy.optimize import minimize
from scipy.stats import nbinom

from heatleaf.errors import UserError
from heatleaf.stats import chunks as chunks_module
from heatleaf.stats import fit_counts, likelihood_ratio_test, shrink_contrast, wald_test
from heatleaf.stats.filtering import filter_independently, lowess
from heatleaf.stats.glm import GlmFit, fit_glm
from heatleaf.stats.lrt import log10_chi2_tail
from heatleaf.stats.shrinkage import _Problem, prior_scale
from heatleaf.stats.trend import fit_trend
from heatleaf.stats.wald import has_outlier


def small_case(n_genes: int = 200, per_group: int = 3, seed: int = 0, levels: tuple[str, ...] = ("a", "b")) -> Case:
    rng = np.random.default_rng(seed)
    groups = np.repeat(levels, per_group)
    mu = np.exp(rng.uniform(2, 7, (n_genes, 1))) * np.exp(rng.normal(0, 0.2, len(groups)))
    effect = np.where(rng.uniform(size=(n_genes, 1)) < 0.3, rng.normal(0, 1.5, (n_genes, 1)), 0)
    size = 1 / (0.05 + 2 / mu.mean(axis=1, keepdims=True)) * np.exp(rng.normal(0, 0.5, (n_genes, 1)))
    mu = mu * np.exp(effect * (groups == levels[-1]))
    counts = rng.negative_binomial(size, size / (size + mu))
    names = [f"s{i}" for i in range(len(groups))]
    frame = pd.DataFrame(counts, index=[f"g{i}" for i in range(n_genes)], columns=names)
    return Case(make_table(frame), make_design(pd.DataFrame({"group": groups}, index=names), {"group": list(levels)}))


def with_counts(case: Case, counts: np.ndarray) -> Case:
    return replace(case, counts=replace(case.counts, counts=np.ascontiguousarray(counts)))


def compare(case: Case, tested_level: str = "b", reference: str = "a", **options):
    return wald_test(fit_counts(case.counts, case.design), case.contrast("group", tested_level, reference), **options)


def test_swapping_the_levels_mirrors_the_fold_change() -> None:
    """N9."""
    case = small_case()
    fit = fit_counts(case.counts, case.design)
    one, other = (wald_test(fit, case.contrast("group", *levels)) for levels in (("b", "a"), ("a", "b")))
    np.testing.assert_array_equal(one.log2_fold_change, -other.log2_fold_change)
    np.testing.assert_allclose(one.lfc_shrunken, -other.lfc_shrunken, atol=1e-6)
    np.testing.assert_array_equal(one.p_value, other.p_value)


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_permuting_genes_and_samples_changes_nothing(random) -> None:
    """N10."""
    case = small_case(per_group=4)
    genes, samples = list(range(200)), list(range(8))
    random.shuffle(genes)
    random.shuffle(samples)
    counts = make_table(case.counts.frame.iloc[genes, samples])
    design = replace(
        case.design, sample_ids=counts.sample_ids, model_matrix=np.ascontiguousarray(case.design.model_matrix[samples])
    )
    one = fit_counts(case.counts, case.design)
    other = fit_counts(counts, design)
    for name in ("base_mean", "dispersion", "coefficients", "covariance"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name)[genes], rtol=1e-7, atol=1e-9)


@settings(max_examples=5, deadline=None)
@given(st.integers(2, 9))
def test_sequencing_all_samples_deeper_keeps_the_fold_changes(k: int) -> None:
    """N8, up to the tolerance of the search, which starts elsewhere.

    The size factors do not depend on a common scale, so the ratio of groups does not either.
    """
    case = small_case(per_group=4)
    y = case.counts.counts.T.astype(float)
    dispersion = np.full(y.shape[1], 0.1)
    factors = np.ones(8)
    one = fit_glm(y, case.design.model_matrix, factors, dispersion)
    other = fit_glm(y, case.design.model_matrix, factors / k, dispersion)
    expressed = (y.reshape(2, 4, -1).sum(axis=1) > 20).all(axis=0)
    np.testing.assert_allclose(other.coefficients[1, expressed], one.coefficients[1, expressed], atol=1e-5)


def test_any_number_of_workers_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    """R12, N11."""
    monkeypatch.setattr(chunks_module, "CHUNK_CELLS", 1)
    monkeypatch.setattr(chunks_module, "SMALLEST_CHUNK", 64)
    case = small_case(300)
    fits = [fit_counts(case.counts, case.design, n_workers=n) for n in (1, 2, 3, 8)]
    for fit in fits[1:]:
        for name in ("dispersion", "coefficients", "covariance", "max_cooks"):
            assert getattr(fit, name).tobytes() == getattr(fits[0], name).tobytes()
    vector = np.array([0.0, 1.0])
    assert shrink_contrast(fits[0], vector, n_workers=1).tobytes() == shrink_contrast(fits[0], vector).tobytes()


def test_gene_without_counts_is_not_tested() -> None:
    """N1."""
    case = small_case()
    counts = case.counts.counts.copy()
    counts[5] = 0
    result = compare(with_counts(case, counts))
    assert result.status[5] == "all_zero"
    assert result.base_mean[5] == 0
    for name in ("log2_fold_change", "lfc_se", "stat", "p_value", "log10_p", "padj", "lfc_shrunken"):
        assert np.isnan(getattr(result, name)[5])


def test_contrast_of_two_levels_without_counts_is_zero() -> None:
    """N2."""
    case = small_case(levels=("a", "b", "c"))
    counts = case.counts.counts.copy()
    counts[7, 3:] = 0
    counts[7, :3] = [40, 52, 45]
    result = compare(with_counts(case, counts), "c", "b")
    assert (result.log2_fold_change[7], result.stat[7], result.p_value[7], result.lfc_shrunken[7]) == (0, 0, 1, 0)


def test_perfect_separation_stays_finite() -> None:
    """N4."""
    case = small_case()
    counts = case.counts.counts.copy()
    counts[3] = [0, 0, 0, 500, 600, 700]
    result = compare(with_counts(case, counts))
    assert 8 < result.log2_fold_change[3] < 30
    assert np.isfinite([result.lfc_se[3], result.p_value[3], result.lfc_shrunken[3]]).all()


def test_constant_gene_has_a_finite_p() -> None:
    """N5."""
    case = small_case()
    counts = case.counts.counts.copy()
    counts[3] = 100
    result = compare(with_counts(case, counts))
    assert np.isfinite(result.p_value[3])


def test_one_sample_against_three_runs() -> None:
    """N6."""
    case = small_case()
    samples = pd.DataFrame({"group": ["a", "a", "a", "b"]}, index=list(case.counts.sample_ids[:4]))
    shorter = Case(make_table(case.counts.frame.iloc[:, :4]), make_design(samples, {"group": ["a", "b"]}))
    assert np.isfinite(compare(shorter).p_value).sum() > 150


def test_huge_counts_do_not_overflow() -> None:
    """N7: 2^40 times the counts keep the ratio of the groups."""
    case = small_case()
    counts = np.maximum(case.counts.counts, 1)
    y, x, dispersion = counts.T.astype(float), case.design.model_matrix, np.full(200, 0.1)
    small = fit_glm(y * 2.0**10, x, np.ones(6), dispersion)
    huge = fit_glm(y * 2.0**40, x, np.ones(6), dispersion)
    np.testing.assert_allclose(huge.coefficients[1], small.coefficients[1], atol=1e-3)
    counts = counts.copy()
    counts[0] = 2**53 - 1
    assert np.isfinite(compare(with_counts(case, counts)).p_value[0])


def test_log10_p_is_finite_where_p_underflows() -> None:
    """N14."""
    case = small_case()
    fit = fit_counts(case.counts, case.design)
    fit = replace(fit, covariance=fit.covariance * 1e-8)
    result = wald_test(fit, case.contrast("group", "b", "a"), shrink=False)
    assert np.any(result.p_value == 0)
    assert np.isfinite(result.log10_p[fit.base_mean > 0]).all()
    assert np.isfinite(log10_chi2_tail(np.array([1e5, 1e300]), 2)).all()
    for df in (1, 2, 5):  # the two formulas meet at 1200
        below, above = log10_chi2_tail(np.array([1199.999, 1200.001]), df)
        assert below - above == pytest.approx(0.001 / np.log(10), rel=0.02)


def test_filter_never_changes_p_and_says_its_threshold() -> None:
    """N16."""
    rng = np.random.default_rng(2)
    base_mean, p = np.exp(rng.normal(3, 2, 2000)), rng.uniform(size=2000)
    p[base_mean > 100] **= 6
    before = p.copy()
    filtered = filter_independently(base_mean, p, 0.1)
    assert np.array_equal(p, before)
    assert np.array_equal(np.isnan(filtered.padj), base_mean < filtered.threshold)


def test_lowess_keeps_a_line() -> None:
    x = np.linspace(0, 1, 50)
    np.testing.assert_allclose(lowess(x, 3 - 2 * x, fraction=0.2), 3 - 2 * x, atol=1e-12)


def test_shrinkage_finds_the_highest_posterior() -> None:
    """Against a general optimiser from three starts, for each of some genes."""
    case = small_case(60)
    fit = fit_counts(case.counts, case.design)
    shrunken = shrink_contrast(fit, np.array([0.0, 1.0])) * np.log(2)
    estimates = fit.coefficients[:, 1]
    scale = prior_scale(estimates, fit.covariance[:, 1, 1])
    for i in range(0, 60, 3):
        y, size = fit.counts[i], 1 / fit.dispersion[i]

        def loss(beta, y=y, size=size):
            mu = fit.size_factors * np.exp(np.clip(case.design.model_matrix @ beta, -50, 50))
            likelihood = nbinom.logpmf(y, size, size / (size + mu)).sum()
            return -likelihood + beta[0] ** 2 / (2 * 15**2) + np.log1p((beta[1] / scale) ** 2)

        starts = [np.array([fit.coefficients[i, 0], s]) for s in (0.0, estimates[i], estimates[i] / 2)]
        best = min(
            (minimize(loss, s, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-12}) for s in starts),
            key=lambda r: r.fun,
        )
        ours = minimize(lambda b0, i=i, loss=loss: loss(np.array([b0[0], shrunken[i]])), [fit.coefficients[i, 0]])
        assert ours.fun <= best.fun + 1e-5


@pytest.mark.parametrize(("scale", "higher"), [(0.05, 0), (0.1, 1)])
def test_shrinkage_takes_the_higher_of_two_modes(scale: float, higher: int) -> None:
    """One mode near zero and one near the estimate: the scale of the prior decides which is higher."""
    x = np.column_stack([[0, 0, 0, 1, 1, 1], np.ones(6)])
    y = np.array([[1, 0, 2, 20, 19, 22]], dtype=float).T
    problem, dispersion, start = _Problem(x, np.ones(6), scale), np.array([0.5]), np.array([[0.0], [np.log(y.mean())]])
    ends = np.zeros(1), np.full(1, 3.0)
    modes = [problem.posterior_mode(y, dispersion, np.vstack([end, start[1]])) for end in ends]
    assert modes[1][0][0] - modes[0][0][0] > 2
    assert np.argmax([value[0] for _, value in modes]) == higher
    np.testing.assert_array_equal(problem.highest_mode(y, dispersion, start, ends), modes[higher][0])


def test_shrinkage_pulls_towards_zero_and_keeps_large_effects() -> None:
    case = small_case(500, per_group=5)
    fit = fit_counts(case.counts, case.design)
    lfc = fit.coefficients[:, 1] / np.log(2)
    shrunken = shrink_contrast(fit, np.array([0.0, 1.0]))
    assert np.mean(np.abs(shrunken) <= np.abs(lfc) + 1e-6) > 0.99
    clear = np.abs(lfc) > 8 * np.sqrt(fit.covariance[:, 1, 1]) / np.log(2)
    assert np.all(np.abs(shrunken[clear]) > 0.8 * np.abs(lfc[clear]))


def test_likelihood_ratio_equals_the_wald_test_in_the_large() -> None:
    case = small_case(300, per_group=12)
    fit = fit_counts(case.counts, case.design)
    wald = wald_test(fit, case.contrast("group", "b", "a"), shrink=False)
    ratio = likelihood_ratio_test(fit, case.design.model_matrix[:, :1])
    assert np.corrcoef(wald.stat**2, ratio.stat)[0, 1] > 0.98


def test_trend_that_does_not_converge_falls_back_to_local_regression_and_says_so() -> None:
    """N12: dispersions that rise with the mean have no positive coefficient of 1 / mean."""
    mean = np.linspace(1, 1000, 500)
    trend = fit_trend(mean, 1e-3 * mean)
    assert trend.kind == "local"
    np.testing.assert_allclose(trend.at(mean), 1e-3 * mean, rtol=1e-6)
    (message,) = trend.messages
    assert (message.level, message.code) == ("note", "dispersion_trend")
    assert message.text == (
        "no curve a + b / mean fits the dispersions of these genes: a local regression of dispersion on mean was used "
        "instead."
    )


@pytest.mark.parametrize(("power", "level"), [(1.0, "note"), (3.0, "warning")])
def test_trend_of_too_few_genes_falls_back_to_the_mean_and_says_so(power: float, level: str) -> None:
    """N12."""
    mean = np.linspace(1, 1000, 8)
    trend = fit_trend(mean, 1e-3 * mean**power)
    assert trend.kind == "mean"
    (message,) = trend.messages
    assert message.level == level
    assert message.text.startswith(
        "no curve of dispersion against mean fits these counts, as happens with small tables: the mean of all genes "
        "was used, towards which the dispersion of each gene is drawn"
    )
    assert ("genes with few and with many counts differ 38-fold in it" in message.text) == (level == "warning")


def test_given_size_factors_are_used_and_checked() -> None:
    case = small_case()
    given = np.linspace(0.5, 2.0, 6)
    assert np.array_equal(fit_counts(case.counts, case.design, size_factors_given=given).size_factors, given)
    for wrong in (np.ones(5), np.zeros(6), np.full(6, np.nan)):
        with pytest.raises(ValueError, match="size factors must be 6 numbers above 0, one per sample"):
            fit_counts(case.counts, case.design, size_factors_given=wrong)


def test_counts_no_more_variable_than_chance_are_fitted() -> None:
    rng = np.random.default_rng(1)
    case = with_counts(small_case(50), rng.integers(100, 101, (50, 6)))
    fit = fit_counts(case.counts, case.design)
    assert "no gene varies more than chance" in fit.messages[0].text
    assert np.isfinite(wald_test(fit, case.contrast("group", "b", "a")).p_value).all()


def test_outlier_is_named_with_its_sample() -> None:
    """N3."""
    case = small_case(400, per_group=4, seed=3)
    counts = case.counts.counts.copy()
    counts[9] = [0, 0, 0, 0, 0, 0, 9000, 0]
    result = compare(with_counts(case, counts))
    assert result.status[9] == "outlier"
    assert result.outlier_sample[9] == "s6"
    assert np.isnan(result.p_value[9]) and np.isfinite(result.log2_fold_change[9])
    assert any(m.code == "outliers" and "not tested because of a count far from" in m.text for m in result.messages)


def test_gene_that_does_not_converge_is_set_apart() -> None:
    """R36, N13."""
    case = small_case()
    fit = fit_counts(case.counts, case.design)
    converged = fit.converged.copy()
    converged[2] = False
    result = wald_test(replace(fit, converged=converged), case.contrast("group", "b", "a"))
    assert result.status[2] == "not_converged"
    assert np.isnan(result.p_value[2])
    assert not has_outlier(fit)[2]


@pytest.mark.parametrize(("n_lost", "level"), [(1, "note"), (10, "note"), (11, "warning")])
def test_genes_whose_fit_fails_leave_the_others_alone(n_lost: int, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """R36: of 200 genes some do not converge; more than one in twenty is a warning."""
    case = small_case()
    counts = case.counts.counts.copy()
    counts[:n_lost] = [7_777, 7_400, 8_100, 7_700, 7_500, 8_000]
    case = with_counts(case, counts)
    whole = compare(case)

    def lose_some(counts: np.ndarray, *rest: np.ndarray) -> GlmFit:
        found = fit_glm(counts, *rest)
        is_lost = (counts == 7_777).any(axis=0)
        coefficients = np.where(is_lost, np.nan, found.coefficients)
        return replace(found, coefficients=coefficients, converged=found.converged & ~is_lost)

    monkeypatch.setattr("heatleaf.stats.fit.fit_glm", lose_some)
    fit = fit_counts(case.counts, case.design)
    told = [(m.level, m.text) for m in fit.messages if m.code == "not_converged"]
    assert told == [(level, f"the fit of {n_lost} of 200 genes did not converge; they have no p-value.")]
    result = wald_test(fit, case.contrast("group", "b", "a"), shrink=False)
    assert result.status[:n_lost] == ("not_converged",) * n_lost and np.isnan(result.p_value[:n_lost]).all()
    np.testing.assert_array_equal(result.p_value[n_lost:], whole.p_value[n_lost:])
    np.testing.assert_array_equal(result.log2_fold_change[n_lost:], whole.log2_fold_change[n_lost:])


def test_second_search_agrees_with_a_general_optimiser() -> None:
    """N13: coefficients that run away are bounded; the likelihood there is the highest in the box."""
    x = np.column_stack([np.ones(6), [-1.5, 0.2, 0.9, -0.3, 2.5, 0.1]])
    y = np.array([[0, 0, 0, 0, 900, 0]], dtype=float).T
    fit = fit_glm(y, x, np.ones(6), np.array([5.0]))
    assert fit.converged.all() and np.isfinite(fit.coefficients).all()

    def loss(beta):
        mu = np.clip(np.exp(x @ beta), 1e-200, 1e200)
        return -nbinom.logpmf(y[:, 0], 0.2, 0.2 / (0.2 + mu)).sum() + 0.5e-6 / np.log(2) ** 2 * np.sum(beta**2)

    box = 30 * np.log(2)
    best = minimize(loss, [0.0, 1.0], bounds=[(-box, box)] * 2, method="Powell")
    assert loss(fit.coefficients[:, 0]) <= best.fun + 1e-3


def test_every_gene_with_a_zero_is_noted() -> None:
    """B57."""
    case = small_case()
    counts = case.counts.counts.copy()
    counts[np.arange(200), np.arange(200) % 6] = 0
    fit = fit_counts(with_counts(case, counts).counts, case.design)
    assert [m.text for m in fit.messages if m.code == "size_factors_positive"] == [
        "every gene has a zero in some sample: size factors by the positive-counts method."
    ]


def test_no_degree_of_freedom_is_refused() -> None:
    case = small_case(per_group=1)
    with pytest.raises(UserError, match="2 coefficients for 2 samples leave no replicates") as refusal:
        fit_counts(case.counts, case.design)
    assert refusal.value.code == "too_many_coefficients"


def test_reduced_design_must_be_a_part_of_the_full_one() -> None:
    case = small_case()
    fit = fit_counts(case.counts, case.design)
    with pytest.raises(UserError, match="not a part of the full one"):
        likelihood_ratio_test(fit, np.arange(6.0)[:, None])
