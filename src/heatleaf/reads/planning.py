"""What a quantification will do, before anything is done: which samples are left, in which batches, with how much."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.reads.checked import ReadsCheck, SampleCheck
from heatleaf.reads.file_names import SAFE_NAME
from heatleaf.reads.index import has_index, index_folder, index_key
from heatleaf.reads.jobs import WORK, Batch, Place, Quant, SampleJob, split_batches
from heatleaf.reads.kallisto import Kallisto, find_kallisto
from heatleaf.reads.profile import ADAPTERS, SECOND_ADAPTERS
from heatleaf.reads.records import SampleRecord, current_record
from heatleaf.reads.reference import Reference
from heatleaf.reads.salmon import Salmon, find_salmon
from heatleaf.reads.samples import ReadSample, ReadsPlan, size_text
from heatleaf.reads.settings import QuantifySettings
from heatleaf.reads.trimming import trimmer_name
from heatleaf.reads.verdicts import ADAPTER_SHARE

MAX_BATCHES = 400  # jobs of one run on a cluster
MIN_BATCH_BYTES = 200_000_000  # a job takes 5 s to start Snakemake on its node, and these bytes about 20 s
BATCHES_PER_SLOT = 2  # on one machine: so that the last batch does not keep one core at work alone
_EXPANSION = 4.0  # of gzipped FASTA
# Bytes of memory for each base of transcripts, of kallisto 0.48 to 0.52 and salmon 1.10 on human transcripts (400 MB of
# FASTA): 4.5 GB to quantify and 8 GB to make the index, with a margin; a retry takes as much again.
_QUANTIFY_PER_BASE, _INDEX_PER_BASE = 14.0, 25.0
_LEAST_MB = 500
_BYTES_PER_MINUTE = 180e6  # of gzipped FASTQ on human transcripts, by one thread of a slow core
_LEAST_MINUTES = 10


@dataclass(frozen=True)
class WorkPlan:
    """What is left to do.

    tool : the quantifier. index : where its index is or will be. current : records of the samples that are done.
    batches : of the samples that are not, one job each; minutes : their time limits. n_slots : jobs at a time on this
    machine. quantify_mb, index_mb, index_minutes : estimates for one job. n_bytes : of all files of reads.
    """

    tool: Kallisto | Salmon
    index: Path
    key: str
    needs_index: bool
    jobs: tuple[SampleJob, ...]
    sizes: tuple[int, ...]
    current: Mapping[str, SampleRecord]
    batches: tuple[Batch, ...]
    minutes: tuple[int, ...]
    n_slots: int
    quantify_mb: int
    index_mb: int
    index_minutes: int

    @property
    def n_left(self) -> int:
        """Samples that are not done."""
        return len(self.jobs) - len(self.current)

    @property
    def text(self) -> str:
        """The plan in one sentence."""
        done = f", {len(self.current):,} of them done before" if self.current else ""
        adapters = sum(bool(job.quant.adapters) for job in self.jobs)
        trimmed = f"; adapters are cut from {adapters:,}" if adapters else ""
        index = "; the index of the transcripts is made first" if self.needs_index else ""
        return (
            f"{len(self.jobs):,} samples ({size_text(sum(self.sizes))}){done}, in {len(self.batches):,} jobs of about "
            f"{self.quantify_mb / 1000:.1f} GB of memory, by {self.tool.name} {self.tool.version}{trimmed}{index}"
        )


def plan_work(
    plan: ReadsPlan, reference: Reference, check: ReadsCheck | None, settings: QuantifySettings, folder: Path
) -> WorkPlan:
    """Compare what is asked with what is in the folder, and split what is left into batches; nothing is written.

    Raises
    ------
    UserError
        tool: no quantifier; sample_name; the refusals of files that cannot be read.
    """
    tool = find_salmon() if settings.quantifier == "salmon" else find_kallisto()
    key = index_key(tool, reference)
    index = index_folder(key)
    checks = {sample.sample_id: sample for sample in check.samples} if check else {}
    jobs = tuple(_sample_job(sample, checks.get(sample.sample_id), settings, tool, key) for sample in plan.samples)
    sizes = tuple(sample.n_bytes for sample in plan.samples)
    results = folder.absolute() / "transcripts"
    current = {job.sample_id: record for job in jobs if (record := current_record(results / job.sample_id, job))}
    fasta_mb = sum(_expanded_bytes(path) for path in reference.transcripts) / 1e6
    quantify_mb = int(_LEAST_MB + _QUANTIFY_PER_BASE * fasta_mb)
    n_slots = _n_slots(settings, quantify_mb)
    place = Place(tool.path, str(index.absolute()), str(folder.absolute()), _scratch(settings, folder), settings.hours)
    left = [(job, size) for job, size in zip(jobs, sizes, strict=True) if job.sample_id not in current]
    groups = _split(left, settings, n_slots)
    size_of = {job.sample_id: size for job, size in left}
    return WorkPlan(
        tool=tool,
        index=index,
        key=key,
        needs_index=not has_index(index),
        jobs=jobs,
        sizes=sizes,
        current=current,
        batches=tuple(Batch(place, tuple(group)) for group in groups),
        minutes=tuple(_minutes(sum(size_of[job.sample_id] for job in group)) for group in groups),
        n_slots=n_slots,
        quantify_mb=quantify_mb,
        index_mb=int(_LEAST_MB + _INDEX_PER_BASE * fasta_mb),
        index_minutes=int(_LEAST_MINUTES + fasta_mb / 5),
    )


def _sample_job(
    sample: ReadSample, check: SampleCheck | None, settings: QuantifySettings, tool: Kallisto | Salmon, key: str
) -> SampleJob:
    if not SAFE_NAME.fullmatch(sample.sample_id):  # it becomes the name of a folder (requirement S17)
        what = f"sample '{sample.sample_id}' cannot be a file name. Use letters, digits, . _ - (1-64)"
        raise UserError("sample_name", what, fix="give a sample sheet (sample, fastq_1, fastq_2)")
    files = tuple(str(path.absolute()) for lane in sample.pairs for path in lane)
    adapters = _adapters(check, settings)
    strandedness: str = settings.strandedness
    if strandedness == "auto":
        strandedness = check.strandedness if check and check.strandedness != "unknown" else ""
    quant = Quant(
        quantifier=tool.name,
        version=tool.version,
        index_key=key,
        is_paired=sample.is_paired,
        strandedness=strandedness,
        fragment_length=0.0 if sample.is_paired else settings.fragment_length,
        fragment_sd=0.0 if sample.is_paired else settings.fragment_sd,
        bootstraps=settings.bootstraps,
        adapters=adapters[: 2 if sample.is_paired else 1],
        trimmer=trimmer_name() if adapters else "",
    )
    return SampleJob(sample.sample_id, files, quant)


def _adapters(check: SampleCheck | None, settings: QuantifySettings) -> tuple[str, ...]:
    """Return the adapters to cut from mate 1 and mate 2, () for none."""
    found = check.adapter if check else ""
    if settings.trim == "never" or (settings.trim == "auto" and not (check and check.adapter_share >= ADAPTER_SHARE)):
        return ()
    name = found or "Illumina"
    return ADAPTERS[name], SECOND_ADAPTERS.get(name, ADAPTERS[name])


def _split(left: Sequence[tuple[SampleJob, int]], settings: QuantifySettings, n_slots: int) -> list[list[SampleJob]]:
    jobs, sizes = [job for job, _ in left], [size for _, size in left]
    if not jobs:
        return []
    if settings.executor == "local":
        n_batches = BATCHES_PER_SLOT * n_slots
    else:
        n_batches = min(MAX_BATCHES, max(1, sum(sizes) // MIN_BATCH_BYTES))
    return split_batches(jobs, sizes, n_batches)


def _n_slots(settings: QuantifySettings, quantify_mb: int) -> int:
    """Return how many samples are worked on at a time here: one for each core, while the memory lasts."""
    import psutil  # type: ignore[import-untyped]

    n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    by_memory = int(psutil.virtual_memory().available / 1e6 / quantify_mb)
    return settings.threads or max(1, min(n_cores, by_memory))


def _scratch(settings: QuantifySettings, folder: Path) -> str:
    return settings.scratch or str(folder.absolute() / WORK / "scratch")


def _expanded_bytes(path: Path) -> float:
    with path.open("rb") as handle:
        is_packed = handle.read(2) == b"\x1f\x8b"
    return path.stat().st_size * (_EXPANSION if is_packed else 1.0)


def _minutes(n_bytes: int) -> int:
    return int(_LEAST_MINUTES + n_bytes / _BYTES_PER_MINUTE)
