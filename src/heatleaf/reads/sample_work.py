"""The work on one sample: trim it, quantify it while its files are read to their ends, keep the results whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from heatleaf.errors import UserError
from heatleaf.io.atomic import atomic_folder
from heatleaf.io.checksum import sha256_of
from heatleaf.reads.fastq import count_reads
from heatleaf.reads.feed import run_on_reads
from heatleaf.reads.index import has_index, make_tool
from heatleaf.reads.jobs import Place, SampleJob
from heatleaf.reads.kallisto import TABLE_FILE
from heatleaf.reads.records import SampleRecord, current_record, write_record
from heatleaf.reads.tools import find_fault
from heatleaf.reads.trimming import Trimmed, remove_trimmed, trim_sample
from heatleaf.reads.whole import WholeFile, count_fragments


def quantify_sample(job: SampleJob, place: Place) -> None:
    """Leave the results of a sample in its folder, complete or not at all; nothing is done where they are current.

    Raises
    ------
    UserError
        tool (ToolKilledError where it is worth trying again), fastq, gzip_damaged, mates, file_missing, output_write.
    """
    folder = place.results / job.sample_id
    if current_record(folder, job) is not None:
        return
    if not has_index(Path(place.index)):
        what = "the index of the transcripts is not there, or not whole"
        raise UserError("tool", what, where=place.index, fix="run the same command again: it is made anew")
    with atomic_folder(folder) as made:
        _quantify(job, place, made)
    remove_trimmed(job, place)


def _quantify(job: SampleJob, place: Place, folder: Path) -> None:
    """Quantify into a folder, and write the record of it."""
    tool = make_tool(job.quant.quantifier, place.tool, job.quant.version)
    given = [Path(path) for path in job.files]
    require_files(given)
    log = place.logs / f"{job.sample_id}.quantify.log"

    def command(names: Sequence[Path]) -> list[str]:
        return tool.quant_arguments(Path(place.index), names, job.quant)

    trimmed = trim_sample(job, place) if job.quant.adapters else None
    if trimmed:
        fault = find_fault(command(trimmed.files), log, folder=folder, hours=place.hours)
        wholes = trimmed.wholes
    else:
        wholes, fault = run_on_reads(command, given, log, folder=folder, hours=place.hours)
    n_reads = count_fragments(wholes, is_paired=job.quant.is_paired)
    if fault and not tool.has_nothing(folder):
        raise fault
    found = tool.finish(folder)
    n_used = trimmed.n_left if trimmed else n_reads
    _require_all_seen(job, found, n_used)
    numbers = {**found, "n_reads": n_reads, "n_used": n_used}
    write_record(folder, _make_record(job, wholes, folder, numbers, trimmed))


def _make_record(
    job: SampleJob, wholes: Sequence[WholeFile], folder: Path, numbers: dict[str, Any], trimmed: Trimmed | None
) -> SampleRecord:
    table = folder / TABLE_FILE
    return SampleRecord(
        sample_id=job.sample_id,
        quant=job.quant,
        files=tuple(wholes),
        n_with_adapter=trimmed.n_with_adapter if trimmed else None,
        table_sha256=sha256_of(table),
        table_size=table.stat().st_size,
        **numbers,
    )


def require_files(files: list[Path]) -> None:
    """Refuse to begin with a sample of which a file is gone.

    Raises
    ------
    UserError
        file_missing.
    """
    for path in files:
        if not path.is_file():
            raise UserError("file_missing", "the file of reads is gone", where=str(path), fix="put it back")


def _require_all_seen(job: SampleJob, found: dict[str, Any], n_reads: int) -> None:
    """Refuse results of a part of the reads."""
    if found["n_reads"] == n_reads:
        return
    for path in map(Path, job.files):  # a line that is wrong explains it better
        count_reads(path)
    what = f"{job.quant.quantifier} saw {found['n_reads']:,} reads of {n_reads:,} in the files"
    fix = "look into the log of the sample; the files may have changed on the way"
    raise UserError("tool", what, where=job.sample_id, fix=fix)
