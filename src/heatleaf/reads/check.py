"""The check of the reads before hours are spent on them: under a minute, on a sample of each file.

Order: read a sample of each file, refuse what is damaged or no pair, describe each file, look a few reads up in the
transcripts, and say what stands out, also between samples.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from heatleaf.model import Message, note
from heatleaf.reads.checked import ReadsCheck, SampleCheck
from heatleaf.reads.fastq import count_reads
from heatleaf.reads.file_end import require_whole
from heatleaf.reads.mapping import Mapping, map_samples, reads_to_map, thin
from heatleaf.reads.mates import digest_reads, refuse_same_content, require_equal, require_mates
from heatleaf.reads.plan import ReadSample, ReadsPlan
from heatleaf.reads.profile import FileCheck, profile_file
from heatleaf.reads.reference import Reference
from heatleaf.reads.sampling import N_READS, FileSample, sample_reads
from heatleaf.reads.verdicts import LOW_MAPPED_SHARE, judge, study_messages

__all__ = ["ReadsCheck", "SampleCheck", "check_reads"]

Report = Callable[[str, str], None]

MAX_SAMPLES = 400  # that are looked at; of a larger study some are taken, evenly
COUNTED_BYTES = 300_000_000  # all files together, up to which they are read through: a few seconds
_FEW_FILES = 20  # from which on fewer reads of each are looked at
_FEWEST = 2_000


def check_reads(
    plan: ReadsPlan,
    reference: Reference | None,
    *,
    n_reads: int = N_READS,
    others: Sequence[Reference] = (),
    report: Report | None = None,
) -> ReadsCheck:
    """Look at a sample of the reads of every file.

    Parameters
    ----------
    reference : Reference or None
        Without transcripts nothing is said of strand and mapping.
    n_reads : int
        Reads of each file; fewer where there are many files.
    others : sequence of Reference
        Transcripts of other organisms, to which samples are compared that match the first too little.
    report : called with ("samples", "3 of 12 samples") as the work goes on.

    Raises
    ------
    UserError
        fastq, gzip_damaged, mates, file_kind, file_empty, permission: the first fault found; transcripts.
    """
    chosen = _choose(plan.samples)
    n_files = sum(len(sample.files) for sample in chosen)
    n_each = max(_FEWEST, n_reads * _FEW_FILES // n_files) if n_files > _FEW_FILES else n_reads
    count_all = sum(sample.n_bytes for sample in chosen) <= COUNTED_BYTES
    n_mapped = reads_to_map(sum(2 if sample.is_paired else 1 for sample in chosen))
    looked = _in_threads(lambda sample: _look(sample, n_each, n_mapped, count_all=count_all), chosen, report)
    refuse_same_content([item for one in looked for item in one.digests])
    mappings: list[Mapping | None] = [None] * len(looked)
    if reference is not None:
        mappings = [*map_samples([one.first_lane for one in looked], reference.transcripts)]
    found = [
        SampleCheck(sample.sample_id, sample.is_paired, one.files, mapping)
        for sample, one, mapping in zip(chosen, looked, mappings, strict=True)
    ]
    guesses = _guess_organisms(found, looked, others)
    samples = tuple(judge(replace(sample, organism=guess)) for sample, guess in zip(found, guesses, strict=True))
    return ReadsCheck(samples, (*_tell_left_out(plan, chosen), *study_messages(samples)))


@dataclass(frozen=True)
class _Looked:
    """What is kept of one sample.

    first_lane : some reads of the mates of its first lane. files : descriptions in the order of the plan.
    digests : path and hash of the sampled reads of each file.
    """

    first_lane: tuple[FileSample, ...]
    files: tuple[FileCheck, ...]
    digests: tuple[tuple[Path, bytes], ...]


def _in_threads(
    look: Callable[[ReadSample], _Looked], samples: Sequence[ReadSample], report: Report | None
) -> list[_Looked]:
    """Look at samples a few at a time, in their order; the first refusal ends it."""
    looked: list[_Looked] = []
    pool = ThreadPoolExecutor(min(len(samples), os.cpu_count() or 1))
    try:
        for one in pool.map(look, samples):
            looked.append(one)
            if report:
                report("samples", f"{len(looked):,} of {len(samples):,} samples")
    finally:
        pool.shutdown(cancel_futures=True)
    return looked


def _choose(samples: Sequence[ReadSample]) -> tuple[ReadSample, ...]:
    """Take some samples of a large study, evenly over their names."""
    if len(samples) <= MAX_SAMPLES:
        return tuple(samples)
    return tuple(samples[i * len(samples) // MAX_SAMPLES] for i in range(MAX_SAMPLES))


def _look(sample: ReadSample, n_reads: int, n_mapped: int, *, count_all: bool) -> _Looked:
    """Sample the files of one sample, lane by lane, and refuse what is damaged or no pair."""
    kept: tuple[FileSample, ...] = ()
    described, digests = [], []
    for lane in sample.pairs:
        first = sample_reads(lane[0], n_reads)
        pair = (first, *(sample_reads(path, n_reads, first.step) for path in lane[1:]))
        if len(pair) == 2:
            require_mates(*pair)
        files = tuple(_describe(one, count_all=count_all) for one in pair)
        if len(files) == 2 and all(file.is_counted for file in files):
            require_equal(lane[0], files[0].n_reads, lane[1], files[1].n_reads)
        kept = kept or tuple(thin(one, n_mapped) for one in pair)
        digests += [(one.path, digest_reads(one)) for one in pair]
        described.append(files)
    return _Looked(kept, tuple(file for mate in zip(*described, strict=True) for file in mate), tuple(digests))


def _guess_organisms(
    samples: Sequence[SampleCheck], looked: Sequence[_Looked], others: Sequence[Reference]
) -> list[str]:
    """Say of which other organism the samples with a low share from the transcripts are, "" where that is not known."""
    guesses = [""] * len(samples)
    low = [i for i, one in enumerate(samples) if one.mapped_share is not None and one.mapped_share < LOW_MAPPED_SHARE]
    best = {i: max(LOW_MAPPED_SHARE, 2 * (samples[i].mapped_share or 0.0)) for i in low}
    for other in others if low else ():
        for i, mapping in zip(low, map_samples([looked[i].first_lane for i in low], other.transcripts), strict=True):
            if mapping.mapped_share > best[i]:
                best[i], guesses[i] = mapping.mapped_share, other.organism
    return guesses


def _describe(sample: FileSample, *, count_all: bool) -> FileCheck:
    if count_all and not sample.is_all:
        return profile_file(sample, count_reads(sample.path), is_whole=True)
    return profile_file(sample, None, is_whole=require_whole(sample))


def _tell_left_out(plan: ReadsPlan, chosen: Sequence[ReadSample]) -> tuple[Message, ...]:
    if len(chosen) == len(plan.samples):
        return ()
    what = f"{len(chosen):,} of {len(plan.samples):,} samples were looked at, evenly over their names"
    return (note("reads_plan", what),)
