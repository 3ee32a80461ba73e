"""Rows and columns of one heatmap put in order: clustered, within groups, or as they were given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.heatmap.request import Arrangement, ColumnSplit, HeatmapRequest, RowSplit
from heatleaf.cluster import (
    Clustering,
    FuzzyCMeans,
    KMeans,
    Linking,
    PlacedTree,
    choose_k,
    cluster_by_fuzzy_c_means,
    cluster_by_kmeans,
    cluster_by_tree,
    cluster_within_groups,
    cut,
    cut_height,
    leaf_order,
    measure_stability,
    support_branches,
)
from heatleaf.cluster.clustering import place_by_label
from heatleaf.errors import UserError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def cluster_rows(
    values: FloatArray, gene_ids: Sequence[str], is_parked: BoolArray, request: HeatmapRequest
) -> Clustering:
    """Put genes in order and into blocks.

    values : float64 array of shape (n_genes, n_samples) as coloured, NaN where missing. is_parked : genes without a
    pattern, which stand below.

    Raises
    ------
    UserError
        clusters, memory, matrix_not_finite: as the clusterings of `heatleaf.cluster`.
    """
    split, linking = request.row_split, _linking(request.rows, request.max_memory)
    groups = [split.groups[gene_id] for gene_id in gene_ids] if split.kind == "groups" else []
    if not request.rows.is_clustered:
        return _as_given(values, groups, list(split.groups.values()), is_parked)
    if request.rows.linkage is not None:
        return _given_tree(request.rows, values, split, is_parked)
    if split.kind == "groups":
        levels = [level for level in dict.fromkeys(split.groups.values()) if level in set(groups)]
        return cluster_within_groups(
            values, groups, levels=levels, linking=linking, is_parked=is_parked, names=gene_ids
        )
    if split.kind == "kmeans":
        rng = np.random.default_rng(request.seed)
        return cluster_by_kmeans(values, KMeans(split.number), rng=rng, linking=linking, is_parked=is_parked)
    if split.kind == "fuzzy":
        rng = np.random.default_rng(request.seed)
        return cluster_by_fuzzy_c_means(
            values, FuzzyCMeans(split.number), rng=rng, linking=linking, is_parked=is_parked
        )
    height = split.height if split.kind == "height" else None
    number = {"none": 1, "number": split.number}.get(split.kind, 0)
    return cluster_by_tree(values, number, height=height, linking=linking, is_parked=is_parked, names=gene_ids)


def _given_tree(rows: Arrangement, values: FloatArray, split: RowSplit, is_parked: BoolArray) -> Clustering:
    """Cut and order a tree that was made elsewhere."""
    tree = rows.linkage
    assert tree is not None, "asked for only where there is one"
    if split.kind in ("kmeans", "fuzzy", "groups"):
        what = f"blocks by {split.kind} are not cut from a tree, and a tree was given"
        raise UserError("clusters", what, where="split_rows", fix="give a number or a height, or no linkage")
    if is_parked.any() or len(tree) != len(values) - 1:
        n_flat = int(is_parked.sum())
        what = f"the linkage has {len(tree) + 1:,} leaves for {len(values):,} genes, {n_flat:,} without a pattern"
        raise UserError("clusters", what, where="cluster_rows", fix="show the genes that were clustered, all of them")
    order = leaf_order(tree, values, rows.metric, rows.order)
    if split.kind == "height":
        labels = cut_height(tree, split.height, order)
    else:
        chosen = choose_k(tree, values, metric=rows.metric).k if split.kind == "auto" else 1
        labels = cut(tree, split.number or chosen, order)
    return Clustering(order, labels[order], trees=(PlacedTree(tree, order),))


def cluster_columns(
    values: FloatArray, groups: Sequence[str], levels: Sequence[str], request: HeatmapRequest
) -> Clustering:
    """Put samples in order, within their groups where they have any.

    values : float64 array of shape (n_genes, n_samples). groups : one per sample, () where they are not split.
    levels : groups from left to right.
    """
    columns = np.ascontiguousarray(values.T)
    number = request.column_split.number
    is_flat = np.zeros(len(columns), dtype=bool)
    linking = _linking(request.columns, request.max_memory)
    # Too few genes, or samples that are flat over them, have no pattern by which samples could be compared.
    if not request.columns.is_clustered or values.shape[0] < 3 or linking.cannot_place(columns).any():
        return _as_given(columns, groups, levels, is_flat)
    if groups:
        return cluster_within_groups(columns, groups, levels=levels, linking=linking)
    return cluster_by_tree(columns, number or 1, linking=linking)


def measure(clustering: Clustering, values: FloatArray, groups: Sequence[str], request: HeatmapRequest) -> Clustering:
    """Tell how much of each cluster of genes returns when samples, within their groups, and genes are drawn anew."""
    rng, linking = np.random.default_rng(request.seed), _linking(request.rows, request.max_memory)
    return measure_stability(clustering, values, rng=rng, linking=linking, groups=groups)


def support(clustering: Clustering, values: FloatArray, request: HeatmapRequest) -> Clustering:
    """Tell how far the genes support each branch of the samples."""
    rng, linking = np.random.default_rng(request.seed), _linking(request.columns, request.max_memory)
    return support_branches(clustering, np.ascontiguousarray(values.T), rng=rng, linking=linking)


def column_groups(
    split: ColumnSplit, sample_ids: Sequence[str], columns: Mapping[str, tuple[str, ...]]
) -> tuple[list[str], list[str]]:
    """Return the group of each sample and the groups from left to right, both empty where samples are not split.

    Raises
    ------
    UserError
        design_missing: a sample without a group.
    """
    groups = [split.groups[name] for name in sample_ids] if split.groups else list(columns.get(split.name, ()))
    levels = list(dict.fromkeys(split.groups.values() if split.groups else groups))
    if "" in groups:
        what = f"'{split.name}' is empty for {sample_ids[groups.index('')]}"
        raise UserError("design_missing", what, where="--split-columns", fix="fill the cell, or leave the sample out")
    return groups, [level for level in levels if level in set(groups)]


def _linking(arrangement: Arrangement, max_memory: float) -> Linking:
    return Linking(arrangement.method, arrangement.metric, max_memory, arrangement.order)


def _as_given(values: FloatArray, groups: Sequence[str], levels: Sequence[str], is_parked: BoolArray) -> Clustering:
    """Keep the order of the rows within their groups; without groups they are one block."""
    kept = np.flatnonzero(~is_parked)
    if not groups:
        return Clustering(np.arange(len(kept)), np.ones(len(kept), dtype=np.int64), kind="groups").parking(is_parked)
    named = np.array(groups, dtype=object)[kept]
    present = [level for level in dict.fromkeys(levels) if (named == level).any()]
    order, labels = place_by_label([np.flatnonzero(named == level) for level in present])
    return Clustering(order, labels, kind="groups", names=tuple(present)).parking(is_parked)
