"""The volcano figure: effect against evidence for every gene of one comparison."""

from heatleaf.figures.volcano.draw import draw_volcano
from heatleaf.figures.volcano.spec import VolcanoSpec, build_volcano_spec

__all__ = ["VolcanoSpec", "build_volcano_spec", "draw_volcano"]
