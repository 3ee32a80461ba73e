"""Agreement with DESeq2 1.38.3 gene by gene (N35): each tolerance with its reason.

Tolerances are those promised in docs/deviations.md. Reached is far less (1e-5 relative in nearly all columns): the
reference stops its searches at changes of 1e-6 to 1e-8, and two programs that round differently differ by that much.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from reference_tables import REFERENCE, Case, planted_case, planted_design, real_case

from heatleaf.model import Contrast
from heatleaf.stats import (
    fit_counts,
    fit_vst,
    likelihood_ratio_test,
    pca,
    shrink_contrast,
    size_factors,
    vst,
    wald_test,
)

CONTRASTS = {
    "airway": ("dex", "treated", "control", "dex"),
    "pasilla": ("condition", "treated", "untreated", "condition"),
    "gse96870": ("time", "Day8", "Day0", "Day8_vs_Day0"),
}
SHARE = 0.001  # of the genes may deviate


def share_beyond(ours, reference, tolerance: float, *, relative: bool = True, where=None) -> float:
    """Share of genes outside the tolerance, or NA in one only."""
    ours, reference = np.asarray(ours, float), np.asarray(reference, float)
    scale = np.maximum(np.abs(reference), 1e-300) if relative else 1.0
    distance = np.abs(ours - reference) / scale
    beyond = np.where(np.isnan(ours) | np.isnan(reference), np.isnan(ours) != np.isnan(reference), distance > tolerance)
    return float(np.mean(beyond if where is None else beyond[where]))


@pytest.fixture(scope="module", params=["airway", "pasilla", "gse96870"])
def fitted(request, data: Path):
    case = real_case(data, request.param)
    fit = fit_counts(case.counts, case.design)
    factor, tested, reference, file = CONTRASTS[request.param]
    result = wald_test(fit, case.contrast(factor, tested, reference), alpha=0.1)
    gold = data / request.param / "gold"
    table = pd.read_csv(gold / f"deseq2_results_{file}.csv.gz", index_col=0).loc[list(case.counts.gene_ids)]
    return request.param, case, fit, result, table, gold


def test_size_factors_agree(fitted) -> None:
    # the same closed formula: only the 14 digits of the file limit the agreement
    _, _, fit, _, _, gold = fitted
    expected = pd.read_csv(gold / "deseq2_size_factors.csv")["sizeFactor"]
    np.testing.assert_allclose(fit.size_factors, expected, rtol=1e-8)


def test_dispersions_agree(fitted) -> None:
    name, case, fit, _, _, gold = fitted
    if name == "gse96870":
        pytest.skip("the gene table of this set is not among the reference results")
    table = pd.read_csv(gold / "deseq2_gene_table.csv.gz", index_col=0).loc[list(case.counts.gene_ids)]
    # below 1e-6 the likelihood is flat within rounding: any value there means "no more than Poisson"
    floor = 1e-6
    gene_wise = np.maximum(fit.dispersion_gene_wise, floor)
    assert share_beyond(gene_wise, np.maximum(table["dispGeneEst"], floor), 1e-3) <= SHARE
    assert share_beyond(fit.dispersion_trend, table["dispFit"], 1e-6) == 0
    assert share_beyond(fit.dispersion_map, table["dispMAP"], 1e-3) <= SHARE
    assert share_beyond(fit.dispersion, table["dispersion"], 1e-3) <= SHARE
    expressed = fit.base_mean > 0
    assert np.array_equal(fit.is_dispersion_outlier[expressed], table["dispOutlier"][expressed].astype(bool))


def test_wald_tests_agree(fitted) -> None:
    _, _, _, result, table, _ = fitted
    assert share_beyond(result.base_mean, table["baseMean"], 1e-8) == 0
    assert share_beyond(result.log2_fold_change, table["log2FoldChange"], 1e-4, relative=False) <= SHARE
    assert share_beyond(result.lfc_se, table["lfcSE"], 1e-3) <= SHARE
    not_underflown = ~(table["pvalue"] <= 1e-300).to_numpy()
    log10_p = np.log10(table["pvalue"].clip(lower=1e-320))
    assert share_beyond(result.log10_p, log10_p, 0.005, relative=False, where=not_underflown) <= SHARE
    assert share_beyond(result.padj, table["padj"], 0.012) <= SHARE  # 0.005 of log10


def test_calls_and_missing_values_agree(fitted) -> None:
    _, _, _, result, table, _ = fitted
    called, expected = result.padj < 0.05, (table["padj"] < 0.05).to_numpy()
    assert np.sum(called != expected) <= SHARE * expected.sum()
    reason = np.select(
        [table["baseMean"] == 0, table["pvalue"].isna(), table["padj"].isna()],
        ["all_zero", "outlier", "low_mean"],
        "tested",
    )
    assert np.mean(np.array(result.status) != reason) <= SHARE


def test_filter_threshold_agrees(fitted, data: Path) -> None:
    name, _, _, result, _, gold = fitted
    lines = (gold / "deseq2_model.txt").read_text().splitlines()
    line = next(text for text in lines if text.startswith(f"{CONTRASTS[name][3]} filterThreshold"))
    assert result.filter_threshold == pytest.approx(float(line.split()[2]), rel=1e-9)


@pytest.mark.parametrize(("name", "variant"), [("airway", "vst"), ("pasilla", "vst"), ("pasilla", "VSTfull")])
def test_variance_stabilised_values_agree(data: Path, name: str, variant: str) -> None:
    # 5e-8 is reached: eight decimals of the file and the tolerance of the trend
    case = real_case(data, name)
    expected = pd.read_csv(data / name / "gold" / f"deseq2_{variant}_blind.csv.gz", index_col=0)
    values = vst(case.counts, n_subset=1000 if variant == "vst" else None)
    np.testing.assert_allclose(values, expected.to_numpy(), atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", ["airway", "pasilla", "gse96870"])
def test_principal_components_agree(data: Path, name: str) -> None:
    case = real_case(data, name)
    expected = pd.read_csv(data / name / "gold" / "pca_vst_top500.csv", index_col=0).to_numpy()
    components = pca(vst(case.counts))
    n = components.scores.shape[1]
    # signs are arbitrary in the reference; 1e-6 as the values agree to 5e-8
    np.testing.assert_allclose(np.abs(components.scores), np.abs(expected[:, :n]), atol=1e-6)


def test_likelihood_ratio_test_agrees(data: Path) -> None:
    case = real_case(data, "gse96870")
    result = likelihood_ratio_test(fit_counts(case.counts, case.design), case.design.model_matrix[:, :2], alpha=0.1)
    table = pd.read_csv(data / "gse96870" / "gold" / "deseq2_LRT.csv.gz", index_col=0).loc[list(case.counts.gene_ids)]
    assert share_beyond(result.stat, table["stat"], 1e-3) <= SHARE
    assert share_beyond(result.log10_p, np.log10(table["pvalue"]), 0.005, relative=False) <= SHARE
    assert np.sum((result.padj < 0.05) != (table["padj"] < 0.05).to_numpy()) <= SHARE * (table["padj"] < 0.05).sum()


PLANTED = {
    "two_groups_of_8": ("group", "b", "a"),  # outliers replaced; two groups
    "three_groups_of_3": ("group", "c", "b"),  # a contrast of two coefficients; outliers flagged; both levels zero
    "uneven_batch": ("group", "b", "a"),  # cells of 8, 6 and 3: some replaced, some flagged
    "covariate": ("group", "b", "a"),  # no replicates; fits that need the second search
}


@pytest.fixture(scope="module", params=sorted(PLANTED))
def planted(request) -> tuple[str, Case, pd.DataFrame]:
    return request.param, *planted_case(request.param)


def test_planted_outliers_zeros_and_covariates_agree(planted) -> None:
    name, case, table = planted
    fit = fit_counts(case.counts, case.design)
    result = wald_test(fit, case.contrast(*PLANTED[name]), alpha=0.1)
    # a gene whose only counts were replaced has p 1 there and NA here (docs/deviations.md)
    kept = ~(fit.replaced & (fit.base_mean == 0))
    assert np.sum(~kept) <= 1
    assert np.array_equal(fit.replaced, (table["replace"].fillna(value=False)).astype(bool))
    for ours, column in (
        (fit.dispersion, "dispersion"),
        (fit.dispersion_map, "dispMAP"),
        (result.lfc_se, "lfcSE"),
        (result.p_value, "pvalue"),
        (result.padj, "padj"),
    ):
        assert share_beyond(ours, table[column], 1e-3, where=kept) == 0, column
    assert share_beyond(result.log2_fold_change, table["log2FoldChange"], 1e-4, relative=False, where=kept) <= 0.002
    silent = table.index.isin([f"g{i:04d}" for i in range(6, 13)]) & (name == "three_groups_of_3")
    assert share_beyond(result.base_mean, table["baseMean"], 1e-8) == 0
    assert np.isfinite(result.lfc_shrunken[silent]).all()


def test_planted_likelihood_ratios_agree(planted) -> None:
    name, case, table = planted
    fit = fit_counts(case.counts, case.design)
    n_reduced = 2 if name in ("uneven_batch", "covariate") else 1
    result = likelihood_ratio_test(fit, case.design.model_matrix[:, :n_reduced], alpha=0.1)
    # where least squares fails the reference computes the likelihood at means of at least 0.5, which are not the
    # fitted ones: extreme planted outliers only, none in the real sets
    assert share_beyond(result.stat, table["lrt_stat"], 1e-3) <= 0.01


def test_planted_transformation_agrees_below_1000_genes(planted) -> None:
    _, case, table = planted
    expected = table[[f"{name}.1" for name in case.counts.sample_ids]].to_numpy()
    np.testing.assert_allclose(vst(case.counts), expected, atol=1e-4, rtol=0)


def test_size_factors_are_found_from_data_frames_too(planted) -> None:
    _, case, _ = planted
    assert np.array_equal(size_factors(case.counts.frame), size_factors(case.counts))


# the contrast of the model matrix's columns, and the columns of the reduced design; dispersions of a local trend too
DESIGNS = {
    "interaction": ([0, 0, 0, 1], np.eye(4)[:, :3]),
    "no_intercept": ([-1, 1, 0, 0], np.array([[1, 1, 1, 0], [0, 0, 0, 1]]).T),
    "many_samples": ([0, 0, 0, 1], np.eye(4)[:, :3]),  # 13 genes with outliers replaced
    "local_trend": ([0, 1], np.eye(2)[:, :1]),
}


@pytest.mark.parametrize("name", sorted(DESIGNS))
def test_planted_designs_agree(name: str) -> None:
    # reached: 1e-6, but p = 6e-5 and the ratio 4e-4 where the reference's reduced fit stops a step earlier
    case, table = planted_design(name)
    vector, reduced = DESIGNS[name]
    fit = fit_counts(case.counts, case.design)
    assert fit.trend.kind == ("local" if name == "local_trend" else "parametric")
    assert np.array_equal(fit.replaced, table["replace"].fillna(value=False).astype(bool))
    result = wald_test(fit, Contrast("coefficient", "tested", "reference", np.array(vector, float)), alpha=0.1)
    for ours, column, tolerance in (
        (fit.base_mean, "baseMean", 1e-8),
        (fit.dispersion_trend, "dispFit", 1e-6),
        (fit.dispersion, "dispersion", 1e-4),
        (result.lfc_se, "lfcSE", 1e-4),
        (result.p_value, "pvalue", 1e-3),
        (result.padj, "padj", 1e-3),
    ):
        assert share_beyond(ours, table[column], tolerance) == 0, column
    assert share_beyond(result.log2_fold_change, table["log2FoldChange"], 1e-6, relative=False) == 0
    ratio = likelihood_ratio_test(fit, case.design.model_matrix @ reduced)
    assert share_beyond(ratio.stat, table["lrt_stat"], 1e-3) == 0
    stable = fit_vst(case.counts, fit.size_factors, model_matrix=case.design.model_matrix, n_subset=None).values
    # eight decimals of the file
    np.testing.assert_allclose(stable[:, [0, -1]], table[["vst_first", "vst_last"]], atol=1e-6)


@pytest.mark.parametrize("name", ["many_samples", "covariate"])
def test_shrunken_fold_changes_agree_with_apeglm(name: str) -> None:
    # PyDESeq2 0.5.4 stops its search at 1e-8 of the loss: 0.002 in 99 % of genes is its own accuracy
    case = planted_design(name)[0] if name == "many_samples" else planted_case(name)[0]
    fit = fit_counts(case.counts, case.design)
    table = pd.read_csv(REFERENCE / "shrunken.csv").query("table == @name").set_index("gene_id")
    ours = pd.Series(shrink_contrast(fit, np.eye(fit.coefficients.shape[1])[-1]), index=case.counts.gene_ids)
    distance = np.abs(ours[table.index] - table["log2_fold_change"])
    assert distance.quantile(0.99) < 2e-3
    assert np.mean(distance > 1e-2) <= 0.003  # one gene, 16.03 against 16.02
