"""The result of a differential test, one row per gene of the count table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heatleaf.model.design import Contrast
from heatleaf.model.message import Message

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DifferentialResult:
    """One comparison, genes in the order of the count table; each array has shape (n_genes,), NaN for NA.

    base_mean : mean of normalised counts. log2_fold_change, lfc_se, lfc_shrunken : log2 units.
    stat : Wald statistic. p_value, padj : fractions 0-1. log10_p : log10 of p_value, finite where p underflows.
    status : "tested", "all_zero", "outlier", "low_mean" (filtered, p but no padj), "not_converged".
    outlier_sample : for status "outlier" the sample with the largest Cook's distance, else "".
    alpha : adjusted p-value at which genes are called. filter_threshold : base mean below which padj is NA.
    """

    contrast: Contrast
    gene_ids: tuple[str, ...]
    gene_symbols: tuple[str, ...]
    base_mean: FloatArray
    log2_fold_change: FloatArray
    lfc_se: FloatArray
    stat: FloatArray
    p_value: FloatArray
    log10_p: FloatArray
    padj: FloatArray
    lfc_shrunken: FloatArray
    status: tuple[str, ...]
    outlier_sample: tuple[str, ...]
    alpha: float
    filter_threshold: float
    messages: tuple[Message, ...] = ()

    @property
    def is_significant(self) -> NDArray[np.bool_]:
        """Genes called: padj below alpha."""
        return np.nan_to_num(self.padj, nan=1.0) < self.alpha

    @property
    def is_up(self) -> NDArray[np.bool_]:
        """Genes called, higher in the tested level."""
        return self.is_significant & (np.nan_to_num(self.log2_fold_change) > 0)

    @property
    def is_down(self) -> NDArray[np.bool_]:
        """Genes called, lower in the tested level."""
        return self.is_significant & (np.nan_to_num(self.log2_fold_change) < 0)

    @property
    def rank_order(self) -> NDArray[np.intp]:
        """Positions of genes by padj, then p, then gene id; NaN last (requirement R8)."""
        by_id = np.argsort(np.array(self.gene_ids, dtype=object), kind="stable")
        p_order = np.where(np.isnan(self.p_value), np.inf, np.nan_to_num(self.log10_p, nan=np.inf))
        padj = np.nan_to_num(self.padj, nan=np.inf)
        return by_id[np.lexsort((p_order[by_id], padj[by_id]))]

    @property
    def table(self) -> pd.DataFrame:
        """All genes, most significant first, with the column names of DESeq2."""
        frame = pd.DataFrame(
            {
                "gene_id": list(self.gene_ids),
                "gene_symbol": list(self.gene_symbols),
                "baseMean": self.base_mean,
                "log2FoldChange": self.log2_fold_change,
                "lfcSE": self.lfc_se,
                "stat": self.stat,
                "pvalue": self.p_value,
                "padj": self.padj,
                "log2FoldChangeShrunken": self.lfc_shrunken,
                "status": list(self.status),
            }
        )
        return frame.iloc[self.rank_order].reset_index(drop=True)
