"""The cards of every cluster that occurs when a tree is cut, so that a browser can re-cut without a server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.heatmap.make import one_tree
from heatleaf.analysis.result import HeatmapResult
from heatleaf.analysis.view_sets import set_records
from heatleaf.cluster import Clustering
from heatleaf.interpret.cards import ClusterCard
from heatleaf.interpret.clusters import N_TERMS, ClusterFacts, make_cards
from heatleaf.model import Clusters, EnrichmentTable
from heatleaf.model.clustered import first_leaves

FloatArray = NDArray[np.float64]
Cards = dict[tuple[int, int], tuple[ClusterCard, EnrichmentTable | None]]
MAX_CUT = 20  # clusters; more cannot be told apart beside a heatmap


@dataclass(frozen=True)
class Branch:
    """Neighbouring displayed rows, start to stop - 1, that are one cluster in the cuts into k_from to k_to clusters."""

    start: int
    stop: int
    k_from: int
    k_to: int


def branches_of_cuts(linkage: FloatArray, max_cut: int = MAX_CUT) -> list[Branch]:
    """List every cluster of the cuts of a tree into 1 to max_cut clusters, larger ones first.

    Parameters
    ----------
    linkage : float64 array of shape (n_leaves - 1, 4), leaves numbered as displayed.

    Notes
    -----
    A cut into k clusters makes the first n_leaves - k merges: what merge i (from 0) makes is a cluster from where the
    merge above it is not yet made, and up to n_leaves - 1 - i clusters. There are at most 2 max_cut - 1.

    Examples
    --------
    >>> tree = np.array([[0, 1, 0.5, 2], [2, 3, 0.9, 3]])
    >>> [(one.start, one.stop, one.k_from, one.k_to) for one in branches_of_cuts(tree, 2)]
    [(0, 3, 1, 1), (0, 2, 2, 2), (2, 3, 2, 3)]
    """
    n_leaves = len(linkage) + 1
    first, sizes = first_leaves(linkage)
    n_nodes = 2 * n_leaves - 1
    parent_merge = np.full(n_nodes, n_leaves - 1)
    parent_merge[linkage[:, :2].astype(np.int64)] = np.arange(n_leaves - 1)[:, np.newaxis]
    k_from = n_leaves - parent_merge
    k_to = np.where(np.arange(n_nodes) < n_leaves, n_leaves, 2 * n_leaves - 1 - np.arange(n_nodes))
    shown = np.flatnonzero(k_from <= max_cut)
    shown = shown[np.lexsort((first[shown], k_from[shown]))]
    return [Branch(int(first[i]), int(first[i] + sizes[i]), int(k_from[i]), int(k_to[i])) for i in shown]


def branches_of_blocks(clustering: Clustering | None, labels: NDArray[np.int64]) -> list[Branch]:
    """List the blocks as displayed, those that are no cluster apart, for a heatmap without one tree."""
    has_parked = clustering is not None and clustering.has_parked
    n_clusters = (int(labels[-1]) if len(labels) else 0) - has_parked
    bounds = np.searchsorted(labels, np.arange(1, n_clusters + 2)).tolist()
    return [Branch(start, stop, n_clusters, n_clusters) for start, stop in pairwise(bounds)]


@lru_cache(maxsize=6)  # report, page and figures ask for the same heatmap, and each of its cards takes gene-set tests
def describe_nodes(heatmap: HeatmapResult, alpha: float) -> list[dict[str, object]]:
    """Describe each cluster of each cut of a heatmap, as the cards of the displayed cut are made; JSON values.

    Notes
    -----
    Gene sets are adjusted within a cluster, so that a card does not depend on the cut. Stability was measured for the
    displayed clusters alone.
    """
    linkage = one_tree(heatmap.clustering) if heatmap.clustering is not None else None
    labels = heatmap.clusters.labels
    branches = branches_of_cuts(linkage) if linkage is not None else branches_of_blocks(heatmap.clustering, labels)
    shown = _shown_cards(heatmap)
    further = [branch for branch in branches if (branch.start, branch.stop) not in shown]
    cards = shown | _further_cards(heatmap, further, alpha)
    return [
        _node(branch, *cards[branch.start, branch.stop], alpha)
        for branch in branches
        if (branch.start, branch.stop) in cards
    ]


def _shown_cards(heatmap: HeatmapResult) -> Cards:
    labels = heatmap.clusters.labels
    bounds = [np.searchsorted(labels, [card.number, card.number + 1]).tolist() for card in heatmap.cards]
    return {
        (start, stop): (card, heatmap.enrichment.get(card.number))
        for (start, stop), card in zip(bounds, heatmap.cards, strict=True)
    }


def _further_cards(heatmap: HeatmapResult, branches: Sequence[Branch], alpha: float) -> Cards:
    if heatmap.facts is None or not branches:
        return {}
    blocks = [(branch.start, branch.stop) for branch in branches]
    below = max(alpha, heatmap.facts.alpha)  # a card tells no other sets
    gene_ids, tester = heatmap.clusters.gene_ids, heatmap.tester
    tested = tester.test_blocks(gene_ids, blocks, below=below) if tester is not None else []
    tables = dict(zip(blocks, tested, strict=False))  # none where there are no gene sets
    return {block: (_card(heatmap.facts, block, tables.get(block)), tables.get(block)) for block in blocks}


def _card(facts: ClusterFacts, block: tuple[int, int], table: EnrichmentTable | None) -> ClusterCard:
    rows = slice(*block)
    gene_ids = facts.clusters.gene_ids[rows]
    own = replace(
        facts,
        clusters=Clusters(gene_ids, np.ones(len(gene_ids), dtype=np.int64)),
        values=facts.values[rows],
        gene_names=facts.gene_names[rows],
        enrichment={} if table is None else {1: table},
        stability=None,
    )
    return make_cards(own)[0]


def _node(branch: Branch, card: ClusterCard, table: EnrichmentTable | None, alpha: float) -> dict[str, object]:
    return {
        **asdict(branch),
        "label": card.label,
        "pattern": card.pattern,
        "stability": card.stability,
        "verdict": card.verdict,
        "caveats": list(card.caveats),
        "leading": list(card.leading),
        "terms": [] if table is None else set_records(table, alpha, N_TERMS),
    }
