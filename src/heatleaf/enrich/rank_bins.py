"""Bins of ranks: how the members of sets that score high, or low, lie along the ranking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Edges grow with the square: fine where scores are decided. Measured against exact tails (benchmarks/enrichment.py):
# more bins make densities noisy, fewer make them blunt.
N_BINS = 10


@dataclass(frozen=True, eq=False)
class Bins:
    """Consecutive ranks from the top: where each bin starts and how many ranks it holds (int64, shape (n_bins,))."""

    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of all genes in each bin."""
        shares: NDArray[np.float64] = self.sizes / self.sizes.sum()
        return shares

    def count(self, ranks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Share of ranks in each bin."""
        bin_of = np.searchsorted(self.starts, ranks.ravel(), side="right") - 1
        shares: NDArray[np.float64] = np.bincount(bin_of, minlength=len(self.starts)) / ranks.size
        return shares


@dataclass(frozen=True, eq=False)
class HighSets:
    """Sets with high scores: the lowest of their scores, and the share of their members in each bin."""

    level: float
    shares: NDArray[np.float64]


def rank_bins(n_genes: int) -> Bins:
    """Cut the ranks into bins."""
    edges = np.unique(np.ceil(n_genes * (np.arange(N_BINS + 1) / N_BINS) ** 2).astype(np.int64))
    return Bins(edges[:-1], np.diff(edges))
