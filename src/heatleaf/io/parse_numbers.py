"""The hot path: many decimal numbers of a text at once, without a loop over cells.

The idea. A cell of at most eight digits fits in one 64-bit word, so the eight bytes that end where the cell ends are
fetched for all cells at once; bytes that belong to the neighbour are shifted out, which leaves leading zeros.
Three multiplications then add up the digits of every word at once ("SIMD within a register"; the constants follow
from 10*a + b on bytes, 100*a + b on pairs and 10000*a + b on quadruples). Longer runs of digits take a second and a
third word. A decimal point splits a cell into two runs: the mantissa is a whole number of at most 19 digits, and the
value is mantissa / 10**k. That quotient is correctly rounded at once while the mantissa is below 2**53 (Clinger 1990,
"How to read floating point numbers accurately"); above, a second quotient in double-double arithmetic (Dekker 1971)
gives some 50 more bits, and the few values whose rounding still hangs on them are left, like every other cell that is
not plain digits (exponents, blanks, words), to the exact path in `parse_cell`. So every value equals Python's float().
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
PAD = b"0" * 24  # three words before the text, so that no fetch begins before it
MAX_DIGITS = 19  # the largest mantissa, 10**19 - 1, is below 2**64
EXACT = np.uint64(2**53)

_U = np.uint64
_ZEROS = _U(0x3030303030303030)  # eight digits 0
_OVER_NINE = _U(0x7676767676767676)  # added to a byte of 10 or more, it sets the highest bit
_HIGH_BITS = _U(0x8080808080808080)
_PAIRS = _U(0x000000FF000000FF)
_POWERS = np.array([10**k for k in range(MAX_DIGITS + 1)], dtype=_U)
_TENS = 10.0 ** np.arange(MAX_DIGITS + 1)
_SPLIT = 134217729.0  # 2**27 + 1, Dekker's splitting constant
_TENS_HIGH = _SPLIT * _TENS - (_SPLIT * _TENS - _TENS)
_TENS_LOW = _TENS - _TENS_HIGH


def pad(text: bytes) -> bytes:
    """Put PAD before a text and at least one word behind it, up to whole words."""
    return b"".join((PAD, text, b"0" * (16 - len(text) % 8)))


def parse_numbers(
    data: bytes, start: Positions, stop: Positions, dot: Positions | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Convert cells of plain decimal digits, with a sign and one point at most.

    Parameters
    ----------
    data : bytes made by `pad`.
    start, stop : int64 arrays of shape (n_cells,), where each cell begins and ends (after its last byte).
    dot : int64 array of shape (n_cells,), where the decimal point is, `stop` without one; None if no cell has one.

    Returns
    -------
    values : float64 array of shape (n_cells,), correctly rounded where `is_plain`.
    is_plain : bool array; the other cells need the exact path.
    """
    buffer = np.frombuffer(data, np.uint8)
    begin, is_negative = _skip_signs(buffer, start, stop)
    words = np.frombuffer(data, "<u8")
    if dot is None:
        n_digits = stop - begin
        mantissa, is_plain = _whole_numbers(words, stop, n_digits)
        is_plain &= (n_digits > 0) & (n_digits <= MAX_DIGITS)
        values = mantissa.astype(np.float64)
    else:
        values, is_plain = _decimals(words, begin, stop, dot)
    if is_negative is not None:
        np.negative(values, out=values, where=is_negative)
    return values, is_plain


def _skip_signs(
    buffer: NDArray[np.uint8], start: Positions, stop: Positions
) -> tuple[Positions, NDArray[np.bool_] | None]:
    """Return where the digits begin and which cells are negative (None if no cell has a sign)."""
    first = buffer.take(start, mode="clip")
    has_sign = ((first == ord("-")) | (first == ord("+"))) & (stop > start)
    if not has_sign.any():
        return start, None
    return start + has_sign, has_sign & (first == ord("-"))


def _whole_numbers(
    words: NDArray[np.uint64], stop: Positions, n_digits: Positions
) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Read runs of at most 24 digits that end at `stop`; an empty run is 0."""
    total, is_plain = _eight_digits(words, stop, n_digits)
    for n_done in (8, 16):
        longer = np.flatnonzero(n_digits > n_done)
        if not len(longer):
            break
        if 2 * len(longer) > len(n_digits):  # reading all is cheaper than choosing; shorter runs give 0 here
            value, is_digits = _eight_digits(words, stop - n_done, n_digits - n_done)
            total += value * _POWERS[n_done]
            is_plain &= is_digits
            continue
        value, is_digits = _eight_digits(words, stop[longer] - n_done, n_digits[longer] - n_done)
        total[longer] += value * _POWERS[n_done]
        is_plain[longer] &= is_digits
    return total, is_plain


def _eight_digits(
    words: NDArray[np.uint64], stop: Positions, n_digits: Positions
) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Read the last eight digits, or fewer, of runs that end at `stop`."""
    word = _fetch(words, stop - 8)
    n_neighbours = (64 - 8 * np.clip(n_digits, 0, 8)).astype(_U)  # bits; NumPy shifts all 64 out as 0
    word ^= _ZEROS
    word >>= n_neighbours
    word <<= n_neighbours
    wrong = word + _OVER_NINE
    wrong |= word
    wrong &= _HIGH_BITS
    pairs = word * _U(10)
    word >>= _U(8)
    pairs += word
    odd = pairs >> _U(16)
    odd &= _PAIRS
    odd *= _U(1 + (10000 << 32))
    pairs &= _PAIRS
    pairs *= _U(100 + (1000000 << 32))
    pairs += odd
    pairs >>= _U(32)
    return pairs, wrong == 0


def _fetch(words: NDArray[np.uint64], position: Positions) -> NDArray[np.uint64]:
    """Return the eight bytes from each position on, put together of two aligned words."""
    i_word = position >> 3
    n_bits = ((position & 7) << 3).astype(_U)
    word = words.take(i_word)
    word >>= n_bits
    i_word += 1
    upper = words.take(i_word)
    upper <<= _U(64) - n_bits  # NumPy shifts all 64 out as 0
    word |= upper
    return word


def _decimals(
    words: NDArray[np.uint64], begin: Positions, stop: Positions, dot: Positions
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Read cells that may have a decimal point."""
    n_whole = dot - begin
    n_fraction = np.maximum(stop - dot - 1, 0)
    whole, is_plain = _whole_numbers(words, dot, n_whole)
    fraction, is_digits = _whole_numbers(words, stop, n_fraction)
    n_digits = np.where(whole == 0, 0, n_whole) + n_fraction
    is_plain &= is_digits & (n_whole + n_fraction > 0) & (n_whole >= 0) & (n_whole <= 24) & (n_digits <= MAX_DIGITS)
    power = np.minimum(n_fraction, MAX_DIGITS)
    mantissa = whole * _POWERS.take(power) + fraction
    values = mantissa.astype(np.float64) / _TENS.take(power)
    hard = np.flatnonzero((mantissa > EXACT) & (power > 0) & is_plain)
    if len(hard):
        values[hard], is_plain[hard] = _divide_exactly(mantissa[hard], power[hard])
    return values, is_plain


def _divide_exactly(
    mantissa: NDArray[np.uint64], power: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return mantissa / 10**power correctly rounded, and where the rounding is certain."""
    high = mantissa.astype(np.float64)
    low = (mantissa - high.astype(_U)).view(np.int64).astype(np.float64)
    tens, tens_high, tens_low = _TENS.take(power), _TENS_HIGH.take(power), _TENS_LOW.take(power)
    quotient = high / tens
    product = quotient * tens
    scaled = _SPLIT * quotient
    quotient_high = scaled - (scaled - quotient)
    quotient_low = quotient - quotient_high
    error = quotient_high * tens_high - product + quotient_high * tens_low + quotient_low * tens_high
    error += quotient_low * tens_low
    correction = (high - product - error + low) / tens
    margin = np.abs(correction) * 2.0**-45  # the correction itself is good to 2**-50
    upper = quotient + (correction + margin)
    return upper, upper == quotient + (correction - margin)
