"""The samples seen as a whole: principal components, distances, and how alike they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.study import Study
from heatleaf.cluster import leaf_order, linkage
from heatleaf.figures.distances.spec import DistancesSpec, build_distances_spec
from heatleaf.figures.palettes import natural_key
from heatleaf.figures.pca.spec import PcaSpec, build_pca_spec
from heatleaf.interpret.captions import caption_distances, caption_pca
from heatleaf.model import Factor
from heatleaf.stats import Pca, pca, sample_distances

FloatArray = NDArray[np.float64]
PCA_GENES = 500
MAX_SECOND_LEVELS = 6
_TECHNICAL = re.compile(r"(^|[^a-z])(lanes?|reads?|number|total|depth|lib(rary)?[ _.]?size|exons?)([^a-z]|$)", re.I)


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
    group = Factor(study.group, study.group_levels, study.group_values) if study.group else None
    components = pca(vst, n_top=PCA_GENES) if len(sample_ids) > 2 else None
    second = choose_second(study, components.scores if components else None)
    if group is None:
        group, second = second, None  # colour tells more than shape
    distances = sample_distances(vst)
    return Overview(
        _draw_components(components, sample_ids, group, second) if components else None,
        caption_pca(len(components.genes), components.explained, group.name if group else "") if components else "",
        build_distances_spec(distances, sample_ids, _cluster_order(distances), colour_by=group, annotate_by=second),
        caption_distances(len(sample_ids)),
        components.scores if components else None,
        components.explained if components else None,
        _correlation(vst),
    )


def choose_second(study: Study, scores: FloatArray | None) -> Factor | None:
    """Choose the column shown beside the group: one of the design, else what explains most of the first components.

    Columns of more than six levels, of technical counts, and those that the group determines are left aside.
    """
    in_design = set(study.design.factors) if study.design else set()
    candidates = []
    for place, (name, values) in enumerate(study.annotations):
        is_new = len(set(zip(study.group_values, values, strict=True))) > len(set(study.group_values))
        is_plain = len(set(values)) <= MAX_SECOND_LEVELS and not _TECHNICAL.search(name)
        if name in in_design or (is_new and is_plain):
            share = _share_explained(values, scores) if scores is not None else 0.0
            candidates.append((name not in in_design, -round(share, 9), place, name, values))
    if not candidates:
        return None
    *_, name, values = min(candidates)
    return Factor(name, tuple(sorted(set(values), key=natural_key)), values)


def _share_explained(values: tuple[str, ...], scores: FloatArray) -> float:
    """Share of the variance of the first two components that lies between levels, adjusted for their number."""
    first = scores[:, :2] - scores[:, :2].mean(axis=0)
    total, n_samples, n_levels = float((first**2).sum()), len(values), len(set(values))
    if not total or n_levels >= n_samples:
        return 0.0
    rows = np.array(values)
    within = sum(
        float(((first[rows == level] - first[rows == level].mean(axis=0)) ** 2).sum()) for level in set(values)
    )
    return 1.0 - within / total * (n_samples - 1) / (n_samples - n_levels)


def _draw_components(
    components: Pca, sample_ids: tuple[str, ...], group: Factor | None, second: Factor | None
) -> PcaSpec:
    return build_pca_spec(
        components.scores,
        components.explained,
        sample_ids,
        colour_by=group,
        shape_by=second,
        values_label=f"{len(components.genes):,} most variable genes, VST",
    )


def _cluster_order(distances: FloatArray) -> NDArray[np.int64]:
    if len(distances) < 3:
        return np.arange(len(distances))
    tree = linkage(distances, method="complete", metric="precomputed")
    return leaf_order(tree, distances, metric="precomputed")


def _correlation(vst: FloatArray) -> FloatArray:
    if vst.shape[1] < 2 or len(vst) < 2:
        return np.ones((vst.shape[1], vst.shape[1]))
    return np.asarray(np.corrcoef(vst, rowvar=False))
