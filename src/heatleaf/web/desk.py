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
from heatleaf.errors import UserError
from heatleaf.io import OutputFolder, write_bytes, write_text
from heatleaf.model import CountTable, SampleSheet
from heatleaf.web.asked import settings_of
from heatleaf.web.downloads import file_id
from heatleaf.web.refusal import error_parts
from heatleaf.web.repairs import offer_repairs
from heatleaf.web.tables import (
    EDITED_SHEET,
    Given,
    ReadingSays,
    Roles,
    assign_roles,
    edit_sheet,
    read_sheet,
    read_table,
)
from heatleaf.web.understand import Understanding, describe, settle_study


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
        else:
            self.values[self._name] = round(time.perf_counter() - self._began, 3)
        self._report(event, text)


class Desk:
    """Does what requests ask for."""

    def __init__(self, write: Writer) -> None:
        self._write = write
        self._tables: tuple[str, CountTable, SampleSheet | None] | None = None
        self._analysis: tuple[str, Analysis] | None = None
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
        try:
            found = _roles_of(request)
            roles = found.by_id
            settings = _settings(request, found)
            known = self._understand(request, found, settings)
        except UserError as error:
            known = replace(known, error=error)
        study = known.study
        reading = describe(known, settings, request["record"]["groups"])
        reading["repairs"] = offer_repairs(known, request["record"]["repairs"])
        names = {Path(one["path"]).name: one["label"] for one in request["record"]["files"]}
        names = {ours: theirs for ours, theirs in names.items() if ours != theirs}
        told = {"reading": reading, "error": error_parts(known.error) if known.error else None}
        return {
            **_named_by_user(told, names),
            "roles": dict(roles),
            "n_genes": known.counts.n_genes if known.counts else 0,
            "n_samples": study.counts.n_samples if study else known.counts.n_samples if known.counts else 0,
        }

    def _understand(self, request: Mapping[str, Any], roles: Roles, settings: Settings) -> Understanding:
        self._tables = None
        says = ReadingSays.of(request["record"]["repairs"])
        counts = read_table(roles, says)
        try:
            sheet = _sheet_of(request, roles, says, counts)
        except UserError as error:
            return Understanding(counts, error=error)
        self._tables = (_key_of_tables(request), counts, sheet)
        return settle_study(counts, sheet, settings)

    def _analyse(self, request: Mapping[str, Any], report: Report) -> Any:
        """Analyse a study, and leave the complete result in the folder "new" of the study."""
        times = Times(report)
        analysis = self._analysis_of(request["record"]["asked"], request, times)
        new = Path(request["folder"]) / "new"
        home, record = Path(request["folder"]), request["record"]
        labels = {
            str(home / one["path"]): one["label"] for one in record["files"] if not Path(one["path"]).is_absolute()
        }
        labels[str(_edited_sheet(request))] = EDITED_SHEET
        about = {
            "labels": labels,
            "reading": record["repairs"],
            "file_id": lambda path: file_id(record["id"], path),
        }
        with OutputFolder(new / "result") as folder:
            times("start", "writing")
            answer = self._write(analysis, folder, about=about, times=times.values)
            times("end", f"{len(answer['files'])} files")
        times("start", "browser view")
        write_bytes(new / "view.json.gz", gzip.compress(_view_of(analysis), compresslevel=4, mtime=0))
        times("end", "")
        write_bytes(new / "answer.json", json.dumps(answer, allow_nan=False, ensure_ascii=False).encode("utf-8"))
        return {"title": answer["title"], "documents": {one["id"]: one["name"] for one in answer["files"]}}

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
        key = json.dumps([_key_of_tables(request), asked], sort_keys=True)
        if self._analysis is None or self._analysis[0] != key:
            self._analysis = (key, self._make_analysis(request, report))
        return self._analysis[1]

    def _make_analysis(self, request: Mapping[str, Any], report: Report) -> Analysis:
        from heatleaf.analysis.run import analyse

        report("start", "reading")
        roles = _roles_of(request)
        settings = _settings(request, roles)
        counts, sheet = self._tables_of(request, roles)
        report("end", f"{counts.n_genes:,} genes x {counts.n_samples:,} samples")
        return analyse(counts, sheet, settings, report=report, reuse=self._reuse)

    def _tables_of(self, request: Mapping[str, Any], roles: Roles) -> tuple[CountTable, SampleSheet | None]:
        key = _key_of_tables(request)
        if self._tables is None or self._tables[0] != key:
            says = ReadingSays.of(request["record"]["repairs"])
            counts = read_table(roles, says)
            self._tables = (key, counts, _sheet_of(request, roles, says, counts))
        return self._tables[1], self._tables[2]


def _roles_of(request: Mapping[str, Any]) -> Roles:
    record, folder = request["record"], Path(request["folder"])
    files = [Given(one["id"], one["label"], folder / one["path"], one["size"]) for one in record["files"]]
    named = Path(record["folder"]) if record["folder"] else None
    return assign_roles(files, named, record["repairs"].get("roles", {}))


def _settings(request: Mapping[str, Any], roles: Roles) -> Settings:
    record = request["record"]
    asked = dict(record["asked"])
    groups = record["groups"]
    if groups and groups.get("reference"):
        others = [pair for pair in asked.get("references", []) if pair[0] != groups["column"]]
        asked["references"] = [*others, [groups["column"], groups["reference"]]]
    return settings_of(asked, roles.gene_sets)


def _sheet_of(request: Mapping[str, Any], roles: Roles, says: ReadingSays, counts: CountTable) -> SampleSheet | None:
    sheet = read_sheet(roles, says, counts)
    groups = request["record"]["groups"]
    if not groups and not says.drop_samples:
        return sheet
    path = _edited_sheet(request)
    return edit_sheet(counts, sheet, path, groups=groups, without=says.drop_samples)


def _edited_sheet(request: Mapping[str, Any]) -> Path:
    """Return where the sheet lies that the user has changed: not beside what was given, which is only ever read."""
    return Path(request["folder"]) / "edited" / EDITED_SHEET


def _named_by_user(value: Any, names: Mapping[str, str]) -> Any:
    """Put the names of files as the user gave them into all texts of JSON values."""
    if isinstance(value, str):
        for ours, theirs in names.items():
            value = value.replace(ours, theirs)
        return value
    if isinstance(value, dict):
        return {key: _named_by_user(one, names) for key, one in value.items()}
    return [_named_by_user(one, names) for one in value] if isinstance(value, list) else value


def _key_of_tables(request: Mapping[str, Any]) -> str:
    record = request["record"]
    parts = [request["folder"], record["files"], record["folder"], record["repairs"], record["groups"]]
    return json.dumps(parts, sort_keys=True)


def _view_of(analysis: Analysis) -> bytes:
    """Return the view document of the browser heatmap."""
    from heatleaf.analysis.views import view_of_analysis

    return json.dumps(view_of_analysis(analysis), allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
