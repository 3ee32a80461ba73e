"""A small differential result made by hand."""

from __future__ import annotations

import numpy as np

from heatleaf.model import Contrast, DifferentialResult

CONTRAST = Contrast("dex", "treated", "untreated", np.array([0.0, 1.0]))


def make_result(padj: list[float], lfc: list[float], status: list[str] | None = None) -> DifferentialResult:
    n = len(padj)
    q, change = np.array(padj), np.array(lfc)
    log10_p = np.log10(np.clip(q / 2, 1e-320, 1))
    return DifferentialResult(
        contrast=CONTRAST,
        gene_ids=tuple(f"g{i}" for i in range(n)),
        gene_symbols=("",) * n,
        base_mean=np.full(n, 100.0),
        log2_fold_change=change,
        lfc_se=np.full(n, 0.1),
        stat=change / 0.1,
        p_value=q / 2,
        log10_p=log10_p,
        padj=q,
        lfc_shrunken=change * 0.9,
        status=tuple(status or ["tested"] * n),
        outlier_sample=("",) * n,
        alpha=0.05,
        filter_threshold=3.2,
    )
