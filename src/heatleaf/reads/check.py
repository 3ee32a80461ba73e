"""The check of the reads before hours are spent on them: under a minute, on a sample of each file.

Order: read a sample of each file, refuse what is damaged or no pair, describe each file, look a few reads up in the
transcripts, and say what stands out, also between samples.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from heatleaf.model import Message, note
from heatleaf.reads.checked import ReadsCheck, SampleCheck
from heatleaf.reads.fastq import count_reads
from heatleaf.reads.file_end import require_whole
from heatleaf.reads.mapping import Mapping, map_samples
from heatleaf.reads.mates import refuse_same_content, require_equal, require_mates
from heatleaf.reads.plan import ReadSample, ReadsPlan
from heatleaf.reads.profile import FileCheck, profile_file
from heatleaf.reads.reference import Reference
from heatleaf.reads.sampling import N_READS, FileSample, sample_reads
from heatleaf.reads.verdicts import judge, study_messages

__all__ = ["ReadsCheck", "SampleCheck", "check_reads"]

Report = Callable[[str, str], None]

MAX_SAMPLES = 400  # that are looked at; of a larger study some are taken, evenly
COUNTED_BYTES = 300_000_000  # all files together, up to which they are read through: a few seconds
_FEW_FILES = 20  # from which on fewer reads of each are looked at
_FEWEST = 2_000


def check_reads(
    plan: ReadsPlan, reference: Reference | None, *, n_reads: int = N_READS, report: Report | None = None
) -> ReadsCheck:
    """Look at a sample of the reads of every file.

    Parameters
    ----------
    reference : Reference or None
        Without transcripts nothing is said of strand and mapping.
    n_reads : int
        Reads of each file; fewer where there are many files.
    report : called with ("samples", "3 of 12") as the work goes on.

    Raises
    ------
    UserError
        fastq, gzip_damaged, mates, file_kind, file_empty, permission: the first fault found; transcripts.
    """
    chosen = _choose(plan.samples)
    n_files = sum(len(sample.files) for sample in chosen)
    n_each = max(_FEWEST, n_reads * _FEW_FILES // n_files) if n_files > _FEW_FILES else n_reads
    count_all = sum(sample.n_bytes for sample in chosen) <= COUNTED_BYTES
    looked: list[_Looked] = []
    with ThreadPoolExecutor(min(len(chosen), os.cpu_count() or 1)) as pool:
        for one in pool.map(lambda sample: _look(sample, n_each, count_all=count_all), chosen):
            looked.append(one)
            if report:
                report("samples", f"{len(looked):,} of {len(chosen):,}")
    refuse_same_content([one for pairs in looked for pair in pairs.samples for one in pair])
    mappings: list[Mapping | None] = [None] * len(looked)
    if reference is not None:
        mappings = [*map_samples([one.samples[0] for one in looked], reference.transcripts)]
    samples = tuple(
        judge(SampleCheck(sample.sample_id, sample.is_paired, one.files, mapping))
        for sample, one, mapping in zip(chosen, looked, mappings, strict=True)
    )
    return ReadsCheck(samples, (*_tell_left_out(plan, chosen), *study_messages(samples)))


@dataclass(frozen=True)
class _Looked:
    """The samples of reads of a sample's files, lane by lane, and their descriptions in the order of the plan."""

    samples: tuple[tuple[FileSample, ...], ...]
    files: tuple[FileCheck, ...]


def _choose(samples: Sequence[ReadSample]) -> tuple[ReadSample, ...]:
    """Take some samples of a large study, evenly over their names."""
    if len(samples) <= MAX_SAMPLES:
        return tuple(samples)
    return tuple(samples[i * len(samples) // MAX_SAMPLES] for i in range(MAX_SAMPLES))


def _look(sample: ReadSample, n_reads: int, *, count_all: bool) -> _Looked:
    """Sample the files of one sample, lane by lane, and refuse what is damaged or no pair."""
    taken, described = [], []
    for lane in sample.pairs:
        first = sample_reads(lane[0], n_reads)
        pair = (first, *(sample_reads(path, n_reads, first.step) for path in lane[1:]))
        if len(pair) == 2:
            require_mates(*pair)
        files = tuple(_describe(one, count_all=count_all) for one in pair)
        if len(files) == 2 and all(file.is_counted for file in files):
            require_equal(lane[0], files[0].n_reads, lane[1], files[1].n_reads)
        taken.append(pair)
        described.append(files)
    return _Looked(tuple(taken), tuple(file for mate in zip(*described, strict=True) for file in mate))


def _describe(sample: FileSample, *, count_all: bool) -> FileCheck:
    if count_all and not sample.is_all:
        return profile_file(sample, count_reads(sample.path), is_whole=True)
    return profile_file(sample, None, is_whole=require_whole(sample))


def _tell_left_out(plan: ReadsPlan, chosen: Sequence[ReadSample]) -> tuple[Message, ...]:
    if len(chosen) == len(plan.samples):
        return ()
    what = f"{len(chosen):,} of {len(plan.samples):,} samples were looked at, evenly over their names"
    return (note("reads_plan", what),)
