"""The page of a figure in millimetres: title, subtitle, panel and small print, sized from what they say.

`lay_out` is plain arithmetic on measured text; `open_sheet` makes the matplotlib figure of a page, with an overlay on
which names and lines are drawn in millimetres from the lower left corner; `open_canvas` the same without matplotlib.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.text import line_height, visible_text, wrap
from heatleaf.figures.theme import INK, MM_PER_INCH, RULE, SMALL_SIZE, SOFT_INK, TEXT_SIZE, TITLE_SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EDGE_MM = 2.0  # white border of the page
MAX_TITLE_LINES = 3
_UNHINTED = 0.98  # measured: in a PNG, whose letters keep to whole pixels, a line is up to 1.4 % wider than in print


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
    room = (width - 2 * EDGE_MM) * _UNHINTED
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
    """An open page: the figure, the panel's axes, and the overlay with millimetres as units."""

    page: Page
    figure: Figure
    axes: Axes
    overlay: Axes

    def write(
        self, x: float, y: float, text: str, *, size: float = SMALL_SIZE, colour: str = INK, **style: object
    ) -> None:
        """Write a line at a place in mm; `$` and other marks stay what they are."""
        self.overlay.text(x, y, visible_text(text), fontsize=size, color=colour, parse_math=False, **style)  # type: ignore[arg-type]

    def rule(self, x: tuple[float, float], y: tuple[float, float], *, colour: str, width: float = 0.4) -> None:
        """Draw a thin line between two places in mm."""
        self.overlay.plot(x, y, color=colour, linewidth=width, solid_capstyle="butt")

    def frame(self, box: tuple[float, float, float, float]) -> None:
        """Draw a hair line around a box in mm."""
        left, bottom, right, top = box
        corners = (left, right, right, left), (bottom, bottom, top, top)
        self.overlay.fill(*corners, facecolor="none", edgecolor=RULE, linewidth=0.4)

    def veil(self, box: tuple[float, float, float, float]) -> None:
        """Lighten what lies beneath a box in mm, so that a name on it can be read."""
        left, bottom, right, top = box
        self.overlay.fill(
            (left, right, right, left), (bottom, bottom, top, top), color="white", alpha=0.65, linewidth=0
        )

    def add_axes(self, box: tuple[float, float, float, float]) -> Axes:
        """Open a further panel: left, bottom, width and height in mm."""
        return _add_axes(self.figure, self.page, box)

    def name_axes(self, x_label: str, y_label: str, box: tuple[float, float, float, float] | None = None) -> None:
        """Write the names of the axes below and left of a panel (that of the page), within the page's border."""
        left, bottom, width, height = box or self.page.panel
        self.write(left + width / 2, bottom - 7.2, x_label, size=TEXT_SIZE, ha="center", va="baseline")
        middle = bottom + height / 2
        self.write(EDGE_MM, middle, y_label, size=TEXT_SIZE, ha="left", va="center", rotation=90)


def open_sheet(page: Page) -> Sheet:
    """Make the figure of a page with its texts; call within `theme.drawing()`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(page.width / MM_PER_INCH, page.height / MM_PER_INCH))
    axes = _add_axes(figure, page, page.panel)
    overlay = figure.add_axes((0, 0, 1, 1), zorder=2, xlim=(0, page.width), ylim=(0, page.height))
    overlay.set_axis_off()
    overlay.patch.set_visible(False)
    sheet = Sheet(page, figure, axes, overlay)
    y = page.height - EDGE_MM
    for lines, size, colour, weight in (
        (page.title, TITLE_SIZE, INK, "bold"),
        (page.subtitle, TEXT_SIZE, SOFT_INK, "normal"),
    ):
        for line in lines:
            y -= line_height(size)
            sheet.write(EDGE_MM, y + 0.25 * line_height(size), line, size=size, colour=colour, fontweight=weight)
    for number, line in enumerate(reversed(page.small_print)):
        sheet.write(EDGE_MM, EDGE_MM + 0.3 + number * line_height(SMALL_SIZE), line, colour=SOFT_INK)
    return sheet


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


def _add_axes(figure: Figure, page: Page, box: tuple[float, float, float, float]) -> Axes:
    left, bottom, width, height = box
    return figure.add_axes(
        (left / page.width, bottom / page.height, width / page.width, height / page.height), zorder=1
    )
