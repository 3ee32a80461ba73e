"""Where the cells of a chunk of text are: delimiters, line ends, quotes and decimal points as arrays of positions."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.parse_numbers import PAD, Positions, pad, parse_numbers

LINE_FEED, QUOTE, POINT = 10, 34, 46


@dataclass(frozen=True)
class Grid:
    """The cells of a chunk.

    data : the text between padding.
    start, stop, dot : int64 arrays of shape (n_rows, n_columns); dot equals stop where a cell
    has no decimal point, and is None where no cell has one. lines : file line of each row.
    ragged : (line, number of fields) of lines that do not have n_columns fields; they are not among the rows.
    """

    data: bytes
    start: Positions
    stop: Positions
    dot: Positions | None
    lines: Positions
    ragged: tuple[tuple[int, int], ...] = field(default=())

    def texts(self, column: int) -> list[str]:
        """Return one column as text, without the quotes around a cell."""
        data = self.data
        spans = zip(self.start[:, column].tolist(), self.stop[:, column].tolist(), strict=True)
        text = b"\n".join([data[a:b] for a, b in spans]).decode("utf-8")
        cells = text.replace('""', '"').split("\n") if '""' in text else text.split("\n")
        return cells if len(self.lines) else []

    def numbers(self, columns: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the values of some columns, and which of them are plain numbers, of shape (n_rows, n_chosen)."""
        shape = (len(self.lines), len(columns))
        is_run = len(columns) == columns[-1] - columns[0] + 1
        chosen = slice(columns[0], columns[-1] + 1) if is_run else columns
        start, stop = self.start[:, chosen].ravel(), self.stop[:, chosen].ravel()
        dot = None if self.dot is None else self.dot[:, chosen].ravel()
        values, is_plain = parse_numbers(self.data, start, stop, dot)
        return values.reshape(shape), is_plain.reshape(shape)

    def texts_at(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> list[str]:
        """Return some cells as text."""
        data = self.data
        spans = zip(self.start[rows, columns].tolist(), self.stop[rows, columns].tolist(), strict=True)
        return [data[a:b].decode("utf-8") for a, b in spans]

    def text_at(self, row: int, column: int) -> str:
        """Return one cell as text."""
        cell = self.data[self.start[row, column] : self.stop[row, column]].decode("utf-8")
        return cell.replace('""', '"')


def find_cells(text: bytes, delimiter: str, n_columns: int, first_line: int, where: str) -> Grid:
    """Find the cells of whole lines; blank lines are passed over.

    Raises
    ------
    UserError
        quote_open: a quote is not closed on its line.
    """
    data = pad(text)
    buffer = np.frombuffer(data, np.uint8)
    has_dots = b"." in text
    is_mark = (buffer == ord(delimiter)) | (buffer == LINE_FEED)
    if has_dots:
        is_mark |= buffer == POINT
    marks = np.flatnonzero(is_mark)
    quotes = np.flatnonzero(buffer == QUOTE) if b'"' in text else None
    if quotes is not None:
        marks = _outside_quotes(buffer, marks, quotes, first_line, where)
    stop, dot = _split_dots(buffer, marks) if has_dots else (marks, None)
    start = np.empty_like(stop)
    start[:1] = len(PAD)
    start[1:] = stop[:-1] + 1
    keep, lines, ragged = _rows(buffer, start, stop, n_columns, first_line)
    if keep is not None:
        start, stop, dot = start[keep], stop[keep], None if dot is None else dot[keep]
    if quotes is not None:
        start, stop, dot = _strip_quotes(buffer, start, stop, dot)
    shape = (len(lines), n_columns)
    return Grid(
        data,
        start.reshape(shape),
        stop.reshape(shape),
        None if dot is None else dot.reshape(shape),
        lines,
        ragged,
    )


def _outside_quotes(
    buffer: NDArray[np.uint8], marks: Positions, quotes: Positions, first_line: int, where: str
) -> Positions:
    """Drop the marks between quotes, refusing a line end there."""
    n_pairs = len(quotes) // 2
    opened, closed = quotes[0 : 2 * n_pairs : 2], quotes[1 : 2 * n_pairs : 2]
    line_ends = np.flatnonzero(buffer == LINE_FEED)
    crosses = np.searchsorted(line_ends, opened) != np.searchsorted(line_ends, closed)
    if crosses.any() or len(quotes) % 2:
        at = opened[np.argmax(crosses)] if crosses.any() else quotes[-1]
        line = first_line + int(np.searchsorted(line_ends, at))
        raise UserError(
            "quote_open",
            "quote opened and never closed",
            where=f"{where} line {line:,}",
            fix='remove the quote, or close it on the same line (a " within a text is written "")',
        )
    first, last = np.searchsorted(marks, opened), np.searchsorted(marks, closed)
    if (first == last).all():
        return marks
    change = np.zeros(len(marks) + 1, dtype=np.int64)
    np.add.at(change, first, 1)
    np.add.at(change, last, -1)
    is_outside: NDArray[np.bool_] = np.cumsum(change[:-1]) == 0
    outside: Positions = marks[is_outside]
    return outside


def _split_dots(buffer: NDArray[np.uint8], marks: Positions) -> tuple[Positions, Positions]:
    """Return the ends of cells, and where each has its point: its first, or its end if it has none.

    A second point stays within the digits, where the number parser refuses it.
    """
    is_dot = buffer.take(marks) == POINT
    stop = marks[~is_dot]
    dot = stop.copy()
    i_dots = np.flatnonzero(is_dot)
    cell_of_dot = i_dots - np.arange(len(i_dots))
    dot[cell_of_dot[::-1]] = marks[i_dots[::-1]]  # of several points in a cell the first is written last
    return stop, dot


def _rows(
    buffer: NDArray[np.uint8], start: Positions, stop: Positions, n_columns: int, first_line: int
) -> tuple[NDArray[np.bool_] | None, Positions, tuple[tuple[int, int], ...]]:
    """Return which cells belong to full rows (None: all), the line of each full row, and the other lines."""
    is_end = buffer.take(stop) == LINE_FEED
    n_lines = int(np.count_nonzero(is_end))
    lines = np.arange(first_line, first_line + n_lines)
    if n_lines * n_columns == len(stop) and is_end[n_columns - 1 :: n_columns].all() and n_columns > 1:
        return None, lines, ()
    n_fields = np.diff(np.flatnonzero(is_end), prepend=-1)
    last = stop[is_end]
    first = start[np.cumsum(n_fields) - n_fields]
    is_blank = (n_fields == 1) & (first == last)
    is_full = (n_fields == n_columns) & ~is_blank
    wrong = np.flatnonzero(~is_full & ~is_blank)
    ragged = tuple(zip((wrong + first_line).tolist(), n_fields[wrong].tolist(), strict=True))
    return np.repeat(is_full, n_fields), lines[is_full], ragged


def _strip_quotes(
    buffer: NDArray[np.uint8], start: Positions, stop: Positions, dot: Positions | None
) -> tuple[Positions, Positions, Positions | None]:
    """Take the quotes off cells that begin and end with one."""
    is_quoted = (stop - start >= 2) & (buffer[start] == QUOTE) & (buffer[stop - 1] == QUOTE)
    if dot is not None:
        dot = np.where(is_quoted & (dot == stop), stop - 1, dot)
    return start + is_quoted, stop - is_quoted, dot
