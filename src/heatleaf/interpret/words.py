"""Numbers as a reader wants them: separators, signs, powers of ten, singular and plural, lists."""

from __future__ import annotations

import math
from collections.abc import Sequence

MINUS = "\u2212"
MAX_NAMED = 4  # a sentence that names more is not read
SMALLEST_P = 1e-300  # below, p-values underflow and are written as a bound, here and in tables
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def thousands(value: float) -> str:
    """Write a whole number with separators: 18,233."""
    return f"{round(value):,}"


def count_of(n: int, noun: str, plural: str = "") -> str:
    """Write a number with its noun: "1 gene", "2 genes", "no genes"."""
    plural = plural or f"{noun}s"
    if n == 0:
        return f"no {plural}"
    return f"{thousands(n)} {noun if n == 1 else plural}"


def verb(n: int, singular: str, plural: str) -> str:
    """Choose the form of a verb."""
    return singular if n == 1 else plural


def numeral(n: int) -> str:
    """Write a small number as a word: "two"."""
    return _NUMERALS[n] if 0 <= n < len(_NUMERALS) else thousands(n)


def decimal(value: float, digits: int = 1) -> str:
    """Write a number with a true minus sign, and never a negative zero."""
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def signed(value: float, digits: int = 1) -> str:
    """Write a number with its sign: "+1.8"."""
    text = decimal(value, digits)
    return text if text.startswith(MINUS) or value <= 0 else f"+{text}"


def percent(share: float) -> str:
    """Write a share 0-1 as a percentage: whole from 10 % to 99 %, else one decimal."""
    value = 100 * share
    return f"{value:.0f} %" if 10 <= value <= 99 or value in (0, 100) else f"{value:.1f} %"


def millions(value: float) -> str:
    """Write a number of reads: "20.6 million", "812,000"."""
    return f"{value / 1e6:.1f} million" if value >= 1e6 else thousands(value)


def p_words(p_value: float) -> str:
    """Write a p-value to two digits, below 0.001 with a power of ten, below SMALLEST_P as a bound."""
    if math.isnan(p_value):
        return "NA"
    if p_value >= 0.001:
        return f"{p_value:#.2g}"
    if p_value < SMALLEST_P:
        return f"below {_power(math.floor(math.log10(SMALLEST_P)))}"
    mantissa, exponent = f"{p_value:.1e}".split("e")
    return f"{mantissa} × {_power(int(exponent))}"


def _power(exponent: int) -> str:
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def listing(items: Sequence[str]) -> str:
    """Join words: "a", "a and b", "a, b and c"."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def short_listing(items: Sequence[str]) -> str:
    """Join words, of more than MAX_NAMED only the first: "a, b, c, d and 5 others"."""
    if len(items) <= MAX_NAMED:
        return listing(items)
    n_others = len(items) - MAX_NAMED
    return f"{', '.join(items[:MAX_NAMED])} and {thousands(n_others)} {verb(n_others, 'other', 'others')}"
