"""The work on one sample: trim it, quantify it while its files are read to their ends, keep the results whole."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from heatleaf.errors import UserError
from heatleaf.io.atomic import atomic_folder
from heatleaf.io.checksum import sha256_of
from heatleaf.reads.fastq import count_reads
from heatleaf.reads.index import has_index, make_tool
from heatleaf.reads.jobs import Place, SampleJob
from heatleaf.reads.kallisto import TABLE_FILE
from heatleaf.reads.records import SampleRecord, current_record, write_record
from heatleaf.reads.tools import ToolKilledError, run_tool
from heatleaf.reads.trimming import remove_trimmed, trim_sample
from heatleaf.reads.whole import WholeFile, read_whole


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
    files, trimmed = trim_sample(job, place) if job.quant.adapters else (given, None)
    with ThreadPoolExecutor(max_workers=1) as beside:
        wholes = [beside.submit(read_whole, path) for path in given]
        fault = _run_quantifier(tool.quant_arguments(Path(place.index), files, job.quant), job, place, folder)
        whole = _settle(wholes, None if tool.has_nothing(folder) else fault)
    n_reads = _require_pairs(job, whole)
    found = tool.finish(folder)
    n_used = trimmed["n_after"] if trimmed else n_reads
    _require_all_seen(job, found, n_used)
    write_record(folder, _make_record(job, whole, folder, {**found, "n_reads": n_reads, "n_used": n_used}, trimmed))


def _make_record(
    job: SampleJob, files: list[WholeFile], folder: Path, found: dict[str, Any], trimmed: dict[str, int] | None
) -> SampleRecord:
    table = folder / TABLE_FILE
    return SampleRecord(
        sample_id=job.sample_id,
        quant=job.quant,
        files=tuple(files),
        n_with_adapter=trimmed["n_with_adapter"] if trimmed else None,
        table_sha256=sha256_of(table),
        table_size=table.stat().st_size,
        **found,
    )


def _run_quantifier(arguments: list[str], job: SampleJob, place: Place, folder: Path) -> UserError | None:
    """Run the quantifier; a fault of it is returned, since a fault of the reads explains more."""
    try:
        run_tool(arguments, place.logs / f"{job.sample_id}.quantify.log", folder=folder, hours=place.hours)
    except ToolKilledError:
        raise
    except UserError as error:
        return error
    return None


def _settle(wholes: list[Future[WholeFile]], fault: UserError | None) -> list[WholeFile]:
    """Wait until all files are read; refuse what is damaged first, then what the quantifier refused."""
    files = [whole.result() for whole in wholes]
    if fault is not None:
        raise fault
    return files


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


def _require_pairs(job: SampleJob, files: list[WholeFile]) -> int:
    """Return the number of reads or pairs; refuse mates that do not have the same number (requirement B86)."""
    if not job.quant.is_paired:
        return sum(file.n_reads for file in files)
    for first, second in zip(files[::2], files[1::2], strict=True):
        if first.n_reads != second.n_reads:
            names = [Path(file.path).name for file in (first, second)]
            what = f"{first.n_reads:,} reads, and {second.n_reads:,} in {names[1]}: mates must have the same number"
            raise UserError("mates", what, where=names[0], fix="download both again; one of them is not whole")
    return sum(file.n_reads for file in files[::2])


def _require_all_seen(job: SampleJob, found: dict[str, Any], n_reads: int) -> None:
    """Refuse results of a part of the reads."""
    if found["n_reads"] == n_reads:
        return
    for path in map(Path, job.files):  # a line that is wrong explains it better
        count_reads(path)
    what = f"{job.quant.quantifier} saw {found['n_reads']:,} reads of {n_reads:,} in the files"
    fix = "look into the log of the sample; the files may have changed on the way"
    raise UserError("tool", what, where=job.sample_id, fix=fix)
