"""The rows of a small table (a sample sheet) as text: delimiter, header and rows with their line numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.layout import split_line
from heatleaf.io.options import ReadOptions
from heatleaf.io.source import Source
from heatleaf.io.text import read_text
from heatleaf.model import Message, SourceFile, note

DELIMITERS = ("\t", ",", ";")
MAX_COLUMNS, MAX_ROWS = 10_000, 100_000  # requirement S20

Line = tuple[int, str]
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class SheetRows:
    """A table of text: its header, and its rows with the 1-based line of each; every row is as long as the header."""

    name: str
    header: tuple[str, ...]
    lines: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]
    messages: tuple[Message, ...]
    file: SourceFile

    def column(self, position: int) -> tuple[str, ...]:
        """Return the cells of one column."""
        return tuple(row[position] for row in self.cells)


def read_sheet_rows(path: Path, options: ReadOptions) -> SheetRows:
    """Read the rows of a small csv, tsv, semicolon- or space-separated table, or of a workbook.

    Raises
    ------
    UserError
        The refusals of any file (B1-B18), table_header_only, quote_open, row_length, column_duplicate, name_empty,
        too_large.
    """
    source = Source(path, options.max_input_bytes)
    text, delimiter = _read(source, options)
    lines = [(i, line) for i, line in enumerate(text.split("\n"), 1) if line.strip() and not line.startswith("#")]
    if not lines:
        n_lines = text.count("\n")
        what = f"has no table: {n_lines:,} line{'s' if n_lines != 1 else ''}, all comments or blank"
        raise UserError("file_empty", what, where=source.name, fix="re-export it")
    rows = _split(lines, delimiter, source.name)
    return _lay_out(rows, source)


def _read(source: Source, options: ReadOptions) -> tuple[str, str | None]:
    """Return the text of the table and its delimiter, None where it is to be detected."""
    if source.is_workbook:
        from heatleaf.io.workbook import read_sheet

        return b"".join(chunk.text for chunk in read_sheet(source, options.sheet)).decode("utf-8"), "\t"
    source.refuse_other_kinds()
    return read_text(source, options.encoding), options.delimiter


def _split(lines: list[Line], delimiter: str | None, name: str) -> list[Row]:
    """Split lines at the delimiter that gives each the same number of fields."""
    if delimiter and delimiter not in lines[0][1]:
        delimiter = None  # it was said of another file
    for number, line in lines:
        if line.count('"') % 2:
            where = f"{name} line {number:,}"
            raise UserError("quote_open", "a quote is opened and never closed", where=where, fix="close or remove it")
    if delimiter:
        return [(number, split_line(line, delimiter)) for number, line in lines]
    ways = [[(number, split_line(line, mark)) for number, line in lines] for mark in DELIMITERS]
    ways.append([(number, [cell for cell in split_line(line, " ") if cell]) for number, line in lines])
    regular = [rows for rows in ways if len(rows[0][1]) > 1 and _is_regular(rows)]
    if regular:
        return regular[0] if len(regular) == 1 else max(regular[:-1] or regular, key=lambda rows: len(rows[0][1]))
    return max(ways[:-1], key=lambda rows: len(rows[0][1]))


def _is_regular(rows: list[Row]) -> bool:
    """Return whether all rows have as many fields as the header, or all one more (as R writes row names)."""
    lengths = {len(cells) for _, cells in rows[1:]}
    return len(lengths) <= 1 and lengths <= {len(rows[0][1]), len(rows[0][1]) + 1}


def _lay_out(rows: list[Row], source: Source) -> SheetRows:
    """Check the shape of a table and take its header off."""
    name, messages = source.name, list(source.messages)
    (_, header), *body = rows
    header = _trim_header(header, name, messages)
    if not body:
        what = f"has a header with {len(header)} column{'s' if len(header) > 1 else ''} but no rows"
        raise UserError("table_header_only", what, where=name, fix="add one row per sample")
    if len(header) > MAX_COLUMNS or len(body) > MAX_ROWS:
        what = f"has {len(body):,} rows and {len(header):,} columns; a sample sheet has one row per sample"
        raise UserError("too_large", what, where=name, fix="give the sample sheet, not the count table")
    if all(len(cells) == len(header) + 1 and not cells[-1] for _, cells in body):
        header = [*header, ""]
    elif all(len(cells) == len(header) + 1 for _, cells in body):
        messages.append(
            note("header_shifted", "header has no name for the first column (R style); accepted", where=name)
        )
        header = ["", *header]
    _require_lengths(body, len(header), name)
    n_columns = len(header)
    while n_columns > 1 and not header[n_columns - 1] and not any(cells[n_columns - 1].strip() for _, cells in body):
        n_columns -= 1
    if n_columns < len(header):
        messages.append(note("trailing_column", "empty last column ignored", where=name))
    body = [(line, cells[:n_columns]) for line, cells in body if any(cell.strip() for cell in cells)]
    named = _name_columns(header[:n_columns], name)
    lines, cells = tuple(line for line, _ in body), tuple(tuple(cells) for _, cells in body)
    return SheetRows(name, named, lines, cells, tuple(messages), source.file)


def _trim_header(header: list[str], name: str, messages: list[Message]) -> list[str]:
    """Take spaces off the names of columns, which a formula could not name, and say so."""
    spaced = [cell for cell in header if cell != cell.strip()]
    if spaced:
        what = f"spaces around column names were removed: {', '.join(repr(cell) for cell in spaced)}"
        messages.append(note("sheet_column", what, where=name))
    return [cell.strip() for cell in header]


def _require_lengths(body: list[Row], n_columns: int, name: str) -> None:
    """Refuse rows with too few or too many fields (requirement B21)."""
    uneven = [(line, len(cells)) for line, cells in body if len(cells) != n_columns]
    if uneven:
        line, length = uneven[0]
        lines = ", ".join(f"{line:,}" for line, _ in uneven[:5])
        plural = f"{len(uneven)} such lines" if len(uneven) > 1 else "1 such line"
        what = f"{length} field{'s' if length != 1 else ''}, the header has {n_columns}. {plural}: {lines}"
        fix = "give each row one value per column; put values that hold the delimiter in quotes"
        raise UserError("row_length", what, where=f"{name} line {line:,}", fix=fix)


def _name_columns(header: list[str], name: str) -> tuple[str, ...]:
    """Name the first column where it has no name, and refuse other nameless or equal columns (B34, B63)."""
    named = [header[0] or "column 1", *header[1:]]
    if not all(named):
        fix = "name it in the header, or remove it"
        raise UserError("name_empty", f"column {named.index('') + 1} has no name", where=name, fix=fix)
    for i, column in enumerate(named):
        if column in named[:i]:
            what = f"two columns are called '{column}' (columns {named.index(column) + 1} and {i + 1})"
            raise UserError("column_duplicate", what, where=name, fix="give each its own name")
    return tuple(named)
