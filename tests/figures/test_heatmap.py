"""The heatmap: laws of its parts, what the spec holds, and that nothing on the page is cut off or collides."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.figures import save, theme
from heatleaf.figures.canvas import Canvas, CellsMark, ImageMark, Mark
from heatleaf.figures.heatmap.draw import MAX_VECTOR_CELLS, draw_heatmap
from heatleaf.figures.heatmap.fit import lay_out
from heatleaf.figures.heatmap.marks import choose_marks, spread
from heatleaf.figures.heatmap.scale import nice_limit, symmetric_scale
from heatleaf.figures.heatmap.sizes import MAX_NAMED_ROWS, NAME_PITCH
from heatleaf.figures.heatmap.spec import (
    ColumnLayout,
    HeatmapLook,
    HeatmapSpec,
    RowFacts,
    RowLayout,
    build_heatmap_spec,
)
from heatleaf.figures.heatmap.tree import tree_over
from heatleaf.figures.palettes import MISSING_COLOUR, heat_palette
from heatleaf.viewer.encode import plain


def balanced_linkage(n: int) -> np.ndarray:
    """A chain: leaf 0 with 1, the pair with 2, and so on, heights rising."""
    rows = [(0, 1, 1.0, 2)] + [(n + i - 1, i + 1, 1.0 + i, i + 2) for i in range(1, n - 1)]
    return np.array(rows, dtype=float)


def make_spec(n_genes: int = 30, n_samples: int = 6, *, groups: int = 2, **look: object) -> HeatmapSpec:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(n_genes, n_samples))
    names = [f"GENE{i}" for i in range(n_genes)]
    samples = [f"sample_{i}" for i in range(n_samples)]
    n_blocks = min(3, n_genes)
    labels = np.sort(np.arange(n_genes) % n_blocks) + 1
    orders = tuple(np.array_split(np.arange(n_samples), groups))
    levels = tuple(f"group {i}" for i in range(groups)) if groups > 1 else ("",)
    order = np.arange(n_genes)[::-1]
    trees = (tree_over(balanced_linkage(n_genes), order),) if n_genes > 1 else ()
    return build_heatmap_spec(
        values,
        (names, names, samples),
        RowLayout(order, labels, trees),
        ColumnLayout(levels, orders, (), "condition" if groups > 1 else "", levels),
        facts=RowFacts(mean_log2=values.mean(axis=1) + 8, log2_fold_change=values[:, 0]),
        look=HeatmapLook(
            title="A title that says what is shown",
            annotations=(("batch", tuple(f"b{i % 2}" for i in range(n_samples))),),
            meanings=("higher in group 1 in 3 of 3 samples; response to hypoxia (padj 1e-12)",) * n_blocks,
            footnotes=("A footnote.",),
            **look,  # type: ignore[arg-type]
        ),
    )


# Laws


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=30).map(sorted),
    st.floats(0.5, 3),
)
def test_spread_keeps_order_gap_and_bounds(targets: list[float], gap: float) -> None:
    placed = spread(targets, gap, 0.0, 100.0)
    assert all(b - a >= gap - 1e-9 for a, b in pairwise(placed))
    if gap * (len(targets) - 1) <= 100:
        assert placed[0] >= -1e-9
        assert placed[-1] <= 100 + 1e-9


def test_spread_moves_nothing_that_has_room() -> None:
    np.testing.assert_allclose(spread([10.0, 20.0, 35.0], 5.0, 0, 50), [10, 20, 35])


@given(st.integers(1, 200), st.integers(1, 30))
def test_marks_are_increasing_distinct_and_at_most_what_fits(n_genes: int, n_marks: int) -> None:
    scores = np.random.default_rng(n_genes).normal(size=n_genes)
    labels = np.sort(np.arange(n_genes) % 4) + 1
    marks = choose_marks(scores, labels, n_marks)
    assert len(marks) <= n_marks
    assert all(a < b for a, b in pairwise(marks))
    assert int(np.argmax(scores)) in marks


def test_tree_over_puts_parents_between_children() -> None:
    linkage = balanced_linkage(5)
    order = np.array([4, 3, 2, 0, 1])
    links = tree_over(linkage, order, first=2).links
    assert (links[:, 0] <= links[:, 1]).all()
    assert (links[:, 4] >= links[:, 2:4].max(axis=1)).all()
    np.testing.assert_allclose(links[0], [5, 6, 0, 0, 1])


# The spec


def test_spec_shows_rows_and_columns_in_the_given_order() -> None:
    spec = make_spec(4, 4)
    assert spec.row_ids == ("GENE3", "GENE2", "GENE1", "GENE0")
    assert spec.column_names == ("sample_0", "sample_1", "sample_2", "sample_3")
    assert [block.name for block in spec.column_blocks] == ["group 0", "group 1"]
    assert [block.name for block in spec.row_blocks] == ["C1", "C2", "C3"]


def test_spec_is_strict_json() -> None:
    spec = make_spec(5, 4)
    values = json.loads(json.dumps(plain(spec), allow_nan=False))
    assert values["row_ids"] == list(spec.row_ids)
    cells = values["panels"][0]["matrix"]
    assert cells["dtype"] == "float32"
    numbers = np.frombuffer(zlib.decompress(base64.b64decode(cells["data"])), dtype="<f4").reshape(cells["shape"])
    np.testing.assert_allclose(numbers, spec.matrix, rtol=1e-6)


def test_scale_is_symmetric_and_states_the_share_beyond() -> None:
    """N27: symmetric limits from the 99 % quantile, rounded; the share beyond is counted."""
    values = np.repeat([1.9, -3.0, 9.0], [990, 3, 7])
    scale = symmetric_scale(values, "z", heat_palette("red-white-blue"))
    assert (scale.low, scale.high) == (-2.0, 2.0)
    assert scale.share_clipped == pytest.approx(0.01)
    assert sum(scale.histogram) == 1000


def test_missing_cells_have_a_colour_of_their_own() -> None:
    """N27: NaN is grey, never a colour of the palette."""
    scale = symmetric_scale(np.array([0.0, np.nan, 1.0]), "z", heat_palette("red-white-blue"))
    assert scale.has_missing
    assert scale.colours(np.array([np.nan])).tolist() == [[0xC9, 0xC9, 0xC9]]


def test_middle_is_near_white_high_is_red_low_is_blue() -> None:
    scale = symmetric_scale(np.array([-2.0, 0.0, 2.0]), "z", heat_palette("red-white-blue"), limit=2.0)
    low, middle, high = scale.colours(np.array([-2.0, 0.0, 2.0])).astype(int)
    assert low[2] > low[0] + 80
    assert high[0] > high[2] + 80
    assert middle.min() > 0xF0


@pytest.mark.parametrize(
    ("value", "limit"), [(1.6, 2.0), (2.04, 2.0), (2.4, 2.5), (0.0, 1.0), (0.021, 0.02), (37.0, 40.0)]
)
def test_limits_are_nice_numbers(value: float, limit: float) -> None:
    assert nice_limit(value) == pytest.approx(limit)


def test_an_unknown_palette_is_refused() -> None:
    with pytest.raises(UserError, match=r"'jet' is not a palette. Fix: choose one of: red-white-blue") as caught:
        make_spec(palette="jet")
    assert caught.value.code == "option"


# The page


@pytest.mark.parametrize(
    ("n_genes", "n_samples", "groups"),
    [(1, 2, 1), (2, 3, 1), (10, 6, 2), (60, 12, 3), (61, 6, 2), (500, 8, 2), (1500, 24, 4), (300, 170, 3)],
)
def test_every_text_is_on_the_page_and_none_overlaps(
    n_genes: int, n_samples: int, groups: int, check: Callable[[object], None]
) -> None:
    check(draw_heatmap(make_spec(n_genes, n_samples, groups=groups)))


def test_long_names_make_the_page_larger() -> None:
    spec = make_spec(10, 4)
    long = HeatmapSpec(**{**vars_of(spec), "row_names": tuple(name * 12 for name in spec.row_names)})
    assert lay_out(long).width > lay_out(spec).width + 20


def vars_of(spec: HeatmapSpec) -> dict[str, object]:
    return {name: getattr(spec, name) for name in spec.__dataclass_fields__}


def test_names_stand_at_every_row_while_they_fit_then_only_marks() -> None:
    assert lay_out(make_spec(MAX_NAMED_ROWS)).all_named
    layout = lay_out(make_spec(MAX_NAMED_ROWS + 1))
    assert not layout.all_named
    assert 15 <= len(layout.named_rows) <= 30
    assert (np.diff(layout.name_y) >= NAME_PITCH - 1e-6).all()


def test_a_figure_for_two_journal_columns_by_default() -> None:
    assert lay_out(make_spec(500, 12)).width < theme.DOUBLE_COLUMN_MM + 10


def test_large_bodies_are_rasters_and_small_ones_vectors() -> None:
    """Vectors: one object per colour over an image of one pixel per cell. Raster: an image at print resolution."""
    small = draw_heatmap(make_spec(100, 8)).marks
    large = draw_heatmap(make_spec(MAX_VECTOR_CELLS // 8 + 10, 8)).marks

    def pixels_across(marks: list[Mark]) -> int:
        return max(mark.pixels.shape[1] for mark in marks if isinstance(mark, ImageMark) and mark.box[3] > 30)

    assert pixels_across(small) == 4  # columns of a group
    assert pixels_across(large) > 100
    assert sum(isinstance(mark, CellsMark) for mark in small) > 100
    assert not any(isinstance(mark, CellsMark) and len(mark.boxes) > 8 for mark in large)


def test_files_keep_text_as_text_and_are_the_same_each_time() -> None:
    """R10: bytes equal; the PDF embeds TrueType, the SVG holds words."""
    spec = make_spec(12, 6)
    files = []
    for _ in range(2):
        canvas = draw_heatmap(spec)
        files.append([save.render(canvas, image_format, title="T") for image_format in save.IMAGE_FORMATS])
    assert files[0] == files[1]
    pdf, svg, png = files[0]
    assert b"/FontFile2" in pdf
    assert b">GENE3<" in svg
    assert b"<text" in svg and b"Arial" in svg
    assert png.startswith(b"\x89PNG")


@pytest.mark.parametrize("image_format", save.IMAGE_FORMATS)
def test_a_file_says_which_values_it_shows_with_which_colours(image_format: save.ImageFormat) -> None:
    spec = make_spec(12, 6)
    told = save.read_capsule(save.render(draw_heatmap(spec), image_format, capsule={"heatleaf": "0.1.0"}))
    assert told["heatleaf"] == "0.1.0"
    (panel,) = told["panels"]
    assert panel["sha256"] == hashlib.sha256(spec.matrix.astype("<f8").tobytes()).hexdigest()
    assert panel["samples"] == list(spec.column_names)
    assert panel["limits"] == [spec.scale.low, spec.scale.high]


def test_hostile_names_stay_text() -> None:
    """S14: markup in names is escaped in the SVG; a dollar sign starts no formula."""
    spec = make_spec(3, 4)
    names = ("<script>alert(1)</script>", "$\\frac$", "A&B")
    hostile = HeatmapSpec(**{**vars_of(spec), "row_names": names})
    svg = save.render(draw_heatmap(hostile), "svg").decode()
    assert "<script>" not in svg
    assert "$\\frac$" in svg
    assert "A&amp;B" in svg


def test_each_comparison_has_its_own_named_strip() -> None:
    values = np.random.default_rng(0).normal(size=(4, 3))
    names = list("ABCD")
    order = np.array([3, 2, 1, 0])
    facts = RowFacts(
        log2_fold_change=values[:, 0],
        change_label="log2 FC (shrunken), Day8 vs Day0",
        further_changes=(("log2 FC (shrunken), Day4 vs Day0", values[:, 1]),),
    )
    layout = ColumnLayout(("",), (np.arange(3),))
    spec = build_heatmap_spec(
        values, (names, names, list("xyz")), RowLayout(order, np.ones(4, dtype=int)), layout, facts=facts
    )
    assert [strip.name for strip in spec.row_tracks] == ["Day8 vs Day0", "Day4 vs Day0"]
    assert spec.row_tracks[1].scale.label == "log2 FC (shrunken), Day4 vs Day0"
    np.testing.assert_array_equal(spec.row_tracks[1].values[:, 0], values[order, 1])


def test_samples_without_a_group_stand_below_a_grey_header(check: Callable[[Canvas], None]) -> None:
    values = np.random.default_rng(1).normal(size=(8, 5))
    orders = (np.array([0, 1]), np.array([2, 3]), np.array([4]))
    columns = ColumnLayout(("ctrl", "drug", ""), orders, (), "condition", ("ctrl", "drug"))
    names = [f"g{i}" for i in range(8)], [f"g{i}" for i in range(8)], [f"s{i}" for i in range(5)]
    spec = build_heatmap_spec(values, names, RowLayout(np.arange(8), np.ones(8, dtype=int)), columns)
    assert spec.column_blocks[2].colour == MISSING_COLOUR
    check(draw_heatmap(spec))
