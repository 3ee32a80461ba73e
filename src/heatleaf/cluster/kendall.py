"""Kendall's correlation as an angle: rows become the signs of the differences between their columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def n_pairs(n_columns: int) -> int:
    """Return the number of pairs of columns."""
    return n_columns * (n_columns - 1) // 2


def pair_signs(values: FloatArray) -> FloatArray:
    """Return the sign of the difference of each pair of columns.

    Parameters
    ----------
    values : float64 array of shape (..., n_columns), NaN where missing

    Returns
    -------
    float64 array of shape (..., n_pairs): 1 where the first column of the pair is larger, -1 where the second is, 0 for
    a tie, NaN where one of both is missing.

    Notes
    -----
    Kendall's tau-b of two rows is the cosine of their signs (Kendall 1945; Daniels 1944): the inner product counts the
    concordant pairs less the discordant ones, the squared lengths the pairs that are not tied. So all that serves an
    angle, linkage without a distance matrix among it, serves tau-b. Memory 4 n_columns^2 bytes for each row.

    Examples
    --------
    >>> import numpy as np
    >>> pair_signs(np.array([[1.0, 3, 2]])).tolist()
    [[-1.0, -1.0, 1.0]]
    """
    n_columns = values.shape[-1]
    signs = np.empty((*values.shape[:-1], n_pairs(n_columns)))
    start = 0
    for i in range(n_columns - 1):
        stop = start + n_columns - 1 - i
        np.subtract(values[..., i : i + 1], values[..., i + 1 :], out=signs[..., start:stop])
        start = stop
    return np.asarray(np.sign(signs, out=signs))
