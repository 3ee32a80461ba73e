"""The samples seen as a whole: principal components, distances, and how alike they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.study import Study
from heatleaf.cluster import leaf_order, linkage
from heatleaf.figures.distances.spec import DistancesSpec, build_distances_spec
from heatleaf.figures.pca.spec import PcaSpec, build_pca_spec
from heatleaf.interpret.captions import caption_distances
from heatleaf.stats import pca, sample_distances

FloatArray = NDArray[np.float64]
PCA_GENES = 500


@dataclass(frozen=True, eq=False)
class Overview:
    """Figures and numbers of the samples.

    scores : float64 array of shape (n_samples, n_components). explained : shares 0-1. Both None for under 3 samples.
    correlation : Pearson correlation of samples on the VST scale, shape (n_samples, n_samples).
    """

    pca: PcaSpec | None
    pca_caption: str
    distances: DistancesSpec
    distances_caption: str
    scores: FloatArray | None
    explained: FloatArray | None
    correlation: FloatArray


def look_at_samples(study: Study, vst: FloatArray) -> Overview:
    """Compare the samples with each other on the VST scale."""
    sample_ids = study.counts.sample_ids
    components = pca(vst, n_top=PCA_GENES) if len(sample_ids) > 2 else None
    distances = sample_distances(vst)
    order = np.arange(len(sample_ids))
    if len(sample_ids) > 2:
        tree = linkage(distances, method="complete", metric="precomputed")
        order = leaf_order(tree, distances, metric="precomputed")
    return Overview(
        build_pca_spec(),
        "",
        build_distances_spec(),
        caption_distances(len(sample_ids)),
        components.scores if components else None,
        components.explained if components else None,
        np.corrcoef(vst, rowvar=False),
    )
