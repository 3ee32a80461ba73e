"""Cook's distances: which single counts decide a fit, and what is done about them. Arrays are samples x genes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

CUTOFF_QUANTILE = 0.99  # of the F distribution with (p, m - p) degrees of freedom
REPLICATES_TO_FLAG = 3
REPLICATES_TO_REPLACE = 7
REPLACEMENT_TRIM = 0.2
MIN_ROBUST_DISPERSION = 0.04
# share trimmed at each end, and the factor that makes the trimmed mean of squares consistent for the variance of
# normal data, for cells of up to 3, up to 23, and more samples
TRIM = (1 / 3, 1 / 4, 1 / 8)
CONSISTENCY = (2.04, 1.86, 1.51)


def cooks_cutoff(n_samples: int, n_coefficients: int) -> float:
    """Return the distance above which a count is an outlier: the 0.99 quantile of F(p, m - p)."""
    return float(fdtri(n_coefficients, n_samples - n_coefficients, CUTOFF_QUANTILE))


def cells(model_matrix: FloatArray) -> NDArray[np.intp]:
    """Number the cell of each sample, shape (n_samples,): equal rows of the model matrix are replicates."""
    return np.asarray(np.unique(model_matrix, axis=0, return_inverse=True)[1].ravel())


def in_cell_of(model_matrix: FloatArray, n_replicates: int) -> BoolArray:
    """Tell which samples have at least `n_replicates` replicates, themselves included, shape (n_samples,)."""
    cell = cells(model_matrix)
    return np.asarray(np.bincount(cell)[cell] >= n_replicates)


def cooks_distances(
    counts: FloatArray, size_factors: FloatArray, mu: FloatArray, hat: FloatArray, model_matrix: FloatArray
) -> FloatArray:
    """Return Cook's distance of each count, shape (n_samples, n_genes).

    Notes
    -----
    R^2 h / (p (1 - h)^2) with Pearson residuals R, whose variance comes from a dispersion that single outliers do not
    move: trimmed means within the cells (Love, Huber & Anders 2014, eq. 10 and following).
    """
    dispersion = robust_dispersion(counts / size_factors[:, None], model_matrix)
    variance = mu + dispersion * mu**2
    pearson = (counts - mu) ** 2 / variance
    return np.asarray(pearson / model_matrix.shape[1] * hat / (1.0 - hat) ** 2)


def robust_dispersion(norm_counts: FloatArray, model_matrix: FloatArray) -> FloatArray:
    """Return a dispersion per gene, shape (n_genes,), from trimmed variances of normalised counts, at least 0.04.

    norm_counts : float64 array of shape (n_samples, n_genes); a gene without counts gets NaN.
    """
    replicated = in_cell_of(model_matrix, REPLICATES_TO_FLAG)
    if replicated.any():
        variance = _cell_variance(norm_counts[replicated], cells(model_matrix)[replicated])
    else:
        variance = _trimmed_variance(norm_counts, TRIM[2], CONSISTENCY[2])
    mean = norm_counts.mean(axis=0)
    return np.asarray(np.maximum((variance - mean) / mean**2, MIN_ROBUST_DISPERSION))


def trimmed_mean(values: FloatArray, share: float) -> FloatArray:
    """Return the mean over samples without the `share` of them lowest and highest, shape (n_genes,)."""
    cut = int(len(values) * share)
    if cut == 0:
        return np.asarray(values.mean(axis=0))
    return np.asarray(np.sort(values, axis=0)[cut : len(values) - cut].mean(axis=0))


def _trimmed_variance(values: FloatArray, share: float, consistency: float) -> FloatArray:
    return consistency * trimmed_mean((values - trimmed_mean(values, share)) ** 2, share)


def _cell_variance(norm_counts: FloatArray, cell: NDArray[np.intp]) -> FloatArray:
    """Return the largest of the trimmed variances of the cells."""
    variances = []
    for number in np.unique(cell):
        values = norm_counts[cell == number]
        size_class = 0 if len(values) <= 3 else 1 if len(values) <= 23 else 2
        variances.append(_trimmed_variance(values, TRIM[size_class], CONSISTENCY[size_class]))
    return np.asarray(np.max(variances, axis=0))


def replace_outliers(
    counts: FloatArray, cooks: FloatArray, size_factors: FloatArray, model_matrix: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Put the trimmed mean of the gene in place of counts that are outliers in cells of seven or more.

    Returns
    -------
    counts : float64 array of shape (n_samples, n_genes)
        With whole numbers: trimmed mean of normalised counts x size factor, cut to a whole number.
    replaced : bool array of shape (n_genes,)
        Genes with any outlier; they are fitted again.
    """
    outlier = cooks > cooks_cutoff(*model_matrix.shape)
    replaceable = in_cell_of(model_matrix, REPLICATES_TO_REPLACE)[:, None]
    typical = trimmed_mean(counts / size_factors[:, None], REPLACEMENT_TRIM)
    replacement = np.trunc(typical * size_factors[:, None])
    return np.where(outlier & replaceable, replacement, counts), np.asarray(outlier.any(axis=0))
