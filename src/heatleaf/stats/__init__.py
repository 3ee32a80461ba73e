"""Numbers: size factors, dispersions, tests, shrinkage, multiple testing, transformations, principal components.

Designs, contrasts and checks of counts are in their own modules (design, contrast, groups, quality). What a test
needs is loaded when it is first used: a heatmap of log values needs none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from heatleaf.stats.pca import Pca, pca, sample_distances
from heatleaf.stats.scaling import most_variable, z_scores
from heatleaf.stats.size_factors import size_factors

if TYPE_CHECKING:
    from heatleaf.stats.filtering import filter_independently
    from heatleaf.stats.fit import CountsFit, fit_counts
    from heatleaf.stats.lrt import LikelihoodRatioResult, likelihood_ratio_test
    from heatleaf.stats.multiple_testing import adjust_bh
    from heatleaf.stats.shrinkage import shrink_contrast
    from heatleaf.stats.transforms import VarianceStabilised, fit_vst, stabilise, vst
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

_HOMES = {
    "CountsFit": "fit",
    "DispersionPrior": "trend",
    "DispersionTrend": "trend",
    "LikelihoodRatioResult": "lrt",
    "VarianceStabilised": "transforms",
    "adjust_bh": "multiple_testing",
    "filter_independently": "filtering",
    "fit_counts": "fit",
    "fit_vst": "transforms",
    "likelihood_ratio_test": "lrt",
    "shrink_contrast": "shrinkage",
    "stabilise": "transforms",
    "vst": "transforms",
    "wald_test": "wald",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'heatleaf.stats' has no attribute {name!r}")
    value = getattr(import_module(f"heatleaf.stats.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
