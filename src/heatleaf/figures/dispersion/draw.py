"""Draw a dispersion spec with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatleaf.figures.dispersion.spec import KEPT_COLOUR, USED_COLOUR, DispersionSpec
from heatleaf.figures.groups import draw_legend, legend_height
from heatleaf.figures.page import EDGE_MM, open_sheet
from heatleaf.figures.points import RASTER_FROM, draw_empty
from heatleaf.figures.theme import INK, NEUTRAL_COLOUR

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_dispersion(spec: DispersionSpec) -> Figure:
    """Draw the figure; call within `theme.drawing()`."""
    sheet = open_sheet(spec.page)
    axes = sheet.axes
    axes.set(xlim=spec.limits.x, ylim=spec.limits.y)
    axes.set_xticks([at for at, _ in spec.x_ticks], [text for _, text in spec.x_ticks])
    axes.set_yticks([at for at, _ in spec.y_ticks], [text for _, text in spec.y_ticks])
    sheet.name_axes("mean of normalised counts (log scale)", "dispersion (log scale)")
    is_raster = len(spec.mean) > RASTER_FROM
    dots = {"linestyle": "none", "marker": "o", "markeredgewidth": 0, "rasterized": is_raster}
    size = 1.5 if is_raster else 2.4
    axes.plot(spec.mean, spec.gene_wise, color=NEUTRAL_COLOUR, markersize=size, zorder=2, clip_on=False, **dots)  # type: ignore[arg-type]
    axes.plot(spec.mean, spec.used, color=USED_COLOUR, markersize=size, alpha=0.6, zorder=3, **dots)  # type: ignore[arg-type]
    rings = {**dots, "markeredgewidth": 0.5, "markeredgecolor": KEPT_COLOUR}
    axes.plot(spec.mean[spec.kept], spec.gene_wise[spec.kept], color="none", markersize=3.2, zorder=4, **rings)  # type: ignore[arg-type]
    axes.plot(spec.trend[:, 0], spec.trend[:, 1], color="white", linewidth=2.4, zorder=5)
    axes.plot(spec.trend[:, 0], spec.trend[:, 1], color=INK, linewidth=1.2, zorder=6)
    _, _, _, top = spec.page.panel_bounds
    draw_legend(sheet, spec.legend, EDGE_MM, top + 2.0 + legend_height(spec.legend))
    draw_empty(sheet, spec.empty_text)
    return sheet.figure
