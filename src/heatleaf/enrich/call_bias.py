"""How readily genes are called, whatever they do: long and strongly expressed ones are seen more easily."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Young et al. 2010 fit six knots; they lie at equal shares of the genes.
_N_KNOTS = 6
_DEGREE = 3
# Rounds of reweighting; after five the rates move by less than a thousandth of themselves.
_N_ROUNDS = 6
# No gene is taken to be called less often than this share of the average: a weight of 0 would make calls impossible.
_LEAST_SHARE = 0.01
# A tenth of the genes at each end shows a trend in words.
_END_SHARE = 0.1


@dataclass(frozen=True)
class CallTrend:
    """How the share of called genes changes from the lowest to the highest tenth of a property.

    low_rate, high_rate : called genes as a share of the tenth. p_value : of called against other genes (rank sum test).
    """

    low_rate: float
    high_rate: float
    p_value: float

    @property
    def ratio(self) -> float:
        """How many times more often the end with more calls is called."""
        low, high = sorted((self.low_rate, self.high_rate))
        return high / low if low else float("inf") if high else 1.0


def call_trend(bias: FloatArray, is_called: BoolArray) -> CallTrend:
    """Compare the share of called genes at both ends of a property.

    Parameters
    ----------
    bias : float64 array of shape (n_genes,)
        Length, mean count or the like; NaN where it is not known.
    is_called : bool array of shape (n_genes,)

    Notes
    -----
    Two-sided rank sum test with the normal approximation and mid ranks (Mann & Whitney 1947). With no gene called, or
    all, rates are equal and p is 1.

    Examples
    --------
    >>> trend = call_trend(np.arange(100.0), np.arange(100) >= 95)
    >>> trend.low_rate, trend.high_rate
    (0.0, 0.5)
    """
    is_known = np.isfinite(bias)
    values, called = bias[is_known], is_called[is_known]
    n_genes, n_called = len(values), int(called.sum())
    if not 0 < n_called < n_genes:
        rate = n_called / n_genes if n_genes else 0.0
        return CallTrend(rate, rate, 1.0)
    ranks = _mid_ranks(values)
    n_end = max(1, round(_END_SHARE * n_genes))
    order = np.argsort(ranks, kind="stable")
    spread = np.sqrt(n_called * (n_genes - n_called) / (n_genes - 1) * ranks.var())
    distance = abs(ranks[called].sum() - n_called * ranks.mean())
    p_value = 2 * ndtr(-distance / spread) if spread else 1.0
    return CallTrend(float(called[order[:n_end]].mean()), float(called[order[-n_end:]].mean()), float(p_value))


def call_weights(bias: FloatArray, is_called: BoolArray) -> FloatArray:
    """Fit how likely a gene is to be called, given its length, mean count or the like.

    Parameters
    ----------
    bias : float64 array of shape (n_genes,)
        NaN where it is not known: such genes get the weight of the median gene.
    is_called : bool array of shape (n_genes,)

    Returns
    -------
    float64 array of shape (n_genes,)
        Probabilities of being called, positive; all equal if no gene or every gene is called, or nothing is known.

    Notes
    -----
    The probability weighting function of Young et al. 2010 (Genome Biology 11:R14, Methods): a monotone cubic spline
    with six knots through calls of 0 and 1. Here it is a sum of I-splines with coefficients that are not negative
    (Ramsay 1988, Statistical Science 3, 425), rising or falling, whichever is likelier, and fitted by maximum
    likelihood: reweighted least squares of the rates themselves, as a spline of logits would not stay in proportion.
    Splines run along the ranks, so a length and its logarithm give the same weights, and ties the same weight.
    """
    is_known = np.isfinite(bias)
    rate = float(is_called.mean()) if len(is_called) else 0.0
    if not 0 < rate < 1 or is_known.sum() < 2:
        return np.ones(len(bias))
    place = (_mid_ranks(bias[is_known]) - 0.5) / is_known.sum()
    called = is_called[is_known].astype(np.float64)
    fits = [_fit(_rising_splines(side), called) for side in (place, 1 - place)]
    likely = max(fits, key=lambda fit: _log_likelihood(fit, called))
    weights = np.full(len(bias), likely[np.argmin(np.abs(place - 0.5))])
    weights[is_known] = likely
    raised: FloatArray = np.maximum(weights, _LEAST_SHARE * rate)
    return raised


def _mid_ranks(values: FloatArray) -> FloatArray:
    """Rank from 1; equal values share the mean of their ranks."""
    _, which, n_equal = np.unique(values, return_inverse=True, return_counts=True)
    ranks: FloatArray = (np.cumsum(n_equal) - (n_equal - 1) / 2)[which]
    return ranks


def _rising_splines(place: FloatArray) -> FloatArray:
    """Return a constant and I-splines at places 0-1; shape (n_genes, n_splines)."""
    from scipy.interpolate import BSpline  # slow to load, and only a correction on request needs it

    inner = np.linspace(0, 1, _N_KNOTS)
    knots = np.concatenate([np.zeros(_DEGREE), inner, np.ones(_DEGREE)])
    basis = BSpline.design_matrix(place, knots, _DEGREE).toarray()
    # an I-spline is the sum of the B-splines from one on; all of them together are the constant
    splines: FloatArray = np.cumsum(basis[:, ::-1], axis=1)[:, ::-1]
    return splines


def _fit(splines: FloatArray, called: FloatArray) -> FloatArray:
    """Return fitted rates, between 0 and 1."""
    from scipy.optimize import nnls  # slow to load, as BSpline is

    least = _LEAST_SHARE * called.mean()
    rates = np.full(len(called), called.mean())
    for _ in range(_N_ROUNDS):
        precision = 1 / np.sqrt(rates * (1 - rates))
        # the triangle of a QR decomposition is the same least-squares problem with as many rows as columns
        triangle = np.asarray(np.linalg.qr(np.column_stack([splines, called]) * precision[:, np.newaxis], mode="r"))
        coefficients, _ = nnls(triangle[:, :-1], triangle[:, -1])
        rates = np.clip(splines @ coefficients, least, 1 - least)
    return rates


def _log_likelihood(rates: FloatArray, called: FloatArray) -> float:
    return float(np.log(np.where(called > 0, rates, 1 - rates)).sum())
