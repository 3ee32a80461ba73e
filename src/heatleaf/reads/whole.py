"""A file of reads that was read to its end: how many reads it has, and by which bytes it is known again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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


def read_whole(path: Path) -> WholeFile:
    """Read a file to its end, once.

    Raises
    ------
    UserError
        fastq, gzip_damaged, file_kind, file_missing, file_empty, permission: as `read_records`.
    """
    source = open_reads(path)
    mtime_ns = path.stat().st_mtime_ns
    n_reads = sum(len(records.starts) for records in records_of(source))
    return WholeFile(str(path), source.file.size, mtime_ns, source.file.sha256, n_reads)
