"""How a CDT or PCL table of Cluster 3.0 is laid out: which columns tell of genes, which rows of samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heatleaf.errors import UserError
from heatleaf.io.layout import HEAD_CELLS, HEAD_LINES, Layout, offset_of, split_line

GENE_KEY, SAMPLE_KEY = "GID", "AID"  # the names of rows and columns in the trees
GENE_WEIGHT, SAMPLE_WEIGHT = "GWEIGHT", "EWEIGHT"
_N_ABOVE = 50  # lines in which the row of weights is looked for: Java TreeView allows rows of annotation above it


@dataclass(frozen=True)
class CdtColumns:
    """Positions of the columns: key of the tree (None without a tree), gene id, name (None without), first sample."""

    key: int | None
    gene: int
    name: int | None
    first_sample: int


def is_cdt(text: bytes) -> bool:
    """Whether a text is a CDT or PCL table: its header names gene weights, or a row of sample weights follows."""
    lines = text[:1_000_000].split(b"\n", _N_ABOVE)[:_N_ABOVE]
    header = lines[0].upper().split(b"\t")
    return GENE_WEIGHT.encode() in header or any(line.upper().startswith(b"EWEIGHT\t") for line in lines[1:])


def cdt_columns(header: tuple[str, ...]) -> CdtColumns:
    """Say which column holds what; without a column of weights the name is the last before the samples."""
    upper = [cell.upper() for cell in header]
    key = 0 if upper[0] == GENE_KEY else None
    gene = 0 if key is None else 1
    first = upper.index(GENE_WEIGHT) + 1 if GENE_WEIGHT in upper else gene + 2
    name = upper.index("NAME", 0, first) if "NAME" in upper[:first] else None
    return CdtColumns(key, gene, name, first)


def names_apart(names: Sequence[str], gene_ids: Sequence[str]) -> list[str]:
    """Return the column NAME, "" where it repeats the id, as Cluster 3.0 writes genes without a name."""
    return ["" if name == gene_id else name for name, gene_id in zip(names, gene_ids, strict=bool(names))]


def detect_cdt_layout(text: bytes, name: str) -> Layout:
    """Tell the layout of a CDT table from its first whole lines; the rows above the data are its comments.

    Raises
    ------
    UserError
        table_header_only, no_values (no column of samples).
    """
    lines = text.decode("utf-8").split("\n")[:-1]
    header = tuple(split_line(lines[0], "\t"))
    if len(header) <= cdt_columns(header).first_sample:
        fix = "export the CDT file again"
        raise UserError("no_values", "has columns of genes but none of samples", where=name, fix=fix)
    i_row = _first_row(lines)
    n_rows = min(HEAD_LINES, max(2, HEAD_CELLS // len(header)))
    rows = tuple(tuple(split_line(line, "\t")) for line in lines[i_row : i_row + n_rows] if line)
    if not rows:
        what = f"has a header with {len(header)} columns but no gene rows"
        raise UserError("table_header_only", what, where=name, fix="export the CDT file again")
    above = tuple(lines[1:i_row])
    return Layout("\t", header, rows, len(header), i_row + 1, offset_of(lines, i_row), above)


def _first_row(lines: list[str]) -> int:
    """Return the position of the first gene: behind the weights, else behind the keys, else behind the header."""
    words = [line.split("\t", 1)[0].upper() for line in lines[:_N_ABOVE]]
    if SAMPLE_WEIGHT in words:
        return words.index(SAMPLE_WEIGHT) + 1
    return 1 + (words[1:2] == [SAMPLE_KEY])
