"""Independent filtering: setting aside genes with too few counts to be found, for the gain of the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.stats.lowess import lowess
from heatleaf.stats.multiple_testing import adjust_bh

FloatArray = NDArray[np.float64]

N_QUANTILES = 50
FEW_REJECTIONS = 10  # with fewer there is nothing to optimise: no filtering


@dataclass(frozen=True, eq=False)
class Filtered:
    """padj : float64 array of shape (n_genes,), NaN for filtered genes; threshold : base mean; quantile : fraction."""

    padj: FloatArray
    threshold: float
    quantile: float


def filter_independently(base_mean: FloatArray, p_value: FloatArray, alpha: float) -> Filtered:
    """Choose the base mean below which genes are set aside so that most genes are called at `alpha`.

    Parameters
    ----------
    base_mean, p_value : float64 arrays of shape (n_genes,)
        All genes of the table; p_value NaN where a gene was not tested.
    alpha : float
        Adjusted p-value at which genes are called.

    Notes
    -----
    Of 50 quantiles of the base mean the lowest is taken at which the number of rejections comes within one residual
    standard deviation of the highest point of a lowess curve through those numbers (Bourgon, Gentleman & Huber 2010;
    Love, Huber & Anders 2014, Methods). The p-values never change (N16).
    """
    lowest = float(np.mean(base_mean == 0))
    quantiles = np.linspace(lowest, 0.95 if lowest < 0.95 else 1.0, N_QUANTILES)
    cutoffs = np.quantile(base_mean, quantiles)
    rejections = _count_rejections(base_mean, p_value, cutoffs, alpha)
    chosen = _first_good_cutoff(quantiles, rejections)
    padj = adjust_bh(np.where(base_mean >= cutoffs[chosen], p_value, np.nan))
    return Filtered(padj, float(cutoffs[chosen]), float(quantiles[chosen]))


def _count_rejections(base_mean: FloatArray, p_value: FloatArray, cutoffs: FloatArray, alpha: float) -> FloatArray:
    """Return the number of genes with padj < alpha at each cutoff; the p-values are sorted once."""
    tested = np.flatnonzero(~np.isnan(p_value))
    order = tested[np.argsort(p_value[tested], kind="stable")]
    means, sorted_p = base_mean[order], p_value[order]
    rejections = np.zeros(len(cutoffs))
    for i, cutoff in enumerate(cutoffs):
        p = sorted_p[means >= cutoff]
        # the adjusted value of rank k is the least n p_(j) / j over j >= k: count up to the last below alpha
        below = np.flatnonzero(p * (len(p) / np.arange(1.0, len(p) + 1)) < alpha)
        rejections[i] = below[-1] + 1 if len(below) else 0
    return rejections


def _first_good_cutoff(quantiles: FloatArray, rejections: FloatArray) -> int:
    if rejections.max() <= FEW_REJECTIONS:
        return 0
    smooth = lowess(quantiles, rejections, fraction=0.2)
    positive = rejections > 0
    residual_sd = np.sqrt(np.mean((rejections[positive] - smooth[positive]) ** 2))
    good = np.flatnonzero(rejections > smooth.max() - residual_sd)
    return int(good[0]) if len(good) else 0
