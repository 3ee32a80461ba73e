"""Tracks on the page. Each is drawn as if above the columns, then turned for rows: along the entries, and across."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.heatmap.tracks import Track
from heatleaf.figures.palettes import MISSING_COLOUR
from heatleaf.figures.text import shorten_name
from heatleaf.figures.theme import INK, RULE, SMALL_SIZE, SOFT_INK

FloatArray = NDArray[np.float64]
_GREYED = "#6F7780"
_MAX_DOT = 0.65  # mm


@dataclass(frozen=True, eq=False)
class Strip:
    """Where a track lies: both edges of each entry along it, and from start over size across it.

    From `start` values rise: upward for columns, to the right for rows.
    """

    edges: FloatArray
    start: float
    size: float
    is_of_rows: bool

    def box(self, along: tuple[float, float], across: tuple[float, float]) -> tuple[float, float, float, float]:
        """Return the rectangle between places along and shares across (0-1)."""
        low, high = sorted(across)
        if self.is_of_rows:
            return self.start + low * self.size, along[0], (high - low) * self.size, along[1] - along[0]
        return along[0], self.start + (1 - high) * self.size, along[1] - along[0], (high - low) * self.size

    def points(self, along: FloatArray, across: FloatArray) -> FloatArray:
        """Return places on the page, shape (n, 2)."""
        if self.is_of_rows:
            return np.column_stack([self.start + across * self.size, along])
        return np.column_stack([along, self.start + (1 - across) * self.size])

    @property
    def centres(self) -> FloatArray:
        """Middle of each entry along the track."""
        return np.asarray(self.edges.mean(axis=1))


def draw_track(canvas: Canvas, track: Track, strip: Strip, *, is_raster: bool) -> None:
    """Draw a track of any kind."""
    if track.kind in ("levels", "numbers"):
        _draw_tiles(canvas, track, strip, is_raster=is_raster)
        return
    if track.kind == "text":
        _draw_texts(canvas, track, strip)
        return
    _draw_frame(canvas, track, strip)
    _KINDS[track.kind](canvas, track, strip)


def _draw_tiles(canvas: Canvas, track: Track, strip: Strip, *, is_raster: bool) -> None:
    if track.kind == "numbers":
        assert track.scale is not None  # every track of numbers has one
        colours = track.scale.colours(track.values[:, 0])
    else:
        table = {level: _rgb(colour) for level, colour in track.colours.items()}
        missing = _rgb(MISSING_COLOUR)
        colours = np.array([table.get(level, missing) for level in track.texts], dtype=np.uint8)
    across = np.array([[strip.start, strip.start + strip.size]])
    if strip.is_of_rows:
        canvas.cells(across, strip.edges, colours[:, None], is_raster=is_raster)
    else:
        canvas.cells(strip.edges, across, colours[None], is_raster=is_raster)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _draw_texts(canvas: Canvas, track: Track, strip: Strip) -> None:
    for text, place in zip(track.texts, strip.centres.tolist(), strict=True):
        shown = shorten_name(text, strip.size, SMALL_SIZE)
        if strip.is_of_rows:
            canvas.text(strip.start, place, shown, size=SMALL_SIZE)
        else:
            canvas.text(place, strip.start + strip.size, shown, size=SMALL_SIZE, style="upright")


def _draw_frame(canvas: Canvas, track: Track, strip: Strip) -> None:
    """Draw the axis at the near end, and the line of 0 where it lies within."""
    along = np.array([strip.edges[0, 0], strip.edges[-1, 1]])
    low, high = track.axis
    zero = _share(track, np.array([0.0]))[0] if low <= 0 <= high else 0.0
    canvas.lines([strip.points(along, np.full(2, zero))], colour=RULE, width=0.4)
    near = along[:1] - 0.5 if not strip.is_of_rows else along[1:] + 0.5
    canvas.lines([strip.points(np.repeat(near, 2), np.array([0.0, 1.0]))], colour=RULE, width=0.4)


def _share(track: Track, values: FloatArray) -> FloatArray:
    """Place values on the axis, 0-1; beyond its ends they stay at them."""
    low, high = track.axis
    return np.clip((values - low) / (high - low), 0.0, 1.0)


def _draw_bars(canvas: Canvas, track: Track, strip: Strip) -> None:
    """Stack positive parts upward from 0 and negative ones downward."""
    inset = 0.1 * float(strip.edges[0, 1] - strip.edges[0, 0])
    ups, downs = np.zeros(len(track.values)), np.zeros(len(track.values))
    for part, colour in zip(np.nan_to_num(track.values).T, track.colours.values(), strict=True):
        base = np.where(part >= 0, ups, downs)
        ends = _share(track, np.column_stack([base, base + part]))
        for (start, stop), (first, last) in zip(strip.edges.tolist(), ends.tolist(), strict=True):
            if first != last:
                canvas.rectangle(strip.box((start + inset, stop - inset), (first, last)), colour)
        ups, downs = ups + np.maximum(part, 0), downs + np.minimum(part, 0)
    _draw_missing(canvas, _is_unknown(track), strip)


def _draw_points(canvas: Canvas, track: Track, strip: Strip) -> None:
    radius = min(_MAX_DOT, 0.4 * float(strip.edges[0, 1] - strip.edges[0, 0]))
    for part, colour in zip(track.values.T, track.colours.values(), strict=True):
        known = ~np.isnan(part)
        canvas.dots(
            strip.points(strip.centres[known], _share(track, part[known])), radius=max(radius, 0.25), colour=colour
        )
    _draw_missing(canvas, _is_unknown(track), strip)


def _draw_lines(canvas: Canvas, track: Track, strip: Strip) -> None:
    """Join known neighbours; a missing value, or a gap between blocks, breaks the line."""
    jumps = np.flatnonzero(strip.edges[1:, 0] - strip.edges[:-1, 1] > 1e-6) + 1
    for part, colour in zip(track.values.T, track.colours.values(), strict=True):
        breaks = np.union1d(np.flatnonzero(np.isnan(part)), jumps)
        segments = []
        for run in np.split(np.arange(len(part)), breaks):
            run = run[~np.isnan(part[run])]
            if len(run) > 1:
                segments.append(strip.points(strip.centres[run], _share(track, part[run])))
            elif len(run):
                canvas.dots(strip.points(strip.centres[run], _share(track, part[run])), radius=0.3, colour=colour)
        canvas.lines(segments, colour=colour, width=0.8)
    _draw_missing(canvas, _is_unknown(track), strip)


def _draw_boxes(canvas: Canvas, track: Track, strip: Strip) -> None:
    width = float(strip.edges[0, 1] - strip.edges[0, 0])
    whiskers, middles = [], []
    colour = next(iter(track.colours.values()))
    for (start, stop), place, entry in zip(strip.edges.tolist(), strip.centres.tolist(), track.values, strict=True):
        if np.isnan(entry).any():
            continue
        low, first, middle, third, high = _share(track, entry).tolist()
        whiskers.append(strip.points(np.full(2, place), np.array([low, first])))
        whiskers.append(strip.points(np.full(2, place), np.array([third, high])))
        sides = (start + 0.15 * width, stop - 0.15 * width)
        canvas.rectangle(strip.box(sides, (first, third)), colour)
        middles.append(strip.points(np.array(sides), np.full(2, middle)))
    canvas.lines(whiskers, colour=_GREYED, width=0.4)
    canvas.lines(middles, colour=INK, width=0.6)
    _draw_missing(canvas, _is_unknown(track), strip)


def _is_unknown(track: Track) -> NDArray[np.bool_]:
    """Tell which entries have no number at all."""
    unknown: NDArray[np.bool_] = np.logical_and.reduce(np.isnan(track.values), axis=1)
    return unknown


def _draw_missing(canvas: Canvas, is_missing: NDArray[np.bool_], strip: Strip) -> None:
    """Mark entries without a number by a short stroke across the axis."""
    strokes = [strip.points(np.full(2, place), np.array([0.4, 0.6])) for place in strip.centres[is_missing].tolist()]
    canvas.lines(strokes, colour=SOFT_INK, width=0.4)


_KINDS: dict[str, Callable[[Canvas, Track, Strip], None]] = {
    "bars": _draw_bars,
    "points": _draw_points,
    "line": _draw_lines,
    "boxes": _draw_boxes,
}
