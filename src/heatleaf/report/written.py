"""What was made for the folder before: tables and figures with the same content are taken over, with the same bytes.

Somebody who changes one option after another leaves most of them as they are: colours change no table, and a number of
genes in the heatmap changes neither the tests nor what stands in the workbook of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from heatleaf.io.table_writer import format_columns
from heatleaf.report.drawn import DrawnFigures
from heatleaf.report.tables import Column, OutputTable
from heatleaf.report.workbook import write_workbook


class WrittenTables:
    """Remembers the tables of the last folder, as text and as a workbook."""

    def __init__(self) -> None:
        self._tables: dict[str, tuple[OutputTable, bytes]] = {}
        self._workbook: tuple[str, list[OutputTable], bytes] = ("", [], b"")

    def texts(self, tables: Sequence[OutputTable]) -> dict[str, bytes]:
        """Return each table as text, by its name."""
        self._tables = {table.name: (table, self._text(table)) for table in tables}
        return {name: text for name, (_, text) in self._tables.items()}

    def workbook(self, tables: Sequence[OutputTable], title: str) -> bytes:
        """Return the tables as a workbook.

        Raises
        ------
        UserError
            output_write: no room for temporary files.
        """
        before, known, data = self._workbook
        is_known = before == title and len(known) == len(tables) and all(map(is_same_table, known, tables))
        if not data or not is_known:
            data = write_workbook(tables, title)
            self._workbook = (title, list(tables), data)
        return data

    def _text(self, table: OutputTable) -> bytes:
        known = self._tables.get(table.name)
        return known[1] if known is not None and is_same_table(known[0], table) else format_columns(table.columns)


@dataclass(frozen=True)
class FolderBefore:
    """What a caller keeps that writes one folder after the other."""

    figures: DrawnFigures = field(default_factory=DrawnFigures)
    tables: WrittenTables = field(default_factory=WrittenTables)


def is_same_table(one: OutputTable, other: OutputTable) -> bool:
    """Tell whether two tables are the same in name, title, order of columns and every cell, to the bit."""
    if (one.name, one.title, list(one.columns)) != (other.name, other.title, list(other.columns)):
        return False
    return all(map(_is_same_column, one.columns.values(), other.columns.values()))


def _is_same_column(one: Column, other: Column) -> bool:
    if one is other:
        return True
    if not isinstance(one, np.ndarray) or not isinstance(other, np.ndarray):
        return type(one) is type(other) and one == other
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.dtype == object:
        return bool(one.tolist() == other.tolist())
    return one.tobytes() == other.tobytes()
