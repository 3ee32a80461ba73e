"""What the call of each gene rests on: its noise, its outliers, what filtering and outlier checks have cost it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri

from heatleaf.model import DifferentialResult, Evidence
from heatleaf.stats.cooks import cooks_cutoff
from heatleaf.stats.fit import CountsFit
from heatleaf.stats.multiple_testing import adjust_bh

FloatArray = NDArray[np.float64]

LARGE_CHANGE = 1.0  # log2 units: two-fold
RIDGE = 1e-6  # keeps the information of coefficients that no read tells of invertible, as in the fit


def weigh_evidence(fit: CountsFit, result: DifferentialResult) -> Evidence:
    """Collect what explains the result of each gene.

    Notes
    -----
    The p-value without the outlier check is the two-sided normal tail of the Wald statistic, which is kept for every
    gene that was fitted. The share of counting is the variance that the fold change would have with the same means and
    no dispersion, over the variance that it has; it is computed for large changes that are not called.
    """
    unexplained = np.flatnonzero(
        (np.abs(np.nan_to_num(result.log2_fold_change)) >= LARGE_CHANGE)
        & np.isfinite(result.padj)
        & ~result.is_significant
    )
    share = np.full(len(result.gene_ids), np.nan)
    share[unexplained] = counting_share(fit, result.contrast.vector, unexplained)
    tail = (log_ndtr(-np.abs(result.stat)) + np.log(2.0)) / np.log(10.0)
    return Evidence(
        dispersion=fit.dispersion,
        usual_dispersion=fit.dispersion_trend,
        cooks=fit.max_cooks,
        cooks_cutoff=cooks_cutoff(*fit.design.model_matrix.shape),
        p_without_cooks=10.0 ** np.minimum(tail, 0.0),
        padj_unfiltered=adjust_bh(result.p_value),
        counting_share=share,
        needed_lfc=-ndtri(p_cutoff(result) / 2.0) * result.lfc_se,
    )


def p_cutoff(result: DifferentialResult) -> float:
    """Return the p-value up to which genes are called; where none is, the one that a single gene would have needed."""
    called = result.p_value[result.is_significant]
    if len(called):
        return float(called.max())
    return result.alpha / max(int(np.isfinite(result.padj).sum()), 1)


def counting_share(fit: CountsFit, vector: FloatArray, genes: NDArray[np.intp]) -> FloatArray:
    """Return the part (0-1) of the variance of a contrast that comes from the sampling of reads, for some genes.

    vector : weights of the coefficients, (n_coefficients,). genes : positions; the result has their shape.
    """
    x = fit.design.model_matrix
    mu = np.exp(np.clip(fit.coefficients[genes] @ x.T, -30.0, 30.0)) * fit.size_factors
    counting = contrast_variance(x, mu, vector)
    whole = contrast_variance(x, mu / (1.0 + fit.dispersion[genes, None] * mu), vector)
    return np.asarray(np.clip(counting / whole, 0.0, 1.0))


def contrast_variance(model_matrix: FloatArray, weights: FloatArray, vector: FloatArray) -> FloatArray:
    """Return c' (X' W X)^-1 c for each gene, natural log scale squared; weights of shape (n_genes, n_samples)."""
    information = np.einsum("ni,gn,nj->gij", model_matrix, weights, model_matrix, optimize=True)
    information += RIDGE * np.eye(model_matrix.shape[1])
    right = np.broadcast_to(vector[:, None], (len(weights), len(vector), 1))
    return np.asarray(np.linalg.solve(information, right)[:, :, 0] @ vector)
