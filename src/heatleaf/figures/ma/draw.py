"""Draw an MA spec with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatleaf.figures.ma.spec import MaSpec
from heatleaf.figures.page import open_sheet
from heatleaf.figures.points import draw_gene_labels, draw_number, draw_points
from heatleaf.figures.theme import DOWN_COLOUR, INK, SOFT_INK, UP_COLOUR

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_ma(spec: MaSpec) -> Figure:
    """Draw the figure; call within `theme.drawing()`."""
    sheet = open_sheet(spec.page)
    sheet.axes.set(xlim=spec.x_limits, ylim=spec.y_limits)
    sheet.axes.locator_params(axis="y", nbins=7, steps=[1, 2, 5, 10])
    sheet.axes.set_xticks([tick for tick, _ in spec.x_ticks], [text for _, text in spec.x_ticks])
    sheet.name_axes(spec.x_label, spec.y_label)
    draw_points(sheet, spec.points)
    sheet.axes.axhline(0, color=INK, linewidth=0.5, zorder=5)
    draw_gene_labels(sheet, spec.labels)
    left, bottom, right, top = spec.page.panel_bounds
    down, up = f"lower in {spec.tested_level}", f"higher in {spec.tested_level}"
    draw_number(sheet, (right, top + 1.5), f"{spec.n_up:,} up", up, colour=UP_COLOUR, side="right")
    sheet.veil(spec.corner)
    draw_number(sheet, (right, bottom + 1.5), f"{spec.n_down:,} down", down, colour=DOWN_COLOUR, side="right")
    if spec.empty_text:
        left, bottom, width, height = spec.page.panel
        sheet.write(left + width / 2, bottom + height / 2 + 2, spec.empty_text, size=7, colour=SOFT_INK, ha="center")
    return sheet.figure
