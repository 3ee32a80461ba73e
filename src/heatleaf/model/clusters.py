"""A partition of displayed genes into blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Clusters:
    """Blocks of a heatmap, numbered 1..k from top to bottom as displayed.

    gene_ids : in displayed order, top to bottom. labels : int64 array of shape (n_genes,), not decreasing, 1..k.
    """

    gene_ids: tuple[str, ...]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        steps = np.diff(self.labels)
        if len(self.labels) and (self.labels[0] != 1 or ((steps != 0) & (steps != 1)).any()):
            raise ValueError("cluster labels do not run 1..k from top to bottom")

    @property
    def n_clusters(self) -> int:
        """Number of blocks."""
        return int(self.labels[-1]) if len(self.labels) else 0

    def members(self, number: int) -> tuple[str, ...]:
        """Return the genes of one block, in displayed order."""
        start, stop = np.searchsorted(self.labels, [number, number + 1])
        return self.gene_ids[start:stop]
