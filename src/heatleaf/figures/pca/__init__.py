"""The PCA figure: samples on their first two principal components."""

from heatleaf.figures.pca.draw import draw_pca
from heatleaf.figures.pca.spec import PcaSpec, build_pca_spec

__all__ = ["PcaSpec", "build_pca_spec", "draw_pca"]
