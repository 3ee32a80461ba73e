"""Figures of single genes: normalised counts of each sample by group, one small panel per gene."""

from heatleaf.figures.gene.draw import draw_genes
from heatleaf.figures.gene.spec import GeneCounts, GenesSpec, SampleGroups, build_genes_spec

__all__ = ["GeneCounts", "GenesSpec", "SampleGroups", "build_genes_spec", "draw_genes"]
