"""The MA figure: fold change against mean expression for every gene of one comparison."""

from heatleaf.figures.ma.draw import draw_ma
from heatleaf.figures.ma.spec import MaSpec, build_ma_spec

__all__ = ["MaSpec", "build_ma_spec", "draw_ma"]
