"""Draw figures of single genes with matplotlib, all panels on one overlay: an axes object each would take seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.gene.spec import CountsPanel, GenesSpec
from heatleaf.figures.groups import draw_legend, legend_height
from heatleaf.figures.page import EDGE_MM, open_sheet
from heatleaf.figures.text import line_height
from heatleaf.figures.theme import INK, RULE, SMALL_SIZE, SOFT_INK, TEXT_SIZE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from heatleaf.figures.page import Sheet

_TICK_MM = 0.8
_CROWD = 12  # samples per group from which medians lie above the points


def draw_genes(spec: GenesSpec) -> Figure:
    """Draw the figure; call within `theme.drawing()`."""
    sheet = open_sheet(spec.page)
    sheet.axes.set_axis_off()
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
        _draw_lines(sheet, medians, "white", 2.6)
        _draw_lines(sheet, medians, INK, 1.3)
    for panel in spec.panels:
        _write_panel(sheet, panel)
    return sheet.figure


def _draw_lines(sheet: Sheet, lines: Sequence[NDArray[np.float64]], colour: str, width: float) -> None:
    """Draw lines, each a row x, y, x, y, as one object."""
    ends = np.concatenate([np.empty((0, 4)), *lines])
    gaps = np.full(len(ends), np.nan)
    x = np.column_stack([ends[:, 0], ends[:, 2], gaps]).ravel()
    y = np.column_stack([ends[:, 1], ends[:, 3], gaps]).ravel()
    sheet.overlay.plot(x, y, color=colour, linewidth=width, solid_capstyle="butt")


def _tick_lines(panel: CountsPanel) -> NDArray[np.float64]:
    left = panel.box[0]
    return np.array([(left - _TICK_MM, y, left, y) for y, _ in panel.ticks]).reshape(-1, 4)


def _draw_samples(sheet: Sheet, spec: GenesSpec) -> None:
    looks = list(zip(spec.colours, spec.shapes, strict=True))
    for colour, shape in dict.fromkeys(looks):
        rows = [i for i, look in enumerate(looks) if look == (colour, shape)]
        points = np.concatenate([panel.points[rows] for panel in spec.panels])
        sheet.overlay.plot(
            points[:, 0], points[:, 1], linestyle="none", marker=shape, markersize=3.4, markerfacecolor=colour,
            markeredgecolor="white", markeredgewidth=0.3,
        )  # fmt: skip


def _write_panel(sheet: Sheet, panel: CountsPanel) -> None:
    left, bottom, _, height = panel.box
    y = bottom + height + 1.7
    for note in reversed(panel.notes):
        sheet.write(left - 8.0, y, note, colour=SOFT_INK, va="baseline")
        y += line_height(SMALL_SIZE)
    style = "italic" if panel.is_symbol else "normal"
    sheet.write(left - 8.0, y + 0.3, panel.name, size=TEXT_SIZE, fontweight="bold", fontstyle=style)
    for at, text in panel.ticks:
        sheet.write(left - _TICK_MM - 0.6, at, text, ha="right", va="center_baseline")
    for x, text in panel.group_names:
        sheet.write(x, bottom - 2.9, text, ha="center")
