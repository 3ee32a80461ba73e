"""Adapters cut from reads by cutadapt, lane by lane, into a scratch folder.

Reference: Martin 2011, EMBnet.journal 17:10.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from heatleaf.errors import UserError
from heatleaf.io.atomic import atomic_folder
from heatleaf.reads.feed import run_on_reads
from heatleaf.reads.jobs import Place, SampleJob, write_json
from heatleaf.reads.whole import WholeFile, count_fragments

MIN_LENGTH = 31  # kallisto's and salmon's k-mers: a shorter read cannot be placed
_MAX_ERROR = 0.1  # share of an adapter's letters that may differ, cutadapt's own
_RECORD = "trimmed.json"


def trimmer_name() -> str:
    """Return the program that trims, with its version and the length below which reads are left out."""
    return f"cutadapt {version('cutadapt')}, at least {MIN_LENGTH} bases"


@dataclass(frozen=True)
class Trimmed:
    """The reads of a sample without adapters.

    files : in the order of the job's. wholes : of the job's own files. n_with_adapter, n_left : reads or pairs that had
    an adapter, and that are in `files`.
    """

    files: tuple[Path, ...]
    wholes: tuple[WholeFile, ...]
    n_with_adapter: int
    n_left: int


def trim_sample(job: SampleJob, place: Place) -> Trimmed:
    """Cut the adapters of a sample, unless that was done.

    Raises
    ------
    UserError
        tool, output_write; mates; fastq, gzip_damaged and others of `read_whole`.
    """
    folder = scratch_folder(job, place)
    if not (folder / _RECORD).is_file():
        with atomic_folder(folder) as made:
            lanes = [_trim_lane(job, place, i_lane, made) for i_lane in range(len(job.files) // _n_mates(job))]
            write_json(made / _RECORD, _join(lanes))
    told = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    return Trimmed(
        files=tuple(folder / name for name in told["files"]),
        wholes=tuple(WholeFile(**whole) for whole in told["wholes"]),
        n_with_adapter=told["n_with_adapter"],
        n_left=told["n_left"],
    )


def remove_trimmed(job: SampleJob, place: Place) -> None:
    """Remove the trimmed reads of a sample."""
    shutil.rmtree(scratch_folder(job, place), ignore_errors=True)


def scratch_folder(job: SampleJob, place: Place) -> Path:
    """Return where the trimmed reads of a sample are; the name says which reads and which adapters."""
    about = []
    for path in map(Path, job.files):
        stat = path.stat()
        about.append([str(path), stat.st_size, stat.st_mtime_ns])
    text = json.dumps([about, job.quant.adapters, job.quant.trimmer, place.folder])
    name = f"heatleaf-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    return Path(os.path.expandvars(place.scratch)) / name


def _trim_lane(job: SampleJob, place: Place, i_lane: int, folder: Path) -> Trimmed:
    """Trim the files of a lane while they are read to their ends."""
    n_mates = _n_mates(job)
    made = tuple(Path(f"lane{i_lane + 1}_{mate + 1}.fastq.gz") for mate in range(n_mates))
    report = folder / f"lane{i_lane + 1}.json"

    def command(names: Sequence[Path]) -> list[str]:
        arguments = [sys.executable, "-m", "cutadapt", "-j", "1", "-Z", "-e", str(_MAX_ERROR), "-m", str(MIN_LENGTH)]
        arguments += ["--json", str(report), "-a", job.quant.adapters[0], "-o", str(folder / made[0])]
        if n_mates > 1:
            arguments += ["-A", job.quant.adapters[-1], "-p", str(folder / made[1])]
        return [*arguments, *map(str, names)]

    files = [Path(path) for path in job.files[n_mates * i_lane : n_mates * (i_lane + 1)]]
    log = place.logs / f"{job.sample_id}.trim.log"
    wholes, fault = run_on_reads(command, files, log, folder=folder, hours=place.hours)
    n_reads = count_fragments(wholes, is_paired=job.quant.is_paired)
    if fault:
        raise fault
    counts = json.loads(report.read_text(encoding="utf-8"))["read_counts"]
    if counts["input"] != n_reads:
        what = f"cutadapt saw {counts['input']:,} reads of {n_reads:,} in the files"
        raise UserError("tool", what, where=job.sample_id, fix=f"the whole log is {log}")
    with_adapter = max(counts["read1_with_adapter"] or 0, counts["read2_with_adapter"] or 0)
    return Trimmed(made, wholes, with_adapter, counts["output"])


def _join(lanes: Sequence[Trimmed]) -> dict[str, Any]:
    return {
        "files": [str(path) for lane in lanes for path in lane.files],
        "wholes": [asdict(whole) for lane in lanes for whole in lane.wholes],
        "n_with_adapter": sum(lane.n_with_adapter for lane in lanes),
        "n_left": sum(lane.n_left for lane in lanes),
    }


def _n_mates(job: SampleJob) -> int:
    return 2 if job.quant.is_paired else 1
