"""Draw an MA spec with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatleaf.figures.ma.spec import MaSpec
from heatleaf.figures.page import open_sheet
from heatleaf.figures.points import draw_calls, draw_empty, draw_panel
from heatleaf.figures.theme import INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_ma(spec: MaSpec) -> Figure:
    """Draw the figure; call within `theme.drawing()`."""
    sheet = open_sheet(spec.page)
    panels = [sheet.axes, *(sheet.add_axes(panel.box) for panel in spec.panels[1:])]
    for axes, panel in zip(panels, spec.panels, strict=True):
        draw_panel(sheet, axes, panel)
        axes.locator_params(axis="y", nbins=7, steps=[1, 2, 5, 10])
        is_last = panel is spec.panels[-1]
        axes.set_xticks([tick for tick, _ in spec.x_ticks], [text if is_last else "" for _, text in spec.x_ticks])
        axes.axhline(0, color=INK, linewidth=0.5, zorder=5)
    draw_calls(sheet, spec.calls)
    draw_empty(sheet, spec.empty_text)
    return sheet.figure
