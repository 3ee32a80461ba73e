"""What each block of a heatmap shows: its size, its pattern, its leading genes, its top gene set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from heatleaf.interpret.gene_sets import MIN_GENES, top_terms
from heatleaf.interpret.heatmaps import StabilityFacts
from heatleaf.interpret.patterns import Pattern, find_pattern, has_pattern, pattern_words
from heatleaf.interpret.words import count_of, p_words, short_listing, signed, thousands
from heatleaf.model import Clusters, EnrichmentTable, Finding, SampleSheet

FloatArray = NDArray[np.float64]
GeneLabels = tuple[Sequence[str], Sequence[str]]
N_LEADING = 5


@dataclass(frozen=True, eq=False)
class ClusterFacts:
    """What is known of the blocks of one heatmap.

    values : float64 array of shape (n_genes, n_samples), VST, rows in the order of clusters.gene_ids.
    gene_names : name to show of each row. samples : the sheet in the order of the columns, or None.
    factor, reference : the tested variable and its reference level, "" where none. alpha : for gene sets.
    enrichment : one table per cluster number. file : where cluster membership is written. stability : of the blocks,
    where it was measured.
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


def cluster_findings(facts: ClusterFacts) -> tuple[Finding, ...]:
    """Say what each block shows, top to bottom; one finding per block, key "cluster_1" and so on."""
    return tuple(_cluster_finding(facts, number) for number in range(1, facts.clusters.n_clusters + 1))


def cluster_meanings(facts: ClusterFacts) -> tuple[str, ...]:
    """Return one short line per block for the heatmap itself: "up in treated, +1.9 log2; response to steroid"."""
    return tuple(_meaning(facts, number) for number in range(1, facts.clusters.n_clusters + 1))


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


def _cluster_finding(facts: ClusterFacts, number: int) -> Finding:
    rows = _rows(facts, number)
    values, names = facts.values[rows], list(facts.gene_names[rows])
    ids = list(facts.clusters.gene_ids[rows])
    pattern = find_pattern(values, facts.samples, facts.factor)
    groups = facts.samples.columns[pattern.follows.column] if facts.samples and pattern.follows else ()
    leading = [names[i] for i in leading_genes(values, (ids, names), pattern, groups)[:N_LEADING]]
    reference = _reference(facts, pattern)
    sentences = [
        f"Cluster {number} ({count_of(len(ids), 'gene')}) {pattern_words(pattern, facts.sample_ids, reference)}.",
        f"Leading {'gene' if len(leading) == 1 else 'genes'}: {', '.join(leading)}.",
    ]
    numbers: dict[str, float | int | str] = {"cluster": number, "n_genes": len(ids), **_pattern_numbers(pattern)}
    term, term_numbers = _term_sentence(facts, number, len(ids))
    sentences += [term] if term else []
    if facts.stability is not None:
        sentences.append(facts.stability.words(number))
        numbers["stability"] = facts.stability.shares[number - 1]
    rests_on = f"{facts.file} (cluster {number})"
    return Finding("clusters", f"cluster_{number}", " ".join(sentences), numbers | term_numbers, rests_on)


def _reference(facts: ClusterFacts, pattern: Pattern) -> str:
    return facts.reference if pattern.follows is not None and pattern.follows.column == facts.factor else ""


def _pattern_numbers(pattern: Pattern) -> dict[str, float | int | str]:
    numbers: dict[str, float | int | str] = {}
    if pattern.follows is not None:
        numbers |= {"column": pattern.follows.column, "share": pattern.follows.share}
        numbers |= {"adjusted_share": pattern.follows.adjusted}
    if pattern.high:
        numbers |= {"median_log2": pattern.effect, "agreeing": pattern.agreeing, "samples": pattern.n_high}
    else:
        numbers["mean_z"] = float(pattern.profile[pattern.extreme])
    return numbers


def _term_sentence(facts: ClusterFacts, number: int, n_genes: int) -> tuple[str, dict[str, float | int | str]]:
    table = facts.enrichment.get(number)
    if table is None:
        return "", {}
    terms = top_terms(table, facts.alpha, 2)
    if not terms:
        few = f" ({count_of(n_genes, 'gene')} can hardly show one)" if n_genes < MIN_GENES else ""
        return f"No gene set is over-represented{few}.", {}
    first = terms[0]
    also = f"; also {terms[1].name}" if len(terms) > 1 else ""
    text = (
        f"Most over-represented: {first.name} ({first.overlap} of {thousands(first.set_size)} genes, adjusted p-value "
    )
    text += f"{p_words(first.padj)}{also})."
    return text, {"set": first.name, "overlap": first.overlap, "set_size": first.set_size, "padj": first.padj}


def _meaning(facts: ClusterFacts, number: int) -> str:
    pattern = find_pattern(facts.values[_rows(facts, number)], facts.samples, facts.factor)
    table = facts.enrichment.get(number)
    terms = top_terms(table, facts.alpha, 1) if table is not None else ()
    return "; ".join(part for part in (_short_pattern(facts, pattern), *(term.name for term in terms)) if part)


def _short_pattern(facts: ClusterFacts, pattern: Pattern) -> str:
    if not pattern.high:
        return ""
    if _reference(facts, pattern) in pattern.high:
        return f"down in {short_listing(pattern.low)}, {signed(-pattern.effect)} log2"
    word = "up" if _reference(facts, pattern) else "high"
    return f"{word} in {short_listing(pattern.high)}, {signed(pattern.effect)} log2"
