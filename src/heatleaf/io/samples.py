"""Sample sheets: one row per sample, matched to the count table by name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.options import ReadOptions
from heatleaf.io.sample_names import (
    NAMES_OF_NAMES,
    closest_pair,
    match_affix,
    match_files,
    match_r_names,
    match_same,
    match_squeezed,
    squeeze_name,
)
from heatleaf.io.sheet_rows import SheetRows, read_sheet_rows
from heatleaf.model import Message, SampleSheet, note, warning

SHOWN = 5
MAX_TRIED = 30  # columns in which the closest names are looked for

Matcher = Callable[[Sequence[str], Sequence[str]], Mapping[str, str] | None]


@dataclass(frozen=True)
class _Match:
    """The column of sample names, and the sample of the table for each of its names."""

    position: int
    pairs: Mapping[str, str]
    message: Message | None = None


def read_samples(
    path: Path | str,
    *,
    sample_ids: Sequence[str] | None = None,
    sample_column: str | None = None,
    options: ReadOptions | None = None,
    strict: bool = False,
) -> SampleSheet:
    """Read a sample sheet and match it to the samples of a table.

    Parameters
    ----------
    path : path
        Table with a header and one row per sample.
    sample_ids : sequence of str, optional
        The samples of the count table. Without it the first column with a value of its own in each row names them.
    sample_column : str, optional
        The column of sample names; found by its content otherwise.
    options : ReadOptions, optional
        Delimiter, encoding and sheet, where they are not to be detected.
    strict : bool
        Refuse samples of the table that the sheet does not name, instead of leaving them out.

    Returns
    -------
    SampleSheet
        In the order of the table; samples that the sheet does not name are left out, with a warning.

    Raises
    ------
    UserError
        The refusals of any file; sheet_column, sheet_extra, sheet_lacks (strict), sheet_names_differ, sample_duplicate,
        column_duplicate, name_empty, row_length, table_header_only.
    """
    rows = read_sheet_rows(Path(path), options or ReadOptions())
    positions = _positions(rows, sample_column)
    if sample_ids is None:
        position = _first_unique(rows, positions)
        match = _Match(position, {name: name for name in rows.column(position)})
        sample_ids = rows.column(position)
    else:
        match = _find_match(rows, positions, tuple(sample_ids))
    _require_names(rows, match.position)
    if strict:
        _refuse_left_out(rows, match, tuple(sample_ids))
    return _make_sheet(rows, match, tuple(sample_ids), str(path))


def _positions(rows: SheetRows, sample_column: str | None) -> list[int]:
    """Return the columns that may hold the sample names."""
    if sample_column is None:
        return list(range(len(rows.header)))
    if sample_column not in rows.header:
        near = difflib.get_close_matches(sample_column, rows.header, n=1)
        what = f"there is no column '{sample_column}'. Columns: {', '.join(rows.header)}"
        fix = f"did you mean {near[0]}?" if near else "name one of them with --sample-column"
        raise UserError("sheet_column", what, where=rows.name, fix=fix)
    return [rows.header.index(sample_column)]


def _first_unique(rows: SheetRows, positions: list[int]) -> int:
    """Return the first column with a value of its own in each row."""
    for position in positions:
        values = rows.column(position)
        if len(set(values)) == len(values) and all(values):
            return position
    named = [i for i in positions if rows.header[i].casefold() in NAMES_OF_NAMES]
    return (named or positions)[0]


def _require_names(rows: SheetRows, position: int) -> None:
    """Refuse rows without a sample name, and samples on two rows (B34, B64)."""
    seen: dict[str, int] = {}
    for line, name in zip(rows.lines, rows.column(position), strict=True):
        if not name.strip():
            where = f"{rows.name} line {line:,}"
            raise UserError("name_empty", f"no sample name in column '{rows.header[position]}'", where=where)
        if name in seen:
            what = f"sample {name} on lines {seen[name]:,} and {line:,}"
            raise UserError("sample_duplicate", what, where=rows.name, fix="give each sample one row")
        seen[name] = line


def _find_match(rows: SheetRows, positions: list[int], table: tuple[str, ...]) -> _Match:
    """Find the column whose names are those of the table, by the rules of `sample_names`."""
    named = {i: [name for name in rows.column(i) if name.strip()] for i in positions}
    for matcher, describe in ((match_same, _tell_column), (match_files, _tell_files), (match_r_names, _tell_pairs)):
        match = _match_by(matcher, rows, named, table)
        if match is not None:
            return _Match(match.position, match.pairs, describe(rows, match))
    known = set(table)
    n_same = {i: sum(name in known for name in names) for i, names in named.items()}
    best = max(named, key=lambda i: n_same[i])
    if n_same[best]:
        _refuse_extra(rows, best, table)
    matches = [match for matcher in (match_squeezed, match_affix) if (match := _match_by(matcher, rows, named, table))]
    if matches and all(match.pairs == matches[0].pairs for match in matches):
        return _Match(matches[0].position, matches[0].pairs, _tell_pairs(rows, matches[0]))
    raise _unmatched(rows, named, table)


def _match_by(
    matcher: Matcher, rows: SheetRows, named: Mapping[int, list[str]], table: tuple[str, ...]
) -> _Match | None:
    """Return the match by one rule: a column without repeats and called like sample names first, else the leftmost.

    A rule that changes names must not match two columns to the table in different ways.
    """
    found = [_Match(i, pairs) for i, names in named.items() if (pairs := matcher(names, table))]
    if matcher in (match_squeezed, match_affix):
        found = [match for match in found if _may_be_names(rows, match.position)]
        if len({tuple(sorted((other, i_name) for i_name, other in _by_row(rows, m))) for m in found}) > 1:
            return None
    return min(found, key=lambda match: _rank(rows, match.position), default=None)


def _by_row(rows: SheetRows, match: _Match) -> list[tuple[int, str]]:
    """Return the row and the sample of the table for each name."""
    return [(i, match.pairs[name]) for i, name in enumerate(rows.column(match.position)) if name in match.pairs]


def _may_be_names(rows: SheetRows, position: int) -> bool:
    """Return whether a column could name samples; bare numbers do so only where the column says it."""
    is_said = position == 0 or rows.header[position].casefold() in NAMES_OF_NAMES
    return is_said or not all(name.strip().isdecimal() for name in rows.column(position))


def _rank(rows: SheetRows, position: int) -> tuple[bool, int, int]:
    values = rows.column(position)
    name = rows.header[position].casefold()
    order = NAMES_OF_NAMES.index(name) if name in NAMES_OF_NAMES else len(NAMES_OF_NAMES)
    return len(set(values)) < len(values), order, position


def _tell_column(rows: SheetRows, match: _Match) -> Message | None:
    """Note the column of sample names where it is not called sample (B62)."""
    name = rows.header[match.position]
    if name.casefold() == "sample":
        return None
    return note("sheet_column", f"sample names found in column '{name}'", where=rows.name)


def _tell_files(rows: SheetRows, match: _Match) -> Message:
    name, other = next(iter(match.pairs.items()))
    what = f"sample names found in column '{rows.header[match.position]}' as file names ('{name}' is {other})"
    return note("sheet_column", what, where=rows.name)


def _tell_pairs(rows: SheetRows, match: _Match) -> Message:
    """Warn that names differ, with all pairs, since a wrong pair would be a wrong result."""
    pairs = ", ".join(f"{name} is {other}" for name, other in match.pairs.items())
    what = (
        f"the names in column '{rows.header[match.position]}' are not those of the table but differ from them in one "
        f"way; matched one to one: {pairs}"
    )
    return warning("sheet_names_differ", what, where=rows.name, fix="check the pairs; write the names alike to be sure")


def _refuse_extra(rows: SheetRows, position: int, table: tuple[str, ...]) -> None:
    """Refuse samples of the sheet that the table does not have (B65), or has under another spelling (B68)."""
    extra = [name for name in dict.fromkeys(rows.column(position)) if name.strip() and name not in set(table)]
    free = [name for name in table if name not in set(rows.column(position))]
    by_letters = {squeeze_name(name): name for name in free}
    alike = [(by_letters[squeeze_name(name)], name) for name in extra if squeeze_name(name) in by_letters]
    if alike:
        raise _names_differ(rows, alike)
    near = [match for name in extra[:SHOWN] for match in difflib.get_close_matches(name, free, n=1)]
    closest = f". Closest names in counts: {', '.join(dict.fromkeys(near[:SHOWN]))}" if near else ""
    plural = "samples have" if len(extra) > 1 else "sample has"
    raise UserError(
        "sheet_extra",
        f"{len(extra)} {plural} no counts: {_listed(extra)}{closest}",
        where=rows.name,
        fix="correct the names or remove the rows",
    )


def _names_differ(rows: SheetRows, alike: list[tuple[str, str]]) -> UserError:
    shown = "; ".join(f"counts has '{other}', sheet has '{name}'" for other, name in alike[:SHOWN])
    more = f" ({len(alike)} such names)" if len(alike) > SHOWN else ""
    return UserError(
        "sheet_names_differ", f"{shown}{more}", where=rows.name, fix="write the names alike in sheet and table"
    )


def _unmatched(rows: SheetRows, named: Mapping[int, list[str]], table: tuple[str, ...]) -> UserError:
    """Explain that no column matches: by spelling (B68), else by the closest names (B62)."""
    by_letters: dict[str, str] = {squeeze_name(name): name for name in table}
    for names in named.values():
        alike = [(by_letters[squeeze_name(name)], name) for name in names if squeeze_name(name) in by_letters]
        if alike:
            return _names_differ(rows, alike)
    tried = list(named.items())[:MAX_TRIED]
    best = max(((*closest_pair(names, table), i) for i, names in tried), key=lambda found: found[0])
    closest = f". Closest: {rows.header[best[3]]} has {best[1]}, the table {best[2]}" if best[0] else ""
    if not best[0]:
        closest = f". The table has: {_listed(list(table))}"
    columns = ", ".join(rows.header[i] for i in named)
    what = f"no column of the sheet matches the samples of the table. Columns: {columns}{closest}"
    return UserError(
        "sheet_column", what, where=rows.name, fix="rename the samples, or name the column: --sample-column"
    )


def _refuse_left_out(rows: SheetRows, match: _Match, table: tuple[str, ...]) -> None:
    left_out = [name for name in table if name not in set(match.pairs.values())]
    if left_out:
        plural = "samples are" if len(left_out) > 1 else "sample is"
        what = f"{len(left_out)} {plural} not in the sheet: {_listed(left_out)}"
        raise UserError("sheet_lacks", what, where=rows.name, fix="add the rows, or leave --strict out")


def _make_sheet(rows: SheetRows, match: _Match, table: tuple[str, ...], source: str) -> SampleSheet:
    """Put the rows in the order of the table and tell what differs (B66, B67)."""
    row_of = {match.pairs[name]: i for i, name in enumerate(rows.column(match.position))}
    ordered = [name for name in table if name in row_of]
    messages = list(rows.messages)
    if match.message is not None:
        messages.append(match.message)
    left_out = [name for name in table if name not in row_of]
    if left_out:
        plural = "samples are not in the sheet and are" if len(left_out) > 1 else "sample is not in the sheet and is"
        what = f"{len(left_out)} {plural} left out: {_listed(left_out)}"
        messages.append(warning("sheet_lacks", what, where=rows.name))
    order = [row_of[name] for name in ordered]
    if order != sorted(order):
        what = "the samples are in another order than in the table; matched by name"
        messages.append(note("sheet_order", what, where=rows.name))
    columns = {
        name: tuple(rows.cells[i][position] for i in order)
        for position, name in enumerate(rows.header)
        if position != match.position
    }
    return SampleSheet(tuple(ordered), columns, "sheet", source, tuple(messages), rows.file)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
