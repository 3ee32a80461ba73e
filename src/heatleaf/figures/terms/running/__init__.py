"""Running scores: where along the ranking of all genes the members of a set lie."""

from heatleaf.figures.terms.running.draw import draw_running
from heatleaf.figures.terms.running.spec import RankedSet, RunningSpec, build_running_spec

__all__ = ["RankedSet", "RunningSpec", "build_running_spec", "draw_running"]
