"""Shrinkage of log fold changes with a Cauchy prior: noisy ones go to zero, large clear ones stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.stats import normal_equations as ne
from heatleaf.stats.chunks import DEFAULT_WORKERS, map_gene_chunks
from heatleaf.stats.fit import CountsFit
from heatleaf.stats.negative_binomial import log_density_of_mean

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

NUISANCE_SD = 15.0  # natural log: a normal prior so wide that it only keeps the other coefficients finite
MAX_SCALE = 1.0  # natural log
MIN_VARIANCE, MAX_VARIANCE = 1e-6, 400.0
MAX_ITERATIONS = 60
TOLERANCE = 1e-9  # expected gain of the log posterior, relative
LARGEST = 30.0
SAME_MODE = 0.01  # modes nearer than this share of the prior's scale are one


def shrink_contrast(fit: CountsFit, vector: FloatArray, *, n_workers: int = DEFAULT_WORKERS) -> FloatArray:
    """Return the posterior mode of the log2 fold change of a contrast, shape (n_genes,), NaN for genes without counts.

    Parameters
    ----------
    fit : CountsFit
    vector : float64 array of shape (n_coefficients,)
        The contrast. The model matrix is re-parametrised so that the contrast is its first coefficient.

    References
    ----------
    Zhu, Ibrahim & Love 2018: Cauchy prior on the contrast, its scale from the maximum likelihood estimates.
    """
    fitted = np.flatnonzero(np.isfinite(fit.coefficients).all(axis=1) & (fit.base_mean > 0))
    estimates = fit.coefficients[fitted] @ vector
    variances = np.einsum("i,gij,j->g", vector, fit.covariance[fitted], vector)
    scale = prior_scale(estimates, variances)
    basis = _basis_of(vector)
    problem = _Problem(fit.design.model_matrix @ basis, fit.size_factors, scale)
    start = np.asarray(np.linalg.solve(basis, fit.coefficients[fitted].T), dtype=np.float64)
    modes = approximate_modes(estimates, variances, scale)

    def work(part: slice) -> FloatArray:
        counts = np.ascontiguousarray(fit.counts[fitted[part]].T, dtype=np.float64)
        dispersion = fit.dispersion[fitted[part]]
        return problem.highest_mode(counts, dispersion, start[:, part], (modes[0][part], modes[1][part]))

    shrunken = np.full(len(fit.base_mean), np.nan)
    parts = map_gene_chunks(work, (fit.counts.shape[1], len(fitted)), n_workers)
    shrunken[fitted] = np.concatenate(parts) / np.log(2.0) if parts else 0.0
    return shrunken


def _basis_of(vector: FloatArray) -> FloatArray:
    """Return B with beta = B gamma, gamma_0 = vector @ beta, the other gammas being coefficients left as they are."""
    pivot = int(np.argmax(np.abs(vector)))
    kept = np.delete(np.eye(len(vector)), pivot, axis=0)
    return np.linalg.inv(np.vstack([vector, kept]))


def prior_scale(estimates: FloatArray, variances: FloatArray) -> float:
    """Return the scale of the Cauchy prior, natural log units, at most 1.

    The variance A of the true values solves sum w (b^2 - s^2 - A) = 0 with weights w = 1 / (2 (A + s^2)^2) (Zhu,
    Ibrahim & Love 2018, Methods, after Efron & Morris 1975); the scale is its root.

    estimates, variances : float64 arrays of shape (n_genes,), natural log and natural log squared.
    """
    usable = np.isfinite(estimates) & np.isfinite(variances) & (variances > 0)
    squares, noise = estimates[usable] ** 2, variances[usable]

    def excess(variance: float) -> float:
        weights = 1.0 / (variance + noise) ** 2
        return float(np.sum(weights * (squares - noise)) / np.sum(weights)) - variance

    low, high = np.log(MIN_VARIANCE), np.log(MAX_VARIANCE)
    if not len(squares) or excess(MIN_VARIANCE) <= 0:
        return float(np.sqrt(MIN_VARIANCE))
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(float(np.exp(middle))) > 0 else (low, middle)
    return min(float(np.exp(low / 2)), MAX_SCALE)


def approximate_modes(estimates: FloatArray, variances: FloatArray, scale: float) -> tuple[FloatArray, FloatArray]:
    """Return the modes of a normal likelihood times the Cauchy prior, one near zero and one near the estimate.

    estimates, variances and both results : float64 arrays of shape (n_genes,), natural log scale.
    A mode b solves (b - estimate) (scale^2 + b^2) + 2 variance b = 0. Newton steps from both ends find them; where
    there is one mode only both are it.
    """
    prior = scale**2

    def refine(b: FloatArray) -> FloatArray:
        for _ in range(30):
            value = (b - estimates) * (prior + b * b) + 2 * variances * b
            slope = (prior + b * b) + 2 * b * (b - estimates) + 2 * variances
            step = np.where(slope > 0, value / np.where(slope > 0, slope, 1.0), 0.0)
            b = np.clip(b - step, np.minimum(estimates, 0.0), np.maximum(estimates, 0.0))
        return b

    return refine(np.zeros_like(estimates)), refine(estimates.copy())


@dataclass(frozen=True, eq=False)
class _Problem:
    """A re-parametrised model: column 0 of model_matrix belongs to the contrast."""

    model_matrix: FloatArray
    size_factors: FloatArray
    scale: float

    def highest_mode(
        self, counts: FloatArray, dispersion: FloatArray, start: FloatArray, modes: tuple[FloatArray, FloatArray]
    ) -> FloatArray:
        """Return coefficient 0 at the highest mode, searched from both approximate ones where they differ."""
        low, high = modes
        first = start.copy()
        first[0] = low
        mode, value = self.posterior_mode(counts, dispersion, first)
        two = np.flatnonzero(np.abs(high - low) > SAME_MODE * self.scale)
        second = start[:, two]
        second[0] = high[two]
        other, other_value = self.posterior_mode(counts[:, two], dispersion[two], second)
        mode[two] = np.where(other_value > value[two], other, mode[two])
        return mode

    def posterior_mode(
        self, counts: FloatArray, dispersion: FloatArray, start: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return coefficient 0 at a posterior mode and the log posterior there, by damped Newton steps.

        counts : (n_samples, n_genes).
        """
        beta = np.clip(start, -LARGEST, LARGEST)
        active = np.arange(counts.shape[1])
        value = self._log_posterior(beta, counts, dispersion)
        for _ in range(MAX_ITERATIONS):
            y, alpha, here = counts[:, active], dispersion[active], beta[:, active]
            direction, expected = self._newton_direction(here, y, alpha)
            going = expected > TOLERANCE * (np.abs(value[active]) + 0.1)
            active = active[going]
            if not len(active):
                break
            part = (y[:, going], alpha[going])
            beta[:, active], value[active] = self._climb(here[:, going], direction[:, going], value[active], part)
        return np.asarray(beta[0]), value

    def _climb(
        self, here: FloatArray, direction: FloatArray, value: FloatArray, part: tuple[FloatArray, FloatArray]
    ) -> tuple[FloatArray, FloatArray]:
        """Step along the direction, halving the steps that lose."""
        counts, alpha = part
        proposal = np.clip(here + direction, -LARGEST, LARGEST)
        new = self._log_posterior(proposal, counts, alpha)
        length = 1.0
        losing = np.flatnonzero(~(new >= value))
        for _ in range(20):
            if not len(losing):
                break
            length /= 2
            proposal[:, losing] = here[:, losing] + length * direction[:, losing]
            new[losing] = self._log_posterior(proposal[:, losing], counts[:, losing], alpha[losing])
            losing = losing[~(new[losing] >= value[losing])]
        proposal[:, losing], new[losing] = here[:, losing], value[losing]
        return proposal, new

    def _mu(self, beta: FloatArray) -> FloatArray:
        return np.asarray(self.size_factors[:, None] * np.exp(np.clip(ne.product(self.model_matrix, beta), -300, 300)))

    def _log_posterior(self, beta: FloatArray, counts: FloatArray, dispersion: FloatArray) -> FloatArray:
        likelihood = log_density_of_mean(counts, self._mu(beta), dispersion)
        nuisance = np.sum(beta[1:] ** 2, axis=0) / (2 * NUISANCE_SD**2)
        return np.asarray(likelihood - nuisance - np.log1p((beta[0] / self.scale) ** 2))

    def _newton_direction(
        self, beta: FloatArray, counts: FloatArray, dispersion: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return the Newton direction and twice the gain expected from it.

        Where the prior is convex (beyond its scale) its curvature is replaced by 0, so that the direction climbs.
        """
        x, p = self.model_matrix, self.model_matrix.shape[1]
        mu = self._mu(beta)
        scaled = 1.0 + dispersion * mu
        gradient = ne.product(x.T, (counts - mu) / scaled)
        curvature = ne.product(ne.pair_products(x), mu * (1.0 + dispersion * counts) / scaled**2)
        width = self.scale**2 + beta[0] ** 2
        gradient[0] -= 2 * beta[0] / width
        gradient[1:] -= beta[1:] / NUISANCE_SD**2
        prior_curvature = 2 * (self.scale**2 - beta[0] ** 2) / width**2
        curvature[0] = self._positive(curvature[0], prior_curvature)
        for i in range(1, p):
            curvature[ne.pair_index(i, i)] += 1.0 / NUISANCE_SD**2
        direction = ne.solve(ne.cholesky(curvature, p), gradient)
        return direction, np.sum(gradient * direction, axis=0)

    @staticmethod
    def _positive(likelihood: FloatArray, prior: FloatArray) -> FloatArray:
        return likelihood + np.maximum(prior, 0.0)
