"""Which files hold the reads of which sample: found in a folder by their names, or said by a sample sheet.

Order: list the files, take their names apart, group them into samples, tell mates from replicates by the first read of
each file, then refuse what cannot be quantified. Reads themselves are looked at in `check`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.model import Message, note
from heatleaf.reads.fastq import first_name, mate_in_name
from heatleaf.reads.file_names import (
    SAFE_NAME,
    Mate,
    NamedFile,
    is_fastq_name,
    is_index_name,
    parse_name,
    whole_stem,
)
from heatleaf.reads.samples import ReadFile, ReadSample, ReadsPlan, make_sample, require_readable
from heatleaf.reads.sheet import samples_of_sheet

__all__ = ["ReadFile", "ReadSample", "ReadsPlan", "find_reads", "holds_reads"]

MAX_DEPTH = 4  # FOLDER/run/sample/lane/file
SHOWN = 5


@dataclass(frozen=True)
class _Found:
    """A file of a folder and what its name says; folder : relative to the one that was given."""

    path: Path
    folder: str
    named: NamedFile


def find_reads(source: Path, *, leave_out: Path | None = None) -> ReadsPlan:
    """Find the samples of a folder of FASTQ files, or of a sample sheet (columns sample, fastq_1, fastq_2).

    Parameters
    ----------
    source : Path
        A folder that is looked through to a depth of four, or a table as nf-core pipelines take it; relative paths in
        it start at its own folder. Rows of one sample are its lanes.
    leave_out : Path, optional
        A folder that is not looked into: that of the results, where it lies within the reads.

    Returns
    -------
    ReadsPlan
        The files are there; what is in them was not read, but for the first names of what may be mates.

    Raises
    ------
    UserError
        file_missing; reads_missing: no reads, or a mate that is not there; mates: a file used twice;
        sample_name, sample_duplicate; file_kind: a compression that quantifiers cannot read;
        sheet_column.
    """
    if source.is_dir():
        plan = _from_folder(source, leave_out)
    elif is_fastq_name(source.name):
        what = "is one file of reads"
        raise UserError("reads_missing", what, where=source.name, fix="give its folder, or a sample sheet")
    else:
        plan = samples_of_sheet(source)
    _require_names([sample.sample_id for sample in plan.samples])
    _refuse_repeated(plan.samples)
    return plan


def holds_reads(source: Path) -> bool:
    """Whether a folder holds FASTQ files, which tells reads from results of a quantifier."""
    return source.is_dir() and next(iter(_fastq_files(source)), None) is not None


def _from_folder(folder: Path, leave_out: Path | None) -> ReadsPlan:
    paths = sorted(_fastq_files(folder, leave_out))
    index = [path for path in paths if is_index_name(path.name)]
    found = [_Found(path, _place(path, folder), parse_name(path.name)) for path in paths if path not in set(index)]
    if not found:
        fix = "give the folder of files named .fastq.gz, .fq.gz, .fastq or .fq, or a sample sheet"
        raise UserError("reads_missing", "is a folder without FASTQ files", where=f"{folder.name}/", fix=fix)
    for one in found:
        require_readable(one.path)
    messages = []
    if index:
        what = f"{_count(len(index), 'file')} of index reads (I1, I2) left out"
        messages.append(note("reads_plan", what, where=f"{folder.name}/"))
    groups = _group(found, folder)
    samples = []
    for stem, group in sorted(groups.items()):
        made, told = _samples_of(stem, group)
        samples += made
        messages += told
    return ReadsPlan(tuple(sorted(samples, key=lambda sample: sample.sample_id)), tuple(messages))


def _fastq_files(folder: Path, leave_out: Path | None = None) -> list[Path]:
    """Return the FASTQ files of a folder and those within it, but for hidden ones."""
    found = []
    results = leave_out.resolve() if leave_out else None
    for place, folders, names in os.walk(folder):
        if results and Path(place).resolve() == results:
            folders.clear()
            continue
        depth = len(Path(place).parts) - len(folder.parts)
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if depth + 1 < MAX_DEPTH else []
        found += [Path(place, name) for name in names if is_fastq_name(name) and not name.startswith(".")]
    return found


def _place(path: Path, folder: Path) -> str:
    relative = path.parent.relative_to(folder).as_posix()
    return "" if relative == "." else relative


def _group(found: Sequence[_Found], folder: Path) -> dict[str, list[_Found]]:
    """Group the files by sample: by the stem of their names, or by folder where every folder has the same names."""
    stems = {one.named.stem for one in found}
    places = {one.folder for one in found}
    groups: dict[str, list[_Found]] = defaultdict(list)
    if len(stems) == 1 and len(places) > 1 and "" not in places:
        for one in found:
            groups[one.folder.replace("/", "_")].append(one)
        return groups
    for one in found:
        groups[one.named.stem].append(one)
    for stem, group in groups.items():
        _refuse_two_places(stem, group, folder)
    return groups


def _refuse_two_places(stem: str, group: Sequence[_Found], folder: Path) -> None:
    """Refuse a sample whose part (lane and mate) is in two folders: lanes and copies cannot be told apart."""
    seen: dict[tuple[int, str], _Found] = {}
    for one in group:
        key = (one.named.mate, one.named.lane)
        if key in seen:
            what = f"sample {stem} has two files of one part: {_within(seen[key], folder)} and {_within(one, folder)}"
            fix = "if both are lanes of one sample, say so in a sample sheet (sample, fastq_1, fastq_2), a row for each"
            raise UserError("sample_duplicate", what, where=f"{folder.name}/", fix=fix)
        seen[key] = one


def _within(one: _Found, folder: Path) -> str:
    return one.path.relative_to(folder).as_posix()


def _samples_of(stem: str, group: Sequence[_Found]) -> tuple[list[ReadSample], list[Message]]:
    """Make one sample of a group, or, where the numbers are those of replicates, one of each file."""
    mates = {one.named.mate for one in group}
    if mates == {0}:
        return [make_sample(stem, [ReadFile(one.path, 0, one.named.lane) for one in group])], []
    if max(mates) > 2 or _are_replicates(group):
        return _singles(stem, group)
    if mates == {1} and not _is_marked_pair(group):
        name = stem if all(one.named.is_lettered for one in group) else whole_stem(group[0].path.name)
        return [make_sample(name, [ReadFile(one.path, 0, one.named.lane) for one in group])], []
    files = [ReadFile(one.path, _mate(one.named.mate), one.named.lane) for one in group]
    return [make_sample(stem, files)], []


def _mate(number: int) -> Mate:
    return 1 if number == 1 else 2 if number == 2 else 0


def _is_marked_pair(group: Sequence[_Found]) -> bool:
    return any(mate_in_name(first_name(one.path).encode()) == 2 for one in group)


def _are_replicates(group: Sequence[_Found]) -> bool:
    """Whether S_1 and S_2 are two samples: the reads of both say mate 1, or come from two runs of an archive."""
    by_lane: dict[str, dict[int, _Found]] = defaultdict(dict)
    for one in group:
        by_lane[one.named.lane][one.named.mate] = one
    for pair in by_lane.values():
        if not {1, 2} <= pair.keys() or any(one.named.is_lettered for one in pair.values()):
            continue
        names = [first_name(pair[mate].path) for mate in (1, 2)]
        marks = [mate_in_name(name.encode()) for name in names]
        if marks == [1, 1] or (marks == [0, 0] and _run(names[0]) != _run(names[1])):
            return True
    return False


def _run(name: str) -> str:
    """Return the part of a read's name that stands for the sequencing run."""
    return name.replace(":", ".").split(".")[0]


def _singles(stem: str, group: Sequence[_Found]) -> tuple[list[ReadSample], list[Message]]:
    names = [whole_stem(one.path.name) for one in group]
    samples = [
        make_sample(name, [ReadFile(one.path, 0, one.named.lane)]) for name, one in zip(names, group, strict=True)
    ]
    what = f"{', '.join(names[:SHOWN])}: taken as {len(names)} samples of single reads, since they are not mates"
    return samples, [
        note("reads_plan", what, where=stem, fix="a sample sheet (sample, fastq_1, fastq_2) says otherwise")
    ]


def _require_names(names: Sequence[str]) -> None:
    """Refuse names that cannot be names of files on every system (requirements B42, S17)."""
    seen: dict[str, str] = {}
    for name in names:
        if not SAFE_NAME.fullmatch(name) or name.endswith("."):
            what = f"sample '{name}' cannot be a file name. Use letters, digits, . _ - (1-64)"
            fix = "rename its files, or give a sample sheet (sample, fastq_1, fastq_2)"
            raise UserError("sample_name", what, fix=fix)
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            what = f"samples '{other}' and '{name}' differ in case only, and could be one file"
            raise UserError("sample_name", what, fix="rename one of them in a sample sheet")


def _refuse_repeated(samples: Sequence[ReadSample]) -> None:
    """Refuse a file that is used twice, by its place on the disk."""
    seen: dict[Path, str] = {}
    for sample in samples:
        for file in sample.files:
            path = file.path.resolve()
            if path in seen:
                what = f"is used twice, for {seen[path]} and for {sample.sample_id}"
                raise UserError("mates", what, where=file.path.name, fix="give each sample and each mate its own file")
            seen[path] = sample.sample_id


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
