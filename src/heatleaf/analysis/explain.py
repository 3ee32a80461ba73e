"""Why a gene is called or not: the same facts from a finished analysis and from the folder that a run left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from heatleaf.errors import UserError
from heatleaf.interpret.why import GeneFacts, explain_gene, similar_names
from heatleaf.io.finished_run import FinishedRun, number, open_run

if TYPE_CHECKING:
    from heatleaf.analysis.result import Analysis
    from heatleaf.model import DifferentialResult

NUMBERS = ("baseMean", "log2FoldChange", "lfcSE", "stat", "pvalue", "padj", "log2FoldChangeShrunken")
MAX_GENES = 5  # genes that share a symbol


def why_in_folder(folder: Path, gene: str) -> str:
    """Explain a gene from the folder of a run alone.

    Raises
    ------
    UserError
        Those of `io.finished_run`; no_genes: no gene has that id or symbol; no_test: the run made no test.
    """
    run = open_run(folder)
    _require_test(run.record["comparisons"])
    found = run.find_gene(gene)
    if not found:
        _refuse_unknown(gene, [name for pair in run.gene_names() for name in pair if name])
    told = [
        explain_gene(_facts_of_row(run, comparison, pair))
        for pair in found[:MAX_GENES]
        for comparison in run.record["comparisons"]
    ]
    return "\n\n".join(told)


def why_in_analysis(analysis: Analysis, gene: str) -> str:
    """Explain a gene of a finished analysis; see `Analysis.why`."""
    _require_test(analysis.comparisons)
    ids, symbols = analysis.counts.gene_ids, analysis.counts.gene_symbols
    pairs = list(zip(ids, symbols, strict=True))
    found = [i for i, pair in enumerate(pairs) if gene in pair]
    found = found or [i for i, pair in enumerate(pairs) if gene.casefold() in (pair[0].casefold(), pair[1].casefold())]
    if not found:
        _refuse_unknown(gene, [name for name in (*ids, *symbols) if name])
    results = [comparison.differential for comparison in analysis.comparisons]
    return "\n\n".join(
        explain_gene(_facts_of_result(analysis, result, i)) for i in found[:MAX_GENES] for result in results
    )


def _require_test(comparisons: Sequence[object]) -> None:
    if not comparisons:
        what = "this run made no differential test, so there is nothing to explain"
        raise UserError("no_test", what, fix='run it again with --design "~ COLUMN"')


def _refuse_unknown(gene: str, names: Sequence[str]) -> None:
    raise UserError(
        "no_genes",
        f"no gene of this run has the id or symbol '{gene}'",
        fix=similar_names(gene, names) or "give an id or a symbol as in tables/normalized_counts.tsv",
    )


@dataclass(frozen=True, eq=False)
class _Samples:
    """What is known of the samples: the columns of their sheet, the factors of the design, the model matrix."""

    sample_ids: Sequence[str]
    columns: Mapping[str, Sequence[str]]
    factors: Mapping[str, Sequence[str]]
    model_matrix: Sequence[Sequence[float]]

    def facts(self, gene: tuple[str, str], sides: tuple[str, str, str], **numbers: Any) -> GeneFacts:
        """Join a gene (id, symbol) and a comparison (factor, tested, reference) with what is known of the samples."""
        factor, tested, reference = sides
        levels = self.factors.get(factor, ())
        first = [level for level in (tested, reference) if level in levels]
        return GeneFacts(
            *gene,
            (tested, reference),
            sample_ids=self.sample_ids,
            groups=self.columns[factor] if levels else [""] * len(self.sample_ids),
            levels=[*first, *(level for level in levels if level not in first)],
            blocks={name: self.columns[name] for name in self.factors if name != factor},
            model_matrix=np.array(self.model_matrix, dtype=np.float64),
            **numbers,
        )


def _facts_of_row(run: FinishedRun, comparison: Mapping[str, Any], gene: tuple[str, str]) -> GeneFacts:
    row, record = run.row(comparison["table"], gene[0]), run.record
    known = record["samples"]
    samples = _Samples(known["sample_ids"], known["columns"], record["factors"], record["model"]["matrix"])
    return samples.facts(
        gene,
        (comparison["factor"], comparison["tested_level"], comparison["reference_level"]),
        alpha=comparison["alpha"],
        values={name: number(row[name]) for name in NUMBERS},
        note=row["note"],
        norm_counts=np.array(run.norm_counts(gene[0])),
    )


def _facts_of_result(analysis: Analysis, result: DifferentialResult, i_gene: int) -> GeneFacts:
    design, contrast = analysis.design, result.contrast
    if design is None or analysis.samples is None:
        raise ValueError("a comparison without a design")
    factors = {name: factor.levels for name, factor in design.factors.items()}
    columns = analysis.samples.columns
    samples = _Samples(design.sample_ids, columns, factors, design.model_matrix.tolist())
    numbers = (
        result.base_mean,
        result.log2_fold_change,
        result.lfc_se,
        result.stat,
        result.p_value,
        result.padj,
        result.lfc_shrunken,
    )
    return samples.facts(
        (result.gene_ids[i_gene], result.gene_symbols[i_gene]),
        (contrast.factor, contrast.tested_level, contrast.reference_level),
        alpha=result.alpha,
        values={name: float(values[i_gene]) for name, values in zip(NUMBERS, numbers, strict=True)},
        note=result.note[i_gene],
        norm_counts=analysis.norm_counts[i_gene],
    )
