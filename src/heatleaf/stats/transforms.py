"""Values to draw and to cluster: the variance-stabilising transformation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heatleaf.model import CountTable, Message, note
from heatleaf.stats.chunks import DEFAULT_WORKERS, map_gene_chunks
from heatleaf.stats.fit import gene_wise_dispersions
from heatleaf.stats.size_factors import size_factors as estimate_size_factors
from heatleaf.stats.trend import DispersionTrend, fit_trend

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
Counts: TypeAlias = "CountTable | pd.DataFrame | ArrayLike"

GRID_POINTS = 1000  # of the numerical integral that goes with a local trend
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
    shape = (matrix.shape[1], matrix.shape[0])
    base_mean = np.concatenate(map_gene_chunks(lambda part: (matrix[part] / factors).mean(axis=1), shape, n_workers))
    messages: tuple[Message, ...] = ()
    n_trend_genes = 0
    if trend is None:
        chosen, messages = _trend_genes(base_mean, n_subset)
        x = np.ones((len(factors), 1)) if model_matrix is None else model_matrix
        trend = _trend_of(matrix[chosen], factors, x, n_workers)
        n_trend_genes = len(chosen)
    largest = float((matrix.max(axis=0) / factors).max())
    transform = transformation_of(trend, base_mean, factors, largest)
    values = np.empty(matrix.shape)

    def work(part: slice) -> None:
        values[part] = transform(matrix[part] / factors)

    map_gene_chunks(work, shape, n_workers)
    return VarianceStabilised(values, factors, trend, n_trend_genes, messages + trend.messages)


def transformation_of(
    trend: DispersionTrend, base_mean: FloatArray, size_factors: FloatArray, largest: float
) -> Callable[[FloatArray], FloatArray]:
    """Return the transformation of normalised counts that belongs to a trend.

    Parameters
    ----------
    base_mean : float64 array of shape (n_genes,)
    size_factors : float64 array of shape (n_samples,)
    largest : float
        The largest normalised count.

    Notes
    -----
    For a local trend the integral of 1 / sqrt(variance) has no formula: trapezia over counts that are evenly spaced in
    asinh, joined by a cubic spline, then scaled to equal log2 at the 0.95 and 0.999 quantiles of the base means.
    """
    if trend.curve is None:
        return partial(stabilise, trend=trend)
    grid = np.sinh(np.linspace(0.0, np.arcsinh(largest), GRID_POINTS))[1:]
    root = np.sqrt(trend.at(grid) * grid**2 + np.mean(1.0 / size_factors) * grid)
    area = np.cumsum(np.diff(grid) * (1.0 / root[1:] + 1.0 / root[:-1]) / 2.0)
    integral = _spline(np.arcsinh((grid[1:] + grid[:-1]) / 2.0), area)
    low, high = np.quantile(base_mean, [0.95, 0.999])
    at_low, at_high = integral(np.arcsinh([low, high]))
    scale = np.log2(high / low) / (at_high - at_low) if high > low else 1.0
    return lambda norm_counts: np.asarray(scale * (integral(np.arcsinh(norm_counts)) - at_low) + np.log2(low))


def _spline(x: FloatArray, y: FloatArray) -> Callable[[FloatArray], FloatArray]:
    """Return the cubic spline whose ends continue the cubics through the first and the last four points.

    Counts of zero lie beyond its first point, so that its end decides their value (Forsythe, Malcolm & Moler 1977,
    section 4.4). The third derivative of an end is a linear function of its second one.
    """
    from scipy.interpolate import CubicSpline  # slow to load, and most tables need none

    flat, bent = (CubicSpline(x, y, bc_type=((2, second), (2, second))) for second in (0.0, 1.0))
    second = []
    for part, cell in ((slice(0, 4), 0), (slice(-4, None), -1)):
        third = np.polyfit(x[part] - x[part].mean(), y[part], 3)[0]
        second.append((third - flat.c[0, cell]) / (bent.c[0, cell] - flat.c[0, cell]))
    spline: Callable[[FloatArray], FloatArray] = CubicSpline(x, y, bc_type=((2, second[0]), (2, second[1])))
    return spline


def stabilise(norm_counts: FloatArray, trend: DispersionTrend) -> FloatArray:
    """Apply the transformation that belongs to a trend to normalised counts of any shape.

    Notes
    -----
    The integral of 1 / sqrt(variance) with variance q + (a0 + a1 / q) q^2, shifted to equal log2(q) for large q:
    log2((1 + a1 + 2 a0 q + 2 sqrt(a0 q (1 + a1 + a0 q))) / (4 a0)).
    """
    if trend.curve is not None:
        raise ValueError("a local trend has no formula: use fit_vst or transformation_of")
    a0, a1 = trend.asymptotic, trend.extra_poisson
    scaled = a0 * np.asarray(norm_counts, dtype=np.float64)
    rest = scaled + (1 + a1)
    values = np.sqrt(scaled * rest)
    values += scaled
    values *= 2.0
    values += 1 + a1
    values /= 4 * a0
    return np.log2(values, out=values)


def _matrix(counts: Counts) -> NDArray[np.int64] | FloatArray:
    if isinstance(counts, CountTable):
        return counts.counts
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


def _trend_of(
    counts: NDArray[np.int64] | FloatArray, factors: FloatArray, model_matrix: FloatArray, n_workers: int
) -> DispersionTrend:
    y = np.ascontiguousarray(counts.T, dtype=np.float64)
    dispersions = gene_wise_dispersions(y, factors, model_matrix, n_workers=n_workers)
    return fit_trend((y / factors[:, None]).mean(axis=0), dispersions)
