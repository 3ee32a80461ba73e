"""The dispersion figure: how much each gene varies between replicates, and what the test takes for it."""

from heatleaf.figures.dispersion.draw import draw_dispersion
from heatleaf.figures.dispersion.spec import DispersionEstimates, DispersionSpec, build_dispersion_spec

__all__ = ["DispersionEstimates", "DispersionSpec", "build_dispersion_spec", "draw_dispersion"]
