"""One line that says what a test found for one gene, short enough to stand above a small figure."""

from __future__ import annotations

import math

from heatleaf.interpret.words import p_words, signed

_NOT_TESTED = {
    "all_zero": "no reads",
    "outlier": "not tested: count outlier",
    "low_mean": "not tested: too few reads",
    "not_converged": "not tested: no fit",
}


def gene_line(log2_fold_change: float, padj: float, status: str, *, title: str = "") -> str:
    """Write fold change and adjusted p-value, or why there is none.

    title : of the comparison, where there are several.

    Examples
    --------
    >>> gene_line(4.57, 3.7e-132, "tested")
    'log₂ FC +4.6, padj 3.7 × 10⁻¹³²'
    >>> gene_line(1.2, float("nan"), "low_mean", title="B vs A")
    'B vs A: log₂ FC +1.2, not tested: too few reads'
    """
    parts = [f"log₂ FC {signed(log2_fold_change)}"] if math.isfinite(log2_fold_change) else []
    parts.append(f"padj {p_words(padj)}" if math.isfinite(padj) else _NOT_TESTED.get(status, "not tested"))
    return f"{title}: {', '.join(parts)}" if title else ", ".join(parts)
