"""The map of gene sets: sets that share genes lie together, under the name of the most certain of them."""

from heatleaf.figures.terms.map.draw import draw_term_map
from heatleaf.figures.terms.map.spec import TermMapSpec, build_term_map_spec

__all__ = ["TermMapSpec", "build_term_map_spec", "draw_term_map"]
