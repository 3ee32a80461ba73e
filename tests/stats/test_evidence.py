"""What a call rests on: the share of counting by simulation and by formula, and the reasons of NA beside DESeq2's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from reference_tables import make_table, real_case

from heatleaf.model import SampleSheet
from heatleaf.stats import fit_counts, wald_test
from heatleaf.stats.contrast import build_contrast
from heatleaf.stats.design import build_design
from heatleaf.stats.evidence import contrast_variance, counting_share, p_cutoff, weigh_evidence

SHEET = SampleSheet(tuple(f"s{i}" for i in range(6)), {"group": ("a",) * 3 + ("b",) * 3})


def test_the_variance_of_two_groups_is_the_textbook_sum() -> None:
    """Var of a difference of log means: the sum of 1 / (n w) over the groups (Hart et al. 2013, eq. 1)."""
    design = build_design(SHEET, "~ group")
    mu, dispersion = np.array([[50.0] * 3 + [200.0] * 3]), 0.3
    weights = mu / (1 + dispersion * mu)
    expected = (1 / 50 + dispersion) / 3 + (1 / 200 + dispersion) / 3
    assert contrast_variance(design.model_matrix, weights, np.array([0.0, 1.0]))[0] == pytest.approx(expected, rel=1e-6)


def simulated(seed: int = 1):
    rng = np.random.default_rng(seed)
    mean = np.repeat(rng.lognormal(4, 2, (400, 1)), 6, axis=1)
    mean[:100, 3:] *= 3
    counts = rng.negative_binomial(5, 5 / (5 + mean))
    frame = pd.DataFrame(counts, index=[f"g{i}" for i in range(400)], columns=list(SHEET.sample_ids))
    design = build_design(SHEET, "~ group")
    return fit_counts(make_table(frame), design)


def test_the_share_of_counting_falls_with_the_mean() -> None:
    fit = simulated()
    genes = np.flatnonzero(fit.base_mean > 0)
    share = counting_share(fit, np.array([0.0, 1.0]), genes)
    mean, dispersion = fit.base_mean[genes], fit.dispersion[genes]
    assert np.all((share >= 0) & (share <= 1))
    np.testing.assert_allclose(share, 1 / (1 + dispersion * mean), atol=0.25)
    assert share[mean > 1000].max() < 0.05 < 0.2 < share[mean < 2].min()


def test_the_cutoff_parts_called_genes_from_the_others() -> None:
    result = wald_test(simulated(), build_contrast(build_design(SHEET, "~ group"), "group", "b", "a"), shrink=False)
    cutoff = p_cutoff(result)
    kept = np.isfinite(result.padj)
    np.testing.assert_array_equal((result.p_value <= cutoff) & kept, result.is_significant)
    assert result.is_significant.any()


def test_the_needed_change_is_the_one_at_the_cutoff() -> None:
    fit = simulated()
    result = wald_test(fit, build_contrast(fit.design, "group", "b", "a"), shrink=False)
    needed = weigh_evidence(fit, result).needed_lfc
    kept = np.isfinite(result.padj)
    np.testing.assert_array_equal((np.abs(result.log2_fold_change) >= needed - 1e-9)[kept], result.is_significant[kept])


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "contrast", "file"),
    [
        ("airway", ("dex", "treated", "control"), "dex"),
        ("pasilla", ("condition", "treated", "untreated"), "condition"),
        ("gse96870", ("time", "Day8", "Day0"), "Day8_vs_Day0"),
    ],
)
def test_the_reasons_of_na_are_those_of_deseq2(
    data: Path, name: str, contrast: tuple[str, str, str], file: str
) -> None:
    """The p-value without outlier check and the padj without filter, gene by gene, and NA for the same reason."""
    case = real_case(data, name)
    fit = fit_counts(case.counts, case.design)
    result = wald_test(fit, case.contrast(*contrast), alpha=0.1, shrink=False)
    evidence = weigh_evidence(fit, result)
    gold = pd.read_csv(data / name / f"gold/deseq2_results_{file}.csv.gz", index_col=0).loc[list(result.gene_ids)]
    status = np.array(result.status)
    reasons = {
        "all_zero": (gold["baseMean"] == 0),
        "outlier": gold["pvalue"].isna() & (gold["baseMean"] > 0),
        "low_mean": gold["padj"].isna() & gold["pvalue"].notna(),
    }
    for reason, expected in reasons.items():
        assert np.mean((status == reason) != expected.to_numpy()) < 0.001, reason
        assert (status == reason).sum() == pytest.approx(expected.sum(), abs=2)
    for ours, column in (
        (evidence.p_without_cooks, "pvalue_noCooksFilter"),
        (evidence.padj_unfiltered, "padj_noIndependentFiltering"),
    ):
        theirs = gold[column].to_numpy()
        known = np.isfinite(theirs) & np.isfinite(ours) & (theirs > 1e-290)
        assert np.mean(np.isfinite(theirs) != np.isfinite(ours)) < 0.001
        assert np.mean(np.abs(np.log10(ours[known]) - np.log10(theirs[known])) > 0.005) < 0.001
