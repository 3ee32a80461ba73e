"""The overview of several comparisons: laws of the spec, many comparisons, edge cases."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from heatleaf.figures.overlap import GeneSetShare, build_overlap_spec, draw_overlap
from heatleaf.figures.overlap.spec import MAX_ROWS, MAX_SETS
from heatleaf.figures.save import IMAGE_FORMATS, render
from heatleaf.figures.theme import DOUBLE_COLUMN_MM, DOWN_COLOUR, UP_COLOUR

TITLES = ("Day4 vs Day0", "Day8 vs Day0", "Day8 vs Day4")
SETS = (GeneSetShare((1, 2), 220, 180, 0), GeneSetShare((1,), 90, 10, 0), GeneSetShare((0, 1, 2), 20, 10, 5))


def many(n_titles: int, n_sets: int) -> tuple[list[str], list[GeneSetShare]]:
    rng = np.random.default_rng(4)
    titles = [f"a long name of condition {i} vs another long name" for i in range(n_titles)]
    members = sorted({tuple(np.flatnonzero(rng.random(n_titles) < 0.3).tolist()) for _ in range(n_sets)} - {()})
    return titles, [GeneSetShare(one, 5000 - i, 100, i % 2) for i, one in enumerate(members)]


def test_bars_are_as_long_as_their_sets_and_coloured_by_direction() -> None:
    spec = build_overlap_spec(TITLES, SETS, alpha=0.05)
    lengths = [bar.parts[-1][2] - bar.parts[0][1] for bar in spec.columns]
    assert np.array(lengths) / lengths[0] == pytest.approx([1.0, 0.25, 35 / 400])
    colour, start, end = spec.columns[0].parts[0]
    assert colour == UP_COLOUR and (end - start) / lengths[0] == pytest.approx(220 / 400)
    assert spec.columns[0].parts[-1][0] == DOWN_COLOUR
    assert [bar.number for bar in spec.columns] == ["400", "100", "35"]
    assert [bar.number for bar in spec.totals] == ["35", "535", "435"]


def test_dots_say_which_comparisons_call_the_genes() -> None:
    spec = build_overlap_spec(TITLES, SETS, alpha=0.05)
    rows = {name: y for name, _, y in spec.names}
    for bar, one in zip(spec.columns, SETS, strict=True):
        here = {y for x, y, is_in in spec.dots if x == bar.across and is_in}
        assert here == {rows[TITLES[i]] for i in one.members}
    assert len(spec.dots) == 9
    assert [low == high for _, low, high in spec.links] == [False, True, False]


def test_opposite_directions_are_in_the_legend_only_where_they_occur() -> None:
    names = [entry.text for entry in build_overlap_spec(TITLES, SETS, alpha=0.05).legend]
    assert names == ["up", "down", "up in one, down in another"]
    assert [entry.text for entry in build_overlap_spec(TITLES, SETS[:2], alpha=0.05).legend] == ["up", "down"]


@pytest.mark.parametrize(("n_titles", "n_sets"), [(2, 3), (5, 40), (14, 300), (60, 2000)])
def test_many_comparisons_fit_the_page_and_what_is_left_out_is_counted(
    n_titles: int, n_sets: int, check: Callable[[object], None]
) -> None:
    titles, sets = many(n_titles, n_sets)
    spec = build_overlap_spec(titles, sets, alpha=0.05)
    assert spec.page.width <= DOUBLE_COLUMN_MM
    assert len(spec.names) == max(min(n_titles, MAX_ROWS), len(sets[0].members)) and len(spec.columns) <= MAX_SETS
    assert all(bar.across + spec.bar_width / 2 < spec.page.width for bar in spec.columns)
    shown = sum(int(bar.number.replace(",", "")) for bar in spec.columns)
    left_out = sum(one.n_genes for one in sets) - shown
    said = " ".join(spec.page.small_print)
    assert (f"{left_out:,} genes in the table overlap.tsv" in said) == bool(left_out)
    assert (f"of {n_titles} comparisons, those of the largest sets." in said) == (n_titles > MAX_ROWS)
    assert spec.columns and not spec.empty_text
    check(draw_overlap(spec))


def test_nothing_called_is_said_n34(check: Callable[[object], None]) -> None:
    spec = build_overlap_spec(TITLES, (), alpha=0.1)
    assert spec.empty_text == "No gene is called in any comparison"
    assert spec.page.subtitle == ("genes with padj < 0.1 in exactly the comparisons with a dot",)
    check(draw_overlap(spec))


def test_same_bytes_for_the_same_sets_r10() -> None:
    def draw() -> list[bytes]:
        figure = draw_overlap(build_overlap_spec(TITLES, SETS, alpha=0.05))
        return [render(figure, image_format) for image_format in IMAGE_FORMATS]

    assert draw() == draw()


def test_the_spec_is_json() -> None:
    assert json.loads(json.dumps(build_overlap_spec(TITLES, SETS, alpha=0.05).to_json(), allow_nan=False))["columns"]
