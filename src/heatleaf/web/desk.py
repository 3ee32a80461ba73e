"""What the worker does for a request: read, analyse, draw; the study of the last request stays on the desk."""

from __future__ import annotations

import base64
import datetime
import gzip
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from heatleaf.analysis.progress import Report
from heatleaf.analysis.result import Analysis
from heatleaf.analysis.reuse import Reuse
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import ask_before_counts, no_counts
from heatleaf.errors import UserError
from heatleaf.io import OutputFolder, write_bytes, write_text
from heatleaf.model import CountTable, Message, SampleSheet
from heatleaf.web.downloads import file_id
from heatleaf.web.reads_work import KnownReads, ReadsWork, add_counts, is_of_reads, with_reads
from heatleaf.web.refusal import error_parts
from heatleaf.web.repairs import offer_repairs
from heatleaf.web.studies import MADE
from heatleaf.web.tables import ReadingSays, Roles, read_table
from heatleaf.web.understand import Understanding, describe, message_json, settle_study
from heatleaf.web.work_request import (
    counts_of,
    key_of_tables,
    labels_of,
    quantify_command,
    roles_of,
    said_of,
    settings_of_request,
    sheet_of,
)


class Writer(Protocol):
    """Writes the folder of a result and returns what the page shows of it."""

    def __call__(
        self, analysis: Analysis, folder: OutputFolder, *, about: Mapping[str, Any], times: Mapping[str, str | float]
    ) -> dict[str, Any]:
        """Write an analysis.

        about : "labels", path of an input as read -> how the user knows it; "reading", options of the reader;
        "file_id", path within the folder -> id by which it is asked for.
        """


class Times:
    """Phases with their seconds for run.json, passed on to the page."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._name, self._began = "", 0.0
        self.values: dict[str, str | float] = {
            "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        }

    def __call__(self, event: str, text: str) -> None:
        """Take an event of `analysis.progress`."""
        if event == "start":
            self._name, self._began = text, time.perf_counter()
        elif event == "end":
            self.values[self._name] = round(time.perf_counter() - self._began, 3)
        self._report(event, text)


class Desk:
    """Does what requests ask for."""

    def __init__(self, write: Writer) -> None:
        self._write = write
        self._tables: tuple[str, CountTable, SampleSheet | None] | None = None
        self._analysis: tuple[str, Analysis] | None = None
        self._reads = ReadsWork()
        self._reuse = Reuse()
        self._does: dict[str, Callable[[Mapping[str, Any], Report], Any]] = {
            "example": self._example,
            "read": self._read,
            "analyse": self._analyse,
            "figure": self._figure,
            "enrich": self._enrich,
            "compare": self._compare,
        }

    def prepare(self) -> None:
        """Load what every analysis needs, before anything is asked."""
        from heatleaf.analysis.run import analyse  # noqa: F401
        from heatleaf.resources.gene_tables import gene_table

        gene_table("human")

    def do(self, request: Mapping[str, Any], report: Report) -> Any:
        """Do one request.

        Raises
        ------
        UserError
            Whatever the input does not allow.
        """
        return self._does[request["op"]](request, report)

    def _example(self, request: Mapping[str, Any], report: Report) -> Any:
        """Write the demonstration study as files that a user could have."""
        from heatleaf.resources import demo_study

        study, folder = demo_study(), Path(request["folder"]) / "input"
        texts = {"demo_counts.tsv": study.counts_text, "demo_samples.tsv": study.samples_text}
        for name, text in texts.items():
            write_text(folder / name, text)
        return {name: len(text.encode()) for name, text in texts.items()}

    def _read(self, request: Mapping[str, Any], report: Report) -> Any:
        """Read the tables of a study and say what was understood."""
        roles: Mapping[str, str] = {}
        settings = Settings()
        known = Understanding()
        reads = self._look(request, report) if is_of_reads(request["record"]) else None
        try:
            found = roles_of(request)
            roles = found.by_id
            settings = settings_of_request(request, found)
            known = self._understand(request, found, settings, reads)
        except UserError as error:
            known = replace(known, error=error)
        study = known.study
        reading = describe(known, settings, request["record"]["groups"])
        if reads is not None:
            known = replace(known, error=reads.error or known.error)
            reading = with_reads(reading, reads, said_of(request))
        reading["repairs"] = offer_repairs(known, request["record"]["repairs"])
        names = {Path(one["path"]).name: one["label"] for one in request["record"]["files"]}
        names = {ours: theirs for ours, theirs in names.items() if ours != theirs}
        told = {"reading": reading, "error": error_parts(known.error) if known.error else None}
        return {
            **_named_by_user(told, names),
            "roles": dict(roles),
            "is_ready": reads is None or reads.check is not None,
            "n_genes": known.counts.n_genes if known.counts else 0,
            "n_samples": study.counts.n_samples if study else known.counts.n_samples if known.counts else 0,
        }

    def _look(self, request: Mapping[str, Any], report: Report) -> KnownReads:
        return self._reads.look(Path(request["record"]["folder"]), said_of(request), report)

    def _understand(
        self, request: Mapping[str, Any], roles: Roles, settings: Settings, reads: KnownReads | None
    ) -> Understanding:
        self._tables = None
        says = ReadingSays.of(request["record"]["repairs"])
        if reads is not None:
            return self._understand_reads(request, roles, settings, reads)
        counts = read_table(roles, says)
        try:
            sheet = sheet_of(request, roles, says, counts)
        except UserError as error:
            return Understanding(counts, error=error)
        self._tables = (key_of_tables(request), counts, sheet)
        return settle_study(counts, sheet, settings)

    def _understand_reads(
        self, request: Mapping[str, Any], roles: Roles, settings: Settings, reads: KnownReads
    ) -> Understanding:
        """Settle groups and question by the samples alone; there are no counts yet."""
        if not reads.plan.samples:
            return Understanding()
        counts = no_counts([sample.sample_id for sample in reads.plan.samples])
        try:
            sheet = sheet_of(request, roles, ReadingSays.of(request["record"]["repairs"]), counts)
            return Understanding(counts, sheet, ask_before_counts(counts.sample_ids, sheet, settings))
        except UserError as error:
            return Understanding(counts, error=error)

    def _quantify(self, request: Mapping[str, Any], report: Report) -> tuple[Message, ...]:
        """Make the counts of a study of reads, or go on with them."""
        return self._reads.quantify(Path(request["record"]["folder"]), said_of(request), counts_of(request), report)

    def _analyse(self, request: Mapping[str, Any], report: Report) -> Any:
        """Analyse a study, and leave the complete result in the folder "new" of the study."""
        times = Times(report)
        reads = is_of_reads(request["record"])
        told = self._quantify(request, times) if reads else ()
        analysis = self._analysis_of(request["record"]["asked"], request, times)
        new = Path(request["folder"]) / "new"
        record = request["record"]
        about = {
            "labels": labels_of(request),
            "reading": record["repairs"],
            "file_id": lambda path: file_id(record["id"], path),
        }
        with OutputFolder(new / "result") as folder:
            times("start", "writing")
            answer = self._write(analysis, folder, about=about, times=times.values)
            if reads:
                add_counts(answer, folder, counts_of(request), about=about)
                answer["command"] = f"{quantify_command(request)}\n{answer['command']}"
                answer["messages"] = [*map(message_json, told), *answer["messages"]]
            times("end", f"{len(answer['files'])} files")
        times("start", "browser view")
        write_bytes(new / "view.json.gz", gzip.compress(_view_of(analysis), compresslevel=4, mtime=0))
        times("end", "")
        request_of = {name: record[name] for name in ("repairs", "groups", "asked")}
        documents = {one["id"]: one["name"] for one in answer["files"]}
        made = {"title": answer["title"], "documents": documents, "result_of": request_of}
        for name, content in ((MADE, made), ("answer.json", answer)):
            write_bytes(new / name, json.dumps(content, allow_nan=False, ensure_ascii=False).encode("utf-8"))
        return made

    def _figure(self, request: Mapping[str, Any], report: Report) -> str:
        """Draw the heatmap of a finished study as the viewer shows it; bytes as base64."""
        from heatleaf.analysis.shown_figure import ShownState, arrange_figure
        from heatleaf.figures.heatmap.draw import draw_heatmap
        from heatleaf.figures.save import render

        state = ShownState.from_json(request["state"])
        spec = arrange_figure(self._finished(request, report), state, paper=request["paper"])
        return base64.b64encode(render(draw_heatmap(spec), request["format"], title=spec.title)).decode("ascii")

    def _enrich(self, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
        """Test the gene sets of a finished study in some of its genes."""
        from heatleaf.analysis.selection import enrich_selection

        return enrich_selection(self._finished(request, report), request["gene_ids"])

    def _compare(self, request: Mapping[str, Any], report: Report) -> dict[str, Any]:
        from heatleaf.analysis.compare import compare_runs

        before, after = map(Path, request["folders"])
        return compare_runs(before, after)

    def _finished(self, request: Mapping[str, Any], report: Report) -> Analysis:
        """Return the analysis that a result was made from; made again where it is not at hand, with the same values."""
        made_of = request["record"]["result_of"]
        record = {**request["record"], "repairs": made_of["repairs"], "groups": made_of["groups"]}
        return self._analysis_of(made_of["asked"], {**request, "record": record}, report)

    def _analysis_of(self, asked: Mapping[str, Any], request: Mapping[str, Any], report: Report) -> Analysis:
        """Return the analysis of a study; the last one stays at hand."""
        request = {**request, "record": {**request["record"], "asked": asked}}
        key = json.dumps([key_of_tables(request), asked], sort_keys=True)
        if self._analysis is None or self._analysis[0] != key:
            self._analysis = (key, self._make_analysis(request, report))
        return self._analysis[1]

    def _make_analysis(self, request: Mapping[str, Any], report: Report) -> Analysis:
        from heatleaf.analysis.run import analyse

        report("start", "reading")
        roles = roles_of(request)
        settings = settings_of_request(request, roles)
        counts, sheet = self._tables_of(request, roles)
        report("end", f"{counts.n_genes:,} genes x {counts.n_samples:,} samples")
        return analyse(counts, sheet, settings, report=report, reuse=self._reuse)

    def _tables_of(self, request: Mapping[str, Any], roles: Roles) -> tuple[CountTable, SampleSheet | None]:
        key = key_of_tables(request)
        if self._tables is None or self._tables[0] != key:
            says = ReadingSays.of(request["record"]["repairs"])
            counts = read_table(roles, says)
            self._tables = (key, counts, sheet_of(request, roles, says, counts))
        return self._tables[1], self._tables[2]


def _named_by_user(value: Any, names: Mapping[str, str]) -> Any:
    """Put the names of files as the user gave them into all texts of JSON values."""
    if isinstance(value, str):
        for ours, theirs in names.items():
            value = value.replace(ours, theirs)
        return value
    if isinstance(value, dict):
        return {key: _named_by_user(one, names) for key, one in value.items()}
    return [_named_by_user(one, names) for one in value] if isinstance(value, list) else value


def _view_of(analysis: Analysis) -> bytes:
    """Return the view document of the browser heatmap."""
    from heatleaf.analysis.views import view_of_analysis

    return json.dumps(view_of_analysis(analysis), allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
