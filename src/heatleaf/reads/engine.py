"""From a plan of reads to tables of counts: plan the work, run the workflow, read what it left.

A second run does only what is missing or was made of other bytes, with other settings or another version; a run that
was killed goes on with the samples that it had not finished.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import heatleaf
from heatleaf.errors import UserError
from heatleaf.io.atomic import OutputFolder
from heatleaf.io.checksum import sha256_of
from heatleaf.model import Message, note, warning
from heatleaf.reads.checked import ReadsCheck
from heatleaf.reads.gather import GatherJob
from heatleaf.reads.jobs import WORK, IndexJob
from heatleaf.reads.planning import WorkPlan, plan_work
from heatleaf.reads.progress import SampleWatch
from heatleaf.reads.records import SampleRecord, read_record
from heatleaf.reads.reference import Reference, transcript_genes
from heatleaf.reads.samples import ReadsPlan
from heatleaf.reads.settings import QuantifySettings, require_settings
from heatleaf.reads.workflow import prepare_workflow, read_json, require_success, run_workflow

SCHEMA = 1
_BYTES_PER_BASE = 0.1  # of transcripts: what a sample's tables take
_TRIMMED_SHARE = 1.5  # of the bytes of the reads: trimmed ones are compressed faster and less
Report = Callable[[str, str], None]


@dataclass(frozen=True)
class Quantified:
    """A folder with counts.tsv, tpm.tsv, qc.tsv, quantify.json, transcripts/SAMPLE/abundance.tsv and logs/."""

    folder: Path
    samples: tuple[SampleRecord, ...]
    messages: tuple[Message, ...]

    @property
    def counts(self) -> Path:
        """The table of estimated counts, genes x samples."""
        return self.folder / "counts.tsv"


def quantify(
    plan: ReadsPlan,
    reference: Reference,
    check: ReadsCheck | None,
    settings: QuantifySettings,
    folder: Path,
    report: Report | None = None,
) -> Quantified:
    """Quantify all samples of a plan into a folder.

    Parameters
    ----------
    check : what the check of the reads found, which settles what `settings` leave to it; None where it was not made.
    report : called with ("start", phase), ("progress", sentence) for each sample that is done, ("end", detail).

    Returns
    -------
    Quantified
        The same bytes of counts and abundances for the same reads, transcripts, settings and version of the
        quantifier, however often the work was broken off, and on whichever machines it was done.

    Raises
    ------
    UserError
        option; output_folder, output_running, output_write; tool: no quantifier, or one that failed; fastq,
        gzip_damaged, mates, file_missing: faults of reads; reads_mapping: no read maps; transcripts,
        transcript_level; workflow.
    """
    require_settings(settings)
    say = report or _silent
    with OutputFolder(folder) as output:
        say("start", "plan the work")
        genes = transcript_genes(reference)
        todo = plan_work(plan, reference, check, settings, folder)
        gather = gather_job(folder, reference, todo, settings)
        say("end", todo.text)
        if todo.n_left or not _is_gathered(folder, gather):
            output.require_space(_space(todo, reference))
            _work(todo, gather, reference, settings, say)
        shutil.rmtree(folder / WORK / "scratch", ignore_errors=True)
        records = tuple(_require(folder, job.sample_id) for job in todo.jobs)
        _require_any(records)
        messages = (*output.messages, *genes.messages, *_tell(todo, records))
        return Quantified(folder, records, messages)


def _work(todo: WorkPlan, gather: GatherJob, reference: Reference, settings: QuantifySettings, say: Report) -> None:
    """Run the workflow on what is left."""
    folder = Path(gather.folder)
    work, log = folder / WORK, folder / "logs" / "workflow.log"
    index = index_job(todo, reference, folder, hours=settings.hours)
    left = {job.sample_id: size for job, size in zip(todo.jobs, todo.sizes, strict=True)}
    left = {sample: size for sample, size in left.items() if sample not in todo.current}
    for sample in left:  # results of other bytes or settings
        shutil.rmtree(folder / "transcripts" / sample, ignore_errors=True)
    prepare_workflow(work, todo, index, gather, settings)
    say("start", "quantify")
    watch = SampleWatch(folder / "transcripts", left, len(todo.current), lambda text: say("progress", text))
    code = run_workflow(work, log, watch)
    require_success(code, work, log, len(todo.jobs))
    say("end", f"{len(todo.jobs):,} samples quantified")


def index_job(todo: WorkPlan, reference: Reference, folder: Path, *, hours: float) -> IndexJob:
    """Describe the index that a plan needs."""
    return IndexJob(
        quantifier=todo.tool.name,
        tool=todo.tool.path,
        version=todo.tool.version,
        transcripts=tuple(str(path.absolute()) for path in reference.transcripts),
        folder=str(todo.index.absolute()),
        key=todo.key,
        logs=str(folder.absolute() / "logs"),
        hours=hours,
    )


def gather_job(folder: Path, reference: Reference, todo: WorkPlan, settings: QuantifySettings) -> GatherJob:
    """Describe the tables that a plan ends with, and what they are made of."""
    annotation = reference.annotation
    about: dict[str, Any] = {
        "schema": SCHEMA,
        "heatleaf": heatleaf.__version__,
        "quantifier": {"name": todo.tool.name, "version": todo.tool.version, "index": todo.key},
        "settings": _settings(settings),
        "transcripts": [_file(path) for path in reference.transcripts],
        "annotation": _file(annotation) if annotation else None,
        "organism": reference.organism,
        "release": reference.release,
    }
    return GatherJob(
        folder=str(folder.absolute()),
        samples=tuple(job.sample_id for job in todo.jobs),
        transcripts=tuple(str(path.absolute()) for path in reference.transcripts),
        annotation=str(annotation.absolute()) if annotation else "",
        about=about,
    )


def _is_gathered(folder: Path, gather: GatherJob) -> bool:
    """Whether the tables of the folder are those of the samples and the annotation as they are."""
    known = read_json(folder / "quantify.json")
    same = ("schema", "quantifier", "transcripts", "annotation")
    if any(known.get(name) != gather.about[name] for name in same):
        return False
    made_of = [(sample["sample_id"], sample["table_sha256"]) for sample in known.get("samples", [])]
    records = [read_record(folder / "transcripts" / sample) for sample in gather.samples]
    if made_of != [(record.sample_id, record.table_sha256) for record in records if record]:
        return False
    return all(_has(folder / name, digest) for name, digest in known.get("tables", {"": ""}).items())


def _has(path: Path, digest: str) -> bool:
    return path.is_file() and sha256_of(path) == digest


def _settings(settings: QuantifySettings) -> dict[str, Any]:
    """Return what was asked, without what only says where and how fast."""
    chosen = asdict(settings)
    for name in ("profile", "threads", "jobs", "scratch", "max_retries", "partition", "account", "hours"):
        chosen.pop(name)
    return chosen


def _file(path: Path) -> dict[str, str]:
    return {"name": path.name, "sha256": sha256_of(path)}


def _space(todo: WorkPlan, reference: Reference) -> float:
    """Return about how many bytes will be written."""
    n_bases = sum(path.stat().st_size for path in reference.transcripts)
    tables = _BYTES_PER_BASE * n_bases * todo.n_left
    is_trimmed = [bool(job.quant.adapters) for job in todo.jobs]
    trimmed = sum(size for size, trim in zip(todo.sizes, is_trimmed, strict=True) if trim) * _TRIMMED_SHARE
    return tables + trimmed


def _require(folder: Path, sample: str) -> SampleRecord:
    record = read_record(folder / "transcripts" / sample)
    assert record is not None, "a workflow that ended well left a record of every sample"
    return record


def _require_any(records: Sequence[SampleRecord]) -> None:
    """Refuse counts that are all zero."""
    if any(record.n_mapped for record in records):
        return
    what = f"none of {sum(record.n_reads for record in records):,} reads is in the transcripts"
    fix = "give the transcripts of the organism that the reads are of (--transcripts, --organism)"
    raise UserError("reads_mapping", what, fix=fix)


def _tell(todo: WorkPlan, records: Sequence[SampleRecord]) -> list[Message]:
    """Say what was assumed, and which samples are of no use."""
    told: list[Message] = []
    singles = [job for job in todo.jobs if not job.quant.is_paired]
    if singles:
        quant = singles[0].quant
        what = (
            f"fragments of {quant.fragment_length:g} +/- {quant.fragment_sd:g} bases are assumed for "
            f"{len(singles):,} samples of single reads"
        )
        told.append(note("reads_plan", what, fix="give --fragment-length and --fragment-sd if they are known"))
    for record in records:
        if not record.n_mapped:
            what = f"none of its {record.n_reads:,} reads is in the transcripts"
            told.append(warning("sample_zero", what, where=record.sample_id, fix="check the organism; leave it out"))
    return told


def _silent(event: str, text: str) -> None:
    """Report nothing."""


def dry_plan(
    plan: ReadsPlan, reference: Reference, check: ReadsCheck | None, settings: QuantifySettings, folder: Path
) -> str:
    """Say in one sentence what `quantify` would do.

    Raises
    ------
    UserError
        As `quantify`, of settings and of the quantifier.
    """
    require_settings(settings)
    return plan_work(plan, reference, check, settings, folder).text
