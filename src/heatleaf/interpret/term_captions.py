"""Figure legends of gene sets, and why such a figure was not drawn."""

from __future__ import annotations

import numpy as np

from heatleaf.interpret.words import count_of, percent, thousands, verb
from heatleaf.model import DifferentialResult


def caption_term_dots(result: DifferentialResult, n_distinct: int, alpha: float) -> str:
    """Describe the dot plot of gene sets."""
    return (
        f"Gene sets over-represented among the genes called in {result.contrast.title}: "
        f"{count_of(n_distinct, 'distinct set')} at an adjusted p-value below {alpha:g} (dashed line), most certain "
        "first; sets whose genes are much those of a more certain one are left out. Area: genes found; colour: their "
        f"median log2 fold change{_shrunken(result)}; fold: found over expected by chance. The axis says how certain a "
        "set is, not how strongly its genes changed: large sets reach far with little."
    )


def caption_term_map(result: DifferentialResult, n_shown: int, similar: float) -> str:
    """Describe the map of gene sets."""
    return (
        f"How {count_of(n_shown, 'gene set')} that {verb(n_shown, 'stands', 'stand')} out in {result.contrast.title} "
        "hang together. Each dot is a set, its area the number of genes found, its colour their median log2 fold "
        f"change{_shrunken(result)}. Sets stand in a group with the more certain set that has much the same genes, "
        f"which names the group; lines join sets that share at least {percent(similar)} of the genes found for the "
        "smaller of both. A group is one story told by its genes, not several results. Distances on the page have no "
        "scale."
    )


def caption_term_genes(result: DifferentialResult, n_terms: int, n_genes: int) -> str:
    """Describe the network of gene sets and genes."""
    sets = "most certain distinct gene set"
    return (
        f"The genes behind the {count_of(n_terms, sets)} of {result.contrast.title}: of each set up to {n_genes}, the "
        f"strongest (fold change times −log10 p), coloured by log2 fold change{_shrunken(result)}. A line joins a gene "
        "to every set drawn that holds it: genes with several lines are why these sets stand out together. The tables "
        "name all genes of each set."
    )


def caption_running(result: DifferentialResult, n_shown: int, n_distinct: int) -> str:
    """Describe the running scores."""
    which = count_of(n_shown, "distinct set")
    if n_shown < n_distinct:
        which = f"the {n_shown} most certain of {thousands(n_distinct)} distinct sets"
    return (
        f"Where the genes of a set lie along all tested genes of {result.contrast.title}, ranked by the test's "
        f"statistic: {which} towards either end. The sum rises at each gene of the set and falls between them "
        "(Subramanian et al. 2005); its furthest point from 0 is the score, and the genes from the end up to there "
        "(shaded) are the leading edge. NES: score over what random sets of this size give. Ticks: genes of the set. "
        "Grey, below: the statistic. No gene needs to be called for this."
    )


def caption_cluster_terms(n_terms: int, n_clusters: int, per_cluster: int, alpha: float) -> str:
    """Describe the matrix of gene sets and clusters."""
    return (
        f"{count_of(n_terms, 'gene set').capitalize()} against the {n_clusters} clusters of the heatmap, numbered from "
        f"its top: of each cluster up to {per_cluster} distinct sets that are over-represented at an adjusted p-value "
        f"below {alpha:g}, and in which other clusters they are too. Area: genes found; colour: how certain. No dot: "
        "not over-represented in that cluster."
    )


def why_no_terms(alpha: float) -> str:
    """Say why there are no figures of over-represented sets."""
    return (
        f"No gene set is over-represented at an adjusted p-value below {alpha:g}, so no figure of gene sets is drawn."
    )


def why_no_running(alpha: float) -> str:
    """Say why there are no running scores."""
    return f"No gene set leans towards either end of all genes at {alpha:g}, so no running scores are drawn."


def why_no_map() -> str:
    """Say why there is no map."""
    return "A single gene set stands out; a map of gene sets needs two."


def _shrunken(result: DifferentialResult) -> str:
    return " (shrunken)" if np.isfinite(result.lfc_shrunken).any() else ""
