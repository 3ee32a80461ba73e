"""What the exchange formats of other programs share: names they can hold, rows of tab-separated cells, whole files.

Other programs split these files at every tab and line end, so names with either are refused and never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.options import MAX_INPUT_BYTES
from heatleaf.io.parse_cell import explain_cell, parse_cell
from heatleaf.io.parse_cells import Grid, find_cells
from heatleaf.io.source import Source
from heatleaf.io.table_writer import MISSING, format_floats
from heatleaf.io.text import read_text
from heatleaf.model import Message

FloatArray = NDArray[np.float64]
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class ExchangeFile:
    """The text of a file of another program, its name and what was noticed while it was opened."""

    name: str
    text: str
    messages: tuple[Message, ...]

    @property
    def lines(self) -> Iterator[tuple[int, str]]:
        """The lines that are not empty, each with its 1-based number."""
        return ((number, line) for number, line in enumerate(self.text.split("\n"), 1) if line)


def open_exchange(path: Path | str) -> ExchangeFile:
    """Read a file of text, plain or compressed.

    Raises
    ------
    UserError
        The refusals of any file (B1-B18).
    """
    source = Source(Path(path), MAX_INPUT_BYTES)
    source.refuse_other_kinds()
    text = read_text(source)
    return ExchangeFile(source.name, text, tuple(source.messages))


@contextmanager
def named_in_refusals(file_name: str) -> Iterator[None]:
    """Name the file in the refusals of what is made of its content."""
    try:
        yield
    except UserError as error:
        if error.where:
            raise
        raise UserError(error.code, error.what, where=file_name, fix=error.fix) from None


def require_writable(names: Sequence[str], kind: str, file_name: str) -> None:
    """Refuse names with a tab, a line end, another control character or half a character.

    Raises
    ------
    UserError
        name_hostile, with the first name and how many there are.
    """
    bad = [name for name in names if _UNWRITABLE.search(name)]
    if bad:
        more = f" ({len(bad):,} such names)" if len(bad) > 1 else ""
        what = f"the {kind} {bad[0]!a} holds a tab, a line end or another control character{more}"
        raise UserError("name_hostile", what, where=file_name, fix="rename it: the format has no way to write it")


def format_text(cell: str) -> str:
    """Write a text cell; one that holds a quote is put in quotes, with its quotes doubled."""
    return '"' + cell.replace('"', '""') + '"' if '"' in cell else cell


def format_rows(texts: Sequence[Sequence[str]], values: FloatArray, missing: str = MISSING) -> list[str]:
    """Return tab-separated lines: columns of text, then numbers in their shortest form that reads back the same.

    texts : columns, each with one entry per row. missing : what is written for NaN.
    """
    cells = np.array(format_floats(values.ravel()), dtype=object)
    cells[np.isnan(values.ravel())] = missing
    columns = [[format_text(cell) for cell in column] for column in texts]
    rows = zip(*columns, cells.reshape(values.shape).tolist(), strict=True)
    return ["\t".join((*head, *numbers)) for *head, numbers in rows]


def read_grid(file: ExchangeFile, offset: int, n_columns: int) -> Grid:
    """Find the cells of all lines behind `offset` bytes.

    Raises
    ------
    UserError
        row_length: a line with another number of fields. quote_open. table_header_only: no lines.
    """
    data = file.text.encode("utf-8")
    grid = find_cells(data[offset:], "\t", n_columns, data.count(b"\n", 0, offset) + 1, file.name)
    if grid.ragged:
        line, n_fields = grid.ragged[0]
        what = f"has {n_fields:,} field{'s' if n_fields != 1 else ''}, the header has {n_columns:,}"
        more = f" ({len(grid.ragged):,} such lines)" if len(grid.ragged) > 1 else ""
        fix = "export the file again, it may be cut off or edited"
        raise UserError("row_length", f"{what}{more}", where=f"{file.name} line {line:,}", fix=fix)
    if not len(grid.lines):
        raise UserError("table_header_only", "has no gene rows", where=file.name, fix="export the file again")
    return grid


def read_values(grid: Grid, columns: range, file_name: str) -> FloatArray:
    """Return the numbers of some columns, NaN where a cell is missing.

    Raises
    ------
    UserError
        value_text, value_separator: a cell that is no number, with its line and column.
    """
    chosen = np.array(columns, dtype=np.intp)
    if not len(chosen):
        raise UserError("no_values", "has no columns of samples", where=file_name, fix="export the file again")
    values, is_plain = grid.numbers(chosen)
    rows, places = np.nonzero(~is_plain)
    texts = grid.texts_at(rows, chosen[places])
    for row, place, text in zip(rows.tolist(), places.tolist(), texts, strict=True):
        number = parse_cell(text)
        if number is None:
            code, fault, fix = explain_cell(text)
            where = f"{file_name} line {int(grid.lines[row]):,}, column {int(chosen[place]) + 1:,}"
            raise UserError(code, fault, where=where, fix=fix)
        values[row, place] = number
    return values
