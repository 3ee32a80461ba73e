"""Weighted linear models of log counts: precision weights from the mean-variance trend, moderated t-tests.

Arrays are samples x genes within, and all genes of the table in what is returned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from heatleaf.model import Contrast, CountTable, Design
from heatleaf.model.second_opinions import AlternativeTest
from heatleaf.stats import normal_equations as ne
from heatleaf.stats.chunks import DEFAULT_WORKERS, map_gene_chunks
from heatleaf.stats.expressed import has_enough_counts, require_enough
from heatleaf.stats.lowess import lowess
from heatleaf.stats.moderation import fit_variance_prior, moderate
from heatleaf.stats.multiple_testing import adjust_bh
from heatleaf.stats.tmm import tmm_factors

FloatArray = NDArray[np.float64]

SPAN = 0.5  # of the lowess trend (Law et al. 2014)
LOWEST_ROOT_SD = 0.01  # an sd of 1e-4 on the log2 scale: below what counts can show, and keeps weights finite


@dataclass(frozen=True, eq=False)
class LogCounts:
    """Counts on the log scale, samples x genes: log2 counts per million, and their inverse variances."""

    log_cpm: FloatArray
    weights: FloatArray


@dataclass(frozen=True, eq=False)
class VoomFit:
    """Weighted linear models of the genes with enough counts.

    tested : bool, over all genes of the table. coefficients : log2, (n_coefficients, n_tested). covariance : packed, in
    units of the residual variance. variance : of residuals, moderated, (n_tested,). total_df : of its t-tests.
    """

    tested: NDArray[np.bool_]
    coefficients: FloatArray
    covariance: FloatArray
    variance: FloatArray
    total_df: float


def fit_voom(counts: CountTable, design: Design, *, n_workers: int = DEFAULT_WORKERS) -> VoomFit:
    """Fit weighted linear models to log counts and moderate their variances.

    Parameters
    ----------
    counts : CountTable
        Samples in the order of the design.
    n_workers : int
        Threads; the result is the same for any number.

    Raises
    ------
    UserError
        few_genes: too few genes have enough counts.

    References
    ----------
    Law, Chen, Shi & Smyth 2014, Genome Biology 15:R29 (weights); Robinson & Oshlack 2010, ibid. 11:R25 (library sizes);
    Smyth 2004, Statistical Applications in Genetics and Molecular Biology 3:3 (moderation).
    """
    tested = require_enough(has_enough_counts(counts.counts, design.model_matrix))
    data = voom(counts.counts[tested], design.model_matrix, n_workers=n_workers)
    coefficients, covariance, variance = _fit(data, design.model_matrix, n_workers)
    df = np.full(len(variance), float(np.subtract(*design.model_matrix.shape)))
    prior = fit_variance_prior(variance, df)
    total_df = min(float(df[0]) + prior.df, float(df.sum()))
    return VoomFit(tested, coefficients, covariance, moderate(variance, df, prior), total_df)


def voom_test(fit: VoomFit, contrast: Contrast) -> AlternativeTest:
    """Test a contrast by the moderated t-statistic of each gene; NaN for genes without enough counts.

    References
    ----------
    Smyth 2004, section 5.
    """
    vector = contrast.vector
    effect = vector @ fit.coefficients
    weights = np.array([vector[i] * vector[j] for i in range(len(vector)) for j in range(i + 1)])
    unscaled = (weights * ne.pair_multiplicity(len(vector))) @ fit.covariance
    p_value = np.minimum(2.0 * stdtr(fit.total_df, -np.abs(effect) / np.sqrt(unscaled * fit.variance)), 1.0)
    return AlternativeTest.of("voom", fit.tested, log2_fold_change=effect, p_value=p_value, padj=adjust_bh(p_value))


def voom(counts: NDArray[np.int64], model_matrix: FloatArray, *, n_workers: int = DEFAULT_WORKERS) -> LogCounts:
    """Turn counts into log2 counts per million with precision weights.

    Parameters
    ----------
    counts : int64 array of shape (n_genes, n_samples)

    Notes
    -----
    Law et al. 2014, Methods: a trend of the square root of the residual standard deviations over the mean log count,
    read at the fitted log count of each cell; the weight is its inverse fourth power.
    """
    lib_size = counts.sum(axis=0) * tmm_factors(counts)
    log_cpm = np.log2((counts.T + 0.5) / (lib_size + 1.0)[:, None] * 1e6)
    basis = np.linalg.qr(model_matrix)[0]
    fitted = basis @ (basis.T @ log_cpm)
    sd = np.sqrt(np.sum((log_cpm - fitted) ** 2, axis=0) / (model_matrix.shape[0] - model_matrix.shape[1]))
    log_million = np.log2((lib_size + 1.0) / 1e6)
    mean_log_count = log_cpm.mean(axis=0) + log_million.mean()
    order = np.argsort(mean_log_count, kind="stable")
    x = mean_log_count[order]
    trend = np.maximum(lowess(x, np.sqrt(sd)[order], fraction=SPAN), LOWEST_ROOT_SD)

    def weigh(part: slice) -> FloatArray:
        return np.asarray(np.interp(fitted[:, part] + log_million[:, None], x, trend) ** -4.0)

    weights = np.concatenate(map_gene_chunks(weigh, log_cpm.shape, n_workers), axis=1)
    return LogCounts(log_cpm, weights)


def _fit(data: LogCounts, model_matrix: FloatArray, n_workers: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the coefficients of each gene, their covariance in units of the residual variance, and that variance."""
    n_samples, p = model_matrix.shape
    pairs = ne.pair_products(model_matrix)

    def work(part: slice) -> tuple[FloatArray, FloatArray, FloatArray]:
        y, weights = data.log_cpm[:, part], data.weights[:, part]
        factor = ne.cholesky(pairs @ weights, p)
        beta = ne.solve(factor, model_matrix.T @ (weights * y))
        residual = np.sum(weights * (y - model_matrix @ beta) ** 2, axis=0) / (n_samples - p)
        return beta, ne.invert(factor, p), residual

    parts = map_gene_chunks(work, data.log_cpm.shape, n_workers)
    coefficients, covariance, variance = (np.concatenate([part[i] for part in parts], axis=-1) for i in range(3))
    return coefficients, covariance, variance
