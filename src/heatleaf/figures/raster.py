"""A canvas as pixels: each mark is covered pixel by pixel, and blended as sRGB values.

Straight upright and level lines keep to whole pixels, so that trees and axes stay crisp; everything else is smoothed by
the share of a pixel that it covers. Letters come from `glyphs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import (
    DASH_MM,
    RASTER_DPI,
    BoxMark,
    Canvas,
    CellsMark,
    CloudMark,
    DotMark,
    ImageMark,
    LineMark,
    Mark,
    ShapeMark,
    TextMark,
)
from heatleaf.figures.glyphs import cover_text
from heatleaf.figures.png import MAX_COLOURS, distinct_colours
from heatleaf.figures.shapes import outline_of
from heatleaf.figures.theme import MM_PER_INCH
from heatleaf.figures.vision import Eyes, rgb, see_as

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Coverage = NDArray[np.float32]
_STEP = 0.4  # pixels between the points by which a line is followed; its edge then errs by a fiftieth of a pixel
_LARGE = 4.0  # pixels of radius from which circles are drawn one by one
_FEW = 500  # of them
_SMALL = 5_000  # pixels of a box that are all laid over; of more only those that are covered
_FINE = 8  # steps within a pixel by which an outline is filled


def draw_pixels(canvas: Canvas, dpi: float, *, proof: Eyes | None = None) -> NDArray[np.uint8]:
    """Return the pixels of a canvas, shape (n_rows, n_columns, 3), sRGB 0-255; proof : as which eyes see them."""
    raster = Raster(canvas.width, canvas.height, dpi * canvas.scale / MM_PER_INCH)
    for mark in canvas.marks:
        raster.draw(mark)
    return raster.pixels if proof is None else see_as(raster.pixels, proof)


@lru_cache(maxsize=1)  # PDF and SVG of a figure hold the same
def cloud_image(mark: CloudMark) -> ImageMark:
    """Return the dots of a cloud as the image that vector files hold."""
    left, top, width, height = mark.box
    raster = Raster(width, height, RASTER_DPI / MM_PER_INCH)
    for dots in mark.dots:
        raster.draw(replace(dots, centres=dots.centres - (left, top)))
    return ImageMark(mark.box, _few_colours(raster.pixels))


def _few_colours(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Keep the colours that are most frequent, which files hold by a table; other pixels get the nearest of them."""
    colours, which = distinct_colours(pixels)
    kept = np.sort(np.argsort(-np.bincount(which), kind="stable")[:MAX_COLOURS])
    differences = colours[:, None].astype(np.int64) - colours[kept]
    nearest: NDArray[np.uint8] = colours[kept][(differences**2).sum(axis=2).argmin(axis=1)]
    return nearest[which].reshape(pixels.shape)


class Raster:
    """White pixels on which marks are drawn; lengths of marks are millimetres, `per_mm` pixels each."""

    def __init__(self, width: float, height: float, per_mm: float) -> None:
        self.per_mm = per_mm
        size = max(int(height * per_mm), 1), max(int(width * per_mm), 1)
        self.pixels = np.full((*size, 3), 255, dtype=np.uint8)

    def draw(self, mark: Mark) -> None:
        """Draw a mark over all before it. Cells lie over an image of the same colours, which is enough here."""
        if isinstance(mark, TextMark):
            self._text(mark)
        elif isinstance(mark, BoxMark):
            self._box(mark)
        elif isinstance(mark, LineMark):
            self._lines(mark)
        elif isinstance(mark, DotMark):
            self._dots(mark)
        elif isinstance(mark, ShapeMark):
            self._shapes(mark)
        elif isinstance(mark, CloudMark):
            for dots in mark.dots:
                self._dots(dots)
        elif isinstance(mark, ImageMark):
            self._image(mark)
        else:
            assert isinstance(mark, CellsMark), mark

    def blend(self, top: int, left: int, cover: Coverage, colour: str) -> None:
        """Lay a colour over pixels from (top, left) on; cover : share 0-1 of each; what lies outside is cut off."""
        first_row, first_column = max(-top, 0), max(-left, 0)
        height, width = self.pixels.shape[:2]
        cover = cover[first_row : max(height - top, 0), first_column : max(width - left, 0)]
        if not cover.size:
            return
        top, left = top + first_row, left + first_column
        part = self.pixels[top : top + cover.shape[0], left : left + cover.shape[1]]
        laid = np.array(rgb(colour), dtype=np.float32)
        if cover.size <= _SMALL:
            part[:] = np.rint(part + (laid - part) * cover[:, :, None])
            return
        rows, columns = np.nonzero(cover)
        under, share = part[rows, columns], cover[rows, columns, None]
        part[rows, columns] = np.rint(under + (laid - under) * share)

    def _box(self, mark: BoxMark) -> None:
        x, y, width, height = (length * self.per_mm for length in mark.box)
        left, columns = _cover_span(x, x + width)
        top, rows = _cover_span(y, y + height)
        self.blend(top, left, np.outer(rows, columns) * np.float32(mark.opacity), mark.colour)

    def _image(self, mark: ImageMark) -> None:
        x, y, width, height = (length * self.per_mm for length in mark.box)
        rows = _sources(y, height, mark.pixels.shape[0], self.pixels.shape[0])
        columns = _sources(x, width, mark.pixels.shape[1], self.pixels.shape[1])
        shown = _shrink(_shrink(mark.pixels, rows, axis=0), columns, axis=1)
        self.pixels[rows.start : rows.start + shown.shape[0], columns.start : columns.start + shown.shape[1]] = shown

    def _text(self, mark: TextMark) -> None:
        x, y = mark.start
        found = cover_text(mark, (x * self.per_mm, y * self.per_mm), self.per_mm)
        if found is not None:
            self.blend(*found, mark.colour)

    def _lines(self, mark: LineMark) -> None:
        width = max(mark.width / 72 * MM_PER_INCH * self.per_mm, 0.5)
        dash = DASH_MM * self.per_mm if mark.is_dashed else 0.0
        segments = [segment * self.per_mm for segment in mark.segments]
        if dash:
            places = np.concatenate([_follow_dashes(_snap([segment], width), dash) for segment in segments])
        else:
            places = _follow(_snap(segments, width), np.cumsum([len(segment) for segment in segments]))
        self._stroke(places, width, mark.colour)

    def _stroke(self, points: FloatArray, width: float, colour: str) -> None:
        """Blend a line that is followed by points."""
        if not len(points):
            return
        reach = width / 2 + 0.5
        level = _Cover(points, reach, 0.0)
        for rows, columns, distance, _ in _neighbours(points - (level.left, level.top), reach):
            level.raise_to(rows, columns, np.clip(reach - distance, 0.0, min(width, 1.0)))
        self.blend(level.top, level.left, level.share, colour)

    def _dots(self, mark: DotMark) -> None:
        points, radius = mark.centres * self.per_mm, mark.radius * self.per_mm
        half = mark.edge_width / 2 / 72 * MM_PER_INCH * self.per_mm if mark.edge_colour else 0.0
        if half and len(points) >= _FEW:
            self._hollow_dots(mark, points, (radius - half, radius + half))
        elif half:
            for point in points[:, None]:  # an edge covers the dots before its own
                if mark.colour:
                    self._discs(point, (0.0, radius - half), mark.colour, mark.opacity)
                self._discs(point, (radius - half, radius + half), mark.edge_colour, 1.0)
        else:
            self._discs(points, (0.0, radius), mark.colour, mark.opacity)

    def _hollow_dots(self, mark: DotMark, points: FloatArray, radii: tuple[float, float]) -> None:
        """Draw many dots with edges: each pixel belongs to the last dot that holds it."""
        inner, outer = radii
        level = _Cover(points, outer + 0.5, -1.0)
        near = _neighbours(points - (level.left, level.top), outer + 0.5)
        for rows, columns, _, dots in near:
            level.raise_to(rows, columns, dots.astype(np.float64))
        edge, within = np.zeros_like(level.share), np.zeros_like(level.share)
        for rows, columns, distance, dots in near:
            last = np.flatnonzero(level.share[rows, columns] == dots)
            at = rows[last], columns[last]
            edge[at] = _ring(distance[last], inner, outer)
            within[at] = np.clip(outer + 0.5 - distance[last], 0.0, 1.0)
        if mark.colour:
            self.blend(level.top, level.left, within, mark.colour)
        self.blend(level.top, level.left, edge, mark.edge_colour)

    def _discs(self, points: FloatArray, radii: tuple[float, float], colour: str, opacity: float) -> None:
        """Blend rings between two radii, those over others letting them through."""
        inner, outer = radii
        if outer > _LARGE and len(points) < _FEW:
            for x, y in points.tolist():
                left, top, distance = _distances_around(x, y, outer + 0.5)
                self.blend(top, left, _ring(distance, inner, outer) * np.float32(opacity), colour)
        elif len(points):
            level = _Cover(points, outer + 0.5, 1.0)
            for rows, columns, distance, _ in _neighbours(points - (level.left, level.top), outer + 0.5):
                level.let_through(rows, columns, 1.0 - _ring(distance, inner, outer) * np.float32(opacity))
            self.blend(level.top, level.left, 1.0 - level.share, colour)

    def _shapes(self, mark: ShapeMark) -> None:
        outline = outline_of(mark.shape) * mark.radius * self.per_mm
        edge = mark.edge_width / 72 * MM_PER_INCH * self.per_mm
        for centre in mark.centres * self.per_mm:
            polygon = outline + centre
            top, left, cover = _fill(polygon)
            self.blend(top, left, cover * np.float32(mark.opacity), mark.colour)
            if mark.edge_colour:
                outlined = np.concatenate([polygon, polygon[:1]])
                self._stroke(_follow(outlined, np.array([len(outlined)])), edge, mark.edge_colour)


class _Cover:
    """A share for each pixel of the box around points of some reach; `start` at first."""

    def __init__(self, points: FloatArray, reach: float, start: float) -> None:
        low, high = np.floor(points.min(axis=0) - reach).astype(int), np.ceil(points.max(axis=0) + reach).astype(int)
        self.left, self.top = int(low[0]), int(low[1])
        self.share = np.full((int(high[1] - low[1]) + 1, int(high[0] - low[0]) + 1), start, dtype=np.float32)

    def raise_to(self, rows: IntArray, columns: IntArray, share: NDArray[np.floating]) -> None:
        """Cover by the largest share: overlapping parts of one line do not darken it."""
        np.maximum.at(self.share.reshape(-1), rows * self.share.shape[1] + columns, share.astype(np.float32))

    def let_through(self, rows: IntArray, columns: IntArray, share: NDArray[np.float32]) -> None:
        """Take the shares as what is let through, one after the other."""
        np.multiply.at(self.share.reshape(-1), rows * self.share.shape[1] + columns, share)


def _neighbours(points: FloatArray, reach: float) -> list[tuple[IntArray, IntArray, FloatArray, IntArray]]:
    """Return, offset by offset, rows and columns of the pixels within reach of points, distances and which point."""
    first = np.floor(points - reach).astype(np.intp)
    n_steps = int(np.ceil(2 * reach)) + 1
    columns, rows = first.T
    across_squared = [(columns + across + 0.5 - points[:, 0]) ** 2 for across in range(n_steps)]
    found = []
    for down in range(n_steps):
        dy = (rows + down + 0.5 - points[:, 1]) ** 2
        for across, dx in enumerate(across_squared):
            distance = np.sqrt(dy + dx)
            near = np.flatnonzero(distance < reach)
            if len(near):
                found.append((rows[near] + down, columns[near] + across, distance[near], near))
    return found


def _distances_around(x: float, y: float, reach: float) -> tuple[int, int, FloatArray]:
    """Return first column, first row, and the distances of pixel centres around a point."""
    left, top = int(np.floor(x - reach)), int(np.floor(y - reach))
    across = np.arange(left, int(np.ceil(x + reach))) + 0.5 - x
    down = np.arange(top, int(np.ceil(y + reach))) + 0.5 - y
    return left, top, np.hypot(down[:, None], across)


def _ring(distance: FloatArray, inner: float, outer: float) -> Coverage:
    """Return how much of a pixel at a distance lies between two radii."""
    share = np.clip(outer + 0.5 - distance, 0.0, 1.0)
    if inner > 0:
        share *= np.clip(distance - inner + 0.5, 0.0, 1.0)
    return share.astype(np.float32)


def _snap(segments: Sequence[FloatArray], width: float) -> FloatArray:
    """Put the points of lines one after the other; lines that run along the pixels are moved onto whole ones."""
    points = np.concatenate(segments)
    n_points = np.array([len(segment) for segment in segments])
    line = np.repeat(np.arange(len(segments)), n_points)
    is_oblique = (np.abs(np.diff(points, axis=0)).min(axis=1) > 1e-6) & (line[1:] == line[:-1])
    is_moved = n_points > 1
    is_moved[line[1:][is_oblique]] = False
    is_odd = max(round(width), 1) % 2
    return np.where(is_moved[line, None], np.floor(points) + 0.5 if is_odd else np.rint(points), points)


def _follow(points: FloatArray, ends: IntArray) -> FloatArray:
    """Return points along lines, close enough that discs around them make their edges.

    ends : where in `points` each line ends.
    """
    starts = np.delete(np.arange(len(points)), ends - 1)
    followed, _, _ = _divide(points[starts], points[starts + 1] - points[starts])
    return np.concatenate([followed, points[ends - 1]])


def _follow_dashes(points: FloatArray, dash: float) -> FloatArray:
    """Return points along the dashes of one line; dash : length of each."""
    followed, which, within = _divide(points[:-1], np.diff(points, axis=0))
    lengths = _lengths(np.diff(points, axis=0))
    along = np.concatenate([(np.cumsum(lengths) - lengths)[which] + within * lengths[which], [lengths.sum()]])
    return np.concatenate([followed, points[-1:]])[along % (2 * dash) < dash]


def _divide(starts: FloatArray, steps: FloatArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Divide straight lines into short parts: return where each begins, of which line it is, and how far along."""
    n_parts = np.maximum(np.ceil(_lengths(steps) / _STEP).astype(int), 1)
    which = np.repeat(np.arange(len(steps)), n_parts)
    within = (np.arange(len(which)) - np.repeat(np.cumsum(n_parts) - n_parts, n_parts)) / n_parts[which]
    return starts[which] + within[:, None] * steps[which], which, within


def _lengths(steps: FloatArray) -> FloatArray:
    lengths: FloatArray = np.hypot(steps[:, 0], steps[:, 1])
    return lengths


def _cover_span(start: float, stop: float) -> tuple[int, Coverage]:
    """Return the first pixel that a span touches and the share of each that it covers."""
    first, last = int(np.floor(start)), int(np.ceil(stop))
    at = np.arange(first, max(last, first + 1))
    return first, np.clip(np.minimum(at + 1, stop) - np.maximum(at, start), 0.0, 1.0).astype(np.float32)


@dataclass(frozen=True)
class _Sources:
    """Which source pixel stands first at each shown pixel of one direction; step : source pixels for one shown."""

    start: int
    first: IntArray
    step: float


def _sources(start: float, length: float, n_sources: int, n_pixels: int) -> _Sources:
    """Find the source pixels of those whose centres lie within a span."""
    low, high = round(start), max(round(start + length), round(start) + 1)
    shown = np.arange(max(low, 0), min(high, n_pixels))
    step = n_sources / (high - low)
    within = shown - low + (0.0 if step > 1 else 0.5)
    return _Sources(max(low, 0), np.minimum((within * step).astype(np.intp), n_sources - 1), step)


def _shrink(pixels: NDArray[np.uint8], sources: _Sources, *, axis: int) -> NDArray[np.uint8]:
    """Take the source pixel at each place or, where several fall on one, their mean."""
    if sources.step <= 1 or not len(sources.first):
        return pixels.take(sources.first, axis=axis)
    sums = np.add.reduceat(pixels, sources.first, axis=axis, dtype=np.float32)
    n_each = np.diff(np.append(sources.first, pixels.shape[axis]))
    shape = [1, 1, 1]
    shape[axis] = -1
    return np.rint(sums / n_each.reshape(shape)).astype(np.uint8)


def _fill(polygon: FloatArray) -> tuple[int, int, Coverage]:
    """Return top, left and the share of each pixel that a closed outline covers (even-odd rule)."""
    low, high = np.floor(polygon.min(axis=0)).astype(int), np.ceil(polygon.max(axis=0)).astype(int)
    x = low[0] + (np.arange((high[0] - low[0]) * _FINE) + 0.5) / _FINE
    y = low[1] + (np.arange((high[1] - low[1]) * _FINE) + 0.5) / _FINE
    is_inside = np.zeros((len(y), len(x)), dtype=bool)
    for (x_0, y_0), (x_1, y_1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y_0 == y_1:
            continue
        crosses = (y >= min(y_0, y_1)) & (y < max(y_0, y_1))
        at = x_0 + (y - y_0) * (x_1 - x_0) / (y_1 - y_0)
        is_inside ^= crosses[:, None] & (x[None, :] < at[:, None])
    cover = is_inside.reshape(high[1] - low[1], _FINE, high[0] - low[0], _FINE).mean(axis=(1, 3), dtype=np.float32)
    return int(low[1]), int(low[0]), cover
