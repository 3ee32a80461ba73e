"""Gene-set files (GMT) and lists of genes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.source import Source
from heatleaf.io.text import read_text
from heatleaf.model import GeneSetCollection, Message, note
from heatleaf.model.gene_sets import gene_numbers

MAX_SETS = 50_000  # requirement S20
N_SAMPLED = 500  # genes by which the kind of ids is recognised
SHOWN = 3

_ENDINGS = re.compile(r"(\.gmt|\.txt|\.tsv)?(\.gz|\.bz2|\.xz)?$", re.IGNORECASE)
_ACCESSION = re.compile(r"[A-Za-z]{1,12}([-:_][A-Za-z]{1,5})?[-:_]?\d+(\.\d+)?")
_KINDS = {
    "entrez": re.compile(r"\d+"),
    "ensembl": re.compile(r"ENS[A-Z]{0,6}[GTP]\d{11}(\.\d+)?|FBgn\d{7}|WBGene\d{8}"),
    "symbol": re.compile(r"[A-Za-z][\w.()/@:-]*"),
}
_GENE_COLUMNS = ("gene_id", "gene", "genes", "id", "gene_symbol", "symbol", "ensembl_gene_id", "ensgene", "gene_name")


def read_gene_sets(path: Path | str) -> GeneSetCollection:
    """Read a GMT file: one set per line, its name, a description and its genes, separated by tabs.

    Parameters
    ----------
    path : path
        Plain or compressed (gzip, bzip2, xz).

    Returns
    -------
    GeneSetCollection
        Ids and names: "GO:0000002" with its description; Reactome's accession in the second field; WikiPathways'
        name%source%accession%organism; else the first field for both. Genes in the order of the file.

    Raises
    ------
    UserError
        gene_sets (no set, a line without tabs, a set defined twice), too_large, and the refusals of any file.

    Notes
    -----
    Sets without genes and genes that a set holds twice are left out and counted in a note (requirement B83).
    """
    source = Source(Path(path))
    source.refuse_other_kinds()
    rows, genes = _read_rows(read_text(source))
    _require_sets(rows, source.name)
    _require_unique_sets(rows, source.name)
    messages = source.messages + _messages(rows, source.name)
    filled = [row for row in rows if len(row.genes)]
    set_ids, set_names = _identify([row.name for row in filled], [row.description for row in filled])
    return GeneSetCollection(
        _ENDINGS.sub("", source.name),
        set_ids,
        set_names,
        genes,
        np.cumsum([0, *(len(row.genes) for row in filled)], dtype=np.int64),
        np.concatenate([row.genes for row in filled]),
        recognise_id_kind([genes[row.genes[0]] for row in filled]),
        str(path),
        tuple(messages),
    )


def read_gene_list(path: Path | str) -> tuple[str, ...]:
    """Read genes from a file: one per line, or the first column (or the one called gene_id ...) of a table.

    Returns
    -------
    tuple of str
        Each gene once, in the order of the file; a header that names a column of genes is not a gene.

    Raises
    ------
    UserError
        no_genes, and the refusals of any file.
    """
    source = Source(Path(path))
    source.refuse_other_kinds()
    lines = [line for line in read_text(source).split("\n") if line.strip() and not line.startswith("#")]
    delimiter = next((sign for sign in "\t,;" if lines and sign in lines[0]), None)
    rows = [
        [cell.strip().strip('"') for cell in line.split(delimiter)] if delimiter else [line.strip()] for line in lines
    ]
    column, first = _gene_column(rows[0] if rows else [])
    genes = tuple(dict.fromkeys(row[column] for row in rows[first:] if len(row) > column and row[column]))
    if not genes:
        raise UserError("no_genes", "has no genes", where=source.name, fix="give one gene per line")
    return genes


def recognise_id_kind(genes: Sequence[str]) -> str:
    """Return "entrez", "ensembl" or "symbol" where nine in ten genes read so, else ""."""
    sample = list(islice(genes, 0, None, max(1, len(genes) // N_SAMPLED)))
    for kind, pattern in _KINDS.items():
        if sample and sum(pattern.fullmatch(gene) is not None for gene in sample) >= 0.9 * len(sample):
            return kind
    return ""


class _Row(NamedTuple):
    """One line of a GMT file; genes by number, each once; `n_repeated` were given more than once."""

    line: int
    name: str
    description: str
    genes: NDArray[np.int32]
    n_repeated: int


def _read_rows(text: str) -> tuple[list[_Row], tuple[str, ...]]:
    """Cut the text into rows; return them and the genes that they number.

    A gene is one string however many sets hold it: names of cut cells are let go as soon as they are numbered.
    """
    number_of = gene_numbers()
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line or line.isspace():
            continue
        name, description, *cells = line.split("\t") if "\t" in line else (line, "")
        unique = set(cells)
        n_repeated = 0
        if len(unique) < len(cells) or "" in unique:
            filled = [cell for cell in cells if cell]
            cells = list(dict.fromkeys(filled))
            n_repeated = len(filled) - len(cells)
        genes = np.fromiter(map(number_of.__getitem__, cells), dtype=np.int32, count=len(cells))
        rows.append(_Row(number, name, description, genes, n_repeated))
    return rows, tuple(number_of)


def _require_sets(rows: list[_Row], name: str) -> None:
    """Refuse a file that is no GMT, or too large."""
    if not rows:
        raise UserError("gene_sets", "holds no gene set", where=name, fix="give a GMT file")
    if len(rows) > MAX_SETS:
        what = f"holds {len(rows):,} gene sets, more than {MAX_SETS:,}"
        raise UserError("too_large", what, where=name, fix="give fewer sets")
    if not any(len(row.genes) for row in rows):
        what = "has no set with genes: a GMT file has a set name, a description and genes, separated by tabs"
        fix = "separate them by tabs; a plain list of genes is not a gene set"
        raise UserError("gene_sets", what, where=f"{name} line {rows[0].line:,}", fix=fix)


def _require_unique_sets(rows: list[_Row], name: str) -> None:
    """Refuse a set that is defined twice, with both lines (requirement B83)."""
    seen: dict[str, int] = {}
    repeated = [row for row in rows if seen.setdefault(row.name, row.line) != row.line]
    if repeated:
        first = repeated[0]
        more = f" ({len(repeated)} such lines)" if len(repeated) > 1 else ""
        what = f"the set '{first.name}' is on lines {seen[first.name]:,} and {first.line:,}{more}"
        raise UserError("gene_sets", what, where=name, fix="give each set its own name, or leave one out")


def _messages(rows: list[_Row], name: str) -> list[Message]:
    """Count sets without genes and sets that hold a gene more than once (requirement B83)."""
    without = [row for row in rows if not len(row.genes)]
    twice = [row for row in rows if row.n_repeated]
    return [
        *([_counted(without, "without genes, left out", name)] if without else []),
        *([_counted(twice, "holding a gene more than once, counted once", name)] if twice else []),
    ]


def _counted(found: list[_Row], what: str, name: str) -> Message:
    shown = ", ".join(f"'{row.name}' on line {row.line:,}" for row in found[:SHOWN])
    more = ", ..." if len(found) > SHOWN else ""
    return note("gene_sets", f"{len(found):,} set{'s' if len(found) > 1 else ''} {what}: {shown}{more}", where=name)


def _identify(names: list[str], descriptions: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell ids from names; ids stay unique."""
    parts = [name.split("%") for name in names]
    if all(len(part) == 4 for part in parts):
        ids, titles = [part[2] for part in parts], [part[0] for part in parts]
    elif all(map(_ACCESSION.fullmatch, descriptions)):
        ids, titles = descriptions, names
    elif all(map(_ACCESSION.fullmatch, names)) and all(map(_is_title, descriptions)):
        ids, titles = names, descriptions
    else:
        ids, titles = names, names
    return (tuple(ids), tuple(titles)) if len(set(ids)) == len(ids) else (tuple(names), tuple(titles))


def _is_title(text: str) -> bool:
    return bool(text) and text.lower() not in ("na", "n/a", "-", "null") and not text.startswith(("http:", "https:"))


def _gene_column(first_row: list[str]) -> tuple[int, int]:
    """Return the column of genes and the number of header rows (0 or 1)."""
    lowered = [cell.casefold() for cell in first_row]
    named = [lowered.index(name) for name in _GENE_COLUMNS if name in lowered]
    if named:
        return named[0], 1
    return 0, int(len(first_row) > 1 and not first_row[0])  # R and pandas leave the corner of a table empty
