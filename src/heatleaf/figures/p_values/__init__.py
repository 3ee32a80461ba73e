"""The histogram of p-values: whether a test behaves as it should."""

from heatleaf.figures.p_values.draw import draw_p_values
from heatleaf.figures.p_values.spec import PValuesSpec, build_p_values_spec

__all__ = ["PValuesSpec", "build_p_values_spec", "draw_p_values"]
