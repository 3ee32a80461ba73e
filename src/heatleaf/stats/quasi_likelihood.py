"""Quasi-likelihood F-tests: trended dispersions for the mean-variance relation, moderated quasi-dispersions for genes.

Arrays are samples x genes within, and all genes of the table in what is returned.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, fdtrc

from heatleaf.model import Contrast, CountTable, Design
from heatleaf.model.second_opinions import AlternativeTest
from heatleaf.stats.chunks import DEFAULT_WORKERS, map_gene_chunks
from heatleaf.stats.expressed import has_enough_counts, require_enough
from heatleaf.stats.moderation import VariancePrior, fit_variance_prior, moderate
from heatleaf.stats.multiple_testing import adjust_bh
from heatleaf.stats.nb_means import POISSON, MeanFit, fit_means
from heatleaf.stats.tmm import tmm_factors
from heatleaf.stats.trended_dispersion import (
    TrendedDispersion,
    by_empty_cells,
    fit_trended_dispersion,
    is_empty_cell,
)

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class QuasiFit:
    """The quasi-likelihood fit of genes with enough counts.

    tested : bool, over all genes of the table; every other array is of these genes. counts : (n_samples, n_tested).
    lib_size : effective, (n_samples,). df : residual degrees of freedom. variance : the moderated quasi-dispersion.
    """

    tested: BoolArray
    counts: FloatArray
    lib_size: FloatArray
    model_matrix: FloatArray
    dispersion: TrendedDispersion
    means: MeanFit
    df: FloatArray
    prior: VariancePrior
    variance: FloatArray


def fit_quasi_likelihood(counts: CountTable, design: Design, *, n_workers: int = DEFAULT_WORKERS) -> QuasiFit:
    """Fit means with trended dispersions and moderate the quasi-dispersions.

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
    Lund, Nettleton, McCarthy & Smyth 2012, Statistical Applications in Genetics and Molecular Biology 11:8;
    Chen, Lun & Smyth 2016, F1000Research 5:1438 (filter, trended dispersion); Lun & Smyth 2017, Statistical
    Applications in Genetics and Molecular Biology 16:83 (degrees of freedom where a group has no counts).
    """
    model_matrix = design.model_matrix
    tested = require_enough(has_enough_counts(counts.counts, model_matrix))
    kept = counts.counts[tested]
    lib_size = kept.sum(axis=0) * tmm_factors(kept)
    y = np.ascontiguousarray(kept.T, dtype=np.float64)
    trend = fit_trended_dispersion(y, model_matrix, lib_size, n_workers=n_workers)
    means = _fit_all(y, model_matrix, lib_size, trend.at_genes, n_workers)
    df = _residual_df(is_empty_cell(y, means.mu), model_matrix)
    raw = np.where(df > 0, means.deviance / np.maximum(df, 1), 0.0)
    prior = fit_variance_prior(raw, df, trend.abundance)
    return QuasiFit(tested, y, lib_size, model_matrix, trend, means, df, prior, moderate(raw, df, prior))


def quasi_likelihood_test(fit: QuasiFit, contrast: Contrast, *, n_workers: int = DEFAULT_WORKERS) -> AlternativeTest:
    """Test a contrast by the F-statistic of each gene; NaN for genes without enough counts.

    n_workers : threads; the result is the same for any number.
    """
    effect = contrast.vector @ fit.means.coefficients / np.log(2.0)
    p_value = _p_values(fit, contrast.vector, n_workers)
    return AlternativeTest.of(
        "quasi_likelihood", fit.tested, log2_fold_change=effect, p_value=p_value, padj=adjust_bh(p_value)
    )


def _p_values(fit: QuasiFit, vector: FloatArray, n_workers: int) -> FloatArray:
    """Return the p-value of each gene that a contrast of the coefficients is zero.

    F is the fall in deviance over the moderated quasi-dispersion, on 1 and residual plus prior degrees of freedom (Lund
    et al. 2012, QLSpline). Where that dispersion would put a count below Poisson noise, p is at least that of the
    Poisson likelihood-ratio test: no count is more exact than sampling.
    """
    null_matrix = _without_contrast(fit.model_matrix, vector)
    null = _fit_all(fit.counts, null_matrix, fit.lib_size, fit.dispersion.at_genes, n_workers)
    total_df = np.minimum(fit.prior.df + fit.df, fit.counts.shape[1] * float(np.subtract(*fit.model_matrix.shape)))
    statistic = np.maximum(null.deviance - fit.means.deviance, 0.0) / fit.variance
    p_value = fdtrc(1.0, total_df, statistic)
    below = (fit.variance * (1.0 + fit.dispersion.at_genes * fit.means.mu) < 1.0).any(axis=0)
    if below.any():
        bound = _poisson_p(fit.counts[:, below], (fit.model_matrix, null_matrix), fit.lib_size, n_workers)
        p_value[below] = np.maximum(p_value[below], bound)
    return np.asarray(p_value)


def _poisson_p(
    counts: FloatArray, designs: tuple[FloatArray, FloatArray], lib_size: FloatArray, n_workers: int
) -> FloatArray:
    none = np.full(counts.shape[1], POISSON)
    full, null = (_fit_all(counts, design, lib_size, none, n_workers) for design in designs)
    return np.asarray(chdtrc(1.0, np.maximum(null.deviance - full.deviance, 0.0)))


def _without_contrast(model_matrix: FloatArray, vector: FloatArray) -> FloatArray:
    """Return the design in which the contrast is zero: the columns times a basis of what is orthogonal to it."""
    complement = np.linalg.svd(vector[None, :])[2][1:].T
    return np.asarray(model_matrix @ complement)


def _fit_all(
    counts: FloatArray, model_matrix: FloatArray, lib_size: FloatArray, dispersion: FloatArray, n_workers: int
) -> MeanFit:
    log_offset = np.log(lib_size)

    def work(part: slice) -> MeanFit:
        return fit_means(np.ascontiguousarray(counts[:, part]), model_matrix, log_offset, dispersion[part])

    parts = map_gene_chunks(work, counts.shape, n_workers)
    return MeanFit(*(np.concatenate([getattr(part, f.name) for part in parts], axis=-1) for f in fields(MeanFit)))


def _residual_df(empty: BoolArray, model_matrix: FloatArray) -> FloatArray:
    """Return the residual degrees of freedom of each gene without the cells that hold no counts."""
    df = np.zeros(empty.shape[1])
    for genes, left, rank in by_empty_cells(empty, model_matrix):
        df[genes] = left.sum() - rank
    return df
