"""The heatmap of extremes: few, many, long, missing and far-off values; nothing is cut off and no texts meet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from heatleaf import Heatmap
from heatleaf.figures.canvas import Canvas, TextMark
from heatleaf.figures.heatmap.draw import draw_heatmap

Check = Callable[[Canvas], None]


def frame(n_genes: int, n_samples: int) -> pd.DataFrame:
    values = np.random.default_rng(0).normal(size=(n_genes, n_samples))
    return pd.DataFrame(values, [f"GENE{i}" for i in range(n_genes)], [f"S{i:03d}" for i in range(n_samples)])


def grouped(matrix: pd.DataFrame, n_groups: int, name: str = "group number {}") -> pd.DataFrame:
    per_group = len(matrix.columns) // n_groups
    return pd.DataFrame({"group": [name.format(i // per_group) for i in range(len(matrix.columns))]}, matrix.columns)


def long_names() -> Heatmap:
    matrix = frame(30, 8)
    matrix.index = [f"GENE_WITH_A_NAME_{i:02d}".ljust(60, "X") for i in range(30)]
    matrix.columns = [f"sample_of_a_patient_{i}_".ljust(60, "y") for i in range(8)]
    return Heatmap(matrix, grouped(matrix, 2, "a level of a name {} of nearly fifty letters")).split_columns("group")


def many_tracks() -> Heatmap:
    matrix, rng = frame(80, 16), np.random.default_rng(1)
    levels = {f"variable {i}": [f"v{i} {level}" for level in rng.integers(0, 3 + i, 16)] for i in range(6)}
    numbers = {f"measure {i}": rng.normal(size=16) for i in range(6)}
    tracks = pd.DataFrame({**levels, **numbers}, index=matrix.columns)
    return Heatmap(matrix, tracks).annotate_columns(tracks)


def empty_rows() -> Heatmap:
    matrix = frame(40, 10)
    matrix.iloc[:5], matrix.iloc[7] = np.nan, 3.0
    return Heatmap(matrix)


def one_huge_value() -> Heatmap:
    matrix = frame(40, 10)
    matrix.iloc[3, 4] = 1e6
    return Heatmap(matrix).scale("none")


def column_of_a_journal() -> Heatmap:
    matrix = frame(500, 24)
    heatmap = Heatmap(matrix, grouped(matrix, 2)).split_columns("group").split_rows(4)
    return heatmap.fit("nature-single").colours("red-black-green")


EXTREMES = {
    "one gene": lambda: Heatmap(frame(1, 6)),
    "two samples": lambda: Heatmap(frame(40, 2)),
    "names of sixty letters": long_names,
    "500 columns": lambda: Heatmap(frame(60, 500)),
    "rows of missing values": empty_rows,
    "one huge value": one_huge_value,
    "12 tracks": many_tracks,
    "40 groups of samples": lambda: Heatmap(frame(60, 160), grouped(frame(1, 160), 40)).split_columns("group"),
    "40 groups of genes": lambda: Heatmap(frame(200, 8)).split_rows([f"pathway of genes {i % 40}" for i in range(200)]),
    "a journal's column": column_of_a_journal,
}


@pytest.mark.parametrize("case", EXTREMES)
def test_nothing_is_cut_off_and_no_texts_meet(case: str, check: Check) -> None:
    check(draw_heatmap(EXTREMES[case]().spec))


def test_forty_groups_have_their_names_and_no_colours_that_come_round() -> None:
    canvas = draw_heatmap(EXTREMES["40 groups of samples"]().spec)
    written = [mark.text for mark in canvas.marks if isinstance(mark, TextMark)]
    assert [f"group number {i}" in written for i in range(40)] == [True] * 40
    assert written.count("group number 7") == 1


def test_numbers_at_trees_side_by_side_do_not_read_as_one() -> None:
    canvas = draw_heatmap(column_of_a_journal().spec)
    top = [mark for mark in canvas.marks if isinstance(mark, TextMark) and mark.text.isdigit() and mark.box[1] < 20]
    boxes = sorted((mark.box for mark in top), key=lambda box: box[0])
    assert len(boxes) > 4
    beside = [(a, b) for a in boxes for b in boxes if a[0] < b[0] and min(a[3], b[3]) - max(a[1], b[1]) > 0.3]
    assert all(b[0] - a[2] > 0.4 for a, b in beside)


def test_a_gene_without_values_has_no_mean() -> None:
    strip = next(track for track in empty_rows().spec.row_tracks if track.name == "mean log2")
    assert strip.has_missing and np.isnan(strip.values).sum() == 5


def test_shortened_names_stay_apart() -> None:
    """Names that differ in the middle alone are not cut there."""
    written = [mark.text for mark in draw_heatmap(long_names().spec).marks if isinstance(mark, TextMark)]
    for beginnings in ([f"…ME_{i:02d}" for i in range(30)], [f"…nt_{i}_" for i in range(8)]):
        assert all(any(text.startswith(start) for text in written) for start in beginnings), written


@pytest.mark.parametrize(("n_samples", "end"), [(2, "0.71"), (3, "1.15")])
def test_few_samples_are_said_to_have_bounded_z_scores(n_samples: int, end: str) -> None:
    """(n - 1) / sqrt(n): a change of a hundredth and one of a thousandfold have the same colours."""
    heatmap = Heatmap(frame(20, n_samples))
    (said,) = [message for message in heatmap.messages if message.code == "few_replicates"]
    assert said.text == (
        f"z-scores of {n_samples} samples lie within ±{end}, whether genes differ much or little. "
        "Fix: --scale centre, or scale('centre'), colours differences in log2 units."
    )
    assert np.abs(heatmap.spec.matrix).max() <= float(end) + 0.01
    assert "few_replicates" not in [message.code for message in heatmap.scale("centre").messages]
    assert "few_replicates" not in [message.code for message in Heatmap(frame(20, 4)).messages]


def test_negative_values_are_never_taken_to_logarithms() -> None:
    """One value far off does not make normalised values of what lies about 0."""
    heatmap = one_huge_value()
    assert heatmap.spec.scale.label == "log scale"
    assert np.isfinite(heatmap.spec.matrix).all()
    assert heatmap.spec.scale.high < 10
