"""Tracks beside the columns and rows: order, colours, summaries, missing values, refusals, and their marks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.cbook import boxplot_stats

from heatleaf.errors import UserError
from heatleaf.figures.canvas import BoxMark, Canvas, DotMark, LineMark, TextMark
from heatleaf.figures.heatmap.draw import draw_heatmap
from heatleaf.figures.heatmap.fit import lay_out
from heatleaf.figures.heatmap.spec import (
    Annotation,
    ColumnLayout,
    HeatmapLook,
    HeatmapSpec,
    RowLayout,
    Track,
    build_heatmap_spec,
)
from heatleaf.figures.heatmap.track_marks import Strip, draw_track
from heatleaf.figures.heatmap.tracks import box_numbers
from heatleaf.figures.palettes import MISSING_COLOUR

N_GENES, N_SAMPLES = 14, 6
ORDER = np.array([5, 0, 3, 1, 4, 2])


def make_spec(*annotations: Annotation | tuple[str, tuple[str, ...]]) -> HeatmapSpec:
    values = np.random.default_rng(0).normal(size=(N_GENES, N_SAMPLES))
    names = [f"G{i}" for i in range(N_GENES)]
    return build_heatmap_spec(
        values,
        (names, names, [f"s{i}" for i in range(N_SAMPLES)]),
        RowLayout(np.arange(N_GENES)[::-1], np.ones(N_GENES, dtype=np.int64)),
        ColumnLayout(("a", "b"), (ORDER[:3], ORDER[3:]), (), "group"),
        look=HeatmapLook(annotations=annotations),
    )


def column_track(*annotations: Annotation | tuple[str, tuple[str, ...]]) -> Track:
    return make_spec(*annotations).first.tracks[0]


def drawn(track: Track, *, is_of_rows: bool = False) -> Canvas:
    """Draw a track over columns 10 mm wide from x = 0, 10 mm high from y = 0, or the like for rows."""
    n = max(len(track.values), len(track.texts))
    edges = np.column_stack([np.arange(n), np.arange(n) + 1]) * 10.0
    canvas = Canvas(100, 100)
    draw_track(canvas, track, Strip(edges, 0.0, 10.0, is_of_rows), is_raster=False)
    return canvas


def numbers(kind: str, values: object, **choices: object) -> Track:
    return column_track(Annotation("n", np.asarray(values, dtype=float), kind, **choices))  # type: ignore[arg-type]


# Spec


def test_entries_follow_the_displayed_order() -> None:
    track = numbers("points", np.arange(6))
    np.testing.assert_array_equal(track.values[:, 0], ORDER)
    levels = column_track(("batch", tuple("abcdef")))
    assert levels.texts == tuple("abcdef"[i] for i in ORDER)
    (row,) = make_spec(Annotation("length", np.arange(N_GENES), "bars", "left")).row_tracks
    np.testing.assert_array_equal(row.values[:, 0], np.arange(N_GENES)[::-1])


def test_a_level_that_is_missing_has_no_colour_of_its_own_and_a_key() -> None:
    track = column_track(("sex", ("F", "", "M", "NA", "F", "M")))
    assert set(track.colours) == {"F", "M"}
    assert track.has_missing
    canvas = draw_heatmap(make_spec(("sex", ("F", "", "M", "NA", "F", "M"))))
    assert "missing" in {mark.text for mark in canvas.marks if isinstance(mark, TextMark)}
    assert MISSING_COLOUR not in track.colours.values()


def test_given_colours_are_kept_and_the_others_chosen() -> None:
    track = column_track(Annotation("batch", tuple("ababab"), colours={"b": "#123456", "not there": "#000000"}))
    assert track.colours["b"] == "#123456"
    assert set(track.colours) == {"a", "b"}


def test_two_annotations_share_no_colour_and_one_name_has_one_set_of_colours() -> None:
    spec = make_spec(("one", tuple("aabbcc")), ("two", tuple("xxyyzz")))
    first, second = (set(track.colours.values()) for track in spec.first.tracks)
    assert not first & second


def test_many_numbers_become_a_scale_rather_than_swatches() -> None:
    values = np.random.default_rng(0).normal(size=(3, 10))
    ages = (*(str(20 + i) for i in range(9)), "")
    spec = build_heatmap_spec(
        values,
        (list("abc"), list("abc"), [f"s{i}" for i in range(10)]),
        RowLayout(np.arange(3), np.ones(3, dtype=np.int64)),
        ColumnLayout(("",), (np.arange(10),)),
        look=HeatmapLook(annotations=(("age", ages),)),
    )
    track = spec.first.tracks[0]
    assert track.kind == "numbers"
    assert np.isnan(track.values[9, 0])
    assert column_track(("batch", tuple("123123"))).kind == "levels"


def test_boxes_summarise_as_tukey_did() -> None:
    """Against matplotlib's summary; NaN is left out, and a row without numbers has none."""
    rows = np.random.default_rng(3).standard_t(2, size=(5, 40))
    rows[1, :5] = np.nan
    rows[2] = np.nan
    summary = box_numbers(rows)
    for row, ours in zip(rows, summary, strict=True):
        if np.isnan(row).all():
            assert np.isnan(ours).all()
            continue
        (theirs,) = boxplot_stats(row[~np.isnan(row)])
        np.testing.assert_allclose(ours, [theirs[key] for key in ("whislo", "q1", "med", "q3", "whishi")])


def test_boxes_without_values_show_the_cells() -> None:
    spec = make_spec(Annotation("cells", (), "boxes", "below"))
    np.testing.assert_allclose(spec.first.tracks[0].values, box_numbers(spec.matrix.T))


@pytest.mark.parametrize(
    ("kind", "values", "axis"),
    [
        ("bars", [3, 70, 12, 5, 5, 5], (0, 70)),
        ("bars", [-3, 5, 1, 1, 1, 1], (-3, 5)),
        ("points", [20, 22, 25, 21, 21, 21], (20, 25)),
        ("points", [0.2, 8, 1, 1, 1, 1], (0, 8)),
        ("line", [np.nan] * 6, (0, 1)),
    ],
)
def test_axes_end_at_round_numbers_and_bars_start_at_zero(kind: str, values: list[float], axis: object) -> None:
    assert numbers(kind, values).axis == pytest.approx(axis)


# Refusals


def test_a_track_of_another_length_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        make_spec(("batch", ("a", "b")))
    assert caught.value.code == "option"
    assert str(caught.value) == (
        "the track 'batch' has 2 entries for 6 columns. Fix: give one entry for each column of the matrix."
    )


def test_words_drawn_as_numbers_are_refused() -> None:
    with pytest.raises(UserError) as caught:
        make_spec(Annotation("batch", tuple("abcdef"), "bars"))
    assert caught.value.code == "option"
    assert "the track 'batch' is to be drawn as bars, which needs numbers" in str(caught.value)


def test_one_variable_may_be_shown_in_two_ways() -> None:
    spec = make_spec(("day", tuple("123123")), Annotation("day", np.arange(6), "bars"))
    assert [slot.kind for slot in lay_out(spec).slots] == ["levels", "bars"]


def test_two_tracks_of_one_name_on_one_side_are_refused() -> None:
    with pytest.raises(UserError) as caught:
        make_spec(("batch", tuple("ababab")), ("batch", tuple("aabbcc")))
    assert caught.value.code == "option"
    assert str(caught.value) == "two tracks of levels on one side are named 'batch'. Fix: give each track its own name."


@pytest.mark.parametrize("kind", ["bars", "numbers"])
def test_limits_that_do_not_rise_are_refused(kind: str) -> None:
    with pytest.raises(UserError, match=r"the limits of .*'n' are 3 and 3. Fix: give two different numbers") as caught:
        numbers(kind, np.arange(6), limits=(3.0, 3.0))
    assert caught.value.code == "option"


# Marks


def test_stacked_bars_stand_on_each_other_and_negative_ones_hang() -> None:
    track = numbers("bars", np.array([[2.0, 3.0]] * 5 + [[-5.0, 1.0]]), parts=("up", "down"), limits=(-5.0, 5.0))
    boxes = [mark for mark in drawn(track).marks if isinstance(mark, BoxMark)]
    heights = {round(box.box[0]): [] for box in boxes}  # type: ignore[var-annotated]
    for mark in boxes:
        heights[round(mark.box[0])].append((round(mark.box[1], 6), round(mark.box[1] + mark.box[3], 6)))
    # 10 mm for -5 to 5: 0 lies at y = 5; 2 reaches up to 3, and 3 more up to 0
    stacked = sorted(spans for spans in map(sorted, heights.values()) if (0.0, 3.0) in spans)
    assert stacked == [[(0.0, 3.0), (3.0, 5.0)]] * 5
    (hanging,) = [sorted(spans) for spans in heights.values() if (0.0, 3.0) not in spans]
    assert hanging == [(4.0, 5.0), (5.0, 10.0)]


def test_points_and_lines_skip_what_is_missing() -> None:
    values = np.array([1.0, 2.0, np.nan, 4.0, 5.0, 6.0])
    values = values[np.argsort(ORDER)]  # displayed in the order written above
    points = drawn(numbers("points", values, limits=(0.0, 10.0)))
    (dots,) = [mark for mark in points.marks if isinstance(mark, DotMark)]
    np.testing.assert_allclose(dots.centres, [(5, 9), (15, 8), (35, 6), (45, 5), (55, 4)])
    line = drawn(numbers("line", values, limits=(0.0, 10.0)))
    drawn_lines = [mark for mark in line.marks if isinstance(mark, LineMark) and mark.width == 0.8]
    assert [len(segment) for mark in drawn_lines for segment in mark.segments] == [2, 3]


def test_rows_are_columns_turned() -> None:
    (track,) = make_spec(Annotation("n", np.arange(N_GENES), "points", "right", limits=(0.0, 14.0))).row_tracks
    (dots,) = [mark for mark in drawn(track, is_of_rows=True).marks if isinstance(mark, DotMark)]
    np.testing.assert_allclose(dots.centres[0], (13 / 14 * 10, 5.0))


def test_every_kind_on_every_side_stays_on_the_page(check: Callable[[object], None]) -> None:
    rng = np.random.default_rng(1)
    asked: list[Annotation] = []
    for side, n in (("above", N_SAMPLES), ("below", N_SAMPLES), ("left", N_GENES), ("right", N_GENES)):
        series = rng.normal(size=(n, 2))
        series[1] = np.nan
        asked += [
            Annotation(f"{side} {kind}", series, kind, side)  # type: ignore[arg-type]
            for kind in ("bars", "points", "line", "boxes", "numbers")
        ]
        words = tuple(f"a longer text {i}" for i in range(n))
        asked += [
            Annotation(f"{side} text", words, "text", side),  # type: ignore[arg-type]
            Annotation(f"{side} levels", words, "levels", side),  # type: ignore[arg-type]
            Annotation(f"{side} cells", (), "boxes", side),  # type: ignore[arg-type]
        ]
    check(draw_heatmap(make_spec(*asked)))
