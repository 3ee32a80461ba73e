"""Draw an MA spec."""

from __future__ import annotations

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.ma.spec import MaSpec
from heatleaf.figures.page import open_sheet
from heatleaf.figures.points import draw_calls, draw_empty, draw_gene_labels, draw_panel
from heatleaf.figures.theme import INK
from heatleaf.figures.ticks import round_ticks


def draw_ma(spec: MaSpec) -> Canvas:
    """Draw the figure."""
    sheet = open_sheet(spec.page)
    for panel in spec.panels:
        is_last = panel is spec.panels[-1]
        x_ticks = [(at, text if is_last else "") for at, text in spec.x_ticks]
        draw_panel(sheet, panel, x_ticks, round_ticks(*panel.limits.y, 7))
        ends = panel.limits.place(panel.box, np.array(panel.limits.x), np.zeros(2))
        sheet.line(ends, colour=INK, width=0.5)
        draw_gene_labels(sheet, panel.labels)
    draw_calls(sheet, spec.calls)
    draw_empty(sheet, spec.empty_text)
    return sheet.canvas
