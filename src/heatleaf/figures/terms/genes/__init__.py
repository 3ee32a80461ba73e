"""The network of gene sets and their strongest genes, coloured by fold change."""

from heatleaf.figures.terms.genes.draw import draw_term_genes
from heatleaf.figures.terms.genes.spec import TermGenesSpec, build_term_genes_spec

__all__ = ["TermGenesSpec", "build_term_genes_spec", "draw_term_genes"]
