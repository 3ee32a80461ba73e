"""What the dot plot of gene sets shows, as plain values: places in mm from the upper left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heatleaf.figures.heatmap.scale import ColourScale
from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.terms.facts import Sides, TermFacts, split_sides, wrap_name
from heatleaf.figures.terms.keys import KEY_MM, SizeKey, change_scale, hex_colours
from heatleaf.figures.terms.sides import Heading, direction_colour
from heatleaf.figures.text import line_height, shorten_sentence, text_width
from heatleaf.figures.theme import TEXT_SIZE

WIDTH_MM = 140.0  # of one and a half columns
MAX_TERMS = 24
_NAME_MM = 62.0
_NUMBERS_MM = 27.0  # room for the numbers at the right
_RADIUS_MM = 2.1
_ROW_MM = 4.5
_LEAST_P = 1e-300


@dataclass(frozen=True)
class TermRow:
    """A term: the lines of its name, its dot, and its numbers. y : middle of the row."""

    lines: tuple[str, ...]
    y: float
    x: float
    radius: float
    colour: str
    found: str
    fold: str


@dataclass(frozen=True, eq=False)
class TermDotsSpec:
    """Terms as rows along an axis of certainty.

    panel : left, top, right and bottom. ticks : x and number. name_end : x at which names end. line : x of the level
    at which sets are called. columns : x of the right ends of both numbers.
    """

    page: Page
    panel: tuple[float, float, float, float]
    rows: tuple[TermRow, ...]
    headings: tuple[Heading, ...]
    ticks: tuple[tuple[float, str], ...]
    name_end: float
    line: float
    columns: tuple[float, float]
    size_key: SizeKey
    scale: ColourScale

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_term_dots_spec(
    terms: Sequence[TermFacts], sides: Sides, *, alpha: float, max_terms: int = MAX_TERMS
) -> TermDotsSpec:
    """Describe the gene sets that stand out on both sides of a comparison.

    Parameters
    ----------
    terms : sequence of TermFacts
        Distinct sets, at least one, most certain first.
    alpha : adjusted p-value at which sets are called
    """
    chosen = [side for side in split_sides(terms, max_terms) if side]
    shown = [term for side in chosen for term in side]
    names = [wrap_name(term.name, _NAME_MM, TEXT_SIZE, max_lines=2) for term in shown]
    heights = [max(_ROW_MM, len(lines) * line_height(TEXT_SIZE) + 1.0) for lines in names]
    heading_mm = line_height(TEXT_SIZE) + 2.4
    page = lay_out(
        f"Gene sets: {sides.title}",
        sides.factor,
        _left_out(len(shown), len(terms)),
        width=WIDTH_MM,
        panel_height=sum(heights) + heading_mm * len(chosen) + 1.0,
        margins=Margins(EDGE_MM, EDGE_MM, 3.5, 11.0 + KEY_MM),
    )
    name_end = EDGE_MM + max(text_width(line, TEXT_SIZE) for lines in names for line in lines)
    left, right = name_end + 4.0, page.width - EDGE_MM - _NUMBERS_MM
    top, bottom = page.panel_top, page.panel_top + page.panel[3]
    certainty = [float(-np.log10(max(term.padj, _LEAST_P))) for term in shown]
    ticks = _ticks(max(certainty))
    unit = (right - left) / (max(max(certainty), ticks[-1]) * 1.0 + 1e-9)
    unit *= 1 - _RADIUS_MM / (right - left)
    y, headings, middles, number = top, [], [], 0
    for side in chosen:
        words = shorten_sentence(sides.words(side[0].direction), page.panel[2] - _NUMBERS_MM, TEXT_SIZE, bold=True)
        headings.append(
            Heading(words, direction_colour(side[0].direction), EDGE_MM, round(y + heading_mm / 2 + 0.4, 3))
        )
        y += heading_mm
        for _ in side:
            middles.append(y + heights[number] / 2)
            y += heights[number]
            number += 1
    size_key = SizeKey("genes found", max(term.n_found for term in shown), _RADIUS_MM)
    scale = change_scale([term.change for term in shown], "median log₂ fold change of these genes")
    return TermDotsSpec(
        page=page,
        panel=(left, top, right, bottom),
        rows=tuple(
            TermRow(
                lines, round(middle, 3), round(left + value * unit, 3), size_key.radius_of(term.n_found), colour,
                f"{term.n_found:,} of {term.set_size:,}", f"{term.fold:.1f}×",
            )
            for lines, middle, value, term, colour in zip(
                names, middles, certainty, shown, hex_colours(scale, [term.change for term in shown]), strict=True
            )
        ),
        headings=tuple(headings),
        ticks=tuple((left + tick * unit, f"{tick:g}") for tick in ticks),
        name_end=name_end,
        line=left - np.log10(alpha) * unit,
        columns=(page.width - EDGE_MM - 10.0, page.width - EDGE_MM),
        size_key=size_key,
        scale=scale,
    )  # fmt: skip


def _ticks(largest: float) -> list[float]:
    """Return round numbers from 0 to about the largest, at most seven."""
    power = 10.0 ** np.floor(np.log10(max(largest, 1e-9) / 5))
    step = next(factor * power for factor in (1, 2, 5, 10, 20) if largest / (factor * power) <= 6)
    return [float(tick) for tick in np.arange(0, largest + 0.2 * step, step)]


def _left_out(n_shown: int, n_terms: int) -> str:
    which = f"The {n_shown} most certain of {n_terms:,} distinct sets. " if n_shown < n_terms else ""
    return f"{which}Sets whose genes are much those of a more certain one are left out."
