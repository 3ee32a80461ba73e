"""Clustering: linkage, leaf order, cuts, k-means, the number of clusters and their stability. Pure, NumPy only."""

from heatleaf.cluster.bootstrap import BranchSupport, branch_support, support_branches
from heatleaf.cluster.by_tree import cluster_by_tree
from heatleaf.cluster.choose_k import KChoice, KEvidence, choose_k
from heatleaf.cluster.clustering import Clustering, PlacedTree, Stability
from heatleaf.cluster.cut import cut, cut_height
from heatleaf.cluster.fuzzy import FuzzyCMeans, FuzzyPartition, partition_by_fuzzy_c_means
from heatleaf.cluster.kmeans import KMeans, partition_by_kmeans
from heatleaf.cluster.leaf_order import leaf_order
from heatleaf.cluster.linkage import linkage
from heatleaf.cluster.linking import Linking
from heatleaf.cluster.stability import measure_stability
from heatleaf.cluster.within_groups import cluster_by_fuzzy_c_means, cluster_by_kmeans, cluster_within_groups

__all__ = [
    "BranchSupport",
    "Clustering",
    "FuzzyCMeans",
    "FuzzyPartition",
    "KChoice",
    "KEvidence",
    "KMeans",
    "Linking",
    "PlacedTree",
    "Stability",
    "branch_support",
    "choose_k",
    "cluster_by_fuzzy_c_means",
    "cluster_by_kmeans",
    "cluster_by_tree",
    "cluster_within_groups",
    "cut",
    "cut_height",
    "leaf_order",
    "linkage",
    "measure_stability",
    "partition_by_fuzzy_c_means",
    "partition_by_kmeans",
    "support_branches",
]
