"""What a test of all levels at once found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from heatleaf.interpret.words import count_of, listing, p_words, percent, thousands, verb
from heatleaf.model import DifferentialResult, Finding, OmnibusResult

N_NAMED = 3


def omnibus_findings(
    result: OmnibusResult, singles: Sequence[DifferentialResult], gene_names: Sequence[str], *, table: str = ""
) -> tuple[Finding, ...]:
    """Say how many genes an omnibus test calls, how many of them no single comparison shows, and the most certain.

    Parameters
    ----------
    singles : sequence of DifferentialResult
        The comparisons that were made of the same fit.
    gene_names : sequence of str
        The name to show of each gene, in the order of the result.
    table : str
        The output file; by default its place in the folder of `heatleaf run`.
    """
    table = table or f"tables/omnibus_{result.name}.tsv"
    called, tested = int(result.is_significant.sum()), int(np.isfinite(result.padj).sum())
    numbers: dict[str, float | int | str] = {
        "called": called,
        "tested": tested,
        "alpha": result.alpha,
        "df": result.df,
        "test": result.title,
    }
    how = f"likelihood-ratio test of {result.design} against {result.reduced}, adjusted p-value below {result.alpha:g}"
    if not called:
        text = f"Testing for {result.title}: no gene differs among {thousands(tested)} tested ({how})."
        return (Finding("differential", "omnibus", text, numbers, table, "caution"),)
    text = (
        f"Testing for {result.title} at once: {count_of(called, 'gene differs', 'genes differ')}, "
        f"{percent(called / tested)} of {thousands(tested)} tested ({how})"
    )
    text += _only_here(result, singles, numbers)
    best = result.rank_order[: min(N_NAMED, called)]
    named = [f"{gene_names[i]} (adjusted p-value {p_words(float(result.padj[i]))})" for i in best]
    text += f". Most certain {verb(len(named), 'is', 'are')} {listing(named)}."
    return (Finding("differential", "omnibus", text, numbers, table),)


def _only_here(
    result: OmnibusResult, singles: Sequence[DifferentialResult], numbers: dict[str, float | int | str]
) -> str:
    """Say how many of the genes no single comparison calls."""
    if not singles:
        return ""
    elsewhere = np.any([single.is_significant for single in singles], axis=0)
    only = int((result.is_significant & ~elsewhere).sum())
    numbers["in_no_comparison"] = only
    of = "the single comparison" if len(singles) == 1 else f"any of the {len(singles)} single comparisons"
    return f"; {count_of(only, 'of them is', 'of them are')} not called in {of}" if only else f"; all also in {of}"
