"""Reads the rows of a table: chunks of text become gene names and one array of values, every cell accounted for."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.columns import Columns
from heatleaf.io.layout import Layout, split_line
from heatleaf.io.parse_cell import explain_cell, parse_cell
from heatleaf.io.parse_cells import Grid, find_cells
from heatleaf.io.text import Chunk

MAX_ROWS, MAX_COLUMNS, MAX_CELL = 500_000, 10_000, 65_536  # requirement S20
N_THREADS = min(4, os.cpu_count() or 1)


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


@dataclass(frozen=True)
class _Part:
    """What one chunk holds. bad : (line, gene, sample, text) of its first cell that is no number; n_bad of them."""

    genes: list[str]
    symbols: list[str]
    values: NDArray[np.float64]
    lines: NDArray[np.int64]
    n_written_as_decimal: int
    bad: tuple[tuple[int, str, str, str], ...]
    n_bad: int
    ragged: tuple[tuple[int, int], ...]
    ragged_gene: str


@dataclass(frozen=True)
class _Reader:
    """Reads chunks of one table; chunks do not depend on each other, so threads may share the work."""

    layout: Layout
    columns: Columns
    name: str

    def read(self, chunk: Chunk) -> _Part:
        layout, columns = self.layout, self.columns
        grid = find_cells(chunk.text, layout.delimiter, layout.n_columns, chunk.line, self.name)
        _refuse_long_cells(grid, self.name)
        if layout.has_trailing:
            _refuse_filled_trailing(grid, self.name)
        genes = grid.texts(columns.gene)
        values, is_plain = grid.numbers(columns.values)
        n_decimal, bad = self._read_exactly(grid, values, ~is_plain, genes)
        return _Part(
            genes,
            grid.texts(columns.symbol) if columns.symbol is not None else [],
            values,
            grid.lines,
            n_decimal + _count_points(grid, columns.values),
            tuple(bad[:1]),
            len(bad),
            grid.ragged,
            self._gene_of_line(chunk, grid.ragged[0][0]) if grid.ragged else "",
        )

    def _read_exactly(
        self, grid: Grid, values: NDArray[np.float64], is_odd: NDArray[np.bool_], genes: list[str]
    ) -> tuple[int, list[tuple[int, str, str, str]]]:
        """Read cells that are not plain digits into `values`; return how many have an exponent, and the bad ones."""
        rows, chosen = np.nonzero(is_odd)
        n_exponents = 0
        bad: list[tuple[int, str, str, str]] = []
        for row, i_value, text in zip(
            rows.tolist(), chosen.tolist(), grid.texts_at(rows, self.columns.values[chosen]), strict=True
        ):
            number = parse_cell(text)
            if number is None:
                if not bad:
                    _refuse_repeated_header(grid, row, self.layout, self.name)
                bad.append((int(grid.lines[row]), genes[row], self.columns.names[i_value], text))
                continue
            values[row, i_value] = number
            n_exponents += "e" in text or "E" in text
        return n_exponents, bad

    def _gene_of_line(self, chunk: Chunk, line: int) -> str:
        text = chunk.text.split(b"\n")[line - chunk.line].decode("utf-8")
        cells = split_line(text, self.layout.delimiter)
        return cells[self.columns.gene][:60] if self.columns.gene < len(cells) else ""


def read_rows(chunks: Iterable[Chunk], layout: Layout, columns: Columns, name: str) -> RawTable:
    """Read all rows.

    Raises
    ------
    UserError
        row_length, quote_open, header_repeated, value_text, value_separator, too_large, table_header_only.
    """
    reader = _Reader(layout, columns, name)
    parts: list[_Part] = []
    n_rows = 0
    for part in _read_ahead(reader, _body(chunks, layout)):
        parts.append(part)
        n_rows += len(part.genes)
        if n_rows > MAX_ROWS:
            raise UserError("too_large", f"has more than {MAX_ROWS:,} rows", where=name, fix="filter the table")
    _refuse_ragged(parts, layout, columns, name)
    _refuse_bad_cells(parts, name)
    if not n_rows:
        raise UserError("table_header_only", "has no gene rows", where=name, fix="re-export it")
    return RawTable(
        [gene for part in parts for gene in part.genes],
        [symbol for part in parts for symbol in part.symbols],
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.lines for part in parts]),
        sum(part.n_written_as_decimal for part in parts),
    )


def _read_ahead(reader: _Reader, chunks: Iterator[Chunk]) -> Iterator[_Part]:
    """Yield the parts in the order of the chunks, a few of which are read at a time."""
    first = list(islice(chunks, 2))
    if len(first) < 2:
        yield from map(reader.read, first)
        return
    waiting: deque[Future[_Part]] = deque()
    with ThreadPoolExecutor(N_THREADS) as pool:
        for chunk in chain(first, chunks):
            waiting.append(pool.submit(reader.read, chunk))
            if len(waiting) > 2 * N_THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _body(chunks: Iterable[Chunk], layout: Layout) -> Iterator[Chunk]:
    """Yield the chunks without the lines before the first row."""
    rest = iter(chunks)
    first = next(rest)
    yield Chunk(first.text[layout.offset :], layout.line)
    yield from rest


def _count_points(grid: Grid, columns: NDArray[np.intp]) -> int:
    return 0 if grid.dot is None else int(np.count_nonzero(grid.dot[:, columns] != grid.stop[:, columns]))


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


def _refuse_ragged(parts: list[_Part], layout: Layout, columns: Columns, where: str) -> None:
    """Refuse lines with too few or too many fields (requirement B21)."""
    ragged = [each for part in parts for each in part.ragged]
    if not ragged:
        return
    line, n_fields = ragged[0]
    gene = next(part.ragged_gene for part in parts if part.ragged)
    n_values = len(columns.names)
    n_found = max(n_fields - (layout.n_columns - n_values), 0)
    samples = f"{columns.names[0]}…{columns.names[-1]}" if n_values > 1 else columns.names[0]
    lines = ", ".join(f"{at}" for at, _ in ragged[:5]) + (", …" if len(ragged) > 5 else "")
    total = f"{len(ragged):,} such line{'' if len(ragged) == 1 else 's'}: {lines}"
    what = f"line {line:,} (gene {gene}): {n_found} values, expected {n_values} ({samples}). {total}"
    fix = "complete the lines, or quote texts that hold the delimiter"
    raise UserError("row_length", what, where=where, fix=fix)


def _refuse_bad_cells(parts: list[_Part], where: str) -> None:
    """Refuse cells that are no numbers (requirements B43, B47-B49)."""
    n_bad = sum(part.n_bad for part in parts)
    if not n_bad:
        return
    line, gene, sample, text = next(part.bad[0] for part in parts if part.bad)
    code, fault, fix = explain_cell(text)
    total = f"{n_bad:,} such cell{'' if n_bad == 1 else 's'}"
    raise UserError(code, f"line {line:,}, gene {gene}, sample {sample}: {fault}. {total}", where=where, fix=fix)
