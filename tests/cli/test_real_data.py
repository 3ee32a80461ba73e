"""Real studies with one command each, and the numbers in the folder beside those of R (data/README.md)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heatleaf.cli import main

pytestmark = [pytest.mark.data, pytest.mark.slow, pytest.mark.xdist_group("command line")]

STUDIES = {
    "airway": ("counts.csv.gz", "metadata.csv", "dex_treated_vs_control", "deseq2_results_dex.csv.gz"),
    "pasilla": (
        "pasilla_gene_counts.tsv",
        "pasilla_sample_annotation.csv",
        "condition_treated_vs_untreated",
        "deseq2_results_condition.csv.gz",
    ),
}


@pytest.fixture(scope="module", params=STUDIES)
def study(request: pytest.FixtureRequest, data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Run a study without any option: its folder of results, and the folder of its data."""
    counts, sheet, _, _ = STUDIES[request.param]
    folder, out = data / request.param, tmp_path_factory.mktemp(request.param) / "out"
    assert main(["run", str(folder / counts), str(folder / sheet), "-o", str(out), "--quiet"]) == 0
    return out, folder


def indexed(path: Path, column: str) -> pd.DataFrame:
    return pd.read_csv(path, sep="\t").set_index(column)


def test_size_factors_equal_r(study: tuple[Path, Path]) -> None:
    out, folder = study
    ours = indexed(out / "tables/size_factors.tsv", "sample")["size_factor"]
    reference = pd.read_csv(folder / "gold/deseq2_size_factors.csv", index_col=0).iloc[:, 0]
    np.testing.assert_allclose(ours, reference.loc[ours.index], rtol=1e-8)


def share_close(ours: pd.Series, reference: pd.Series, *, atol: float = 0.0, rtol: float = 0.0) -> float:
    """Share of genes that are within the tolerance, or NA in both."""
    return float(np.isclose(ours, reference, atol=atol, rtol=rtol, equal_nan=True).mean())


def test_the_test_equals_r(study: tuple[Path, Path]) -> None:
    """For 99.9 % of genes: log2 fold change within 1e-4, standard error 1e-3, log10 p 0.005; calls differ in 0.1 %.

    The levels of the block stand in natural order here and in the order of the locale in R, so that the iterations take
    another path: genes with a count or two may stop elsewhere.
    """
    out, folder = study
    _, _, contrast, reference_file = STUDIES[folder.name]
    ours = indexed(out / f"tables/differential_{contrast}.tsv", "gene_id")
    reference = pd.read_csv(folder / "gold" / reference_file, index_col=0).loc[ours.index]
    np.testing.assert_allclose(ours["baseMean"], reference["baseMean"], rtol=1e-8)
    assert share_close(ours["log2FoldChange"], reference["log2FoldChange"], atol=1e-4) > 0.999
    assert share_close(ours["lfcSE"], reference["lfcSE"], rtol=1e-3) > 0.999
    tested = reference["pvalue"] > 1e-300
    log10_p = [np.log10(table["pvalue"][tested]) for table in (ours, reference)]
    assert share_close(*log10_p, atol=0.005) > 0.999
    assert (ours["pvalue"].isna() == reference["pvalue"].isna()).mean() > 0.999
    called = [table < 0.05 for table in (ours["padj"], reference["padj_alpha0.05"])]
    assert (called[0] != called[1]).sum() <= 0.001 * called[1].sum()


def test_the_transformation_equals_r(study: tuple[Path, Path]) -> None:
    out, folder = study
    ours = indexed(out / "tables/vst.tsv", "gene_id").drop(columns="gene_symbol")
    reference = pd.read_csv(folder / "gold/deseq2_vst_blind.csv.gz", index_col=0).loc[ours.index, ours.columns]
    np.testing.assert_allclose(ours, reference, atol=1e-4)


def test_the_heatmap_shows_the_most_variable_genes(study: tuple[Path, Path]) -> None:
    out, folder = study
    shown = set(pd.read_csv(out / "tables/heatmap_clusters.tsv", sep="\t")["gene_id"])
    vst = pd.read_csv(folder / "gold/deseq2_vst_blind.csv.gz", index_col=0)
    assert shown == set(vst.var(axis=1).sort_values(ascending=False).index[:500])
