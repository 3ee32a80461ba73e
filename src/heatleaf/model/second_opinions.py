"""What other methods say of a comparison, and what changes when a sample is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Method = Literal["voom", "quasi_likelihood"]


@dataclass(frozen=True, eq=False)
class AlternativeTest:
    """Another test of a comparison; genes in the order of the count table, NaN for genes that it does not test.

    log2_fold_change : log2 units, not shrunken. p_value, padj : fractions 0-1; each array has shape (n_genes,).
    """

    method: Method
    log2_fold_change: FloatArray
    p_value: FloatArray
    padj: FloatArray

    @classmethod
    def of(
        cls, method: Method, tested: BoolArray, *, log2_fold_change: FloatArray, p_value: FloatArray, padj: FloatArray
    ) -> AlternativeTest:
        """Lay results of the tested genes out over all genes."""

        def spread(values: FloatArray) -> FloatArray:
            out = np.full(len(tested), np.nan)
            out[tested] = values
            return out

        return cls(method, spread(log2_fold_change), spread(p_value), spread(padj))

    def is_significant(self, alpha: float) -> BoolArray:
        """Tell which genes it calls: padj below alpha."""
        return np.asarray(np.nan_to_num(self.padj, nan=1.0) < alpha, dtype=bool)
