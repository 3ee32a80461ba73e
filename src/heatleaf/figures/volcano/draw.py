"""Draw a volcano spec with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from heatleaf.figures.page import open_sheet
from heatleaf.figures.points import draw_calls, draw_empty, draw_panel
from heatleaf.figures.theme import RULE, SOFT_INK
from heatleaf.figures.volcano.spec import VolcanoSpec

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from heatleaf.figures.page import Sheet


def draw_volcano(spec: VolcanoSpec) -> Figure:
    """Draw the figure; call within `theme.drawing()`."""
    sheet = open_sheet(spec.page)
    draw_panel(sheet, sheet.axes, spec.panel)
    sheet.axes.locator_params(nbins=8, steps=[1, 2, 5, 10])
    sheet.axes.axvline(0, color=RULE, linewidth=0.4, zorder=1)
    _draw_thresholds(sheet, spec)
    draw_calls(sheet, spec.calls)
    draw_empty(sheet, spec.empty_text)
    return sheet.figure


def _draw_thresholds(sheet: Sheet, spec: VolcanoSpec) -> None:
    """Draw the line of significance, named in the right margin, and those of the fold change."""
    if np.isfinite(spec.p_line):
        sheet.axes.axhline(spec.p_line, color=SOFT_INK, linewidth=0.5, dashes=(4, 2.5), zorder=5)
        _, bottom, right, top = spec.page.panel_bounds
        y = bottom + spec.p_line / spec.panel.limits.y[1] * (top - bottom)
        sheet.write(right + 1.0, y + 0.4, "padj", colour=SOFT_INK)
        sheet.write(right + 1.0, y - 2.0, f"{spec.calls.alpha:g}", colour=SOFT_INK)
    if np.isfinite(spec.lfc_line):
        for x in (-spec.lfc_line, spec.lfc_line):
            sheet.axes.axvline(x, color=SOFT_INK, linewidth=0.5, dashes=(1, 2), zorder=5)
