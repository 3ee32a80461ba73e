"""Heatleaf: from a count table to an expression heatmap that can be trusted, and what it means.

The names below are the public door; each is loaded when it is first used, so that `heatleaf --help` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOMES = {
    "Analysis": "heatleaf.analysis.result",
    "Contrast": "heatleaf.model",
    "CountTable": "heatleaf.model",
    "DifferentialResult": "heatleaf.model",
    "Heatmap": "heatleaf.analysis.heatmap.builder",
    "SampleSheet": "heatleaf.model",
    "Settings": "heatleaf.analysis.settings",
    "UserError": "heatleaf.errors",
    "advise": "heatleaf.analysis.coach",
    "analyse": "heatleaf.analysis.run",
    "cut": "heatleaf.cluster",
    "differential": "heatleaf.analysis.library",
    "leaf_order": "heatleaf.cluster",
    "linkage": "heatleaf.cluster",
    "omnibus": "heatleaf.analysis.library",
    "over_representation": "heatleaf.enrich",
    "plot_genes": "heatleaf.analysis.gene_plots",
    "ranked_enrichment": "heatleaf.enrich",
    "read_counts": "heatleaf.io",
    "read_gene_sets": "heatleaf.io",
    "read_samples": "heatleaf.io",
    "second_opinions": "heatleaf.analysis.second_opinions",
    "size_factors": "heatleaf.stats",
    "vst": "heatleaf.stats",
}
__all__ = [
    "Analysis",
    "Contrast",
    "CountTable",
    "DifferentialResult",
    "Heatmap",
    "SampleSheet",
    "Settings",
    "UserError",
    "advise",
    "analyse",
    "cut",
    "differential",
    "leaf_order",
    "linkage",
    "omnibus",
    "over_representation",
    "plot_genes",
    "ranked_enrichment",
    "read_counts",
    "read_gene_sets",
    "read_samples",
    "second_opinions",
    "size_factors",
    "vst",
]

if TYPE_CHECKING:
    from heatleaf.analysis.coach import advise
    from heatleaf.analysis.gene_plots import plot_genes
    from heatleaf.analysis.heatmap.builder import Heatmap
    from heatleaf.analysis.library import differential, omnibus
    from heatleaf.analysis.result import Analysis
    from heatleaf.analysis.run import analyse
    from heatleaf.analysis.second_opinions import second_opinions
    from heatleaf.analysis.settings import Settings
    from heatleaf.cluster import cut, leaf_order, linkage
    from heatleaf.enrich import over_representation, ranked_enrichment
    from heatleaf.errors import UserError
    from heatleaf.io import read_counts, read_gene_sets, read_samples
    from heatleaf.model import Contrast, CountTable, DifferentialResult, SampleSheet
    from heatleaf.stats import size_factors, vst


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'heatleaf' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
