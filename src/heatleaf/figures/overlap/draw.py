"""Draw the overview of several comparisons."""

from __future__ import annotations

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.groups import draw_legend, legend_height
from heatleaf.figures.overlap.spec import OverlapSpec
from heatleaf.figures.page import EDGE_MM, Sheet, open_sheet
from heatleaf.figures.theme import INK, PT_PER_MM, SOFT_INK, TEXT_SIZE

_GROUND = "#F1F3F5"
_ABSENT = "#D4D9DD"


def draw_overlap(spec: OverlapSpec) -> Canvas:
    """Draw the figure."""
    sheet = open_sheet(spec.page)
    _, _, _, top = spec.page.panel_bounds
    draw_legend(sheet, spec.legend, EDGE_MM, top + 5.0 + legend_height(spec.legend))
    _draw_bars(sheet, spec)
    _draw_matrix(sheet, spec)
    for name, x, y in spec.names:
        sheet.write_beside(x, y, name, anchor="right")
    left, right = spec.matrix
    middle = max((left + right) / 2, 45.0)
    sheet.write(middle, top - 12.0, spec.empty_text, size=TEXT_SIZE, colour=SOFT_INK, anchor="center")
    return sheet.canvas


def _draw_bars(sheet: Sheet, spec: OverlapSpec) -> None:
    for bar in spec.columns:
        for colour, start, end in bar.parts:
            sheet.fill((bar.across - spec.bar_width / 2, start, bar.across + spec.bar_width / 2, end), colour)
        sheet.write(bar.across, bar.parts[-1][2] + 0.8, bar.number, anchor="center")
    half = 0.3 * spec.row_height
    for bar in spec.totals:
        for colour, start, end in bar.parts:
            sheet.fill((min(start, end), bar.across - half, max(start, end), bar.across + half), colour)
            sheet.write_beside(end - 0.8, bar.across, bar.number, anchor="right", colour=SOFT_INK)


def _draw_matrix(sheet: Sheet, spec: OverlapSpec) -> None:
    left, right = spec.matrix
    half = spec.row_height / 2
    for y in spec.stripes:
        sheet.fill((left, y - half, right, y + half), _GROUND)
    sheet.lines([np.array([(x, low), (x, high)]) for x, low, high in spec.links], colour=INK, width=1.2)
    for is_in, colour in ((False, _ABSENT), (True, INK)):
        dots = np.array([(x, y) for x, y, here in spec.dots if here == is_in]).reshape(-1, 2)
        sheet.dots(dots, 2.5 / PT_PER_MM, colour)
