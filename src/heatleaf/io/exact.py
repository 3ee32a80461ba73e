"""Sums and differences of heights in decimal, without rounding: what is written as a difference reads back the same."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow

from heatleaf.io.parse_cell import NUMBER

# Two float64 in their shortest form span at most 309 + 324 + 17 decimal digits; sums over a path add a few.
_EXACT = Context(prec=700, Emin=-2000, Emax=2000, traps=[Inexact, InvalidOperation, Overflow])
_SMALLEST = (
    -380
)  # power of ten of the last digit that is read; no float64 written in its shortest form has a smaller one
_PLAIN = range(-7, 16)  # powers of ten that are written out


def exact(number: float) -> Decimal:
    """Return the shortest decimal that reads back as the same float."""
    return _EXACT.create_decimal(repr(number))


def parse_exact(text: str) -> Decimal | None:
    """Return the decimal that a text says, None where it is no number or none that a float can come near."""
    if NUMBER.fullmatch(text) is None or abs(float(text)) == float("inf"):
        return None
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and exponent >= _SMALLEST else None


def add(first: Decimal, second: Decimal) -> Decimal:
    """Return the exact sum."""
    return _EXACT.add(first, second)


def subtract(first: Decimal, second: Decimal) -> Decimal:
    """Return the exact difference."""
    return _EXACT.subtract(first, second)


def format_exact(number: Decimal) -> str:
    """Write a decimal with all its digits and no others; an exponent, where there is one, has no plus sign."""
    if not number:
        return "0"
    shortest = number.normalize(_EXACT)
    return format(shortest, "f") if shortest.adjusted() in _PLAIN else str(shortest).replace("E+", "E")
