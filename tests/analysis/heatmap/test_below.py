"""Heatmaps below each other: the samples of one, the rows, blocks and colours of each, matched by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heatleaf import Heatmap
from heatleaf.errors import UserError
from heatleaf.figures.canvas import CellsMark, TextMark
from heatleaf.figures.heatmap.draw import draw_heatmap
from heatleaf.figures.heatmap.fit import lay_out
from heatleaf.io import read_clusters

PATIENTS = [f"P{i:02d}" for i in range(12)]
IS_TREATED = np.arange(12) >= 6
SAMPLES = pd.DataFrame({"arm": np.where(IS_TREATED, "drug", "control"), "sex": list("fm") * 6}, index=PATIENTS)


def values(names: list[str], level: float) -> pd.DataFrame:
    """Every other row rises in the treated, the others fall."""
    rises = np.where(np.arange(len(names))[:, None] % 2, IS_TREATED, ~IS_TREATED)
    noise = np.random.default_rng(len(names)).normal(0, 0.3, (len(names), 12))
    return pd.DataFrame(level + 2 * rises + noise, names, PATIENTS)


def genes() -> Heatmap:
    return Heatmap(values([f"GENE{i}" for i in range(100)], 8), SAMPLES).split_columns("arm").split_rows(2).title("RNA")


def proteins() -> Heatmap:
    """Measured in the same patients, listed the other way round."""
    return Heatmap(values([f"GENE{i}" for i in range(12)], 25)[PATIENTS[::-1]]).split_rows(2).title("Protein")


def scores() -> Heatmap:
    table = values(["hypoxia", "EMT", "cell cycle"], 0) - 1
    return Heatmap(table).scale("none").colours("orange-white-purple").split_rows(None).title("Scores")


def test_rows_follow_each_other_and_samples_are_matched_by_name() -> None:
    spec = genes().above(proteins()).spec
    assert [(band.title, band.start, band.stop) for band in spec.bands] == [("RNA", 0, 100), ("Protein", 100, 112)]
    assert spec.column_names == genes().spec.column_names and spec.column_trees and spec.group_name == "arm"
    alone = pd.DataFrame(proteins().spec.matrix, proteins().spec.row_ids, proteins().spec.column_names)
    together = pd.DataFrame(spec.matrix[100:], spec.row_ids[100:], spec.column_names)
    pd.testing.assert_frame_equal(together.loc[alone.index, alone.columns], alone)


def test_blocks_are_numbered_on_and_trees_stand_over_their_rows() -> None:
    spec = (genes() / proteins() / scores()).spec
    assert [(block.name, block.start, block.stop) for block in spec.row_blocks][2:] == [
        ("C3", 100, 106), ("C4", 106, 112), ("C5", 112, 115),
    ]  # fmt: skip
    assert [(tree.links[:, :2].min(), tree.links[:, :2].max()) for tree in spec.row_trees] == [
        (0, 99),
        (100, 111),
        (112, 114),
    ]
    assert spec.row_names[112:] == scores().spec.row_names


def test_colours_are_shared_where_they_mean_the_same() -> None:
    rna, protein, score = (genes() / proteins() / scores()).spec.bands
    assert protein.shares_scale and (protein.scale.low, protein.scale.high) == (rna.scale.low, rna.scale.high)
    assert not score.shares_scale and score.scale.stops != rna.scale.stops
    limited = (genes() / proteins().colours(limit=1)).spec.bands[1]
    assert not limited.shares_scale and limited.scale.high == 1.0


def test_the_shared_key_explains_the_cells_of_all() -> None:
    """A missing protein is explained at the bar of the genes, which none lacks."""
    holed = values([f"GENE{i}" for i in range(12)], 25)
    holed.iloc[0, 0] = np.nan
    rna, protein = (genes() / Heatmap(holed).title("Protein")).spec.bands
    assert rna.scale.has_missing and protein.shares_scale
    assert sum(rna.scale.histogram) == 112 * 12 - 1


def test_cells_have_the_colours_of_their_band() -> None:
    spec = (genes() / scores()).spec
    layout = lay_out(spec)
    cells = [mark for mark in draw_heatmap(spec).marks if isinstance(mark, CellsMark)]
    x, rows = layout.panels[0].edges[0].mean(), layout.row_edges.mean(axis=1)
    for band in spec.bands:
        for row, (red, green, blue) in enumerate(
            band.scale.colours(spec.matrix[band.start : band.stop, 0]), band.start
        ):
            (colour,) = {mark.colour.upper() for mark in cells if covers(mark.boxes, x, rows[row])}
            assert colour == f"#{red:02X}{green:02X}{blue:02X}"


def covers(boxes: np.ndarray, x: float, y: float) -> bool:
    left, top, width, height = boxes.T
    return bool(((left < x) & (x < left + width) & (top < y) & (y < top + height)).any())


def test_means_stand_beside_rows_that_one_scale_can_show() -> None:
    """Log counts and intensities of proteins lie apart; two lists of genes do not."""
    assert "mean log2" not in [track.name for track in (genes() / proteins()).spec.row_tracks]
    both = (genes() / genes().show_genes(["GENE1", "GENE2"])).spec
    (strip,) = [track for track in both.row_tracks if track.name == "mean log2"]
    assert len(strip.values) == 102 and not strip.has_missing


def test_tracks_that_only_some_rows_have_are_empty_beside_the_others() -> None:
    hits = pd.Series(["yes", "no"] * 6, index=[f"GENE{i}" for i in range(12)], name="hit")
    (track,) = [t for t in (genes() / proteins().annotate_rows(hits)).spec.row_tracks if t.name == "hit"]
    assert set(track.texts[:100]) == {""} and set(track.texts[100:]) == {"yes", "no"}


@pytest.mark.parametrize("paper", ["", "nature-single", "cell-double"])
def test_every_text_is_on_the_page_and_titles_stand_above_their_rows(paper: str) -> None:
    figure = (genes() / proteins() / scores()).title("Three measurements of the same patients")
    canvas = draw_heatmap((figure.fit(paper) if paper else figure).spec)
    texts = [mark for mark in canvas.marks if isinstance(mark, TextMark)]
    assert all(mark.box[0] >= 0 and mark.box[2] <= canvas.width and mark.box[3] <= canvas.height for mark in texts)
    titles = {mark.text: mark.box for mark in texts if mark.text in ("RNA", "Protein", "Scores")}
    assert titles["RNA"][1] < titles["Protein"][1] < titles["Scores"][1]
    written = [mark.text for mark in texts]
    assert "RNA, Protein: row z-score (log scale)" in written
    assert paper == "nature-single" or {"hypoxia", "EMT", "cell cycle"} <= set(written)
    edges = lay_out((figure.fit(paper) if paper else figure).spec).row_edges
    assert (np.diff(edges[:, 0]) > 0).all() and (edges[1:, 0] >= edges[:-1, 1] - 1e-9).all()


def test_names_of_few_rows_are_kept_where_the_page_is_low() -> None:
    """On a page the rows of the large heatmap give way, and those of the small ones keep their names."""
    layout = lay_out((genes() / scores()).fit("nature-single").spec)
    assert set(range(100, 103)) <= set(layout.named_rows)


def test_the_export_names_every_gene_once_and_numbers_clusters_on(tmp_path: Path) -> None:
    figure = genes() / proteins()
    figure.export(tmp_path)
    clusters, _ = read_clusters(tmp_path / "heatmap_clusters.tsv")
    assert clusters.n_clusters == 4 and "GENE3 (Protein)" in clusters.gene_ids
    assert list(figure.clusters["gene_id"]) == list(clusters.gene_ids)


def refusals() -> dict[str, tuple[Callable[[Path], object], str, str]]:
    fewer = Heatmap(values(["a", "b", "c"], 5)[PATIENTS[:6]])
    return {
        "samples": (
            lambda _: genes().above(fewer),
            "sheet_lacks",
            "the heatmap below: 6 of 12 samples are missing (P06, P07, P08, P09, P10 ...).",
        ),
        "both ways": (
            lambda _: (genes() + genes()).above(proteins()),
            "option",
            "heatmaps stand beside each other or below each other, not both. Fix: save them as two figures.",
        ),
        "page": (
            lambda folder: (genes() / proteins()).save(folder / "stack.html"),
            "option",
            "heatmaps below each other have no page to handle them in. Fix: save a .pdf, .svg or .png, or each",
        ),
    }


@pytest.mark.parametrize("case", refusals())
def test_refusals(case: str, tmp_path: Path) -> None:
    ask, code, sentence = refusals()[case]
    with pytest.raises(UserError) as error:
        ask(tmp_path)
    assert error.value.code == code
    assert str(error.value).startswith(sentence)


def test_a_notebook_shows_the_figure() -> None:
    assert list((genes() / proteins())._repr_mimebundle_()) == ["image/svg+xml"]  # type: ignore[call-overload]
