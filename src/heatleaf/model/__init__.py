"""Frozen domain objects that the rooms hand to each other. No files, no numerics, no drawing here."""

from heatleaf.model.clusters import Clusters
from heatleaf.model.counts import CountTable, ExpressionTable, SourceFile, ValueKind
from heatleaf.model.design import Contrast, Design, Factor
from heatleaf.model.differential import DifferentialResult, Evidence, OmnibusResult
from heatleaf.model.finding import Finding
from heatleaf.model.gene_sets import EnrichmentTable, GeneSetCollection
from heatleaf.model.message import Message, note, warning
from heatleaf.model.samples import SampleSheet

__all__ = [
    "Clusters",
    "Contrast",
    "CountTable",
    "Design",
    "DifferentialResult",
    "EnrichmentTable",
    "Evidence",
    "ExpressionTable",
    "Factor",
    "Finding",
    "GeneSetCollection",
    "Message",
    "OmnibusResult",
    "SampleSheet",
    "SourceFile",
    "ValueKind",
    "note",
    "warning",
]
