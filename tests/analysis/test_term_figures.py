"""Figures of gene sets from a real analysis: what they show agrees with the tables, and nothing is drawn of nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import heatleaf
from heatleaf.analysis.result import Analysis
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.term_figures import make_cluster_terms, make_term_figures
from heatleaf.report import write_folder


def make_analysis(folder: Path, *, change: float = 2.0) -> Analysis:
    """600 genes of 4 and 4 samples: sets A and B of 30 genes rise (B holds two thirds of A), set D of 30 falls."""
    rng = np.random.default_rng(5)
    mean = rng.lognormal(5, 1, (600, 1)) * np.ones((600, 8))
    log2_change = np.zeros(600)
    log2_change[:40], log2_change[100:130] = change, -change
    mean[:, 4:] *= 2.0 ** log2_change[:, None]
    counts = rng.negative_binomial(20, 20 / (20 + mean))
    genes = [f"GENE{i}" for i in range(600)]
    rest = {f"N{k}": range(200 + 40 * k, 240 + 40 * k) for k in range(10)}
    sets = {"A": range(30), "B": range(10, 40), "D": range(100, 130), **rest}
    lines = [f"{name}\tset {name}\t" + "\t".join(genes[i] for i in rows) for name, rows in sets.items()]
    path = folder / "sets.gmt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    samples = [f"s{i}" for i in range(8)]
    sheet = pd.DataFrame({"dex": ["no"] * 4 + ["yes"] * 4}, index=samples)
    table = pd.DataFrame(counts, index=genes, columns=samples)
    wanted = Settings(design="~ dex", contrasts=(("dex", "yes", "no"),), gene_sets=(path,), clusters=2, top=100)
    return heatleaf.analyse(table, sheet, wanted)


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return make_analysis(tmp_path_factory.mktemp("terms"))


def test_figures_show_what_the_tables_say(analysis: Analysis) -> None:
    comparison = analysis.comparisons[0]
    figures = make_term_figures(comparison, 0.05)
    assert figures.dots and figures.map and figures.genes and figures.running
    assert figures.reasons == ()
    distinct = [comparison.enrichment[side].distinct(0.05) for side in ("up", "down")]
    found = [f"{n} of {size}" for one in distinct for n, size in zip(one["overlap"], one["set_size"], strict=True)]
    assert [row.found for row in figures.dots.spec.rows] == found
    called = sum(int((table.frame["padj"] < 0.05).sum()) for table in comparison.enrichment.values())
    assert called == 3 and len(figures.map.spec.dots) == 3
    assert figures.map.spec.inner_links == ((0, 1),), "A and B share two thirds of their genes"
    assert [label.note for label in figures.map.spec.labels] == ["2 sets", ""]


def test_genes_are_coloured_by_their_own_fold_change(analysis: Analysis) -> None:
    figures = make_term_figures(analysis.comparisons[0], 0.05)
    assert figures.genes
    result = analysis.comparisons[0].differential
    change = dict(zip(result.gene_ids, result.lfc_shrunken, strict=True))
    for chip in figures.genes.spec.genes:
        is_red = int(chip.colour[1:3], 16) > int(chip.colour[5:], 16)
        assert is_red == (change[chip.name] > 0), chip.name
    assert all(len([link for link in figures.genes.spec.links if link[0] == i]) >= 10 for i in range(2))


def test_running_sums_peak_at_the_score_of_the_table(analysis: Analysis) -> None:
    comparison = analysis.comparisons[0]
    figures = make_term_figures(comparison, 0.05)
    assert figures.running and comparison.ranked is not None
    rows = comparison.ranked.set_index("set_name")
    assert {panel.direction for panel in figures.running.spec.panels} == {1, -1}
    for panel in figures.running.spec.panels:
        row = rows.loc[" ".join(panel.title)]
        _, top, _, height = panel.box
        scale = (panel.ticks[1][0] - panel.ticks[0][0]) / 0.2
        sums = (panel.curve[:, 1] - panel.zero) / scale
        peak = sums[np.argmax(np.abs(sums))]
        assert peak == pytest.approx(row["ES"], abs=0.002)
        assert panel.curve[:, 1].min() >= top - 1e-3 and panel.curve[:, 1].max() <= top + height + 1e-3
        inside = (panel.members >= panel.leading[0]) & (panel.members <= panel.leading[1])
        assert int(inside.sum()) == row["n_leading"]


def test_clusters_have_dots_only_where_a_set_is_called(analysis: Analysis) -> None:
    plate = make_cluster_terms(analysis.heatmap, 0.05)
    assert plate is not None
    called = {
        (number, row["set_name"])
        for number, table in analysis.heatmap.enrichment.items()
        for row in table.frame[table.frame["padj"] < 0.05].to_dict("records")
    }
    names = {" ".join(lines): y for lines, y in plate.spec.rows}
    columns = {int(name[1:]): x for x, name, _ in plate.spec.columns}
    drawn = {(dot.x, dot.y) for dot in plate.spec.dots}
    assert drawn == {(columns[number], names[name]) for number, name in called if name in names}


def test_the_folder_holds_them_and_the_page_shows_them(analysis: Analysis, tmp_path: Path) -> None:
    write_folder(analysis, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for kind in ("terms", "term_map", "term_genes", "term_running"):
        for image_format in ("pdf", "svg", "png"):
            assert (tmp_path / f"figures/{kind}_dex_yes_vs_no.{image_format}").stat().st_size > 1000
            assert f'href="figures/{kind}_dex_yes_vs_no.{image_format}"' in page
    assert (tmp_path / "figures/term_clusters.svg").exists() and 'href="figures/term_clusters.svg"' in page
    assert "A group is one story told by its genes, not several results." in page


def test_one_set_has_no_map_and_the_report_says_so(analysis: Analysis) -> None:
    comparison = analysis.comparisons[0]
    down = {"down": comparison.enrichment["down"]}
    figures = make_term_figures(replace(comparison, enrichment=down), 0.05)
    assert figures.dots and len(figures.dots.spec.rows) == 1 and figures.map is None
    assert figures.reasons == ("A single gene set stands out; a map of gene sets needs two.",)


def test_nothing_is_drawn_of_noise_and_the_report_says_why_n34(tmp_path: Path) -> None:
    noise = make_analysis(tmp_path, change=0.0)
    figures = make_term_figures(noise.comparisons[0], 1e-9)
    assert (figures.dots, figures.map, figures.genes, figures.running) == (None, None, None, None)
    assert figures.reasons == (
        "No gene set is over-represented at an adjusted p-value below 1e-09, so no figure of gene sets is drawn.",
        "No gene set leans towards either end of all genes at 1e-09, so no running scores are drawn.",
    )
    quiet = replace(noise, settings=replace(noise.settings, alpha=1e-9))
    names = {path.name for path in write_folder(quiet, tmp_path)}
    assert not [name for name in names if name.startswith("term")]
    assert "so no figure of gene sets is drawn." in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_without_gene_sets_there_are_no_figures_of_them(analysis: Analysis) -> None:
    figures = make_term_figures(replace(analysis.comparisons[0], tester=None), 0.05)
    assert figures.dots is None and figures.reasons == ()
