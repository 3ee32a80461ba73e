"""Benjamini-Hochberg adjustment over the sets of one collection."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def adjust_bh(p_value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjust p-values, shape (n_sets,), for the false discovery rate (Benjamini & Hochberg 1995); no NaN."""
    order = np.argsort(p_value, kind="stable")[::-1]
    n_tests = len(p_value)
    steps = p_value[order] * n_tests / np.arange(n_tests, 0, -1)
    padj = np.empty(n_tests)
    padj[order] = np.minimum(np.minimum.accumulate(steps), 1.0)
    return padj
