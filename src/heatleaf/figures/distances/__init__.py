"""The figure of distances between samples."""

from heatleaf.figures.distances.draw import draw_distances
from heatleaf.figures.distances.spec import DistancesSpec, build_distances_spec

__all__ = ["DistancesSpec", "build_distances_spec", "draw_distances"]
