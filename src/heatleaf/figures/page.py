"""The page of a figure in millimetres: title, subtitle, panel and small print, sized from what they say.

`lay_out` is plain arithmetic on measured text; `open_canvas` makes the canvas of a page with its texts, and
`open_sheet` the same with places counted from the lower left corner, as axes count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import MIDDLE, Anchor, BoxMark, Canvas, CloudMark, DotMark, ShapeMark, TextStyle
from heatleaf.figures.shapes import Shape
from heatleaf.figures.text import line_height, wrap
from heatleaf.figures.theme import INK, PT_PER_MM, RULE, SMALL_SIZE, SOFT_INK, TEXT_SIZE, TITLE_SIZE

Box = tuple[float, float, float, float]
FloatArray = NDArray[np.float64]
Ticks = Sequence[tuple[float, str]]

EDGE_MM = 2.0  # white border of the page
MAX_TITLE_LINES = 3
_CAPITALS = 0.72  # em, height of capital letters
_TICK_MM = 0.9
_BORDER = (-0.5, -0.5, 1.0, 1.0)  # mm, room for half a dot around a box


@dataclass(frozen=True)
class Margins:
    """Room around the panel in mm, for ticks, axis labels and whatever stands above it."""

    left: float
    right: float
    above: float
    below: float


@dataclass(frozen=True)
class Page:
    """A page in mm: its size, its lines of text, and the panel as (left, bottom, width, height)."""

    width: float
    height: float
    title: tuple[str, ...]
    subtitle: tuple[str, ...]
    small_print: tuple[str, ...]
    panel: tuple[float, float, float, float]

    @property
    def panel_top(self) -> float:
        """Distance of the panel from the upper edge of the page."""
        _, bottom, _, height = self.panel
        return self.height - bottom - height

    @property
    def panel_bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the panel."""
        left, bottom, width, height = self.panel
        return left, bottom, left + width, bottom + height


def lay_out(
    title: str, subtitle: str, small_print: str, *, width: float, panel_height: float, margins: Margins
) -> Page:
    """Stack title, subtitle, panel and small print on a page of this width; the height follows."""
    room = width - 2 * EDGE_MM
    titles = wrap(title, room, TITLE_SIZE, bold=True, max_lines=MAX_TITLE_LINES)
    subtitles = wrap(subtitle, room, TEXT_SIZE, max_lines=MAX_TITLE_LINES)
    prints = wrap(small_print, room, SMALL_SIZE)
    bottom = EDGE_MM + len(prints) * line_height(SMALL_SIZE) + margins.below
    head = len(titles) * line_height(TITLE_SIZE) + len(subtitles) * line_height(TEXT_SIZE) + EDGE_MM
    height = bottom + panel_height + margins.above + head
    panel = (margins.left, bottom, width - margins.left - margins.right, panel_height)
    return Page(width, height, titles, subtitles, prints, panel)


def to_json(spec: object) -> object:
    """Turn a spec into JSON values: arrays into lists, NaN into null, nested specs into objects."""
    if is_dataclass(spec) and not isinstance(spec, type):
        return {field.name: to_json(getattr(spec, field.name)) for field in fields(spec)}
    if isinstance(spec, np.ndarray):
        return to_json(spec.tolist())
    if isinstance(spec, dict):
        return {str(key): to_json(value) for key, value in spec.items()}
    if isinstance(spec, (tuple, list)):
        return [to_json(value) for value in spec]
    return None if isinstance(spec, float) and not np.isfinite(spec) else spec


@dataclass(frozen=True, eq=False)
class Sheet:
    """An open page: a canvas on which places are millimetres from the lower left corner."""

    page: Page
    canvas: Canvas

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = SMALL_SIZE,
        colour: str = INK,
        anchor: Anchor = "left",
        style: TextStyle = "",
    ) -> None:
        """Write a line on the baseline y."""
        middle = self._down(y + MIDDLE * size / PT_PER_MM)
        self.canvas.text(x, middle, text, size=size, colour=colour, anchor=anchor, style=style)

    def write_beside(
        self, x: float, y: float, text: str, *, colour: str = INK, anchor: Anchor = "left", style: TextStyle = ""
    ) -> None:
        """Write a small line with the middle of its letters at y."""
        self.canvas.text(x, self._down(y), text, size=SMALL_SIZE, colour=colour, anchor=anchor, style=style)

    def write_below(self, x: float, y: float, text: str) -> None:
        """Write a small line below y, its middle at x."""
        middle = self._down(y + (MIDDLE - _CAPITALS) * SMALL_SIZE / PT_PER_MM)
        self.canvas.text(x, middle, text, size=SMALL_SIZE, anchor="center")

    def write_upright(self, x: float, y: float, text: str, *, size: float = SMALL_SIZE, anchor: Anchor) -> None:
        """Write a line from below to above, the middle of its letters at x."""
        self.canvas.text(x, self._down(y), text, size=size, anchor=anchor, style="upright")

    def line(self, points: FloatArray, *, colour: str, width: float = 0.4, is_dashed: bool = False) -> None:
        """Draw a line through places of shape (n_points, 2)."""
        self.lines([points], colour=colour, width=width, is_dashed=is_dashed)

    def lines(self, segments: list[FloatArray], *, colour: str, width: float = 0.4, is_dashed: bool = False) -> None:
        """Draw lines of one look, each through places of shape (n_points, 2)."""
        flipped = [self._flip(segment) for segment in segments]
        self.canvas.lines(flipped, colour=colour, width=width, is_dashed=is_dashed)

    def frame(self, box: Box) -> None:
        """Draw a hair line around a box (left, bottom, right, top)."""
        left, bottom, right, top = box
        corners = ((left, bottom), (right, bottom), (right, top), (left, top), (left, bottom))
        self.line(np.array(corners), colour=RULE)

    def fill(self, box: Box, colour: str, *, opacity: float = 1.0) -> None:
        """Fill a box (left, bottom, right, top)."""
        left, bottom, right, top = box
        self.canvas.marks.append(BoxMark((left, self._down(top), right - left, top - bottom), colour, opacity))

    def veil(self, box: Box) -> None:
        """Lighten what lies beneath a box (left, bottom, right, top), so that a name on it can be read."""
        self.fill(box, "#FFFFFF", opacity=0.65)

    def dots(
        self,
        centres: FloatArray,
        radius: float,
        colour: str,
        *,
        opacity: float = 1.0,
        edge: tuple[str, float] = ("", 0.0),
    ) -> None:
        """Draw circles of a radius in mm; colour "" for none; edge : colour ("" for none) and width in points."""
        if len(centres):
            self.canvas.marks.append(DotMark(self._flip(centres), radius, colour, opacity, *edge))

    def scatter(self, box: Box, dots: list[DotMark], *, is_cloud: bool) -> None:
        """Draw dots at places of this sheet; a cloud of them is an image of a box (left, bottom, width, height)."""
        flipped = [replace(mark, centres=self._flip(mark.centres)) for mark in dots if len(mark.centres)]
        if not is_cloud:
            self.canvas.marks += flipped
            return
        left, bottom, width, height = (edge + off for edge, off in zip(box, _BORDER, strict=True))
        self.canvas.marks.append(CloudMark((left, self._down(bottom + height), width, height), tuple(flipped)))

    def shapes(
        self, centres: FloatArray, shape: Shape, radius: float, colour: str, *, look: tuple[float, str, float]
    ) -> None:
        """Draw shapes; look : opacity, colour and width (points) of the edge."""
        self.canvas.marks.append(ShapeMark(self._flip(centres), shape, radius, colour, *look))

    def image(self, box: Box, pixels: NDArray[np.uint8]) -> None:
        """Stretch pixels over a box (left, bottom, width, height)."""
        left, bottom, width, height = box
        self.canvas.image((left, self._down(bottom + height), width, height), pixels)

    def axes(self, box: Box, x_ticks: Ticks, y_ticks: Ticks) -> None:
        """Draw the axes left of and below a panel (left, bottom, width, height) with ticks (place in mm, text)."""
        left, bottom, width, height = box
        self.line(np.array([(left, bottom + height), (left, bottom), (left + width, bottom)]), colour=INK, width=0.5)
        lines = [np.array([(x, bottom), (x, bottom - _TICK_MM)]) for x, _ in x_ticks]
        lines += [np.array([(left, y), (left - _TICK_MM, y)]) for y, _ in y_ticks]
        self.lines(lines, colour=INK, width=0.5)
        for x, text in x_ticks:
            self.write_below(x, bottom - _TICK_MM - 0.7, text)
        for y, text in y_ticks:
            self.write_beside(left - _TICK_MM - 0.7, y, text, anchor="right")

    def name_axes(self, x_label: str, y_label: str, box: Box | None = None) -> None:
        """Write the names of the axes below and left of a panel (that of the page), within the page's border."""
        left, bottom, width, height = box or self.page.panel
        self.write(left + width / 2, bottom - 7.2, x_label, size=TEXT_SIZE, anchor="center")
        middle = EDGE_MM + 0.5 * _CAPITALS * TEXT_SIZE / PT_PER_MM
        self.write_upright(middle, bottom + height / 2, y_label, size=TEXT_SIZE, anchor="center")

    def _down(self, y: float) -> float:
        return self.page.height - y

    def _flip(self, places: FloatArray) -> FloatArray:
        return np.column_stack([places[:, 0], self.page.height - places[:, 1]])


def open_sheet(page: Page) -> Sheet:
    """Make the sheet of a page with its texts."""
    return Sheet(page, open_canvas(page))


def open_canvas(page: Page) -> Canvas:
    """Make a canvas of a page with its texts; places on it are in mm from the upper left corner."""
    canvas = Canvas(page.width, page.height)
    y = EDGE_MM
    for lines, size in ((page.title, TITLE_SIZE), (page.subtitle, TEXT_SIZE)):
        for line in lines:
            y += line_height(size)
            bold = size == TITLE_SIZE
            canvas.text(
                EDGE_MM,
                y - line_height(size) / 2,
                line,
                size=size,
                colour=INK if bold else SOFT_INK,
                style="bold" if bold else "",
            )
    y = page.height - EDGE_MM - len(page.small_print) * line_height(SMALL_SIZE)
    for number, line in enumerate(page.small_print):
        canvas.text(EDGE_MM, y + (number + 0.5) * line_height(SMALL_SIZE), line, size=SMALL_SIZE, colour=SOFT_INK)
    return canvas
