"""GCT files of GenePattern, versions 1.2 and 1.3: two lines of dimensions, then a table with description columns.

Version 1.3 holds what is known of genes and samples too: here the symbol and the cluster of each gene, the block and
the annotation of each sample. `tables` reads any GCT file as a table by its layout; `read_gct` reads all that is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from heatleaf.errors import UserError
from heatleaf.io.atomic import write_text
from heatleaf.io.columns import SYMBOL_COLUMNS
from heatleaf.io.exchange import (
    ExchangeFile,
    format_rows,
    format_text,
    named_in_refusals,
    open_exchange,
    read_grid,
    read_values,
    require_writable,
)
from heatleaf.io.layout import HEAD_CELLS, HEAD_LINES, Layout, offset_of, split_line
from heatleaf.model import ClusteredMatrix, Message, note
from heatleaf.model.clustered import IntArray

MARKS = (b"#1.2", b"#1.3")
SYMBOL, CLUSTER, GROUP = "gene_symbol", "cluster", "column_group"
_NO_TEXT = "na"  # a description may not be empty in version 1.2, and the corner of 1.3 is filled with it
_NO_VALUE = "NaN"  # an empty cell is missing too, but cmapPy refuses it; NaN is a number to R, Java, pandas, JavaScript


def write_gct(path: Path | str, clustered: ClusteredMatrix, *, version: Literal["1.2", "1.3"] = "1.3") -> None:
    """Write a matrix in displayed order with all digits.

    Parameters
    ----------
    version : "1.3" writes symbols, clusters, groups and annotation too; "1.2", for GSEA, has room for the symbol only.

    Raises
    ------
    UserError
        name_hostile (a tab, a line end or another control character; in version 1.2 a symbol "na", which means none),
        column_duplicate (annotation called column_group), output_write.

    Notes
    -----
    Numbers have the fewest digits that read back as the same float64; a missing value is NaN. Trees have no place in
    the format.
    """
    path = Path(path)
    _require_writable(clustered, version, path.name)
    text = _version_2(clustered) if version == "1.2" else _version_3(clustered, path.name)
    write_text(path, text)


def read_gct(path: Path | str) -> ClusteredMatrix:
    """Read a GCT file of version 1.2 or 1.3 with what it says of genes and samples.

    Returns
    -------
    ClusteredMatrix
        Without trees. A cluster column that does not count 1, 2, 3 ... from top to bottom, and other columns of the
        genes, are set aside with a note; annotation of samples is kept as text.

    Raises
    ------
    UserError
        format (no GCT file, or its dimensions cannot be read), row_length (other numbers of rows or columns than line
        2 announces), value_text, gene_duplicate, sample_duplicate, column_duplicate, and the refusals of any file.
    """
    file = open_exchange(path)
    data = file.text.encode("utf-8")
    if not is_gct(data):
        fix = "a GCT file begins with #1.2 or #1.3"
        raise UserError("format", "is not a GCT file of version 1.2 or 1.3", where=file.name, fix=fix)
    layout = detect_gct_layout(data, file.name)
    grid = read_grid(file, layout.offset, layout.n_columns)
    require_rows(len(grid.lines), layout, file.name)
    first = 1 + (layout.gct_meta or 0)
    columns = {layout.header[i]: grid.texts(i) for i in range(first - 1, 0, -1)}  # of two with one name the first stays
    symbol = next((name for name in layout.header[1:first] if name.lower() in SYMBOL_COLUMNS | {"description"}), "")
    clusters = _clusters(columns.get(CLUSTER))
    of_samples = _sample_rows(file, layout, first)
    kept = {symbol, CLUSTER if clusters is not None else symbol}
    aside = [name for name in layout.header[1:first] if name not in kept]
    with named_in_refusals(file.name):
        return ClusteredMatrix(
            tuple(grid.texts(0)),
            layout.header[first:],
            read_values(grid, range(first, layout.n_columns), file.name),
            tuple(without_na(columns.get(symbol, ()))) if is_version_2(layout) else tuple(columns.get(symbol, ())),
            cluster_numbers=clusters,
            column_groups=of_samples.pop(GROUP, ()),
            sample_columns=of_samples,
            messages=(*file.messages, *_note_aside(aside, file.name)),
        )


def is_gct(text: bytes) -> bool:
    """Whether a text begins as a GCT file does."""
    return text.lstrip().startswith(MARKS)


def detect_gct_layout(text: bytes, name: str) -> Layout:
    """Tell the layout of a GCT file from its first whole lines.

    Raises
    ------
    UserError
        format (the dimensions cannot be read), row_length (the header does not hold as many samples as they say).
    """
    lines = text.decode("utf-8").split("\n")[:-1]
    dimensions = _dimensions(lines, name)
    n_samples = dimensions[1]
    if not n_samples:
        raise UserError("no_values", "line 2 announces no samples", where=name, fix="export the GCT file again")
    n_row_meta, n_column_meta = (dimensions[2], dimensions[3]) if lines[0].startswith("#1.3") else (1, 0)
    header = split_line(lines[2].rstrip("\t"), "\t") if len(lines) > 2 else []
    n_columns = 1 + n_row_meta + n_samples
    if len(header) != n_columns:
        raise UserError(
            "row_length",
            f"line 3 has {len(header)} names, but line 2 announces {n_samples} samples "
            f"and {1 + n_row_meta} other columns",
            where=name,
            fix="export the GCT file again",
        )
    i_row = 3 + n_column_meta
    n_rows = min(HEAD_LINES, max(2, HEAD_CELLS // n_columns))
    rows = tuple(tuple(split_line(line, "\t")) for line in lines[i_row : i_row + n_rows] if line)
    if not rows:
        what = f"has a header with {n_samples} samples but no gene rows"
        raise UserError("table_header_only", what, where=name, fix="export the GCT file again")
    return Layout(
        "\t",
        tuple(header),
        rows,
        n_columns,
        i_row + 1,
        offset_of(lines, i_row),
        tuple(lines[:2]),
        gct_meta=n_row_meta,
        n_rows=dimensions[0],
    )


def _dimensions(lines: list[str], name: str) -> list[int]:
    try:
        numbers = [int(field) for field in lines[1].split()]
    except (ValueError, IndexError):
        numbers = []
    if len(numbers) < (4 if lines[0].startswith("#1.3") else 2) or min(numbers) < 0:
        fix = "line 2 of a GCT file holds the numbers of rows and samples"
        raise UserError("format", "line 2 does not hold the dimensions of a GCT file", where=name, fix=fix)
    return numbers


def is_version_2(layout: Layout) -> bool:
    """Whether the layout is that of a GCT file of version 1.2."""
    return layout.gct_meta is not None and layout.comments[0].startswith("#1.2")


def without_na(symbols: Sequence[str]) -> list[str]:
    """Return the descriptions of a GCT 1.2 file, "" for na and NA, which say that there is none."""
    return ["" if symbol.lower() == _NO_TEXT else symbol for symbol in symbols]


def require_rows(n_rows: int, layout: Layout, name: str) -> None:
    """Refuse a file with another number of rows than it announces: it is cut off or was edited.

    Raises
    ------
    UserError
        row_length.
    """
    if layout.n_rows is not None and n_rows != layout.n_rows:
        what = f"has {n_rows:,} rows of genes, but line 2 announces {layout.n_rows:,}"
        fix = "export the GCT file again; if rows were taken out on purpose, correct line 2"
        raise UserError("row_length", what, where=name, fix=fix)


def _version_2(clustered: ClusteredMatrix) -> str:
    n_genes, n_samples = clustered.values.shape
    header = ["Name", "Description", *map(format_text, clustered.sample_ids)]
    names = [symbol or _NO_TEXT for symbol in clustered.gene_symbols]
    rows = format_rows([clustered.gene_ids, names], clustered.values, _NO_VALUE)
    return "\n".join(["#1.2", f"{n_genes}\t{n_samples}", "\t".join(header), *rows, ""])


def _version_3(clustered: ClusteredMatrix, name: str) -> str:
    n_genes, n_samples = clustered.values.shape
    of_samples = dict(clustered.sample_columns)
    if GROUP in of_samples:
        what = f"a column of the sample sheet is called {GROUP}, the name under which the blocks of columns are written"
        raise UserError("column_duplicate", what, where=name, fix="rename the column")
    if clustered.column_groups:
        of_samples = {GROUP: clustered.column_groups, **of_samples}
    of_genes = {SYMBOL: clustered.gene_symbols, CLUSTER: list(map(str, clustered.clusters.labels.tolist()))}
    lines = ["#1.3", f"{n_genes}\t{n_samples}\t{len(of_genes)}\t{len(of_samples)}"]
    lines.append("\t".join(["id", *of_genes, *map(format_text, clustered.sample_ids)]))
    for column, cells in of_samples.items():
        lines.append("\t".join([format_text(column), *[_NO_TEXT] * len(of_genes), *map(format_text, cells)]))
    rows = format_rows([clustered.gene_ids, *of_genes.values()], clustered.values, _NO_VALUE)
    return "\n".join([*lines, *rows, ""])


def _require_writable(clustered: ClusteredMatrix, version: str, name: str) -> None:
    require_writable(clustered.gene_ids, "gene id", name)
    require_writable(clustered.gene_symbols, "gene symbol", name)
    require_writable(clustered.sample_ids, "sample name", name)
    if version == "1.3":
        require_writable(clustered.column_groups, "column group", name)
        for column, cells in clustered.sample_columns.items():
            require_writable([column, *cells], "annotation", name)
    elif any(symbol.lower() == _NO_TEXT for symbol in clustered.gene_symbols):
        what = f"a gene symbol is '{_NO_TEXT}', which means none in a GCT file of version 1.2"
        raise UserError("name_hostile", what, where=name, fix="write version 1.3")


def _clusters(cells: Sequence[str] | None) -> IntArray | None:
    """Return the numbers of a cluster column, None where they do not count 1, 2, 3 ... from top to bottom."""
    if cells is None or not all(cell.isascii() and cell.isdigit() and len(cell) < 10 for cell in cells):
        return None
    numbers = np.array([int(cell) for cell in cells], dtype=np.int64)
    steps = np.diff(numbers, prepend=0)
    return numbers if steps[0] == 1 and ((steps == 0) | (steps == 1)).all() else None


def _sample_rows(file: ExchangeFile, layout: Layout, first: int) -> dict[str, tuple[str, ...]]:
    """Return what the lines between the header and the genes say of the samples."""
    rows: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(file.text.split("\n")[3 : layout.line - 1], 4):
        column, *cells = split_line(line, "\t")
        where = f"{file.name} line {number:,}"
        if len(cells) != layout.n_columns - 1:
            what = f"has {len(cells) + 1:,} fields, the header has {layout.n_columns:,}"
            raise UserError("row_length", what, where=where, fix="export the GCT file again")
        if column in rows:
            what = f"a second row of annotation is called '{column}'"
            raise UserError("column_duplicate", what, where=where, fix="give each its own name")
        rows[column] = tuple(cells[first - 1 :])
    return rows


def _note_aside(names: Sequence[str], where: str) -> list[Message]:
    if not names:
        return []
    words = f"{len(names)} annotation column{'s' if len(names) > 1 else ''} of the genes set aside"
    return [note("format", f"{words} ({', '.join(names)})", where=where)]
