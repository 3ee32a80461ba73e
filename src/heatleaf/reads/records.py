"""The record beside the results of a sample: from which bytes and how they were made (requirement R19)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from heatleaf.io.checksum import sha256_of
from heatleaf.reads.jobs import Quant, SampleJob, write_json
from heatleaf.reads.kallisto import TABLE_FILE
from heatleaf.reads.whole import WholeFile

RECORD = "heatleaf.json"
SCHEMA = 1


@dataclass(frozen=True)
class SampleRecord:
    """What is known of a quantified sample.

    quant : all that the numbers depend on beside the reads. files : the reads. n_reads : reads or pairs in the files.
    n_used : those that were left after trimming. n_mapped, n_unique : those found in transcripts, and in one only;
    n_unique is None where the quantifier does not say. n_with_adapter : None where nothing was trimmed.
    table_sha256 : of abundance.tsv. table_size : its bytes.
    """

    sample_id: str
    quant: Quant
    files: tuple[WholeFile, ...]
    n_reads: int
    n_used: int
    n_mapped: int
    n_unique: int | None
    n_with_adapter: int | None
    table_sha256: str
    table_size: int

    @property
    def mapped_share(self) -> float:
        """Share of the reads that were found in transcripts, 0 for a sample without reads."""
        return self.n_mapped / self.n_reads if self.n_reads else 0.0


def write_record(folder: Path, record: SampleRecord) -> None:
    """Write a record into the folder of its sample."""
    write_json(folder / RECORD, {"schema": SCHEMA, **asdict(record)})


def read_record(folder: Path) -> SampleRecord | None:
    """Return the record of a sample, None where there is none that is understood."""
    try:
        given = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        if given.pop("schema") != SCHEMA:
            return None
        return _record(given)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def current_record(folder: Path, job: SampleJob) -> SampleRecord | None:
    """Return the record of a sample whose results are those that the job would give, None otherwise.

    A file whose size and time of change are those of the record is taken as the same; another is read, and counts by
    its content: a touched or copied file makes no work, and a changed byte does.
    """
    record = read_record(folder)
    if record is None or record.quant != job.quant or len(record.files) != len(job.files):
        return None
    if not _has_table(folder, record):
        return None
    files = []
    for known, path in zip(record.files, job.files, strict=True):
        same = _same_file(known, Path(path))
        if same is None:
            return None
        files.append(same)
    if tuple(files) != record.files:
        record = replace(record, files=tuple(files))
        write_record(folder, record)
    return record


def _record(given: dict[str, Any]) -> SampleRecord:
    quant = Quant(**{**given["quant"], "adapters": tuple(given["quant"]["adapters"])})
    files = tuple(WholeFile(**file) for file in given["files"])
    return SampleRecord(**{**given, "quant": quant, "files": files})


def _has_table(folder: Path, record: SampleRecord) -> bool:
    try:
        return (folder / TABLE_FILE).stat().st_size == record.table_size
    except OSError:
        return False


def _same_file(known: WholeFile, path: Path) -> WholeFile | None:
    """Return what is known of a file if it still holds the same bytes, with the path and the time it has now."""
    try:
        stat = path.stat()
        if stat.st_size != known.size:
            return None
        now = replace(known, path=str(path), mtime_ns=stat.st_mtime_ns)
        is_same = stat.st_mtime_ns == known.mtime_ns or sha256_of(path) == known.sha256
    except OSError:
        return None
    return now if is_same else None
