"""A canvas as pixels, drawn by matplotlib's Agg."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import BoxMark, Canvas, CellsMark, DotMark, ImageMark, LineMark, Mark, TextMark
from heatleaf.figures.theme import MM_PER_INCH, drawing
from heatleaf.figures.vision import Eyes, see_as

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_pixels(canvas: Canvas, dpi: float, *, proof: Eyes | None = None) -> NDArray[np.uint8]:
    """Return the pixels of a canvas, shape (n_rows, n_columns, 3), sRGB 0-255; proof : as which eyes see them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with drawing():
        per_inch = canvas.scale / MM_PER_INCH
        figure: Any = Figure(figsize=(canvas.width * per_inch, canvas.height * per_inch), dpi=dpi, facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, canvas.width), ylim=(canvas.height, 0))
        axes.set_axis_off()
        axes.set_autoscale_on(False)
        for mark in canvas.marks:
            _add(axes, mark, canvas)
        axes.set(xlim=(0, canvas.width), ylim=(canvas.height, 0))
        agg: Any = FigureCanvasAgg(figure)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
            agg.draw()
        pixels = np.asarray(agg.buffer_rgba())[:, :, :3].copy()
    return pixels if proof is None else see_as(pixels, proof)


def _add(axes: Axes, mark: Mark, canvas: Canvas) -> None:
    if isinstance(mark, TextMark):
        _add_text(axes, mark, canvas.scale)
    elif isinstance(mark, BoxMark):
        _add_boxes(axes, np.array([mark.box]), mark.colour)
    elif isinstance(mark, CellsMark):
        _add_boxes(axes, mark.boxes, mark.colour, antialiased=False)
    elif isinstance(mark, LineMark):
        _add_lines(axes, mark, canvas.scale)
    elif isinstance(mark, DotMark):
        from matplotlib.collections import EllipseCollection

        size = 2 * mark.radius
        dots = EllipseCollection(
            size, size, 0, units="xy", offsets=mark.centres, offset_transform=axes.transData, facecolors=mark.colour
        )
        axes.add_collection(dots, autolim=False)
    else:
        _add_image(axes, mark)


def _add_text(axes: Axes, mark: TextMark, scale: float) -> None:
    style: dict[str, Any] = {"weight": "bold" if mark.is_bold else "normal"}
    style |= {"style": "italic" if mark.is_italic else "normal", "rotation": 90 if mark.is_upright else 0}
    x, y = mark.start
    # anchored at the end that must stand: hinting makes letters at screen resolution wider or narrower than measured
    axes.text(
        x if mark.is_upright else mark.x,
        mark.y if mark.is_upright else y,
        mark.text,
        fontsize=mark.size * scale,
        color=mark.colour,
        ha=mark.anchor,
        va="baseline",
        rotation_mode="anchor",
        parse_math=False,
        **style,
    )


def _add_boxes(axes: Axes, boxes: NDArray[np.float64], colour: str, *, antialiased: bool = True) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    x, y, width, height = boxes.T
    corners = np.stack([x, y, x + width, y, x + width, y + height, x, y + height, x, y], axis=1).reshape(-1, 2)
    codes = np.tile(
        np.array([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], dtype=np.uint8), len(boxes)
    )
    patch = PathPatch(Path(corners, codes), facecolor=colour, linewidth=0, antialiased=antialiased)
    axes.add_artist(patch)


def _add_lines(axes: Axes, mark: LineMark, scale: float) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    codes = np.full(sum(len(segment) for segment in mark.segments), Path.LINETO, dtype=np.uint8)
    codes[np.cumsum([0, *(len(segment) for segment in mark.segments[:-1])])] = Path.MOVETO
    width = mark.width * scale
    patch = PathPatch(
        Path(np.concatenate(mark.segments), codes),
        fill=False,
        edgecolor=mark.colour,
        linewidth=width,
        capstyle="round",
        joinstyle="round",
        linestyle=(0, (1.6 / mark.width, 1.6 / mark.width)) if mark.is_dashed else "solid",
    )
    axes.add_artist(patch)


def _add_image(axes: Axes, mark: ImageMark) -> None:
    x, y, width, height = mark.box
    axes.imshow(mark.pixels, extent=(x, x + width, y + height, y), interpolation="none", aspect="auto")
