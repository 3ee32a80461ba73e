"""Tracks beside the body: levels, numbers, bars, points, lines, boxes and text, for columns and rows alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.figures.heatmap.scale import ColourScale, range_scale, require_limits, round_limits, symmetric_scale
from heatleaf.figures.palettes import annotation_colours, heat_palette, is_diverging

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

TrackKind = Literal["levels", "numbers", "bars", "points", "line", "boxes", "text"]
Side = Literal["above", "below", "left", "right"]
AXIS_KINDS: tuple[TrackKind, ...] = ("bars", "points", "line", "boxes")
MISSING_LEVELS = frozenset({"", "NA", "NaN", "nan", "None", "null", "N/A"})
# greys first: a few parts need no hue, and take none from groups and levels
_PART_COLOURS = ("#6F7780", "#B4BAC0", "#DADDE0", "#22A08A", "#8260A8", "#58631A", "#A86F4B", "#DD9A2B")
_MAX_NUMBER_LEVELS = 8
_NUMBER_PALETTES = ("white-brown", "white-teal", "white-purple")  # grey is the mean beside the rows


@dataclass(frozen=True, eq=False)
class Annotation:
    """A track as asked for, in input order: one entry per column (above, below) or per row (left, right).

    values : levels or texts ("" is missing), or numbers of shape (n,) or (n, n_parts), NaN where missing. Bars of
    several parts are stacked; several lines or points share an axis; boxes show the numbers of each entry, and those
    of its cells where no values are given. parts : their names. label : heading of the key or axis, with the unit;
    the name where empty. colours : of levels or parts; those not given are chosen. palette, limits : of numbers;
    limits also of an axis. size : mm across the track, 0 chooses.
    """

    name: str
    values: Sequence[str] | FloatArray = ()
    kind: TrackKind = "levels"
    side: Side = "above"
    label: str = ""
    parts: tuple[str, ...] = ()
    colours: Mapping[str, str] = field(default_factory=dict)
    palette: str = ""
    limits: tuple[float, float] | None = None
    size: float = 0.0


@dataclass(frozen=True, eq=False)
class Track:
    """A track as drawn, one entry per displayed row or column.

    texts : level or text of each, "" where missing; empty for kinds of numbers. values : float64 array of shape
    (n, n_parts); for boxes (n, 5): lower whisker, quartiles 1 to 3, upper whisker. colours : of levels or parts.
    scale : colours of numbers. axis : values at both ends of bars, points, lines and boxes. size : mm across.
    """

    name: str
    kind: TrackKind
    side: Side
    label: str
    size: float
    texts: tuple[str, ...] = ()
    values: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    colours: Mapping[str, str] = field(default_factory=dict)
    scale: ColourScale | None = None
    axis: tuple[float, float] = (0.0, 1.0)

    @property
    def has_missing(self) -> bool:
        """Tell whether an entry has no level or number."""
        if self.kind == "levels":
            return "" in self.texts
        return self.kind != "text" and bool(np.isnan(self.values).any())

    @property
    def is_of_rows(self) -> bool:
        """Tell whether the entries are rows."""
        return self.side in ("left", "right")


def short_annotation(name: str, levels: Sequence[str]) -> Annotation:
    """Make the track of one level per sample; many numbers become one scale rather than a key of swatches."""
    shown = {level for level in levels if level not in MISSING_LEVELS}
    if len(shown) <= _MAX_NUMBER_LEVELS or not all(_is_number(level) for level in shown):
        return Annotation(name, levels)
    values = np.array([np.nan if level in MISSING_LEVELS else float(level) for level in levels])
    return Annotation(name, values, "numbers")


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def make_tracks(
    asked: Sequence[Annotation], order: IntArray, cells: FloatArray, used: TrackColours
) -> tuple[Track, ...]:
    """Put annotations of the rows, or of the columns of a panel, into displayed order with all their colours.

    order : indices of the displayed entries. cells : displayed values of each entry, shape (n, n_cells), for boxes.

    Raises
    ------
    UserError
        option: not one entry per row or column, a kind that its values do not suit, two alike in side, kind and name.
    """
    keys = [(annotation.side, annotation.kind, annotation.name) for annotation in asked]
    twice = next((key for i, key in enumerate(keys) if key in keys[:i]), None)
    if twice is not None:
        what = f"two tracks of {twice[1]} on one side are named '{twice[2]}'"
        raise UserError("option", what, fix="give each track its own name")
    return tuple(_make_track(annotation, order, cells, used) for annotation in asked)


@dataclass(frozen=True)
class TrackColours:
    """Colours of all levels of a figure, chosen together so that no two annotations share a hue.

    levels : colours by annotation and level. palettes : of the annotations of numbers.
    """

    levels: Mapping[str, Mapping[str, str]]
    palettes: Mapping[str, str]


def choose_track_colours(asked: Sequence[Annotation]) -> TrackColours:
    """Choose colours for all annotations of a figure; annotations of one name share theirs."""
    levels: dict[str, list[str]] = {}
    given: dict[str, dict[str, str]] = {}
    for annotation in asked:
        if annotation.kind == "levels":
            shown = [level for level in map(str, annotation.values) if level not in MISSING_LEVELS]
            levels.setdefault(annotation.name, []).extend(dict.fromkeys(shown))
            given.setdefault(annotation.name, {}).update(annotation.colours)
    chosen = annotation_colours(levels)
    colours = {name: {**chosen[name], **_known(given[name], chosen[name])} for name in levels}
    numbers = list(dict.fromkeys(a.name for a in asked if a.kind == "numbers" and not a.palette))
    palettes = {name: _NUMBER_PALETTES[i % len(_NUMBER_PALETTES)] for i, name in enumerate(numbers)}
    return TrackColours(colours, palettes | {a.name: a.palette for a in asked if a.palette})


def _known(given: Mapping[str, str], levels: Mapping[str, str]) -> dict[str, str]:
    return {level: colour for level, colour in given.items() if level in levels}


def _make_track(annotation: Annotation, order: IntArray, cells: FloatArray, used: TrackColours) -> Track:
    track = Track(annotation.name, annotation.kind, annotation.side, annotation.label or annotation.name, 0.0)
    if annotation.kind in ("levels", "text"):
        texts = tuple("" if text in MISSING_LEVELS else text for text in map(str, annotation.values))
        _require_entries(annotation, len(texts), len(order))
        colours = used.levels[annotation.name] if annotation.kind == "levels" else {}
        track = replace(track, texts=tuple(texts[i] for i in order), colours=colours)
    else:
        track = _number_track(track, annotation, order, cells, used)
    return replace(track, size=annotation.size or default_size(track))


def default_size(track: Track) -> float:
    """Choose the millimetres across a track; 0 for text, which the layout measures."""
    return {"levels": 2.4, "numbers": 2.4, "text": 0.0}.get(track.kind, 9.0)


def _number_track(
    track: Track, annotation: Annotation, order: IntArray, cells: FloatArray, used: TrackColours
) -> Track:
    if annotation.kind == "boxes" and not len(annotation.values):
        values = cells
    else:
        values = _numbers(annotation)
        _require_entries(annotation, len(values), len(order))
        values = values[order]
    if annotation.kind == "numbers":
        scale = _number_scale(annotation, values[:, 0], used.palettes[annotation.name])
        return replace(track, values=values[:, :1], scale=scale)
    if annotation.kind == "boxes":
        values = box_numbers(values)
    n_parts = 1 if annotation.kind == "boxes" else values.shape[1]
    parts = annotation.parts or tuple(f"{annotation.name} {i + 1}" if n_parts > 1 else "" for i in range(n_parts))
    first = 1 if annotation.kind == "boxes" else 0  # pale, so that the median shows
    colours = {part: _PART_COLOURS[(i + first) % len(_PART_COLOURS)] for i, part in enumerate(parts)}
    colours |= _known(annotation.colours, colours)
    limits = annotation.limits or _axis(annotation.kind, values)
    return replace(track, values=values, colours=colours, axis=require_limits(limits, f"the track '{track.name}'"))


def _numbers(annotation: Annotation) -> FloatArray:
    try:
        values = np.asarray(annotation.values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        what = f"the track '{annotation.name}' is to be drawn as {annotation.kind}, which needs numbers"
        raise UserError("option", what, fix="leave the kind to 'levels' or 'text', or give numbers") from error
    return values.reshape(len(values), -1)


def _require_entries(annotation: Annotation, n_given: int, n_wanted: int) -> None:
    if n_given != n_wanted:
        entry = "row" if annotation.side in ("left", "right") else "column"
        what = f"the track '{annotation.name}' has {n_given:,} entries for {n_wanted:,} {entry}s"
        raise UserError("option", what, fix=f"give one entry for each {entry} of the matrix")


def _number_scale(annotation: Annotation, values: FloatArray, palette: str) -> ColourScale:
    stops = heat_palette(palette)
    label = annotation.label or annotation.name
    if annotation.limits is None and is_diverging(palette):
        return symmetric_scale(values, label, stops)
    return range_scale(values, label, stops, limits=annotation.limits)


def box_numbers(values: FloatArray) -> FloatArray:
    """Summarise each row of numbers by lower whisker, quartiles and upper whisker (Tukey 1977: within 1.5 box lengths).

    NaN is left out; a row without numbers gives NaN.
    """
    result = np.full((len(values), 5), np.nan)
    for i, row in enumerate(values):
        finite = row[np.isfinite(row)]
        if not finite.size:
            continue
        low, middle, high = np.quantile(finite, [0.25, 0.5, 0.75])
        reach = 1.5 * (high - low)
        inside = finite[(finite >= low - reach) & (finite <= high + reach)]
        result[i] = inside.min(), low, middle, high, inside.max()
    return result


def _axis(kind: TrackKind, values: FloatArray) -> tuple[float, float]:
    """Choose the ends of an axis: round numbers; bars always from 0, others where 0 is near."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if kind == "bars":
        low = min(float(np.nansum(np.minimum(values, 0), axis=1).min()), 0.0)
        high = max(float(np.nansum(np.maximum(values, 0), axis=1).max()), 0.0)
    elif 0 < low < 0.5 * high or 0 > high > 0.5 * low:
        low, high = min(low, 0.0), max(high, 0.0)
    return round_limits(low, high)


def axis_labels(track: Track) -> tuple[str, str]:
    """Write both ends of the axis of a track."""
    low, high = (f"{value:.6g}".replace("-", "−") for value in track.axis)
    return low, high
