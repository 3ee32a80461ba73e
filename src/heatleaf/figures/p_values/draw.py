"""Draw a histogram of p-values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.groups import draw_legend, legend_height
from heatleaf.figures.p_values.spec import ASIDE_COLOUR, TESTED_COLOUR, PValuesSpec
from heatleaf.figures.page import EDGE_MM, Sheet, open_sheet
from heatleaf.figures.points import draw_axes, draw_empty
from heatleaf.figures.theme import INK
from heatleaf.figures.ticks import round_ticks

_X_TICKS = ((0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1.0, "1"))
_GAP_MM = 0.18  # white between bars


def draw_p_values(spec: PValuesSpec) -> Canvas:
    """Draw the figure."""
    sheet = open_sheet(spec.page)
    _draw_bars(sheet, spec, spec.tested + spec.set_aside, ASIDE_COLOUR)
    _draw_bars(sheet, spec, spec.tested, TESTED_COLOUR)
    box, limits = spec.page.panel, spec.limits
    if np.isfinite(spec.null_height):
        ends = limits.place(box, np.array(limits.x), np.full(2, spec.null_height))
        sheet.line(ends, colour=INK, width=0.8, is_dashed=True)
    draw_axes(sheet, box, limits, _X_TICKS, round_ticks(*limits.y, 6, whole=True))
    sheet.name_axes("p-value", "genes")
    _, _, _, top = spec.page.panel_bounds
    draw_legend(sheet, spec.legend, EDGE_MM, top + 2.0 + legend_height(spec.legend))
    draw_empty(sheet, spec.empty_text)
    return sheet.canvas


def _draw_bars(sheet: Sheet, spec: PValuesSpec, heights: NDArray[np.int64], colour: str) -> None:
    edges = np.linspace(*spec.limits.x, len(heights) + 1)
    low = spec.limits.place(spec.page.panel, edges[:-1], np.zeros(len(heights)))
    high = spec.limits.place(spec.page.panel, edges[1:], heights.astype(np.float64))
    for (left, bottom), (right, top) in zip(low.tolist(), high.tolist(), strict=True):
        if top > bottom:
            sheet.fill((left + _GAP_MM / 2, bottom, right - _GAP_MM / 2, top), colour)
