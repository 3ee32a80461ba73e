"""Numbers: size factors, dispersions, tests, shrinkage, multiple testing, transformations, principal components.

Designs, contrasts and checks of counts are in their own modules (design, contrast, groups, quality).
"""

from heatleaf.stats.filtering import filter_independently
from heatleaf.stats.fit import CountsFit, fit_counts
from heatleaf.stats.lrt import LikelihoodRatioResult, likelihood_ratio_test
from heatleaf.stats.multiple_testing import adjust_bh
from heatleaf.stats.pca import Pca, pca, sample_distances
from heatleaf.stats.shrinkage import shrink_contrast
from heatleaf.stats.size_factors import size_factors
from heatleaf.stats.transforms import VarianceStabilised, fit_vst, most_variable, stabilise, vst, z_scores
from heatleaf.stats.trend import DispersionPrior, DispersionTrend
from heatleaf.stats.wald import wald_test

__all__ = [
    "CountsFit",
    "DispersionPrior",
    "DispersionTrend",
    "LikelihoodRatioResult",
    "Pca",
    "VarianceStabilised",
    "adjust_bh",
    "filter_independently",
    "fit_counts",
    "fit_vst",
    "likelihood_ratio_test",
    "most_variable",
    "pca",
    "sample_distances",
    "shrink_contrast",
    "size_factors",
    "stabilise",
    "vst",
    "wald_test",
    "z_scores",
]
