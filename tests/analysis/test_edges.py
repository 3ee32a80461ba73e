"""Odd but legitimate studies through the whole analysis: no crash, nothing that is not finite, honest words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.run import analyse
from heatleaf.analysis.settings import Settings
from heatleaf.errors import UserError
from heatleaf.model import CountTable
from heatleaf.report import write_folder

Frame = pd.DataFrame


def simulate(
    n_genes: int = 150, n_samples: int = 6, *, n_changed: int = 40, fold: float = 4.0, seed: int = 11
) -> Frame:
    """Counts of samples s1 ...; the first genes are `fold` higher in the second half of the samples."""
    rng = np.random.default_rng(seed)
    is_changed = (np.arange(n_genes) < n_changed)[:, None] & (np.arange(n_samples) >= n_samples // 2)
    mean = rng.lognormal(5, 1, (n_genes, 1)) * np.where(is_changed, fold, 1.0)
    counts = rng.negative_binomial(20, 20 / (20 + mean))
    return Frame(counts, [f"gene{i}" for i in range(n_genes)], [f"s{i + 1}" for i in range(n_samples)])


def describe(counts: Frame, **columns: list[object]) -> Frame:
    return Frame({name: list(map(str, values)) for name, values in columns.items()}, counts.columns)


def halves(counts: Frame, *, low: str = "control", high: str = "treated") -> Frame:
    n_samples = counts.shape[1]
    return describe(counts, condition=[high if i >= n_samples // 2 else low for i in range(n_samples)])


def codes(analysis: Analysis) -> set[str]:
    return {message.code for message in analysis.messages}


def told(analysis: Analysis) -> str:
    return "\n".join(finding.text for finding in analysis.findings)


def require_sound(analysis: Analysis) -> Analysis:
    """Check what holds for every analysis: finite values, a partition, p-values within 0 and 1."""
    assert np.isfinite(analysis.vst).all()
    assert np.isfinite(analysis.norm_counts).all()
    assert (analysis.size_factors > 0).all()
    spec = analysis.heatmap.spec
    assert spec.n_genes == len(analysis.heatmap.clusters.gene_ids) > 0
    for comparison in analysis.comparisons:
        result = comparison.differential
        p_values = result.p_value[~np.isnan(result.p_value)]
        assert ((p_values >= 0) & (p_values <= 1)).all()
        assert not np.isinf(result.log2_fold_change).any()
    assert "nan" not in told(analysis).lower().split()
    return analysis


# whole runs, with the folder


def test_whole_folder_of_hostile_names_and_an_interaction(tmp_path: Path) -> None:  # S13, S14, B41, R32
    counts = simulate(n_samples=8)
    genes = [
        "<img src=x onerror=alert(1)>",
        "=HYPERLINK(1)",
        "a b",
        "ge\u0301ne",
        "\u03b2-actin",
        "L" * 500,
        "x/y",
        "-AS1",
    ]
    counts.index = pd.Index([*genes, *counts.index[len(genes) :]])
    counts.columns = pd.Index(["s 1", "<b>2</b>", "3", "-4", "S/5", "s" * 80, "a\\b", "%"])
    genotype, drug = ["WT", "WT", "K" * 60, "K" * 60] * 2, ["none"] * 4 + ["<i>drug</i> 10/uM"] * 4
    samples = describe(counts, genotype=genotype, drug=drug)
    analysis = require_sound(analyse(counts, samples, Settings(design="~ genotype * drug")))
    files = write_folder(analysis, tmp_path)
    assert all(path.stat().st_size for path in files)
    assert {path.parent.name for path in files if path.parent != tmp_path} == {"figures", "tables"}
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for markup in ("<img src=x", "<b>2</b>", "<i>drug"):
        assert markup not in page


# analysis only


def test_two_samples_without_a_test() -> None:
    counts = simulate(n_samples=2)
    analysis = require_sound(analyse(counts, None, Settings(test=False)))
    assert analysis.pca is None
    assert "No differential test was made" in told(analysis)
    with pytest.raises(UserError, match="no replicates: 2 samples, 2 coefficients"):
        analyse(counts, halves(counts), Settings(design="~ condition"))


def test_two_against_two() -> None:
    counts = simulate(n_samples=4)
    analysis = require_sound(analyse(counts, halves(counts)))
    assert analysis.comparisons[0].differential.is_up.sum() > 20


def test_three_genes() -> None:
    counts = simulate(3, n_changed=1)
    analysis = require_sound(analyse(counts, halves(counts)))
    assert analysis.heatmap.spec.n_genes == 3
    assert "few_genes" in codes(analysis)


def test_two_genes() -> None:
    counts = simulate(2, n_changed=1)
    assert require_sound(analyse(counts, halves(counts))).heatmap.spec.n_genes == 2


def test_all_genes_but_two_are_zero() -> None:
    counts = simulate(120)
    counts.iloc[2:] = 0
    analysis = require_sound(analyse(counts, halves(counts)))
    assert analysis.heatmap.spec.n_genes == 2
    result = analysis.comparisons[0].differential
    assert np.isnan(result.p_value[2:]).all()  # N1
    assert set(result.status[2:]) == {"all_zero"}


def test_all_genes_but_one_are_constant() -> None:
    counts = simulate(120)
    counts.iloc[1:] = 50
    counts.iloc[0] = [5, 6, 7, 500, 600, 700]
    analysis = require_sound(analyse(counts, halves(counts)))
    assert "gene0" in analysis.heatmap.clusters.gene_ids


def test_one_gene_holds_nearly_all_reads() -> None:
    counts = simulate()
    counts.iloc[100] = [10**12 + i for i in range(6)]
    analysis = require_sound(analyse(counts, halves(counts)))
    assert analysis.comparisons[0].differential.is_up.sum() > 20


def test_nothing_differs() -> None:  # N34
    counts = simulate(n_changed=0)
    analysis = require_sound(analyse(counts, halves(counts)))
    comparison = analysis.comparisons[0]
    assert comparison.heatmap is None or comparison.differential.is_significant.sum() >= 2
    if not comparison.differential.is_significant.any():
        assert "no gene differs" in told(analysis)


def test_everything_differs() -> None:
    counts = simulate(n_changed=75, fold=30)
    counts.iloc[75:, :3] *= 30
    analysis = require_sound(analyse(counts, halves(counts)))
    assert analysis.comparisons[0].differential.is_significant.sum() > 140


def test_a_number_alone_as_design() -> None:
    counts = simulate()
    samples = describe(counts, dose=[0, 1, 2, 3, 4, 5])
    analysis = require_sound(analyse(counts, samples, Settings(design="~ dose")))
    assert "factor_numeric" in codes(analysis)
    asked = Settings(design="~ dose", contrasts=(("dose", "5", "0"),))
    other = require_sound(analyse(counts, samples, asked))
    unit = analysis.comparisons[0].differential.log2_fold_change
    assert np.allclose(other.comparisons[0].differential.log2_fold_change, 5 * unit, atol=1e-6, equal_nan=True)


def test_a_number_beside_a_factor() -> None:
    counts = simulate(n_samples=8)
    samples = halves(counts).assign(age=[str(30 + 7 * i % 11) for i in range(8)])
    analysis = require_sound(analyse(counts, samples, Settings(design="~ age + condition")))
    assert analysis.comparisons[0].differential.contrast.factor == "condition"


def test_pairs() -> None:
    counts = simulate()
    samples = halves(counts).assign(donor=list("abcabc"))
    analysis = require_sound(analyse(counts, samples))
    assert analysis.design is not None
    assert analysis.design.formula == "~ donor + condition"


def test_sample_names_that_are_numbers() -> None:
    counts = simulate()
    counts.columns = pd.Index(range(6))
    analysis = require_sound(analyse(counts, halves(counts)))
    assert analysis.counts.sample_ids == ("0", "1", "2", "3", "4", "5")


def test_twelve_levels() -> None:
    counts = simulate(n_samples=24)
    samples = describe(counts, time=[f"{i // 2}h" for i in range(24)])
    analysis = require_sound(analyse(counts, samples))
    assert [comparison.differential.contrast.name for comparison in analysis.comparisons] == [
        f"time_{hours}h_vs_0h" for hours in range(1, 12)
    ]


def test_genes_of_a_known_organism_without_any_in_the_built_in_sets() -> None:
    counts = simulate()
    counts.index = pd.Index([f"ENSG{i:011d}" for i in range(90_000_000_000, 90_000_000_150)])
    analysis = require_sound(analyse(counts, halves(counts)))
    assert "none of the 150 genes occurs in the built-in gene sets" in str(analysis.messages)
    assert analysis.heatmap.enrichment == {}


def test_symbols_that_several_genes_share() -> None:
    counts = simulate()
    counts.index = pd.Index([f"ENSG{i:011d}" for i in range(150)])
    table = replace(CountTable.from_frame(counts), gene_symbols=("SAME",) * 150)
    analysis = require_sound(analyse(table, None, Settings(test=False)))
    assert len(set(analysis.heatmap.clusters.gene_ids)) == 150


def test_two_hundred_samples() -> None:
    counts = simulate(200, 200)
    analysis = require_sound(analyse(counts, halves(counts)))
    assert analysis.heatmap.spec.n_samples == 200


def test_more_genes_asked_for_than_there_are_and_more_clusters_than_genes() -> None:
    counts = simulate(30)
    analysis = require_sound(analyse(counts, halves(counts), Settings(top=10**6, clusters=50)))
    assert analysis.heatmap.clusters.n_clusters == 30


@pytest.mark.parametrize("metric", ["euclidean", "correlation", "spearman", "cosine"])
@pytest.mark.parametrize("method", ["average", "ward", "complete", "single", "weighted"])
def test_every_linkage_with_every_metric(method: str, metric: str) -> None:
    counts = simulate(60)
    settings = Settings(linkage_method=method, metric=metric, test=False)
    assert require_sound(analyse(counts, None, settings)).heatmap.spec.n_genes == 60


def test_a_linkage_that_is_not_known_is_refused_before_any_work() -> None:
    with pytest.raises(UserError, match="'nearest' is not a linkage") as refusal:
        analyse(simulate(), None, Settings(linkage_method="nearest"))
    assert refusal.value.code == "option"
