"""Gene sets and the results of testing them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from heatleaf.errors import UserError
from heatleaf.model.message import Message

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

    members : one tuple of unique gene names per set. id_kind : "symbol", "ensembl", "entrez" or "" if unknown.
    """

    name: str
    set_ids: tuple[str, ...]
    set_names: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    id_kind: str = ""
    source: str = ""
    messages: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        if not len(self.set_ids) == len(self.set_names) == len(self.members):
            raise ValueError("set ids, names and members differ in number")

    @classmethod
    def from_sets(cls, name: str, sets: Iterable[tuple[str, str, Sequence[str]]]) -> GeneSetCollection:
        """Make a collection from (id, name, genes), refusing ids that occur twice."""
        rows = list(sets)
        ids = [row[0] for row in rows]
        repeated = sorted({set_id for set_id in ids if ids.count(set_id) > 1}) if len(set(ids)) < len(ids) else []
        if repeated:
            raise UserError("gene_sets", f"the set '{repeated[0]}' is defined more than once in {name}")
        members = tuple(tuple(dict.fromkeys(row[2])) for row in rows)
        return cls(name, tuple(ids), tuple(row[1] for row in rows), members)


@dataclass(frozen=True, eq=False)
class EnrichmentTable:
    """Over-representation of gene sets among some genes.

    frame : one row per set, columns ENRICHMENT_COLUMNS, by padj, p and set id; `genes` joined by ";".
    genes_label : which genes were tested, in words. universe_label : against which universe.
    """

    genes_label: str
    universe_label: str
    frame: pd.DataFrame
    messages: tuple[Message, ...] = ()
