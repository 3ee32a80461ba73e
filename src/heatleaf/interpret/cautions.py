"""What must not be concluded: the guardrails that stand beside a heatmap and a test."""

from __future__ import annotations

import math

from heatleaf.interpret.heatmaps import WEAK, HeatmapFacts
from heatleaf.interpret.words import count_of, decimal, listing, percent, thousands, verb
from heatleaf.model import Contrast, Finding

SMALL_SAMPLES = 12  # up to here the bound of a z-score lies within the usual colour scale (heatmap.md 2.3, 10)
CLIPPED = 0.02  # share of clipped cells from which it is worth saying


def heatmap_cautions(facts: HeatmapFacts) -> tuple[Finding, ...]:
    """Say what a heatmap of row z-scores cannot show, most important first."""
    found = [
        _chosen_because_different(facts),
        _unstable(facts),
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
        which = f"None of the {facts.n_clusters} clusters holds"
    else:
        which = f"{verb(len(weak), 'Cluster', 'Clusters')} {listing([str(number) for number in weak])} "
        which += verb(len(weak), "does not hold", "do not hold")
    of_which = verb(len(weak), "it", "each")
    if facts.chosen_for:
        which = f"In the heatmap of genes that differ ({facts.chosen_for}), {which[0].lower()}{which[1:]}"
    text = (
        f"{which}: with other samples and genes drawn from these, less than {percent(WEAK)} of {of_which} returns. "
        "Take genes there one by one; fewer clusters (--clusters) may hold."
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
