"""Excel workbooks, as text first: every cell becomes what the user would have seen, and goes the way of any text."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Sequence

from heatleaf.errors import UserError
from heatleaf.io.source import Source
from heatleaf.io.text import CHUNK, Chunk
from heatleaf.model import note

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
MAX_TITLES = 20
MIN_CELLS = 4  # a sheet with two rows and two columns may be a table


def read_sheet(source: Source, sheet: str | None = None) -> Iterator[Chunk]:
    """Yield the rows of one sheet as tab-delimited lines; line numbers are the rows of the sheet.

    Raises
    ------
    UserError
        workbook: cannot be opened (damaged, password), no or several sheets with tables, no such sheet.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(source.read()))
        tables = {name: book.get_sheet_by_name(name) for name in book.sheet_names if _is_worksheet(book, name)}
        chosen = _choose_sheet(source, {name: table.height * table.width for name, table in tables.items()}, sheet)
        rows = tables[chosen].to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise _unopened(source, error) from None
    shown = f'sheet "{chosen}" ({list(tables).index(chosen) + 1} of {len(tables)}) read'
    source.messages.append(note("workbook", shown, where=source.name))
    yield from _as_chunks(_without_titles(rows, source), source)


def _is_worksheet(book: object, name: str) -> bool:
    from python_calamine import SheetTypeEnum

    kinds = {sheet.name: sheet.typ for sheet in book.sheets_metadata}  # type: ignore[attr-defined]
    return bool(kinds.get(name, SheetTypeEnum.WorkSheet) == SheetTypeEnum.WorkSheet)


def _choose_sheet(source: Source, n_cells: dict[str, int], sheet: str | None) -> str:
    if sheet is not None:
        if sheet not in n_cells:
            what = f"has no sheet '{sheet}'; its sheets: {', '.join(n_cells)}"
            raise UserError("workbook", what, where=source.name, fix=_name_sheet(list(n_cells)))
        return sheet
    tables = [name for name, size in n_cells.items() if size >= MIN_CELLS]
    if len(tables) == 1:
        return tables[0]
    what = f"{len(tables)} sheets hold tables: {', '.join(tables)}" if tables else "holds no table in any sheet"
    raise UserError("workbook", what, where=source.name, fix=_name_sheet(tables) if tables else "check the file")


def _name_sheet(names: list[str]) -> str:
    """Show the option that chooses a sheet, with a name that there is."""
    return f'--sheet "{names[0]}"'


def _without_titles(rows: Sequence[Sequence[Cell]], source: Source) -> list[Sequence[Cell]]:
    """Blank the rows above the header whose first cell alone is filled, so that the rows keep their numbers."""
    n_filled = [sum(_as_text(cell) != "" for cell in row) for row in rows[: MAX_TITLES + 1]]
    i_header = next((i for i, n_cells in enumerate(n_filled) if n_cells > 1), 0)
    titles = [_as_text(row[0]) for row in rows[:i_header] if row and _as_text(row[0])]
    titles = [text for text in titles if not text.startswith("#")]
    if not titles:
        return list(rows)
    plural = "1 title row" if len(titles) == 1 else f"{len(titles)} title rows"
    what = f"{plural} above the header skipped (first: '{titles[0][:60]}')"
    source.messages.append(note("workbook", what, where=source.name))
    return [[]] * i_header + list(rows[i_header:])


def _unopened(source: Source, error: Exception) -> UserError:
    is_locked = b"E\0n\0c\0r\0y\0p\0t\0e\0d" in source.head or "password" in str(error).lower()
    reason = "is protected by a password" if is_locked else f"is an Excel workbook that cannot be opened ({error})"
    return UserError("workbook", reason, where=source.name, fix="save it without password, or export the sheet as CSV")


def _as_chunks(rows: Sequence[Sequence[Cell]], source: Source) -> Iterator[Chunk]:
    lines: list[bytes] = []
    first, size = 1, 0
    for i_row, row in enumerate(rows, 1):
        cells = [_as_text(cell) for cell in row]
        if any("\n" in cell or "\r" in cell or "\0" in cell for cell in cells):
            where = f"{source.name} row {i_row:,}"
            raise UserError("workbook", "has a cell with a line break", where=where, fix="remove the line break")
        lines.append(_as_line(cells))
        size += len(lines[-1])
        if size >= CHUNK:
            yield Chunk(b"".join(lines), first)
            lines, first, size = [], i_row + 1, 0
    if lines or first == 1:
        yield Chunk(b"".join(lines) or b"\n", first)


def _as_line(cells: list[str]) -> bytes:
    if not any(cells):
        return b"\n"
    line = "\t".join(_quoted(cell) for cell in cells)
    return f"{line}\n".encode()


def _quoted(cell: str) -> str:
    return f'"{cell.replace(chr(34), chr(34) * 2)}"' if "\t" in cell or '"' in cell else cell


def _as_text(cell: Cell) -> str:
    """Return a cell as text; numbers by their shortest form, dates as 2021-03-01, which the name checks recognise."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return str(cell)
