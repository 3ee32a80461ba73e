"""Clustering: linkage, leaf order, cuts, the number of clusters and their stability. Pure, NumPy only."""

from heatleaf.cluster.choose_k import KChoice, KEvidence, choose_k
from heatleaf.cluster.cut import cut, cut_height, displayed_clusters
from heatleaf.cluster.leaf_order import leaf_order
from heatleaf.cluster.linkage import linkage
from heatleaf.cluster.stability import cluster_stability

__all__ = [
    "KChoice",
    "KEvidence",
    "choose_k",
    "cluster_stability",
    "cut",
    "cut_height",
    "displayed_clusters",
    "leaf_order",
    "linkage",
]
