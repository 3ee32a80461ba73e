"""From reads to counts: find the files, show the plan, check a sample of the reads, quantify."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from heatleaf.analysis.progress import Report, silent
from heatleaf.analysis.reads_beside import CHECK_FILE
from heatleaf.errors import UserError
from heatleaf.io import write_text
from heatleaf.io.pipeline_folder import QUANTIFIED, find_merged_table
from heatleaf.io.source import is_folder
from heatleaf.model import Message
from heatleaf.reads.check import ReadsCheck, check_reads
from heatleaf.reads.file_names import is_fastq_name
from heatleaf.reads.plan import ReadsPlan, find_reads, holds_reads
from heatleaf.reads.reference import Reference, read_headers
from heatleaf.reads.samples import size_text
from heatleaf.reads.settings import QuantifySettings, require_settings
from heatleaf.reads.sheet import groups_of_sheet, is_reads_sheet
from heatleaf.resources.transcriptomes import fetched_transcriptome, fetched_transcriptomes

if TYPE_CHECKING:
    from heatleaf.reads.engine import Quantified

SHEET_FILE = "samples.tsv"
_SHOWN = 12

Show = Callable[[tuple[str, ...]], None]


@dataclass(frozen=True)
class ReadsRequest:
    """What is asked. source : folder or sample sheet. transcripts, annotation, organism : see `find_reference`."""

    source: Path
    transcripts: tuple[Path, ...] = ()
    annotation: Path | None = None
    organism: str = ""
    settings: QuantifySettings = QuantifySettings()  # noqa: RUF009  # frozen


def find_reference(transcripts: tuple[Path, ...], annotation: Path | None, organism: str) -> Reference:
    """Take the files that were given, else the fetched transcriptome of an organism.

    Raises
    ------
    UserError
        option: neither is given; organism, resources: nothing is known or fetched for the name; transcripts,
        file_missing: of the files.
    """
    if transcripts:
        for path in transcripts:
            read_headers(path)
        return Reference(transcripts, annotation, organism)
    if not organism:
        fix = "give --transcripts cdna.fa.gz (of Ensembl or GENCODE), or --organism NAME for a fetched one"
        raise UserError("option", "no transcripts are given that reads could be compared with", fix=fix)
    found = fetched_transcriptome(organism)
    return Reference(found.paths, annotation, found.organism, found.release)


def plan_reads(request: ReadsRequest, folder: Path | None = None) -> tuple[ReadsPlan, Reference]:
    """Find the reads and the transcripts, and refuse settings that cannot be used, before any work starts.

    folder : of the results, in which reads are not looked for.

    Raises
    ------
    UserError
        Those of `find_reads`, `find_reference` and `require_settings`.
    """
    require_settings(request.settings)
    plan = find_reads(request.source, leave_out=folder)
    return plan, find_reference(request.transcripts, request.annotation, request.organism)


def describe_plan(plan: ReadsPlan, reference: Reference, settings: QuantifySettings) -> tuple[str, ...]:
    """Say in lines what will be done with which files."""
    lines = [describe_reads(plan)]
    for sample in plan.samples[:_SHOWN]:
        mates = [mate for mate in (sample.first_mates, sample.second_mates) if mate]
        names = " + ".join(", ".join(path.name for path in mate) for mate in mates)
        lines.append(f"  {sample.sample_id}: {names}")
    if len(plan.samples) > _SHOWN:
        lines.append(f"  ... and {len(plan.samples) - _SHOWN:,} more")
    return (*lines, *describe_work(plan, reference, settings))


def describe_reads(plan: ReadsPlan) -> str:
    """Say in a line how many reads there are."""
    n_paired = sum(sample.is_paired for sample in plan.samples)
    n_files = sum(len(sample.files) for sample in plan.samples)
    n_bytes = sum(sample.n_bytes for sample in plan.samples)
    kinds = f"{n_paired:,} paired, {len(plan.samples) - n_paired:,} single"
    return f"{len(plan.samples):,} samples ({kinds}) in {n_files:,} files, {size_text(n_bytes)}"


def describe_work(plan: ReadsPlan, reference: Reference, settings: QuantifySettings) -> tuple[str, ...]:
    """Say in lines what the reads are compared with, and how."""
    files = ", ".join(path.name for path in reference.transcripts)
    of = f" ({reference.organism} {reference.release})".replace(" )", ")") if reference.organism else ""
    lines = [f"Transcripts: {files}{of}"]
    if reference.annotation:
        lines.append(f"Genes of transcripts: {reference.annotation.name}")
    where = "on this machine" if settings.executor == "local" else f"by {settings.executor}"
    trim = {
        "auto": "adapters are cut off where they are found",
        "always": "adapters are cut off",
        "never": "not trimmed",
    }
    lines.append(f"Quantified by {settings.quantifier} {where}; {trim[settings.trim]}")
    if not all(sample.is_paired for sample in plan.samples):
        lengths = f"{settings.fragment_length:g} +- {settings.fragment_sd:g} bases"
        lines.append(f"Single reads: fragments are taken to be of {lengths} (--fragment-length, --fragment-sd)")
    return tuple(lines)


def check_plan(plan: ReadsPlan, reference: Reference, report: Report = silent) -> ReadsCheck:
    """Check the reads as one phase of progress.

    Raises
    ------
    UserError
        Those of `check_reads`.
    """
    report("start", "checking reads")
    known = fetched_transcriptomes()
    others = [Reference(one.paths, None, one.organism) for one in known if one.organism != reference.organism]
    check = check_reads(plan, reference, others=others, report=lambda _, text: report("progress", text))
    report("end", describe_check(check))
    return check


def describe_check(check: ReadsCheck) -> str:
    """Say in a few words what the check found."""
    shares = [sample.mapped_share for sample in check.samples if sample.mapped_share is not None]
    strands = sorted({sample.strandedness for sample in check.samples})
    mapped = f"{min(shares):.0%} to {max(shares):.0%} from the transcripts, " if shares else ""
    return f"{len(check.samples):,} samples: {mapped}{' and '.join(strands)}"


def quantify_reads(
    request: ReadsRequest,
    folder: Path,
    report: Report = silent,
    *,
    show: Show | None = None,
    check: ReadsCheck | None = None,
) -> tuple[Quantified, ReadsCheck, tuple[Message, ...]]:
    """Do everything from reads to counts.

    Parameters
    ----------
    folder : Path
        Gets counts.tsv, tpm.tsv, qc.tsv, transcripts/, quantify.json, reads_check.json, logs/; a folder that was left
        half done is gone on with.
    show : called with the lines of the plan before work starts.
    check : of the same reads and transcripts, where it was made before.

    Returns
    -------
    quantified, check, messages

    Raises
    ------
    UserError
        Those of `require_engine`, `plan_reads`, `check_reads` and `engine.quantify`.
    """
    from heatleaf.reads.engine import quantify
    from heatleaf.reads.workflow import require_engine

    require_engine()
    report("start", "finding reads")
    plan, reference = plan_reads(request, folder)
    lines = describe_plan(plan, reference, request.settings)
    report("end", lines[0])
    if show:
        show(lines)
    check = check or check_plan(plan, reference, report)
    quantified = quantify(plan, reference, check, request.settings, folder, report)
    write_text(folder / CHECK_FILE, check_text(check))
    if (sheet := groups_of_sheet(request.source)) is not None:
        write_text(folder / SHEET_FILE, sheet)
    return quantified, check, (*plan.messages, *check.all_messages, *quantified.messages)


def is_reads(source: Path) -> bool:
    """Whether `run` was given reads: a folder of FASTQ files and of no results, or a sheet that names them."""
    if is_folder(source):
        return find_merged_table(source) is None and holds_reads(source)
    return is_fastq_name(source.name) or is_reads_sheet(source)


def sheet_beside(counts: Path) -> Path | None:
    """Return the sample sheet that `quantify` left beside its counts, None without one."""
    sheet = counts / SHEET_FILE
    return sheet if (counts / QUANTIFIED).is_file() and sheet.is_file() else None


def check_text(check: ReadsCheck) -> str:
    """Return the check as JSON: one object a sample, with the quality by position of each file."""
    samples = [
        {
            "sample_id": sample.sample_id,
            "is_paired": sample.is_paired,
            "n_reads": sample.n_reads,
            "is_counted": sample.is_counted,
            "read_length": sample.read_length,
            "gc_share": round(sample.gc_share, 4),
            "adapter": sample.adapter,
            "adapter_share": round(sample.adapter_share, 4),
            "strandedness": sample.strandedness,
            "stranded_share": _rounded(sample.stranded_share),
            "mapped_share": _rounded(sample.mapped_share),
            "organism": sample.organism,
            "fragment_length": sample.fragment_length,
            "is_gzip_whole": sample.is_gzip_whole,
            "files": [
                {"name": file.path.name, "mean_quality": [round(float(score), 2) for score in file.mean_quality]}
                for file in sample.files
            ],
        }
        for sample in check.samples
    ]
    messages = [{"level": message.level, "code": message.code, "text": message.text} for message in check.all_messages]
    return json.dumps({"version": 1, "samples": samples, "messages": messages}, indent=1) + "\n"


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
