"""Which gene sets stand out among the genes that went up or down, or among all genes by rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from heatleaf.interpret.words import count_of, decimal, p_words, percent, thousands
from heatleaf.model import Contrast, EnrichmentTable, Finding

if TYPE_CHECKING:
    import pandas as pd

BIASED = 2  # from this ratio of call rates sets of well seen genes stand out noticeably more often
BIAS_P = 1e-3
MIN_GENES = 10  # fewer genes can hardly make a set of ordinary size significant


@dataclass(frozen=True)
class Term:
    """A gene set that stands out, with the numbers to quote."""

    name: str
    overlap: int
    set_size: int
    fold: float
    padj: float


def top_terms(table: EnrichmentTable, alpha: float, n_terms: int) -> tuple[Term, ...]:
    """Return the most certain sets, without those that a better one represents.

    Sets whose genes found are the same as those of a set before it add nothing to a sentence; the table keeps them.
    """
    return tuple(_term(row) for row in table.first_distinct(alpha, n_terms))


def _term(row: Mapping[str, Any]) -> Term:
    return Term(row["set_name"], row["overlap"], row["set_size"], row["fold_enrichment"], row["padj"])


def gene_set_findings(
    enrichment: Mapping[str, EnrichmentTable], contrast: Contrast, n_genes: Mapping[str, int], *, alpha: float
) -> tuple[Finding, ...]:
    """Say which sets stand out among the genes higher ("up") and lower ("down") in the tested level.

    Parameters
    ----------
    enrichment : mapping
        "up" and "down" -> table; a direction that was not tested is absent.
    n_genes : mapping
        "up" and "down" -> number of genes called; a direction without any is not spoken of.
    """
    found = []
    for direction, word in (("up", "higher"), ("down", "lower")):
        if direction in enrichment and n_genes.get(direction, 0):
            found.append(
                _direction(enrichment[direction], contrast, (direction, word, n_genes.get(direction, 0)), alpha)
            )
    return tuple(found)


def _direction(table: EnrichmentTable, contrast: Contrast, side: tuple[str, str, int], alpha: float) -> Finding:
    direction, word, n_called = side
    rests_on = f"tables/enrichment_{contrast.name}_{direction}.tsv"
    start = f"Among the {count_of(n_called, 'gene')} {word} in {contrast.tested_level}"
    key = f"gene_sets_{direction}"
    if n_called < MIN_GENES:
        text = (
            f"Only {count_of(n_called, 'gene is', 'genes are')} {word} in {contrast.tested_level}: too few to ask "
            "which gene sets they share."
        )
        return Finding("gene_sets", key, text, {"n_genes": n_called}, rests_on, "caution")
    n_sets, n_distinct = int((table.frame["padj"] < alpha).sum()), len(table.distinct(alpha))
    terms = top_terms(table, alpha, 3)
    numbers: dict[str, float | int | str] = {"n_genes": n_called, "n_sets": n_sets, "alpha": alpha}
    numbers["n_distinct"] = n_distinct
    if not terms:
        text = f"{start}, none of {count_of(len(table.frame), 'gene set')} is over-represented at {alpha:g}."
        return Finding("gene_sets", key, text, numbers, rests_on)
    for term in terms:
        numbers |= {f"overlap {term.name}": term.overlap, f"padj {term.name}": term.padj}
    text = (
        f"{start}, {count_of(n_distinct, 'distinct gene set is', 'distinct gene sets are')} over-represented at "
        f"{alpha:g}{_in_all(n_distinct, n_sets)}{': ' if n_distinct <= len(terms) else '; first: '}"
        f"{'; '.join(_term_words(term) for term in terms)}."
    )
    return Finding("gene_sets", key, text, numbers, rests_on)


def _in_all(n_distinct: int, n_sets: int) -> str:
    """Say how many sets there are with those that have much the same genes as a better one."""
    return f" ({thousands(n_sets)} counting all)" if n_sets > n_distinct else ""


def _term_words(term: Term) -> str:
    return (
        f"{term.name} ({term.overlap} of {thousands(term.set_size)} genes, {decimal(term.fold)}-fold, adjusted p-value "
        f"{p_words(term.padj)})"
    )


def bias_findings(
    rates: tuple[float, float], p_value: float, contrast: Contrast, *, corrected: bool
) -> tuple[Finding, ...]:
    """Say that calls depend on how strongly genes are expressed, and what that does to gene sets.

    Parameters
    ----------
    rates : called genes among the tenth of lowest and of highest mean count, as shares.
    p_value : of the dependence.
    corrected : whether the p-values of gene sets take it into account.

    Returns
    -------
    tuple of Finding
        None where the rates differ less than BIASED times, or by chance.
    """
    low, high = sorted(rates)
    if p_value > BIAS_P or high < BIASED * low or not high:
        return ()
    ends = ("highest", "lowest") if rates[1] >= rates[0] else ("lowest", "highest")
    of_high = f"{percent(high)} of the tenth of genes with the {ends[0]} mean counts"
    text = f"Genes are called more easily the better they are seen: {of_high}, {percent(low)} of the {ends[1]} tenth. "
    if ends[0] == "lowest":
        text = f"Which genes are called depends on their counts: {of_high}, {percent(low)} of the {ends[1]} tenth. "
    text += (
        "The p-values of gene sets in lists of genes are corrected for this."
        if corrected
        else "Sets of such genes stand out in lists for this alone; --bias mean corrects for it."
    )
    numbers: dict[str, float | int | str] = {"low_rate": rates[0], "high_rate": rates[1], "p_value": p_value}
    return (Finding("gene_sets", "call_bias", text, numbers, f"tables/differential_{contrast.name}.tsv", "caution"),)


def ranked_findings(ranked: pd.DataFrame, contrast: Contrast, *, alpha: float) -> tuple[Finding, ...]:
    """Say which sets lie towards the top and the bottom of all genes ranked by the test.

    Parameters
    ----------
    ranked : data frame
        One row per set with columns set_id, set_name, NES, padj and represented_by, most certain first.
    """
    rests_on = f"tables/gsea_{contrast.name}.tsv"
    called = ranked[ranked["padj"] < alpha]
    if called.empty:
        text = f"Over all genes ranked by the test, no gene set leans towards either end at {alpha:g}."
        return (Finding("gene_sets", "ranked", text, {"n_sets": 0, "alpha": alpha}, rests_on),)
    higher, lower = called[called["NES"] > 0], called[called["NES"] < 0]
    parts = [
        f"{count_of(len(_distinct(side)), 'distinct set leans', 'distinct sets lean')} towards higher in {level}"
        f"{_in_all(len(_distinct(side)), len(side))}, first: {_names(side)}"
        for side, level in ((higher, contrast.tested_level), (lower, contrast.reference_level))
        if len(side)
    ]
    text = f"Over all genes ranked by the test, {'; '.join(parts)}."
    numbers = {"n_higher": len(higher), "n_lower": len(lower), "alpha": alpha}
    return (Finding("gene_sets", "ranked", text, numbers, rests_on),)


def _names(side: pd.DataFrame) -> str:
    names: Sequence[str] = [str(name) for name in _distinct(side)["set_name"].head(2)]
    return " and ".join(names)


def _distinct(side: pd.DataFrame) -> pd.DataFrame:
    return side[side["represented_by"] == side["set_id"]]
