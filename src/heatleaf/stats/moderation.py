"""Empirical Bayes moderation of residual variances: each gene borrows from all genes, or from those as abundant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, polygamma

FloatArray = NDArray[np.float64]

SMALLEST_RELATIVE = 1e-5  # of the median: variances below would have logarithms that outweigh all others
_SOME_DF = 1e-15


@dataclass(frozen=True, eq=False)
class VariancePrior:
    """A scaled inverse chi-squared prior. variance : its scale for each gene, (n_genes,); df : may be infinite."""

    variance: FloatArray
    df: float


def moderate(variance: FloatArray, df: FloatArray, prior: VariancePrior) -> FloatArray:
    """Return the posterior variances: prior and own weighted by their degrees of freedom (Smyth 2004, section 3).

    variance, df and result : float64 arrays of shape (n_genes,).
    """
    if np.isinf(prior.df):
        return prior.variance.copy()
    return np.asarray((df * variance + prior.df * prior.variance) / (df + prior.df))


def fit_variance_prior(variance: FloatArray, df: FloatArray, covariate: FloatArray | None = None) -> VariancePrior:
    """Estimate the prior of residual variances from all of them.

    Parameters
    ----------
    variance : float64 array of shape (n_genes,)
        Residual variances; zeros are lifted to 1e-5 of the median.
    df : float64 array of shape (n_genes,)
        Their degrees of freedom; genes with none take no part and get the prior of their covariate.
    covariate : float64 array of shape (n_genes,), optional
        Lets the scale follow a natural cubic spline of it, of 4 degrees of freedom.

    Returns
    -------
    VariancePrior
        Infinite df where the variances differ no more than chance.

    References
    ----------
    Smyth 2004, Statistical Applications in Genetics and Molecular Biology 3:3, section 6.2: moments of log s^2. With a
    covariate: Phipson, Lee, Majewski, Alexander & Smyth 2016, Annals of Applied Statistics 10:946, section 3.
    """
    usable = (df > _SOME_DF) & np.isfinite(variance)
    if usable.sum() < 2:
        return VariancePrior(np.ones_like(variance) if not usable.any() else variance[usable].mean() + 0 * df, np.inf)
    s2, half = np.maximum(variance[usable], 0.0), df[usable] / 2
    median = float(np.median(s2)) or 1.0
    log_s2 = np.log(np.maximum(s2, SMALLEST_RELATIVE * median)) - digamma(half) + np.log(half)
    if covariate is None:
        level, n_terms = np.full(variance.shape, log_s2.mean()), 1
    else:
        basis = natural_spline(covariate, usable)
        level, n_terms = basis @ np.linalg.lstsq(basis[usable], log_s2, rcond=None)[0], basis.shape[1]
    residual = log_s2 - level[usable]
    excess = float(residual @ residual) / (len(log_s2) - n_terms) - float(polygamma(1, half).mean())
    if excess <= 0:
        return VariancePrior(np.exp(level) if covariate is not None else np.full_like(level, s2.mean()), np.inf)
    half_prior = float(invert_trigamma(np.array([excess]))[0])
    return VariancePrior(np.exp(level + digamma(half_prior) - np.log(half_prior)), 2 * half_prior)


def invert_trigamma(values: FloatArray) -> FloatArray:
    """Solve trigamma(x) = value by Newton's method on 1 / trigamma (Smyth 2004, appendix); any shape, values > 0."""
    x = 0.5 + 1.0 / values
    for _ in range(50):
        trigamma = polygamma(1, x)
        step = trigamma * (1.0 - trigamma / values) / polygamma(2, x)
        x = x + step
        if np.max(-step / x) < 1e-8:
            break
    return np.asarray(x)


def natural_spline(x: FloatArray, usable: NDArray[np.bool_]) -> FloatArray:
    """Return a basis of natural cubic splines with knots at even quantiles of usable genes, linear beyond the outer.

    Four columns for 30 usable genes or more, fewer for few genes or few different values; shape (n_genes, n_columns).
    """
    n_usable = int(usable.sum())
    n_columns = min(1 + (n_usable >= 3) + (n_usable >= 6) + (n_usable >= 30), len(np.unique(x[usable])))
    if n_columns < 2:
        return np.ones((len(x), 1))
    knots = np.quantile(x[usable], np.linspace(0, 1, n_columns))
    scale = float(knots[-1] - knots[0])
    t, knots = (x - knots[0]) / scale, (knots - knots[0]) / scale

    def cubic(knot: float) -> FloatArray:
        if knot == 1.0:
            return np.zeros_like(t)
        last = np.maximum(t - 1.0, 0.0) ** 3
        return np.asarray((np.maximum(t - knot, 0.0) ** 3 - last) / (1.0 - knot))

    tail = cubic(float(knots[-2]))
    return np.column_stack([np.ones_like(t), t, *(cubic(float(knot)) - tail for knot in knots[:-2])])
