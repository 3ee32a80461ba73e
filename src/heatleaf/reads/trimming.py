"""Adapters cut from reads by cutadapt, lane by lane, into a scratch folder.

Reference: Martin 2011, EMBnet.journal 17:10.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from heatleaf.io.atomic import atomic_folder
from heatleaf.reads.jobs import Place, SampleJob, write_json
from heatleaf.reads.tools import run_tool

MIN_LENGTH = 31  # kallisto's and salmon's k-mers: a shorter read cannot be placed
_MAX_ERROR = 0.1  # share of an adapter's letters that may differ, cutadapt's own
_RECORD = "trimmed.json"


def trimmer_name() -> str:
    """Return the program that trims, with its version and the length below which reads are left out."""
    return f"cutadapt {version('cutadapt')}, at least {MIN_LENGTH} bases"


def trim_sample(job: SampleJob, place: Place) -> tuple[list[Path], dict[str, int]]:
    """Cut the adapters of a sample, unless that was done.

    Returns
    -------
    tuple
        The trimmed files in the order of the job's, and how many reads (or pairs) came in, had an adapter, went out.

    Raises
    ------
    UserError
        tool, output_write.
    """
    folder = scratch_folder(job, place)
    step = 2 if job.quant.is_paired else 1
    lanes = [job.files[i : i + step] for i in range(0, len(job.files), step)]
    names = [[f"lane{i + 1}_{mate + 1}.fastq.gz" for mate in range(step)] for i in range(len(lanes))]
    if not (folder / _RECORD).is_file():
        with atomic_folder(folder) as made:
            counts = [_trim_lane(job, place, lane, made, name) for lane, name in zip(lanes, names, strict=True)]
            total = {key: sum(count[key] for count in counts) for key in counts[0]}
            write_json(made / _RECORD, total)
    told = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    return [folder / name for lane_names in names for name in lane_names], told


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


def _trim_lane(job: SampleJob, place: Place, files: tuple[str, ...], folder: Path, names: list[str]) -> dict[str, int]:
    """Trim the files of a lane, and return the counts that cutadapt gives."""
    report = folder / f"{names[0]}.json"
    arguments = [sys.executable, "-m", "cutadapt", "-j", "1", "-Z", "-e", str(_MAX_ERROR), "-m", str(MIN_LENGTH)]
    arguments += ["--json", str(report), "-a", job.quant.adapters[0], "-o", str(folder / names[0])]
    if len(files) > 1:
        arguments += ["-A", job.quant.adapters[-1], "-p", str(folder / names[1])]
    log = place.logs / f"{job.sample_id}.trim.log"
    run_tool([*arguments, *files], log, folder=folder, hours=place.hours)
    counts = json.loads(report.read_text(encoding="utf-8"))["read_counts"]
    with_adapter = max(counts["read1_with_adapter"] or 0, counts["read2_with_adapter"] or 0)
    return {"n_before": counts["input"], "n_with_adapter": with_adapter, "n_after": counts["output"]}
