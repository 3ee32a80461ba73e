"""Wald tests of comparisons: the fit is done once, each comparison only combines its coefficients."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from heatleaf.model import Contrast, DifferentialResult, Message, note
from heatleaf.stats.cooks import cooks_cutoff
from heatleaf.stats.filtering import Filtered, filter_independently
from heatleaf.stats.fit import CountsFit
from heatleaf.stats.shrinkage import shrink_contrast

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

LOG2_E = 1.0 / np.log(2.0)
LARGER_COUNTS_EXCUSE = 3  # in two groups: an outlier with three larger counts in the gene is not one


def wald_test(
    fit: CountsFit, contrast: Contrast, *, alpha: float = 0.05, shrink: bool = True, n_workers: int = 2
) -> DifferentialResult:
    """Test whether the log2 fold change of a contrast is zero, for each gene.

    Parameters
    ----------
    fit : CountsFit
    contrast : Contrast
    alpha : float
        Adjusted p-value at which genes are called; the independent filter is chosen for it.
    shrink : bool
        Whether `lfc_shrunken` is computed (NaN otherwise).
    n_workers : int
        Threads of the shrinkage; the result is the same for any number.

    Returns
    -------
    DifferentialResult
        NaN p for genes without counts, with an outlier, or not converged; NaN padj also for genes below the filter.
        Where all samples of both levels are zero the fold change is 0 and p is 1 (N2).

    References
    ----------
    Love, Huber & Anders 2014, Methods, "Wald test", "Independent filtering", "Cook's distance".
    """
    lfc, se = _estimate(fit, contrast)
    silent = _both_levels_zero(fit, contrast)
    lfc = np.where(silent, 0.0, lfc)
    stat = lfc / se
    log10_p = np.minimum((log_ndtr(-np.abs(stat)) + np.log(2.0)) / np.log(10.0), 0.0)
    outlier = has_outlier(fit)
    log10_p[outlier | ~fit.converged] = np.nan
    p_value = 10.0**log10_p
    filtered = filter_independently(fit.base_mean, p_value, alpha)
    shrunken = np.full_like(lfc, np.nan)
    if shrink:
        shrunken = np.where(silent, 0.0, shrink_contrast(fit, contrast.vector, n_workers=n_workers))
    return DifferentialResult(
        contrast=contrast,
        gene_ids=fit.table.gene_ids,
        gene_symbols=fit.table.gene_symbols,
        base_mean=fit.base_mean,
        log2_fold_change=lfc,
        lfc_se=se,
        stat=stat,
        p_value=p_value,
        log10_p=log10_p,
        padj=filtered.padj,
        lfc_shrunken=shrunken,
        status=gene_status(fit, outlier, filtered.padj),
        outlier_sample=_outlier_samples(fit, outlier),
        alpha=alpha,
        filter_threshold=filtered.threshold,
        messages=_messages(fit, outlier, filtered, contrast),
    )


def _estimate(fit: CountsFit, contrast: Contrast) -> tuple[FloatArray, FloatArray]:
    """Return log2 fold change and its standard error."""
    vector = contrast.vector
    variance = np.einsum("i,gij,j->g", vector, fit.covariance, vector)
    return fit.coefficients @ vector * LOG2_E, np.sqrt(np.maximum(variance, 0.0)) * LOG2_E


def _both_levels_zero(fit: CountsFit, contrast: Contrast) -> BoolArray:
    """Tell for which expressed genes no sample of either side has a count."""
    sides = (*contrast.tested_samples, *contrast.reference_samples)
    compared = np.isin(np.array(fit.table.sample_ids), sides)
    factor = fit.design.factors.get(contrast.factor)
    if not sides and factor is not None:
        compared = np.isin(np.array(factor.values), (contrast.tested_level, contrast.reference_level))
    if not compared.any():
        return np.zeros(fit.table.n_genes, dtype=bool)
    return ~fit.counts[:, compared].any(axis=1) & (fit.base_mean > 0)


def has_outlier(fit: CountsFit) -> BoolArray:
    """Tell which genes, (n_genes,), have an outlier by Cook's distance, in a cell of three or more, that stayed.

    In a comparison of two groups and nothing else a gene is kept where three or more counts are larger than the
    outlier: it is then the low counts that are special.
    """
    outlier = np.nan_to_num(fit.max_cooks, nan=0.0) > cooks_cutoff(*fit.design.model_matrix.shape)
    factors = list(fit.design.factors.values())
    if len(factors) == 1 and len(factors[0].levels) == 2 and not fit.design.covariates:
        counts = fit.table.counts[outlier]
        at_outlier = counts[np.arange(len(counts)), fit.cooks_sample[outlier]]
        excused = (counts > at_outlier[:, None]).sum(axis=1) >= LARGER_COUNTS_EXCUSE
        outlier[np.flatnonzero(outlier)[excused]] = False
    return outlier


def gene_status(fit: CountsFit, outlier: BoolArray, padj: FloatArray) -> tuple[str, ...]:
    """Return the reason of each gene's NaN, or "tested"; outlier and padj have the shape (n_genes,)."""
    emptied = fit.replaced & (fit.base_mean == 0)
    conditions = [outlier | emptied, fit.base_mean == 0, ~fit.converged, np.isnan(padj)]
    return tuple(np.select(conditions, ["outlier", "all_zero", "not_converged", "low_mean"], "tested").tolist())


def _outlier_samples(fit: CountsFit, outlier: BoolArray) -> tuple[str, ...]:
    names = [""] * fit.table.n_genes
    for i_gene in np.flatnonzero(outlier | (fit.replaced & (fit.base_mean == 0))):
        names[i_gene] = fit.table.sample_ids[fit.cooks_sample[i_gene]]
    return tuple(names)


def _messages(fit: CountsFit, outlier: BoolArray, filtered: Filtered, contrast: Contrast) -> tuple[Message, ...]:
    messages = []
    n_outliers = int(outlier.sum())
    if n_outliers:
        first = fit.table.gene_ids[int(np.argmax(outlier))]
        what = (
            f"{n_outliers:,} {'gene was' if n_outliers == 1 else 'genes were'} not tested because of a count far from "
            f"its replicates (Cook's distance; first: {first})"
        )
        messages.append(note("outliers", what))
    n_low = gene_status(fit, outlier, filtered.padj).count("low_mean")
    if n_low:
        what = (
            f"{contrast.title}: {n_low:,} {'gene' if n_low == 1 else 'genes'} with a mean of normalised counts below "
            f"{filtered.threshold:.3g} {'was' if n_low == 1 else 'were'} set aside before the p-values were adjusted "
            "(independent filtering)"
        )
        messages.append(note("filtering", what))
    return tuple(messages)
