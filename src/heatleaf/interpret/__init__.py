"""Numbers to sentences, without a language model: findings, cautions, captions, the methods text.

Pure functions of plain values; the same numbers always give the same words.
"""

from heatleaf.interpret.captions import (
    caption_distances,
    caption_heatmap_differential,
    caption_heatmap_table,
    caption_heatmap_variable,
    caption_ma,
    caption_pca,
    caption_volcano,
)
from heatleaf.interpret.cautions import heatmap_cautions, no_test_finding, replicate_cautions, universe_caution
from heatleaf.interpret.clusters import ClusterFacts, cluster_findings, cluster_meanings
from heatleaf.interpret.differential import differential_findings
from heatleaf.interpret.gene_sets import gene_set_findings, ranked_findings, top_terms
from heatleaf.interpret.heatmaps import HeatmapFacts
from heatleaf.interpret.methods import MethodFacts, methods_text
from heatleaf.interpret.order import arrange_findings
from heatleaf.interpret.samples import (
    agreement_findings,
    confounding_findings,
    library_findings,
    separation_findings,
)

__all__ = [
    "ClusterFacts",
    "HeatmapFacts",
    "MethodFacts",
    "agreement_findings",
    "arrange_findings",
    "caption_distances",
    "caption_heatmap_differential",
    "caption_heatmap_table",
    "caption_heatmap_variable",
    "caption_ma",
    "caption_pca",
    "caption_volcano",
    "cluster_findings",
    "cluster_meanings",
    "confounding_findings",
    "differential_findings",
    "gene_set_findings",
    "heatmap_cautions",
    "library_findings",
    "methods_text",
    "no_test_finding",
    "ranked_findings",
    "replicate_cautions",
    "separation_findings",
    "top_terms",
    "universe_caution",
]
