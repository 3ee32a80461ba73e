"""The colour scale of the body: symmetric limits, the share of cells beyond them, and the histogram behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.figures.palettes import MISSING_COLOUR, missing_colour, palette_table
from heatleaf.figures.vision import rgb

_NICE = np.array([1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0])
_N_BINS = 41
N_COLOURS = 256


@dataclass(frozen=True)
class ColourScale:
    """How values become colours.

    low, high : the values at the ends of the palette; beyond them a cell keeps the end colour.
    share_clipped : fraction 0-1 of finite cells beyond the ends. has_missing : whether a cell has no value.
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


def round_limits(low: float, high: float) -> tuple[float, float]:
    """Widen a range to multiples of the largest of 1, 2 or 5 times a power of ten that is at most a fifth of it."""
    span = high - low if high > low else 1.0
    power = 10.0 ** np.floor(np.log10(span / 5))
    step = power * max(factor for factor in (1, 2, 5) if factor * power <= span / 5 * (1 + 1e-9))
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
