"""The figures behind the tests, from a real analysis of three groups to the folder, the page and `heatleaf gene`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import heatleaf
from heatleaf.analysis.result import Analysis
from heatleaf.analysis.result_figures import make_result_figures, top_genes
from heatleaf.analysis.settings import Settings
from heatleaf.cli import main
from heatleaf.report import write_folder

DAYS = ("day0", "day4", "day8")


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    """400 genes of 4 donors at three times: 40 rise at day 4 and day 8, 30 fall at day 8, 10 rise and then fall."""
    rng = np.random.default_rng(11)
    mean = rng.lognormal(5, 1, (400, 1)) * rng.lognormal(0, 0.2, (400, 4)).repeat(3, axis=1)
    day = np.tile(np.arange(3), 4)
    log2_change = np.zeros((400, 12))
    log2_change[:40] = np.array([0, 2, 2])[day]
    log2_change[40:70] = np.array([0, 0, -2])[day]
    log2_change[70:80] = np.array([0, 2, -2])[day]
    counts = rng.negative_binomial(20, 20 / (20 + mean * 2.0**log2_change))
    samples = [f"d{donor}_{time}" for donor in range(4) for time in DAYS]
    table = pd.DataFrame(counts, index=[f"GENE{i}" for i in range(400)], columns=samples)
    sheet = pd.DataFrame({"day": DAYS * 4, "donor": np.repeat(["A", "B", "C", "D"], 3)}, index=samples)
    contrasts = (("day", "day4", "day0"), ("day", "day8", "day0"))
    return heatleaf.analyse(table, sheet, Settings(design="~ donor + day", contrasts=contrasts))


@pytest.fixture(scope="module")
def folder(analysis: Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("three")
    write_folder(analysis, path)
    return path


def test_every_figure_is_there_in_three_formats_and_on_the_page(folder: Path) -> None:
    names = ["dispersion", "overlap"]
    names += [f"{kind}_day_{day}_vs_day0" for kind in ("genes", "p_values") for day in ("day4", "day8")]
    page = (folder / "report.html").read_text(encoding="utf-8")
    for name in names:
        for image_format in ("pdf", "svg", "png"):
            assert (folder / f"figures/{name}.{image_format}").stat().st_size > 1000
            assert f'href="figures/{name}.{image_format}"' in page
    assert 'id="overlap"' in page and 'id="tests"' in page and 'href="tables/overlap.tsv"' in page


def test_the_table_of_shared_genes_holds_each_called_gene_once(folder: Path, analysis: Analysis) -> None:
    table = pd.read_csv(folder / "tables/overlap.tsv", sep="\t")
    is_called = np.any([comparison.differential.is_significant for comparison in analysis.comparisons], axis=0)
    assert sorted(table["gene_id"]) == sorted(np.array(analysis.counts.gene_ids)[is_called])
    both = table[table["comparisons"] == "day4 vs day0; day8 vs day0"].set_index("gene_id")["direction"]
    assert (both[[f"GENE{i}" for i in range(35) if f"GENE{i}" in both]] == "up").all()
    assert {both.get(f"GENE{i}") for i in range(70, 80)} == {"opposite"}
    sizes = table["intersection"].value_counts().sort_index()
    assert sizes.is_monotonic_decreasing and sizes.index.tolist() == list(range(1, len(sizes) + 1))


def test_the_captions_read_the_figures(analysis: Analysis) -> None:
    figures = make_result_figures(analysis)
    assert figures.dispersion is not None and figures.overlap is not None
    assert "(design ~ donor + day)" in figures.dispersion.caption
    assert "How to read it: at a mean of" in figures.dispersion.caption
    assert "As it should be:" in figures.p_values[1].caption
    genes = figures.genes[1]
    assert genes is not None
    assert genes.caption.startswith("Normalised counts of the 12 genes that are strongest in day8 vs day0")
    assert "of them the two groups lie apart without overlap" in genes.caption
    assert "in opposite directions" in figures.overlap.caption


def test_top_genes_come_from_both_sides_and_fill_up_from_one(analysis: Analysis) -> None:
    result = analysis.comparisons[1].differential
    chosen = top_genes(result)
    assert len(chosen) == 12 and result.is_up[chosen[:6]].all() and result.is_down[chosen[6:]].all()
    few = replace(result, padj=np.where(result.is_down, 1.0, result.padj))
    assert len(top_genes(few)) == 12 and few.is_up[top_genes(few)].all()
    assert top_genes(replace(result, padj=np.ones(400))) == []


def test_donors_are_joined(analysis: Analysis) -> None:
    genes = make_result_figures(analysis).genes[0]
    assert genes is not None
    assert len(genes.spec.panels[0].pairs) == 8, "four donors over three days"


def test_one_comparison_without_calls_has_no_genes_and_no_overlap_n34(analysis: Analysis, tmp_path: Path) -> None:
    one = analysis.comparisons[0]
    silent = replace(one, differential=replace(one.differential, padj=np.ones(400)))
    alone = replace(analysis, comparisons=(silent,))
    figures = make_result_figures(alone)
    assert figures.genes == (None,) and figures.overlap is None
    names = {path.name for path in write_folder(alone, tmp_path)}
    assert "overlap.tsv" not in names and "genes_day_day4_vs_day0.svg" not in names
    assert "p_values_day_day4_vs_day0.svg" in names


def test_without_a_test_there_is_none_of_them(analysis: Analysis) -> None:
    figures = make_result_figures(replace(analysis, comparisons=(), fit=None))
    assert (figures.dispersion, figures.p_values, figures.genes, figures.overlap) == (None, (), (), None)


def test_folder_and_analysis_give_the_same_figure_of_genes(analysis: Analysis, folder: Path) -> None:
    here, there = (heatleaf.plot_genes(source, ["gene3", "GENE75"]) for source in (analysis, folder))
    assert json.dumps(here.spec.to_json()) == json.dumps(there.spec.to_json())
    assert here.render("svg") == there.render("svg")
    assert here._repr_png_().startswith(b"\x89PNG")
    first = here.spec.panels[0]
    assert first.notes[0].startswith("day4 vs day0: log₂ FC +") and len(first.notes) == 2
    assert here.spec.page.title == ("Expression of GENE3 and GENE75",)


def test_the_command_draws_from_the_folder(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "genes.pdf"
    assert main(["gene", "GENE1", "GENE2", str(folder), "-o", str(target)]) == 0
    assert capsys.readouterr().out == f"{target}: 2 genes x 12 samples\n"
    assert target.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("gene", "name", "code", "said"),
    [
        (
            "GENE4000",
            "a.pdf",
            "no_genes",
            "no gene of this run has the id or symbol 'GENE4000'. Fix: did you mean GENE",
        ),
        ("GENE1", "a.txt", "option", "'txt' is not a format of figures. Fix: name the file .pdf, .svg, .png."),
        ("GENE1", "a", "option", "the name has no ending that tells the format"),
    ],
)
def test_the_command_refuses(
    gene: str, name: str, code: str, said: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gene", gene, str(folder), "-o", str(tmp_path / name)]) == 1
    error = capsys.readouterr().err
    assert f"error [{code}]" in error and said in error
    assert not list(tmp_path.iterdir())


def test_a_folder_that_no_run_left_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gene", "GENE1", str(tmp_path), "-o", str(tmp_path / "a.pdf")]) == 1
    assert "is not a folder that heatleaf run left: it has no run.json" in capsys.readouterr().err
