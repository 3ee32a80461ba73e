"""Keys below the body: the colour bar with what lies behind it, the scales of strips, the levels of annotations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.heatmap.layout import column_tracks, row_strips
from heatleaf.figures.heatmap.parts import HeatmapSpec
from heatleaf.figures.heatmap.scale import ColourScale
from heatleaf.figures.palettes import MISSING_COLOUR, palette_table
from heatleaf.figures.text import NAME_MM, line_height, shorten_name, text_width
from heatleaf.figures.theme import RULE, SMALL_SIZE, SOFT_INK, TEXT_SIZE

_BAR_WIDTH = 38.0
_STRIP_BAR_WIDTH = 20.0
_BAR_HEIGHT = 2.2
_HISTOGRAM_HEIGHT = 4.5
_SWATCH = 2.4
_ITEM_GAP = 7.0
_LABEL_WIDTH = 70.0  # at most; hinting in a PNG adds up to 6 %, which then stays within the margin
_LEVELS_PER_COLUMN = 4


@dataclass(frozen=True)
class _Item:
    """A key: its size in millimetres and how to draw it at a place."""

    width: float
    height: float
    draw: Callable[[Canvas, float, float], None]


def legend_items(spec: HeatmapSpec, room: float) -> tuple[_Item, ...]:
    """List the keys that a heatmap needs, the colour bar first, each no wider than `room` (mm)."""
    items = [_colour_bar(spec.scale, room)]
    items += [_strip_bar(strip.scale, room) for strip in row_strips(spec) if strip.scale]
    unnamed = {block.name: block.colour for block in spec.column_blocks if block.colour}
    if unnamed and not headers_fit(spec):
        items.append(_levels(spec.group_name, unnamed, room))
    items += [_levels(annotation.name, annotation.colours, room) for annotation in column_tracks(spec)]
    return tuple(items)


def headers_fit(spec: HeatmapSpec) -> bool:
    """Tell whether every group name fits into its header block, so that no key is needed."""
    from heatleaf.figures.heatmap.layout import column_width

    width = column_width(spec.n_samples)
    return all(
        text_width(block.name, SMALL_SIZE, bold=True) <= block.size * width - 1.0 for block in spec.column_blocks
    )


def place_items(items: tuple[_Item, ...], width: float, start: float) -> tuple[list[tuple[_Item, float, float]], float]:
    """Flow keys from left to right in rows; return them with their places and the y below the last row."""
    placed: list[tuple[_Item, float, float]] = []
    x, y, row_height = start, 0.0, 0.0
    for item in items:
        if x > start and x + item.width > width:
            x, y, row_height = start, y + row_height + 3.0, 0.0
        placed.append((item, x, y))
        x += item.width + _ITEM_GAP
        row_height = max(row_height, item.height)
    return placed, y + row_height


def _colour_bar(scale: ColourScale, room: float) -> _Item:
    label = shorten_name(scale.label, min(room, _LABEL_WIDTH), TEXT_SIZE, bold=True)
    beyond = f"{100 * scale.share_clipped:.1f} % of cells beyond ±{scale.high:g}"
    width = max(_BAR_WIDTH, text_width(label, TEXT_SIZE, bold=True), text_width(beyond, SMALL_SIZE))
    height = line_height(TEXT_SIZE) + _HISTOGRAM_HEIGHT + _BAR_HEIGHT + 2 * line_height(SMALL_SIZE) + 1.8

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.text(x, y + line_height(TEXT_SIZE) / 2, label, weight="bold")
        y += line_height(TEXT_SIZE) + 0.4
        _histogram(canvas, scale, x, y + _HISTOGRAM_HEIGHT)
        y += _HISTOGRAM_HEIGHT
        _bar(canvas, scale, x, y, _BAR_WIDTH)
        ticks = (scale.low, scale.low / 2, 0.0, scale.high / 2, scale.high)
        _ticks(canvas, [f"{tick:g}".replace("-", "−") for tick in ticks], x, y + _BAR_HEIGHT, _BAR_WIDTH)
        y += _BAR_HEIGHT + line_height(SMALL_SIZE) + 1.3
        canvas.text(x, y + line_height(SMALL_SIZE) / 2, beyond, size=SMALL_SIZE, colour=SOFT_INK)
        if scale.has_missing:
            left = x + text_width(beyond, SMALL_SIZE) + 2.0
            canvas.rectangle((left, y + 0.4, _SWATCH, 1.8), MISSING_COLOUR)
            canvas.text(left + _SWATCH + 0.8, y + line_height(SMALL_SIZE) / 2, "missing", size=SMALL_SIZE)

    return _Item(width + (14.0 if scale.has_missing else 0.0), height, draw)


def _strip_bar(scale: ColourScale, room: float) -> _Item:
    label = shorten_name(scale.label, min(room, _LABEL_WIDTH), SMALL_SIZE)
    width = max(_STRIP_BAR_WIDTH, text_width(label, SMALL_SIZE))
    height = line_height(TEXT_SIZE) + _BAR_HEIGHT + line_height(SMALL_SIZE) + 0.4

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.text(x, y + line_height(TEXT_SIZE) / 2, label, size=SMALL_SIZE)
        y += line_height(TEXT_SIZE) + 0.4
        _bar(canvas, scale, x, y, _STRIP_BAR_WIDTH)
        ends = [f"{scale.low:g}".replace("-", "−"), f"{scale.high:g}"]
        _ticks(canvas, ends, x, y + _BAR_HEIGHT, _STRIP_BAR_WIDTH)

    return _Item(width, height, draw)


def _levels(name: str, colours: Mapping[str, str], room: float) -> _Item:
    """Make the key of a variable, in columns of four levels, or of more where these would be wider than `room`."""
    heading = shorten_name(name, min(room, _LABEL_WIDTH), TEXT_SIZE, bold=True)
    levels = [(shorten_name(level, NAME_MM, SMALL_SIZE), colour) for level, colour in colours.items()]
    for per_column in range(_LEVELS_PER_COLUMN, max(len(levels), _LEVELS_PER_COLUMN) + 1):
        columns = [levels[i : i + per_column] for i in range(0, len(levels), per_column)]
        widths = [max(text_width(level, SMALL_SIZE) for level, _ in column) + _SWATCH + 4.0 for column in columns]
        if sum(widths) <= room:
            break
    pitch = line_height(SMALL_SIZE) + 0.5
    height = line_height(TEXT_SIZE) + 0.4 + pitch * min(len(levels), per_column)

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.text(x, y + line_height(TEXT_SIZE) / 2, heading, weight="bold")
        for column, width in zip(columns, widths, strict=True):
            for i, (level, colour) in enumerate(column):
                top = y + line_height(TEXT_SIZE) + 0.4 + i * pitch
                canvas.rectangle((x, top + (pitch - _SWATCH) / 2, _SWATCH, _SWATCH), colour)
                canvas.text(x + _SWATCH + 1.0, top + pitch / 2, level, size=SMALL_SIZE)
            x += width

    return _Item(max(sum(widths), text_width(heading, TEXT_SIZE, bold=True)), height, draw)


def _bar(canvas: Canvas, scale: ColourScale, x: float, y: float, width: float) -> None:
    ends = np.linspace(x, x + width, 257)
    edges = np.column_stack([ends[:-1], ends[1:]])
    canvas.cells(edges, np.array([[y, y + _BAR_HEIGHT]]), palette_table(scale.stops)[None], is_raster=True)


def _ticks(canvas: Canvas, labels: list[str], x: float, y: float, width: float) -> None:
    for place, label in zip(np.linspace(0, width, len(labels)), labels, strict=True):
        canvas.lines([np.array([(x + place, y), (x + place, y + 0.7)])], colour=RULE)
        anchor = "left" if place == 0 else "right" if place == width else "center"
        canvas.text(x + place, y + 0.9 + line_height(SMALL_SIZE) / 2, label, size=SMALL_SIZE, anchor=anchor)  # type: ignore[arg-type]


def _histogram(canvas: Canvas, scale: ColourScale, x: float, baseline: float) -> None:
    counts = np.asarray(scale.histogram, dtype=float)
    heights = _HISTOGRAM_HEIGHT * 0.92 * counts / max(counts.max(), 1.0)
    left = x + _BAR_WIDTH / len(counts) * np.arange(len(counts) + 1)
    outline = np.column_stack([np.repeat(left, 2)[1:-1], baseline - np.repeat(heights, 2)])
    canvas.lines([outline], colour=RULE, width=0.5)
