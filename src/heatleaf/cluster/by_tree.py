"""Clusters by cutting a tree over all rows: by number, by height, or where the silhouette is largest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from heatleaf.cluster.choose_k import choose_k
from heatleaf.cluster.clustering import BoolArray, Clustering, PlacedTree, require_k
from heatleaf.cluster.cut import cut, cut_height
from heatleaf.cluster.linking import Linking
from heatleaf.cluster.observations import FloatArray


def cluster_by_tree(
    values: FloatArray,
    k: int = 0,
    *,
    height: float | None = None,
    linking: Linking | None = None,
    is_parked: BoolArray | None = None,
    names: Sequence[str] = (),
) -> Clustering:
    """Cluster rows to one tree and cut it into blocks.

    Parameters
    ----------
    values : float64 array of shape (n_rows, n_columns), NaN where missing
    k : number of clusters, at most the rows that can be clustered; 0 chooses (see `choose_k`), the evidence kept
    height : cut here instead: rows stay together that were merged at or below it, in units of the linkage
    linking : linkage and distance, by default those of `Linking`
    is_parked : rows to set aside besides those that `Linking.cannot_place` names
    names : of the rows for a refusal, or ()

    Raises
    ------
    UserError
        As `linkage`; "clusters" for a negative k.

    Examples
    --------
    >>> import numpy as np
    >>> found = cluster_by_tree(np.array([[0.0, 2, 1], [2, 0, 1], [0, 3, 2]]), 2)
    >>> found.order.tolist(), found.labels.tolist()
    ([1, 2, 0], [1, 2, 2])
    """
    linking = linking or Linking()
    parked = linking.cannot_place(values) if is_parked is None else is_parked | linking.cannot_place(values)
    rows = values[~parked]
    if len(rows) < 2:
        return Clustering(np.arange(len(rows)), np.ones(len(rows), dtype=np.int64)).parking(parked)
    measured, metric = linking.measurable(rows, [names[i] for i in np.flatnonzero(~parked).tolist()] if names else ())
    tree, order = linking.tree_of(measured, metric)
    choice = None
    if height is not None:
        labels = cut_height(tree, height, order)
    else:
        if not k:
            choice = choose_k(tree, measured, metric=metric)
        k = choice.k if choice else min(k, len(rows))
        require_k(k, len(rows))
        labels = cut(tree, k, order)
    placed = PlacedTree(tree, order)
    return Clustering(order, labels[order], trees=(placed,), choice=choice).parking(parked)
