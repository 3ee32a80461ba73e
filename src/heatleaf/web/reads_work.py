"""What the worker does for a study of reads: the plan, the check, and the counts that an analysis goes on with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from heatleaf.analysis.progress import Report
from heatleaf.analysis.quantify import (
    ReadsRequest,
    check_plan,
    describe_check,
    describe_reads,
    describe_work,
    find_reference,
    is_reads,
    quantify_reads,
)
from heatleaf.analysis.reads_beside import CHECK_FILE
from heatleaf.errors import UserError
from heatleaf.io import OutputFolder, write_bytes
from heatleaf.io.pipeline_folder import QUANTIFIED
from heatleaf.model import Message
from heatleaf.reads.checked import ReadsCheck, SampleCheck
from heatleaf.reads.plan import ReadSample, ReadsPlan, find_reads
from heatleaf.reads.reference import Reference, transcript_genes
from heatleaf.reads.workflow import require_engine
from heatleaf.resources.transcriptomes import fetched_transcriptomes
from heatleaf.web.reads_said import names_transcripts, reads_request
from heatleaf.web.understand import message_json

N_SHOWN = 400  # samples of the plan that the page lists; the check looks at as many
_TABLES = {
    "counts": "estimated reads of each gene, scaled by the lengths of its transcripts",
    "tpm": "transcripts per million of each gene",
    "qc": "reads of each sample, and those that map",
}
_BESIDE = (QUANTIFIED, CHECK_FILE)


@dataclass(frozen=True)
class KnownReads:
    """What is known of the reads of a study. error : why there is no more of it."""

    plan: ReadsPlan = field(default_factory=lambda: ReadsPlan(()))
    reference: Reference | None = None
    check: ReadsCheck | None = None
    error: UserError | None = None


class ReadsWork:
    """Plans, checks and quantifies; the check of the last reads stays at hand."""

    def __init__(self) -> None:
        self._checks: tuple[str, ReadsCheck] | None = None
        self._counts: tuple[str, tuple[Message, ...]] | None = None

    def look(self, source: Path, said: Mapping[str, Any], report: Report) -> KnownReads:
        """Find the reads and, once transcripts are named, check them; what is refused ends it, and is kept."""
        known, request = KnownReads(), reads_request(source, said)
        try:
            known = KnownReads(find_reads(source))
            if names_transcripts(said):
                known = replace(known, reference=_reference(request))
                known = replace(known, check=self._check(known, report))
        except UserError as error:
            return replace(known, error=error)
        return known

    def _check(self, known: KnownReads, report: Report) -> ReadsCheck:
        assert known.reference is not None, "transcripts are named"
        stamp = _stamp(known.plan, known.reference)
        if self._checks is None or self._checks[0] != stamp:
            require_engine()
            transcript_genes(known.reference)  # headers without genes are refused before a minute is spent
            self._checks = (stamp, check_plan(known.plan, known.reference, report))
        return self._checks[1]

    def quantify(self, source: Path, said: Mapping[str, Any], folder: Path, report: Report) -> tuple[Message, ...]:
        """Make the counts of a study in a folder, going on with what is there; return what is to be said of them.

        Raises
        ------
        UserError
            Those of `quantify_reads`.
        """
        request = reads_request(source, said)
        reference = _reference(request)
        plan = find_reads(source)
        stamp = f"{folder} {_stamp(plan, reference)}"
        if self._counts is None or self._counts[0] != stamp or not (folder / QUANTIFIED).is_file():
            check = self._check(KnownReads(plan, reference), report)
            _, _, messages = quantify_reads(request, folder, report, check=check)
            self._counts = (stamp, messages)
        return self._counts[1]


def is_of_reads(record: Mapping[str, Any]) -> bool:
    """Tell whether a study is one of reads; once it was, it stays one, also where the reads are gone."""
    if record["reading"].get("reads") is not None:
        return True
    return bool(record["folder"]) and is_reads(Path(record["folder"]))


def describe_known(known: KnownReads, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page shows of the reads, as JSON values."""
    return {
        "samples": [_plan_row(sample) for sample in known.plan.samples[:N_SHOWN]],
        "n_samples": len(known.plan.samples),
        "has_single": not all(sample.is_paired for sample in known.plan.samples),
        "said": dict(said),
        "transcriptomes": [{"organism": one.organism, "release": one.release} for one in fetched_transcriptomes()],
        "check": [_check_row(sample) for sample in known.check.samples] if known.check else None,
    }


def with_reads(reading: Mapping[str, Any], known: KnownReads, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was understood of the samples together with what is known of their reads."""
    reads = describe_known(known, said)
    if not known.plan.samples:
        return {**reading, "reads": reads}
    of_table = reading.get("understood") or {"sentences": [""], "warnings": []}
    messages = (*known.plan.messages, *(known.check.all_messages if known.check else ()))
    understood = {
        "sentences": [*_sentences(known, said), *of_table["sentences"][1:]],  # the first is of a table
        "rows": [],
        "n_genes": 0,
        "n_samples": len(known.plan.samples),
        "organism": known.reference.organism if known.reference else "",
        "value_kind": "reads",
        "format": "FASTQ",
        "warnings": [*map(message_json, messages), *of_table["warnings"]],
    }
    return {**reading, "understood": understood, "reads": reads}


def _sentences(known: KnownReads, said: Mapping[str, Any]) -> list[str]:
    told = [f"Reads: {describe_reads(known.plan)}."]
    if known.reference is not None:
        settings = reads_request(Path(), said).settings
        told += [f"{line}." for line in describe_work(known.plan, known.reference, settings)]
    if known.check is not None:
        told.append(f"The check of the reads: {describe_check(known.check)}.")
    return told


def add_counts(answer: dict[str, Any], result: OutputFolder, counts: Path, *, about: Mapping[str, Any]) -> None:
    """Put the counts beside a result.

    answer : of the result, which gets more files and tables. about : as `desk.Writer` takes it.
    """
    names = [*(f"{name}.tsv" for name in _TABLES), *_BESIDE]
    sizes = {name: (counts / name).stat().st_size for name in names}
    result.require_space(sum(sizes.values()))
    (result.path / "quantified").mkdir()
    for name, size in sizes.items():
        path = f"quantified/{name}"
        write_bytes(result.path / path, (counts / name).read_bytes())
        answer["files"].append({"id": about["file_id"](path), "name": path, "size": size})
    for name, what in _TABLES.items():
        n_rows = (counts / f"{name}.tsv").read_bytes().count(b"\n") - 1
        file_id = about["file_id"](f"quantified/{name}.tsv")
        answer["tables"].append({"id": file_id, "name": name, "n_rows": n_rows, "what": what})


def _reference(request: ReadsRequest) -> Reference:
    return find_reference(request.transcripts, request.annotation, request.organism)


def _stamp(plan: ReadsPlan, reference: Reference) -> str:
    """Return a text that differs where files differ, by their sizes and times."""
    paths = [file.path for sample in plan.samples for file in sample.files]
    paths += [*reference.transcripts, *([reference.annotation] if reference.annotation else [])]
    found = [(path, path.stat()) for path in paths]
    names = [sample.sample_id for sample in plan.samples]
    return json.dumps([names, *((str(path), stat.st_size, stat.st_mtime_ns) for path, stat in found)])


def _plan_row(sample: ReadSample) -> dict[str, Any]:
    return {
        "sample": sample.sample_id,
        "is_paired": sample.is_paired,
        "n_lanes": len(sample.pairs),
        "files": [file.path.name for file in sample.files],
        "size": sample.n_bytes,
    }


def _check_row(sample: SampleCheck) -> dict[str, Any]:
    return {
        "sample": sample.sample_id,
        "n_reads": sample.n_reads,
        "is_counted": sample.is_counted,
        "read_length": sample.read_length,
        "quality": round(float(sample.mean_quality.mean()), 1) if len(sample.mean_quality) else None,
        "adapter": sample.adapter,
        "adapter_share": round(sample.adapter_share, 4),
        "strandedness": sample.strandedness,
        "mapped_share": None if sample.mapped_share is None else round(sample.mapped_share, 4),
        "organism": sample.organism,
        "messages": [message_json(message) for message in sample.messages],
    }
