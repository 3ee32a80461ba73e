"""The colour scale of the body: symmetric limits, the share of cells beyond them, and the histogram behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.figures.palettes import MISSING_COLOUR, missing_colour, palette_table
from heatleaf.figures.vision import rgb

_NICE = np.array([1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0])
_N_BINS = 41
_QUANTILES = np.linspace(0.0, 1.0, 21)[1:-1]
_FINE = 4097  # colours of a palette from which those at breaks are taken; odd, so that the middle is one
N_COLOURS = 256


@dataclass(frozen=True)
class ColourScale:
    """How values become colours.

    low, high : the values at the ends of the palette; beyond them a cell keeps the end colour.
    share_clipped : fraction 0-1 of finite cells beyond the ends. has_missing : whether a cell has no value.
    stops : colours of evenly spaced values from low to high; those of `at_breaks` change faster where breaks are close.
    histogram : number of finite cells in equal bins from low to high, cells beyond counted in the end bins.
    """

    label: str
    stops: tuple[str, ...]
    low: float
    high: float
    share_clipped: float
    has_missing: bool
    histogram: tuple[int, ...]
    missing_colour: str = MISSING_COLOUR

    @property
    def is_centred(self) -> bool:
        """Tell whether the colours run both ways from 0."""
        return self.low == -self.high

    def colours(self, values: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Return the sRGB colour of each value, shape (*values.shape, 3), 0-255; missing values in their own."""
        colours = palette_table(self.stops, N_COLOURS)[self.positions(values)]
        colours[np.isnan(values)] = rgb(self.missing_colour)
        return colours

    def positions(self, values: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return where each value stands in the table of N_COLOURS colours, from 0; 0 for a missing value."""
        share = (np.clip(values, self.low, self.high) - self.low) / (self.high - self.low)
        return np.nan_to_num(np.round(share * (N_COLOURS - 1)), nan=0.0).astype(np.intp)

    def like(self, values: NDArray[np.float64]) -> ColourScale:
        """Return the same scale for other values: their share beyond its ends and their histogram."""
        return _scale(values, self.label, self.stops, self.low, self.high)


def symmetric_scale(
    values: NDArray[np.float64], label: str, stops: Sequence[str], *, quantile: float = 0.99, limit: float | None = None
) -> ColourScale:
    """Make a scale centred on 0 whose limit is a quantile of the absolute values, rounded to a nice number."""
    finite = values[np.isfinite(values)]
    if limit is None:
        limit = nice_limit(float(np.quantile(np.abs(finite), quantile)) if finite.size else 1.0)
    return _scale(values, label, stops, -limit, limit)


def range_scale(
    values: NDArray[np.float64],
    label: str,
    stops: Sequence[str],
    *,
    quantile: float = 0.99,
    limits: tuple[float, float] | None = None,
) -> ColourScale:
    """Make a scale between two quantiles, from the 1st to the 99th percentile, widened to round numbers."""
    if limits is None:
        finite = values[np.isfinite(values)]
        low, high = np.quantile(finite, [1 - quantile, quantile]) if finite.size else (0.0, 1.0)
        limits = round_limits(float(low), float(high))
    return _scale(values, label, stops, *limits)


def scale_of_breaks(
    values: NDArray[np.float64], label: str, stops: Sequence[str], breaks: Sequence[float]
) -> ColourScale:
    """Make a scale in which the colours of a palette, evenly spaced, stand at given values.

    Raises
    ------
    UserError
        option: fewer than two values, or values that do not rise.
    """
    if len(breaks) < 2 or not np.isfinite(breaks).all() or not (np.diff(breaks) > 0).all():
        what = f"the breaks {', '.join(f'{value:g}' for value in breaks)} do not rise"
        raise UserError("option", what, where="breaks", fix="give two numbers or more, the lowest first")
    return _scale(values, label, at_breaks(stops, breaks), breaks[0], breaks[-1])


def space_by_quantiles(scale: ColourScale, values: NDArray[np.float64]) -> ColourScale:
    """Return the scale with its colours at quantiles of the values between its ends, so that all are met as often.

    Of a scale centred on 0 they are quantiles of the absolute values, to both sides, so that 0 keeps the middle.
    """
    inside = np.clip(values[np.isfinite(values)], scale.low, scale.high)
    if not inside.size:
        return scale
    if scale.is_centred:
        half = np.unique([0.0, *np.quantile(np.abs(inside), _QUANTILES), scale.high])
        breaks = np.concatenate([-half[:0:-1], half])
    else:
        breaks = np.unique([scale.low, *np.quantile(inside, _QUANTILES), scale.high])
    return replace(scale, stops=at_breaks(scale.stops, breaks))


def at_breaks(stops: Sequence[str], breaks: Sequence[float] | NDArray[np.float64]) -> tuple[str, ...]:
    """Return the colours of N_COLOURS evenly spaced values where those of a palette stand at breaks, which rise."""
    values = np.linspace(breaks[0], breaks[-1], N_COLOURS)
    if breaks[0] == -breaks[-1]:  # 0 lies between the two middle values: both get its colour
        half_step = breaks[-1] / (N_COLOURS - 1)
        values = np.sign(values) * (np.abs(values) - half_step) * breaks[-1] / (breaks[-1] - half_step)
    shares = np.interp(values, breaks, np.linspace(0.0, 1.0, len(breaks)))
    fine = palette_table(stops, _FINE)[np.round(shares * (_FINE - 1)).astype(np.intp)]
    return tuple("#{:02X}{:02X}{:02X}".format(*colour) for colour in fine.tolist())


def ticks(scale: ColourScale) -> list[float]:
    """Choose the values written at a colour bar: its ends, and round values between them."""
    if scale.is_centred:
        return [float(value) for value in np.linspace(scale.low, scale.high, 5)]
    step = round_step(scale.low, scale.high)
    step *= np.ceil((scale.high - scale.low) / step / 5)
    between = np.arange(np.ceil(scale.low / step), np.floor(scale.high / step) + 1) * step
    is_apart = (between - scale.low > 0.6 * step) & (scale.high - between > 0.6 * step)
    return [scale.low, *between[is_apart].tolist(), scale.high]


def round_step(low: float, high: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is at most a fifth of a range."""
    span = high - low if high > low else 1.0
    power = 10.0 ** np.floor(np.log10(span / 5))
    return float(power * max(factor for factor in (1, 2, 5) if factor * power <= span / 5 * (1 + 1e-9)))


def round_limits(low: float, high: float) -> tuple[float, float]:
    """Widen a range to multiples of its `round_step`."""
    step = round_step(low, high)
    first, last = np.floor(low / step + 1e-9), np.ceil(high / step - 1e-9)
    return float(first * step), float(max(last, first + 1) * step)


def nice_limit(value: float) -> float:
    """Round up to 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 or 10 times a power of ten; 5 % above one still counts as it."""
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(_NICE[np.argmax(value / power <= _NICE * 1.05)] * power)


def require_limits(limits: tuple[float, float], what: str) -> tuple[float, float]:
    """Return limits that rise; refuse others.

    Raises
    ------
    UserError
        option: not two numbers, the lower first.
    """
    low, high = limits
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        fix = "give two different numbers, the lower first"
        raise UserError("option", f"the limits of {what} are {low:g} and {high:g}", where="limits", fix=fix)
    return low, high


def _scale(values: NDArray[np.float64], label: str, stops: Sequence[str], low: float, high: float) -> ColourScale:
    low, high = require_limits((low, high), f"'{label}'")
    finite = values[np.isfinite(values)]
    counts, _ = np.histogram(np.clip(finite, low, high), bins=_N_BINS, range=(low, high))
    beyond = float(np.mean((finite < low) | (finite > high))) if finite.size else 0.0
    has_missing = bool(finite.size < values.size)
    shown = tuple(counts.tolist())
    return ColourScale(label, tuple(stops), low, high, beyond, has_missing, shown, missing_colour(stops))
