"""Normalisation by trimmed means of M-values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

TRIM_RATIOS = 0.3  # share of genes left out at each end of the log ratios
TRIM_LEVELS = 0.05  # and of the mean log levels
REFERENCE_QUANTILE = 0.75
_SAME = 1e-6  # log2 ratios below mean identical profiles


def tmm_factors(counts: NDArray[np.int64]) -> FloatArray:
    """Estimate by how much each library size misleads, by trimmed means of log ratios to one reference sample.

    Parameters
    ----------
    counts : int64 array of shape (n_genes, n_samples)
        The library sizes are its column sums, none of them zero.

    Returns
    -------
    float64 array of shape (n_samples,)
        Factors of the library sizes; their geometric mean is 1.

    References
    ----------
    Robinson & Oshlack 2010, Genome Biology 11:R25, eq. 2 and Methods: log ratios weighted by their inverse asymptotic
    variances after trimming 30 % of the ratios and 5 % of the mean levels at each end; the reference is the sample
    whose upper quartile is nearest to the mean upper quartile.
    """
    seen = counts[counts.any(axis=1)].astype(np.float64)
    lib_size = seen.sum(axis=0)
    quartile = np.quantile(seen, REFERENCE_QUANTILE, axis=0) / lib_size
    if np.median(quartile) < 1e-20:  # then quartiles tell nothing, and the sample with the most is taken
        i_reference = int(np.argmax(np.sqrt(seen).sum(axis=0)))
    else:
        i_reference = int(np.argmin(np.abs(quartile - quartile.mean())))
    reference = seen[:, i_reference], float(lib_size[i_reference])
    logs = np.array([_log_factor((seen[:, i], float(lib_size[i])), reference) for i in range(seen.shape[1])])
    return np.asarray(np.exp2(logs - logs.mean()))


def _log_factor(sample: tuple[FloatArray, float], reference: tuple[FloatArray, float]) -> float:
    """Return the log2 factor of one sample relative to the reference; each is its counts and library size."""
    both = (sample[0] > 0) & (reference[0] > 0)
    y, r = sample[0][both], reference[0][both]
    p, q = y / sample[1], r / reference[1]
    ratio, level = np.log2(p / q), (np.log2(p) + np.log2(q)) / 2
    if not len(ratio) or np.abs(ratio).max() < _SAME:
        return 0.0
    kept = _within(ratio, TRIM_RATIOS) & _within(level, TRIM_LEVELS)
    weight = 1.0 / ((1 - p) / y + (1 - q) / r)
    total = float(weight[kept].sum())
    return float(np.sum(ratio[kept] * weight[kept])) / total if total > 0 else 0.0


def _within(values: FloatArray, trim: float) -> NDArray[np.bool_]:
    """Tell which values stay when a share is cut at both ends; ties share their mean rank."""
    from scipy.stats import rankdata  # slow to load, and only second opinions need it

    n = len(values)
    low = np.floor(n * trim) + 1
    rank = rankdata(values)
    return np.asarray((rank >= low) & (rank <= n + 1 - low), dtype=bool)
