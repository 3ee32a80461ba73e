"""Draw a histogram of p-values with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from heatleaf.figures.groups import draw_legend, legend_height
from heatleaf.figures.p_values.spec import ASIDE_COLOUR, TESTED_COLOUR, PValuesSpec
from heatleaf.figures.page import EDGE_MM, open_sheet
from heatleaf.figures.points import draw_empty
from heatleaf.figures.theme import INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_p_values(spec: PValuesSpec) -> Figure:
    """Draw the figure; call within `theme.drawing()`."""
    sheet = open_sheet(spec.page)
    axes = sheet.axes
    axes.set(xlim=spec.limits.x, ylim=spec.limits.y)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
    axes.locator_params(axis="y", nbins=6, steps=[1, 2, 5, 10], integer=True)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    sheet.name_axes("p-value", "genes")
    edges = np.linspace(*spec.limits.x, len(spec.tested) + 1)
    for heights, colour, zorder in (
        (spec.tested + spec.set_aside, ASIDE_COLOUR, 1),
        (spec.tested, TESTED_COLOUR, 2),
    ):
        axes.stairs(heights, edges, fill=True, facecolor=colour, linewidth=0, zorder=zorder)
    axes.vlines(edges[1:-1], 0, (spec.tested + spec.set_aside).max(), color="white", linewidth=0.5, zorder=3)
    if np.isfinite(spec.null_height):
        axes.axhline(spec.null_height, color=INK, linewidth=0.8, dashes=(4, 2.5), zorder=4)
    _, _, _, top = spec.page.panel_bounds
    draw_legend(sheet, spec.legend, EDGE_MM, top + 2.0 + legend_height(spec.legend))
    draw_empty(sheet, spec.empty_text)
    return sheet.figure
