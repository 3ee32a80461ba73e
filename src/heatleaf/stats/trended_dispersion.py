"""A dispersion trend over abundance by locally weighted adjusted profile likelihood, without dispersions of genes.

Arrays are samples x genes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.stats import normal_equations as ne
from heatleaf.stats.chunks import DEFAULT_WORKERS, map_gene_chunks
from heatleaf.stats.nb_means import fit_means
from heatleaf.stats.negative_binomial import log_likelihood

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

GRID = np.arange(-10.0, 11.0)  # log2 of dispersions over 0.1
MIDDLE = 0.1
START_DISPERSION = 0.05  # with which cells without counts are found, and abundances before any is known
PRIOR_COUNT = 2.0  # added to the counts of an average library before abundances are taken
N_ANCHORS = 100
SMALL_SET = 50.0  # genes: up to here the trend is of one piece, beyond it local
_ZERO = 1e-4  # counts and means below are a cell without counts


@dataclass(frozen=True, eq=False)
class TrendedDispersion:
    """common : one for all genes. at_genes, abundance : (n_genes,), the latter log2 counts per million."""

    common: float
    at_genes: FloatArray
    abundance: FloatArray


def fit_trended_dispersion(
    counts: FloatArray, model_matrix: FloatArray, lib_size: FloatArray, *, n_workers: int = DEFAULT_WORKERS
) -> TrendedDispersion:
    """Estimate the dispersion that genes of each abundance have in common.

    Parameters
    ----------
    counts : float64 array of shape (n_samples, n_genes)
    lib_size : float64 array of shape (n_samples,)
        Effective library sizes.

    Notes
    -----
    The Cox-Reid adjusted profile likelihood of each gene is taken at 21 dispersions (McCarthy, Chen & Smyth 2012,
    eqs 3 and 4); its mean over the nearest genes with tricube weights is maximised on a cubic spline (Chen, Lun &
    Smyth 2014, "Differential expression analysis of complex RNA-seq experiments using edgeR", section 4).
    """
    log_offset = np.log(lib_size)

    def work(part: slice) -> FloatArray:
        return _profiles(np.ascontiguousarray(counts[:, part]), model_matrix, log_offset)

    profiles = np.concatenate(map_gene_chunks(work, counts.shape, n_workers), axis=0)
    common = float(_dispersion_at(profiles.sum(axis=0)))
    abundance = average_abundance(counts, lib_size, common, n_workers=n_workers)
    return TrendedDispersion(common, _local_dispersions(profiles, abundance), abundance)


def average_abundance(
    counts: FloatArray, lib_size: FloatArray, dispersion: float, *, n_workers: int = DEFAULT_WORKERS
) -> FloatArray:
    """Return the abundance of each gene over all samples, log2 counts per million, with a prior count of 2.

    counts : float64 array of shape (n_samples, n_genes); lib_size : (n_samples,). Returns shape (n_genes,).
    """
    prior = PRIOR_COUNT * lib_size / lib_size.mean()
    log_offset, ones = np.log(lib_size + 2 * prior), np.ones((len(lib_size), 1))

    def work(part: slice) -> FloatArray:
        y = counts[:, part] + prior[:, None]
        return np.asarray(fit_means(y, ones, log_offset, np.full(y.shape[1], dispersion)).coefficients[0])

    logs = np.concatenate(map_gene_chunks(work, counts.shape, n_workers))
    return np.asarray((logs + np.log(1e6)) / np.log(2.0))


def is_empty_cell(counts: FloatArray, mu: FloatArray) -> BoolArray:
    """Tell which counts of zero, (n_samples, n_genes), have a fitted mean of zero: they tell nothing of dispersion."""
    return np.asarray((counts < _ZERO) & (mu < _ZERO), dtype=bool)


def by_empty_cells(empty: BoolArray, model_matrix: FloatArray) -> Iterator[tuple[NDArray[np.intp], BoolArray, int]]:
    """Yield genes with the same empty cells, the samples that are left, and the rank of the design on these.

    empty : bool array of shape (n_samples, n_genes).
    """
    some = empty.any(axis=0)
    full = np.ones(len(model_matrix), dtype=bool)
    if not some.all():
        yield np.flatnonzero(~some), full, model_matrix.shape[1]
    which = np.flatnonzero(some)
    if not len(which):
        return
    patterns, inverse = np.unique(empty[:, which], axis=1, return_inverse=True)
    for number in range(patterns.shape[1]):
        left = ~patterns[:, number]
        rank = int(np.linalg.matrix_rank(model_matrix[left])) if left.any() else 0
        yield which[inverse.ravel() == number], left, rank


def _profiles(counts: FloatArray, model_matrix: FloatArray, log_offset: FloatArray) -> FloatArray:
    """Return the adjusted profile log-likelihood over the grid, (n_genes, n_grid); 0 without replicates."""
    first = fit_means(counts, model_matrix, log_offset, np.full(counts.shape[1], START_DISPERSION))
    result = np.zeros((counts.shape[1], len(GRID)))
    for genes, left, rank in by_empty_cells(is_empty_cell(counts, first.mu), model_matrix):
        if left.sum() <= rank or rank == 0:
            continue
        reduced = _independent_columns(model_matrix[left], rank)
        y, offset = counts[np.ix_(left, genes)], log_offset[left]
        result[genes] = _profile_over_grid(y, reduced, offset)
    return result


def _independent_columns(model_matrix: FloatArray, rank: int) -> FloatArray:
    """Return an orthogonal basis of the columns where some depend on others, else the matrix itself."""
    if rank == model_matrix.shape[1]:
        return model_matrix
    return np.asarray(np.linalg.svd(model_matrix, full_matrices=False)[0][:, :rank])


def _profile_over_grid(counts: FloatArray, model_matrix: FloatArray, log_offset: FloatArray) -> FloatArray:
    pairs, p = ne.pair_products(model_matrix), model_matrix.shape[1]
    values = np.empty((counts.shape[1], len(GRID)))
    start = None
    for i, dispersion in enumerate(MIDDLE * 2.0**GRID):
        alpha = np.full(counts.shape[1], dispersion)
        fit = fit_means(counts, model_matrix, log_offset, alpha, start=start)
        start = fit.coefficients
        factor = ne.cholesky(pairs @ (fit.mu / (1.0 + dispersion * fit.mu)), p)
        values[:, i] = log_likelihood(counts, fit.mu, alpha) - 0.5 * ne.log_determinant(factor, p)
    return np.nan_to_num(values)


def _local_dispersions(profiles: FloatArray, abundance: FloatArray) -> FloatArray:
    """Return the trend at each gene, from local means of the profiles at points spread among the genes."""
    n_genes = len(abundance)
    span = 1.0 if n_genes <= SMALL_SET else 0.25 + 0.75 * float(np.sqrt(SMALL_SET / n_genes))
    width = max(int(n_genes * span), 1)
    # half of the points follow the genes, half the range, whose sparse ends would otherwise be spanned by few
    even, dense = np.linspace(abundance.min(), abundance.max(), N_ANCHORS), np.linspace(0, 1, N_ANCHORS)
    anchors = np.unique(np.concatenate([even, np.quantile(abundance, dense)]))
    logs = [np.log(_dispersion_at(_nearness(abundance, float(at), width) @ profiles)) for at in anchors]
    return np.asarray(np.exp(np.interp(abundance, anchors, logs)))


def _nearness(abundance: FloatArray, at: float, width: int) -> FloatArray:
    """Return tricube weights that reach zero at the `width`-th nearest gene."""
    distance = np.abs(abundance - at)
    reach = float(np.partition(distance, width - 1)[width - 1]) * (1 + 1e-9) + 1e-9
    return np.asarray((1.0 - np.minimum(distance / reach, 1.0) ** 3) ** 3)


def _dispersion_at(profile: FloatArray) -> float:
    """Return the dispersion of the highest point of a cubic spline through a profile over the grid."""
    from scipy.interpolate import CubicSpline  # slow to load, and only second opinions need it

    spline = CubicSpline(GRID, profile)
    turning = spline.derivative().roots(extrapolate=False)
    candidates = np.concatenate([GRID, turning[np.isfinite(turning)]])
    return float(MIDDLE * 2.0 ** candidates[np.argmax(spline(candidates))])
