"""Maximum-likelihood means of negative binomial counts for given dispersions, without ridge or floor.

Fisher scoring with damping (Levenberg 1944, Marquardt 1963): groups without counts get means that fall to zero, which
the fit of `glm` avoids on purpose and quasi-likelihood needs. Arrays are samples x genes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from heatleaf.stats import normal_equations as ne

FloatArray = NDArray[np.float64]

MAX_ITERATIONS = 200
TOLERANCE = 1e-7  # gain in deviance that a further step could bring
POISSON = 1e-12  # a dispersion that stands for none: its variance is the mean but for 1e-12 of it
_LOWEST_MU = 1e-150
_START_COUNT = 1.0 / 6.0  # in place of zero in the first logarithm
_ALMOST_MINUS_ONE = -1.0 + 1e-15
_FIRST, _LIGHT = 1e-3, 1e-6  # damping after a first step that loses; below the second it is dropped
_GIVE_UP = 1e10  # damping from which no step can gain


@dataclass(frozen=True, eq=False)
class MeanFit:
    """coefficients : natural log, (n_coefficients, n_genes). mu : (n_samples, n_genes). deviance : (n_genes,)."""

    coefficients: FloatArray
    mu: FloatArray
    deviance: FloatArray


def fit_means(
    counts: FloatArray,
    model_matrix: FloatArray,
    log_offset: FloatArray,
    dispersion: FloatArray,
    *,
    start: FloatArray | None = None,
) -> MeanFit:
    """Fit the means of each gene.

    Parameters
    ----------
    counts : float64 array of shape (n_samples, n_genes)
        Need not be whole.
    log_offset : float64 array of shape (n_samples,) or (n_samples, 1)
        Natural log of the effective library sizes.
    dispersion : float64 array of shape (n_genes,), > 0
    start : float64 array of shape (n_coefficients, n_genes), optional
        By default least squares of the logarithms.

    References
    ----------
    McCarthy, Chen & Smyth 2012, Nucleic Acids Research 40:4288, "Fitting the models".
    """
    offset = log_offset.reshape(-1, 1)
    pairs, p = ne.pair_products(model_matrix), model_matrix.shape[1]
    if start is None:
        start = np.linalg.pinv(model_matrix) @ (np.log(np.maximum(counts, _START_COUNT)) - offset)
    beta = start.copy()
    mu = _means(beta, model_matrix, offset)
    deviance = nb_deviance(counts, mu, dispersion)
    damping = np.zeros(counts.shape[1])
    active, y, alpha, m = np.arange(counts.shape[1]), counts, dispersion, mu
    for _ in range(MAX_ITERATIONS):
        scaled = 1.0 + alpha * m
        gradient = model_matrix.T @ ((y - m) / scaled)
        packed = pairs @ (m / scaled)
        step = _damped_step(packed, gradient, damping[active], p)
        gain = np.sum(gradient * step, axis=0)
        proposal = beta[:, active] + step
        new_mu = _means(proposal, model_matrix, offset)
        new = nb_deviance(y, new_mu, alpha)
        better = new <= deviance[active] * (1 + 1e-14)
        winners = active[better]
        beta[:, winners], mu[:, winners], deviance[winners] = proposal[:, better], new_mu[:, better], new[better]
        lower = np.where(damping[active] < _LIGHT, 0.0, damping[active] / 10)
        damping[active] = np.where(better, lower, np.maximum(damping[active] * 10, _FIRST))
        going = ~((better & (gain < TOLERANCE)) | (damping[active] > _GIVE_UP))
        if not going.any():
            break
        active, y, alpha = active[going], y[:, going], alpha[going]
        m = mu[:, active]
    return MeanFit(beta, mu, deviance)


def _means(beta: FloatArray, model_matrix: FloatArray, offset: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(np.exp(np.minimum(model_matrix @ beta + offset, 700.0)), _LOWEST_MU))


def _damped_step(packed: FloatArray, gradient: FloatArray, damping: FloatArray, p: int) -> FloatArray:
    """Return the scoring step with the diagonal enlarged by `damping` of its largest element; 0 where none is found."""
    diagonal = np.array([packed[ne.pair_index(i, i)] for i in range(p)])
    ridge = (damping + 1e-14) * diagonal.max(axis=0)
    for i in range(p):
        packed[ne.pair_index(i, i)] += ridge
    step = ne.solve(ne.cholesky(packed, p), gradient)
    return np.asarray(np.where(np.isfinite(step).all(axis=0), step, 0.0))


def nb_deviance(counts: FloatArray, mu: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Return the deviance of each gene: twice the log-likelihood that the means lack; shapes as in `fit_means`."""
    total = counts + 1.0 / dispersion
    # log((mu + size) / (count + size)) without the difference of two near numbers; -1 only where a count exceeds 1e15
    unit = xlogy(counts, counts / mu) + total * np.log1p(np.maximum((mu - counts) / total, _ALMOST_MINUS_ONE))
    return np.asarray(np.maximum(2.0 * unit.sum(axis=0), 0.0))
