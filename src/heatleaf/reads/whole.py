"""A file of reads that was read to its end: how many reads it has, and by which bytes it is known again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.reads.fastq import open_reads, records_of


@dataclass(frozen=True)
class WholeFile:
    """A file that is whole.

    path : as given. size : bytes as stored. mtime_ns : time of the last change. sha256 : of the bytes as stored.
    n_reads : records in it.
    """

    path: str
    size: int
    mtime_ns: int
    sha256: str
    n_reads: int


def read_whole(path: Path, hand_on: Callable[[bytes], object] | None = None) -> WholeFile:
    """Read a file to its end, once.

    hand_on : gets the expanded bytes, block by block.

    Raises
    ------
    UserError
        fastq, gzip_damaged, file_kind, file_missing, file_empty, permission: as `read_records`.
    """
    source = open_reads(path)
    mtime_ns = path.stat().st_mtime_ns
    n_reads = sum(len(records.starts) for records in records_of(source, hand_on))
    return WholeFile(str(path), source.file.size, mtime_ns, source.file.sha256, n_reads)


def count_fragments(files: Sequence[WholeFile], *, is_paired: bool) -> int:
    """Return the number of reads or of pairs. files : single ones, or mate 1 and mate 2 of each lane in turn.

    Raises
    ------
    UserError
        mates: not of the same number (requirement B86).
    """
    if not is_paired:
        return sum(file.n_reads for file in files)
    for first, second in zip(files[::2], files[1::2], strict=True):
        if first.n_reads != second.n_reads:
            names = [Path(file.path).name for file in (first, second)]
            what = f"{first.n_reads:,} reads, and {second.n_reads:,} in {names[1]}: mates must have the same number"
            raise UserError("mates", what, where=names[0], fix="download both again; one of them is not whole")
    return sum(file.n_reads for file in files[::2])
