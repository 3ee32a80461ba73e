"""How rows are linked to a tree and put in order: one choice of linkage and distance, missing values or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.distances import DEFAULT_MAX_MEMORY
from heatleaf.cluster.leaf_order import leaf_order
from heatleaf.cluster.linkage import linkage
from heatleaf.cluster.missing import pairwise_distances
from heatleaf.cluster.observations import ANGULAR, FloatArray, IntArray


@dataclass(frozen=True)
class Linking:
    """Linkage and distance. max_memory : bytes that a distance matrix may take. order : of leaves, as `leaf_order`."""

    method: str = "average"
    metric: str = "correlation"
    max_memory: float = DEFAULT_MAX_MEMORY
    order: str = "optimal"

    def measurable(self, values: FloatArray, names: Sequence[str] = ()) -> tuple[FloatArray, str]:
        """Return the rows and their metric; where values are missing, distances between rows and "precomputed".

        names : of the rows for a refusal, or ().

        Raises
        ------
        UserError
            As `pairwise_distances`.
        """
        if np.isnan(values).any():
            return pairwise_distances(values, self.metric, max_memory=self.max_memory, rows=names), "precomputed"
        return values, self.metric

    def tree(self, values: FloatArray, names: Sequence[str] = ()) -> tuple[FloatArray, IntArray]:
        """Return the linkage of some rows and the order of its leaves.

        values : float64 array of shape (n_rows, n_columns), NaN where missing. names : of the rows for a refusal.
        """
        return self.tree_of(*self.measurable(values, names))

    def tree_of(self, measured: FloatArray, metric: str) -> tuple[FloatArray, IntArray]:
        """Return the same of what `measurable` returned."""
        made = linkage(measured, self.method, metric, max_memory=self.max_memory)
        return made, leaf_order(made, measured, metric, self.order)

    def cannot_place(self, values: FloatArray) -> NDArray[np.bool_]:
        """Tell which rows have no place in a tree: fewer than two values, or no direction where one is compared.

        Returns bool of shape (n_rows,). Rows that do not vary have no correlation, rows of zeros no cosine
        (requirement N18); Euclidean distances are measured for them too.
        """
        has_few = np.count_nonzero(~np.isnan(values), axis=1) < min(2, values.shape[1])
        if self.metric not in ANGULAR:
            return np.asarray(has_few)
        known = np.where(np.isnan(values), 0.0, values)
        is_flat = np.abs(known).max(axis=1, initial=0.0) == 0
        if self.metric != "cosine":
            is_flat = _has_one_value(values)
        return np.asarray(has_few | is_flat)


def _has_one_value(values: FloatArray) -> NDArray[np.bool_]:
    """Tell which rows have equal values but for rounding, as `embed` does."""
    is_known = ~np.isnan(values)
    highest = np.where(is_known, values, -np.inf).max(axis=1, initial=-np.inf)
    lowest = np.where(is_known, values, np.inf).min(axis=1, initial=np.inf)
    largest = np.maximum(np.abs(highest), np.abs(lowest))
    with np.errstate(invalid="ignore"):
        return np.asarray(~(highest - lowest > 16 * np.finfo(np.float64).eps * np.sqrt(values.shape[1]) * largest))
