"""Draw the quality of reads."""

from __future__ import annotations

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.groups import draw_legend, legend_height
from heatleaf.figures.page import EDGE_MM, open_sheet
from heatleaf.figures.points import draw_axes, draw_empty
from heatleaf.figures.reads.quality.spec import BANDS, QualitySpec
from heatleaf.figures.ticks import round_ticks

_N_TICKS = 6
_Y_TICKS = tuple((float(score), str(score)) for score in (0, 10, 20, 30, 40))


def draw_quality(spec: QualitySpec) -> Canvas:
    """Draw the figure."""
    sheet = open_sheet(spec.page)
    box, limits = spec.page.panel, spec.limits
    left, _, right, top = spec.page.panel_bounds
    for low, high, colour in BANDS:
        (_, bottom), (_, above) = limits.place(box, np.array(limits.x), np.array((low, high))).tolist()
        sheet.fill((left, bottom, right, above), colour)
    for i, file in enumerate(spec.files):
        places = limits.place(box, np.arange(1.0, len(file.mean) + 1), np.clip(file.mean, *limits.y))
        sheet.line(places, colour=spec.colour(i), width=spec.line_width)
    draw_axes(sheet, box, limits, round_ticks(*limits.x, _N_TICKS, whole=True), _Y_TICKS)
    sheet.name_axes("base of the read", "mean quality")
    draw_legend(sheet, spec.legend, EDGE_MM, top + 2.0 + legend_height(spec.legend))
    draw_empty(sheet, spec.empty_text)
    return sheet.canvas
