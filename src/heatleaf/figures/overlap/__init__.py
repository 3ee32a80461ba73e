"""The overview of several comparisons: which genes they share."""

from heatleaf.figures.overlap.draw import draw_overlap
from heatleaf.figures.overlap.spec import GeneSetShare, OverlapSpec, build_overlap_spec

__all__ = ["GeneSetShare", "OverlapSpec", "build_overlap_spec", "draw_overlap"]
