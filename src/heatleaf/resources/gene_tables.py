"""Built-in gene tables: id, symbol and biotype of every gene of an organism, and other names. Read when needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from heatleaf.resources.builtin import builtin_file, read_columns, release_of
from heatleaf.resources.fetched import fetched_collection, read_fetched_table
from heatleaf.resources.organisms import find_organism


@dataclass(frozen=True, eq=False)
class GeneTable:
    """Genes of one organism, sorted by id.

    symbols : "" where a gene has none. biotypes : "" for retired ids.
    """

    organism: str
    release: str
    gene_ids: tuple[str, ...]
    symbols: tuple[str, ...]
    biotypes: tuple[str, ...]

    @cached_property
    def symbol_of(self) -> Mapping[str, str]:
        """Symbol by gene id."""
        return dict(zip(self.gene_ids, self.symbols, strict=True))

    @cached_property
    def retired_ids(self) -> frozenset[str]:
        """Ids that the release no longer has, or has on alternative sequences only."""
        if not any(self.biotypes):
            return frozenset()
        return frozenset(gene for gene, kind in zip(self.gene_ids, self.biotypes, strict=True) if not kind)

    @cached_property
    def known_symbols(self) -> frozenset[str]:
        """All symbols; for zebrafish in lower case too, as ZFIN writes those that Ensembl 114 writes in upper case."""
        lower = (symbol.lower() for symbol in self.symbols) if self.organism == "zebrafish" else ()
        return frozenset(self.symbols).union(lower) - {""}


@cache
def gene_table(organism: str) -> GeneTable:
    """Read the gene table of an organism (human: about 50 ms the first time).

    Raises
    ------
    UserError
        organism: nothing is built in for it.

    Examples
    --------
    >>> gene_table("human").symbol_of["ENSG00000141510"]
    'TP53'
    """
    name = find_organism(organism).name
    if (found := fetched_collection(name, "")) is not None:
        return GeneTable(name, found[0].release, *map(tuple, read_fetched_table(*found, 3)))
    file = f"genes_{name}.tsv.xz"
    gene_ids, symbols, biotypes = read_columns(file, 3)
    return GeneTable(name, release_of(file), tuple(gene_ids), tuple(symbols), tuple(biotypes))


@cache
def entrez_symbols() -> Mapping[str, str]:
    """Return the symbol of each human NCBI (Entrez) gene id."""
    gene_ids, symbols = read_columns("entrez_human.tsv.xz", 2)
    return dict(zip(gene_ids, symbols, strict=True))


@cache
def former_names(organism: str) -> Mapping[str, tuple[str, str]]:
    """Return names that are no symbols now -> (genes whose symbol they were, other genes they are an alias of).

    Genes are symbols joined by "|"; both are "" for a symbol withdrawn without a successor. Current symbols are here
    too where they were once the symbol of another gene. Empty for organisms without such a table.

    Examples
    --------
    >>> former_names("human")["SEPT2"]
    ('SEPTIN2', 'SEPTIN6')
    """
    file = f"names_{organism}.tsv.xz"
    if not builtin_file(file).is_file():
        return {}
    names, former, aliases = read_columns(file, 3)
    return dict(zip(names, zip(former, aliases, strict=True), strict=True))


@cache
def entrez_only_symbols() -> frozenset[str]:
    """Return symbols of human genes in NCBI Gene that the gene table lacks."""
    return frozenset(entrez_symbols().values()) - gene_table("human").known_symbols
