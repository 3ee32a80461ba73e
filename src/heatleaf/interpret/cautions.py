"""What must not be concluded: the guardrails that stand beside a heatmap and a test."""

from __future__ import annotations

import math
from collections.abc import Sequence

from heatleaf.interpret.cards import ClusterCard
from heatleaf.interpret.gene_sets import MIN_GENES
from heatleaf.interpret.heatmaps import WEAK, HeatmapFacts
from heatleaf.interpret.words import count_of, decimal, listing, percent, thousands, verb
from heatleaf.model import Contrast, Finding

SMALL_SAMPLES = 12  # up to here the bound of a z-score lies within the usual colour scale (heatmap.md 2.3, 10)
CLIPPED = 0.02  # share of clipped cells from which it is worth saying


def heatmap_cautions(facts: HeatmapFacts, cards: Sequence[ClusterCard] = ()) -> tuple[Finding, ...]:
    """Say what a heatmap of row z-scores cannot show, most important first; cards : of its clusters."""
    found = [
        _chosen_because_different(facts),
        _unstable(facts),
        *_following_others(facts, cards),
        _too_small_for_sets(facts, cards),
        _magnitude(facts),
        _cluster_number(facts),
        _small_samples(facts),
        _clipped(facts),
    ]
    return tuple(finding for finding in found if finding is not None)


def _caution(facts: HeatmapFacts, key: str, text: str, numbers: dict[str, float | int | str]) -> Finding:
    return Finding("clusters", key, text, numbers, f"figures/{facts.key}.svg", "caution")


def _chosen_because_different(facts: HeatmapFacts) -> Finding | None:
    if not facts.chosen_for:
        return None
    text = (
        f"The heatmap of genes that differ ({facts.chosen_for}) shows genes chosen for that difference. Such genes "
        "separate the groups even in pure noise, so the separation is no evidence."
    )
    return _caution(facts, "chosen_because_different", text, {"n_genes": facts.n_genes, "comparison": facts.chosen_for})


def figure_notes(facts: HeatmapFacts, cards: Sequence[ClusterCard] = ()) -> tuple[str, ...]:
    """Say the same below the figure itself, in few words: one line on colours, one on clusters, one on the groups."""
    amounts = "amounts stand in the log2 strips" if facts.has_strips else "they say nothing of amounts"
    colours = f"Colours compare each gene with its own mean; {amounts}."
    if 2 < facts.n_samples <= SMALL_SAMPLES:
        bound = decimal(z_bound(facts.n_samples), 2)
        colours = f"{colours[:-1]}, and with {facts.n_samples} samples no z exceeds {bound}."
    return tuple(line for line in (colours, _clusters_note(facts, cards), *_group_notes(facts)) if line)


def _clusters_note(facts: HeatmapFacts, cards: Sequence[ClusterCard]) -> str:
    if facts.n_clusters < 2:
        return ""
    width = f" (mean silhouette width {decimal(facts.silhouette, 2)})" if facts.silhouette is not None else ""
    said = [f"{facts.n_clusters} clusters are a choice{width}"]
    said += [
        f"{listing([card.name for card in some])} {verb(len(some), 'follows', 'follow')} {column}, not {facts.factor}"
        for column, some in _others(facts, cards).items()
    ]
    small = _small(cards)
    if small:
        said.append(f"{listing([card.name for card in small])}: too few genes to ask for gene sets")
    return f"{'; '.join(said)}."


def _group_notes(facts: HeatmapFacts) -> list[str]:
    said = []
    if facts.confounded:
        columns = listing(facts.confounded)
        follow = verb(len(facts.confounded), "follows", "follow")
        said.append(f"{columns} {follow} {facts.factor}: what looks like {facts.factor} here may be {columns}.")
    if facts.nothing_differs:
        said.append(f"No gene differs in {listing(facts.nothing_differs)}: these patterns show no effect.")
    return said


def _others(facts: HeatmapFacts, cards: Sequence[ClusterCard]) -> dict[str, list[ClusterCard]]:
    """Group the cards that follow a column other than the tested one by that column."""
    found: dict[str, list[ClusterCard]] = {}
    for card in cards:
        if facts.factor and card.follows not in ("", facts.factor):
            found.setdefault(card.follows, []).append(card)
    return found


def _small(cards: Sequence[ClusterCard]) -> list[ClusterCard]:
    return [card for card in cards if card.has_sets and not card.terms and card.n_genes < MIN_GENES]


def _following_others(facts: HeatmapFacts, cards: Sequence[ClusterCard]) -> list[Finding]:
    return [_following(facts, column, some) for column, some in _others(facts, cards).items()]


def _following(facts: HeatmapFacts, column: str, cards: Sequence[ClusterCard]) -> Finding:
    n_genes = sum(card.n_genes for card in cards)
    which = f"{verb(len(cards), 'Cluster', 'Clusters')} {listing([str(card.number) for card in cards])}"
    follow, show = verb(len(cards), "follows", "follow"), verb(len(cards), "it shows", "they show")
    text = (
        f"{which} ({thousands(n_genes)} of {thousands(facts.n_genes)} genes) {follow} {column}, not {facts.factor}: "
        f"what {show} is no effect of {facts.factor}."
    )
    numbers: dict[str, float | int | str] = {"column": column, "clusters": len(cards), "n_genes": n_genes}
    return _caution(facts, "cluster_follows_other", text, numbers)


def _too_small_for_sets(facts: HeatmapFacts, cards: Sequence[ClusterCard]) -> Finding | None:
    small = _small(cards)
    if not small:
        return None
    which = [f"{card.number} ({count_of(card.n_genes, 'gene')})" for card in small]
    text = (
        f"{verb(len(small), 'Cluster', 'Clusters')} {listing(which)} {verb(len(small), 'is', 'are')} too small to ask "
        "for gene sets: that none is over-represented says nothing."
    )
    return _caution(facts, "few_genes_for_sets", text, {f"cluster {card.number}": card.n_genes for card in small})


def _magnitude(facts: HeatmapFacts) -> Finding:
    text = (
        "Colours are z-scores within each gene: they show when a gene is higher or lower than its own mean, not by how "
        "much. A small wobble and a large change can have the same colour; compare magnitudes by the log2 strips."
    )
    return _caution(facts, "z_hides_magnitude", text, {})


def _unstable(facts: HeatmapFacts) -> Finding | None:
    if facts.stability is None or not facts.stability.weak:
        return None
    weak = facts.stability.weak
    if len(weak) == facts.n_clusters:
        which = f"None of the {facts.n_clusters} clusters is stable"
    else:
        which = f"{verb(len(weak), 'Cluster', 'Clusters')} {listing([str(number) for number in weak])} "
        which += verb(len(weak), "is weak", "are weak")
    if facts.chosen_for:
        which = f"In the heatmap of genes that differ ({facts.chosen_for}), {which[0].lower()}{which[1:]}"
    text = (
        f"{which} (stability below {WEAK:g}): with other samples and genes drawn from these, other genes stand "
        "together. Take genes there one by one; fewer clusters (--clusters) may hold."
    )
    numbers: dict[str, float | int | str] = {f"cluster {number}": facts.stability.shares[number - 1] for number in weak}
    return _caution(facts, "unstable_clusters", text, numbers)


def _cluster_number(facts: HeatmapFacts) -> Finding | None:
    if facts.n_clusters < 2:
        return None
    how = "chosen from the data" if facts.clusters_chosen_by == "data" else "set by hand"
    made = "k-means" if facts.row_clustering == "kmeans" else "cutting the tree"
    text = (
        f"The number of clusters ({facts.n_clusters}) was {how} and is a choice: {made} always gives "
        "clusters, whether or not the genes fall into separate groups."
    )
    numbers: dict[str, float | int | str] = {"n_clusters": facts.n_clusters}
    if facts.silhouette is not None:
        numbers["silhouette"] = facts.silhouette
        text = f"{text[:-1]} (mean silhouette width {decimal(facts.silhouette, 2)}; 1 is well apart, 0 is not)."
    return _caution(facts, "cluster_number", text, numbers)


def z_bound(n_samples: int) -> float:
    """Return the largest |z| that a row of n values can have: (n - 1) / sqrt(n) (Shiffler 1988)."""
    return (n_samples - 1) / math.sqrt(n_samples)


def _small_samples(facts: HeatmapFacts) -> Finding | None:
    if not 2 < facts.n_samples <= SMALL_SAMPLES:
        return None
    bound = z_bound(facts.n_samples)
    text = (
        f"With {facts.n_samples} samples no z-score can exceed "
        f"{decimal(bound, 2)}: a deep colour may come from one sample alone."
    )
    return _caution(facts, "small_n", text, {"n_samples": facts.n_samples, "z_bound": bound})


def _clipped(facts: HeatmapFacts) -> Finding | None:
    if facts.clipped_share < CLIPPED:
        return None
    text = (
        f"{percent(facts.clipped_share)} of the cells lie beyond the colour scale (±{decimal(facts.limit, 2)}) and are "
        "drawn in its end colours."
    )
    return _caution(facts, "clipped", text, {"clipped_share": facts.clipped_share, "limit": facts.limit})


def no_test_finding(reason: str) -> tuple[Finding, ...]:
    """Say that no test was made, and why.

    Parameters
    ----------
    reason : str
        A clause without a full stop: "there is no sample sheet".
    """
    text = f"No differential test was made: {reason}. The figures describe the samples and carry no p-values."
    return (Finding("differential", "no_test", text, {}, "run.json", "caution"),)


def replicate_cautions(contrast: Contrast, n_tested: int, n_reference: int) -> tuple[Finding, ...]:
    """Warn where a compared level has fewer than three samples."""
    few = [
        (level, n) for level, n in ((contrast.tested_level, n_tested), (contrast.reference_level, n_reference)) if n < 3
    ]
    if not few:
        return ()
    said = " and ".join(f"{level} has {count_of(n, 'sample')}" for level, n in few)
    text = (
        f"{said}: the variance of each gene is largely borrowed from other genes, and one odd sample can decide. "
        "Confirm what matters with more replicates."
    )
    numbers: dict[str, float | int | str] = {f"samples {level}": n for level, n in few}
    return (
        Finding("differential", "few_replicates", text, numbers, f"tables/differential_{contrast.name}.tsv", "caution"),
    )


def universe_caution(universe_size: int, n_tested: int) -> Finding:
    """Say against which genes over-representation was counted; fewer names than genes where genes share a name."""
    named = f"{thousands(n_tested)} genes that were tested"
    if universe_size < n_tested:
        named = f"{thousands(universe_size)} gene names of the {named}"
    text = (
        f"Over-representation is counted against the {named}, not against the whole genome: genes that could not be "
        "seen at all make no set stand out."
    )
    return Finding(
        "gene_sets", "universe", text, {"universe_size": universe_size}, "tables/cluster_enrichment.tsv", "caution"
    )
