"""Enrichment scores by chance: their distribution on a grid of set sizes, and what it says of sets in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.enrich.random_sets import WeightedScores, weighted_scores
from heatleaf.enrich.running_sum import ROUNDING
from heatleaf.enrich.tilts import join_tilts, rank_bins, tilt_towards

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Ratio of neighbouring sizes; decision 006 has the error of reading sizes in between.
GRID_RATIO = 1.25
# Tilted random sets per level of scores, about one standard deviation apart.
N_TILTED = 300
# The highest point of a random running sum of k members is about this over sqrt(k) (a Brownian bridge: 0.63).
TYPICAL = 0.6


@dataclass(frozen=True, eq=False)
class Chance:
    """Scores against chance; arrays of shape (n_sets,).

    p_value : random sets of the size and sign that score as far out or further, as a share of those of the sign.
    error : standard error of the p-value as a share of it. mean : mean of random scores of the size and sign, positive.
    """

    p_value: FloatArray
    error: FloatArray
    mean: FloatArray


def compare_with_chance(
    scores: FloatArray, sizes: IntArray, weights: FloatArray, n_permutations: int, rng: np.random.Generator
) -> Chance:
    """Say how rare enrichment scores are among random sets of the same sizes.

    Parameters
    ----------
    scores, sizes : float64 and int64 arrays of shape (n_sets,)
        Enrichment scores with their signs, and numbers of genes, each below n_genes.
    weights : float64 array of shape (n_genes,)
        Weight of each rank.
    n_permutations : int
        Even random sets per size of the grid.
    rng : numpy Generator
        Source of randomness.

    Returns
    -------
    Chance

    Notes
    -----
    Random sets depend on the size only. For a given score log p is close to proportional to the size (large
    deviations), so between two sizes of the grid it is interpolated along the size, and the log of the mean along the
    log of the size. Sets of a size on the grid are compared with that size alone. A score that no random set reaches
    takes the p-value of the furthest random score, which is too large rather than too small, and never 0.

    Sizes of the grid share their even sets (a smaller set is part of a larger one), as in Korotkevich et al. 2021
    (fgsea, section "cumulative statistic"). O(sum of grid sizes x (n_permutations + levels x N_TILTED)).
    """
    grid = size_grid(sizes)
    below = np.clip(np.searchsorted(grid, sizes, side="right") - 1, 0, max(len(grid) - 2, 0))
    above = np.minimum(below + 1, len(grid) - 1)
    near = np.stack([below, above])
    part = _part_above(sizes.astype(np.float64), grid[below].astype(np.float64), grid[above].astype(np.float64))
    log_part = _part_above(np.log(sizes), np.log(grid[below]), np.log(grid[above]))
    curves = _curves(grid, _reaches(scores, near, part, len(grid)), weights, n_permutations, rng)
    read = np.stack([_read(curves, scores, i_size) for i_size in near])
    log_p, error, log_mean = read[0] + np.stack([part, part, log_part]) * (read[1] - read[0])
    return Chance(np.exp(log_p), error, np.exp(log_mean))


def _read(curves: Sequence[tuple[_Curve, _Curve]], scores: FloatArray, i_size: IntArray) -> FloatArray:
    """Read each score from the curve of a size and its sign; shape (3, n_sets)."""
    read = np.empty((3, len(scores)))
    for i, pair in enumerate(curves):
        for curve, is_side in zip(pair, (scores > 0, scores <= 0), strict=True):
            at = np.flatnonzero(is_side & (i_size == i))
            read[:, at] = curve.read(np.abs(scores[at]))
    return read


def size_grid(sizes: IntArray) -> IntArray:
    """Return the sizes for which random sets are drawn: all that occur if they are few, else a geometric row."""
    occurring = np.unique(sizes)
    smallest, largest = int(occurring[0]), int(occurring[-1])
    n_sizes = int(np.ceil(np.log(largest / smallest) / np.log(GRID_RATIO))) + 1
    if len(occurring) <= n_sizes:
        return occurring
    return np.unique(np.rint(np.geomspace(smallest, largest, n_sizes)).astype(np.int64))


def _part_above(value: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Place of values between a low and a high one, 0-1; 0 where both are one."""
    part: FloatArray = (value - low) / np.where(high > low, high - low, 1.0)
    return part


def _reaches(scores: FloatArray, near: IntArray, part: FloatArray, n_sizes: int) -> FloatArray:
    """Furthest score that is to be read from each size: shape (n_sizes, 2), highest and lowest; 0 for none."""
    reaches = np.zeros((n_sizes, 2))
    is_read = np.stack([part < 1, part > 0])
    for i_near in range(2):
        at, of = near[i_near][is_read[i_near]], scores[is_read[i_near]]
        np.maximum.at(reaches[:, 0], at, of)
        np.minimum.at(reaches[:, 1], at, of)
    return reaches


@dataclass(frozen=True, eq=False)
class _Curve:
    """Random scores of one size and sign: sizes of scores, falling, and log p and its relative error at each."""

    scores: FloatArray
    log_p: FloatArray
    error: FloatArray
    log_mean: float

    def read(self, scores: FloatArray) -> FloatArray:
        """Return log p, relative error and log mean for sizes of scores; shape (3, n_scores)."""
        if not len(self.scores):  # no random score has this sign, so nothing can be said
            return np.tile([[0.0], [1.0], [np.nan]], len(scores))
        n_reached = np.searchsorted(-self.scores, ROUNDING - scores, side="right")
        at = np.maximum(n_reached, 1) - 1
        return np.stack([self.log_p[at], self.error[at], np.full(len(scores), self.log_mean)])


def _curves(
    grid: IntArray, reaches: FloatArray, weights: FloatArray, n_permutations: int, rng: np.random.Generator
) -> list[tuple[_Curve, _Curve]]:
    """Draw random sets for each size of the grid; return what is known of positive and of negative scores."""
    bins = rank_bins(weights)
    largest = int(grid[-1])
    drawn: NDArray[np.int32] = np.empty((n_permutations, largest), dtype=np.int32)
    for row in drawn:
        row[:] = rng.choice(len(weights), largest, replace=False)
    curves = []
    for size, reach in zip(grid.tolist(), reaches, strict=True):
        ranks = np.sort(drawn[:, :size], axis=1)
        typical = TYPICAL / np.sqrt(size)
        sides = [tilt_towards(bins, size, float(end), typical, N_TILTED) for end in reach if end]
        found = weighted_scores(ranks, join_tilts(sides, bins), bins, weights, rng)
        curves.append((_curve(found, 1), _curve(found, -1)))
    return curves


def _curve(found: WeightedScores, sign: int) -> _Curve:
    """Sum up the weights from the furthest score of a sign on."""
    is_side = found.scores > 0 if sign > 0 else found.scores <= 0
    size, weight = np.abs(found.scores[is_side]), found.weights[is_side]
    if not len(size):
        return _Curve(size, size, size, np.nan)
    order = np.argsort(-size, kind="stable")
    size, weight = size[order], weight[order]
    reached = np.cumsum(weight)
    # the variance of a sum of weights over all sets, of which those that do not reach the score add 0
    variance = np.cumsum(weight**2) - reached**2 / len(found.weights)
    error = np.sqrt(np.maximum(variance, 0.0)) / reached
    return _Curve(size, np.log(reached / reached[-1]), error, float(np.log(size @ weight / reached[-1])))
