"""What a study can find: the smallest change seen with given power, and the replicates that a change would need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from heatleaf.model import Contrast, DifferentialResult
from heatleaf.stats.evidence import LARGE_CHANGE, contrast_variance, p_cutoff
from heatleaf.stats.fit import CountsFit

FloatArray = NDArray[np.float64]

POWER = 0.8
MEAN_COUNTS = (10.0, 100.0, 1000.0)  # expression levels that are told
LARGEST, N_STEPS = 8.0, 161  # natural log units: no change is looked for beyond 3,000-fold
MAX_GENES = 1000  # genes that stand for all when shares are counted
NEIGHBOURS = 200  # genes around a mean whose median dispersion is typical there
FEW_CALLED = 10  # with fewer calls the p-value of the last one says little
EXPECTED_CHANGED = 0.1  # share of genes that change, assumed where the study itself does not tell
MORE_REPLICATES = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20)


@dataclass(frozen=True)
class Detectable:
    """At one expression level: mean of normalised counts, dispersion that is typical there, smallest fold change found
    with the power, samples per group that would find a 2-fold change (always at least 2)."""

    mean_count: float
    dispersion: float
    fold_change: float
    samples_for_twofold: int


@dataclass(frozen=True)
class Power:
    """What a comparison can find.

    samples_per_group : harmonic mean of the two sides. p_cutoff : p-value up to which a gene is called.
    is_assumed : whether that p-value rests on an assumed share of changed genes. levels : one per expression level.
    share_twofold : share of the genes above the filter in which a 2-fold change is found. shares : the same, by samples
    per group.
    """

    samples_per_group: float
    p_cutoff: float
    is_assumed: bool
    levels: tuple[Detectable, ...]
    share_twofold: float
    shares: tuple[tuple[int, float], ...]


def study_power(fit: CountsFit, result: DifferentialResult, mean_counts: Sequence[float] = MEAN_COUNTS) -> Power | None:
    """Return what a comparison can find, given the dispersions of its own fit.

    Parameters
    ----------
    fit : CountsFit
    result : DifferentialResult
        Of a comparison of groups.
    mean_counts : sequence of float
        Expression levels; those beyond the genes of the study are left out.

    Returns
    -------
    Power or None
        None for comparisons that name no groups, as for covariates.

    Notes
    -----
    A Wald test at p-value a finds a change d with power Phi(|d| / se(d) - z(1 - a/2)), se from the information of the
    negative binomial model with the design and the size factors of the study, X' W X, w = mu / (1 + dispersion mu)
    (for two groups of equal size that is Hart et al. 2013, J Comput Biol 20:970, eq. 1). The p-value is the largest
    that was called; with few calls the one that holds the false discovery rate if one gene in ten changes (Jung 2005,
    Bioinformatics 21:3097, eq. 2). More replicates of the same design divide the variance.
    """
    sides = (len(result.contrast.tested_samples), len(result.contrast.reference_samples))
    above = np.flatnonzero(np.isfinite(result.padj) & np.isfinite(fit.dispersion))
    if not all(sides) or not len(above):
        return None
    per_group = 2.0 / sum(1.0 / n for n in sides)
    called = int(result.is_significant.sum())
    cutoff = p_cutoff(result) if called >= FEW_CALLED else assumed_cutoff(result.alpha)
    sensitivity = float(ndtri(POWER) - ndtri(cutoff / 2.0))
    study = _Study(fit.design.model_matrix, fit.size_factors, result.contrast)
    within = [mean for mean in mean_counts if _quantile(fit, above, 0.01) <= mean <= _quantile(fit, above, 0.99)]
    levels = tuple(_detectable(study, fit, above, mean, (sensitivity, per_group)) for mean in within)
    shown = above[np.argsort(fit.base_mean[above], kind="stable")]
    shown = shown[np.linspace(0, len(shown) - 1, min(MAX_GENES, len(shown))).astype(np.intp)]
    needed = study.replicates_for(LARGE_CHANGE * np.log(2.0), fit.base_mean[shown], fit.dispersion[shown], sensitivity)
    shares = tuple((n, float(np.mean(needed * per_group <= n))) for n in MORE_REPLICATES)
    return Power(per_group, cutoff, called < FEW_CALLED, levels, float(np.mean(needed <= 1.0)), shares)


def assumed_cutoff(alpha: float, changed: float = EXPECTED_CHANGED) -> float:
    """Return the p-value that holds the false discovery rate `alpha` if a share of the genes changes (Jung 2005)."""
    return alpha * changed * POWER / ((1.0 - alpha) * (1.0 - changed))


def _quantile(fit: CountsFit, genes: NDArray[np.intp], share: float) -> float:
    return float(np.quantile(fit.base_mean[genes], share))


@dataclass(frozen=True, eq=False)
class _Study:
    """A design in which one comparison is changed by d and all else stays."""

    model_matrix: FloatArray
    size_factors: FloatArray
    contrast: Contrast

    def standard_error(self, change: FloatArray, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
        """Return the standard error of the contrast where it is `change`; natural log units, shape (n_genes,)."""
        vector = self.contrast.vector
        pattern = self.model_matrix @ (vector / (vector @ vector))
        relative = np.exp(change[:, None] * (pattern - pattern.mean()))
        relative /= relative.mean(axis=1, keepdims=True)  # the mean of normalised counts stays
        mu = mean[:, None] * relative * self.size_factors
        return np.sqrt(contrast_variance(self.model_matrix, mu / (1.0 + dispersion[:, None] * mu), vector))

    def power(self, change: FloatArray, mean: FloatArray, dispersion: FloatArray, cutoff: float) -> FloatArray:
        """Return the power at a p-value, shape (n_genes,)."""
        return np.asarray(ndtr(np.abs(change) / self.standard_error(change, mean, dispersion) + ndtri(cutoff / 2.0)))

    def smallest_change(self, mean: float, dispersion: float, sensitivity: float) -> float:
        """Return the least change that is `sensitivity` standard errors; natural log units, inf where there is none.

        Beyond it the reads of the lower side run out and the error grows again, so the first crossing is looked for, on
        finer and finer grids.
        """
        low, high = 0.0, LARGEST
        for _ in range(4):
            steps = np.linspace(low, high, N_STEPS)
            error = self.standard_error(steps, np.full(N_STEPS, mean), np.full(N_STEPS, dispersion))
            found = np.flatnonzero(steps > sensitivity * error)
            if not len(found):
                return float("inf")
            low, high = float(steps[max(found[0] - 1, 0)]), float(steps[found[0]])
        return high

    def replicates_for(self, change: float, mean: FloatArray, dispersion: FloatArray, sensitivity: float) -> FloatArray:
        """Return how many times the samples of this design find a change, shape (n_genes,)."""
        error = self.standard_error(np.full_like(mean, change), mean, dispersion)
        return np.asarray((sensitivity * error / change) ** 2)


def _detectable(
    study: _Study, fit: CountsFit, genes: NDArray[np.intp], mean: float, scale: tuple[float, float]
) -> Detectable:
    sensitivity, per_group = scale
    dispersion = typical_dispersion(fit, genes, mean)
    change = study.smallest_change(mean, dispersion, sensitivity)
    times = study.replicates_for(LARGE_CHANGE * np.log(2.0), np.array([mean]), np.array([dispersion]), sensitivity)
    needed = max(2, int(np.ceil(float(times[0]) * per_group - 1e-9)))
    return Detectable(mean, dispersion, float(np.exp(change)), needed)


def typical_dispersion(fit: CountsFit, genes: NDArray[np.intp], mean: float) -> float:
    """Return the median dispersion of the genes (positions) whose means of normalised counts are nearest to a mean."""
    distance = np.abs(np.log(fit.base_mean[genes]) - np.log(mean))
    nearest = np.argsort(distance, kind="stable")[:NEIGHBOURS]
    return float(np.median(fit.dispersion[genes[nearest]]))


def change_without(model_matrix: FloatArray, vector: FloatArray) -> FloatArray:
    """Return by how much losing each sample widens the standard error of a contrast, shape (n_samples,).

    0.15 is 15 %; inf where the comparison is lost with the sample. Equal noise in all samples is assumed.
    """
    whole = _unit_variance(model_matrix, vector)
    n_samples = len(model_matrix)
    without = [_unit_variance(model_matrix[np.arange(n_samples) != i], vector) for i in range(n_samples)]
    return np.sqrt(np.array(without) / whole) - 1.0


def _unit_variance(model_matrix: FloatArray, vector: FloatArray) -> float:
    """Return c' (X'X)^+ c, inf where the contrast cannot be estimated."""
    information = model_matrix.T @ model_matrix
    solution = np.linalg.lstsq(information, vector, rcond=1e-10)[0]
    if not np.allclose(information @ solution, vector, atol=1e-6 * np.abs(vector).max()):
        return float("inf")
    return float(vector @ solution)
