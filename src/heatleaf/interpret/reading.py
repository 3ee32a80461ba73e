"""How to read this very heatmap: what a cell, a colour, a cluster and a tree say, on its own genes and samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heatleaf.interpret.cards import ClusterCard
from heatleaf.interpret.words import count_of, decimal, listing, p_words, percent, signed, thousands

_STRONG, _WEAK = 0.6, 0.2  # shares of the limit of the scale from which a colour is called deep, and seen at all


@dataclass(frozen=True)
class ExampleRow:
    """A row that serves as an example.

    place : its row within its cluster, from 1. z, counts : z-score and normalised count in the samples high and low.
    change, padj : log2 fold change and adjusted p-value of the first comparison, None without one.
    """

    name: str
    place: int
    z: tuple[float, float]
    counts: tuple[float, float]
    change: float | None = None
    padj: float | None = None


@dataclass(frozen=True)
class ReadingFacts:
    """What a reader is shown of one heatmap.

    colours : of high, middle and low values, in words. row : the example; high, low : the samples where it is
    highest and lowest. small : a row of the same cluster with like colours and a small change, or None. card : of
    their cluster. border : names of the last gene of one cluster and the first of the next, () for one cluster.
    differing, comparison : how many of the genes shown differ in the first comparison, in words, None without a test.
    groups : of the columns, () where they are not split.
    """

    n_genes: int
    n_samples: int
    colours: tuple[str, str, str]
    limit: float
    row: ExampleRow
    high: str
    low: str
    card: ClusterCard | None
    small: ExampleRow | None = None
    border: tuple[str, ...] = ()
    groups: Sequence[str] = ()
    differing: int | None = None
    comparison: str = ""


def reading_help(facts: ReadingFacts) -> tuple[tuple[str, str], ...]:
    """Return (what it is about, sentences) in the order in which an eye goes over a heatmap."""
    steps = [
        ("Rows and columns", _grid(facts)),
        ("One cell", _cell(facts)),
        ("Colour is not amount", _amount(facts)),
        ("A cluster", _cluster(facts)),
        ("Neighbours and trees", _neighbours(facts)),
        ("What it does not say", _silence(facts)),
    ]
    return tuple((title, text) for title, text in steps if text)


def colour_words(z: float, facts: ReadingFacts) -> str:
    """Name the colour of a z-score: "deep red", "pale blue", "nearly white"."""
    share = abs(z) / facts.limit if facts.limit else 0.0
    if share < _WEAK:
        return f"nearly {facts.colours[1]}"
    return f"{'deep' if share >= _STRONG else 'pale'} {facts.colours[0 if z > 0 else 2]}"


def _grid(facts: ReadingFacts) -> str:
    groups = f", in {count_of(len(facts.groups), 'group')}: {listing(list(facts.groups))}" if facts.groups else ""
    return (
        f"Each of the {count_of(facts.n_genes, 'row')} is a gene, each of the {count_of(facts.n_samples, 'column')} a "
        f"sample{groups}. Read along a row to follow one gene over the samples; down a column to see one sample."
    )


def _cell(facts: ReadingFacts) -> str:
    row = facts.row
    where = f", row {thousands(row.place)} of C{facts.card.number}," if facts.card else ""
    return (
        f"{row.name}{where} is {colour_words(row.z[0], facts)} in {facts.high}: {decimal(abs(row.z[0]))} standard "
        f"deviations {_side(row.z[0])} its own mean over these samples (z {signed(row.z[0])}). In {facts.low} it is "
        f"{colour_words(row.z[1], facts)} (z {signed(row.z[1])}). Behind these colours stand {_count(row.counts[0])} "
        f"and {_count(row.counts[1])} normalised counts. Beyond z = ±{facts.limit:g} the colour stays the same."
    )


def _side(z: float) -> str:
    return "above" if z > 0 else "below"


def _count(value: float) -> str:
    return thousands(value) if value >= 10 else decimal(value)


def _amount(facts: ReadingFacts) -> str:
    row, small = facts.row, facts.small
    if small is None or row.change is None or small.change is None:
        return (
            "A colour compares a gene with itself only. Two genes of one colour may change by very different amounts."
        )
    return (
        f"{small.name} has nearly the colours of {row.name} (z {signed(small.z[0])} in {facts.high}, "
        f"{signed(small.z[1])} in {facts.low}), but {row.name} changes {_fold(row.change)} and {small.name} "
        f"{_fold(small.change)} in {facts.comparison}. For amounts read the log2 FC strip beside the map, or the table."
    )


def _fold(change: float) -> str:
    fold = float(2 ** abs(change))
    return f"{thousands(fold) if fold >= 10 else decimal(fold)}-fold (log2 {signed(change)})"


def _cluster(facts: ReadingFacts) -> str:
    card = facts.card
    if card is None:
        return ""
    said = f"C{card.number} gathers {count_of(card.n_genes, 'gene')} of one pattern: it {card.pattern}."
    if card.stability is not None:
        said += (
            f" Its stability is {card.stability:.2f}: with samples and genes drawn anew, the cluster in its place "
            f"shares {percent(round(card.stability, 2))} of the genes that either of the two holds ({card.verdict})."
        )
    return f"{said} The number of clusters is a choice, not a discovery."


def _neighbours(facts: ReadingFacts) -> str:
    text = "Genes that rise and fall together stand together; a short branch joins what is alike."
    if len(facts.border) < 2:
        return text
    return (
        f"{text} {facts.border[0]} and {facts.border[1]} are neighbours on the page, yet they are in two clusters: how "
        "unlike two neighbours are stands in the height of the branch that joins them, not in their places."
    )


def _silence(facts: ReadingFacts) -> str:
    if facts.differing is None:
        return "A colour is no test: that two groups look different says nothing of chance."
    tested = ""
    if facts.row.padj is not None:
        tested = f" {facts.row.name} has an adjusted p-value of {p_words(facts.row.padj)}."
    return (
        f"A colour is no test. Of the {count_of(facts.n_genes, 'gene')} here {thousands(facts.differing)} differ in "
        f"{facts.comparison}; the others vary for other reasons.{tested} Whether a gene differs stands in the table of "
        "genes."
    )
