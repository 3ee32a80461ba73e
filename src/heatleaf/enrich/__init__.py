"""Gene sets against results: over-representation, ranked enrichment, and which terms say the same."""

from heatleaf.enrich.call_bias import CallTrend, call_trend
from heatleaf.enrich.over_representation import over_represent_lists, over_representation
from heatleaf.enrich.ranked import RANKED_COLUMNS, best_scores, ranked_enrichment
from heatleaf.enrich.redundancy import drop_redundant

__all__ = [
    "RANKED_COLUMNS",
    "CallTrend",
    "best_scores",
    "call_trend",
    "drop_redundant",
    "over_represent_lists",
    "over_representation",
    "ranked_enrichment",
]
