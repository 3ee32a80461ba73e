"""Draw a PCA spec."""

from __future__ import annotations

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.groups import draw_legend, draw_samples, legend_height
from heatleaf.figures.page import EDGE_MM, Sheet, open_sheet
from heatleaf.figures.pca.spec import PcaSpec
from heatleaf.figures.points import Limits, draw_axes, draw_leader
from heatleaf.figures.theme import PT_PER_MM
from heatleaf.figures.ticks import round_ticks

_OPACITY = 0.72  # of the samples, so that one shows beneath another
_BY_AREA = "sDoPXpv<>^"  # shapes from large to small, drawn in this order
_ZERO_COLOUR = "#E3E6E9"


def draw_pca(spec: PcaSpec) -> Canvas:
    """Draw the figure."""
    sheet = open_sheet(spec.page)
    limits, box = Limits(spec.x_limits, spec.y_limits), spec.page.panel
    sheet.line(limits.place(box, np.array(limits.x), np.zeros(2)), colour=_ZERO_COLOUR)
    sheet.line(limits.place(box, np.zeros(2), np.array(limits.y)), colour=_ZERO_COLOUR)
    draw_axes(sheet, box, limits, round_ticks(*limits.x, 6), round_ticks(*limits.y, 6))
    sheet.name_axes(spec.x_label, spec.y_label)
    _, _, _, top = spec.page.panel_bounds
    draw_legend(sheet, spec.legend, EDGE_MM, top + 2.0 + legend_height(spec.legend))
    _draw_samples(sheet, spec, limits)
    for label in spec.labels:
        draw_leader(sheet, label.leader)
        left, bottom, _, top = label.box
        sheet.write_beside(left, (bottom + top) / 2, label.text)
    return sheet.canvas


def _draw_samples(sheet: Sheet, spec: PcaSpec, limits: Limits) -> None:
    """Draw the samples, one colour and shape after the other, each with a white edge."""
    radius = (5.2 if len(spec.x) <= 60 else 3.8) / 2 / PT_PER_MM
    places = limits.place(spec.page.panel, spec.x, spec.y)
    looks = list(zip(spec.colours, spec.shapes, strict=True))
    for colour, shape in sorted(dict.fromkeys(looks), key=lambda look: _BY_AREA.index(look[1])):
        rows = [i for i, look in enumerate(looks) if look == (colour, shape)]
        draw_samples(sheet, places[rows], shape, radius, (colour, _OPACITY, 0.5))
