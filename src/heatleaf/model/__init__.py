"""Frozen domain objects that the rooms hand to each other. No files, no numerics, no drawing here."""

from heatleaf.model.clustered import ClusteredMatrix, Dendrogram, displayed_linkage
from heatleaf.model.clusters import Clusters
from heatleaf.model.counts import CountTable, ExpressionTable, SourceFile, ValueKind
from heatleaf.model.design import Contrast, CrossTable, Design, Factor, Pairing, Question
from heatleaf.model.differential import DifferentialResult, Evidence, OmnibusResult
from heatleaf.model.finding import Finding
from heatleaf.model.gene_sets import EnrichmentTable, GeneSetCollection
from heatleaf.model.message import Message, note, warning
from heatleaf.model.ontology import Annotations, Ontology
from heatleaf.model.samples import SampleSheet

__all__ = [
    "Annotations",
    "ClusteredMatrix",
    "Clusters",
    "Contrast",
    "CountTable",
    "CrossTable",
    "Dendrogram",
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
    "Ontology",
    "Pairing",
    "Question",
    "SampleSheet",
    "SourceFile",
    "ValueKind",
    "displayed_linkage",
    "note",
    "warning",
]
