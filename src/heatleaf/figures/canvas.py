"""A page in millimetres, origin at the top left: the few things that composed figures are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.theme import INK, MM_PER_INCH, PT_PER_MM, TEXT_SIZE, mm, text_width

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RASTER_DPI = 300
Anchor = Literal["left", "center", "right"]


class Canvas:
    """One figure of a given size in millimetres, made within `theme.drawing()`."""

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self.figure: Figure = Figure(figsize=(width / MM_PER_INCH, height / MM_PER_INCH))
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(height, 0)
        self.axes.set_axis_off()
        self.axes.set_autoscale_on(False)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = TEXT_SIZE,
        colour: str = INK,
        anchor: Anchor = "left",
        **style: object,
    ) -> None:
        """Write a line, vertically centred on y. style : weight, style, rotation, va."""
        style = {"va": "center_baseline", "parse_math": False, **style}
        self.axes.text(x, y, text, fontsize=size, color=colour, ha=anchor, **style)  # type: ignore[arg-type]

    def rectangle(self, box: tuple[float, float, float, float], colour: str, *, edge: str = "none") -> None:
        """Fill a box (x, y, width, height)."""
        from matplotlib.patches import Rectangle

        x, y, width, height = box
        patch = Rectangle((x, y), width, height, facecolor=colour, edgecolor=edge, linewidth=0.4)
        self.axes.add_patch(patch)

    def lines(self, segments: list[NDArray[np.float64]], *, colour: str = INK, width: float = 0.4) -> None:
        """Draw open lines, each of shape (n_points, 2)."""
        from matplotlib.collections import LineCollection

        lines = LineCollection(segments, colors=colour, linewidths=width, capstyle="round", joinstyle="round")
        self.axes.add_collection(lines, autolim=False)

    def cells(
        self,
        box: tuple[float, float, float, float],
        colours: NDArray[np.uint8],
        *,
        is_raster: bool = False,
    ) -> None:
        """Fill a box (x, y, width, height) with a grid of colours of shape (n_rows, n_columns, 3).

        As vectors each cell also covers its neighbour to the right and below, which is then painted over: no white
        hair lines between cells in any viewer. As a raster each cell is a whole number of pixels at print resolution.
        """
        if is_raster:
            self._raster(box, colours)
        else:
            self._vectors(box, colours)

    def _raster(self, box: tuple[float, float, float, float], colours: NDArray[np.uint8]) -> None:
        x, y, width, height = box
        wanted = np.array(mm(height, width)) * RASTER_DPI
        repeats = np.maximum(np.ceil(wanted / colours.shape[:2]).astype(int), 1)
        pixels = colours.repeat(repeats[0], axis=0).repeat(repeats[1], axis=1)
        self.axes.imshow(pixels, extent=(x, x + width, y + height, y), interpolation="none", aspect="auto")
        self.axes.set_xlim(0, self.width)
        self.axes.set_ylim(self.height, 0)

    def _vectors(self, box: tuple[float, float, float, float], colours: NDArray[np.uint8]) -> None:
        from matplotlib.collections import PathCollection
        from matplotlib.patches import Rectangle
        from matplotlib.path import Path

        x, y, width, height = box
        n_rows, n_columns = colours.shape[:2]
        cell_width, cell_height = width / n_columns, height / n_rows
        lefts, tops = x + cell_width * np.arange(n_columns), y + cell_height * np.arange(n_rows)
        right, below = mm(2 * cell_width, -2 * cell_height)
        cell = Path(np.array([(0, 0), (right, 0), (right, below), (0, below), (0, 0)]))
        cells = PathCollection(
            [cell],
            offsets=np.column_stack([np.tile(lefts, n_rows), np.repeat(tops, n_columns)]),
            offset_transform=self.axes.transData,
            facecolors=colours.reshape(-1, 3) / 255.0,
            linewidths=0,
            antialiaseds=False,
        )
        cells.set_transform(self.figure.dpi_scale_trans)
        self.axes.add_collection(cells, autolim=False)
        cells.set_clip_path(Rectangle((x, y), width, height, transform=self.axes.transData))


def line_height(size: float) -> float:
    """Height of a line of text in millimetres at a size in points."""
    return 1.2 * size / PT_PER_MM


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break text at spaces into lines of at most `width` millimetres (a longer word keeps its own line)."""
    lines: list[str] = []
    for word in text.split():
        candidate = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(candidate, size, bold=bold) <= width:
            lines[-1] = candidate
        else:
            lines.append(word)
    return lines


def shorten(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Cut text to a width in millimetres, marking the cut with an ellipsis."""
    if text_width(text, size, bold=bold) <= width:
        return text
    while text and text_width(text + "…", size, bold=bold) > width:
        text = text[:-1]
    return text.rstrip() + "…"
