"""Gene sets that two tests name: over-represented among the called genes, and leaning to the same side of all genes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from heatleaf.interpret.words import count_of, p_words, verb
from heatleaf.model import Contrast, EnrichmentTable, Finding

N_NAMED = 5
SHARED = 0.5  # share of the smaller leading edge from which two sets tell one story


def agreed_sets(table: EnrichmentTable, ranked: pd.DataFrame, *, is_up: bool, alpha: float) -> pd.DataFrame:
    """Return the sets that lean to one side and are over-represented among its genes, steepest first.

    Parameters
    ----------
    table : EnrichmentTable
        Of the genes called on this side.
    ranked : data frame
        Of all genes by rank: columns set_id, set_name, NES, padj and leading_edge, its genes joined by ";".

    Returns
    -------
    data frame
        Rows of `ranked` with the columns overlap, set_size_called and padj_called of the table, by falling |NES|, ties
        by set id. A set whose leading edge shares half of the smaller with that of a steeper one is left out.

    Notes
    -----
    By certainty large and general sets come first; by steepness those whose genes really stand at the end, which are
    the specific ones. That both tests must find a set makes up for the smaller number of its genes.
    """
    leans = ranked["NES"] > 0 if is_up else ranked["NES"] < 0
    called = table.frame[table.frame["padj"] < alpha].set_index("set_id")
    both = ranked[leans & (ranked["padj"] < alpha) & ranked["set_id"].isin(called.index)]
    rows = called.loc[both["set_id"]]
    both = both.assign(
        overlap=rows["overlap"].to_numpy(),
        set_size_called=rows["set_size"].to_numpy(),
        padj_called=rows["padj"].to_numpy(),
        steepness=both["NES"].abs(),
    ).sort_values(["steepness", "set_id"], ascending=[False, True], kind="stable")
    return both[_is_new([set(str(genes).split(";")) for genes in both["leading_edge"]])]


def _is_new(edges: Sequence[set[str]]) -> list[bool]:
    """Tell which leading edges share less than SHARED of the smaller with each kept before."""
    kept: list[set[str]] = []
    marks = []
    for edge in edges:
        marks.append(all(len(edge & other) < SHARED * min(len(edge), len(other)) for other in kept))
        kept += [edge] if marks[-1] else []
    return marks


def agreement_of_sets(
    enrichment: Mapping[str, EnrichmentTable], ranked: pd.DataFrame | None, contrast: Contrast, *, alpha: float
) -> tuple[Finding, ...]:
    """Name the sets that both tests find on each side; nothing where there is none."""
    if ranked is None or "leading_edge" not in ranked:
        return ()
    sides = (("up", "higher", True), ("down", "lower", False))
    found = [
        _side(agreed_sets(enrichment[key], ranked, is_up=is_up, alpha=alpha), contrast, (key, word))
        for key, word, is_up in sides
        if key in enrichment
    ]
    return tuple(finding for finding in found if finding is not None)


def _side(both: pd.DataFrame, contrast: Contrast, side: tuple[str, str]) -> Finding | None:
    if both.empty:
        return None
    key, word = side
    named = both.head(N_NAMED).to_dict("records")
    numbers: dict[str, float | int | str] = {"n_sets": len(both)}
    for row in named:
        numbers |= {f"NES {row['set_name']}": float(row["NES"]), f"overlap {row['set_name']}": int(row["overlap"])}
        numbers[f"padj {row['set_name']}"] = float(row["padj_called"])
    words = [
        f"{row['set_name']} ({row['overlap']} of {row['set_size_called']} genes, adjusted p-value "
        f"{p_words(float(row['padj_called']))})"
        for row in named
    ]
    first = ", steepest first" if len(both) > 1 else ""
    text = (
        f"Named by both tests, over-representation and rank of all genes, as {word} in {contrast.tested_level} "
        f"{verb(len(both), 'is', 'are')} {count_of(len(both), 'distinct gene set')}{first}: {'; '.join(words)}."
    )
    return Finding("gene_sets", f"both_tests_{key}", text, numbers, f"tables/gsea_{contrast.name}.tsv")
