"""Draw a dispersion spec."""

from __future__ import annotations

from heatleaf.figures.canvas import Canvas, DotMark
from heatleaf.figures.dispersion.spec import KEPT_COLOUR, USED_COLOUR, DispersionSpec
from heatleaf.figures.groups import draw_legend, legend_height
from heatleaf.figures.page import EDGE_MM, open_sheet
from heatleaf.figures.points import RASTER_FROM, draw_axes, draw_empty
from heatleaf.figures.theme import INK, NEUTRAL_COLOUR, PT_PER_MM


def draw_dispersion(spec: DispersionSpec) -> Canvas:
    """Draw the figure."""
    sheet = open_sheet(spec.page)
    box, limits = spec.page.panel, spec.limits
    gene_wise, used = (limits.place(box, spec.mean, values) for values in (spec.gene_wise, spec.used))
    is_cloud = len(spec.mean) > RASTER_FROM
    radius = (1.5 if is_cloud else 2.4) / 2 / PT_PER_MM
    dots = [
        DotMark(gene_wise, radius, NEUTRAL_COLOUR),
        DotMark(used, radius, USED_COLOUR, 0.6),
        DotMark(gene_wise[spec.kept], 1.6 / PT_PER_MM, "", 1.0, KEPT_COLOUR, 0.5),
    ]
    sheet.scatter(box, dots, is_cloud=is_cloud)
    is_shown = (spec.trend[:, 1] >= limits.y[0]) & (spec.trend[:, 1] <= limits.y[1])
    trend = limits.place(box, *spec.trend[is_shown].T)
    if len(trend) > 1:
        sheet.line(trend, colour="#FFFFFF", width=2.4)
        sheet.line(trend, colour=INK, width=1.2)
    draw_axes(sheet, box, limits, spec.x_ticks, spec.y_ticks)
    sheet.name_axes("mean of normalised counts (log scale)", "dispersion (log scale)")
    _, _, _, top = spec.page.panel_bounds
    draw_legend(sheet, spec.legend, EDGE_MM, top + 2.0 + legend_height(spec.legend))
    draw_empty(sheet, spec.empty_text)
    return sheet.canvas
