"""Draw a spec of sample distances with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.distances.spec import STRIP_GAP_MM, STRIP_MM, DistancesSpec, strip_room
from heatleaf.figures.groups import draw_legend, legend_height
from heatleaf.figures.page import EDGE_MM, Sheet, open_sheet
from heatleaf.figures.palettes import palette_table
from heatleaf.figures.text import line_height
from heatleaf.figures.theme import INK, SMALL_SIZE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BAR_MM = (30.0, 2.0)
_DIAGONAL = (232, 234, 237)  # sRGB, a sample with itself
_GAPS_UP_TO = 40  # samples up to which white lines part the cells


def draw_distances(spec: DistancesSpec) -> Figure:
    """Draw the figure; call within `theme.drawing()`."""
    sheet = open_sheet(spec.page)
    sheet.axes.set_axis_off()
    colours = _cell_colours(spec)
    n_samples = len(spec.sample_ids)
    if n_samples:
        sheet.axes.imshow(colours, aspect="auto", interpolation="nearest", extent=(0, n_samples, n_samples, 0))
    _draw_gaps(sheet, n_samples)
    left, bottom, right, top = spec.page.panel_bounds
    sheet.frame((left, bottom, right, top))
    for number, strip in enumerate(spec.strips):
        _draw_strip(sheet, spec, strip, strip_room(number) + STRIP_GAP_MM)
    _draw_texts(sheet, spec, colours)
    draw_legend(sheet, spec.legend, EDGE_MM, top + strip_room(len(spec.strips)) + 1.2 + legend_height(spec.legend))
    _draw_bar(sheet, spec)
    return sheet.figure


def _cell_colours(spec: DistancesSpec) -> NDArray[np.uint8]:
    """Colours of the cells, sRGB 0-255, shape (n_samples, n_samples, 3)."""
    table = palette_table(spec.palette)
    low, high = spec.limits
    share = np.clip((spec.distances - low) / (high - low), 0.0, 1.0)
    colours = np.asarray(table[np.round(share * (len(table) - 1)).astype(np.intp)])
    np.einsum("iic->ic", colours)[:] = _DIAGONAL
    return colours


def _draw_gaps(sheet: Sheet, n_samples: int) -> None:
    if n_samples > _GAPS_UP_TO:
        return
    for i in range(1, n_samples):
        sheet.axes.axhline(i, color="white", linewidth=0.5)
        sheet.axes.axvline(i, color="white", linewidth=0.5)


def _draw_strip(sheet: Sheet, spec: DistancesSpec, strip: tuple[str, ...], off: float) -> None:
    """Draw each sample's colour left of its row and above its column, at a distance in mm off the panel."""
    from matplotlib.collections import PolyCollection

    left, _, _, top = spec.page.panel_bounds
    near = np.arange(len(strip)) * spec.cell
    ends = np.stack([near, near, near + spec.cell, near + spec.cell], axis=1)
    across = np.broadcast_to(np.array([0, STRIP_MM, STRIP_MM, 0]) + off, ends.shape)
    for x, y in ((left - across, top - ends), (left + ends, top + across)):
        corners = np.stack([x, y], axis=2)
        edge = 0.5 if len(strip) <= _GAPS_UP_TO else 0.0
        sheet.overlay.add_collection(
            PolyCollection(list(corners), facecolors=strip, edgecolors="white", linewidths=edge), autolim=False
        )


def _draw_texts(sheet: Sheet, spec: DistancesSpec, colours: NDArray[np.uint8]) -> None:
    """Write names right of the rows and below the columns, and distances into their cells."""
    left, bottom, right, top = spec.page.panel_bounds
    for i, name in enumerate(spec.names):
        middle = (i + 0.5) * spec.cell
        sheet.write(right + 1.0, top - middle, name, va="center_baseline")
        sheet.write(left + middle, bottom - 1.0, name, ha="center", va="top", rotation=90)
    luminance = colours @ np.array([0.299, 0.587, 0.114])
    for i, row in enumerate(spec.cell_texts):
        for j, text in enumerate(row):
            ink = "white" if luminance[i, j] < 140 else INK
            x, y = left + (j + 0.5) * spec.cell, top - (i + 0.5) * spec.cell
            sheet.write(x, y, text, colour=ink, ha="center", va="center_baseline")


def _draw_bar(sheet: Sheet, spec: DistancesSpec) -> None:
    """Draw the colour bar above the small print."""
    x, (width, height) = EDGE_MM, _BAR_MM
    y = EDGE_MM + len(spec.page.small_print) * line_height(SMALL_SIZE) + line_height(SMALL_SIZE) + 1.6
    table = palette_table(spec.palette)[None]
    sheet.overlay.imshow(table, aspect="auto", interpolation="nearest", extent=(x, x + width, y, y + height))
    sheet.overlay.set(xlim=(0, spec.page.width), ylim=(0, spec.page.height))
    sheet.frame((x, y, x + width, y + height))
    low, high = spec.limits
    for tick in spec.bar_ticks:
        place = x + (tick - low) / (high - low) * width
        sheet.rule((place, place), (y - 0.7, y), colour=INK)
        sheet.write(place, y - 0.9, f"{tick:g}", ha="center", va="top")
    sheet.write(x, y + height + 0.9, spec.bar_title)
