"""Negative binomial regression of each gene on the model matrix, log link, size factors as offset.

Iteratively re-weighted least squares with a hair of ridge, and a damped Newton search where that does not settle.
Coefficients are natural logarithms here; arrays are samples x genes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from heatleaf.stats import normal_equations as ne
from heatleaf.stats.negative_binomial import log_density_of_mean

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

LOWEST_MU = 0.5  # the reference's `minmu`: keeps the weights of groups without counts away from zero
LOG_LOWEST_MU = float(np.log(LOWEST_MU))
RIDGE = 1e-6 / np.log(2) ** 2  # 1e-6 on the log2 scale, so that groups without counts have finite coefficients
MAX_ITERATIONS = 100
TOLERANCE = 1e-8  # relative change of the deviance
LARGEST_COEFFICIENT = 30.0  # beyond it least squares is given up
BOX = 30.0 * float(np.log(2.0))  # bounds of the search that follows: 30 on the log2 scale
ORDINARY_COUNT = 1e8  # genes with larger normalised counts get wider bounds, so that counts up to 2^53 fit (N7)
NEWTON_ITERATIONS = 100


@dataclass(frozen=True, eq=False)
class GlmFit:
    """Coefficients of some genes.

    coefficients : natural log, shape (n_coefficients, n_genes). covariance : packed, shape (n_pairs, n_genes).
    mu : fitted means, hat : leverages, both (n_samples, n_genes). converged : bool, (n_genes,).
    """

    coefficients: FloatArray
    covariance: FloatArray
    mu: FloatArray
    hat: FloatArray
    converged: BoolArray


def fit_glm(counts: FloatArray, model_matrix: FloatArray, size_factors: FloatArray, dispersion: FloatArray) -> GlmFit:
    """Fit the coefficients of each gene.

    Parameters
    ----------
    counts : float64 array of shape (n_samples, n_genes)
    model_matrix : float64 array of shape (n_samples, n_coefficients)
    size_factors : float64 array of shape (n_samples,)
    dispersion : float64 array of shape (n_genes,)

    References
    ----------
    Love, Huber & Anders 2014, Methods, "Fitting the GLM"; covariance by their sandwich for the ridge.
    """
    coefficients, converged = _reweighted_least_squares(counts, model_matrix, size_factors, dispersion)
    if not converged.all():
        rest = ~converged
        start = _start(counts[:, rest], model_matrix, size_factors)
        coefficients[:, rest], converged[rest] = _damped_newton(
            counts[:, rest], model_matrix, size_factors, dispersion[rest], start
        )
    mu = means(coefficients, model_matrix, size_factors)
    covariance, hat = _covariance(mu, model_matrix, dispersion)
    return GlmFit(coefficients, covariance, mu, hat, converged & np.isfinite(covariance).all(axis=0))


def _start(counts: FloatArray, model_matrix: FloatArray, size_factors: FloatArray) -> FloatArray:
    """Return the least-squares coefficients of log(normalised counts + 0.1)."""
    return ne.product(np.linalg.pinv(model_matrix).astype(np.float64), np.log(counts / size_factors[:, None] + 0.1))


def _extra_room(counts: FloatArray, size_factors: FloatArray) -> FloatArray:
    """Return by how much the bounds of a gene's coefficients are widened for its large counts, natural log."""
    largest = (counts / size_factors[:, None]).max(axis=0)
    return np.asarray(np.log(np.maximum(largest / ORDINARY_COUNT, 1.0)))


def means(coefficients: FloatArray, model_matrix: FloatArray, size_factors: FloatArray) -> FloatArray:
    """Return size factor x exp(model matrix @ coefficients), shape (n_samples, n_genes)."""
    values = ne.product(model_matrix, coefficients)
    np.exp(values, out=values)
    values *= size_factors[:, None]
    return values


def _reweighted_least_squares(
    counts: FloatArray, model_matrix: FloatArray, size_factors: FloatArray, dispersion: FloatArray
) -> tuple[FloatArray, BoolArray]:
    result = beta = _start(counts, model_matrix, size_factors)
    converged = np.zeros(counts.shape[1], dtype=bool)
    constant = _rough_constant(counts, dispersion)
    bound = LARGEST_COEFFICIENT + _extra_room(counts, size_factors)
    deviance = np.full(counts.shape[1], np.nan)
    offset = np.log(size_factors)[:, None]
    active, y, alpha = np.arange(counts.shape[1]), counts, dispersion
    for iteration in range(MAX_ITERATIONS):
        mu, response = _means_and_logs(ne.product(model_matrix, np.clip(beta, -700, 700)), offset)
        scaled = alpha * mu
        if iteration:
            new = -2.0 * (constant + _density_of_scaled(y, scaled, alpha))
            lost = ~(np.abs(beta) <= bound).all(axis=0) | np.isnan(new)
            small = np.abs(new - deviance) / (np.abs(new) + 0.1) < TOLERANCE
            settled = small & ~lost & (iteration > 1)
            converged[active] = settled
            deviance = new
            going = ~(settled | lost)
            if not going.all():
                active, alpha, constant, bound = active[going], alpha[going], constant[going], bound[going]
                deviance, y, mu = deviance[going], y[:, going], mu[:, going]
                response, scaled = response[:, going], scaled[:, going]
            if not len(active):
                break
        beta = _ridge_solution(y, mu, scaled, response, model_matrix)
        result[:, active] = beta
    return result, converged


def _means_and_logs(linear: FloatArray, offset: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the means of a linear predictor, at least 0.5, and their logarithms without the offset."""
    linear += offset
    np.maximum(linear, LOG_LOWEST_MU, out=linear)
    mu = np.exp(linear)
    linear -= offset
    return mu, linear


def _density_of_scaled(counts: FloatArray, scaled: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Return `log_density_of_mean` from dispersion x mean."""
    total = np.log1p(scaled).sum(axis=0) / dispersion
    inverse = 1.0 / scaled
    np.log1p(inverse, out=inverse)
    inverse *= counts
    return np.asarray(-inverse.sum(axis=0) - total)


def _rough_constant(counts: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Return the part of the log-likelihood without mu to 1e-3 per sample: it only scales a relative change."""
    size = 1.0 / dispersion
    shifted = counts + size
    total = _rough_log_gamma(shifted + 1.0) - np.log(shifted) - _rough_log_gamma(counts + 1.0)
    return np.asarray(total.sum(axis=0) - len(counts) * gammaln(size))


def _rough_log_gamma(z: FloatArray) -> FloatArray:
    """Return log G(z) by two terms of Stirling's series with a correction, for z >= 1 to 5e-4."""
    value = np.log(z)
    value *= z - 0.5
    value -= z
    value += 0.5 * np.log(2.0 * np.pi)
    value += 1.0 / (12.0 * z + 0.4 / z)
    return value


def _ridge_solution(
    counts: FloatArray, mu: FloatArray, scaled: FloatArray, logs: FloatArray, model_matrix: FloatArray
) -> FloatArray:
    """Return the coefficients of the next step; `mu`, `scaled` = dispersion x mu and `logs` are used up.

    Weights mu / (1 + dispersion mu), response log(mu / size factor) + (y - mu) / mu.
    """
    p = model_matrix.shape[1]
    logs += counts / mu
    logs -= 1.0
    scaled += 1.0
    weights = np.divide(mu, scaled, out=mu)
    factor = ne.cholesky(_with_ridge(ne.product(ne.pair_products(model_matrix), weights), p), p)
    weights *= logs
    return ne.solve(factor, ne.product(model_matrix.T, weights))


def _with_ridge(packed: FloatArray, n_coefficients: int) -> FloatArray:
    for i in range(n_coefficients):
        packed[ne.pair_index(i, i)] += RIDGE
    return packed


def _covariance(mu: FloatArray, model_matrix: FloatArray, dispersion: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the packed covariance A^-1 (A - ridge) A^-1, A = X'WX + ridge, and the leverages."""
    p = model_matrix.shape[1]
    pairs = ne.pair_products(model_matrix)
    clamped = np.maximum(mu, LOWEST_MU)
    weights = clamped / (1.0 + dispersion * clamped)
    inverse = ne.invert(ne.cholesky(_with_ridge(ne.product(pairs, weights), p), p), p)
    covariance = inverse.copy()
    for i in range(p):
        for j in range(i + 1):
            products = sum(inverse[ne.pair_index(i, k)] * inverse[ne.pair_index(k, j)] for k in range(p))
            covariance[ne.pair_index(i, j)] -= RIDGE * products
    hat = ne.product(pairs.T * ne.pair_multiplicity(p), inverse)
    hat *= weights
    return covariance, hat


def _damped_newton(
    counts: FloatArray,
    model_matrix: FloatArray,
    size_factors: FloatArray,
    dispersion: FloatArray,
    start: FloatArray,
) -> tuple[FloatArray, BoolArray]:
    """Maximise the ridge-penalised likelihood, which is concave in the coefficients, halving steps that lose."""
    p = model_matrix.shape[1]
    pairs = ne.pair_products(model_matrix)
    box = BOX + _extra_room(counts, size_factors)

    def objective(beta: FloatArray) -> FloatArray:
        mu = means(np.clip(beta, -box, box), model_matrix, size_factors)
        penalty = 0.5 * RIDGE * np.sum(beta**2, axis=0)
        return np.asarray(log_density_of_mean(counts, np.maximum(mu, 1e-200), dispersion) - penalty)

    beta = np.clip(start, -box, box)
    value = objective(beta)
    converged = np.zeros(counts.shape[1], dtype=bool)
    for _ in range(NEWTON_ITERATIONS):
        mu = np.maximum(means(beta, model_matrix, size_factors), 1e-200)
        scaled = 1.0 + dispersion * mu
        gradient = ne.product(model_matrix.T, (counts - mu) / scaled) - RIDGE * beta
        curvature = mu * (1.0 + dispersion * counts) / scaled**2
        packed = _with_ridge(ne.product(pairs, curvature), p)
        for i in range(p):  # a coefficient at a bound that wants to leave the box stays there
            held = (np.abs(beta[i]) >= box) & (gradient[i] * beta[i] > 0)
            packed[ne.pair_index(i, i)][held] = 1e300
            gradient[i][held] = 0.0
        direction = ne.solve(ne.cholesky(packed, p), gradient)
        expected = np.sum(gradient * direction, axis=0)
        converged |= expected < 1e-10 * (np.abs(value) + 0.1)
        length = np.where(converged, 0.0, 1.0)
        for _ in range(30):
            proposal = np.clip(beta + length * direction, -box, box)
            new = objective(proposal)
            losing = ~(new >= value)
            if not losing.any():
                break
            length = np.where(losing, length / 2, length)
        keep = new >= value
        beta, value = np.where(keep, proposal, beta), np.where(keep, new, value)
        if converged.all():
            break
    return beta, converged
