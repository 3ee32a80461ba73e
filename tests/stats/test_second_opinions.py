"""The voom and quasi-likelihood tests against limma 3.54.1 and edgeR 3.40.2, their laws, and their refusals.

`reference/second_opinions.csv.gz` was made by `reference/second_opinions.R`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from reference_tables import REFERENCE, Case, planted_case, real_case
from scipy.optimize import minimize
from scipy.stats import nbinom, poisson, spearmanr
from test_fit import small_case

from heatleaf.errors import UserError
from heatleaf.model.second_opinions import AlternativeTest
from heatleaf.stats import fit_counts, wald_test
from heatleaf.stats.expressed import has_enough_counts
from heatleaf.stats.leave_one_out import calls_without
from heatleaf.stats.nb_means import POISSON, fit_means, nb_deviance
from heatleaf.stats.quasi_likelihood import fit_quasi_likelihood, quasi_likelihood_test
from heatleaf.stats.trended_dispersion import by_empty_cells
from heatleaf.stats.voom import fit_voom, voom_test

PLANTED = {
    "two_groups_of_8": ("group", "b", "a"),
    "three_groups_of_3": ("group", "c", "a"),
    "uneven_batch": ("group", "b", "a"),
    "covariate": ("group", "b", "a"),
}
REAL = {
    "airway": ("dex", "treated", "control", "dex"),
    "pasilla": ("condition", "treated", "untreated", "condition"),
    "gse96870": ("time", "Day8", "Day0", "Day8_vs_Day0"),
}


@cache
def planted_reference(name: str) -> pd.DataFrame:
    frame = pd.read_csv(REFERENCE / "second_opinions.csv.gz")
    return frame[frame["case"] == name].set_index("gene_id")


def distance(case: Case, test: AlternativeTest, reference: pd.Series) -> pd.Series:
    """Distances in log10 p; the tested genes are the same."""
    ours = pd.Series(test.p_value, list(case.counts.gene_ids)).dropna()
    assert set(ours.index) == set(reference.index)
    return np.abs(np.log10(ours[reference.index]) - np.log10(reference))


@pytest.mark.parametrize("name", PLANTED)
def test_voom_agrees_with_limma(name: str) -> None:
    case, _ = planted_case(name)
    test = voom_test(fit_voom(case.counts, case.design), case.contrast(*PLANTED[name]))
    assert distance(case, test, planted_reference(name)["voom_p"]).max() < 1e-8


@pytest.mark.parametrize("name", PLANTED)
def test_quasi_likelihood_agrees_with_edger(name: str) -> None:
    """Given the same trend p agrees; edgeR's own trend is interpolated between few points, which costs up to 0.11."""
    case, _ = planted_case(name)
    fit = fit_quasi_likelihood(case.counts, case.design)
    reference = planted_reference(name)
    test = quasi_likelihood_test(fit, case.contrast(*PLANTED[name]))
    fine = distance(case, test, reference["ql_p_fine"])
    assert fine.quantile(0.99) < 0.005
    assert fine.max() < 0.01
    assert distance(case, test, reference["ql_p"]).max() < 0.15
    np.testing.assert_allclose(fit.dispersion.at_genes, reference["trend_fine"], rtol=0.01)


def real_reference(data: Path, name: str, kind: str) -> pd.DataFrame:
    frame = pd.read_csv(data / name / "gold" / f"{kind}_{REAL[name][3]}.csv.gz", index_col=0)
    return frame.set_index(frame.index.astype(str))


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_voom_agrees_with_limma_on_real_data(data: Path, name: str) -> None:
    case = real_case(data, name)
    test = voom_test(fit_voom(case.counts, case.design), case.contrast(*REAL[name][:3]))
    reference = real_reference(data, name, "limma_voom")
    assert distance(case, test, reference["P.Value"]).max() < 1e-7  # promised is 0.005 for 99.9 % of genes
    padj = pd.Series(test.padj, list(case.counts.gene_ids))[reference.index]
    assert ((padj < 0.05) == (reference["adj.P.Val"] < 0.05)).all()
    effect = pd.Series(test.log2_fold_change, list(case.counts.gene_ids))[reference.index]
    np.testing.assert_allclose(effect, reference["logFC"], atol=1e-7)


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_quasi_likelihood_agrees_with_edger_on_real_data(data: Path, name: str) -> None:
    """As docs/error_rates.md states: what is left comes from the trend, which edgeR interpolates between few points."""
    case = real_case(data, name)
    test = quasi_likelihood_test(fit_quasi_likelihood(case.counts, case.design), case.contrast(*REAL[name][:3]))
    reference = real_reference(data, name, "edger_QLF")
    assert distance(case, test, reference["PValue"]).quantile(0.999) < 0.03
    frame = pd.DataFrame({"padj": test.padj, "p": test.p_value}, list(case.counts.gene_ids)).loc[reference.index]
    assert spearmanr(frame["p"], reference["PValue"])[0] > 0.9999
    differ = (frame["padj"] < 0.05) != (reference["FDR"] < 0.05)
    assert differ.sum() <= 0.002 * (reference["FDR"] < 0.05).sum()


def both(case: Case) -> tuple[AlternativeTest, AlternativeTest]:
    contrast = case.contrast("group", "b", "a")
    fits = fit_voom(case.counts, case.design), fit_quasi_likelihood(case.counts, case.design)
    return voom_test(fits[0], contrast), quasi_likelihood_test(fits[1], contrast)


def test_order_of_genes_and_samples_does_not_matter() -> None:
    case = small_case(300)
    genes, samples = np.random.default_rng(0).permutation(300), np.array([4, 1, 5, 0, 3, 2])
    table = replace(
        case.counts,
        counts=np.ascontiguousarray(case.counts.counts[np.ix_(genes, samples)]),
        sample_ids=tuple(case.counts.sample_ids[i] for i in samples),
        gene_ids=tuple(case.counts.gene_ids[i] for i in genes),
    )
    design = replace(case.design, sample_ids=table.sample_ids, model_matrix=case.design.model_matrix[samples])
    for one, other in zip(both(case), both(Case(table, design)), strict=True):
        np.testing.assert_allclose(other.p_value, one.p_value[genes], rtol=1e-6)


def test_swapping_the_levels_mirrors_the_fold_change() -> None:
    """N9."""
    case = small_case(300)
    fits = fit_voom(case.counts, case.design), fit_quasi_likelihood(case.counts, case.design)
    for levels, sign in ((("b", "a"), 1), (("a", "b"), -1)):
        contrast = case.contrast("group", *levels)
        tests = voom_test(fits[0], contrast), quasi_likelihood_test(fits[1], contrast)
        for test, first in zip(tests, both(case), strict=True):
            np.testing.assert_allclose(test.log2_fold_change, sign * first.log2_fold_change)
            np.testing.assert_allclose(test.p_value, first.p_value, rtol=1e-6)


def test_workers_do_not_change_a_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    """R12."""
    monkeypatch.setattr("heatleaf.stats.chunks.CHUNK_CELLS", 300)
    monkeypatch.setattr("heatleaf.stats.chunks.SMALLEST_CHUNK", 50)
    case = small_case(300)
    contrast = case.contrast("group", "b", "a")
    for n_workers in (2, 4):
        fit = fit_quasi_likelihood(case.counts, case.design, n_workers=n_workers)
        one = fit_quasi_likelihood(case.counts, case.design, n_workers=1)
        ours = quasi_likelihood_test(fit, contrast, n_workers=n_workers), quasi_likelihood_test(one, contrast)
        np.testing.assert_array_equal(ours[0].p_value, ours[1].p_value)
        voomed = [voom_test(fit_voom(case.counts, case.design, n_workers=n), contrast).p_value for n in (1, n_workers)]
        np.testing.assert_array_equal(*voomed)


def test_a_group_without_counts_is_found_by_both() -> None:
    case = small_case(300)
    counts = case.counts.counts.copy()
    counts[0] = [0, 0, 0, 300, 280, 310]
    counts[1] = [0, 0, 0, 0, 0, 0]
    for test in both(replace(case, counts=replace(case.counts, counts=counts))):
        assert test.padj[0] < 0.05
        assert test.log2_fold_change[0] > 5
        assert np.isnan([test.p_value[1], test.padj[1], test.log2_fold_change[1]]).all()


def test_samples_that_repeat_each_other_do_not_break_the_tests() -> None:
    """Residuals of zero: weights and priors stay finite."""
    case = small_case(300)
    counts = np.repeat(case.counts.counts[:, [0, 3]], 3, axis=1)
    for test in both(replace(case, counts=replace(case.counts, counts=np.ascontiguousarray(counts)))):
        assert np.isfinite(test.p_value).sum() > 250
        assert (test.p_value[np.isfinite(test.p_value)] <= 1).all()


def test_too_few_genes_are_refused() -> None:
    """B58."""
    case = small_case(29)
    case = replace(case, counts=replace(case.counts, counts=case.counts.counts + 50))
    for fit in (fit_voom, fit_quasi_likelihood):
        with pytest.raises(UserError) as refusal:
            fit(case.counts, case.design)
        assert refusal.value.code == "few_genes"
        assert str(refusal.value).startswith("29 of 29 genes have enough counts for a second opinion, which takes 30 ")


def test_filter_needs_the_count_in_as_many_samples_as_the_smallest_group() -> None:
    counts = np.full((5, 6), 1000)
    counts[1] = [9, 9, 9, 9, 9, 9]
    counts[2] = [90, 90, 0, 0, 0, 0]
    counts[3] = [90, 90, 90, 0, 0, 0]
    counts[4] = 1_000_000 - counts[:4].sum(axis=0)  # libraries of a million, so that 10 counts are needed
    groups = np.column_stack([np.ones(6), np.repeat([0.0, 1.0], 3)])
    assert has_enough_counts(counts, groups).tolist() == [True, False, False, True, True]


def test_means_reach_the_highest_likelihood() -> None:
    """Against a general optimiser, with unequal libraries and a covariate."""
    rng = np.random.default_rng(3)
    design = np.column_stack([np.ones(8), np.tile([0, 1], 4), rng.normal(size=8)])
    offset, dispersion = rng.normal(3, 0.5, 8), rng.uniform(0.02, 1, 20)
    counts = rng.negative_binomial(2, 0.05, (8, 20)).astype(float)
    fit = fit_means(counts, design, offset, dispersion)
    for i in range(20):
        size = 1 / dispersion[i]

        def loss(beta, y=counts[:, i], size=size):
            mu = np.exp(design @ beta + offset)
            return -nbinom.logpmf(y, size, size / (size + mu)).sum()

        best = minimize(loss, fit.coefficients[:, i], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
        assert loss(fit.coefficients[:, i]) <= best.fun + 1e-7


def test_means_of_groups_are_their_ratios_of_sums_for_poisson_counts() -> None:
    counts = np.array([[4.0, 0], [6, 0], [20, 7], [30, 3]])
    design = np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]])
    fit = fit_means(counts, design, np.zeros(4), np.full(2, POISSON))
    np.testing.assert_allclose(fit.mu[:, 0], [5, 5, 25, 25], rtol=1e-6)
    np.testing.assert_allclose(fit.mu[:, 1], [0, 0, 5, 5], atol=1e-6)


def test_deviance_is_twice_the_lacking_likelihood() -> None:
    counts, mu = np.array([[0.0, 3], [8, 1000]]), np.array([[2.0, 3], [5, 400]])
    size = 1 / np.array([0.3, 0.01])

    def log_likelihood(mean):
        return nbinom.logpmf(counts, size, size / (size + mean)).sum(axis=0)

    expected = 2 * (log_likelihood(np.maximum(counts, 1e-12)) - log_likelihood(mu))
    np.testing.assert_allclose(nb_deviance(counts, mu, 1 / size), expected, rtol=1e-8)
    expected = 2 * (poisson.logpmf(counts, np.maximum(counts, 1e-12)) - poisson.logpmf(counts, mu)).sum(axis=0)
    np.testing.assert_allclose(nb_deviance(counts, mu, np.full(2, POISSON)), expected, rtol=1e-8)


def test_empty_cells_take_their_degrees_of_freedom() -> None:
    design = np.column_stack([np.ones(6), np.repeat([0.0, 1.0], 3)])
    empty = np.zeros((6, 3), dtype=bool)
    empty[:3, 1] = True
    empty[:, 2] = True
    found = {tuple(genes): (int(left.sum()), rank) for genes, left, rank in by_empty_cells(empty, design)}
    assert found == {(0,): (6, 2), (1,): (3, 1), (2,): (0, 0)}


def test_leaving_a_sample_out_is_a_fit_of_the_others() -> None:
    case = small_case(per_group=4)
    contrast = case.contrast("group", "b", "a")
    left = calls_without(case.counts, case.design, [contrast], i_sample=2, alpha=0.05)
    others = [i for i in range(8) if i != 2]
    names = tuple(case.counts.sample_ids[i] for i in others)
    factor = replace(case.design.factors["group"], values=tuple(case.design.factors["group"].values[i] for i in others))
    design = replace(
        case.design, sample_ids=names, model_matrix=case.design.model_matrix[others], factors={"group": factor}
    )
    expected = wald_test(fit_counts(case.counts.take_samples(names), design), contrast).is_significant
    assert expected.any()
    np.testing.assert_array_equal(left, expected[None, :])


def test_a_sample_that_alone_holds_a_level_cannot_be_left_out() -> None:
    case = small_case(per_group=3, levels=("a", "b", "c"))
    matrix = np.column_stack([case.design.model_matrix, np.eye(9)[:, 8]])
    design = replace(case.design, model_matrix=matrix, coefficient_names=(*case.design.coefficient_names, "odd"))
    with pytest.raises(UserError) as refusal:
        calls_without(case.counts, design, [], i_sample=8, alpha=0.05)
    assert refusal.value.code == "not_full_rank"
    assert str(refusal.value) == "without s8 ~ group cannot be estimated."
