"""Draw a volcano spec."""

from __future__ import annotations

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.page import Sheet, open_sheet
from heatleaf.figures.points import draw_calls, draw_empty, draw_gene_labels, draw_panel
from heatleaf.figures.theme import RULE, SOFT_INK
from heatleaf.figures.ticks import round_ticks
from heatleaf.figures.volcano.spec import VolcanoSpec


def draw_volcano(spec: VolcanoSpec) -> Canvas:
    """Draw the figure."""
    sheet = open_sheet(spec.page)
    panel = spec.panel
    draw_panel(sheet, panel, round_ticks(*panel.limits.x, 8), round_ticks(*panel.limits.y, 8))
    _draw_middle(sheet, spec)
    _draw_significance(sheet, spec)
    draw_gene_labels(sheet, panel.labels)
    draw_calls(sheet, spec.calls)
    draw_empty(sheet, spec.empty_text)
    return sheet.canvas


def _draw_significance(sheet: Sheet, spec: VolcanoSpec) -> None:
    """Draw the line of significance, named in the right margin."""
    if np.isfinite(spec.p_line):
        left, bottom, right, top = spec.page.panel_bounds
        y = bottom + spec.p_line / spec.panel.limits.y[1] * (top - bottom)
        sheet.line(np.array([(left, y), (right, y)]), colour=SOFT_INK, width=0.5, is_dashed=True)
        sheet.write(right + 1.0, y + 0.4, "padj", colour=SOFT_INK)
        sheet.write(right + 1.0, y - 2.0, f"{spec.calls.alpha:g}", colour=SOFT_INK)


def _draw_middle(sheet: Sheet, spec: VolcanoSpec) -> None:
    """Draw the line of no change from the bottom to the top of the panel."""
    limits = spec.panel.limits
    ends = limits.place(spec.panel.box, np.zeros(2), np.array(limits.y))
    sheet.line(ends, colour=RULE, width=0.4)
