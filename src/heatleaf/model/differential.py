"""The results of differential tests, one row per gene of the count table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heatleaf.model.design import Contrast
from heatleaf.model.message import Message

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DifferentialResult:
    """One comparison, genes in the order of the count table; each array has shape (n_genes,), NaN for NA.

    base_mean : mean of normalised counts. log2_fold_change, lfc_se, lfc_shrunken : log2 units.
    stat : Wald statistic. p_value, padj : fractions 0-1. log10_p : log10 of p_value, finite where p underflows.
    status : "tested", "all_zero", "outlier", "low_mean" (filtered, p but no padj), "not_converged".
    outlier_sample : for status "outlier" the sample with the largest Cook's distance, else "".
    alpha : adjusted p-value at which genes are called. filter_threshold : base mean below which padj is NA.
    note : why each gene is called, or not, or has no p-value, in a few words; empty before they are made.
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
    note: tuple[str, ...] = ()

    def __repr__(self) -> str:
        calls = f"{int(self.is_up.sum()):,} up, {int(self.is_down.sum()):,} down"
        return f"<DifferentialResult: {self.contrast.title}, {calls} of {len(self.gene_ids):,} genes at {self.alpha}>"

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
        return _rank(self.gene_ids, self.p_value, self.log10_p, self.padj)

    @property
    def table(self) -> pd.DataFrame:
        """All genes, most significant first, with the column names of DESeq2."""
        import pandas as pd

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
                "note": list(self.note or ("",) * len(self.gene_ids)),
            }
        )
        return frame.iloc[self.rank_order].reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a call of a comparison rests on, one value per gene, NaN where there is none (shape (n_genes,)).

    dispersion : as used. usual_dispersion : of the trend at the gene's mean. cooks : largest Cook's distance;
    cooks_cutoff : above which a count is an outlier. p_without_cooks : p-value as if no count were an outlier.
    padj_unfiltered : adjusted without independent filtering. counting_share : part of the variance of the fold change
    (0-1) that sampling of reads alone gives, where it was asked for. needed_lfc : |log2 fold change| that would have
    been called at the gene's standard error.
    """

    dispersion: FloatArray
    usual_dispersion: FloatArray
    cooks: FloatArray
    cooks_cutoff: float
    p_without_cooks: FloatArray
    padj_unfiltered: FloatArray
    counting_share: FloatArray
    needed_lfc: FloatArray


@dataclass(frozen=True, eq=False)
class OmnibusResult:
    """A test of all levels of a variable at once: does the design explain more than the reduced one?

    name : used in files, such as "time". title : in sentences. design, reduced : formulas; df : coefficients given up.
    log2_fold_changes : what was given up, by name ("time_Day4_vs_Day0"), each of shape (n_genes,).
    The other fields are those of DifferentialResult; stat is twice the difference of the log likelihoods.
    """

    name: str
    title: str
    design: str
    reduced: str
    df: int
    gene_ids: tuple[str, ...]
    gene_symbols: tuple[str, ...]
    base_mean: FloatArray
    log2_fold_changes: Mapping[str, FloatArray]
    stat: FloatArray
    p_value: FloatArray
    log10_p: FloatArray
    padj: FloatArray
    status: tuple[str, ...]
    alpha: float
    filter_threshold: float
    levels: tuple[str, ...] = ()

    def __repr__(self) -> str:
        n_called = int(self.is_significant.sum())
        return f"<OmnibusResult: {self.title}, {n_called:,} of {len(self.gene_ids):,} genes at {self.alpha}>"

    @property
    def is_significant(self) -> NDArray[np.bool_]:
        """Genes called: padj below alpha."""
        return np.nan_to_num(self.padj, nan=1.0) < self.alpha

    @property
    def rank_order(self) -> NDArray[np.intp]:
        """Positions of genes by padj, then p, then gene id; NaN last."""
        return _rank(self.gene_ids, self.p_value, self.log10_p, self.padj)

    @property
    def table(self) -> pd.DataFrame:
        """All genes, most significant first, with the column names of DESeq2 and one fold change per level."""
        import pandas as pd

        changes = {f"log2FoldChange_{name}": values for name, values in self.log2_fold_changes.items()}
        frame = pd.DataFrame(
            {
                "gene_id": list(self.gene_ids),
                "gene_symbol": list(self.gene_symbols),
                "baseMean": self.base_mean,
                **changes,
                "stat": self.stat,
                "pvalue": self.p_value,
                "padj": self.padj,
                "status": list(self.status),
            }
        )
        return frame.iloc[self.rank_order].reset_index(drop=True)


def _rank(gene_ids: tuple[str, ...], p_value: FloatArray, log10_p: FloatArray, padj: FloatArray) -> NDArray[np.intp]:
    by_id = np.argsort(np.array(gene_ids, dtype=object), kind="stable")
    p_order = np.where(np.isnan(p_value), np.inf, np.nan_to_num(log10_p, nan=np.inf))
    return by_id[np.lexsort((p_order[by_id], np.nan_to_num(padj, nan=np.inf)[by_id]))]
