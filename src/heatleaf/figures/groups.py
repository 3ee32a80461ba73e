"""Groups of samples in a figure: the colour and the shape of each level, and the legend above the panel.

`describe_groups` and `flow_legend` are plain values, `draw_legend` and `draw_samples` put marks on a sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.page import Sheet
from heatleaf.figures.palettes import group_colours
from heatleaf.figures.text import line_height, shorten_name, text_width
from heatleaf.figures.theme import INK, SMALL_SIZE, SOFT_INK
from heatleaf.model import Factor

if TYPE_CHECKING:
    from heatleaf.figures.shapes import Shape

FloatArray = NDArray[np.float64]

SHAPES = ("o", "^", "s", "D", "v", "P", "X", "<", ">", "p")
_MARK_MM = 2.6  # room of a mark before its name
_SPACE_MM = 3.0  # between two entries
_MAX_NAME_MM = 34.0


@dataclass(frozen=True)
class LegendEntry:
    """A mark and its name: `x` in mm from the left end of the legend, `line` from the top.

    shape : "o" for a circle, one of `shapes`, "ring", "line" or "dashes"; "" for a heading.
    """

    text: str
    colour: str
    shape: str
    x: float
    line: int


def describe_groups(factor: Factor | None) -> dict[str, str]:
    """Give each level of a factor its colour."""
    return group_colours(factor.levels) if factor else {}


def shapes_of(factor: Factor | None) -> dict[str, str]:
    """Give each level of a factor its shape; after ten levels they come round again."""
    return {level: SHAPES[i % len(SHAPES)] for i, level in enumerate(factor.levels)} if factor else {}


def flow_legend(rows: Sequence[tuple[str, Sequence[tuple[str, str, str]]]], width: float) -> tuple[LegendEntry, ...]:
    """Set headings ("" for none) with their (name, colour, shape) entries line after line within a width in mm."""
    entries: list[LegendEntry] = []
    line = -1
    for heading, marks in rows:
        line, x = line + 1, 0.0
        for number, (text, colour, shape) in enumerate(((heading, SOFT_INK, ""), *marks)):
            name = shorten_name(text, _MAX_NAME_MM, SMALL_SIZE)
            if not name:
                continue
            extent = text_width(name, SMALL_SIZE) + (_MARK_MM if shape else 0.0)
            if number and x + extent > width:
                line, x = line + 1, 0.0
            entries.append(LegendEntry(name, colour, shape, round(x, 3), line))
            x += extent + _SPACE_MM
    return tuple(entries)


def legend_height(entries: Sequence[LegendEntry]) -> float:
    """Return the height of a legend in mm."""
    return (entries[-1].line + 1) * line_height(SMALL_SIZE) * 1.1 if entries else 0.0


def draw_legend(sheet: Sheet, entries: Sequence[LegendEntry], left: float, top: float) -> None:
    """Draw a legend whose upper left corner is at a place in mm."""
    for entry in entries:
        y = top - (entry.line + 0.75) * line_height(SMALL_SIZE) * 1.1
        x = left + entry.x
        if entry.shape:
            _draw_mark(sheet, entry, x + 0.8, y + 0.75)
            x += _MARK_MM
        sheet.write(x, y, entry.text, colour=INK if entry.shape else SOFT_INK)


def _draw_mark(sheet: Sheet, entry: LegendEntry, x: float, y: float) -> None:
    if entry.shape in ("line", "dashes"):
        points = np.array([(x - 1.0, y), (x + 1.0, y)])
        sheet.line(points, colour=entry.colour, width=1.0, is_dashed=entry.shape == "dashes")
    elif entry.shape == "ring":
        sheet.dots(np.array([(x, y)]), 0.6, "", edge=(entry.colour, 0.8))
    else:
        draw_samples(sheet, np.array([(x, y)]), entry.shape, 0.74, (entry.colour, 1.0, 0.0))


def draw_samples(sheet: Sheet, centres: FloatArray, shape: str, radius: float, look: tuple[str, float, float]) -> None:
    """Draw marks of samples; look : colour, opacity, and width of the white edge in points."""
    colour, opacity, edge = look
    if shape == "o":
        sheet.dots(centres, radius, colour, opacity=opacity, edge=("#FFFFFF" if edge else "", edge))
    else:
        sheet.shapes(centres, cast("Shape", shape), radius, colour, look=(opacity, "#FFFFFF" if edge else "", edge))
