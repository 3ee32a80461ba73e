"""Redundancy: terms that say the same, because they are related and the same genes are behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from heatleaf.model import GeneSetCollection
from heatleaf.model.gene_sets import gene_numbers

SIMILAR = 0.5  # share of the smaller hit list from which two terms are taken to tell one story
# Unrelated terms share a few versatile genes; on airway six of the nine genes of the glucocorticoid response are in
# "muscle system process" too, but only a quarter of its members are.
RELATED = 1 / 3
MAX_TERMS = 200  # a reader is shown some twenty terms; those come from the first few dozen
_HOPELESS = 0.25  # nobody calls a set from this padj on, so it needs no mark
_CALLED = 0.05  # only terms that stand out are worth listing below another


@dataclass(frozen=True, eq=False)
class SetMembers:
    """Members of the sets of all collections as numbers.

    n_genes : genes of all collections. collections : by name. rows : for each collection, position of each set id.
    numbers : for each collection the number of each of its genes; without an entry, that is its position.
    """

    n_genes: int
    collections: Mapping[str, GeneSetCollection]
    rows: Mapping[str, Mapping[str, int]]
    numbers: Mapping[str, NDArray[np.int64]]

    @classmethod
    def of(cls, collections: Iterable[GeneSetCollection]) -> SetMembers:
        """Number the genes; a gene of several collections has one number."""
        by_name = {one.name: one for one in collections}
        rows = {name: dict(zip(one.set_ids, range(len(one.set_ids)), strict=True)) for name, one in by_name.items()}
        if len(by_name) == 1:
            (only,) = by_name.values()
            return cls(len(only.genes), by_name, rows, {})
        number = gene_numbers()
        numbers = {name: np.array([number[gene] for gene in one.genes]) for name, one in by_name.items()}
        return cls(len(number), by_name, rows, numbers)

    def find(self, table: pd.DataFrame) -> list[NDArray[np.integer[Any]]]:
        """Return the members of each row's set; none of a set that is not known."""
        return [self._find(*key) for key in zip(table["collection"].tolist(), table["set_id"].tolist(), strict=True)]

    def _find(self, collection: str, set_id: str) -> NDArray[np.integer[Any]]:
        row = self.rows.get(collection, {}).get(set_id, -1)
        if row < 0:
            return np.empty(0, dtype=np.int64)
        one = self.collections[collection]
        members = one.indices[one.offsets[row] : one.offsets[row + 1]]
        return self.numbers[collection][members] if collection in self.numbers else members


def drop_redundant(
    table: pd.DataFrame,
    members: SetMembers | None = None,
    *,
    similarity: float = SIMILAR,
    max_terms: int = MAX_TERMS,
) -> pd.DataFrame:
    """Mark each term with the better term that says the same, and each of those with what it stands for.

    Parameters
    ----------
    table : DataFrame
        Enrichment results in order of significance, with `set_id`, `genes` (or `leading_edge`) joined by ";" and,
        where members are given, `collection`.
    members : SetMembers
        All members of the sets; without them, the genes found alone decide.
    similarity : float
        Overlap coefficient, fraction 0-1: shared genes over the genes of the smaller list.
    max_terms : int
        Only so many first terms are compared; later ones are represented by none.

    Returns
    -------
    DataFrame
        The rows given with two more columns. `represented_by`: the set id of the kept term (a kept term represents
        itself; "" for rows without genes, of padj 0.25 or more, or after max_terms). `stands_for`: for a kept term the
        set ids of those that it represents, as far as their padj is below 0.05, joined by ";".

    Notes
    -----
    Greedy: from the most significant on, a term is kept unless an earlier kept one shares at least `similarity` of the
    smaller of both lists of genes found, and at least a third of the members of the smaller set. Of several such, the
    one that shares most genes found represents it, the first of equal ones. The second condition is where the
    ontology speaks: annotations are handed on to ancestors, so a term holds all members of its descendants, and
    siblings share what lies below both; it holds for collections without a graph too. Genes found alone would drop a
    small term for a large unrelated one. A mark depends on the terms before it only, so any first rows of the table
    are represented as they would be alone. One sparse product of terms and genes found.

    Examples
    --------
    >>> table = pd.DataFrame({"set_id": ["A", "B", "C"], "genes": ["x;y;z", "x;y", "u;v"]})
    >>> marked = drop_redundant(table)
    >>> marked["represented_by"].tolist(), marked["stands_for"].tolist()
    (['A', 'A', 'C'], ['B', '', ''])
    """
    column = "genes" if "genes" in table else "leading_edge"
    n_compared = min(max_terms, int((table["padj"] < _HOPELESS).sum()) if "padj" in table else len(table))
    first = table.head(n_compared)
    hits = [[gene for gene in str(text).split(";") if gene] for text in first[column].tolist()]
    shared = shared_genes(hits)
    sizes = shared.diagonal()
    is_similar = shared >= similarity * np.minimum.outer(sizes, sizes)
    related = _Relatives(first, members)
    kept_by = np.full(len(first), -1)
    most = np.zeros(len(first), dtype=np.int64)
    for i in np.flatnonzero(sizes).tolist():
        if kept_by[i] >= 0:
            continue
        kept_by[i] = i
        later = i + 1 + np.flatnonzero(is_similar[i, i + 1 :] & (shared[i, i + 1 :] > most[i + 1 :]))
        nearer = related.choose(i, later.tolist())
        kept_by[nearer], most[nearer] = i, shared[i, nearer]
    return table.assign(**_marks(table, kept_by))


class _Relatives:
    """Which sets share enough members with one; all do where members are not known."""

    def __init__(self, table: pd.DataFrame, members: SetMembers | None) -> None:
        self.members = None if members is None else members.find(table)
        self.is_member = np.zeros(members.n_genes if members else 0, dtype=bool)

    def choose(self, i: int, others: list[int]) -> list[int]:
        """Return those of other rows that are related to row i."""
        if self.members is None:
            return others
        own = self.members[i]
        self.is_member[own] = True
        related = [
            j
            for j in others
            if np.count_nonzero(self.is_member[self.members[j]]) >= RELATED * min(len(own), len(self.members[j]))
        ]
        self.is_member[own] = False
        return related


def _marks(table: pd.DataFrame, kept_by: NDArray[np.int64]) -> dict[str, NDArray[np.object_]]:
    """Turn positions of kept terms into columns of set ids."""
    set_ids = table["set_id"].to_numpy(dtype=object)
    represented = np.full(len(table), "", dtype=object)
    stands_for = np.full(len(table), "", dtype=object)
    is_known = np.flatnonzero(kept_by >= 0)
    represented[is_known] = set_ids[kept_by[is_known]]
    called = table["padj"].to_numpy() < _CALLED if "padj" in table else np.ones(len(table), dtype=bool)
    dropped: dict[int, list[str]] = {}
    for i in is_known.tolist():
        if kept_by[i] != i and called[i]:
            dropped.setdefault(int(kept_by[i]), []).append(set_ids[i])
    for i, others in dropped.items():
        stands_for[i] = ";".join(others)
    return {"represented_by": represented, "stands_for": stands_for}


def overlap_coefficients(hits: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """Divide genes that two lists share by those of the shorter, shape (n_lists, n_lists); 0 where a list is empty."""
    shared = shared_genes(hits)
    sizes = shared.diagonal()
    coefficients: NDArray[np.float32] = (shared / np.maximum(np.minimum.outer(sizes, sizes), 1)).astype(np.float32)
    return coefficients


def shared_genes(hits: Sequence[Sequence[str]]) -> NDArray[np.int32]:
    """Count the genes that each two lists share; int32 array of shape (n_lists, n_lists). No gene twice in a list."""
    number = gene_numbers()
    columns = [number[gene] for genes in hits for gene in genes]
    starts = np.cumsum([0, *map(len, hits)])
    holds = csr_array((np.ones(len(columns), dtype=np.int32), columns, starts), shape=(len(hits), max(len(number), 1)))
    shared: NDArray[np.int32] = (holds @ holds.T).toarray()
    return shared
