"""The upright scale of one gene: normalised counts on a log scale, with a place for zero below it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

ZERO_MM = 1.4  # of zero above the lower end of the axis
_BREAK_MM = (2.6, 4.0)  # of the gap in the axis between zero and the scale
_ROOM_MM = 2.0  # between the scale's ends and its values
_MIN_DECADES = float(np.log10(4.0))  # a smaller range would make noise look like a difference
_MAX_TICKS = 5


@dataclass(frozen=True)
class CountScale:
    """Counts to millimetres above the lower end of the axis.

    low, high : log10 units at the ends. start : mm of the lower end; above 0 where zero has a place beneath.
    """

    low: float
    high: float
    start: float
    height: float

    @classmethod
    def of(cls, counts: FloatArray, height: float) -> CountScale:
        """Make the scale that holds these counts (>= 0) on an axis of this height in mm."""
        positive = np.log10(counts[counts > 0])
        low, high = (float(positive.min()), float(positive.max())) if len(positive) else (0.0, 1.0)
        missing = max(_MIN_DECADES - (high - low), 0.0)
        low, high = low - missing / 2, high + missing / 2
        start = _BREAK_MM[1] if (counts == 0).any() else 0.0
        room = _ROOM_MM / (height - start - 2 * _ROOM_MM) * (high - low)
        return cls(low - room, high + room, start, height)

    @property
    def has_zero(self) -> bool:
        """Whether zero has a place."""
        return self.start > 0

    @property
    def axis(self) -> tuple[tuple[float, float], ...]:
        """The drawn parts of the axis in mm: one, or two with a gap above zero."""
        return ((0.0, _BREAK_MM[0]), (self.start, self.height)) if self.has_zero else ((0.0, self.height),)

    def place(self, counts: FloatArray) -> FloatArray:
        """Return the mm of counts; a median below the smallest positive count stands at the end of the scale."""
        share = (np.log10(np.maximum(counts, 10.0**self.low)) - self.low) / (self.high - self.low)
        place = self.start + np.clip(share, 0.0, 1.0) * (self.height - self.start)
        return np.where((counts == 0) & self.has_zero, ZERO_MM, place)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Return mm and text of the ticks: powers of ten, or 1, 2 and 5 of each where these are fewer than two."""
        powers = range(int(np.floor(self.low)), int(np.ceil(self.high)) + 1)
        steps = [10.0**power for power in powers]
        values = _within(steps, self)
        if len(values) < 2:
            values = _within([digit * step for step in steps for digit in (1, 2, 5)], self)
        every = -(-len(values) // _MAX_TICKS)
        shown = values[::-1][::every][::-1]
        ticks = zip(self.place(np.array(shown)).tolist(), (_number(value) for value in shown), strict=True)
        return (*(((ZERO_MM, "0"),) if self.has_zero else ()), *ticks)


def _within(values: list[float], scale: CountScale) -> list[float]:
    return [value for value in values if scale.low <= np.log10(value) <= scale.high]


def _number(value: float) -> str:
    if value >= 1e6:  # written out it would not stand left of the axis
        return f"{value / 1e6:g}M"
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
