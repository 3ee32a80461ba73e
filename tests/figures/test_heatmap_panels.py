"""Panels that share rows, blocks with stability, trees with support, pages of given width, and how cells are drawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from heatleaf.errors import UserError
from heatleaf.figures.canvas import Canvas, CellsMark, ImageMark, LineMark, TextMark
from heatleaf.figures.heatmap.blocks import block_lines, key_sentence
from heatleaf.figures.heatmap.cells import reduce_cells
from heatleaf.figures.heatmap.draw import draw_heatmap
from heatleaf.figures.heatmap.spec import (
    Block,
    CellStyle,
    ColumnLayout,
    FurtherPanel,
    HeatmapLook,
    HeatmapSpec,
    RowFacts,
    RowLayout,
    build_heatmap_spec,
)
from heatleaf.figures.heatmap.tree import Tree, tree_over
from heatleaf.figures.heatmap.tree_marks import brackets, collapse
from heatleaf.figures.palettes import HEAT_PALETTES
from heatleaf.figures.paper import PAPERS
from heatleaf.figures.theme import PT_PER_MM
from heatleaf.viewer.encode import plain

Check = Callable[[object], None]


def chain(n: int) -> np.ndarray:
    rows = [(0, 1, 1.0, 2)] + [(n + i - 1, i + 1, 1.0 + i, i + 2) for i in range(1, n - 1)]
    return np.array(rows, dtype=float)


def make_spec(
    n_genes: int = 40,
    n_samples: int = 8,
    *,
    rows: RowLayout | None = None,
    columns: ColumnLayout | None = None,
    panels: tuple[FurtherPanel, ...] = (),
    **look: object,
) -> HeatmapSpec:
    values = np.random.default_rng(0).normal(size=(n_genes, n_samples))
    names = [f"GENE{i}" for i in range(n_genes)]
    half = np.array_split(np.arange(n_samples), 2)
    return build_heatmap_spec(
        values,
        (names, names, [f"sample_{i}" for i in range(n_samples)]),
        rows or RowLayout(np.arange(n_genes), np.sort(np.arange(n_genes) % 3) + 1),
        columns or ColumnLayout(("control", "treated"), tuple(half), (), "condition"),
        facts=RowFacts(mean_log2=values.mean(axis=1)),
        look=HeatmapLook(title="A title", **look),  # type: ignore[arg-type]
        panels=panels,
    )


def words(canvas: Canvas) -> list[str]:
    return [mark.text for mark in canvas.marks if isinstance(mark, TextMark)]


# Panels


def further(n_genes: int = 40, *, shares_scale: bool = True, **look: object) -> FurtherPanel:
    values = np.random.default_rng(1).normal(size=(n_genes, 5)) * 3
    columns = ColumnLayout(("",), (np.array([2, 0, 1, 4, 3]),))
    names = [f"p{i}" for i in range(5)]
    return FurtherPanel(values, names, columns, HeatmapLook(**look), shares_scale)  # type: ignore[arg-type]


def test_panels_share_the_rows_of_the_first_and_have_their_own_columns() -> None:
    order = np.arange(40)[::-1]
    rows = RowLayout(order, np.ones(40, dtype=np.int64))
    panel = further(panel_title="second")
    spec = make_spec(rows=rows, panels=(panel,))
    assert spec.panels[1].column_names == ("p2", "p0", "p1", "p4", "p3")
    np.testing.assert_array_equal(spec.panels[1].matrix, panel.matrix[np.ix_(order, panel.columns.order)])
    assert spec.panels[1].scale.high == spec.panels[0].scale.high
    assert spec.panels[1].scale.share_clipped > spec.panels[0].scale.share_clipped


def test_a_panel_may_have_a_scale_of_its_own_with_its_own_key(check: Check) -> None:
    look = {"palette": "white-purple", "is_centred": False, "value_label": "level", "panel_title": "second"}
    spec = make_spec(panels=(further(shares_scale=False, **look),), panel_title="first", value_label="z")
    assert spec.panels[1].scale.stops == HEAT_PALETTES["white-purple"]
    canvas = draw_heatmap(spec)
    check(canvas)
    assert {"first: z", "second: level"} <= set(words(canvas))
    shared = words(draw_heatmap(make_spec(panels=(further(),), value_label="z")))
    assert shared.count("z") == 1


def test_a_panel_of_other_rows_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        make_spec(panels=(further(30, panel_title="proteins"),))
    assert caught.value.code == "option"
    assert str(caught.value) == (
        "the panel 'proteins' has 30 rows, the first 40. Fix: give every panel the same genes in the same order."
    )


def test_panels_are_json_and_no_panel_hides_another(check: Check) -> None:
    spec = make_spec(panels=(further(panel_title="two"), further(panel_title="three")), panel_title="one")
    values = json.loads(json.dumps(plain(spec), allow_nan=False))
    assert [panel["title"] for panel in values["panels"]] == ["one", "two", "three"]
    assert values["panels"][1]["matrix"]["shape"] == [40, 5]
    check(draw_heatmap(spec))


def test_large_matrices_stay_lean_as_json() -> None:
    """Six bytes a cell: base64 of four."""
    spec = make_spec(3000, 20)
    assert len(json.dumps(plain(spec))) < 3000 * 20 * 6 + 3000 * 60


# Blocks and trees


def test_a_block_says_how_stable_it_is_and_a_weak_one_says_so() -> None:
    strong, weak = Block("C1", 0, 79, stability=0.92), Block("C2", 0, 4, "", "up in day 8", 0.41)
    assert block_lines(strong, 20.0) == ("C1", "79 genes", "stability 0.92")
    assert block_lines(strong, 5.5) == ("C1", "79 genes")
    assert block_lines(strong, 1.0) == ("C1 · 79",)
    assert block_lines(weak, 20.0)[2] == "stability 0.41, weak"
    assert key_sentence(weak) == "up in day 8; stability 0.41, weak"


def test_rows_that_were_not_clustered_stand_apart_with_the_reason(check: Check) -> None:
    labels = np.repeat([1, 2], [36, 4])
    rows = RowLayout(np.arange(40), labels, parked="constant in all samples")
    spec = make_spec(100 - 60, rows=rows)
    assert spec.row_blocks[-1].is_parked
    canvas = draw_heatmap(spec)
    check(canvas)
    assert "not clustered" in words(canvas) and "constant in all samples" in words(canvas)
    assert not set(spec.marks) & set(range(36, 40))
    assert any(isinstance(mark, LineMark) and mark.is_dashed for mark in canvas.marks)


def test_support_is_written_at_few_branches_and_shown_by_weight(check: Check) -> None:
    support = np.array([0.97, 0.4, np.nan])
    trees = (tree_over(chain(4), np.arange(4), support=support),)
    halves = (np.arange(4), np.arange(4, 8))
    parent = Tree(np.array([[0, 1, 0, 0, 1.0]]))
    columns = ColumnLayout(("control", "treated"), halves, trees, "condition", parent_tree=parent)
    canvas = draw_heatmap(make_spec(columns=columns))
    check(canvas)
    assert {"97", "40"} <= set(words(canvas))
    assert any("support by resampling, in %" in line for line in words(canvas))
    assert {mark.width for mark in canvas.marks if isinstance(mark, LineMark)} >= {0.4, 0.8}


def test_support_of_large_trees_is_not_written() -> None:
    tree = tree_over(chain(60), np.arange(60), support=np.full(59, 0.5))
    assert not tree.has_written_support
    assert tree_over(chain(30), np.arange(30), support=np.full(29, 0.5)).has_written_support


def test_narrow_brackets_are_left_out_and_their_place_reaches_the_leaves() -> None:
    tree = tree_over(np.array([(0, 1, 0.2, 2), (4, 2, 0.5, 3), (5, 3, 1.0, 4)]), np.arange(4))
    along, height = brackets(tree, np.array([0.0, 0.2, 5.0, 10.0]))
    places, lowered, is_kept = collapse(along, height)
    assert is_kept.tolist() == [False, True, True]
    assert lowered[1, 0] == 0.0 and height[1, 0] == 0.2
    np.testing.assert_allclose(places[1, 0], 0.1)


def test_few_wide_groups_name_themselves_and_many_narrow_ones_upright(check: Check) -> None:
    groups = tuple(f"patient {i:02d}" for i in range(12))
    columns = ColumnLayout(groups, tuple(np.arange(24).reshape(12, 2)), (), "patient")
    canvas = draw_heatmap(make_spec(20, 24, columns=columns))
    check(canvas)
    upright = {mark.text for mark in canvas.marks if isinstance(mark, TextMark) and mark.is_upright}
    assert set(groups) <= upright


# Pages


@pytest.mark.parametrize("name", PAPERS)
def test_a_page_is_exactly_as_wide_as_the_journal_says_with_type_large_enough(name: str, check: Check) -> None:
    spec = make_spec(150, 12, paper=name, meanings=("rises in treated; response to hypoxia (padj 1e-12)",) * 3)
    paper = PAPERS[name]
    canvas = draw_heatmap(spec)
    assert canvas.width * canvas.scale == pytest.approx(paper.width)
    assert canvas.height * canvas.scale <= paper.max_height + 1e-6
    if paper.is_slide:
        assert canvas.height * canvas.scale == pytest.approx(paper.max_height)
    sizes = [mark.size * canvas.scale for mark in canvas.marks if isinstance(mark, TextMark)]
    assert min(sizes) >= paper.min_type - 1e-9
    check(canvas)
    assert any("hypoxia" in line for line in words(canvas))


def test_what_cannot_fit_is_refused_with_pages_that_are_wider() -> None:
    with pytest.raises(UserError) as caught:
        draw_heatmap(make_spec(100, 400, paper="nature-single"))
    assert caught.value.code == "paper"
    assert str(caught.value).startswith(
        "paper: a heatmap of 100 genes and 400 columns with all that stands beside it does not fit nature-single "
        "(89 x 170 mm, type of at least 5 points). Fix: take a wider page (nature-double,"
    )


def test_an_unknown_page_is_refused() -> None:
    with pytest.raises(UserError, match=r"'letter' is not a page that Heatleaf knows\. Fix: choose one of") as caught:
        make_spec(paper="letter")
    assert caught.value.code == "option"


# Cells


def test_values_are_written_where_they_fit(check: Check) -> None:
    spec = make_spec(10, 4, cells=CellStyle(shows_values=True))
    canvas = draw_heatmap(spec)
    check(canvas)
    shown = {f"{value:.1f}".replace("-", "−") for value in spec.matrix.ravel()}
    assert sum(text in shown for text in words(canvas)) >= 40
    crowded = draw_heatmap(make_spec(200, 30, cells=CellStyle(shows_values=True)))
    assert sum(text in shown for text in words(crowded)) < 10


def test_cells_are_square_when_asked() -> None:
    canvas = draw_heatmap(make_spec(20, 8, cells=CellStyle(is_square=True)))
    sizes = {tuple(np.round(mark.boxes[0, 2:], 6)) for mark in canvas.marks if isinstance(mark, CellsMark)}
    assert any(width == pytest.approx(height) for width, height in sizes)


def test_borders_never_take_the_colour_away() -> None:
    def white_lines(n_genes: int) -> int:
        marks = draw_heatmap(make_spec(n_genes, 8, cells=CellStyle(has_borders=True))).marks
        return sum(isinstance(mark, LineMark) and mark.colour == "#FFFFFF" for mark in marks)

    assert white_lines(20) == 1
    assert white_lines(1500) == 0


@pytest.mark.parametrize("palette", ["red-white-blue", "red-black-green"])
def test_missing_cells_are_crossed_out_and_in_the_key(palette: str) -> None:
    spec = make_spec(20, 8, palette=palette)
    matrix = spec.matrix.copy()
    matrix[3, 4] = np.nan
    scale = replace(spec.scale, has_missing=True)
    holed = replace(spec, panels=(replace(spec.first, matrix=matrix, scale=scale),))
    assert "missing" in words(draw_heatmap(holed)) and "missing" not in words(draw_heatmap(spec))
    strokes = [mark for mark in draw_heatmap(holed).marks if isinstance(mark, LineMark) and mark.width == 0.3]
    assert len(strokes) == 1 and len(strokes[0].segments) == 1


def test_cells_smaller_than_print_are_averaged_within_their_block() -> None:
    n = 20_000
    matrix = np.random.default_rng(0).normal(size=(n, 2))
    matrix[0] = np.nan
    top = np.arange(n) * 0.01 + np.where(np.arange(n) >= 9_998, 1.2, 0.0)
    rows = np.column_stack([top, top + 0.01])
    columns = np.array([[0.0, 5.0], [5.0, 10.0]])
    means, _, kept = reduce_cells(matrix, columns, rows)
    per_group = 5  # 0.0423 mm at 600 dots per inch
    assert len(means) == 2000 + 2001
    np.testing.assert_allclose(means[0], matrix[1:per_group].mean(axis=0))
    np.testing.assert_allclose(means[1999], matrix[9_995:9_998].mean(axis=0))
    np.testing.assert_allclose(kept[-1, 1], rows[-1, 1])


def test_a_large_body_is_a_small_image_with_text_as_text() -> None:
    canvas = draw_heatmap(make_spec(20_000, 40))
    bodies = [mark for mark in canvas.marks if isinstance(mark, ImageMark) and mark.box[3] > 30]
    assert sum(mark.pixels.shape[0] for mark in bodies) < 10_000 * len(bodies)
    assert any(text.startswith("GENE") for text in words(canvas))
    assert canvas.height / 25.4 * 72 < 300 * PT_PER_MM
