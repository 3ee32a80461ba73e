"""Keys of a heatmap: colour bars with what lies behind them, scales and levels of tracks, meanings on narrow pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import Anchor, Canvas
from heatleaf.figures.heatmap.blocks import key_sentence
from heatleaf.figures.heatmap.parts import HeatmapSpec
from heatleaf.figures.heatmap.scale import ColourScale, ticks
from heatleaf.figures.heatmap.tracks import Track
from heatleaf.figures.palettes import MISSING_COLOUR, RED_GREEN, RED_GREEN_NEIGHBOUR, heat_palette, palette_table
from heatleaf.figures.text import NAME_MM, line_height, shorten_name, shorten_sentence, text_width, wrap
from heatleaf.figures.theme import RULE, SMALL_SIZE, SOFT_INK, TEXT_SIZE

_BAR_WIDTH = 38.0
_STRIP_BAR_WIDTH = 20.0
_BAR_HEIGHT = 2.2
_HISTOGRAM_HEIGHT = 4.5
_SWATCH = 2.4
_ITEM_GAP = 6.0
_ROW_GAP = 2.5
_LABEL_WIDTH = 70.0
_LEVELS_PER_COLUMN = 5
_MAX_LEVELS = 40  # a key of more says how many are left out


@dataclass(frozen=True)
class SpecView:
    """A spec as laid out: which panels name their groups in headers, and whether meanings stand among the keys."""

    spec: HeatmapSpec
    headers_named: tuple[bool, ...]
    is_meaning_key: bool


@dataclass(frozen=True)
class Item:
    """A key: its size in millimetres and how to draw it at a place."""

    width: float
    height: float
    draw: Callable[[Canvas, float, float], None]


@dataclass(frozen=True)
class PlacedItem:
    """A key and its upper left corner."""

    item: Item
    x: float
    y: float

    def moved(self, down: float) -> PlacedItem:
        """Return the same key further down."""
        return replace(self, y=self.y + down)


def legend_items(view: SpecView, room: float) -> tuple[Item, ...]:
    """List the keys that a heatmap needs, the colour bars first, each no wider than `room` (mm)."""
    spec = view.spec
    items = [
        _colour_bar(band.scale, room, _owner(spec, i)) for i, band in enumerate(spec.bands) if not band.shares_scale
    ]
    for panel in () if spec.bands else spec.panels:
        if not panel.shares_scale:
            shared = [other for other in spec.panels if other.shares_scale]
            is_alone = panel is spec.first and len(shared) == len(spec.panels) - 1
            owner = "" if is_alone or panel.title in panel.scale.label else panel.title
            items.append(_colour_bar(panel.scale, room, owner))
    for panel, is_named in zip(spec.panels, view.headers_named, strict=True):
        if panel.group_name and not is_named:
            groups = {block.name: block.colour for block in panel.blocks}
            items.append(_levels(panel.group_name, groups, room))
    items += [item for track in _distinct(spec) for item in _track_items(track, room)]
    if view.is_meaning_key:
        said = [(block.name, key_sentence(block)) for block in spec.row_blocks if key_sentence(block)]
        items += [_meanings(said, room)] if said else []
    return tuple(items)


def place_below(items: Sequence[Item], right: float, left: float) -> tuple[tuple[PlacedItem, ...], float]:
    """Flow keys from left to right in rows, low ones below each other, from y = 0.

    Returns
    -------
    The keys with their places, and the height of all.
    """
    placed: list[PlacedItem] = []
    x, y, row_height = left, 0.0, 0.0  # of the next key and of the row
    stack_x, stack_y, stack_width = left, 0.0, 0.0  # below the last key
    for item in items:
        if placed and stack_y + item.height <= y + row_height and stack_x + item.width <= right:
            placed.append(PlacedItem(item, stack_x, stack_y))
            stack_y, stack_width = stack_y + item.height + _ROW_GAP / 2, max(stack_width, item.width)
            x = max(x, stack_x + stack_width + _ITEM_GAP)
            continue
        if x > left and x + item.width > right:
            x, y, row_height = left, y + row_height + _ROW_GAP, 0.0
        placed.append(PlacedItem(item, x, y))
        stack_x, stack_y, stack_width = x, y + item.height + _ROW_GAP / 2, item.width
        x += item.width + _ITEM_GAP
        row_height = max(row_height, item.height)
    return tuple(placed), y + row_height


def place_beside(items: Sequence[Item], x: float, y: float) -> tuple[tuple[PlacedItem, ...], float]:
    """Stack keys from the top; return them with their places and the height of all."""
    placed: list[PlacedItem] = []
    top = y
    for item in items:
        placed.append(PlacedItem(item, x, top))
        top += item.height + _ROW_GAP
    return tuple(placed), max(top - y - _ROW_GAP, 0.0)


def _owner(spec: HeatmapSpec, i_band: int) -> str:
    """Name the bands whose colours a bar explains, "" where it explains those of all."""
    sharing = [band for i, band in enumerate(spec.bands) if i == i_band or (i_band == 0 and band.shares_scale)]
    return "" if len(sharing) == len(spec.bands) else ", ".join(band.title for band in sharing if band.title)


def _distinct(spec: HeatmapSpec) -> Iterable[Track]:
    """List the tracks of columns, then of rows, one of each name; its levels are those of all panels."""
    tracks: dict[tuple[str, str], Track] = {}
    for track in (*(track for panel in spec.panels for track in panel.tracks), *spec.row_tracks):
        known = tracks.get((track.name, track.kind))
        if known is None or (track.has_missing and not known.has_missing):
            tracks[track.name, track.kind] = track
    return tracks.values()


def _track_items(track: Track, room: float) -> list[Item]:
    if track.kind == "levels":
        missing = {"missing": MISSING_COLOUR} if track.has_missing else {}
        return [_levels(track.label, {**track.colours, **missing}, room)]
    if track.kind == "numbers" and track.scale is not None:
        return [_strip_bar(track.scale, room)]
    if len(track.colours) > 1:
        return [_levels(track.label, track.colours, room)]
    return []


def _colour_bar(scale: ColourScale, room: float, panel: str) -> Item:
    words = f"{panel}: {scale.label}" if panel else scale.label
    label = shorten_name(words, min(room, _LABEL_WIDTH), TEXT_SIZE, bold=True)
    beyond = _share_beyond(scale)
    warnings = _warning(scale, room)
    missing_width = 14.0 if scale.has_missing else 0.0
    width = max(
        _BAR_WIDTH,
        text_width(label, TEXT_SIZE, bold=True),
        text_width(beyond, SMALL_SIZE) + missing_width,
        *(text_width(line, SMALL_SIZE) for line in warnings),
    )
    pitch = line_height(SMALL_SIZE)
    height = line_height(TEXT_SIZE) + _HISTOGRAM_HEIGHT + _BAR_HEIGHT + (2 + len(warnings)) * pitch + 1.8

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.text(x, y + line_height(TEXT_SIZE) / 2, label, style="bold")
        y += line_height(TEXT_SIZE) + 0.4
        _histogram(canvas, scale, x, y + _HISTOGRAM_HEIGHT)
        y += _HISTOGRAM_HEIGHT
        _bar(canvas, scale, x, y, _BAR_WIDTH)
        at = ticks(scale)
        places = _BAR_WIDTH * (np.array(at) - scale.low) / (scale.high - scale.low)
        _ticks(canvas, [tick_label(tick) for tick in at], places, x, y + _BAR_HEIGHT)
        y += _BAR_HEIGHT + pitch + 1.3
        canvas.text(x, y + pitch / 2, beyond, size=SMALL_SIZE, colour=SOFT_INK)
        if scale.has_missing:
            left = x + text_width(beyond, SMALL_SIZE) + 2.0
            missing_swatch(canvas, left, y + (pitch - 1.8) / 2, scale.missing_colour)
            canvas.text(left + _SWATCH + 0.8, y + pitch / 2, "missing", size=SMALL_SIZE)
        for i, line in enumerate(warnings, start=1):
            canvas.text(x, y + (i + 0.5) * pitch, line, size=SMALL_SIZE, colour=SOFT_INK)

    return Item(width, height, draw)


def _share_beyond(scale: ColourScale) -> str:
    percent = 100 * scale.share_clipped
    share = (
        "no cells beyond"
        if not percent
        else f"{percent:.1f} % of cells beyond"
        if percent >= 0.05
        else "< 0.1 % beyond"
    )
    if scale.is_centred:
        return f"{share} ±{scale.high:g}"
    return f"{share} {tick_label(scale.low)} to {tick_label(scale.high)}"


def _warning(scale: ColourScale, room: float) -> tuple[str, ...]:
    """Say beside red-black-green that many cannot read it, and what to take."""
    ends = heat_palette(RED_GREEN)[0], heat_palette(RED_GREEN)[-1]
    if (scale.stops[0], scale.stops[-1]) != ends:
        return ()
    words = f"1 man in 12 cannot tell this red from green; {RED_GREEN_NEIGHBOUR} can be read by all."
    return wrap(words, min(room, _LABEL_WIDTH), SMALL_SIZE)


def _strip_bar(scale: ColourScale, room: float) -> Item:
    label = shorten_name(scale.label, min(room, _LABEL_WIDTH), SMALL_SIZE)
    missing_width = _SWATCH + 0.8 + text_width("missing", SMALL_SIZE) if scale.has_missing else 0.0
    width = max(_STRIP_BAR_WIDTH + (missing_width + 2.5 if missing_width else 0.0), text_width(label, SMALL_SIZE))
    height = line_height(TEXT_SIZE) + _BAR_HEIGHT + line_height(SMALL_SIZE) + 1.2

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.text(x, y + line_height(TEXT_SIZE) / 2, label, size=SMALL_SIZE)
        y += line_height(TEXT_SIZE) + 0.4
        _bar(canvas, scale, x, y, _STRIP_BAR_WIDTH)
        ends = [tick_label(scale.low), tick_label(scale.high)]
        _ticks(canvas, ends, np.array([0.0, _STRIP_BAR_WIDTH]), x, y + _BAR_HEIGHT)
        if scale.has_missing:
            left = x + _STRIP_BAR_WIDTH + 2.5
            missing_swatch(canvas, left, y + 0.2, scale.missing_colour)
            canvas.text(left + _SWATCH + 0.8, y + _BAR_HEIGHT / 2, "missing", size=SMALL_SIZE)

    return Item(width, height, draw)


def _levels(name: str, colours: Mapping[str, str], room: float) -> Item:
    """Make the key of a variable, in columns of five levels, or of more where these would be wider than `room`."""
    heading = shorten_name(name, min(room, _LABEL_WIDTH), TEXT_SIZE, bold=True)
    left_out = len(colours) - _MAX_LEVELS
    levels = [
        (shorten_name(level, NAME_MM, SMALL_SIZE), colour) for level, colour in list(colours.items())[:_MAX_LEVELS]
    ]
    if left_out > 0:
        levels.append((f"and {left_out:,} more", ""))
    for per_column in range(_LEVELS_PER_COLUMN, max(len(levels), _LEVELS_PER_COLUMN) + 1):
        columns = [levels[i : i + per_column] for i in range(0, len(levels), per_column)]
        widths = [max(text_width(level, SMALL_SIZE) for level, _ in column) + _SWATCH + 4.0 for column in columns]
        if sum(widths) - 3.0 <= room:
            break
    pitch = line_height(SMALL_SIZE) + 0.5
    height = line_height(TEXT_SIZE) + 0.4 + pitch * min(len(levels), per_column)

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.text(x, y + line_height(TEXT_SIZE) / 2, heading, style="bold")
        for column, width in zip(columns, widths, strict=True):
            for i, (level, colour) in enumerate(column):
                top = y + line_height(TEXT_SIZE) + 0.4 + i * pitch
                if colour:
                    canvas.rectangle((x, top + (pitch - _SWATCH) / 2, _SWATCH, _SWATCH), colour)
                canvas.text(x + _SWATCH + 1.0, top + pitch / 2, level, size=SMALL_SIZE)
            x += width

    return Item(max(sum(widths) - 3.0, text_width(heading, TEXT_SIZE, bold=True)), height, draw)


def _meanings(said: Sequence[tuple[str, str]], room: float) -> Item:
    """Write what the row blocks are, as wide as there is room."""
    indent = max(text_width(name, SMALL_SIZE, bold=True) for name, _ in said) + 1.5
    lines = [
        (name if i == 0 else "", line)
        for name, meaning in said
        for i, line in enumerate(wrap(meaning, room - indent, SMALL_SIZE, max_lines=3, cut=shorten_sentence))
    ]
    pitch = line_height(SMALL_SIZE)

    def draw(canvas: Canvas, x: float, y: float) -> None:
        for i, (name, line) in enumerate(lines):
            canvas.text(x, y + (i + 0.5) * pitch, name, size=SMALL_SIZE, style="bold")
            canvas.text(x + indent, y + (i + 0.5) * pitch, line, size=SMALL_SIZE)

    return Item(room, len(lines) * pitch, draw)


def tick_label(value: float) -> str:
    """Write a number at an axis or bar, with a true minus."""
    return f"{0.0 if abs(value) < 1e-12 else value:.6g}".replace("-", "−")


def missing_swatch(canvas: Canvas, x: float, y: float, colour: str) -> None:
    """Draw the key of a missing value: its colour, crossed out as the cells are."""
    canvas.rectangle((x, y, _SWATCH, 1.8), colour)
    canvas.lines([np.array([(x, y + 1.8), (x + _SWATCH, y)])], colour=SOFT_INK, width=0.4)


def _bar(canvas: Canvas, scale: ColourScale, x: float, y: float, width: float) -> None:
    canvas.image((x, y, width, _BAR_HEIGHT), palette_table(scale.stops)[None])


def _ticks(canvas: Canvas, labels: Sequence[str], places: NDArray[np.float64], x: float, y: float) -> None:
    """Write labels below a bar; places : millimetres from its left end, rising; the first and last are its ends."""
    for i, (place, label) in enumerate(zip(places.tolist(), labels, strict=True)):
        canvas.lines([np.array([(x + place, y), (x + place, y + 0.7)])], colour=RULE)
        anchor: Anchor = "left" if i == 0 else "right" if i == len(labels) - 1 else "center"
        canvas.text(x + place, y + 0.9 + line_height(SMALL_SIZE) / 2, label, size=SMALL_SIZE, anchor=anchor)


def _histogram(canvas: Canvas, scale: ColourScale, x: float, baseline: float) -> None:
    counts = np.asarray(scale.histogram, dtype=float)
    heights = _HISTOGRAM_HEIGHT * 0.92 * counts / max(counts.max(), 1.0)
    left = x + _BAR_WIDTH / len(counts) * np.arange(len(counts) + 1)
    outline = np.column_stack([np.repeat(left, 2)[1:-1], baseline - np.repeat(heights, 2)])
    canvas.lines([outline], colour=RULE, width=0.5)
