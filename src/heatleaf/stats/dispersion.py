"""Dispersions gene by gene: a start from moments, then the Cox-Reid adjusted profile likelihood, with or without prior.

The order of the steps, their tolerances and what is done when they fail follow Love, Huber & Anders 2014 and the
behaviour of its reference implementation; where the likelihood is flat the path decides the estimate, so it is kept.
Arrays are samples x genes here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.stats import normal_equations as ne
from heatleaf.stats.profile import HIGHEST_LOG, LOWEST_LOG, Panels
from heatleaf.stats.trend import MIN_DISPERSION

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MAX_ITERATIONS = 100
TOLERANCE = 1e-6  # of the log posterior
SUFFICIENT_INCREASE = 1e-4  # Armijo constant
STOP_BELOW_LOG = float(np.log(MIN_DISPERSION / 10))
GRID_POINTS = 20


@dataclass(frozen=True, eq=False)
class LogPrior:
    """Normal prior of log dispersion. mean : natural log, shape (n_genes,). variance : natural log squared."""

    mean: FloatArray
    variance: float


@dataclass(frozen=True, eq=False)
class Search:
    """The end of a line search. log_alpha, last, initial : float64 (log posterior); iterations : int; (n_genes,)."""

    log_alpha: FloatArray
    last: FloatArray
    initial: FloatArray
    iterations: NDArray[np.int64]


def starting_dispersion(
    norm_counts: FloatArray, fitted: FloatArray, n_coefficients: int, size_factors: FloatArray
) -> FloatArray:
    """Return the smaller of two moment estimates, within the bounds.

    One is from the residuals of a linear model, one from mean and variance over all samples.
    norm_counts, fitted : float64 arrays of shape (n_samples, n_genes), the latter by `linear_fit`.
    """
    n_samples = len(norm_counts)
    mu = np.maximum(fitted, 1.0)
    rough = np.sum(((norm_counts - mu) ** 2 - mu) / mu**2, axis=0) / (n_samples - n_coefficients)
    mean, variance = norm_counts.mean(axis=0), norm_counts.var(axis=0, ddof=1)
    moments = (variance - np.mean(1.0 / size_factors) * mean) / mean**2
    return within_bounds(np.minimum(np.maximum(rough, 0.0), moments), n_samples)


def linear_fit(norm_counts: FloatArray, model_matrix: FloatArray) -> FloatArray:
    """Return the fitted values of ordinary least squares, shape (n_samples, n_genes)."""
    orthogonal = np.linalg.qr(model_matrix)[0]
    return ne.product(orthogonal, ne.product(orthogonal.T, norm_counts))


def within_bounds(dispersion: FloatArray, n_samples: int) -> FloatArray:
    """Clip dispersions of any shape to 1e-8 .. max(10, n_samples)."""
    return np.clip(dispersion, MIN_DISPERSION, max(10.0, n_samples))


def estimate_gene_wise(panels: Panels, start: FloatArray) -> FloatArray:
    """Maximise the Cox-Reid adjusted profile likelihood of each gene from `start`; returns dispersions (n_genes,)."""
    n_samples = len(panels.profile.counts)
    search = search_log_alpha(panels, np.log(start))
    estimate = np.minimum(np.exp(search.log_alpha), max(10.0, n_samples))
    no_increase = search.last < search.initial + np.abs(search.initial) / 1e6
    estimate = np.where(no_increase, start, estimate)
    unsettled = (search.iterations >= MAX_ITERATIONS) | (search.iterations == 1)
    return within_bounds(_refit_on_grid(panels, estimate, unsettled & (estimate > 10 * MIN_DISPERSION)), n_samples)


def estimate_posterior(panels: Panels, gene_wise: FloatArray, prior: LogPrior) -> FloatArray:
    """Maximise the posterior of each gene, from its gene-wise estimate or from the trend where that is far below it.

    gene_wise and result : dispersions of shape (n_genes,). Love, Huber & Anders 2014, Methods (MAP estimates).
    """
    trend = np.exp(prior.mean)
    start = np.where(gene_wise > 0.1 * trend, gene_wise, trend)
    search = search_log_alpha(panels, np.log(start), prior)
    estimate = _refit_on_grid(panels, np.exp(search.log_alpha), search.iterations >= MAX_ITERATIONS, prior)
    return within_bounds(estimate, len(panels.profile.counts))


def search_log_alpha(panels: Panels, start: FloatArray, prior: LogPrior | None = None) -> Search:
    """Climb the log posterior along its gradient with backtracking (Armijo), all genes at once.

    start : natural log, shape (n_genes,).
    """
    active = np.arange(len(start))
    here = start.copy()
    lp, slope = _log_posterior(panels, active, here, prior)
    found, last, initial = start.copy(), lp.copy(), lp.copy()
    iterations = np.full(len(start), MAX_ITERATIONS)
    length, accepted = np.ones_like(here), np.zeros(len(here), dtype=np.int64)
    for iteration in range(1, MAX_ITERATIONS + 1):
        length = _shorten_to_range(here, slope, length)
        proposal = here + length * slope
        # a step out of the panel is lost already where the likelihood has fallen below the start at the panel's end
        inside = panels.last_inside(active, here, proposal)
        new, new_slope = _log_posterior(panels, active, inside, prior)
        beyond = np.flatnonzero((inside != proposal) & (new >= lp))
        if len(beyond):
            new[beyond], new_slope[beyond] = _log_posterior(panels, active[beyond], proposal[beyond], prior)
        climbs = new >= lp + length * SUFFICIENT_INCREASE * slope * slope
        settled = climbs & (new - lp < TOLERANCE)
        vanishing = climbs & ~settled & (proposal < STOP_BELOW_LOG)
        here, slope = np.where(climbs, proposal, here), np.where(climbs, new_slope, slope)
        lp = np.where(climbs & ~vanishing, new, lp)
        accepted += climbs
        shorter = ~climbs | (accepted % 5 == 0)
        length = np.where(climbs, np.minimum(length * 1.1, 1.0), length) * np.where(shorter, 0.5, 1.0)
        going = ~(settled | vanishing)
        if going.all():
            continue
        done = active[~going]
        found[done], last[done], iterations[done] = here[~going], lp[~going], iteration
        active, here, lp, slope = active[going], here[going], lp[going], slope[going]
        length, accepted = length[going], accepted[going]
        if not len(active):
            break
    found[active], last[active] = here, lp
    return Search(found, last, initial, iterations)


def _log_posterior(
    panels: Panels, genes: NDArray[np.intp], log_alpha: FloatArray, prior: LogPrior | None
) -> tuple[FloatArray, FloatArray]:
    """Return the log posterior of these genes and its derivative with respect to log dispersion."""
    value, slope = panels.log_likelihood(genes, log_alpha)
    if prior is not None:
        distance = log_alpha - prior.mean[genes]
        value -= distance * distance / (2.0 * prior.variance)
        slope -= distance / prior.variance
    return value, slope


def _shorten_to_range(here: FloatArray, slope: FloatArray, length: FloatArray) -> FloatArray:
    """Shorten steps that would leave the range in which the likelihood can be computed."""
    proposal = here + length * slope
    if proposal.min() >= LOWEST_LOG and proposal.max() <= HIGHEST_LOG:
        return length
    nonzero = np.where(slope == 0, 1.0, slope)
    length = np.where(proposal < LOWEST_LOG, (LOWEST_LOG - here) / nonzero, length)
    return np.where(proposal > HIGHEST_LOG, (HIGHEST_LOG - here) / nonzero, length)


def _refit_on_grid(panels: Panels, estimate: FloatArray, which: BoolArray, prior: LogPrior | None = None) -> FloatArray:
    """Replace estimates that did not settle by the best point of a coarse grid and then of a fine one."""
    if not which.any():
        return estimate
    genes = np.flatnonzero(which)
    coarse = np.linspace(np.log(MIN_DISPERSION), np.log(max(10.0, len(panels.profile.counts))), GRID_POINTS)
    best = _best_of(panels, genes, np.repeat(coarse[:, None], len(genes), axis=1), prior)
    spacing = coarse[1] - coarse[0]
    fine = np.clip(best + np.linspace(-spacing, spacing, GRID_POINTS)[:, None], LOWEST_LOG, HIGHEST_LOG)
    best = _best_of(panels, genes, fine, prior)
    result = estimate.copy()
    result[genes] = np.exp(best)
    return result


def _best_of(panels: Panels, genes: NDArray[np.intp], grid: FloatArray, prior: LogPrior | None) -> FloatArray:
    """Return for each gene the row of grid, shape (n_points, n_genes), with the highest log posterior."""
    posterior = np.array([_log_posterior(panels, genes, point, prior)[0] for point in grid])
    return np.asarray(grid[np.argmax(posterior, axis=0), np.arange(grid.shape[1])])
