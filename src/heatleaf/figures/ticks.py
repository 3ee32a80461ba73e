"""Round numbers along an axis, and how they are written."""

from __future__ import annotations

import math

_STEPS = (1.0, 2.0, 5.0, 10.0)


def round_ticks(low: float, high: float, n_most: int, *, whole: bool = False) -> tuple[tuple[float, str], ...]:
    """Return multiples of 1, 2 or 5 times a power of ten between two values, as few as `n_most` steps allow.

    whole : whole numbers only. The texts have the digits of the step, thousands parted, and a true minus.
    """
    step = _round_up((high - low) / n_most)
    if whole:
        step = max(step, 1.0)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    values = [round(number * step, digits) for number in range(first, last + 1)]
    return tuple((value, write_number(value, digits)) for value in values)


def write_number(value: float, digits: int) -> str:
    """Write a number with so many decimals, its thousands parted, and a true minus."""
    return f"{value + 0.0:,.{digits}f}".replace("-", "\u2212")


def _round_up(size: float) -> float:
    power = 10.0 ** math.floor(math.log10(size))
    return next(step for step in _STEPS if step * power >= size * (1 - 1e-9)) * power
