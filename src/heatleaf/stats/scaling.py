"""Rows scaled for display and clustering, and the choice of the rows that vary most."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def z_scores(matrix: ArrayLike) -> FloatArray:
    """Centre each row and divide it by its standard deviation (n - 1), both over its known values.

    Parameters
    ----------
    matrix : array of shape (n_genes, n_samples), NaN where a value is missing

    Returns
    -------
    float64 array of the same shape
        Rows that are constant, or have one value, are exactly 0 (N5); NaN stays NaN.

    Examples
    --------
    >>> z_scores([[1, 2, 3], [5, 5, 5]]).tolist()
    [[-1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    """
    values = np.asarray(matrix, dtype=np.float64)
    if values.shape[1] < 2:
        return np.zeros_like(values)
    if np.isnan(values).any():
        return _z_scores_of_known(values)
    centred = values - values.mean(axis=1, keepdims=True)
    constant = values.max(axis=1, keepdims=True) == values.min(axis=1, keepdims=True)
    sd = np.sqrt(np.sum(centred**2, axis=1, keepdims=True) / (values.shape[1] - 1))
    return np.where(constant, 0.0, centred / np.where(constant | (sd == 0), 1.0, sd))


def _z_scores_of_known(values: FloatArray) -> FloatArray:
    is_known = ~np.isnan(values)
    n_known = is_known.sum(axis=1, keepdims=True)
    mean = np.sum(values, axis=1, keepdims=True, where=is_known) / np.maximum(n_known, 1)
    highest = np.max(values, axis=1, keepdims=True, where=is_known, initial=-np.inf)
    lowest = np.min(values, axis=1, keepdims=True, where=is_known, initial=np.inf)
    squares = np.sum((values - mean) ** 2, axis=1, keepdims=True, where=is_known)
    sd = np.sqrt(squares / np.maximum(n_known - 1, 1))
    is_flat = (highest <= lowest) | (sd == 0)
    scaled = np.where(is_flat, 0.0, (values - mean) / np.where(is_flat, 1.0, sd))
    return np.where(is_known, scaled, np.nan)


def most_variable(matrix: ArrayLike, n: int) -> NDArray[np.intp]:
    """Return the positions of the n rows with the largest variance, largest first, ties in row order.

    matrix : array of shape (n_genes, n_samples), without NaN; where n is larger than its rows, all are returned.

    Examples
    --------
    >>> most_variable([[1, 1], [0, 9], [0, 2]], 2).tolist()
    [1, 2]
    """
    variance = np.var(np.asarray(matrix, dtype=np.float64), axis=1)
    return np.argsort(-variance, kind="stable")[:n]
