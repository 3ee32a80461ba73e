"""The dot plot of gene sets: how certain, how many genes, and how far these changed."""

from heatleaf.figures.terms.dots.draw import draw_term_dots
from heatleaf.figures.terms.dots.spec import TermDotsSpec, build_term_dots_spec

__all__ = ["TermDotsSpec", "build_term_dots_spec", "draw_term_dots"]
