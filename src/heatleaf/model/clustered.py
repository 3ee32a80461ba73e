"""A clustered matrix as a heatmap shows it: what is exchanged with other programs. Everything is in displayed order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model.clusters import Clusters
from heatleaf.model.counts import require_unique
from heatleaf.model.message import Message

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Dendrogram:
    """A binary tree whose leaves stand in displayed order.

    leaf_names : unique, in displayed order.
    linkage : float64 array of shape (n_leaves - 1, 4) in SciPy's format, leaves numbered by their displayed position;
    of each merge the smaller number is first (which child is shown first follows from the leaves).

    Raises
    ------
    UserError
        clusters: no tree over these leaves, or one whose branches cross in this order. gene_duplicate: names.
    """

    leaf_names: tuple[str, ...]
    linkage: FloatArray

    def __post_init__(self) -> None:
        require_unique(self.leaf_names, "gene_duplicate", "leaf")
        linkage = np.array(self.linkage, dtype=np.float64).reshape(-1, 4)
        linkage[:, :2].sort(axis=1)
        _refuse_no_tree(linkage, len(self.leaf_names))
        first, sizes = first_leaves(linkage)
        if not np.array_equal(linkage[:, 3], sizes[len(self.leaf_names) :]):
            raise UserError("clusters", "the linkage does not count the leaves of its merges (fourth column)")
        _refuse_crossing(linkage, first, sizes)
        object.__setattr__(self, "linkage", linkage)

    @property
    def merges(self) -> tuple[tuple[int, int, float], ...]:
        """The merges, bottom up: node shown first, node shown second, height."""
        first = first_leaves(self.linkage)[0].tolist()
        pairs, heights = self.linkage[:, :2].astype(np.int64).tolist(), self.linkage[:, 2].tolist()
        ordered = (sorted(pair, key=first.__getitem__) for pair in pairs)
        return tuple((left, right, height) for (left, right), height in zip(ordered, heights, strict=True))


@dataclass(frozen=True, eq=False)
class ClusteredMatrix:
    """What a heatmap shows, in the order in which it shows it.

    gene_ids, sample_ids : unique names, top to bottom and left to right. gene_symbols : "" where unknown.
    values : float64 array of shape (n_genes, n_samples); NaN where a cell is missing.
    row_linkage, column_linkage : as in `Dendrogram`; None where there is no single tree.
    cluster_numbers : int64 array of shape (n_genes,), 1..k from top to bottom; by default one cluster.
    memberships : of soft clusters, float64 array of shape (n_genes, n_clusters), fractions 0-1, clusters from the top;
    NaN for genes that were not clustered; None where clusters are not soft.
    column_groups : the block of each sample, () where columns are not split.
    sample_columns : what is known of the samples, column name -> one text per sample ("" where empty).
    messages : what was noticed while a file was read.

    Raises
    ------
    UserError
        gene_duplicate, sample_duplicate, name_empty, no_values, matrix_not_finite (infinite values), clusters.
    """

    gene_ids: tuple[str, ...]
    sample_ids: tuple[str, ...]
    values: FloatArray
    gene_symbols: tuple[str, ...] = ()
    row_linkage: FloatArray | None = None
    column_linkage: FloatArray | None = None
    cluster_numbers: IntArray | None = None
    column_groups: tuple[str, ...] = ()
    sample_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    memberships: FloatArray | None = None

    def __post_init__(self) -> None:
        self._require_shapes()
        _require_names(self.gene_ids, "gene")
        _require_names(self.sample_ids, "sample")
        if np.isinf(self.values).any():
            i_gene, i_sample = np.argwhere(np.isinf(self.values))[0]
            what = f"gene {self.gene_ids[i_gene]}, sample {self.sample_ids[i_sample]} is infinite"
            raise UserError("matrix_not_finite", what, fix="leave the value missing")
        set_field = object.__setattr__
        set_field(self, "gene_symbols", self.gene_symbols or ("",) * len(self.gene_ids))
        if self.cluster_numbers is None:
            set_field(self, "cluster_numbers", np.ones(len(self.gene_ids), dtype=np.int64))
        Clusters(self.gene_ids, self.clusters.labels)
        for name, names in (("row_linkage", self.gene_ids), ("column_linkage", self.sample_ids)):
            linkage = getattr(self, name)
            set_field(self, name, None if linkage is None or len(names) < 2 else Dendrogram(names, linkage).linkage)

    def _require_shapes(self) -> None:
        n_genes, n_samples = len(self.gene_ids), len(self.sample_ids)
        if self.values.shape != (n_genes, n_samples):
            raise ValueError("values do not have the shape (n_genes, n_samples)")
        if not self.values.size:
            raise UserError("no_values", f"a matrix of {n_genes} genes and {n_samples} samples has no values")
        if self.cluster_numbers is not None and self.cluster_numbers.shape != (n_genes,):
            raise ValueError("cluster_numbers do not have the shape (n_genes,)")
        if self.memberships is not None and len(self.memberships) != n_genes:
            raise ValueError("memberships do not have one row per gene")
        per_sample = [self.column_groups or self.sample_ids, *self.sample_columns.values()]
        if any(len(values) != n_samples for values in per_sample) or len(self.gene_symbols) not in (0, n_genes):
            raise ValueError("names or annotations do not have one entry per gene or sample")

    @property
    def clusters(self) -> Clusters:
        """The genes and the numbers of their clusters."""
        assert self.cluster_numbers is not None, "the constructor fills in one cluster"
        return Clusters(self.gene_ids, self.cluster_numbers)

    @property
    def row_tree(self) -> Dendrogram | None:
        """The tree of the genes, if there is one."""
        return None if self.row_linkage is None else Dendrogram(self.gene_ids, self.row_linkage)

    @property
    def column_tree(self) -> Dendrogram | None:
        """The tree of the samples, if there is one."""
        return None if self.column_linkage is None else Dendrogram(self.sample_ids, self.column_linkage)


def displayed_linkage(linkage: FloatArray, leaf_order: Sequence[int] | IntArray) -> FloatArray:
    """Number the leaves of a linkage by the position at which they are displayed.

    Parameters
    ----------
    linkage : float64 array of shape (n_leaves - 1, 4), SciPy's format, leaves in input order.
    leaf_order : the input positions of the leaves in displayed order.

    Returns
    -------
    float64 array of shape (n_leaves - 1, 4); merges keep their order, the smaller number of a pair is first.

    Examples
    --------
    >>> displayed_linkage(np.array([[0, 2, 0.5, 2], [1, 3, 0.9, 3]]), [2, 0, 1])[:, :2].tolist()
    [[0.0, 1.0], [2.0, 3.0]]
    """
    n_leaves = len(linkage) + 1
    number = np.arange(2 * n_leaves - 1)
    number[np.asarray(leaf_order, dtype=np.int64)] = np.arange(n_leaves)
    renumbered = np.array(linkage, dtype=np.float64)
    renumbered[:, :2] = np.sort(number[renumbered[:, :2].astype(np.int64)], axis=1)
    return renumbered


def first_leaves(linkage: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the smallest leaf below each node and how many there are, int64 of shape (2 n_leaves - 1,)."""
    n_leaves = len(linkage) + 1
    first, sizes = list(range(n_leaves)), [1] * n_leaves
    for left, right in linkage[:, :2].astype(np.int64).tolist():
        first.append(min(first[left], first[right]))
        sizes.append(sizes[left] + sizes[right])
    return np.array(first, dtype=np.int64), np.array(sizes, dtype=np.int64)


def _require_names(names: tuple[str, ...], kind: str) -> None:
    require_unique(names, f"{kind}_duplicate", kind)
    if not all(map(str.strip, names)):
        position = next(i for i, name in enumerate(names, 1) if not name.strip())
        raise UserError("name_empty", f"{kind} {position:,} has no name", fix=f"name every {kind}")


def _refuse_no_tree(linkage: FloatArray, n_leaves: int) -> None:
    if len(linkage) != max(n_leaves - 1, 0) or not n_leaves:
        what = f"a tree of {n_leaves:,} leaves has {max(n_leaves - 1, 0):,} merges, not {len(linkage):,}"
        raise UserError("clusters", what)
    pairs = linkage[:, :2]
    is_known = (pairs >= 0) & (pairs < np.arange(n_leaves, 2 * n_leaves - 1)[:, None])
    if not is_known.all() or (pairs % 1).any() or len(np.unique(pairs)) != pairs.size:
        raise UserError("clusters", "the linkage is no tree: a node is used twice, or before it is made")
    if not np.isfinite(linkage[:, 2]).all():
        raise UserError("clusters", "the linkage has a height that is missing or infinite")


def _refuse_crossing(linkage: FloatArray, first: IntArray, sizes: IntArray) -> None:
    """Refuse an order of the leaves in which a branch holds a leaf of another between its own."""
    pairs = linkage[:, :2].astype(np.int64)
    starts = np.sort(first[pairs], axis=1)
    upper = np.where(first[pairs[:, 0]] < first[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
    is_apart = starts[:, 0] + sizes[upper] != starts[:, 1]
    if is_apart.any():
        what = (
            f"the displayed order does not follow the tree: the branches of merge {int(is_apart.argmax()) + 1:,} cross"
        )
        raise UserError("clusters", what, fix="order the leaves as the tree has them")
