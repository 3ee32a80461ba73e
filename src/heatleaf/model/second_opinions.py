"""What other methods say of a comparison, and what changes when a sample is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from heatleaf.model.design import Contrast
from heatleaf.model.differential import DifferentialResult

if TYPE_CHECKING:
    import pandas as pd

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


@dataclass(frozen=True, eq=False)
class LeaveOneOut:
    """The calls of a comparison when each sample is left out in turn and everything is fitted anew.

    sample_ids : the samples that were left out, one refit each. kept_in : sample -> why it could not be left out.
    is_called : bool (n_genes,), with all samples. called_without : bool (n_refits, n_genes).
    """

    contrast: Contrast
    sample_ids: tuple[str, ...]
    kept_in: Mapping[str, str]
    is_called: BoolArray
    called_without: BoolArray

    @property
    def n_refits(self) -> int:
        """Number of refits."""
        return len(self.sample_ids)

    @cached_property
    def n_calling(self) -> NDArray[np.int64]:
        """In how many refits each gene is called, (n_genes,)."""
        return np.asarray(self.called_without.sum(axis=0), dtype=np.int64)

    @cached_property
    def lost(self) -> BoolArray:
        """Genes called with all samples and not without this one, (n_refits, n_genes)."""
        return np.asarray(self.is_called & ~self.called_without, dtype=bool)

    @cached_property
    def gained(self) -> BoolArray:
        """Genes called without this sample and not with all, (n_refits, n_genes)."""
        return np.asarray(~self.is_called & self.called_without, dtype=bool)

    @property
    def table(self) -> pd.DataFrame:
        """One row per sample: the genes called without it, and those that it alone makes or unmakes."""
        import pandas as pd

        only_lost, only_gained = (change & (change.sum(axis=0) == 1) for change in (self.lost, self.gained))
        frame = pd.DataFrame(
            {
                "sample": list(self.sample_ids),
                "called": self.called_without.sum(axis=1),
                "no_longer_called": self.lost.sum(axis=1),
                "newly_called": self.gained.sum(axis=1),
                "made_by_it_alone": only_lost.sum(axis=1),
                "unmade_by_it_alone": only_gained.sum(axis=1),
                "note": [""] * self.n_refits,
            }
        )
        not_left_out = pd.DataFrame({"sample": list(self.kept_in), "note": list(self.kept_in.values())})
        return pd.concat([frame, not_left_out], ignore_index=True) if self.kept_in else frame


@dataclass(frozen=True, eq=False)
class SecondOpinions:
    """One comparison by three methods, and with each sample left out.

    result : the test that Heatleaf reports (Wald). verdicts : in words, one per gene in the order of the count table.
    leave_one_out : None where no refit was made.
    """

    result: DifferentialResult
    voom: AlternativeTest
    quasi_likelihood: AlternativeTest
    verdicts: tuple[str, ...]
    leave_one_out: LeaveOneOut | None = None

    def __repr__(self) -> str:
        return (
            f"<SecondOpinions: {self.result.contrast.title}, {int(self.calls.all(axis=0).sum()):,} genes by all three>"
        )

    @cached_property
    def calls(self) -> BoolArray:
        """Which method calls which gene, (3, n_genes): Wald, voom, quasi-likelihood."""
        alpha = self.result.alpha
        others = [test.is_significant(alpha) for test in (self.voom, self.quasi_likelihood)]
        return np.array([self.result.is_significant, *others])

    @property
    def table(self) -> pd.DataFrame:
        """All genes, most significant by the Wald test first; calls are 1 and 0."""
        import pandas as pd

        result = self.result
        columns = {
            "gene_id": list(result.gene_ids),
            "gene_symbol": list(result.gene_symbols),
            "log2FoldChange": result.log2_fold_change,
            "pvalue": result.p_value,
            "padj": result.padj,
            "pvalue_voom": self.voom.p_value,
            "padj_voom": self.voom.padj,
            "pvalue_ql": self.quasi_likelihood.p_value,
            "padj_ql": self.quasi_likelihood.padj,
            **dict(zip(("called", "called_voom", "called_ql"), self.calls.astype(np.int64), strict=True)),
            "verdict": list(self.verdicts),
        }
        if self.leave_one_out is not None:
            columns["refits"] = np.full(len(result.gene_ids), self.leave_one_out.n_refits)
            columns["refits_calling"] = self.leave_one_out.n_calling
        return pd.DataFrame(columns).iloc[result.rank_order].reset_index(drop=True)
