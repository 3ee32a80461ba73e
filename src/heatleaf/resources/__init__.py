"""What is known beforehand: organisms, gene ids and symbols, gene sets, and the demonstration study."""

from heatleaf.resources.builtin import sources
from heatleaf.resources.demo import DemoStudy, PlantedEffect, demo_study
from heatleaf.resources.gene_identity import GeneIdentity, gene_symbols, identify_genes
from heatleaf.resources.gene_sets import gene_sets
from heatleaf.resources.gene_tables import GeneTable, gene_table
from heatleaf.resources.gene_verdicts import GeneAudit, audit_genes
from heatleaf.resources.organisms import Organism, find_organism, organisms

__all__ = [
    "DemoStudy",
    "GeneAudit",
    "GeneIdentity",
    "GeneTable",
    "Organism",
    "PlantedEffect",
    "audit_genes",
    "demo_study",
    "find_organism",
    "gene_sets",
    "gene_symbols",
    "gene_table",
    "identify_genes",
    "organisms",
    "sources",
]
