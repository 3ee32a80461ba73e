"""Draw the bars of reads."""

from __future__ import annotations

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.groups import draw_legend, legend_height
from heatleaf.figures.page import EDGE_MM, Sheet, open_sheet
from heatleaf.figures.points import draw_axes, draw_empty
from heatleaf.figures.reads.samples.spec import MAPPED_COLOUR, OTHER_COLOUR, ReadBar, ReadBarsSpec
from heatleaf.figures.theme import SOFT_INK
from heatleaf.figures.ticks import round_ticks

_N_TICKS = 5
_BAR = 0.36  # half of the height of a bar, in rows


def draw_read_bars(spec: ReadBarsSpec) -> Canvas:
    """Draw the figure."""
    sheet = open_sheet(spec.page)
    for row, (bar, name) in enumerate(zip(spec.bars, spec.names, strict=True)):
        _draw_bar(sheet, spec, bar, name, row + 0.5)
    draw_axes(sheet, spec.page.panel, spec.limits, round_ticks(*spec.limits.x, _N_TICKS), ())
    sheet.name_axes(spec.axis, "")
    _, _, _, top = spec.page.panel_bounds
    draw_legend(sheet, spec.legend, EDGE_MM, top + 2.0 + legend_height(spec.legend))
    draw_empty(sheet, spec.empty_text)
    return sheet.canvas


def _draw_bar(sheet: Sheet, spec: ReadBarsSpec, bar: ReadBar, name: str, row: float) -> None:
    all_reads = bar.n_reads / spec.unit
    mapped = all_reads * (bar.mapped_share or 0.0)
    x = np.array((0.0, mapped, all_reads, all_reads))
    y = np.array((row - _BAR, row + _BAR, row + _BAR, row))
    (left, top), (middle, bottom), (right, _), (_, centre) = spec.limits.place(spec.page.panel, x, y).tolist()
    sheet.fill((left, bottom, right, top), OTHER_COLOUR)
    if bar.mapped_share is not None:
        sheet.fill((left, bottom, middle, top), MAPPED_COLOUR)
        sheet.write_beside(right + 1.0, centre, f"{100 * bar.mapped_share:.0f} %", colour=SOFT_INK)
    sheet.write_beside(left - 1.2, centre, name, anchor="right")
