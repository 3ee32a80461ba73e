"""One number per gene from a table: lengths, mean counts and the like."""

from __future__ import annotations

from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.options import ReadOptions
from heatleaf.io.sheet_rows import read_sheet_rows

# featureCounts, RSEM and kallisto, biomaRt, and tables of differential tests
_COLUMNS = ("length", "gene_length", "effective_length", "eff_length", "width", "basemean", "base_mean", "mean")


def read_gene_values(path: Path) -> dict[str, float]:
    """Read a number for each gene.

    Parameters
    ----------
    path : Path
        A table with a header; the first column names the genes, the number stands in the first column that is called
        length, effective_length, baseMean or the like, or in the second of two columns. An empty cell, NA or a
        number that is not positive means that it is not known.

    Returns
    -------
    dict of str to float
        A gene that is named several times has its largest number, as one with several transcripts.

    Raises
    ------
    UserError
        The refusals of any file; option: no such column, or a cell that is not a number.
    """
    rows = read_sheet_rows(path, ReadOptions())
    header = [name.strip().casefold() for name in rows.header]
    named = [header.index(name) for name in _COLUMNS if name in header]
    if not named and len(header) != 2:
        what = f"there is no column of lengths or means. Columns: {', '.join(rows.header)}"
        raise UserError("option", what, where=rows.name, fix="name the column 'length', or give two columns")
    values: dict[str, float] = {}
    for gene, text in zip(rows.column(0), rows.column(named[0] if named else 1), strict=True):
        value = _number(text, gene, rows.name)
        if value > values.get(gene, 0.0):
            values[gene] = value
    return values


def _number(text: str, gene: str, file_name: str) -> float:
    """Return the number of a cell, 0 where it is not known."""
    if text.strip().casefold() in ("", "na", "nan"):
        return 0.0
    try:
        return float(text)
    except ValueError:
        what = f"the number of {gene} is '{text}'"
        raise UserError("option", what, where=file_name, fix="give a number such as 2071 for each gene") from None
