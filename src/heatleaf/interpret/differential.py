"""What a differential test found: how many genes, which ones, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from heatleaf.interpret.words import count_of, listing, p_words, percent, signed, thousands, verb
from heatleaf.model import DifferentialResult, Finding

N_NAMED = 3  # strongest genes named on each side


def differential_findings(
    result: DifferentialResult, gene_names: Sequence[str], *, table: str = ""
) -> tuple[Finding, ...]:
    """Say what one comparison found, most important sentence first.

    Parameters
    ----------
    gene_names : sequence of str
        The name to show of each gene, in the order of the result.
    table : str
        The output file of the comparison; by default its place in the folder of `heatleaf run`.
    """
    table = table or f"tables/differential_{result.contrast.name}.tsv"
    if not result.is_significant.any():
        return (_nothing(result, table), *_left_out(result, table))
    return (_counts(result, table), *_strongest(result, gene_names, table), *_left_out(result, table))


def _n_with_padj(result: DifferentialResult) -> int:
    return int(np.isfinite(result.padj).sum())


def _counts(result: DifferentialResult, table: str) -> Finding:
    up, down, tested = int(result.is_up.sum()), int(result.is_down.sum()), _n_with_padj(result)
    text = (
        f"{result.contrast.title}: {count_of(up + down, 'gene differs', 'genes differ')} at an adjusted p-value below "
        f"{result.alpha:g}, {percent((up + down) / tested)} of {thousands(tested)} tested: {thousands(up)} higher and "
        f"{thousands(down)} lower in {result.contrast.tested_level}."
    )
    numbers: dict[str, float | int | str] = {
        "up": up,
        "down": down,
        "tested": tested,
        "alpha": result.alpha,
        "contrast": result.contrast.title,
    }
    return Finding("differential", "counts", text, numbers, table)


def _nothing(result: DifferentialResult, table: str) -> Finding:
    tested = _n_with_padj(result)
    best = np.nanmin(result.padj) if tested else float("nan")
    nearest = f" The smallest adjusted p-value is {p_words(float(best))}." if tested else ""
    text = (
        f"{result.contrast.title}: no gene differs at an adjusted p-value below {result.alpha:g} among "
        f"{thousands(tested)} tested.{nearest} This too is a result: either there is no large difference, or these "
        "samples are too few or too variable to show it."
    )
    numbers: dict[str, float | int | str] = {"tested": tested, "alpha": result.alpha, "contrast": result.contrast.title}
    if tested:
        numbers["smallest_padj"] = float(best)
    return Finding("differential", "nothing", text, numbers, table, "caution")


def _strongest(result: DifferentialResult, gene_names: Sequence[str], table: str) -> tuple[Finding, ...]:
    sides = [("higher", result.is_up), ("lower", result.is_down)]
    parts: list[str] = []
    numbers: dict[str, float | int | str] = {}
    for word, called in sides:
        best = rank_by_effect(result, called)[:N_NAMED]
        named = [_gene_words(result, gene_names, int(i)) for i in best]
        if named:
            parts.append(f"{word} in {result.contrast.tested_level} {verb(len(named), 'is', 'are')} {listing(named)}")
        for i in best:
            numbers[f"log2_fold_change {gene_names[i]}"] = float(result.log2_fold_change[i])
            numbers[f"padj {gene_names[i]}"] = float(result.padj[i])
    text = f"Strongest by effect and certainty: {'; '.join(parts)} (log2 fold change, adjusted p-value)."
    return (Finding("differential", "strongest", text, numbers, table),)


def rank_by_effect(result: DifferentialResult, called: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return positions of called genes by shrunken effect times -log10 p, strongest first; ties by gene id.

    called : bool array of shape (n_genes,).
    """
    effect = np.where(np.isfinite(result.lfc_shrunken), result.lfc_shrunken, result.log2_fold_change)
    weight = np.abs(np.nan_to_num(effect)) * -np.nan_to_num(result.log10_p)
    chosen = np.flatnonzero(called)
    by_id = chosen[np.argsort(np.array([result.gene_ids[i] for i in chosen], dtype=object), kind="stable")]
    return by_id[np.argsort(-weight[by_id], kind="stable")]


def _gene_words(result: DifferentialResult, gene_names: Sequence[str], i_gene: int) -> str:
    padj = p_words(float(result.padj[i_gene]))
    return f"{gene_names[i_gene]} ({signed(float(result.log2_fold_change[i_gene]))}, {padj})"


def _left_out(result: DifferentialResult, table: str) -> tuple[Finding, ...]:
    status = np.array(result.status, dtype=str)
    counts = {name: int((status == name).sum()) for name in ("all_zero", "low_mean", "outlier", "not_converged")}
    words = {
        "all_zero": f"{count_of(counts['all_zero'], 'has', 'have')} no reads",
        "low_mean": f"{count_of(counts['low_mean'], 'has', 'have')} too few reads to decide "
        f"(mean normalised count below {result.filter_threshold:.3g})",
        "outlier": f"{count_of(counts['outlier'], 'rests', 'rest')} on one outlying count",
        "not_converged": f"{count_of(counts['not_converged'], 'fit', 'fits')} did not converge",
    }
    said = [words[name] for name in words if counts[name]]
    if not said:
        return ()
    total = sum(counts.values())
    text = (
        f"{count_of(total, 'gene')} of {thousands(len(result.gene_ids))} {verb(total, 'has', 'have')} no adjusted "
        f"p-value: {listing(said)}. The column status says which."
    )
    return (Finding("differential", "left_out", text, {**counts, "contrast": result.contrast.title}, table),)
