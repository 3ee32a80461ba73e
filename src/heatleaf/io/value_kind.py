"""What the values of a table are, recognised from the values (requirement B30)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.model import ValueKind

LOG_LIMIT = 40.0  # log2 of the largest count there may be is 53, of any real normalised value below 30
TPM_TOLERANCE = 0.01


def recognise_values(values: NDArray[np.float64], *, is_estimate: bool) -> ValueKind:
    """Name what the values are.

    Parameters
    ----------
    values : float64 array of shape (n_genes, n_samples), NaN where missing.
    is_estimate : the file is a quantifier's table of counts, so that fractions are estimated counts.
    """
    known = np.nan_to_num(values, nan=0.0) if np.isnan(values).any() else values
    is_whole = bool((known == np.floor(known)).all())
    lowest = float(known.min(initial=0.0))
    if is_whole and lowest >= 0:
        return ValueKind.COUNTS
    if lowest >= 0 and _sums_to_million(known):
        return ValueKind.TPM
    if lowest >= 0 and is_estimate:
        return ValueKind.ESTIMATED_COUNTS
    if lowest < 0 and _is_standardised(values):
        return ValueKind.Z_SCORES
    # Normalised values are never negative: what is, is on a log scale, however far one value lies off.
    if lowest < 0 or (float(known.max(initial=0.0)) <= LOG_LIMIT and not is_whole):
        return ValueKind.LOG
    return ValueKind.NORMALISED


def describe_values(kind: ValueKind, values: NDArray[np.float64]) -> str:
    """Say in words what was recognised, with the numbers that show it."""
    finite = values[np.isfinite(values)] if np.isnan(values).any() else values
    lowest, highest = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    span = f"from {lowest:.4g} to {highest:.4g}"
    return {
        ValueKind.COUNTS: f"values are counts ({span})",
        ValueKind.ESTIMATED_COUNTS: f"values are estimated counts of a quantifier ({span})",
        ValueKind.TPM: "values are TPM (column sums are all 1,000,000)",
        ValueKind.LOG: f"values are on a log scale ({span})",
        ValueKind.Z_SCORES: f"values are z-scores (row means 0, standard deviations 1, {span})",
        ValueKind.NORMALISED: f"values are normalised, neither counts nor logarithms ({span})",
    }[kind]


def _sums_to_million(values: NDArray[np.float64]) -> bool:
    sums = values.sum(axis=0)
    return bool(len(sums)) and bool((np.abs(sums / 1e6 - 1) < TPM_TOLERANCE).all())


def _is_standardised(values: NDArray[np.float64]) -> bool:
    """Whether nearly every row has mean 0 and standard deviation 1 (or is constant)."""
    complete = values[~np.isnan(values).any(axis=1)]
    if complete.shape[1] < 3 or not len(complete):
        return False
    mean, spread = complete.mean(axis=1), complete.std(axis=1, ddof=1)
    factor = np.sqrt((complete.shape[1] - 1) / complete.shape[1])  # some divide by n, some by n - 1
    is_one = (np.abs(spread - 1) < 0.01) | (np.abs(spread * factor - 1) < 0.01) | (spread == 0)
    return bool(((np.abs(mean) < 0.01) & is_one).mean() > 0.95)
