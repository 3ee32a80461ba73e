"""Draw a spec of sample distances."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.distances.spec import STRIP_GAP_MM, STRIP_MM, DistancesSpec, strip_room
from heatleaf.figures.groups import draw_legend, legend_height
from heatleaf.figures.page import EDGE_MM, Sheet, open_sheet
from heatleaf.figures.palettes import palette_table
from heatleaf.figures.text import line_height
from heatleaf.figures.theme import INK, SMALL_SIZE
from heatleaf.figures.vision import rgb

_BAR_MM = (30.0, 2.0)
_DIAGONAL = (232, 234, 237)  # sRGB, a sample with itself
_GAPS_UP_TO = 40  # samples up to which white lines part the cells
_GAP_PT = 0.5


def draw_distances(spec: DistancesSpec) -> Canvas:
    """Draw the figure."""
    sheet = open_sheet(spec.page)
    colours = _cell_colours(spec)
    if len(spec.sample_ids):
        sheet.image(spec.page.panel, colours)
    left, bottom, right, top = spec.page.panel_bounds
    for number, strip in enumerate(spec.strips):
        _draw_strip(sheet, spec, strip, strip_room(number) + STRIP_GAP_MM)
    _draw_gaps(sheet, spec)
    sheet.frame((left, bottom, right, top))
    _draw_texts(sheet, spec, colours)
    draw_legend(sheet, spec.legend, EDGE_MM, top + strip_room(len(spec.strips)) + 1.2 + legend_height(spec.legend))
    _draw_bar(sheet, spec)
    return sheet.canvas


def _cell_colours(spec: DistancesSpec) -> NDArray[np.uint8]:
    """Colours of the cells, sRGB 0-255, shape (n_samples, n_samples, 3)."""
    table = palette_table(spec.palette)
    low, high = spec.limits
    share = np.clip((spec.distances - low) / (high - low), 0.0, 1.0)
    colours = np.asarray(table[np.round(share * (len(table) - 1)).astype(np.intp)])
    np.einsum("iic->ic", colours)[:] = _DIAGONAL
    return colours


def _draw_gaps(sheet: Sheet, spec: DistancesSpec) -> None:
    """Part the cells, and the tiles of the strips with them, by white lines."""
    n_samples = len(spec.sample_ids)
    if n_samples > _GAPS_UP_TO:
        return
    left, bottom, right, top = spec.page.panel_bounds
    room = strip_room(len(spec.strips)) if spec.strips else 0.0
    for i in range(1, n_samples):
        off = i * spec.cell
        sheet.line(np.array([(left - room, top - off), (right, top - off)]), colour="#FFFFFF", width=_GAP_PT)
        sheet.line(np.array([(left + off, bottom), (left + off, top + room)]), colour="#FFFFFF", width=_GAP_PT)


def _draw_strip(sheet: Sheet, spec: DistancesSpec, strip: tuple[str, ...], off: float) -> None:
    """Draw each sample's colour left of its row and above its column, at a distance in mm off the panel."""
    left, bottom, right, top = spec.page.panel_bounds
    tiles = np.array([rgb(colour) for colour in strip], dtype=np.uint8).reshape(1, -1, 3)
    sheet.image((left, top + off, right - left, STRIP_MM), tiles)
    sheet.image((left - off - STRIP_MM, bottom, STRIP_MM, top - bottom), tiles.reshape(-1, 1, 3))


def _draw_texts(sheet: Sheet, spec: DistancesSpec, colours: NDArray[np.uint8]) -> None:
    """Write names right of the rows and below the columns, and distances into their cells."""
    left, bottom, right, top = spec.page.panel_bounds
    for i, name in enumerate(spec.names):
        middle = (i + 0.5) * spec.cell
        sheet.write_beside(right + 1.0, top - middle, name)
        sheet.write_upright(left + middle, bottom - 1.0, name, anchor="right")
    luminance = colours @ np.array([0.299, 0.587, 0.114])
    for i, row in enumerate(spec.cell_texts):
        for j, text in enumerate(row):
            ink = "#FFFFFF" if luminance[i, j] < 140 else INK
            x, y = left + (j + 0.5) * spec.cell, top - (i + 0.5) * spec.cell
            sheet.write_beside(x, y, text, colour=ink, anchor="center")


def _draw_bar(sheet: Sheet, spec: DistancesSpec) -> None:
    """Draw the colour bar above the small print."""
    x, (width, height) = EDGE_MM, _BAR_MM
    y = EDGE_MM + len(spec.page.small_print) * line_height(SMALL_SIZE) + line_height(SMALL_SIZE) + 1.6
    sheet.image((x, y, width, height), palette_table(spec.palette)[None])
    sheet.frame((x, y, x + width, y + height))
    low, high = spec.limits
    for tick in spec.bar_ticks:
        place = x + (tick - low) / (high - low) * width
        sheet.line(np.array([(place, y - 0.7), (place, y)]), colour=INK)
        sheet.write_below(place, y - 0.9, f"{tick:g}")
    sheet.write(x, y + height + 0.9, spec.bar_title)
