"""The card of a cluster: what it shows, how far to trust it, and what must not be concluded, in parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from heatleaf.interpret.gene_sets import Term
from heatleaf.interpret.words import count_of, p_words, thousands
from heatleaf.model import Finding


@dataclass(frozen=True)
class ClusterCard:
    """One block of a heatmap in words.

    label : the line that stands beside the block on the figure. pattern : a predicate, "is higher in treated than ...".
    follows : the column of the sheet that it follows, "" where none. leading : names of its leading genes.
    terms : the first gene sets without those that a better one represents; has_sets : gene sets were asked for.
    stability : mean Jaccard similarity with the best match in resamples, None where it was not measured; verdict : what
    that allows, or "". caveats : sentences on what must not be concluded. numbers : behind the words, by name.
    """

    number: int
    n_genes: int
    label: str
    pattern: str
    follows: str = ""
    leading: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    has_sets: bool = False
    stability: float | None = None
    verdict: str = ""
    caveats: tuple[str, ...] = ()
    numbers: Mapping[str, float | int | str] = field(default_factory=dict)
    rests_on: str = ""

    @property
    def name(self) -> str:
        """The name beside the block."""
        return f"C{self.number}"


def card_finding(card: ClusterCard) -> Finding:
    """Write a card as one paragraph, key "cluster_1" and so on."""
    sentences = [
        f"Cluster {card.number} ({count_of(card.n_genes, 'gene')}) {card.pattern}.",
        f"Leading {'gene' if len(card.leading) == 1 else 'genes'}: {', '.join(card.leading)}.",
        sets_sentence(card),
        stability_sentence(card),
        *card.caveats,
    ]
    text = " ".join(sentence for sentence in sentences if sentence)
    return Finding("clusters", f"cluster_{card.number}", text, card.numbers, card.rests_on)


def sets_sentence(card: ClusterCard) -> str:
    """Name the first gene sets of a cluster, "" where none were asked for."""
    if not card.has_sets:
        return ""
    if not card.terms:
        return "No gene set is over-represented."
    first = card.terms[0]
    also = f"; also {card.terms[1].name}" if len(card.terms) > 1 else ""
    return (
        f"Most over-represented: {first.name} ({first.overlap} of {thousands(first.set_size)} genes, adjusted p-value "
        f"{p_words(first.padj)}{also})."
    )


def stability_sentence(card: ClusterCard) -> str:
    """Say how stable a cluster is, "" where it was not measured."""
    return "" if card.stability is None else f"Stability {card.stability:.2f} (1: always found again): {card.verdict}."
