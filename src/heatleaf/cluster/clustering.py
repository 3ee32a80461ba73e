"""The one result of clustering: rows in displayed order, in numbered blocks, with the trees that put them there.

A cut tree (`by_tree`), k-means, soft clusters and clustering within given groups (`within_groups`) all end in it;
figures, tables, gene sets and sentences start from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.choose_k import KChoice
from heatleaf.cluster.observations import FloatArray, IntArray
from heatleaf.errors import UserError
from heatleaf.model import Clusters

BoolArray = NDArray[np.bool_]
Kind = Literal["tree", "kmeans", "fuzzy", "groups"]
NOT_CLUSTERED = "not clustered"


@dataclass(frozen=True, eq=False)
class PlacedTree:
    """A tree over neighbouring displayed rows.

    linkage : float64 array of shape (n_leaves - 1, 4), SciPy's format. order : its leaves in displayed order.
    first : displayed position of the topmost leaf. support : float64 array of shape (n_leaves - 1,), how often each
    merge's branch returns when drawn anew, fractions 0-1, NaN where it was not measured; None where none was.
    """

    linkage: FloatArray
    order: IntArray
    first: int = 0
    support: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class Stability:
    """How much of each cluster returns when samples and genes are drawn anew.

    jaccard : float64 array of shape (n_clusters,), mean Jaccard similarity with the best match, fractions 0-1.
    n_resamples : number of draws. n_genes : genes in each draw. is_within_groups : whether samples were drawn within
    their groups.
    """

    jaccard: FloatArray
    n_resamples: int
    n_genes: int
    is_within_groups: bool = False


@dataclass(frozen=True, eq=False)
class Clustering:
    """Rows in displayed order and in blocks.

    order : int64 array of shape (n_rows,), rows from top to bottom. labels : int64 array of shape (n_rows,), the block
    of each row in that order: 1..k from top to bottom, never decreasing.
    trees : one over all clustered rows, or one for each cluster of two rows and more.
    over_clusters : linkage over the clusters (leaf i is cluster i + 1) where each has its own tree; else None.
    names : of given groups, top to bottom; () where clusters have numbers only.
    choice : the evidence, where the number of clusters was chosen by it. stability : where it was measured.
    has_parked : whether the last block holds rows that cannot be clustered; it is no cluster.
    memberships : of soft clusters, float64 array of shape (n_rows, n_clusters), 0-1: rows and clusters as displayed,
    NaN for rows that cannot be clustered; else None. fuzzifier : by which they were made.
    """

    order: IntArray
    labels: IntArray
    kind: Kind = "tree"
    trees: tuple[PlacedTree, ...] = ()
    over_clusters: FloatArray | None = None
    names: tuple[str, ...] = ()
    choice: KChoice | None = None
    stability: Stability | None = None
    has_parked: bool = False
    memberships: FloatArray | None = None
    fuzzifier: float = 0.0

    def __post_init__(self) -> None:
        if len(self.order) != len(self.labels) or not np.array_equal(np.sort(self.order), np.arange(len(self.order))):
            raise ValueError("an order and its labels hold each row once")
        steps = np.diff(self.labels, prepend=0)
        if len(steps) and (steps[0] != 1 or ((steps != 0) & (steps != 1)).any()):
            raise ValueError("cluster labels do not run 1..k from top to bottom")

    @property
    def n_clusters(self) -> int:
        """Number of clusters, the block of rows that cannot be clustered apart."""
        n_blocks = int(self.labels[-1]) if len(self.labels) else 0
        return n_blocks - self.has_parked

    @property
    def block_names(self) -> tuple[str, ...]:
        """Name of each block from top to bottom: as given, or C1, C2 ..., and "not clustered" last."""
        names = self.names or tuple(f"C{number}" for number in range(1, self.n_clusters + 1))
        return (*names, NOT_CLUSTERED) if self.has_parked else names

    @property
    def silhouette(self) -> float | None:
        """Mean silhouette width of the clusters, where their number was chosen by it."""
        evidence = self.choice.evidence if self.choice else ()
        return next((item.silhouette for item in evidence if item.k == self.n_clusters), None)

    def clusters(self, gene_ids: Sequence[str]) -> Clusters:
        """Name the genes of each block from top to bottom; gene_ids : of the rows, in the order of the matrix."""
        return Clusters(tuple(gene_ids[i_row] for i_row in self.order), self.labels)

    def labels_of_rows(self) -> IntArray:
        """Return the block of each row in the order of the matrix, int64 of shape (n_rows,)."""
        labels = np.empty_like(self.labels)
        labels[self.order] = self.labels
        return labels

    def parking(self, is_parked: BoolArray) -> Clustering:
        """Put rows that cannot be clustered below, as a block of their own.

        is_parked : bool array over all rows; this clustering is of those where it is False, in their order.
        """
        if not is_parked.any():
            return self
        kept, parked = np.flatnonzero(~is_parked), np.flatnonzero(is_parked)
        labels = np.concatenate([self.labels, np.full(len(parked), self.n_clusters + 1)])
        order, soft = np.concatenate([kept[self.order], parked]), self.memberships
        if soft is not None:
            soft = np.vstack([soft, np.full((len(parked), soft.shape[1]), np.nan)])
        return replace(self, order=order, labels=labels, has_parked=True, memberships=soft)


def place_by_label(parts: Sequence[IntArray]) -> tuple[IntArray, IntArray]:
    """Join the rows of blocks, each in displayed order, to an order and its labels."""
    order = np.concatenate([np.asarray(part, dtype=np.int64) for part in parts])
    return order, np.repeat(np.arange(1, len(parts) + 1), [len(part) for part in parts])


def require_k(k: int, n_rows: int) -> None:
    """Refuse a number of clusters that some rows cannot be cut into (code "clusters")."""
    if not 1 <= k <= n_rows:
        raise UserError("clusters", f"{k} clusters cannot be made of {n_rows:,} rows", fix=f"choose 1 to {n_rows}")
