"""Densities from which sets that score high, or low, are drawn: the ranks cut into bins, and how to favour some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# Edges move away from both ends with the square, fine where scores are decided; no bin is so small that it overflows.
N_BINS = 40
SMALLEST_BIN = 8
# A bin is not favoured beyond this share of its genes, or most sets would ask for more genes than it has.
FULLEST = 0.5
# The last level reached lies 20 standard deviations out (p about 1e-90): further out nobody asks how rare.
MAX_LEVELS = 20
# A density is a fixed point; as any density gives unbiased estimates, near it is near enough. Full steps overshoot
# where scores are high: a favoured end makes the total large, which takes the favour away again.
N_STEPS = 6
STEP_SHARE = 0.3


@dataclass(frozen=True, eq=False)
class Bins:
    """Consecutive ranks from the top: first rank, number of ranks and mean weight of each bin, shape (n_bins,)."""

    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    weights: FloatArray

    @property
    def shares(self) -> FloatArray:
        """Share of all genes in each bin."""
        shares: FloatArray = self.sizes / self.sizes.sum()
        return shares


@dataclass(frozen=True, eq=False)
class Tilts:
    """Densities over bins, float64 of shape (n_tilts, n_bins), and how many sets to draw from each, (n_tilts,)."""

    densities: FloatArray
    n_draws: NDArray[np.int64]


def rank_bins(weights: FloatArray) -> Bins:
    """Cut the ranks into bins; weights is a float64 array of shape (n_genes,)."""
    n_genes = len(weights)
    steps = np.arange(N_BINS // 2 + 1)
    from_end = np.maximum(n_genes / 2 * (2 * steps / N_BINS) ** 2, SMALLEST_BIN * steps).astype(np.int64)
    from_end = from_end[from_end <= n_genes // 2]
    edges = np.unique(np.concatenate([from_end, n_genes - from_end]))
    return Bins(edges[:-1], np.diff(edges), np.add.reduceat(weights, edges[:-1]) / np.diff(edges))


def tilt_towards(bins: Bins, set_size: int, reach: float, typical: float, n_draws: int) -> Tilts:
    """Find densities under which sets of a size score further and further out, until they score `reach`.

    Parameters
    ----------
    bins : Bins
        The ranks.
    set_size : int
        Genes in a set, fewer than there are genes.
    reach : float
        Furthest score to be seen, with its sign.
    typical : float
        Mean size of random scores of that sign; levels lie about one standard deviation apart.
    n_draws : int
        Sets per level.

    Returns
    -------
    Tilts
        For each level one density for each place in the ranking where the running sum may peak; a level's sets are
        shared out by how likely it is that such a score peaks there.

    Notes
    -----
    Exponential tilting (Bucklew 2004, Introduction to Rare Event Simulation, ch. 5): of all densities q under which
    the mean running sum has some height at a place, the one nearest to even (least sum q log(q / even)) is
    proportional to even * exp(slope * d height / d q). The derivative depends on q: a fixed point, found by steps.
    """
    if len(bins.sizes) == 1:  # so few genes that even draws are all there is to see
        return join_tilts([], bins)
    # running sums are taken to peak at every second edge: sets drawn for one serve its neighbours
    is_before = np.tri(len(bins.sizes) - 1, len(bins.sizes), dtype=np.float64)[::2]
    density = np.broadcast_to(bins.shares, is_before.shape)
    densities, n_drawn = [], []
    for level in range(1, MAX_LEVELS + 1):
        slope = level / typical * np.sign(reach)
        for _ in range(N_STEPS):
            density = _tilt(density, bins, is_before, set_size, slope)
        heights = _heights(density, bins, is_before, set_size)
        likely = slope * heights - set_size * (density * np.log(density / bins.shares)).sum(axis=1)
        densities.append(density)
        n_drawn.append(_share_out(np.exp(likely - likely.max()), n_draws))
        if abs(heights[np.argmax(likely)]) >= abs(reach):
            break
    counts = np.concatenate(n_drawn)
    return Tilts(np.concatenate(densities)[counts > 0], counts[counts > 0])


def join_tilts(tilts: Sequence[Tilts], bins: Bins) -> Tilts:
    """Put densities together; none at all are an empty table."""
    densities = [np.empty((0, len(bins.sizes))), *(tilt.densities for tilt in tilts)]
    n_draws = [np.empty(0, dtype=np.int64), *(tilt.n_draws for tilt in tilts)]
    return Tilts(np.concatenate(densities), np.concatenate(n_draws))


def _heights(density: FloatArray, bins: Bins, is_before: FloatArray, set_size: int) -> FloatArray:
    """Height of the mean running sum at the place of each density."""
    hits = density * bins.weights
    misses = (is_before * (bins.sizes - set_size * density)).sum(axis=1) / (bins.sizes.sum() - set_size)
    heights: FloatArray = (hits * is_before).sum(axis=1) / hits.sum(axis=1) - misses
    return heights


def _tilt(density: FloatArray, bins: Bins, is_before: FloatArray, set_size: int, slope: float) -> FloatArray:
    """Take one step towards the density under which the running sum is high (slope > 0) or low at each place."""
    hits = density * bins.weights
    total = hits.sum(axis=1, keepdims=True)
    share_before = (hits * is_before).sum(axis=1, keepdims=True) / total
    gain = bins.weights * (is_before - share_before) / (set_size * total)
    gain += is_before / (bins.sizes.sum() - set_size)
    power = slope * gain
    tilted = bins.shares * np.exp(np.maximum(power - power.max(axis=1, keepdims=True), -50.0))
    tilted /= tilted.sum(axis=1, keepdims=True)
    capped = np.minimum(tilted, np.maximum(FULLEST * bins.sizes / set_size, bins.shares))
    nearer: FloatArray = density ** (1 - STEP_SHARE) * capped**STEP_SHARE
    nearer /= nearer.sum(axis=1, keepdims=True)
    return nearer


def _share_out(parts: FloatArray, n_draws: int) -> NDArray[np.int64]:
    """Share out draws in proportion to parts, evenly spaced along their sum."""
    ends = np.cumsum(parts)
    at = np.searchsorted(ends, (np.arange(n_draws) + 0.5) / n_draws * ends[-1])
    return np.bincount(at, minlength=len(parts))
