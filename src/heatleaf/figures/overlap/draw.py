"""Draw the overview of several comparisons with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatleaf.figures.groups import draw_legend, legend_height
from heatleaf.figures.overlap.spec import OverlapSpec
from heatleaf.figures.page import EDGE_MM, open_sheet
from heatleaf.figures.theme import INK, SOFT_INK, TEXT_SIZE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from heatleaf.figures.page import Sheet

_GROUND = "#F1F3F5"
_ABSENT = "#D4D9DD"


def draw_overlap(spec: OverlapSpec) -> Figure:
    """Draw the figure; call within `theme.drawing()`."""
    sheet = open_sheet(spec.page)
    sheet.axes.set_axis_off()
    _, _, _, top = spec.page.panel_bounds
    draw_legend(sheet, spec.legend, EDGE_MM, top + 5.0 + legend_height(spec.legend))
    _draw_bars(sheet, spec)
    _draw_matrix(sheet, spec)
    for name, x, y in spec.names:
        sheet.write(x, y, name, ha="right", va="center_baseline")
    left, right = spec.matrix
    sheet.write(
        max((left + right) / 2, 45.0), top - 12.0, spec.empty_text, size=TEXT_SIZE, colour=SOFT_INK, ha="center"
    )
    return sheet.figure


def _draw_bars(sheet: Sheet, spec: OverlapSpec) -> None:
    for bar in spec.columns:
        for colour, start, end in bar.parts:
            sheet.overlay.bar(bar.across, end - start, spec.bar_width, start, color=colour, linewidth=0)
        sheet.write(bar.across, bar.parts[-1][2] + 0.8, bar.number, ha="center")
    for bar in spec.totals:
        for colour, start, end in bar.parts:
            sheet.overlay.barh(bar.across, end - start, 0.6 * spec.row_height, start, color=colour, linewidth=0)
            sheet.write(end - 0.8, bar.across, bar.number, ha="right", va="center_baseline", colour=SOFT_INK)


def _draw_matrix(sheet: Sheet, spec: OverlapSpec) -> None:
    left, right = spec.matrix
    for y in spec.stripes:
        sheet.overlay.barh(y, right - left, spec.row_height, left, color=_GROUND, linewidth=0, zorder=0)
    for x, low, high in spec.links:
        sheet.overlay.plot([x, x], [low, high], color=INK, linewidth=1.2)
    for is_in, colour in ((False, _ABSENT), (True, INK)):
        dots = [(x, y) for x, y, here in spec.dots if here == is_in]
        if dots:
            sheet.overlay.plot(*zip(*dots, strict=True), linestyle="none", marker="o", markersize=5, color=colour)
