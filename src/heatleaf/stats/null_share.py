"""The share of tested genes that do not differ, from the upper part of the p-values."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MIN_P_VALUES = 200  # fewer fill twenty bins too thinly
_LAMBDAS = np.arange(1, 20) * 0.05
_DEGREES_OF_FREEDOM = 3.0


def null_share(p_values: FloatArray) -> float:
    """Estimate the share of true null hypotheses (pi0), a fraction 0-1.

    Parameters
    ----------
    p_values : float64 array of shape (n_genes,)
        NaN is left out. With fewer than MIN_P_VALUES numbers the answer is NaN.

    Notes
    -----
    Storey & Tibshirani 2003, PNAS 100:9440, appendix, remark B: #{p >= lambda} / (m (1 - lambda)) is smoothed over
    lambda = 0.05, 0.10 ... 0.95 by a cubic smoothing spline of three degrees of freedom and read off at the largest
    lambda. p-values of genes without a difference are uniform, so their density in the upper part tells their share.

    Examples
    --------
    >>> round(null_share(np.linspace(0, 1, 10_001)), 3)
    1.0
    """
    known = np.sort(p_values[np.isfinite(p_values)])
    if len(known) < MIN_P_VALUES:
        return float("nan")
    above = 1.0 - np.searchsorted(known, _LAMBDAS, side="left") / len(known)
    smooth = _smoother() @ (above / (1.0 - _LAMBDAS))
    return float(np.clip(smooth[-1], 0.0, 1.0))


@cache
def _smoother() -> FloatArray:
    """Return the matrix that smooths values at the lambdas, shape (n_lambdas, n_lambdas).

    (I + penalty K)^-1 with K of the natural cubic spline (Green & Silverman 1994, section 2.3), the penalty such that
    its trace is the degrees of freedom.
    """
    n, step = len(_LAMBDAS), float(_LAMBDAS[1] - _LAMBDAS[0])
    second = np.zeros((n, n - 2))  # second differences over the step
    for column in range(n - 2):
        second[column : column + 3, column] = np.array([1.0, -2.0, 1.0]) / step
    band = np.diag(np.full(n - 2, 2 * step / 3)) + np.diag(np.full(n - 3, step / 6), 1)
    band += np.diag(np.full(n - 3, step / 6), -1)
    roughness, axes = np.linalg.eigh(second @ np.linalg.solve(band, second.T))
    low, high = -40.0, 40.0  # natural log of the penalty
    for _ in range(200):
        middle = (low + high) / 2
        is_too_free = float((1.0 / (1.0 + np.exp(middle) * np.maximum(roughness, 0.0))).sum()) > _DEGREES_OF_FREEDOM
        low, high = (middle, high) if is_too_free else (low, middle)
    return np.asarray((axes / (1.0 + np.exp(low) * np.maximum(roughness, 0.0))) @ axes.T)
