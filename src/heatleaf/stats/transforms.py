"""Values to draw and to cluster: the variance-stabilising transformation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heatleaf.model import CountTable, Message, note
from heatleaf.stats.chunks import DEFAULT_WORKERS
from heatleaf.stats.fit import gene_wise_dispersions
from heatleaf.stats.size_factors import size_factors as estimate_size_factors
from heatleaf.stats.trend import DispersionTrend, fit_trend

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
Counts: TypeAlias = "CountTable | pd.DataFrame | ArrayLike"

SUBSET_MIN_MEAN = 5.0  # base mean above which a gene may be in the subset that the trend is fitted to


@dataclass(frozen=True, eq=False)
class VarianceStabilised:
    """Transformed values and how they came about.

    values : float64 array of shape (n_genes, n_samples), log2 scale for large counts. size_factors : (n_samples,).
    n_trend_genes : number of genes that the trend was fitted to.
    """

    values: FloatArray
    size_factors: FloatArray
    trend: DispersionTrend
    n_trend_genes: int
    messages: tuple[Message, ...] = ()


def vst(
    counts: Counts,
    size_factors: FloatArray | None = None,
    *,
    model_matrix: FloatArray | None = None,
    n_subset: int | None = 1000,
    trend: DispersionTrend | None = None,
) -> FloatArray:
    """Transform counts so that their standard deviation hardly depends on the mean.

    Parameters
    ----------
    counts : CountTable, DataFrame or array of shape (n_genes, n_samples)
    size_factors : float64 array of shape (n_samples,), optional
        Estimated by `size_factors` if not given.
    model_matrix : float64 array of shape (n_samples, n_coefficients), optional
        Of the design that explains wanted differences. Without it the transformation is blind to the design.
    n_subset : int or None
        Fit the trend to so many genes, evenly spaced by base mean among those above 5; to all genes with None or
        where fewer genes are above 5.
    trend : DispersionTrend, optional
        A trend that was fitted before; then model_matrix and n_subset are not used.

    Returns
    -------
    float64 array of shape (n_genes, n_samples)
        log2 scale for large counts; genes without counts have the value of zero in every sample.

    References
    ----------
    Anders & Huber 2010, supplement, section on the variance-stabilising transformation.

    Examples
    --------
    >>> vst([[0, 0], [90, 110], [1000, 1000]], trend=DispersionTrend("parametric", 0.01, 3.0)).shape
    (3, 2)
    """
    return fit_vst(counts, size_factors, model_matrix=model_matrix, n_subset=n_subset, trend=trend).values


def fit_vst(
    counts: Counts,
    size_factors: FloatArray | None = None,
    *,
    model_matrix: FloatArray | None = None,
    n_subset: int | None = 1000,
    trend: DispersionTrend | None = None,
    n_workers: int = DEFAULT_WORKERS,
) -> VarianceStabilised:
    """Transform as `vst` does, and return with the values the trend and what is worth saying."""
    matrix = _matrix(counts)
    factors = estimate_size_factors(counts) if size_factors is None else np.asarray(size_factors, dtype=np.float64)
    norm_counts = matrix / factors
    messages: tuple[Message, ...] = ()
    n_trend_genes = 0
    if trend is None:
        chosen, messages = _trend_genes(norm_counts.mean(axis=1), n_subset)
        x = np.ones((len(factors), 1)) if model_matrix is None else model_matrix
        trend = _trend_of(matrix[chosen], factors, x, n_workers)
        n_trend_genes = len(chosen)
    values = stabilise(norm_counts, trend)
    return VarianceStabilised(values, factors, trend, n_trend_genes, messages + trend.messages)


def stabilise(norm_counts: FloatArray, trend: DispersionTrend) -> FloatArray:
    """Apply the transformation that belongs to a trend to normalised counts of any shape.

    Notes
    -----
    The integral of 1 / sqrt(variance) with variance q + (a0 + a1 / q) q^2, shifted to equal log2(q) for large q:
    log2((1 + a1 + 2 a0 q + 2 sqrt(a0 q (1 + a1 + a0 q))) / (4 a0)).
    """
    a0, a1 = trend.asymptotic, trend.extra_poisson
    scaled = a0 * norm_counts
    return np.asarray(np.log2((1 + a1 + 2 * scaled + 2 * np.sqrt(scaled * (1 + a1 + scaled))) / (4 * a0)))


def _matrix(counts: Counts) -> FloatArray:
    if isinstance(counts, CountTable):
        return counts.counts.astype(np.float64)
    return np.asarray(counts, dtype=np.float64)


def _trend_genes(base_mean: FloatArray, n_subset: int | None) -> tuple[NDArray[np.intp], tuple[Message, ...]]:
    """Return the positions of the genes that the trend is fitted to, in table order."""
    expressed = np.flatnonzero(base_mean > 0)
    if n_subset is None:
        return expressed, ()
    candidates = np.flatnonzero(base_mean > SUBSET_MIN_MEAN)
    if len(candidates) < n_subset:
        what = (
            f"{len(candidates):,} genes have a mean of normalised counts above 5: the dispersion trend of the "
            f"variance-stabilising transformation was fitted to all {len(expressed):,} genes with counts"
        )
        return expressed, (note("few_genes", what),)
    by_mean = candidates[np.argsort(base_mean[candidates], kind="stable")]
    spaced = np.round(np.linspace(1, len(by_mean), n_subset)).astype(np.intp) - 1
    return np.sort(by_mean[spaced]), ()


def _trend_of(counts: FloatArray, factors: FloatArray, model_matrix: FloatArray, n_workers: int) -> DispersionTrend:
    y = np.ascontiguousarray(counts.T)
    dispersions = gene_wise_dispersions(y, factors, model_matrix, n_workers=n_workers)
    return fit_trend((y / factors[:, None]).mean(axis=0), dispersions)
