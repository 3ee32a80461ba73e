"""The likelihood-ratio test of a design against a smaller one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, gammaln

from heatleaf.errors import UserError
from heatleaf.stats.chunks import DEFAULT_WORKERS, map_gene_chunks
from heatleaf.stats.filtering import filter_independently
from heatleaf.stats.fit import CountsFit
from heatleaf.stats.glm import fit_glm, means
from heatleaf.stats.negative_binomial import log_density_of_mean
from heatleaf.stats.wald import gene_status, has_outlier

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LikelihoodRatioResult:
    """One test per gene, in table order, NaN for NA; status as in DifferentialResult. df : coefficients given up."""

    gene_ids: tuple[str, ...]
    base_mean: FloatArray
    stat: FloatArray
    p_value: FloatArray
    log10_p: FloatArray
    padj: FloatArray
    status: tuple[str, ...]
    df: int
    alpha: float
    filter_threshold: float


def likelihood_ratio_test(
    fit: CountsFit, reduced_model_matrix: FloatArray, *, alpha: float = 0.05, n_workers: int = DEFAULT_WORKERS
) -> LikelihoodRatioResult:
    """Test whether the full design explains a gene's counts better than a reduced one.

    Parameters
    ----------
    fit : CountsFit
    reduced_model_matrix : float64 array of shape (n_samples, n_reduced)
        Columns within the space of the full model matrix.
    alpha : float
        Adjusted p-value at which genes are called; the independent filter is chosen for it.

    Raises
    ------
    UserError
        contrast when the reduced design is not smaller than the full one.

    References
    ----------
    Love, Huber & Anders 2014, Methods, "Likelihood ratio test".
    """
    full = fit.design.model_matrix
    df = full.shape[1] - reduced_model_matrix.shape[1]
    combined = np.linalg.matrix_rank(np.column_stack([full, reduced_model_matrix]))
    if df < 1 or combined > full.shape[1]:
        raise UserError("contrast", "the reduced design is not a part of the full one", fix="leave out variables of it")
    fitted = np.flatnonzero(np.isfinite(fit.dispersion))

    def work(part: slice) -> FloatArray:
        genes = fitted[part]
        y, dispersion = np.ascontiguousarray(fit.counts[genes].T, dtype=np.float64), fit.dispersion[genes]
        full_mu = means(fit.coefficients[genes].T, full, fit.size_factors)
        reduced_mu = _reduced_means(y, reduced_model_matrix, fit.size_factors, dispersion)
        return 2.0 * (log_density_of_mean(y, full_mu, dispersion) - log_density_of_mean(y, reduced_mu, dispersion))

    stat = np.full(len(fit.base_mean), np.nan)
    stat[fitted] = np.concatenate(map_gene_chunks(work, (fit.counts.shape[1], len(fitted)), n_workers))
    log10_p = log10_chi2_tail(stat, df)
    outlier = has_outlier(fit)
    log10_p[outlier | ~fit.converged] = np.nan
    p_value = 10.0**log10_p
    filtered = filter_independently(fit.base_mean, p_value, alpha)
    status = gene_status(fit, outlier, filtered.padj)
    return LikelihoodRatioResult(
        fit.table.gene_ids, fit.base_mean, stat, p_value, log10_p, filtered.padj, status, df, alpha, filtered.threshold
    )


def _reduced_means(
    counts: FloatArray, model_matrix: FloatArray, size_factors: FloatArray, dispersion: FloatArray
) -> FloatArray:
    """Return fitted means of the reduced design; for an intercept alone the mean of normalised counts x size factor.

    The latter is not quite the maximum of the likelihood where size factors differ; the reference takes it.
    """
    if model_matrix.shape[1] == 1 and np.ptp(model_matrix) == 0:
        return np.asarray(np.mean(counts / size_factors[:, None], axis=0) * size_factors[:, None])
    return fit_glm(counts, model_matrix, size_factors, dispersion).mu


def log10_chi2_tail(stat: FloatArray, df: int) -> FloatArray:
    """Return log10 of the upper tail of chi-squared for stat of any shape; no tail underflows (N14)."""
    half, shape = np.maximum(stat, 0.0) / 2.0, df / 2.0
    tail = gammaincc(shape, half)
    with np.errstate(divide="ignore", invalid="ignore"):
        direct = np.log(tail)
        # Abramowitz & Stegun 6.5.32, three terms: 1e-7 relative in the tail where half > 600 and df < 20
        series = 1 + (shape - 1) / half * (1 + (shape - 2) / half * (1 + (shape - 3) / half))
        asymptotic = (shape - 1) * np.log(half) - half - gammaln(shape) + np.log(series)
    return np.asarray(np.where(half > 600, asymptotic, direct) / np.log(10.0))
