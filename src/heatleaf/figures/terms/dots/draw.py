"""Put the dot plot of gene sets on a canvas."""

from __future__ import annotations

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.page import open_canvas
from heatleaf.figures.terms.dots.spec import TermDotsSpec, TermRow
from heatleaf.figures.terms.keys import (
    colour_key_width,
    draw_colour_key,
    draw_dot,
    draw_size_key,
)
from heatleaf.figures.text import line_height
from heatleaf.figures.theme import INK, RULE, SMALL_SIZE, SOFT_INK, TEXT_SIZE

_STEM = "#D4D9DD"
_GRID = "#ECEFF1"


def draw_term_dots(spec: TermDotsSpec) -> Canvas:
    """Draw the figure."""
    canvas = open_canvas(spec.page)
    left, top, right, bottom = spec.panel
    canvas.lines([np.array([(x, top), (x, bottom)]) for x, _ in spec.ticks], colour=_GRID)
    canvas.lines([np.array([(left, row.y), (row.x, row.y)]) for row in spec.rows], colour=_STEM, width=0.8)
    canvas.lines([np.array([(spec.line, top), (spec.line, bottom)])], colour=RULE, width=0.5, is_dashed=True)
    canvas.lines([np.array([(left, bottom), (right, bottom)])], colour=INK, width=0.5)
    for x, number in spec.ticks:
        canvas.lines([np.array([(x, bottom), (x, bottom + 0.8)])], colour=INK, width=0.5)
        canvas.text(x, bottom + 2.3, number, size=SMALL_SIZE, anchor="center")
    canvas.text((left + right) / 2, bottom + 5.4, "−log₁₀ adjusted p-value", anchor="center")
    for heading in spec.headings:
        canvas.text(heading.x, heading.y, heading.text, colour=heading.colour, style="bold")
    for words, x in zip(("genes", "fold"), spec.columns, strict=True):
        canvas.text(x, top - 1.2, words, size=SMALL_SIZE, colour=SOFT_INK, anchor="right")
    for row in spec.rows:
        _draw_row(canvas, spec, row)
    key_top = bottom + 9.5
    colour_left = right - colour_key_width(spec.scale)
    draw_size_key(canvas, spec.size_key, spec.page.panel[0], key_top)
    draw_colour_key(canvas, spec.scale, colour_left, key_top)
    return canvas


def _draw_row(canvas: Canvas, spec: TermDotsSpec, row: TermRow) -> None:
    first = row.y - (len(row.lines) - 1) / 2 * line_height(TEXT_SIZE)
    for number, line in enumerate(row.lines):
        canvas.text(spec.name_end, first + number * line_height(TEXT_SIZE), line, anchor="right")
    draw_dot(canvas, row.x, row.y, row.radius, row.colour)
    for words, x in zip((row.found, row.fold), spec.columns, strict=True):
        canvas.text(x, row.y, words, size=SMALL_SIZE, colour=SOFT_INK, anchor="right")
