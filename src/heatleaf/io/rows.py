"""Reads the rows of a table: chunks of text become gene names and one array of values, every cell accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.columns import Columns
from heatleaf.io.layout import Layout, split_line
from heatleaf.io.parse_cell import explain_cell, parse_cell
from heatleaf.io.parse_cells import Grid, find_cells
from heatleaf.io.text import Chunk

MAX_ROWS, MAX_COLUMNS, MAX_CELL = 500_000, 10_000, 65_536  # requirement S20


@dataclass
class RawTable:
    """Rows as they stand in a file, before anything is known of what they mean.

    values : float64 array of shape (n_rows, n_values), NaN where missing. lines : file line of each row.
    n_written_as_decimal : values that are written with a decimal point or an exponent.
    """

    genes: list[str]
    symbols: list[str]
    values: NDArray[np.float64]
    lines: NDArray[np.int64]
    n_written_as_decimal: int = 0


@dataclass
class _Faults:
    """Cells and lines that cannot stand: the first of each, and how many there are."""

    cells: list[tuple[int, str, str, str]] = field(default_factory=list)
    n_cells: int = 0
    ragged: list[tuple[int, int]] = field(default_factory=list)
    ragged_gene: str = ""


def read_rows(chunks: Iterable[Chunk], layout: Layout, columns: Columns, name: str) -> RawTable:
    """Read all rows.

    Raises
    ------
    UserError
        row_length, quote_open, header_repeated, value_text, value_separator, too_large, table_header_only.
    """
    faults = _Faults()
    genes: list[str] = []
    symbols: list[str] = []
    blocks: list[NDArray[np.float64]] = []
    lines: list[NDArray[np.int64]] = []
    n_decimal = 0
    for chunk in _body(chunks, layout):
        grid = find_cells(chunk.text, layout.delimiter, layout.n_columns, chunk.line, name)
        _note_ragged(faults, grid, chunk, layout.delimiter, columns.gene)
        _refuse_long_cells(grid, name)
        if layout.has_trailing:
            _refuse_filled_trailing(grid, name)
        names = grid.texts(columns.gene)
        values, n_exponents = _values(grid, columns, layout, names, faults, name)
        genes += names
        if columns.symbol is not None:
            symbols += grid.texts(columns.symbol)
        blocks.append(values)
        lines.append(grid.lines)
        n_decimal += n_exponents + _count_points(grid, columns.values)
        if len(genes) > MAX_ROWS:
            raise UserError("too_large", f"has more than {MAX_ROWS:,} rows", where=name, fix="filter the table")
    _raise_faults(faults, len(columns.names), layout, columns, name)
    if not genes:
        raise UserError("table_header_only", "has no gene rows", where=name, fix="re-export it")
    return RawTable(genes, symbols, np.concatenate(blocks), np.concatenate(lines), n_decimal)


def _body(chunks: Iterable[Chunk], layout: Layout) -> Iterator[Chunk]:
    """Yield the chunks without the lines before the first row."""
    rest = iter(chunks)
    first = next(rest)
    yield Chunk(first.text[layout.offset :], layout.line)
    yield from rest


def _count_points(grid: Grid, columns: NDArray[np.intp]) -> int:
    return 0 if grid.dot is None else int(np.count_nonzero(grid.dot[:, columns] != grid.stop[:, columns]))


def _values(
    grid: Grid, columns: Columns, layout: Layout, names: list[str], faults: _Faults, where: str
) -> tuple[NDArray[np.float64], int]:
    """Return the values of a chunk, reading what is not plain digits cell by cell, and how many have an exponent."""
    values, is_plain = grid.numbers(columns.values)
    rows, chosen = np.nonzero(~is_plain)
    n_exponents = 0
    for row, i_value in zip(rows.tolist(), chosen.tolist(), strict=True):
        text = grid.text_at(row, int(columns.values[i_value]))
        number = parse_cell(text)
        if number is not None:
            values[row, i_value] = number
            n_exponents += "e" in text or "E" in text
            continue
        if not faults.n_cells:
            _refuse_repeated_header(grid, row, layout, where)
        faults.n_cells += 1
        if len(faults.cells) < 5:
            faults.cells.append((int(grid.lines[row]), names[row], columns.names[i_value], text))
    return values, n_exponents


def _refuse_repeated_header(grid: Grid, row: int, layout: Layout, where: str) -> None:
    """Refuse a row that is the header again (requirement B24)."""
    cells = [grid.text_at(row, i) for i in range(len(layout.header))]
    if cells and cells == list(layout.header):
        raise UserError(
            "header_repeated",
            f"line {int(grid.lines[row]):,} repeats the header: two tables were joined",
            where=where,
            fix="give the tables one by one, or join them by gene",
        )


def _note_ragged(faults: _Faults, grid: Grid, chunk: Chunk, delimiter: str, gene: int) -> None:
    if grid.ragged and not faults.ragged:
        line = chunk.text.split(b"\n")[grid.ragged[0][0] - chunk.line].decode("utf-8")
        cells = split_line(line, delimiter)
        faults.ragged_gene = cells[gene][:60] if gene < len(cells) else ""
    faults.ragged += grid.ragged


def _refuse_long_cells(grid: Grid, where: str) -> None:
    if grid.stop.size and int((grid.stop - grid.start).max()) > MAX_CELL:
        raise UserError("too_large", "has a cell of more than 64 kB", where=where, fix="check the delimiter and quotes")


def _refuse_filled_trailing(grid: Grid, where: str) -> None:
    """Refuse a value in the last column, which has no name and is empty in the first rows."""
    is_filled = grid.stop[:, -1] > grid.start[:, -1]
    if is_filled.any():
        line = int(grid.lines[np.argmax(is_filled)])
        what = f"line {line:,} has a value in the last column, which has no name and is empty elsewhere"
        raise UserError("row_length", what, where=where, fix="remove the delimiter at the end of the other lines")


def _raise_faults(faults: _Faults, n_values: int, layout: Layout, columns: Columns, where: str) -> None:
    if faults.ragged:
        line, n_fields = faults.ragged[0]
        n_other = layout.n_columns - n_values
        samples = f" ({columns.names[0]}…{columns.names[-1]})" if n_values > 1 else f" ({columns.names[0]})"
        lines = ", ".join(f"{at}" for at, _ in faults.ragged[:5])
        one = len(faults.ragged) == 1
        total = (
            f"{len(faults.ragged):,} such line{'' if one else 's'}: {lines}{', …' if len(faults.ragged) > 5 else ''}"
        )
        raise UserError(
            "row_length",
            f"line {line:,} (gene {faults.ragged_gene}): {max(n_fields - n_other, 0)} values, "
            f"expected {n_values}{samples}. {total}",
            where=where,
            fix="complete the lines, or quote texts that hold the delimiter",
        )
    if faults.cells:
        at, gene, sample, text = faults.cells[0]
        code, fault, fix = explain_cell(text)
        such = "cell" if faults.n_cells == 1 else "cells"
        what = f"line {at:,}, gene {gene}, sample {sample}: {fault}. {faults.n_cells:,} such {such}"
        raise UserError(code, what, where=where, fix=fix)
