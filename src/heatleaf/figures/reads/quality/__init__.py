"""Mean quality of the reads by position, a line for each file."""

from heatleaf.figures.reads.quality.draw import draw_quality
from heatleaf.figures.reads.quality.spec import FileQuality, QualitySpec, build_quality_spec

__all__ = ["FileQuality", "QualitySpec", "build_quality_spec", "draw_quality"]
