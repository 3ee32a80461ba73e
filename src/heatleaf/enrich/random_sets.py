"""Random sets of one size with weights: even ones, and tilted ones that show how rare far scores are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from heatleaf.enrich.running_sum import set_scores
from heatleaf.enrich.tilts import Bins, Tilts

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
RankArray = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class WeightedScores:
    """Enrichment scores of random sets, and how many even random sets each stands for; shape (n_sets,)."""

    scores: FloatArray
    weights: FloatArray


def weighted_scores(
    even_ranks: RankArray, tilts: Tilts, bins: Bins, weights: FloatArray, rng: np.random.Generator
) -> WeightedScores:
    """Draw tilted sets, score them together with even ones, and weigh all as one sample of random sets.

    Parameters
    ----------
    even_ranks : int32 array of shape (n_even, set_size)
        Ranks of even random sets, rising in each row.
    tilts : Tilts
        Densities over bins and how many sets to draw from each; there may be none.
    bins, weights : Bins, float64 array of shape (n_genes,)
        The ranks, and the weight of each.
    rng : numpy Generator
        Source of randomness.

    Notes
    -----
    Sums of weights estimate numbers of even random sets without bias (balance heuristic for a deterministic mixture:
    Veach & Guibas 1995; Owen & Zhou 2000, J. Am. Stat. Assoc. 95, 135). A set with n_b members in bin b of N_b ranks
    is prod_b q_b^n_b / [N_b]_n_b * [N]_k times as likely under the density q as under even draws, with
    [N]_k = N (N - 1) ... (N - k + 1). Even sets are in the mixture, so no weight exceeds the number of sets drawn
    over the number of even ones. Draws that ask for more genes than a bin has weigh nothing.
    """
    n_even, set_size = even_ranks.shape
    counts = _count_by_bin(even_ranks, bins)
    ranks = even_ranks
    if len(tilts.n_draws):
        drawn, drawn_counts = _draw(bins, np.repeat(tilts.densities, tilts.n_draws, axis=0), set_size, rng)
        ranks, counts = np.concatenate([ranks, drawn]), np.concatenate([counts, drawn_counts])
    scores = set_scores(ranks.astype(np.float64), weights[ranks], len(weights))
    log_odds = counts @ np.log(tilts.densities).T + _log_even(counts, bins, set_size)[:, np.newaxis]
    # where exp would overflow the weight is 0 all the same
    weight = 1 / (n_even + np.exp(np.minimum(log_odds, 700.0)) @ tilts.n_draws)
    return WeightedScores(scores, weight)


def _draw(bins: Bins, densities: FloatArray, set_size: int, rng: np.random.Generator) -> tuple[RankArray, IntArray]:
    """Draw a set from each density, leave out those that overflow; return ranks, rising, and counts by bin."""
    counts = rng.multinomial(set_size, densities)
    counts = counts[(counts <= bins.sizes).all(axis=1)]
    shape = (len(counts), set_size)
    starts, sizes = (
        np.repeat(np.tile(x.astype(np.int32), len(counts)), counts.ravel()).reshape(shape)
        for x in (bins.starts, bins.sizes)
    )
    ranks = (rng.random(shape, dtype=np.float32) * sizes).astype(np.int32)
    ranks += starts
    ranks.sort(axis=1)
    # Bins are consecutive, so after sorting each column still holds its bin; a rank drawn twice is drawn again within
    # its bin, which leaves every set of that many ranks equally likely.
    rows = np.arange(len(counts))
    while len(rows):
        row, column = np.nonzero(ranks[rows, 1:] == ranks[rows, :-1])
        at = rows[row], column
        ranks[at] = starts[at] + (rng.random(len(row), dtype=np.float32) * sizes[at]).astype(np.int32)
        rows = rows[np.unique(row)]
        ranks[rows] = np.sort(ranks[rows], axis=1)
    return ranks, counts


def _count_by_bin(ranks: RankArray, bins: Bins) -> IntArray:
    """Count the members of each set in each bin."""
    n_sets, n_bins = len(ranks), len(bins.sizes)
    bin_of = np.repeat(np.arange(n_bins), bins.sizes)
    cells = bin_of[ranks] + np.arange(n_sets)[:, np.newaxis] * n_bins
    return np.bincount(cells.ravel(), minlength=n_sets * n_bins).reshape(n_sets, n_bins)


def _log_even(counts: IntArray, bins: Bins, set_size: int) -> FloatArray:
    """Log of [N]_k / prod_b [N_b]_n_b."""
    n_genes = int(bins.sizes.sum())
    log_factorial = gammaln(np.arange(n_genes + 1) + 1.0)
    by_bin = (log_factorial[bins.sizes] - log_factorial[bins.sizes - counts]).sum(axis=1)
    log_even: FloatArray = log_factorial[n_genes] - log_factorial[n_genes - set_size] - by_bin
    return log_even
