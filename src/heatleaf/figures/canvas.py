"""A page in millimetres, origin at the top left, as a list of marks: the few things that composed figures are made of.

Nothing is drawn here. `pdf`, `svg` and `raster` turn the marks into files, each the same marks in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.shapes import Shape
from heatleaf.figures.text import text_width, visible_text
from heatleaf.figures.theme import INK, PT_PER_MM, TEXT_SIZE

FloatArray = NDArray[np.float64]
Anchor = Literal["left", "center", "right"]
TextStyle = Literal["", "bold", "italic", "bold italic"]
RASTER_DPI = 300
DASH_MM = 0.6  # dashes and the gaps between them
MAX_RASTER_DPI = 600  # more cells than pixels of this size cannot be printed
# From the baseline up to the middle between the heights of capitals (0.72 em) and of small letters (0.52 em), halved.
MIDDLE = 0.31


@dataclass(frozen=True)
class TextMark:
    """A line of text: its reading direction through (x, y) along the middle of its letters.

    anchor : which end of the line stands at (x, y). is_upright : reads from below to above. size : points.
    """

    x: float
    y: float
    text: str
    size: float
    colour: str
    anchor: Anchor
    is_bold: bool = False
    is_italic: bool = False
    is_upright: bool = False

    @property
    def width(self) -> float:
        """Length of the line in millimetres."""
        return text_width(self.text, self.size, bold=self.is_bold, italic=self.is_italic)

    @property
    def start(self) -> tuple[float, float]:
        """Where the baseline begins."""
        back = {"left": 0.0, "center": 0.5, "right": 1.0}[self.anchor] * self.width
        drop = MIDDLE * self.size / PT_PER_MM
        return (self.x + drop, self.y + back) if self.is_upright else (self.x - back, self.y + drop)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of its letters, with their descenders."""
        x, y = self.start
        up, down = 0.74 * self.size / PT_PER_MM, 0.21 * self.size / PT_PER_MM
        if self.is_upright:
            return x - up, y - self.width, x + down, y
        return x, y - up, x + self.width, y + down


@dataclass(frozen=True)
class BoxMark:
    """A filled rectangle: x, y, width, height. opacity : 0-1."""

    box: tuple[float, float, float, float]
    colour: str
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class LineMark:
    """Open lines of one look, each of shape (n_points, 2). width : points."""

    segments: tuple[FloatArray, ...]
    colour: str
    width: float
    is_dashed: bool = False


@dataclass(frozen=True, eq=False)
class DotMark:
    """Circles. centres : shape (n, 2). radius : millimetres. colour : within, "" for none. opacity : 0-1, each.

    edge_colour : of the ring around, of edge_width points; "" for none.
    """

    centres: FloatArray
    radius: float
    colour: str
    opacity: float = 1.0
    edge_colour: str = ""
    edge_width: float = 0.0


@dataclass(frozen=True, eq=False)
class ShapeMark:
    """Shapes of `shapes.outline_of`. centres : shape (n, 2). radius : millimetres. edge_width : points.

    opacity : 0-1, of what is within. edge_colour : "" for no edge.
    """

    centres: FloatArray
    shape: Shape
    radius: float
    colour: str
    opacity: float = 1.0
    edge_colour: str = ""
    edge_width: float = 0.0


@dataclass(frozen=True, eq=False)
class CloudMark:
    """So many circles that vector files hold them as an image, on white. box : x, y, width, height around them."""

    box: tuple[float, float, float, float]
    dots: tuple[DotMark, ...]


@dataclass(frozen=True, eq=False)
class ImageMark:
    """Pixels of shape (n_rows, n_columns, 3), sRGB 0-255, stretched without smoothing over x, y, width, height."""

    box: tuple[float, float, float, float]
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class CellsMark:
    """Rectangles of one colour. boxes : shape (n, 4): x, y, width, height."""

    boxes: FloatArray
    colour: str


Mark = TextMark | BoxMark | LineMark | DotMark | ShapeMark | CloudMark | ImageMark | CellsMark


class Canvas:
    """The marks of one figure of a given size in millimetres.

    scale : how many times larger than these millimetres and points the figure is made. about : what the figure shows,
    in JSON values, for the metadata of its file.
    """

    def __init__(self, width: float, height: float, *, scale: float = 1.0) -> None:
        self.width, self.height, self.scale = width, height, scale
        self.about: dict[str, object] = {}
        self.marks: list[Mark] = []

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = TEXT_SIZE,
        colour: str = INK,
        anchor: Anchor = "left",
        style: TextStyle | Literal["upright"] = "",
    ) -> None:
        """Write a line, its letters centred on the reading direction through (x, y); upright reads from below."""
        shown = visible_text(text)
        if shown:
            how = ("bold" in style, "italic" in style, style == "upright")
            self.marks.append(TextMark(x, y, shown, size, colour, anchor, *how))

    def rectangle(self, box: tuple[float, float, float, float], colour: str) -> None:
        """Fill a box (x, y, width, height)."""
        self.marks.append(BoxMark(box, colour))

    def lines(
        self, segments: list[FloatArray], *, colour: str = INK, width: float = 0.4, is_dashed: bool = False
    ) -> None:
        """Draw open lines, each of shape (n_points, 2), as one object."""
        if segments:
            self.marks.append(LineMark(tuple(segments), colour, width, is_dashed))

    def dots(self, centres: FloatArray, *, radius: float, colour: str = INK) -> None:
        """Draw filled circles as one object."""
        if len(centres):
            self.marks.append(DotMark(centres, radius, colour))

    def image(self, box: tuple[float, float, float, float], pixels: NDArray[np.uint8]) -> None:
        """Stretch pixels of shape (n_rows, n_columns, 3) over a box (x, y, width, height)."""
        self.marks.append(ImageMark(box, pixels))

    def cells(
        self, columns: FloatArray, rows: FloatArray, colours: NDArray[np.uint8], *, is_raster: bool = False
    ) -> None:
        """Draw a grid of colours of shape (n_rows, n_columns, 3), where neighbours may stand apart.

        columns, rows : both edges of each in millimetres, shape (n, 2). As vectors the cells of one colour are one
        object, over a raster of the same cells that fills the hair lines which viewers leave between neighbouring
        shapes. As a raster alone each cell is a whole number of pixels at print resolution.
        """
        for top, bottom in runs(rows):
            for left, right in runs(columns):
                box = (
                    columns[left, 0],
                    rows[top, 0],
                    columns[right - 1, 1] - columns[left, 0],
                    rows[bottom - 1, 1] - rows[top, 0],
                )
                pixels = colours[top:bottom, left:right]
                self.marks.append(ImageMark(box, _enlarge(pixels, box) if is_raster else pixels))
        if not is_raster:
            self._vectors(columns, rows, colours)

    def _vectors(self, columns: FloatArray, rows: FloatArray, colours: NDArray[np.uint8]) -> None:
        x, y = np.meshgrid(columns[:, 0], rows[:, 0])
        width, height = np.meshgrid(columns[:, 1] - columns[:, 0], rows[:, 1] - rows[:, 0])
        boxes = np.stack([x, y, width, height], axis=2).reshape(-1, 4)
        codes = colours.reshape(-1, 3) @ np.array([65536, 256, 1])
        shown, which = np.unique(codes, return_inverse=True)
        ends = np.cumsum(np.bincount(which.ravel()))
        members = np.split(np.argsort(which.ravel(), kind="stable"), ends[:-1])
        self.marks += [
            CellsMark(boxes[chosen], f"#{code:06X}") for code, chosen in zip(shown.tolist(), members, strict=True)
        ]


def _enlarge(pixels: NDArray[np.uint8], box: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    """Repeat pixels until they are at least as fine as print resolution."""
    wanted = np.array([box[3], box[2]]) / 25.4 * RASTER_DPI
    repeats = np.maximum(np.ceil(wanted / pixels.shape[:2]).astype(int), 1)
    return pixels.repeat(repeats[0], axis=0).repeat(repeats[1], axis=1)


def runs(edges: FloatArray) -> list[tuple[int, int]]:
    """Return start and stop of each run of cells that touch."""
    breaks = np.flatnonzero(edges[1:, 0] - edges[:-1, 1] > 1e-6) + 1
    starts = [0, *breaks.tolist()]
    return list(zip(starts, [*starts[1:], len(edges)], strict=True))
