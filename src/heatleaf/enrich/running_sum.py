"""The weighted running sum of Subramanian et al. 2005 for many sets at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.enrich.membership import Membership

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


# Points of a running sum that differ by less are equal; its rounding errors are far smaller.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class RunningSums:
    """Enrichment scores of sets and where their running sums peak.

    score : float64 array of shape (n_sets,), between -1 and 1.
    peak : int64 array of shape (n_sets,), members from the top (score > 0) or from the bottom up to the peak.
    """

    score: FloatArray
    peak: IntArray


def running_sums(members: Membership, weights: FloatArray) -> RunningSums:
    """Compute the enrichment score of each set.

    Parameters
    ----------
    members : Membership
        Ranks of the members, rising within each set; no set empty, none of all genes.
    weights : float64 array of shape (n_genes,)
        Weight of each rank, not negative: |score| in the paper. A set whose weights are all 0 weighs its members alike.

    Notes
    -----
    Subramanian et al. 2005, eqs. 1-2 with p = 1. The sum can peak only right after a member and dip only right before
    one, so members alone are looked at. Of equal peaks, or a peak and a dip of one size, the first counts.
    """
    starts = np.concatenate([[0], np.cumsum(members.sizes)[:-1]])
    hits, totals = _hit_sums(members, weights, starts)
    index = np.arange(len(members.genes)) - np.repeat(starts, members.sizes)
    misses = (members.genes - index) / np.repeat(len(weights) - members.sizes, members.sizes)
    after = hits / np.repeat(totals, members.sizes) - misses
    before_hits = np.concatenate([[0.0], hits[:-1]])
    before_hits[starts] = 0.0
    before = before_hits / np.repeat(totals, members.sizes) - misses
    top, bottom = np.maximum.reduceat(after, starts), np.minimum.reduceat(before, starts)
    i_top = _first_index(after >= np.repeat(top, members.sizes) - ROUNDING, starts)
    i_bottom = _first_index(before <= np.repeat(bottom, members.sizes) + ROUNDING, starts)
    is_up = (top > ROUNDING - bottom) | ((top >= -bottom - ROUNDING) & (i_top < i_bottom))
    return RunningSums(np.where(is_up, top, bottom), np.where(is_up, i_top + 1, members.sizes - i_bottom))


def _hit_sums(members: Membership, weights: FloatArray, starts: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the running weight of members within each set, and each set's total."""
    member_weights = weights[members.genes]
    is_flat = np.add.reduceat(member_weights, starts) == 0
    member_weights = np.where(np.repeat(is_flat, members.sizes), 1.0, member_weights)
    running = np.cumsum(member_weights)
    before_set = np.concatenate([[0.0], running[starts[1:] - 1]])
    hits = running - np.repeat(before_set, members.sizes)
    return hits, hits[starts + members.sizes - 1]


def _first_index(found: NDArray[np.bool_], starts: IntArray) -> IntArray:
    """Index within its set of the first true value of each set."""
    positions = np.where(found, np.arange(len(found)), len(found))
    first: IntArray = np.minimum.reduceat(positions, starts) - starts
    return first


def running_path(ranks: IntArray, weights: FloatArray) -> FloatArray:
    """Trace the running sum of one set for a figure.

    Parameters
    ----------
    ranks : int64 array of shape (size,)
        Ranks of the members, rising; fewer than all genes.
    weights : float64 array of shape (n_genes,)
        Weight of each rank, as in `running_sums`.

    Returns
    -------
    float64 array of shape (2 * size + 2, 2)
        Rank and sum just before and right after each member, from (0, 0) to (n_genes, 0); in between it falls evenly.

    Notes
    -----
    Subramanian et al. 2005, eqs. 1-2 with p = 1; its furthest point from 0 is the enrichment score.

    Examples
    --------
    >>> running_path(np.array([0]), np.array([2.0, 1.0])).tolist()
    [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [2.0, 0.0]]
    """
    own = weights[ranks] if weights[ranks].any() else np.ones(len(ranks))
    hits = np.concatenate([[0.0], np.cumsum(own)]) / own.sum()
    misses = (ranks - np.arange(len(ranks))) / (len(weights) - len(ranks))
    inner = np.stack([ranks, hits[:-1] - misses, ranks + 1, hits[1:] - misses], axis=1).reshape(-1, 2)
    return np.concatenate([[[0.0, 0.0]], inner, [[float(len(weights)), 0.0]]])


def set_scores(ranks: FloatArray, hits: FloatArray, n_genes: int) -> FloatArray:
    """Enrichment scores of sets of one size.

    ranks, hits : float64 arrays of shape (n_sets, size), ranks of the members, rising, and their weights.
    """
    running, misses = _paths(ranks, hits, n_genes)
    top = running.max(axis=1)
    # just before a member the sum is what it was after the one before, less the misses between
    running[:, 1:] = running[:, :-1] + misses[:, :-1] - misses[:, 1:]
    running[:, 0] = -misses[:, 0]
    bottom = running.min(axis=1)
    scores: FloatArray = np.where(top > -bottom, top, bottom)
    return scores


def _paths(ranks: FloatArray, hits: FloatArray, n_genes: int) -> tuple[FloatArray, FloatArray]:
    """Return the running sum right after each member, and the share of misses before it."""
    size = ranks.shape[1]
    running = np.cumsum(hits, axis=1)
    total = running[:, -1:].copy()
    is_flat = total[:, 0] == 0
    if is_flat.any():
        running[is_flat] = np.arange(1, size + 1)
        total[is_flat] = size
    running *= 1 / total
    misses = ranks - np.arange(size)
    misses *= 1 / (n_genes - size)
    running -= misses
    return running, misses
