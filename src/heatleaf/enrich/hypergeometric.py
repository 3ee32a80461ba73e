"""The upper tail of the hypergeometric distribution, exact to about 1e-11 relative however small it is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, kl_div

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_HALF_LOG_TWO_PI = 0.5 * np.log(2 * np.pi)
# Terms fall faster and faster away from the mean; one below this share of the sum no longer changes a float64.
_NEGLIGIBLE = 1e-18


def hypergeometric_tail(overlap: ArrayLike, set_size: ArrayLike, n_drawn: ArrayLike, universe_size: int) -> FloatArray:
    """Return P(X >= overlap), X the members of a set among genes drawn without replacement.

    Parameters
    ----------
    overlap, set_size, n_drawn : int arrays of one shape, or scalars
        Members found, size of the set, and number of genes drawn.
    universe_size : int
        Number of genes to draw from.

    Returns
    -------
    float64 array of the broadcast shape
        Probabilities 0-1; 1 where overlap is 0.

    Raises
    ------
    ValueError
        A set or a draw larger than the universe, or an overlap larger than either (N28).

    Notes
    -----
    The first term is written with deviances in place of differences of large log factorials (Loader 2000, Fast and
    Accurate Computation of Binomial Probabilities), the others follow by their ratios. Above the mean the tail itself
    is summed; at or below it, where the tail is at least about a half, 1 minus the other side. Either way the terms
    fall, so a few standard deviations of steps over all sets at once are enough.

    Examples
    --------
    >>> round(float(hypergeometric_tail(2, 2, 2, 4)), 6)
    0.166667
    """
    shaped = np.broadcast_arrays(overlap, set_size, n_drawn)
    k, size, drawn = (np.ravel(x).astype(np.int64) for x in shaped)
    if (size > universe_size).any() or (drawn > universe_size).any():
        raise ValueError("a set or a list of genes is larger than the universe")
    if (k < 0).any() or (k > np.minimum(size, drawn)).any():
        raise ValueError("an overlap is negative, or larger than the set or the list")
    # of thousands of small sets most share their numbers with another
    code = (k * (universe_size + 1) + size) * (universe_size + 1) + drawn
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    tail = _tail(k[first], size[first], drawn[first], universe_size)
    spread: FloatArray = tail[place].reshape(shaped[0].shape)
    return spread


def _tail(k: IntArray, size: IntArray, drawn: IntArray, universe_size: int) -> FloatArray:
    """Return the upper tail for valid numbers."""
    least = np.maximum(size + drawn - universe_size, 0)
    is_upper = k > size * (drawn / universe_size) if universe_size else np.zeros(k.shape, dtype=bool)
    start = np.where(is_upper, k, np.maximum(k - 1, least))
    sums = _ratio_sum(start, size, drawn, universe_size, np.where(is_upper, 1, -1))
    side = np.exp(_log_probability(start, size, drawn, universe_size) + np.log(sums))
    tail: FloatArray = np.where(k <= least, 1.0, np.where(is_upper, side, 1.0 - side))
    return tail


def _log_probability(k: IntArray, size: IntArray, drawn: IntArray, universe_size: int) -> FloatArray:
    """Return log P(X = k); the entropies of the factorials cancel and leave deviances and Stirling remainders."""
    rest = universe_size - size
    share = drawn / universe_size
    share_left = (universe_size - drawn) / universe_size
    remainders = (
        _stirling_remainder(size)
        - _stirling_remainder(k)
        - _stirling_remainder(size - k)
        + _stirling_remainder(rest)
        - _stirling_remainder(drawn - k)
        - _stirling_remainder(rest - drawn + k)
        - _stirling_remainder(np.int64(universe_size))
        + _stirling_remainder(drawn)
        + _stirling_remainder(universe_size - drawn)
    )
    deviance = (
        kl_div(k, size * share)
        + kl_div(size - k, size * share_left)
        + kl_div(drawn - k, rest * share)
        + kl_div(rest - drawn + k, rest * share_left)
    )
    log_p: FloatArray = remainders - deviance
    return log_p


def _stirling_remainder(n: Any) -> FloatArray:
    """Return log(n!) - n log(n) + n, which is 0 at n = 0."""
    x = np.maximum(np.asarray(n, dtype=np.float64), 1.0)
    small = gammaln(x + 1) - x * np.log(x) + x
    # Stirling's series (Abramowitz & Stegun 6.1.41); four terms leave 1e-14 from n = 16 on
    inverse_square = 1 / x**2
    series = (1 / 12 - inverse_square * (1 / 360 - inverse_square * (1 / 1260 - inverse_square / 1680))) / x
    large = _HALF_LOG_TWO_PI + 0.5 * np.log(x) + series
    remainder: FloatArray = np.where(np.asarray(n) == 0, 0.0, np.where(x < 16, small, large))
    return remainder


def _ratio_sum(start: IntArray, size: IntArray, drawn: IntArray, universe_size: int, step: IntArray) -> FloatArray:
    """Return the sum of P(X = i) / P(X = start) over i from start on, upwards (step 1) or downwards (step -1)."""
    total = np.ones(start.size)
    active = np.arange(start.size)
    rows = np.broadcast_arrays(1.0, start, size, drawn, step)
    state = np.stack([np.ravel(row).astype(np.float64) for row in rows])
    while len(active):
        term, x, a, b, direction = state
        c = universe_size - a - b
        # P(x + 1) / P(x) upwards, P(x - 1) / P(x) downwards; 0 at the end of the support ends the sum
        up = (a - x) * (b - x) / ((x + 1) * (c + x + 1))
        down = x * (c + x) / ((a - x + 1) * (b - x + 1))
        state[0] = term * np.where(direction > 0, up, down)
        state[1] = x + direction
        total[active] += state[0]
        going = state[0] > _NEGLIGIBLE * total[active]
        active, state = active[going], state[:, going]
    return total.reshape(start.shape)
