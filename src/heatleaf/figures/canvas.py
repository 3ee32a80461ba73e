"""A page in millimetres, origin at the top left: the few things that composed figures are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.text import visible_text
from heatleaf.figures.theme import INK, MM_PER_INCH, TEXT_SIZE, mm

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
        self.axes.text(x, y, visible_text(text), fontsize=size, color=colour, ha=anchor, **style)  # type: ignore[arg-type]

    def rectangle(self, box: tuple[float, float, float, float], colour: str, *, edge: str = "none") -> None:
        """Fill a box (x, y, width, height)."""
        from matplotlib.patches import Rectangle

        x, y, width, height = box
        patch = Rectangle((x, y), width, height, facecolor=colour, edgecolor=edge, linewidth=0.4)
        self.axes.add_artist(patch)

    def lines(self, segments: list[NDArray[np.float64]], *, colour: str = INK, width: float = 0.4) -> None:
        """Draw open lines, each of shape (n_points, 2), as one object."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        if not segments:
            return
        codes = np.full(sum(len(segment) for segment in segments), Path.LINETO, dtype=np.uint8)
        codes[np.cumsum([0, *(len(segment) for segment in segments[:-1])])] = Path.MOVETO
        path = Path(np.concatenate(segments), codes)
        patch = PathPatch(path, fill=False, edgecolor=colour, linewidth=width, capstyle="round", joinstyle="round")
        self.axes.add_artist(patch)

    def cells(
        self,
        columns: NDArray[np.float64],
        rows: NDArray[np.float64],
        colours: NDArray[np.uint8],
        *,
        is_raster: bool = False,
    ) -> None:
        """Draw a grid of colours of shape (n_rows, n_columns, 3), where neighbours may stand apart.

        columns, rows : both edges of each in millimetres, shape (n, 2). As vectors the cells of one colour are one
        object, over a raster of the same cells that fills the hair lines which viewers leave between neighbouring
        shapes. As a raster alone each cell is a whole number of pixels at print resolution.
        """
        for top, bottom in _runs(rows):
            for left, right in _runs(columns):
                box = (columns[left, 0], columns[right - 1, 1], rows[bottom - 1, 1], rows[top, 0])
                self._raster(box, colours[top:bottom, left:right], resolution=RASTER_DPI if is_raster else 0)
        if not is_raster:
            self._vectors(columns, rows, colours)

    def _raster(self, box: tuple[float, float, float, float], colours: NDArray[np.uint8], resolution: int) -> None:
        left, right, bottom, top = box
        wanted = np.array(mm(bottom - top, right - left)) * resolution
        repeats = np.maximum(np.ceil(wanted / colours.shape[:2]).astype(int), 1)
        pixels = colours.repeat(repeats[0], axis=0).repeat(repeats[1], axis=1)
        self.axes.imshow(pixels, extent=box, interpolation="none", aspect="auto")
        self.axes.set_xlim(0, self.width)
        self.axes.set_ylim(self.height, 0)

    def _vectors(self, columns: NDArray[np.float64], rows: NDArray[np.float64], colours: NDArray[np.uint8]) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        x = np.tile(columns[:, [0, 1, 1, 0, 0]], (len(rows), 1))
        y = np.repeat(rows[:, [0, 0, 1, 1, 0]], len(columns), axis=0)
        outlines = np.stack([x, y], axis=2)
        codes = np.array([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], dtype=np.uint8)
        shown, which = np.unique(colours.reshape(-1, 3), axis=0, return_inverse=True)
        ends = np.cumsum(np.bincount(which.ravel()))
        for colour, members in zip(shown, np.split(np.argsort(which.ravel(), kind="stable"), ends[:-1]), strict=True):
            path = Path(outlines[members].reshape(-1, 2), np.tile(codes, len(members)))
            self.axes.add_artist(PathPatch(path, facecolor=colour / 255.0, linewidth=0, antialiased=False))


def _runs(edges: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return start and stop of each run of cells that touch."""
    breaks = np.flatnonzero(edges[1:, 0] - edges[:-1, 1] > 1e-6) + 1
    starts = [0, *breaks.tolist()]
    return list(zip(starts, [*starts[1:], len(edges)], strict=True))
