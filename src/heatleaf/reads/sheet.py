"""A sample sheet of reads, as nf-core pipelines take it: sample, fastq_1, fastq_2; rows of one sample are its lanes."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.options import ReadOptions
from heatleaf.io.sample_names import NAMES_OF_NAMES
from heatleaf.io.sheet_rows import SheetRows, read_sheet_rows
from heatleaf.io.source import STANDARD_INPUT
from heatleaf.reads.samples import ReadFile, ReadsPlan, make_sample, require_readable

_HEADER_BYTES = 4096
_FIRST = ("fastq_1", "fastq1", "fastq", "read_1", "read1", "r1", "file_1", "file")
_OF_LIBRARY = ("strandedness", "lane", "seq_platform", "seq_center")  # of nf-core sheets, and no groups
_SECOND = ("fastq_2", "fastq2", "read_2", "read2", "r2", "file_2")


def samples_of_sheet(path: Path) -> ReadsPlan:
    """Read the samples and their files.

    Raises
    ------
    UserError
        sheet_column: no column of samples or of files; name_empty; file_missing, with the line; mates: a sample with
        single and with paired reads; and the refusals of `read_sheet_rows`.
    """
    rows = read_sheet_rows(path, ReadOptions())
    names, first = _column(rows, NAMES_OF_NAMES, "sample"), _column(rows, _FIRST, "fastq_1")
    second = _optional(rows, _SECOND)
    files: dict[str, list[ReadFile]] = defaultdict(list)
    for line, cells in zip(rows.lines, rows.cells, strict=True):
        where = f"{rows.name} line {line:,}"
        name = cells[names].strip()
        if not name:
            raise UserError("name_empty", f"no sample name in column '{rows.header[names]}'", where=where)
        other = cells[second].strip() if second is not None else ""
        lane = f"{line:06d}"  # rows are lanes, in their order
        given = _file(cells[first].strip(), path.parent, where)
        if not other:
            files[name].append(ReadFile(given, 0, lane))
            continue
        files[name] += [ReadFile(given, 1, lane), ReadFile(_file(other, path.parent, where), 2, lane)]
    for name, parts in files.items():
        if len({file.mate == 0 for file in parts}) > 1:
            what = f"sample {name} has rows with one file and rows with two"
            raise UserError("mates", what, where=rows.name, fix="give single and paired reads names of their own")
    return ReadsPlan(tuple(make_sample(name, parts) for name, parts in files.items()), rows.messages)


def is_reads_sheet(path: Path) -> bool:
    """Whether the header of a text table names files of reads, which tells it from a count table."""
    if path == STANDARD_INPUT or not path.is_file():
        return False
    with path.open("rb") as handle:
        header = handle.read(_HEADER_BYTES).split(b"\n")[0].decode("utf-8-sig", "replace")
    names = {name.strip(' \r"').casefold() for name in re.split(r"[\t,;]", header)}
    return not names.isdisjoint(_FIRST) and not names.isdisjoint(NAMES_OF_NAMES)


def groups_of_sheet(path: Path) -> str | None:
    """Return what a sheet of reads says of its samples beside their files, as a table; None where that is nothing.

    Raises
    ------
    UserError
        sample_duplicate: the lanes of a sample are said to differ.
    """
    if path.is_dir():
        return None
    rows = read_sheet_rows(path, ReadOptions())
    names = _column(rows, NAMES_OF_NAMES, "sample")
    left_out = {*_FIRST, *_SECOND, *_OF_LIBRARY}
    kept = [i for i, name in enumerate(rows.header) if i != names and name.strip().casefold() not in left_out]
    if not kept:
        return None
    found: dict[str, list[str]] = {}
    for cells in rows.cells:
        name, values = cells[names].strip(), [cells[i].strip() for i in kept]
        if found.setdefault(name, values) != values:
            what = f"sample {name} is on several rows that differ in more than its files"
            raise UserError("sample_duplicate", what, where=rows.name, fix="say the same of all rows of a sample")
    header = ["sample", *(rows.header[i] for i in kept)]
    return "".join("\t".join(row) + "\n" for row in (header, *([name, *row] for name, row in found.items())))


def _optional(rows: SheetRows, wanted: tuple[str, ...]) -> int | None:
    names = [name.strip().casefold() for name in rows.header]
    return next((names.index(name) for name in wanted if name in names), None)


def _column(rows: SheetRows, wanted: tuple[str, ...], word: str) -> int:
    position = _optional(rows, wanted)
    if position is None:
        what = f"there is no column '{word}'. Columns: {', '.join(rows.header)}"
        raise UserError("sheet_column", what, where=rows.name, fix="name the columns sample, fastq_1 and fastq_2")
    return position


def _file(text: str, folder: Path, where: str) -> Path:
    """Return the file that a cell names; a relative path starts at the sheet's folder, else where the command runs."""
    if not text:
        raise UserError("reads_missing", "no file in the first column of reads", where=where, fix="add it")
    if "://" in text:
        what = f"'{text}' is an address, not a file"
        raise UserError("file_missing", what, where=where, fix="download it first")
    for path in (folder / text, Path(text)):
        if path.is_file():
            require_readable(path)
            return path
    raise UserError("file_missing", f"the file '{text}' does not exist", where=where, fix="check the path")
