"""Quantile normalisation: all samples get the same distribution of values."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def quantile_normalise(matrix: ArrayLike) -> FloatArray:
    """Give every column the same distribution, the mean of those of all columns.

    Parameters
    ----------
    matrix : array of shape (n_genes, n_samples) on a log scale, NaN where a value is missing

    Returns
    -------
    float64 array of the same shape
        NaN stays NaN; a column without values stays as it is. Equal values of a column stay equal.

    Notes
    -----
    Bolstad et al. 2003, section 2.3: the value of rank i becomes the mean over columns of their values of rank i. Ties
    take the value at their mean rank, and quantiles of columns with missing values are interpolated, as
    `normalizeQuantiles` of limma does by default. It presumes that samples differ in few genes: a difference that all
    genes share is taken away.

    Examples
    --------
    >>> quantile_normalise([[1.0, 4], [2, 6], [3, 8]]).tolist()
    [[2.5, 2.5], [4.0, 4.0], [5.5, 5.5]]
    """
    values = np.array(matrix, dtype=np.float64)
    known = [np.sort(column[~np.isnan(column)]) for column in values.T]
    shares = np.linspace(0.0, 1.0, max(len(values), 1))
    quantiles = [np.interp(shares, np.linspace(0.0, 1.0, len(column)), column) for column in known if len(column)]
    if not quantiles:
        return values
    target = np.mean(quantiles, axis=0)
    for column, in_order in zip(values.T, known, strict=True):
        is_known = ~np.isnan(column)
        column[is_known] = np.interp(_rank_shares(column[is_known], in_order), shares, target)
    return values


def _rank_shares(column: FloatArray, in_order: FloatArray) -> FloatArray:
    """Return where each value stands among all, 0-1, ties at the mean of their ranks."""
    first = np.searchsorted(in_order, column, side="left")
    last = np.searchsorted(in_order, column, side="right") - 1
    return np.asarray((first + last) / 2 / max(len(in_order) - 1, 1))
