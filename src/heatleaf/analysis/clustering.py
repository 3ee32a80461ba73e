"""Genes and samples of an analysis' heatmaps put in order and into blocks, and how much of that would return."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.heatmap.arrange import cluster_columns
from heatleaf.analysis.heatmap.request import HeatmapRequest
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study
from heatleaf.cluster import (
    Clustering,
    KMeans,
    Linking,
    cluster_by_kmeans,
    cluster_by_tree,
    measure_stability,
    support_branches,
)

FloatArray = NDArray[np.float64]


def cluster_genes(z: FloatArray, study: Study, settings: Settings) -> Clustering:
    """Cluster scaled genes into blocks; samples are drawn anew within the groups of the study.

    z : float64 array of shape (n_genes, n_samples), no missing values, no constant row.
    """
    linking = Linking(settings.linkage_method, settings.metric, settings.max_memory)
    rng = np.random.default_rng(settings.seed)
    if settings.row_clustering == "kmeans":
        found = cluster_by_kmeans(z, KMeans(settings.clusters), rng=rng, linking=linking)
    else:
        found = cluster_by_tree(z, settings.clusters, linking=linking)
    return measure_stability(found, z, rng=rng, linking=linking, groups=study.group_values)


def cluster_samples(z: FloatArray, study: Study, settings: Settings) -> Clustering:
    """Cluster samples, within the groups of the study where it has any."""
    groups, levels = (study.group_values, study.group_levels) if study.group else ((), ())
    found = cluster_columns(z, groups, levels, HeatmapRequest(max_memory=settings.max_memory))
    columns = np.ascontiguousarray(z.T)
    return support_branches(found, columns, rng=np.random.default_rng(settings.seed))
