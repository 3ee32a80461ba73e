"""Figures of gene sets: laws of the specs, of the layout, and hostile, single and many sets."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.save import IMAGE_FORMATS, render
from heatleaf.figures.terms.arrange import arrange_boxes
from heatleaf.figures.terms.clusters import ClusterTerm, build_cluster_terms_spec, draw_cluster_terms
from heatleaf.figures.terms.dots import build_term_dots_spec, draw_term_dots
from heatleaf.figures.terms.dots.spec import MAX_TERMS
from heatleaf.figures.terms.facts import Sides, TermFacts, split_sides
from heatleaf.figures.terms.genes import build_term_genes_spec, draw_term_genes
from heatleaf.figures.terms.keys import SizeKey
from heatleaf.figures.terms.map import build_term_map_spec, draw_term_map
from heatleaf.figures.terms.running import RankedSet, build_running_spec, draw_running
from heatleaf.figures.theme import DOUBLE_COLUMN_MM, DOWN_COLOUR, UP_COLOUR

SIDES = Sides("treated vs control", "dex", "Higher in treated", "Lower in treated")
HOSTILE = (
    "<img src=x onerror=alert(1)>&amp;\"'",
    "abc\u202edef\u2066ghi",
    "样品一 处理组 عينة",
    "W" * 5_000,
    "very long name of a process " * 40,
    "nul\x00 half \ud800 pair\nline",
    "",
)


def make_terms(n_up: int, n_down: int, names: tuple[str, ...] = ()) -> list[TermFacts]:
    """Sets of which every third leads the two after it; within a group all genes are shared."""
    terms = []
    for direction, n in ((1, n_up), (-1, n_down)):
        for i in range(n):
            leader = i - i % 3
            genes = (*(f"G{direction}_{leader}_{k}" for k in range(4)), f"G{direction}_all")
            name = names[i % len(names)] if names else f"regulation of process number {i} of the cell"
            terms.append(
                TermFacts(
                    f"S{i}", name, direction, f"S{leader}", genes, 200 - 3 * i, 400, 2.0 + i / 10,
                    10.0 ** (-40 + i / 2), direction * (0.2 + i / 20),
                )
            )  # fmt: skip
    return terms


def draw_all(terms: list[TermFacts], sides: Sides = SIDES) -> list[Canvas]:
    links = [(i, j) for i, j in combinations(range(len(terms)), 2) if set(terms[i].genes) & set(terms[j].genes)]
    leading = [*split_sides(terms, 6)[0], *split_sides(terms, 6)[1]]
    genes = {gene: term.change * 3 for term in leading for gene in term.genes}
    found = [ClusterTerm(term.name, ((term.n_found, term.padj), None, (3, 0.01))) for term in terms]
    return [
        draw_term_dots(build_term_dots_spec(terms, sides, alpha=0.05)),
        draw_term_map(build_term_map_spec(terms, links, sides, n_called=len(terms) + 5)),
        draw_term_genes(build_term_genes_spec(leading, genes, sides)),
        draw_cluster_terms(build_cluster_terms_spec(found, [10, 2000, 7], title="Heatmap of all genes")),
        draw_running(build_running_spec(make_ranked([term.name for term in terms[:6]]), falling(), sides)),
    ]


def falling(n_genes: int = 2000) -> np.ndarray:
    return np.linspace(9.0, -7.0, n_genes) ** 3 / 50


def make_ranked(names: list[str], n_genes: int = 2000) -> list[RankedSet]:
    sets = []
    for i, name in enumerate(names):
        ranks = np.arange(0, 600, 20) if i % 2 == 0 else np.arange(n_genes - 600, n_genes, 20)
        step = np.where(np.isin(np.arange(n_genes), ranks), 1 / len(ranks), -1 / (n_genes - len(ranks)))
        sums = np.concatenate([[0.0], np.cumsum(step)])
        peak = int(np.argmax(np.abs(sums)))
        n_leading = int((ranks < peak).sum()) if sums[peak] > 0 else int((ranks >= peak).sum())
        path = np.stack([np.arange(n_genes + 1), sums], axis=1)
        sets.append(RankedSet(name, ranks, path, n_leading, float(sums[peak]), 2.0 * np.sign(sums[peak]), 1e-4))
    return sets


@given(
    st.lists(st.tuples(st.floats(1, 40), st.floats(1, 20)), min_size=1, max_size=25),
    st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=30),
)
@settings(max_examples=40, deadline=None)
def test_boxes_never_meet_and_stay_within_the_width(
    sizes: list[tuple[float, float]], links: list[tuple[int, int]]
) -> None:
    boxes = np.array(sizes)
    links = [(i, j) for i, j in links if i < len(boxes) and j < len(boxes) and i != j]
    centres, height = arrange_boxes(boxes, links, 80.0)
    low, high = centres - boxes / 2, centres + boxes / 2
    assert (low >= -1e-2).all() and (high[:, 0] <= 80.01).all() and high[:, 1].max() <= height + 1e-2
    for i, j in combinations(range(len(boxes)), 2):
        overlap = np.minimum(high[i], high[j]) - np.maximum(low[i], low[j])
        assert overlap.min() <= 0.01, (i, j)


def test_linked_boxes_lie_nearer_each_other_than_others() -> None:
    links = [(i, i + 1) for i in range(0, 20, 2)]
    centres, _ = arrange_boxes(np.full((20, 2), 6.0), links, 90.0)
    apart = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    linked = np.mean([apart[i, j] for i, j in links])
    assert linked < 0.6 * apart[np.triu_indices(20, 1)].mean()


def test_no_boxes_take_no_room() -> None:
    centres, height = arrange_boxes(np.empty((0, 2)), [], 80.0)
    assert centres.shape == (0, 2) and height == 0.0


def test_dots_lie_where_their_certainty_is_and_their_area_counts_genes() -> None:
    terms = make_terms(4, 3)
    spec = build_term_dots_spec(terms, SIDES, alpha=0.05)
    assert [heading.text for heading in spec.headings] == ["Higher in treated", "Lower in treated"]
    assert [heading.colour for heading in spec.headings] == [UP_COLOUR, DOWN_COLOUR]
    zero, unit = spec.ticks[0][0], (spec.ticks[1][0] - spec.ticks[0][0]) / float(spec.ticks[1][1])
    assert [(row.x - zero) / unit for row in spec.rows] == pytest.approx([-np.log10(t.padj) for t in terms], abs=0.01)
    assert (spec.line - zero) / unit == pytest.approx(-np.log10(0.05))
    area = np.array([row.radius**2 for row in spec.rows])
    assert area / area[0] == pytest.approx([term.n_found / terms[0].n_found for term in terms])
    assert all(spec.panel[0] <= row.x <= spec.panel[2] for row in spec.rows)
    assert spec.rows[0].found == "200 of 400" and spec.rows[0].fold == "2.0×"
    assert [row.y for row in spec.rows] == sorted(row.y for row in spec.rows)
    red, blue = spec.rows[3].colour, spec.rows[6].colour
    assert int(red[1:3], 16) > int(red[5:], 16) and int(blue[1:3], 16) < int(blue[5:], 16)


@pytest.mark.parametrize("p", [0.049, 1e-320, 0.0])
def test_one_set_of_any_certainty_is_drawn_n29(p: float, check: Callable[[object], None]) -> None:
    (term,) = make_terms(1, 0)
    term = TermFacts(**{**term.__dict__, "padj": p})
    spec = build_term_dots_spec([term], SIDES, alpha=0.05)
    assert len(spec.rows) == 1 and len(spec.headings) == 1
    assert 2 <= len(spec.ticks) <= 8
    check(draw_term_dots(spec))


def test_more_sets_than_find_room_are_counted() -> None:
    spec = build_term_dots_spec(make_terms(50, 2), SIDES, alpha=0.05)
    assert len(spec.rows) == MAX_TERMS
    assert spec.page.small_print[0].startswith("The 24 most certain of 52 distinct sets.")
    assert [len(side) for side in split_sides(make_terms(50, 2), 24)] == [22, 2]
    assert [len(side) for side in split_sides(make_terms(50, 50), 24)] == [12, 12]
    assert [len(side) for side in split_sides(make_terms(0, 50), 24)] == [0, 24]


def test_a_map_groups_sets_under_their_leader_and_no_dots_meet() -> None:
    terms = make_terms(9, 7)
    spec = build_term_map_spec(terms, [(0, 1), (0, 3), (9, 10)], SIDES, n_called=500)
    assert [label.note for label in spec.labels] == ["3 sets"] * 5 + [""]
    assert spec.inner_links == ((0, 1), (9, 10)) and spec.outer_links == ((0, 3),)
    for one, other in combinations(spec.dots, 2):
        assert np.hypot(one.x - other.x, one.y - other.y) > one.radius + other.radius
    assert max(dot.x for dot in spec.dots[:9]) < min(dot.x for dot in spec.dots[9:]), "up left, down right"
    assert spec.page.small_print[0].startswith("The 16 most certain of 500 sets called.")


def test_names_cover_no_dot_of_a_map() -> None:
    spec = build_term_map_spec(make_terms(30, 30), [], SIDES, n_called=60)
    texts = [mark for mark in draw_term_map(spec).marks if type(mark).__name__ == "TextMark"]
    for mark in texts:
        left, top, right, bottom = mark.box
        for dot in spec.dots:
            x, y = np.clip(dot.x, left, right), np.clip(dot.y, top, bottom)
            assert np.hypot(dot.x - x, dot.y - y) > dot.radius - 0.1, mark.text


def test_a_gene_is_one_chip_with_a_line_to_each_of_its_sets() -> None:
    terms = make_terms(6, 0)
    genes = {"G1_0_0": 2.0, "G1_all": -0.5}
    spec = build_term_genes_spec([terms[0], terms[3]], genes, SIDES)
    assert [chip.name for chip in spec.genes] == ["G1_0_0", "G1_all"]
    assert set(spec.links) == {(0, 0), (0, 1), (1, 1)}
    assert [label.note for label in spec.terms] == ["2 of 200 genes", "1 of 191 genes"]
    chip = spec.genes[1]
    assert int(chip.colour[5:], 16) > int(chip.colour[1:3], 16), "lower is blue"


def test_cluster_dots_stand_where_a_set_is_called() -> None:
    terms = [ClusterTerm("first", ((30, 1e-9), None, (4, 0.02))), ClusterTerm("second", (None, (5, 1e-3), None))]
    spec = build_cluster_terms_spec(terms, [100, 50, 20], title="Heatmap")
    x = {name: at for at, name, _ in spec.columns}
    y = [middle for _, middle in spec.rows]
    assert [(dot.x, dot.y) for dot in spec.dots] == [(x["C1"], y[0]), (x["C3"], y[0]), (x["C2"], y[1])]
    assert [size for _, _, size in spec.columns] == ["100", "50", "20"]
    assert len(build_cluster_terms_spec(terms * 40, [1] * 3, title="H").rows) == 36


def test_running_panels_shade_the_leading_edge() -> None:
    up, down = make_ranked(["up", "down"])
    spec = build_running_spec([up, down], falling(), SIDES)
    first, second = spec.panels
    assert first.direction == 1 and first.leading[0] == first.box[0]
    inside = (first.members >= first.leading[0]) & (first.members <= first.leading[1])
    assert int(inside.sum()) == up.n_leading
    inside = (second.members >= second.leading[0]) & (second.members <= second.leading[1])
    assert int(inside.sum()) == down.n_leading
    peak = first.curve[np.argmin(first.curve[:, 1])]
    assert peak[0] == pytest.approx(first.leading[1], abs=0.1)
    assert first.note == f"NES +2.00, padj 1.0e−4; {up.n_leading} of 30 genes leading"
    _, top, width, height = spec.rankings[0].box
    bars = spec.rankings[0].bars
    assert bars[:, 1].min() >= top - 1e-3 and (bars[:, 1] + bars[:, 3]).max() <= top + height + 1e-3
    assert bars[:, 2].sum() == pytest.approx(width, abs=0.1)


@pytest.mark.parametrize(("n_up", "n_down"), [(1, 0), (0, 1), (3, 2), (30, 30), (60, 0)])
def test_any_number_of_sets_fits_the_page(n_up: int, n_down: int, check: Callable[[object], None]) -> None:
    for canvas in draw_all(make_terms(n_up, n_down)):
        assert canvas.width <= DOUBLE_COLUMN_MM + 1e-9 and canvas.height < 260
        check(canvas)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_leave_the_page_whole_r19(name: str, check: Callable[[object], None]) -> None:
    sides = Sides(f"{name} vs x", name, f"Higher in {name}", f"Lower in {name}")
    for canvas in draw_all(make_terms(8, 5, (name,)), sides):
        check(canvas)
        for image_format in IMAGE_FORMATS:
            assert len(render(canvas, image_format, title=name)) > 1000


def test_same_bytes_for_the_same_sets_r10() -> None:
    first, second = (
        [render(canvas, kind) for canvas in draw_all(make_terms(9, 9)) for kind in IMAGE_FORMATS] for _ in range(2)
    )
    assert first == second


def test_the_specs_are_json() -> None:
    terms = make_terms(4, 4)
    for spec in (
        build_term_dots_spec(terms, SIDES, alpha=0.05),
        build_term_map_spec(terms, [(0, 1)], SIDES, n_called=8),
        build_term_genes_spec(terms, {"G1_0_0": 1.0}, SIDES),
        build_running_spec(make_ranked(["a"]), falling(), SIDES),
        build_cluster_terms_spec([ClusterTerm("a", ((1, 0.01),))], [5], title="H"),
    ):
        assert json.loads(json.dumps(spec.to_json(), allow_nan=False))["page"]["width"] > 80


@pytest.mark.parametrize("largest", [1, 2, 7, 10, 95, 480, 12_345])
def test_examples_of_the_size_key_rise_to_about_the_largest(largest: int) -> None:
    examples = SizeKey("genes", largest, 2.0).examples
    assert list(examples) == sorted(set(examples)) and largest / 2.6 <= examples[-1] <= largest
