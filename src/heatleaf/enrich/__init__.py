"""Gene sets against results: over-representation, ranked enrichment, and which terms say the same."""

from heatleaf.enrich.over_representation import over_represent_lists, over_representation
from heatleaf.enrich.ranked import RANKED_COLUMNS, best_scores, ranked_enrichment
from heatleaf.enrich.redundancy import drop_redundant

__all__ = [
    "RANKED_COLUMNS",
    "best_scores",
    "drop_redundant",
    "over_represent_lists",
    "over_representation",
    "ranked_enrichment",
]
