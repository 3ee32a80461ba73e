"""Gene sets and the results of testing them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model.message import Message

if TYPE_CHECKING:
    import pandas as pd

ENRICHMENT_COLUMNS = (
    "collection",
    "set_id",
    "set_name",
    "overlap",
    "set_size",
    "n_genes",
    "universe_size",
    "fold_enrichment",
    "pvalue",
    "padj",
    "genes",
)


@dataclass(frozen=True, eq=False)
class GeneSetCollection:
    """Named sets of genes from one source.

    genes : each gene of any set once.
    offsets : int64 array of shape (n_sets + 1,), where the members of each set start and end in `indices`.
    indices : integer array of shape (n_members,), positions in `genes`, none twice within a set.
    id_kind : "symbol", "ensembl", "entrez" or "" if unknown.

    Names are held once and members as numbers, so that whatever is asked of names (which are in a universe?) is asked
    once per gene and not once per member; the arrays cannot be written to.
    """

    name: str
    set_ids: tuple[str, ...]
    set_names: tuple[str, ...]
    genes: tuple[str, ...]
    offsets: NDArray[np.int64]
    indices: NDArray[np.integer[Any]]
    id_kind: str = ""
    source: str = ""
    messages: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        if not len(self.set_ids) == len(self.set_names) == len(self.offsets) - 1:
            raise ValueError("set ids, names and members differ in number")
        if self.offsets[0] != 0 or self.offsets[-1] != len(self.indices):
            raise ValueError("the members of the sets do not cover the indices")
        self.offsets.setflags(write=False)
        self.indices.setflags(write=False)

    def __repr__(self) -> str:
        return f"<GeneSetCollection: {self.name}, {len(self.set_ids):,} sets of {len(self.genes):,} genes>"

    @cached_property
    def members(self) -> tuple[tuple[str, ...], ...]:
        """The genes of each set by name; made when first asked for, O(n_members)."""
        names = np.array(self.genes, dtype=object)[self.indices].tolist()
        return tuple(tuple(names[start:end]) for start, end in pairwise(self.offsets.tolist()))

    @classmethod
    def from_sets(cls, name: str, sets: Iterable[tuple[str, str, Sequence[str]]]) -> GeneSetCollection:
        """Make a collection from (id, name, genes), refusing ids that occur twice; a repeated gene counts once.

        Raises
        ------
        UserError
            gene_sets: two sets have one id.

        Examples
        --------
        >>> sets = GeneSetCollection.from_sets("demo", [("S1", "first", ["a", "b"]), ("S2", "second", ["b"])])
        >>> sets.genes, sets.offsets.tolist(), sets.indices.tolist()
        (('a', 'b'), [0, 2, 3], [0, 1, 1])
        """
        rows = list(sets)
        ids = [row[0] for row in rows]
        repeated = sorted(set_id for set_id, n in Counter(ids).items() if n > 1)
        if repeated:
            raise UserError("gene_sets", f"the set '{repeated[0]}' is defined more than once in {name}")
        number = gene_numbers()
        members = [list(map(number.__getitem__, dict.fromkeys(row[2]))) for row in rows]
        offsets = np.cumsum([0, *map(len, members)], dtype=np.int64)
        indices = np.fromiter(chain.from_iterable(members), dtype=np.int32, count=int(offsets[-1]))
        return cls(name, tuple(ids), tuple(row[1] for row in rows), tuple(number), offsets, indices)


def gene_numbers() -> defaultdict[str, int]:
    """Return a mapping that numbers names from 0 in the order in which they are first looked up."""
    return defaultdict(count().__next__)


@dataclass(frozen=True, eq=False)
class EnrichmentTable:
    """Over-representation of gene sets among some genes.

    frame : one row per set, columns ENRICHMENT_COLUMNS, by padj, p and set id; `genes` joined by ";". A further column
        `represented_by` names, for the first sets, the better set with much the same genes, or the set itself.
    genes_label : which genes were tested, in words. universe_label : against which universe.
    """

    genes_label: str
    universe_label: str
    frame: pd.DataFrame
    messages: tuple[Message, ...] = ()

    def distinct(self, alpha: float) -> pd.DataFrame:
        """Return the sets with padj below alpha, most certain first, without those that a better one represents."""
        called = self.frame[self.frame["padj"] < alpha]
        if "represented_by" in called:
            called = called[called["represented_by"] == called["set_id"]]
        return called

    def first_distinct(self, alpha: float, n_sets: int) -> list[dict[str, Any]]:
        """Return the first rows of `distinct` as records, quicker than a data frame gives them."""
        is_shown = self.frame["padj"].to_numpy() < alpha
        if "represented_by" in self.frame:
            names = (self.frame[name].to_numpy(dtype=object) for name in ("represented_by", "set_id"))
            is_shown &= np.equal(*names).astype(bool)
        rows = np.flatnonzero(is_shown)[:n_sets]
        if not len(rows):
            return []
        columns = [str(name) for name in self.frame.columns]
        values = [self.frame[name].to_numpy()[rows].tolist() for name in columns]
        return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]
