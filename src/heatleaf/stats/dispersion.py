"""Dispersions gene by gene: a start from moments, then the Cox-Reid adjusted profile likelihood, with or without prior.

The order of the steps, their tolerances and what is done when they fail follow Love, Huber & Anders 2014 and the
behaviour of its reference implementation; where the likelihood is flat the path decides the estimate, so it is kept.
Arrays are samples x genes here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, psi

from heatleaf.stats import normal_equations as ne
from heatleaf.stats.trend import MIN_DISPERSION

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MAX_ITERATIONS = 100
TOLERANCE = 1e-6  # of the log posterior
SUFFICIENT_INCREASE = 1e-4  # Armijo constant
LOWEST_LOG, HIGHEST_LOG = -30.0, 10.0
STOP_BELOW_LOG = float(np.log(MIN_DISPERSION / 10))
GRID_POINTS = 20


@dataclass(frozen=True, eq=False)
class Profile:
    """What the profile likelihood of the dispersion needs, for some genes.

    counts, mu : float64 arrays of shape (n_samples, n_genes). pairs : packed products of the model matrix's columns.
    prior_mean : natural log, shape (n_genes,), or None for no prior. prior_variance : natural log squared.
    """

    counts: FloatArray
    mu: FloatArray
    pairs: FloatArray
    n_coefficients: int
    prior_mean: FloatArray | None = None
    prior_variance: float = 1.0

    def take(self, genes: NDArray[np.intp] | BoolArray) -> Profile:
        """Return the profile of some of the genes."""
        prior = None if self.prior_mean is None else self.prior_mean[genes]
        counts, mu = self.counts[:, genes], self.mu[:, genes]
        return Profile(counts, mu, self.pairs, self.n_coefficients, prior, self.prior_variance)

    def log_posterior(self, log_alpha: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the log posterior per gene and its derivative with respect to log alpha."""
        alpha = np.exp(log_alpha)
        size = 1.0 / alpha
        value, slope = self._likelihood(size)
        weights = 1.0 / (1.0 / self.mu + alpha)
        factor = ne.cholesky(self.pairs @ weights, self.n_coefficients)
        value -= 0.5 * ne.log_determinant(factor, self.n_coefficients)
        change = self.pairs @ (weights * weights)
        inverse = ne.invert(factor, self.n_coefficients)
        slope += 0.5 * alpha * (ne.pair_multiplicity(self.n_coefficients) @ (inverse * change))
        if self.prior_mean is not None:
            distance = log_alpha - self.prior_mean
            value -= 0.5 * distance * distance / self.prior_variance
            slope -= distance / self.prior_variance
        return value, slope

    def _likelihood(self, size: FloatArray) -> tuple[FloatArray, FloatArray]:
        counts, mu = self.counts, self.mu
        total = mu + size
        shifted = counts + size
        ratio = mu / size
        log_ratio = np.log1p(ratio)
        value = np.sum(gammaln(shifted) - counts * np.log(total) - size * log_ratio, axis=0)
        value -= len(counts) * gammaln(size)
        slope = np.sum(log_ratio - psi(shifted) + (counts - mu) / total, axis=0) + len(counts) * psi(size)
        return value, slope * size


@dataclass(frozen=True, eq=False)
class Search:
    """The end of a line search. log_alpha, last, initial : float64 (log posterior); iterations : int; (n_genes,)."""

    log_alpha: FloatArray
    last: FloatArray
    initial: FloatArray
    iterations: NDArray[np.int64]


def starting_dispersion(norm_counts: FloatArray, model_matrix: FloatArray, size_factors: FloatArray) -> FloatArray:
    """Return the smaller of two moment estimates, within the bounds.

    One is from the residuals of a linear model, one from mean and variance over all samples.
    norm_counts : float64 array of shape (n_samples, n_genes).
    """
    n_samples, n_coefficients = model_matrix.shape
    mu = np.maximum(linear_fit(norm_counts, model_matrix), 1.0)
    rough = np.sum(((norm_counts - mu) ** 2 - mu) / mu**2, axis=0) / (n_samples - n_coefficients)
    mean, variance = norm_counts.mean(axis=0), norm_counts.var(axis=0, ddof=1)
    moments = (variance - np.mean(1.0 / size_factors) * mean) / mean**2
    return within_bounds(np.minimum(np.maximum(rough, 0.0), moments), n_samples)


def linear_fit(norm_counts: FloatArray, model_matrix: FloatArray) -> FloatArray:
    """Return the fitted values of ordinary least squares, shape (n_samples, n_genes)."""
    orthogonal = np.linalg.qr(model_matrix)[0]
    return np.asarray(orthogonal @ (orthogonal.T @ norm_counts))


def within_bounds(dispersion: FloatArray, n_samples: int) -> FloatArray:
    """Clip dispersions to 1e-8 .. max(10, n_samples)."""
    return np.clip(dispersion, MIN_DISPERSION, max(10.0, n_samples))


def estimate_gene_wise(profile: Profile, start: FloatArray) -> FloatArray:
    """Maximise the Cox-Reid adjusted profile likelihood of each gene from `start`; returns dispersions (n_genes,)."""
    n_samples = len(profile.counts)
    search = search_log_alpha(profile, np.log(start))
    estimate = np.minimum(np.exp(search.log_alpha), max(10.0, n_samples))
    no_increase = search.last < search.initial + np.abs(search.initial) / 1e6
    estimate = np.where(no_increase, start, estimate)
    unsettled = (search.iterations >= MAX_ITERATIONS) | (search.iterations == 1)
    return within_bounds(_refit_on_grid(profile, estimate, unsettled & (estimate > 10 * MIN_DISPERSION)), n_samples)


def estimate_posterior(profile: Profile, gene_wise: FloatArray) -> FloatArray:
    """Maximise the posterior of each gene, from its gene-wise estimate or from the trend where that is far below it."""
    if profile.prior_mean is None:
        raise ValueError("the posterior needs a prior mean")
    trend = np.exp(profile.prior_mean)
    start = np.where(gene_wise > 0.1 * trend, gene_wise, trend)
    search = search_log_alpha(profile, np.log(start))
    estimate = _refit_on_grid(profile, np.exp(search.log_alpha), search.iterations >= MAX_ITERATIONS)
    return within_bounds(estimate, len(profile.counts))


def search_log_alpha(profile: Profile, start: FloatArray) -> Search:
    """Climb the log posterior along its gradient with backtracking (Armijo), all genes at once.

    start : natural log, shape (n_genes,).
    """
    a = start.copy()
    lp, slope = profile.log_posterior(a)
    initial = lp.copy()
    step = np.ones_like(a)
    iterations = np.zeros(len(a), dtype=np.int64)
    accepted = np.zeros(len(a), dtype=np.int64)
    active, part = np.arange(len(a)), profile
    for _ in range(MAX_ITERATIONS):
        iterations[active] += 1
        here, up, length = a[active], slope[active], step[active]
        length = _shorten_to_range(here, up, length)
        proposal = here + length * up
        new, new_slope = part.log_posterior(proposal)
        climbs = new >= lp[active] + length * SUFFICIENT_INCREASE * up * up
        winners = active[climbs]
        change = new[climbs] - lp[winners]
        a[winners] = proposal[climbs]
        settled = change < TOLERANCE
        vanishing = ~settled & (proposal[climbs] < STOP_BELOW_LOG)
        lp[winners] = np.where(vanishing, lp[winners], new[climbs])
        slope[winners] = new_slope[climbs]
        accepted[winners] += 1
        longer = np.minimum(length * 1.1, 1.0)
        longer[climbs] = np.where(accepted[winners] % 5 == 0, longer[climbs] / 2, longer[climbs])
        step[active] = np.where(climbs, longer, length / 2)
        finished = np.zeros(len(active), dtype=bool)
        finished[climbs] = settled | vanishing
        if finished.any():
            active, part = active[~finished], part.take(~finished)
        if not len(active):
            break
    return Search(a, lp, initial, iterations)


def _shorten_to_range(here: FloatArray, slope: FloatArray, length: FloatArray) -> FloatArray:
    """Shorten steps that would leave the range in which the likelihood can be computed."""
    proposal = here + length * slope
    nonzero = np.where(slope == 0, 1.0, slope)
    length = np.where(proposal < LOWEST_LOG, (LOWEST_LOG - here) / nonzero, length)
    return np.where(proposal > HIGHEST_LOG, (HIGHEST_LOG - here) / nonzero, length)


def _refit_on_grid(profile: Profile, estimate: FloatArray, which: BoolArray) -> FloatArray:
    """Replace estimates that did not settle by the best point of a coarse grid and then of a fine one."""
    if not which.any():
        return estimate
    part = profile.take(which)
    coarse = np.linspace(np.log(MIN_DISPERSION), np.log(max(10.0, len(profile.counts))), GRID_POINTS)
    best = _best_of(part, np.repeat(coarse[:, None], int(which.sum()), axis=1))
    spacing = coarse[1] - coarse[0]
    best = _best_of(part, best + np.linspace(-spacing, spacing, GRID_POINTS)[:, None])
    result = estimate.copy()
    result[which] = np.exp(best)
    return result


def _best_of(profile: Profile, grid: FloatArray) -> FloatArray:
    """Return for each gene the row of grid, shape (n_points, n_genes), with the highest log posterior."""
    posterior = np.array([profile.log_posterior(point)[0] for point in grid])
    return np.asarray(grid[np.argmax(posterior, axis=0), np.arange(grid.shape[1])])
