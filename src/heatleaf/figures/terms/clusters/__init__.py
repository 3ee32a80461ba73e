"""Gene sets against the clusters of a heatmap."""

from heatleaf.figures.terms.clusters.draw import draw_cluster_terms
from heatleaf.figures.terms.clusters.spec import ClusterTerm, ClusterTermsSpec, build_cluster_terms_spec

__all__ = ["ClusterTerm", "ClusterTermsSpec", "build_cluster_terms_spec", "draw_cluster_terms"]
