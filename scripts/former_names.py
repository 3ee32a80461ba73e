"""Former symbols and aliases of genes, for build_resources: from HGNC, NCBI, MGI and RGD to symbols of the gene tables.

A name that is a symbol now keeps that meaning; of such names only those that were the symbol of another gene are kept.
"""

from __future__ import annotations

import csv
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

GeneRow = tuple[str, str, str]  # gene id, symbol, biotype
NameRow = tuple[str, str, str]  # name, genes whose symbol it was, genes that it is an alias of; genes joined by |
Names = defaultdict[str, set[str]]

# NCBI records that are no genes: regulatory regions, loci of traits, fragile sites
_NO_GENES = ("biological-region", "other", "unknown")
_SUCCESSOR = re.compile(r"see \[(HGNC:\d+)\]")


def human_names(
    resources: Path, org: sqlite3.Connection, table: list[GeneRow], symbols: Mapping[int, str]
) -> list[NameRow]:
    """Collect the names of human genes from HGNC (former symbols, aliases) and NCBI (aliases).

    Parameters
    ----------
    resources : Path
        Folder with hgnc_entries.tsv.
    symbols : mapping
        Symbol of each NCBI gene, brought up to the gene table.
    """
    entries = _read_entries(resources / "hgnc_entries.tsv")
    gene_types = dict(org.execute("SELECT _id, gene_type FROM genetype"))
    genes = {gene: symbol for gene, symbol in symbols.items() if gene_types.get(gene) not in _NO_GENES}
    current = {symbol for _, symbol, _ in table if symbol} | set(symbols.values())
    approved = _match_approved(entries, table, org, genes, current)
    former: Names = defaultdict(set)
    aliases: Names = defaultdict(set)
    retired = set()
    for entry in entries:
        name = entry["Approved symbol"]
        found = approved.get(entry["HGNC ID"]) or approved.get(_successor(entry["Approved name"]))
        if found:
            _add(former, [name, *entry["Previous symbols"].split(", ")], found)
            _add(aliases, entry["Alias symbols"].split(", "), found)
        elif entry["Status"] != "Approved":
            retired.add(name)
    for gene, alias in org.execute("SELECT _id, alias_symbol FROM alias"):
        if gene in genes:
            _add(aliases, [alias], genes[gene])
    return _rows(former, aliases, current, retired)


def other_names(path: Path, separator: str, table: list[GeneRow]) -> list[NameRow]:
    """Collect synonyms of the genes of another organism; the sources do not tell former symbols from aliases.

    Parameters
    ----------
    path : Path
        Table with columns symbol, synonyms, ensembl. Only genes of the gene table are looked at.
    """
    symbol_of = {gene: symbol for gene, symbol, _ in table if symbol}
    current = set(symbol_of.values())
    aliases: Names = defaultdict(set)
    for entry in _read_entries(path):
        symbol = entry["symbol"]
        if symbol not in current:
            through_ensembl = {symbol_of[gene] for gene in entry["ensembl"].split(separator) if gene in symbol_of}
            if len(through_ensembl) != 1:
                continue
            _add(aliases, [symbol], min(through_ensembl))
            symbol = min(through_ensembl)
        _add(aliases, entry["synonyms"].split(separator), symbol)
    return _rows({}, aliases, current, set())


def _read_entries(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def _match_approved(
    entries: list[dict[str, str]],
    table: list[GeneRow],
    org: sqlite3.Connection,
    genes: Mapping[int, str],
    current: set[str],
) -> dict[str, str]:
    """Map HGNC ids to current symbols: through the symbol itself, the Ensembl id, or the NCBI id."""
    by_ensembl = {gene: symbol for gene, symbol, _ in table if symbol}
    by_entrez = {
        gene_id: genes[gene] for gene, gene_id in org.execute("SELECT _id, gene_id FROM genes") if gene in genes
    }
    approved = {}
    for entry in entries:
        symbol = entry["Approved symbol"]
        if entry["Status"] == "Approved" and symbol not in current:
            entrez = by_entrez.get(entry["NCBI Gene ID(supplied by NCBI)"], "")
            symbol = by_ensembl.get(entry["Ensembl gene ID"]) or entrez
        if entry["Status"] == "Approved" and symbol:
            approved[entry["HGNC ID"]] = symbol
    return approved


def _successor(description: str) -> str:
    """Return the HGNC id that a withdrawn symbol points to, or ""."""
    match = _SUCCESSOR.search(description)
    return match[1] if match else ""


def _add(names: Names, found: Iterable[str], symbol: str) -> None:
    """Note names of a gene, without phrases: no table names a gene by words with blanks between."""
    for name in found:
        if name and name != symbol and not re.search(r"\s", name):
            names[name].add(symbol)


def _rows(
    former: Mapping[str, set[str]], aliases: Mapping[str, set[str]], current: set[str], retired: set[str]
) -> list[NameRow]:
    rows = []
    for name in sorted(former.keys() | aliases.keys() | retired):
        was = former.get(name, set())
        also = set() if name in current else aliases.get(name, set()) - was
        if was or also or name not in current:
            rows.append((name, "|".join(sorted(was)), "|".join(sorted(also))))
    return rows
