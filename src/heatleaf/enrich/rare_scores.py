"""Probabilities of enrichment scores that a thousand random sets never reach.

Random sets are drawn where they matter and weighted back (importance sampling), with densities found by the
cross-entropy method; the estimates are unbiased and come with a standard error.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from heatleaf.enrich.rank_bins import Bins, HighSets, rank_bins
from heatleaf.enrich.running_sum import peak_scores

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Random sets per stage: with a tenth of them above the level, about 50 shape the next stage.
N_SAMPLES = 500
ELITE = 0.1
# Share of genes that are always drawn evenly, so that no set becomes nearly impossible and its weight huge.
EVEN_SHARE = 0.02
# Fewest sets that a density is to rest on, as (sum of weights)^2 / sum of squared weights.
EFFECTIVE = 15.0
MAX_STAGES = 60
LONGEST_REACH = 2.0
# A score is estimated at the first stage where at least this share of the random sets reach it. On airway, 0.25 takes a
# third longer and two seeds agree no better.
REACHED = 0.12


def tail_probabilities(
    weights: FloatArray, set_size: int, scores: FloatArray, rng: np.random.Generator, high_sets: HighSets | None = None
) -> tuple[FloatArray, FloatArray]:
    """Estimate the probability that a random set scores at least as high.

    The score of a random set is the highest point of its running sum; that a set that high dips even lower before or
    after is so much rarer that it is left out of account.

    Parameters
    ----------
    weights : float64 array of shape (n_genes,)
        Weight of each rank.
    set_size : int
        Genes in a set.
    scores : float64 array of shape (n_scores,)
        Positive enrichment scores. For negative ones give the weights from the bottom and the scores without sign.
    rng : numpy Generator
        Source of randomness.
    high_sets : HighSets
        Random sets of this size that score high, if known: the first stage then starts from them.

    Returns
    -------
    p_value, error : float64 arrays of shape (n_scores,)
        Probability and its relative standard error; NaN where the score was not reached.

    Notes
    -----
    Members of a set are spread over bins of ranks by a multinomial density and drawn evenly within a bin; a set with
    n_b members in bin b of N_b ranks, drawn with density q_b, then weighs
    prod_b [N_b]_{n_b} / q_b^{n_b} / [N]_k, with [N]_k = N (N - 1) ... (N - k + 1). Each stage takes the tenth of its
    sets with the highest scores, weighted, as the density of the next (cross-entropy method: Rubinstein & Kroese
    2004, The Cross-Entropy Method, ch. 3; de Boer et al. 2005, Ann. Oper. Res. 134, alg. 3.2).
    """
    bins = rank_bins(len(weights))
    p_value, error = np.full(len(scores), np.nan), np.full(len(scores), np.nan)
    density = bins.shares
    if high_sets and high_sets.level > 0:
        density = _tilt(high_sets.shares, bins.shares, float(scores.min()) / high_sets.level)
    for _ in range(MAX_STAGES):
        ranks, counts = _draw_sets(bins, density, set_size, rng)
        drawn_scores = peak_scores(ranks.astype(np.float64), weights[ranks], len(weights))
        log_weight = _log_weights(counts, density, bins)
        _estimate(scores, drawn_scores, log_weight, p_value, error)
        waiting = np.isnan(p_value)
        if not waiting.any():
            break
        # the first score is at most the level of the stage; a level of 0 would say nothing of the way on
        level = max(min(float(np.quantile(drawn_scores, 1 - ELITE)), float(scores[waiting].max())), 1e-9)
        elite = drawn_scores >= level
        share = _flatten(log_weight[elite]) @ counts[elite]
        density = _tilt(share / share.sum(), bins.shares, float(scores[waiting].min()) / level)
    return p_value, error


def _draw_sets(
    bins: Bins, density: FloatArray, set_size: int, rng: np.random.Generator
) -> tuple[NDArray[np.int32], IntArray]:
    """Draw sets; return their ranks, rising, of shape (N_SAMPLES, set_size), and members per bin."""
    counts = rng.multinomial(set_size, density, size=N_SAMPLES)
    while (is_over := (counts > bins.sizes).any(axis=1)).any():
        counts[is_over] = rng.multinomial(set_size, density, size=int(is_over.sum()))
    counted = counts.ravel()
    starts, sizes = (
        np.repeat(np.tile(x.astype(np.int32), N_SAMPLES), counted).reshape(N_SAMPLES, set_size)
        for x in (bins.starts, bins.sizes)
    )
    ranks = (rng.random(starts.shape, dtype=np.float32) * sizes).astype(np.int32)
    ranks += starts
    ranks.sort(axis=1)
    # Bins are consecutive, so after sorting each column still holds its bin; a rank drawn twice is drawn again within
    # its bin, which leaves every set of that many ranks equally likely.
    rows = np.arange(N_SAMPLES)
    while len(rows):
        row, column = np.nonzero(ranks[rows, 1:] == ranks[rows, :-1])
        at = rows[row], column
        ranks[at] = starts[at] + (rng.random(len(row), dtype=np.float32) * sizes[at]).astype(np.int32)
        rows = rows[np.unique(row)]
        ranks[rows] = np.sort(ranks[rows], axis=1)
    return ranks, counts


def _log_weights(counts: IntArray, density: FloatArray, bins: Bins) -> FloatArray:
    """Log of how much likelier each set is among random sets than as drawn."""
    n_genes, set_size = int(bins.sizes.sum()), int(counts[0].sum())
    falling = gammaln(bins.sizes + 1) - gammaln(bins.sizes - counts + 1)
    all_falling = gammaln(n_genes + 1) - gammaln(n_genes - set_size + 1)
    log_weight: FloatArray = falling.sum(axis=1) - counts @ np.log(density) - all_falling
    return log_weight


def _tilt(share: FloatArray, even: FloatArray, reach: float) -> FloatArray:
    """Carry a density on to a score `reach` times as high: to first order log(density / even) grows with the score."""
    steps = np.clip(reach, 1.0, LONGEST_REACH)
    tilted = even * (np.maximum(share, EVEN_SHARE * even) / even) ** steps
    density: FloatArray = (1 - EVEN_SHARE) * tilted / tilted.sum() + EVEN_SHARE * even
    return density


def _flatten(log_weight: FloatArray) -> FloatArray:
    """Return weights on which no few sets decide: powers of the weights, the first that EFFECTIVE sets or more carry.

    Any density gives unbiased estimates; one that a single heavy set shaped gives noisy ones.
    """
    for power in (1.0, 0.5, 0.25):
        weight: FloatArray = np.exp(power * (log_weight - log_weight.max()))
        if weight.sum() ** 2 >= EFFECTIVE * (weight**2).sum():
            return weight
    return np.ones(len(log_weight))


def _estimate(
    scores: FloatArray, drawn_scores: FloatArray, log_weight: FloatArray, p_value: FloatArray, error: FloatArray
) -> None:
    """Fill in the scores that this stage reaches often enough."""
    weight = np.exp(log_weight)
    n_drawn = len(weight)
    for i in np.flatnonzero(np.isnan(p_value)):
        # rounding of the running sums is far below 1e-12
        reached = weight * (drawn_scores >= scores[i] - 1e-12)
        if np.count_nonzero(reached) >= REACHED * n_drawn:
            p_value[i] = reached.mean()
            error[i] = reached.std() / np.sqrt(n_drawn) / p_value[i]
