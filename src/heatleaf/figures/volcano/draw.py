"""Draw a volcano spec with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from heatleaf.figures.page import open_sheet
from heatleaf.figures.points import draw_gene_labels, draw_number, draw_points
from heatleaf.figures.theme import DOWN_COLOUR, RULE, SOFT_INK, UP_COLOUR
from heatleaf.figures.volcano.spec import VolcanoSpec

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from heatleaf.figures.page import Sheet


def draw_volcano(spec: VolcanoSpec) -> Figure:
    """Draw the figure; call within `theme.drawing()`."""
    sheet = open_sheet(spec.page)
    sheet.axes.set(xlim=spec.x_limits, ylim=spec.y_limits)
    sheet.axes.locator_params(nbins=8, steps=[1, 2, 5, 10])
    sheet.name_axes(spec.x_label, spec.y_label)
    sheet.axes.axvline(0, color=RULE, linewidth=0.4, zorder=1)
    draw_points(sheet, spec.points)
    _draw_thresholds(sheet, spec)
    draw_gene_labels(sheet, spec.labels)
    left, _, right, top = spec.page.panel_bounds
    down, up = f"lower in {spec.tested_level}", f"higher in {spec.tested_level}"
    draw_number(sheet, (left, top + 1.5), f"{spec.n_down:,} down", down, colour=DOWN_COLOUR, side="left")
    draw_number(sheet, (right, top + 1.5), f"{spec.n_up:,} up", up, colour=UP_COLOUR, side="right")
    if spec.empty_text:
        left, bottom, width, height = spec.page.panel
        sheet.write(left + width / 2, bottom + height / 2, spec.empty_text, size=7, colour=SOFT_INK, ha="center")
    return sheet.figure


def _draw_thresholds(sheet: Sheet, spec: VolcanoSpec) -> None:
    """Draw the line of significance, named in the right margin, and those of the fold change."""
    if np.isfinite(spec.p_line):
        sheet.axes.axhline(spec.p_line, color=SOFT_INK, linewidth=0.5, dashes=(4, 2.5), zorder=5)
        _, bottom, right, top = spec.page.panel_bounds
        y = bottom + spec.p_line / spec.y_limits[1] * (top - bottom)
        sheet.write(right + 1.0, y + 0.4, "padj", colour=SOFT_INK)
        sheet.write(right + 1.0, y - 2.0, f"{spec.alpha:g}", colour=SOFT_INK)
    if np.isfinite(spec.lfc_line):
        for x in (-spec.lfc_line, spec.lfc_line):
            sheet.axes.axvline(x, color=SOFT_INK, linewidth=0.5, dashes=(1, 2), zorder=5)
