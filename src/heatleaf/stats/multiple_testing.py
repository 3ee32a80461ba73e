"""Adjustment of p-values for the number of tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def adjust_bh(p: ArrayLike) -> NDArray[np.float64]:
    """Adjust p-values by Benjamini & Hochberg 1995.

    Parameters
    ----------
    p : array of any length
        Fractions 0-1. NaN passes through and does not count as a test (N15).

    Returns
    -------
    float64 array of the same shape
        min over j >= i of n p_(j) / j, at most 1. Ties get equal values.

    Examples
    --------
    >>> adjust_bh([0.01, 0.04, float("nan"), 0.03]).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    values = np.asarray(p, dtype=np.float64)
    adjusted = np.full(values.shape, np.nan)
    known = ~np.isnan(values)
    tested = values[known]
    descending = np.argsort(tested, kind="stable")[::-1]
    n = len(tested)
    scaled = tested[descending] * (n / np.arange(n, 0, -1.0))
    result = np.empty(n)
    result[descending] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    adjusted[known] = result
    return adjusted
