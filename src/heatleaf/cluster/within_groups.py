"""Clusters with a tree each: given groups of rows, k-means or soft clusters, put in order by a tree of their means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from heatleaf.cluster.choose_k import K_RANGE, KChoice, silhouettes, weigh_choices
from heatleaf.cluster.clustering import BoolArray, Clustering, PlacedTree, place_by_label
from heatleaf.cluster.fuzzy import FuzzyCMeans, partition_by_fuzzy_c_means
from heatleaf.cluster.kmeans import KMeans, partition_by_kmeans
from heatleaf.cluster.linking import Linking
from heatleaf.cluster.observations import FloatArray, IntArray, refuse_not_finite
from heatleaf.errors import UserError


def cluster_within_groups(
    values: FloatArray,
    groups: Sequence[str],
    *,
    levels: Sequence[str] | None = None,
    linking: Linking | None = None,
    is_parked: BoolArray | None = None,
    names: Sequence[str] = (),
) -> Clustering:
    """Cluster rows within given groups.

    Parameters
    ----------
    values : float64 array of shape (n_rows, n_columns), NaN where missing
    groups : group of each row
    levels : groups from top to bottom; by default a tree of the group means orders them
    linking : linkage and distance within groups and of their means
    is_parked : rows to set aside besides those that `Linking.cannot_place` names
    names : of the rows for a refusal, or ()

    Raises
    ------
    UserError
        "clusters" for groups that do not belong to the rows or that `levels` does not name; as `linkage`.
    """
    linking = linking or Linking()
    if len(groups) != len(values):
        raise UserError("clusters", f"{len(groups):,} groups were given for {len(values):,} rows")
    parked = linking.cannot_place(values) if is_parked is None else is_parked | linking.cannot_place(values)
    rows, named = values[~parked], np.array(groups, dtype=object)[~parked]
    known = list(dict.fromkeys(named if levels is None else levels))
    unknown = sorted({str(group) for group in named} - {str(level) for level in known})
    if unknown:
        raise UserError("clusters", f"the order of groups does not name {', '.join(unknown[:5])}")
    present = [level for level in known if (named == level).any()]
    parts = [np.flatnonzero(named == level) for level in present]
    kept = [names[i] for i in np.flatnonzero(~parked).tolist()] if names else ()
    found, sequence = _stack(rows, parts, linking, is_ordered=levels is not None, names=kept)
    return replace(found, kind="groups", names=tuple(str(present[i]) for i in sequence)).parking(parked)


def cluster_by_kmeans(
    values: FloatArray,
    wanted: KMeans,
    *,
    rng: np.random.Generator,
    linking: Linking | None = None,
    is_parked: BoolArray | None = None,
) -> Clustering:
    """Cluster rows by k-means; each cluster is ordered by a tree of its own, the clusters by a tree of their means.

    Parameters
    ----------
    values : float64 array of shape (n_rows, n_columns), NaN where missing; for genes their z-scores
    wanted : number of clusters, at most the rows, and of starts. With k 0 the number is chosen as by `choose_k`, over
        k-means partitions and squared Euclidean distances.
    rng : source of the starts
    linking : linkage and distance of the trees; k-means itself is Euclidean
    is_parked : rows to set aside besides those that `Linking.cannot_place` names

    Raises
    ------
    UserError
        "matrix_not_finite" for missing values; "clusters" as `partition_by_kmeans`.
    """
    linking = linking or Linking()
    rows, parked = _placed(values, linking, is_parked)
    if len(rows) < 2:
        return Clustering(np.arange(len(rows)), np.ones(len(rows), dtype=np.int64), kind="kmeans").parking(parked)
    labels, choice = _kmeans_labels(rows, wanted, rng)
    parts = [np.flatnonzero(labels == number) for number in range(1, int(labels.max()) + 1)]
    found, _ = _stack(rows, parts, linking, is_ordered=False)
    return replace(found, kind="kmeans", choice=choice).parking(parked)


def _placed(values: FloatArray, linking: Linking, is_parked: BoolArray | None) -> tuple[FloatArray, BoolArray]:
    """Return the rows that can be clustered, whole, and which rows are set aside; refuse missing values."""
    parked = linking.cannot_place(values) if is_parked is None else is_parked | linking.cannot_place(values)
    rows = values[~parked]
    refuse_not_finite(rows, (), ())
    return rows, parked


def cluster_by_fuzzy_c_means(
    values: FloatArray,
    wanted: FuzzyCMeans,
    *,
    rng: np.random.Generator,
    linking: Linking | None = None,
    is_parked: BoolArray | None = None,
) -> Clustering:
    """Cluster rows softly; each stands in the cluster of its largest membership, ordered as those of k-means.

    Parameters
    ----------
    As `cluster_by_kmeans`; wanted : number of clusters, fuzzifier and starts.

    Raises
    ------
    UserError
        "matrix_not_finite" for missing values; "clusters" and "option" as `partition_by_fuzzy_c_means`.
    """
    linking = linking or Linking()
    rows, parked = _placed(values, linking, is_parked)
    if len(rows) < 2:
        return Clustering(np.arange(len(rows)), np.ones(len(rows), dtype=np.int64), kind="fuzzy").parking(parked)
    soft = partition_by_fuzzy_c_means(rows, replace(wanted, k=min(wanted.k, len(rows))), rng=rng)
    parts = [np.flatnonzero(soft.labels == number) for number in range(1, soft.memberships.shape[1] + 1)]
    found, sequence = _stack(rows, parts, linking, is_ordered=False)
    memberships = soft.memberships[found.order][:, sequence]
    return replace(found, kind="fuzzy", memberships=memberships, fuzzifier=soft.fuzzifier).parking(parked)


def _kmeans_labels(rows: FloatArray, wanted: KMeans, rng: np.random.Generator) -> tuple[IntArray, KChoice | None]:
    if wanted.k:
        return partition_by_kmeans(rows, min(wanted.k, len(rows)), rng=rng, n_starts=wanted.n_starts)[0], None
    n_different = len(np.unique(rows, axis=0))
    tried = [k for k in K_RANGE if k < n_different]
    if len(rows) < 4 or not tried:
        return np.ones(len(rows), dtype=np.int64), KChoice(1, ())
    labels = {k: partition_by_kmeans(rows, k, rng=rng, n_starts=wanted.n_starts)[0] for k in tried}
    choice = weigh_choices(labels, partial(silhouettes, rows), {})
    return labels[choice.k], choice


def _stack(
    rows: FloatArray, parts: Sequence[IntArray], linking: Linking, *, is_ordered: bool, names: Sequence[str] = ()
) -> tuple[Clustering, IntArray]:
    """Order each part by its own tree and the parts by a tree of their means; returns also the parts from the top."""
    sequence, over = np.arange(len(parts)), None
    means = np.stack([_mean(rows[part]) for part in parts]) if parts else rows[:0]
    if not is_ordered and len(parts) > 1 and not linking.cannot_place(means).any():
        over, sequence = linking.tree(means)
        over = _renumber(over, sequence)
    placed: list[PlacedTree] = []
    orders: list[IntArray] = []
    first = 0
    for i_part in sequence.tolist():
        part = parts[i_part]
        if len(part) > 1:
            tree, order = linking.tree(rows[part], [names[i] for i in part.tolist()] if names else ())
            placed.append(PlacedTree(tree, order, first))
            part = part[order]
        orders.append(part)
        first += len(part)
    order, labels = place_by_label(orders) if orders else (np.zeros(0, np.int64), np.zeros(0, np.int64))
    return Clustering(order, labels, trees=tuple(placed), over_clusters=over), sequence


def _mean(rows: FloatArray) -> FloatArray:
    """Return the mean of each column over the values that are known, NaN where none is."""
    n_known = np.count_nonzero(~np.isnan(rows), axis=0)
    total = np.nansum(rows, axis=0)
    mean: FloatArray = np.divide(total, n_known, out=np.full(len(total), np.nan), where=n_known > 0)
    return mean


def _renumber(tree: FloatArray, order: IntArray) -> FloatArray:
    """Name the leaves of a linkage by their displayed position."""
    position = np.arange(2 * len(order) - 1, dtype=np.float64)
    position[order] = np.arange(len(order))
    renumbered = tree.copy()
    renumbered[:, :2] = np.sort(position[tree[:, :2].astype(np.int64)], axis=1)
    return renumbered
