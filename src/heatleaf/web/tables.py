"""From the files of a study to its tables: which file is what, how each is read, and the sheet as groups were edited.

The tables are read by the io room with its own messages; nothing is parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from heatleaf.errors import UserError
from heatleaf.io import ReadOptions, read_counts, read_samples, write_text
from heatleaf.io.quantifiers import find_quantifier_files
from heatleaf.io.sheet_rows import read_sheet_rows
from heatleaf.model import CountTable, SampleSheet
from heatleaf.stats.groups import infer_groups
from heatleaf.web.memory import require_memory

_SET_NAMES = re.compile(r"\.gmt(?:\.(?:gz|bz2|xz))?$", re.IGNORECASE)
_COUNT_WORDS = re.compile(r"count|express|matrix|quant|abundance|genes?[._-]", re.IGNORECASE)
_SHEET_WORDS = re.compile(r"sample|meta|sheet|design|pheno|coldata|targets|annot", re.IGNORECASE)
_MAX_LOOK = 3_000_000  # bytes up to which a file may be a sample sheet
EDITED_SHEET = "samples_edited.tsv"


@dataclass(frozen=True)
class Given:
    """A file as it was given. id : of the file; label : its name for the user. is_dropped : not found in a folder."""

    id: str
    label: str
    path: Path
    size: int
    is_dropped: bool = True


@dataclass(frozen=True)
class Roles:
    """What each file is. counts : a file, or a folder of a quantifier's files; by_id : id of a file -> its role."""

    counts: Path
    samples: Path | None
    gene_sets: tuple[Path, ...]
    by_id: Mapping[str, str]


def assign_roles(files: Sequence[Given], folder: Path | None, said: Mapping[str, str]) -> Roles:
    """Tell the count table, the sample sheet and gene sets apart.

    folder : named by the user, None for uploads. said : id -> role where the user has said it.

    Raises
    ------
    UserError
        file_missing: there is no table among the files.
    """
    sets = [one for one in files if said.get(one.id) == "gene_sets" or (_is_sets(one) and one.id not in said)]
    rest = [one for one in files if one not in sets and said.get(one.id) != "ignored"]
    found = _quantifier_files(rest, folder)
    if found is not None:
        counts_path, of_counts = found
        others = [one for one in rest if one not in of_counts]
        sheet = _only(others, said, "samples") or max(others, key=_sheetness, default=None)
        return _roles(counts_path, of_counts, sheet, sets, files)
    if not rest:
        raise UserError("file_missing", "there is no count table among the files", fix="add the table of counts")
    counts = _only(rest, said, "counts") or min(rest, key=_sheetness)
    others = [one for one in rest if one is not counts]
    sheet = _only(others, said, "samples") or max(others, key=_sheetness, default=None)
    return _roles(counts.path, [counts], sheet, sets, files)


def roles_of_reads(files: Sequence[Given], counts: Path, said: Mapping[str, str]) -> Roles:
    """Tell sample sheet and gene sets apart where the counts are made of reads.

    counts : where they are, or will be. A table in the folder of the reads is the sheet if it is called like one;
    one that was dropped is.
    """
    sets = [one for one in files if said.get(one.id) == "gene_sets" or (_is_sets(one) and one.id not in said)]
    rest = [one for one in files if one not in sets and one.id not in said]
    called = [one for one in rest if one.is_dropped or _SHEET_WORDS.search(one.label)]
    sheet = _only(files, said, "samples") or max(called, key=_sheetness, default=None)
    return _roles(counts, [], sheet, sets, files)


def _roles(
    counts: Path, of_counts: Sequence[Given], sheet: Given | None, sets: Sequence[Given], files: Sequence[Given]
) -> Roles:
    roles = {one.id: "ignored" for one in files}
    roles |= {one.id: "counts" for one in of_counts} | {one.id: "gene_sets" for one in sets}
    if sheet is not None:
        roles[sheet.id] = "samples"
    return Roles(counts, sheet.path if sheet else None, tuple(one.path for one in sets), roles)


def _only(files: Sequence[Given], said: Mapping[str, str], role: str) -> Given | None:
    return next((one for one in files if said.get(one.id) == role), None)


def _is_sets(file: Given) -> bool:
    return bool(_SET_NAMES.search(file.label))


def _quantifier_files(files: Sequence[Given], folder: Path | None) -> tuple[Path, list[Given]] | None:
    """Find several files of one quantifier, as a folder of their own."""
    home = folder if folder is not None else (files[0].path.parent if len(files) > 1 else None)
    if home is None:
        return None
    try:
        _, paths, _ = find_quantifier_files(home)
    except UserError:
        return None
    if len(paths) < 2 and not (folder is not None and not files):
        return None
    found = set(paths)
    return home, [one for one in files if one.path in found]


def _sheetness(file: Given) -> tuple[int, float, int]:
    """Return how much a file is like a sample sheet: by its name, by columns that are no numbers, by being small."""
    by_name = bool(_SHEET_WORDS.search(file.label)) - bool(_COUNT_WORDS.search(file.label))
    return by_name, _share_of_text(file), -file.size


def _share_of_text(file: Given) -> float:
    """Return the share of columns after the first that hold something else than numbers, 0 for what cannot be read."""
    if file.size > _MAX_LOOK:
        return 0.0
    try:
        rows = read_sheet_rows(file.path, ReadOptions())
    except UserError:
        return 0.0
    columns = [rows.column(i) for i in range(1, len(rows.header))]
    texts = [any(not _is_number(cell) for cell in column) for column in columns]
    return sum(texts) / len(texts) if texts else 0.0


def _is_number(cell: str) -> bool:
    try:
        float(cell or "0")
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class ReadingSays:
    """Options of the reader that the user chose as repairs; every one may be absent.

    sheet_options : of the sample sheet. drop_samples : samples to leave out.
    """

    options: ReadOptions
    sheet_options: ReadOptions
    sample_column: str | None
    drop_samples: tuple[str, ...]

    @classmethod
    def of(cls, repairs: Mapping[str, Any]) -> ReadingSays:
        """Take checked repairs."""
        names = ("transpose", "sheet", "strand", "duplicates", "delimiter", "encoding", "strip_version", "gene_column")
        options = ReadOptions(**{name: repairs[name] for name in names if name in repairs})
        sheet = replace(ReadOptions(), sheet=repairs.get("sample_sheet"), encoding=repairs.get("encoding"))
        return cls(options, sheet, repairs.get("sample_column"), tuple(repairs.get("drop_samples", ())))


def read_table(roles: Roles, says: ReadingSays) -> CountTable:
    """Read the counts, if they fit into the memory that is free."""
    require_memory(roles.counts)
    return read_counts(roles.counts, says.options)


def read_sheet(roles: Roles, says: ReadingSays, counts: CountTable) -> SampleSheet | None:
    """Read the sheet, matched to the counts; None without one."""
    if roles.samples is None:
        return None
    options = replace(says.sheet_options, encoding=None)
    try:
        return _read_sheet(roles.samples, says, counts, options)
    except UserError as error:
        if says.sheet_options.encoding and error.code in ("encoding", "encoding_utf16", "nul_byte"):
            return _read_sheet(roles.samples, says, counts, says.sheet_options)
        if error.code == "workbook" and error.fix.startswith("--sheet "):
            fix = error.fix.replace("--sheet", "--sample-sheet", 1)
            raise UserError(error.code, error.what, where=error.where, fix=fix) from None
        raise


def _read_sheet(path: Path, says: ReadingSays, counts: CountTable, options: ReadOptions) -> SampleSheet:
    return read_samples(path, sample_ids=counts.sample_ids, sample_column=says.sample_column, options=options)


def edit_sheet(
    counts: CountTable,
    sheet: SampleSheet | None,
    path: Path,
    *,
    groups: Mapping[str, Any] | None,
    without: Sequence[str] = (),
) -> SampleSheet:
    """Write the sheet as the user has changed it, and read it as any sheet: samples that it lacks are left out.

    groups : column, and levels of a name and its samples each; None leaves the groups as they are.
    without : samples to leave out.
    """
    base = sheet or infer_groups(counts.sample_ids)
    column = groups["column"] if groups else ""
    level_of = {name: level["name"] for level in groups["levels"] for name in level["samples"]} if groups else {}
    others = [name for name in base.columns if name != column]
    names = next(name for name in ("sample", "sample_id", "sample_name", "name of the sample") if name not in others)
    position = {name: i for i, name in enumerate(base.sample_ids)}
    kept = [name for name in counts.sample_ids if name in (level_of if groups else position) and name not in without]
    lines = [[names, *others, *([column] if groups else [])]]
    for name in kept:
        known = [base.columns[other][position[name]] if name in position else "" for other in others]
        lines.append([name, *known, *([level_of[name]] if groups else [])])
    write_text(path, "".join("\t".join(map(_quoted, line)) + "\n" for line in lines))
    return read_samples(path, sample_ids=counts.sample_ids, sample_column=names)


def _quoted(cell: str) -> str:
    return f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set('\t"\r\n') else cell
