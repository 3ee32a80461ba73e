"""Rows and columns of a heatmap put into order: genes clustered and cut, samples clustered within their group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster import choose_k, displayed_clusters, leaf_order, linkage
from heatleaf.figures.heatmap.spec import ColumnLayout, RowLayout
from heatleaf.figures.heatmap.tree import Tree, tree_over
from heatleaf.model import Clusters

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class GeneTree:
    """Genes clustered and cut.

    linkage : None for a single gene. order : positions in displayed order. silhouette : mean width of the cut, where
    the number of clusters was chosen by it.
    """

    linkage: FloatArray | None
    order: IntArray
    clusters: Clusters
    silhouette: float | None = None

    @property
    def rows(self) -> RowLayout:
        """What the figure needs of it."""
        trees = () if self.linkage is None else (tree_over(self.linkage, self.order),)
        return RowLayout(self.order, self.clusters.labels, trees)


def cluster_genes(
    z: FloatArray, gene_ids: tuple[str, ...], how: tuple[str, str], n_clusters: int, *, max_memory: float
) -> GeneTree:
    """Cluster scaled genes, order the leaves, and cut into blocks.

    Parameters
    ----------
    z : float64 array of shape (n_genes, n_samples), no missing values, no constant row.
    how : linkage method and metric.
    n_clusters : 0 chooses by mean silhouette width. max_memory : bytes that a distance matrix may take.
    """
    n_genes = len(gene_ids)
    if n_genes < 2:
        return GeneTree(None, np.arange(n_genes), Clusters(gene_ids, np.ones(n_genes, dtype=np.int64)))
    method, metric = how
    tree = linkage(z, method=method, metric=metric, max_memory=max_memory)
    order = leaf_order(tree, z, metric=metric)
    silhouette = None
    k = min(n_clusters, n_genes)
    if not k:
        chosen = choose_k(tree, z, metric=metric)
        k = chosen.k
        silhouette = next((evidence.silhouette for evidence in chosen.evidence if evidence.k == k), None)
    return GeneTree(tree, order, displayed_clusters(tree, order, k, gene_ids), silhouette)


def split_columns(z: FloatArray, groups: Sequence[str], levels: Sequence[str], name: str) -> ColumnLayout:
    """Order the samples group by group, clustered within each group; one group "" clusters them as a whole."""
    values = np.array(groups)
    orders: list[IntArray] = []
    trees: list[Tree] = []
    start = 0
    for level in levels:
        members = np.flatnonzero(values == level)
        order, tree = _cluster_samples(z[:, members], start)
        orders.append(members[order])
        trees += [tree] if tree else []
        start += len(members)
    return ColumnLayout(tuple(levels), tuple(orders), tuple(trees), name, tuple(levels))


def _cluster_samples(z: FloatArray, start: int) -> tuple[IntArray, Tree | None]:
    n_samples = z.shape[1]
    # Samples whose genes are all alike have no pattern to correlate.
    if n_samples < 2 or z.shape[0] < 3 or (np.ptp(z, axis=0) == 0).any():
        return np.arange(n_samples), None
    columns = np.ascontiguousarray(z.T)
    tree = linkage(columns, method="average", metric="correlation")
    order = leaf_order(tree, columns, metric="correlation")
    return order, tree_over(tree, order, first=start)
