"""Draw figures of single genes, all panels on one sheet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import Canvas, TextStyle
from heatleaf.figures.gene.spec import CountsPanel, GenesSpec
from heatleaf.figures.groups import draw_legend, draw_samples, legend_height
from heatleaf.figures.page import EDGE_MM, Sheet, open_sheet
from heatleaf.figures.text import line_height
from heatleaf.figures.theme import INK, PT_PER_MM, RULE, SMALL_SIZE, SOFT_INK, TEXT_SIZE

_TICK_MM = 0.8
_CROWD = 12  # samples per group from which medians lie above the points


def draw_genes(spec: GenesSpec) -> Canvas:
    """Draw the figure."""
    sheet = open_sheet(spec.page)
    _, _, _, top = spec.page.panel_bounds
    draw_legend(sheet, spec.legend, EDGE_MM, top + 1.5 + legend_height(spec.legend))
    _draw_lines(sheet, [panel.pairs for panel in spec.panels], RULE, 0.5)
    _draw_lines(sheet, [panel.axis for panel in spec.panels], INK, 0.5)
    _draw_lines(sheet, [_tick_lines(panel) for panel in spec.panels], INK, 0.5)
    medians = [panel.medians for panel in spec.panels]
    if len(spec.colours) <= _CROWD * max(len(lines) for lines in medians):
        _draw_lines(sheet, medians, INK, 1.1)
        _draw_samples(sheet, spec)
    else:  # a crowd would cover them
        _draw_samples(sheet, spec)
        _draw_lines(sheet, medians, "#FFFFFF", 2.6)
        _draw_lines(sheet, medians, INK, 1.3)
    for panel in spec.panels:
        _write_panel(sheet, panel)
    return sheet.canvas


def _draw_lines(sheet: Sheet, lines: Sequence[NDArray[np.float64]], colour: str, width: float) -> None:
    """Draw lines, each a row x, y, x, y, as one object."""
    ends = np.concatenate([np.empty((0, 4)), *lines])
    sheet.lines(list(ends.reshape(-1, 2, 2)), colour=colour, width=width)


def _tick_lines(panel: CountsPanel) -> NDArray[np.float64]:
    left = panel.box[0]
    return np.array([(left - _TICK_MM, y, left, y) for y, _ in panel.ticks]).reshape(-1, 4)


def _draw_samples(sheet: Sheet, spec: GenesSpec) -> None:
    looks = list(zip(spec.colours, spec.shapes, strict=True))
    for colour, shape in dict.fromkeys(looks):
        rows = [i for i, look in enumerate(looks) if look == (colour, shape)]
        points = np.concatenate([panel.points[rows] for panel in spec.panels])
        draw_samples(sheet, points, shape, 1.7 / PT_PER_MM, (colour, 1.0, 0.3))


def _write_panel(sheet: Sheet, panel: CountsPanel) -> None:
    left, bottom, _, height = panel.box
    y = bottom + height + 1.7
    for note in reversed(panel.notes):
        sheet.write(left - 8.0, y, note, colour=SOFT_INK)
        y += line_height(SMALL_SIZE)
    style: TextStyle = "bold italic" if panel.is_symbol else "bold"
    sheet.write(left - 8.0, y + 0.3, panel.name, size=TEXT_SIZE, style=style)
    for at, text in panel.ticks:
        sheet.write_beside(left - _TICK_MM - 0.6, at, text, anchor="right")
    for x, text in panel.group_names:
        sheet.write(x, bottom - 2.9, text, anchor="center")
