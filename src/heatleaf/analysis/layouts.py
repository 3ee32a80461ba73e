"""Clusterings as the figure takes them: orders, blocks, names and trees over displayed positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster import Clustering, PlacedTree, Stability
from heatleaf.figures.heatmap.inputs import ColumnLayout, RowLayout
from heatleaf.figures.heatmap.tree import Tree, tree_over
from heatleaf.interpret.heatmaps import StabilityFacts

FloatArray = NDArray[np.float64]
PARKED = "constant, or with fewer than two values"


def row_layout(clustering: Clustering) -> RowLayout:
    """Lay out a clustering of genes."""
    stability = clustering.stability.jaccard.tolist() if clustering.stability else ()
    return RowLayout(
        clustering.order,
        clustering.labels,
        tuple(_tree(placed) for placed in clustering.trees),
        clustering.block_names,
        tuple(stability),
        parent_tree=_parent(clustering),
        parked=PARKED if clustering.has_parked else "",
    )


def column_layout(clustering: Clustering, name: str = "", levels: Sequence[str] = ()) -> ColumnLayout:
    """Lay out a clustering of samples.

    name : heading of the blocks, "" where samples are not split. levels : all levels, for stable colours.
    """
    starts = np.flatnonzero(np.diff(clustering.labels, prepend=0))
    orders = tuple(np.split(clustering.order, starts[1:]))
    groups = clustering.block_names if name else ("",) * len(orders)
    trees = tuple(_tree(placed) for placed in clustering.trees)
    return ColumnLayout(groups, orders, trees, name, tuple(levels) or groups, parent_tree=_parent(clustering))


def stability_facts(stability: Stability | None) -> StabilityFacts | None:
    """Return what sentences say of the stability of clusters."""
    if stability is None:
        return None
    return StabilityFacts(tuple(stability.jaccard.tolist()), stability.n_resamples, stability.is_within_groups)


def _tree(placed: PlacedTree) -> Tree:
    tree = tree_over(placed.linkage, placed.order, first=placed.first)
    return tree if placed.support is None else replace(tree, support=placed.support)


def _parent(clustering: Clustering) -> Tree | None:
    linkage = clustering.over_clusters
    return None if linkage is None else tree_over(linkage, np.arange(len(linkage) + 1))
