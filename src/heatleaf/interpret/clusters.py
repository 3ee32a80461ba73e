"""What each block of a heatmap shows: its size, its pattern, its leading genes, its top gene set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from heatleaf.interpret.cards import ClusterCard, card_finding
from heatleaf.interpret.gene_sets import MIN_GENES, Term, top_terms
from heatleaf.interpret.groups import FOLLOWS
from heatleaf.interpret.heatmaps import StabilityFacts
from heatleaf.interpret.patterns import Pattern, find_pattern, has_pattern, is_told_low, pattern_words
from heatleaf.interpret.words import count_of, listing, percent, short_listing, signed
from heatleaf.model import Clusters, EnrichmentTable, Finding, SampleSheet

FloatArray = NDArray[np.float64]
GeneLabels = tuple[Sequence[str], Sequence[str]]
N_LEADING = 5
N_TERMS = 3
ONE_SAMPLE = 0.5  # share of a profile's variance from which one sample makes the cluster; of 8 samples each has 0.125
MIN_SAMPLES = 5  # with fewer one sample always has a large share


@dataclass(frozen=True, eq=False)
class ClusterFacts:
    """What is known of the blocks of one heatmap.

    values : float64 array of shape (n_genes, n_samples), VST, rows in the order of clusters.gene_ids.
    gene_names : name to show of each row. samples : the sheet in the order of the columns, or None.
    factor, reference : the tested variable and its reference level, "" where none. alpha : for gene sets.
    enrichment : one table per cluster number. file : where cluster membership is written. stability : of the blocks,
    where it was measured. block : the column of the design that pairs or blocks the samples, or "".
    confounded : columns that cannot be told from the tested variable. nothing_differs : the comparisons, in words, that
    call no gene.
    """

    clusters: Clusters
    values: FloatArray
    gene_names: Sequence[str]
    sample_ids: Sequence[str]
    samples: SampleSheet | None = None
    factor: str = ""
    reference: str = ""
    enrichment: Mapping[int, EnrichmentTable] = field(default_factory=dict)
    alpha: float = 0.05
    file: str = "tables/heatmap_clusters.tsv"
    stability: StabilityFacts | None = None
    block: str = ""
    confounded: tuple[str, ...] = ()
    nothing_differs: tuple[str, ...] = ()


def make_cards(facts: ClusterFacts) -> tuple[ClusterCard, ...]:
    """Describe each block, top to bottom."""
    return tuple(_card(facts, number) for number in range(1, facts.clusters.n_clusters + 1))


def cluster_findings(facts: ClusterFacts) -> tuple[Finding, ...]:
    """Say what each block shows, top to bottom; one finding per block, key "cluster_1" and so on."""
    return tuple(card_finding(card) for card in make_cards(facts))


def cluster_meanings(facts: ClusterFacts) -> tuple[str, ...]:
    """Return one short line per block for the heatmap itself: "up in treated, +1.9 log2; response to steroid"."""
    return tuple(card.label for card in make_cards(facts))


def leading_genes(values: FloatArray, names: GeneLabels, pattern: Pattern, groups: Sequence[str] = ()) -> list[int]:
    """Return the rows that carry a block, strongest first, named genes before bare ids.

    Parameters
    ----------
    values : float64 array of shape (n_genes, n_samples), log2 units.
    names : ids and names of the genes.
    pattern : of the block. groups : of each sample, in the column that the pattern follows; () where it follows none.

    Notes
    -----
    Only genes stand for the block that do what is said of it: they are high in the same groups, and of those the better
    half (at least N_LEADING) by correlation with the mean profile. The strength is the projection of the centred row
    onto the unit profile: effect size times consistency, log2 units. Where no gene agrees, all are taken.
    """
    gene_ids, gene_names = names
    centred = values - values.mean(axis=1, keepdims=True)
    length = float(np.sqrt((pattern.profile**2).sum()))
    spread = np.sqrt((centred**2).sum(axis=1))
    strength = centred @ (pattern.profile / length) if length > 0 else spread
    likeness = np.divide(strength, spread, out=np.zeros_like(strength), where=spread > 0)
    agrees = has_pattern(values, pattern, groups)
    agreeing = np.flatnonzero(agrees) if agrees.any() else np.arange(len(values))
    n_best = max(N_LEADING, (len(agreeing) + 1) // 2)
    best = agreeing[np.argsort(-likeness[agreeing], kind="stable")][:n_best].tolist()
    return sorted(best, key=lambda i: (gene_names[i] == gene_ids[i], -strength[i], gene_ids[i]))


def _rows(facts: ClusterFacts, number: int) -> slice:
    start, stop = np.searchsorted(facts.clusters.labels, [number, number + 1])
    return slice(int(start), int(stop))


def _card(facts: ClusterFacts, number: int) -> ClusterCard:
    rows = _rows(facts, number)
    values, names = facts.values[rows], list(facts.gene_names[rows])
    ids = list(facts.clusters.gene_ids[rows])
    pattern = find_pattern(values, facts.samples, facts.factor, facts.block)
    groups = facts.samples.columns[pattern.follows.column] if facts.samples and pattern.follows else ()
    leading = [names[i] for i in leading_genes(values, (ids, names), pattern, groups)[:N_LEADING]]
    reference = _reference(facts, pattern)
    table = facts.enrichment.get(number)
    terms = top_terms(table, facts.alpha, N_TERMS) if table is not None else ()
    stability = facts.stability
    return ClusterCard(
        number=number,
        n_genes=len(ids),
        label="; ".join((_short_pattern(facts, pattern), *(term.name for term in terms[:1]))),
        pattern=pattern_words(pattern, facts.sample_ids, reference, samples=facts.samples),
        follows=_follows(pattern),
        leading=tuple(leading),
        terms=terms,
        has_sets=table is not None,
        stability=None if stability is None else stability.shares[number - 1],
        verdict="" if stability is None else stability.verdict(number),
        caveats=tuple(_caveats(facts, pattern, (len(ids), table is not None and not terms))),
        numbers=_numbers(number, len(ids), pattern, terms, stability),
        rests_on=f"{facts.file} (cluster {number})",
    )


def _follows(pattern: Pattern) -> str:
    follows = pattern.follows
    return follows.column if follows is not None and follows.adjusted >= FOLLOWS else ""


def _caveats(facts: ClusterFacts, pattern: Pattern, found: tuple[int, bool]) -> list[str]:
    """Say what must not be concluded from one block; found : its number of genes, and whether no gene set is found."""
    n_genes, has_no_set = found
    said, follows = [], _follows(pattern)
    if facts.factor and follows not in ("", facts.factor):
        said.append(f"It follows {follows}, not {facts.factor}: it shows no effect of {facts.factor}.")
    if facts.confounded and follows == facts.factor:
        columns = listing(facts.confounded)
        said.append(f"It could as well follow {columns}, which cannot be told from {facts.factor} here.")
    if facts.nothing_differs and follows == facts.factor:
        said.append(f"No gene differs in {listing(facts.nothing_differs)}: among several clusters chance makes one so.")
    if is_of_one_sample(pattern):
        sample = facts.sample_ids[pattern.extreme]
        share = percent(pattern.one_sample_share)
        said.append(f"One sample makes it: {sample} has {share} of its variance. Check that sample first.")
    if has_no_set and n_genes < MIN_GENES:
        said.append(f"{count_of(n_genes, 'gene')} can hardly show a gene set.")
    return said


def is_of_one_sample(pattern: Pattern) -> bool:
    """Tell whether one sample alone makes a pattern."""
    return len(pattern.profile) >= MIN_SAMPLES and pattern.one_sample_share >= ONE_SAMPLE


def _reference(facts: ClusterFacts, pattern: Pattern) -> str:
    return facts.reference if pattern.follows is not None and pattern.follows.column == facts.factor else ""


def _numbers(
    number: int, n_genes: int, pattern: Pattern, terms: Sequence[Term], stability: StabilityFacts | None
) -> dict[str, float | int | str]:
    numbers: dict[str, float | int | str] = {"cluster": number, "n_genes": n_genes, **_pattern_numbers(pattern)}
    if terms:
        first = terms[0]
        numbers |= {"set": first.name, "overlap": first.overlap, "set_size": first.set_size, "padj": first.padj}
    if stability is not None:
        numbers["stability"] = stability.shares[number - 1]
    return numbers


def _pattern_numbers(pattern: Pattern) -> dict[str, float | int | str]:
    numbers: dict[str, float | int | str] = {}
    if pattern.follows is not None:
        numbers |= {"column": pattern.follows.column, "share": pattern.follows.share}
        numbers |= {"adjusted_share": pattern.follows.adjusted}
    if pattern.high:
        numbers |= {"median_log2": pattern.effect, "agreeing": pattern.agreeing, "samples": pattern.n_high}
    else:
        numbers["mean_z"] = float(pattern.profile[pattern.extreme])
    if pattern.blocks:
        numbers |= {"agreeing_blocks": pattern.blocks[0], "blocks": pattern.blocks[1]}
    numbers["one_sample_share"] = pattern.one_sample_share
    return numbers


def _short_pattern(facts: ClusterFacts, pattern: Pattern) -> str:
    if not pattern.high:
        if column := _follows(pattern):
            return f"changes with {column}"
        side = "highest" if pattern.profile[pattern.extreme] > 0 else "lowest"
        return f"{side} in {facts.sample_ids[pattern.extreme]}"
    reference = _reference(facts, pattern)
    words = ("down", "up") if reference else ("low", "high")
    if is_told_low(pattern, reference):
        return f"{words[0]} in {short_listing(pattern.low)}, {signed(-pattern.effect)} log2"
    return f"{words[1]} in {short_listing(pattern.high)}, {signed(pattern.effect)} log2"
