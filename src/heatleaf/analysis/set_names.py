"""Under which names genes are looked for in gene sets: as they are, or both sides by their current symbols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from heatleaf.model import GeneSetCollection
from heatleaf.resources.gene_verdicts import GeneAudit, audit_genes, require_mapped
from heatleaf.resources.pack import rename_genes

Collections = tuple[GeneSetCollection, ...]


def settle_names(
    audit: GeneAudit | None, gene_names: Sequence[str], collections: Collections, *, asked: bool, strict: bool
) -> tuple[tuple[str, ...], Collections]:
    """Choose the names that meet most of the sets' genes: ids without their version, or current symbols.

    Parameters
    ----------
    audit : of the gene ids; None where nothing is known of the organism, and all names stay as they are.
    gene_names : names to show, taken where an id has no symbol.
    asked : the sets are those that the user named, which may use former symbols or other ids.
    strict : refuse sets that were asked for when fewer than half of the ids are known.

    Returns
    -------
    names : of the genes, in their order. collections : with the same kind of names.

    Raises
    ------
    UserError
        gene_ids_unmapped.
    """
    if audit is None:
        return tuple(gene_names), collections
    plain_ids = tuple(gene_id.split(".")[0] for gene_id in audit.gene_ids)
    symbols = tuple(symbol or name for symbol, name in zip(audit.symbols, gene_names, strict=True))
    used = frozenset(name for sets in collections for name in sets.genes)
    sets_use_ids = sum(name in used for name in plain_ids) > sum(name in used for name in symbols)
    if sets_use_ids and not (asked and audit.are_names):
        return plain_ids, collections
    if asked and strict and not _sets_know_the_others(audit, used):
        require_mapped(audit, where="--gene-sets")
    return symbols, tuple(_by_symbol(sets, audit.organism) for sets in collections) if asked else collections


def _sets_know_the_others(audit: GeneAudit, used: frozenset[str]) -> bool:
    """Whether the sets hold most ids that the tables do not know: sets made for just these ids."""
    others = [gene_id in used for gene_id, symbol in zip(audit.gene_ids, audit.symbols, strict=True) if not symbol]
    return sum(others) > len(others) / 2


def _by_symbol(sets: GeneSetCollection, organism: str) -> GeneSetCollection:
    """Bring the members up to current symbols; names that mean no gene, or several, stay as they are."""
    current = audit_genes(sets.genes, organism).symbols
    names = {gene: symbol or gene for gene, symbol in zip(sets.genes, current, strict=True)}
    if all(gene == symbol for gene, symbol in names.items()):
        return sets
    renamed, _ = rename_genes(sets, names)
    return replace(renamed, source=sets.source)
