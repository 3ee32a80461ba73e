"""Studies: made, listed, shown, read again, grouped, analysed, renamed, deleted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from heatleaf.web.app import App
from heatleaf.web.asked import check_asked
from heatleaf.web.groups import check_groups, design_of_column
from heatleaf.web.inputs import files_of_folder, name_of_files
from heatleaf.web.questions import asked_of_comparisons
from heatleaf.web.record import StudyFile, StudyRecord
from heatleaf.web.refusal import RefusalError
from heatleaf.web.repairs import check_repairs
from heatleaf.web.security import needs_token
from heatleaf.web.shown import show_study
from heatleaf.web.uploads import discard_files, read_body, receive_files
from heatleaf.web.words import check_name, now_text

# Seconds that a question for changes stays open. A browser has six connections for all its tabs: where more than a few
# wait, the pages of others come between them.
_WAIT, _SHORT_WAIT, _FEW = 2.0, 0.4, 3
_NUMBER = re.compile(r"\d{1,9}")


async def read_json(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises
    ------
    RefusalError
        400: the body is no JSON object.
    """
    try:
        values = json.loads(await read_body(request) or b"{}")
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise RefusalError(400, "request", "The request is not understood.")
    return values


class StudyRoutes:
    """Routes of studies."""

    def __init__(self, app: App) -> None:
        self._app = app

    @needs_token
    async def listing(self, request: Request) -> Response:
        """List all studies."""
        return JSONResponse({"ok": True, "studies": self._app.studies.listing()})

    @needs_token
    async def create(self, request: Request) -> Response:
        """Make a study of dropped files, of a folder, or of the example, and begin to read it."""
        studies = self._app.studies
        study_id = studies.new_id()
        studies.make_folder(study_id)
        try:
            record = await self._make(request, study_id)
            studies.put(record)
        except BaseException:
            studies.discard_folder(study_id)
            raise
        self._app.begin_reading(study_id)
        return JSONResponse({"ok": True, "id": study_id}, 201)

    async def _make(self, request: Request, study_id: str) -> StudyRecord:
        created = now_text()
        blank = StudyRecord(study_id, "", created, "reading")
        folder = self._app.studies.folder(study_id)
        if request.headers.get("content-type", "").startswith("multipart/"):
            files = await receive_files(request, folder / "input", self._app.max_file)
            return replace(blank, files=tuple(files), name=name_of_files(files))
        asked = await read_json(request)
        if asked.get("example") is True:
            return await self._example(blank, folder)
        path = asked.get("folder")
        if not isinstance(path, str) or not path:
            raise RefusalError(400, "request", "Drop files, name a folder, or ask for the example.")
        named, found = files_of_folder(path)
        return replace(blank, files=tuple(found), folder=str(named), name=check_name(named.name or "folder"))

    async def _example(self, blank: StudyRecord, folder: Path) -> StudyRecord:
        sizes = await self._app.ask("example", "", folder=str(folder))
        files = tuple(StudyFile(f"demo_{name}", name, f"input/{name}", size) for name, size in sizes.items())
        # The example plants four programmes, and shows that the number of clusters can be said.
        return replace(blank, files=files, name="Demonstration data", is_example=True, asked={"clusters": 4})

    @needs_token
    async def show(self, request: Request) -> Response:
        """Show a study; with `since` wait for a change."""
        study_id = self._id(request)
        since = request.query_params.get("since", "")
        if _NUMBER.fullmatch(since):
            is_crowded = self._app.studies.n_waiting >= _FEW
            await self._app.studies.wait(study_id, int(since), _SHORT_WAIT if is_crowded else _WAIT)
        return JSONResponse(show_study(self._app, study_id))

    @needs_token
    async def read(self, request: Request) -> Response:
        """Read the tables again, with repairs; what is said of reads leaves the groups as they are."""
        record = self._free(self._id(request))
        changes = (await read_json(request)).get("repairs", {})
        repairs = check_repairs(record.repairs, changes)
        groups = record.groups if set(changes) == {"reads"} else None
        self._app.studies.change(record.id, repairs=repairs, groups=groups)
        self._app.begin_reading(record.id)
        return JSONResponse(show_study(self._app, record.id))

    @needs_token
    async def add_files(self, request: Request) -> Response:
        """Take further files into a study, such as the sample sheet of a table that is there, and read it again."""
        record = self._free(self._id(request))
        folder = self._app.studies.folder(record.id) / "input"
        files = await receive_files(request, folder, self._app.max_file, record.files)
        try:
            record = self._free(record.id)  # it may have been deleted, or its analysis begun, while they came
        except RefusalError:
            discard_files(folder, files)
            raise
        self._app.studies.change(record.id, files=(*record.files, *files))
        self._app.begin_reading(record.id)
        return JSONResponse(show_study(self._app, record.id))

    @needs_token
    async def group(self, request: Request) -> Response:
        """Take the groups as the user has put them, or those of another column; null goes back to what was read."""
        record = self._free(self._id(request))
        wanted = await read_json(request)
        groups = check_groups(wanted, record.reading.get("groups", {}))
        asked = dict(record.asked)
        is_column = "column" in wanted and "levels" not in wanted
        if groups is not None or is_column:  # comparisons of other groups than these
            for name in ("contrasts", "comparisons", "omnibus", "reduced", "references"):
                asked.pop(name, None)
        if is_column:
            design = design_of_column(wanted["column"], record.reading.get("designs", []))
            asked = {**asked, "design": design} if design else {k: v for k, v in asked.items() if k != "design"}
        self._app.studies.change(record.id, groups=groups, asked=asked)
        self._app.begin_reading(record.id)
        return JSONResponse(show_study(self._app, record.id))

    @needs_token
    async def analyse(self, request: Request) -> Response:
        """Put the analysis in line."""
        study_id = self._id(request)
        record = self._app.studies.get(study_id)
        if record.state in ("reading", "unclear"):
            raise RefusalError(409, "state", "The tables are not understood yet; the analysis can begin when they are.")
        wanted = await read_json(request)
        asked = check_asked(wanted["settings"]) if "settings" in wanted else dict(record.asked)
        if "comparisons" in wanted:
            asked = asked_of_comparisons(asked, wanted["comparisons"], record.reading.get("comparisons", []))
        if asked != record.asked:
            if record.state in ("queued", "running"):
                await self._app.cancel(study_id)
            self._app.studies.change(study_id, asked=asked)
        self._app.begin_analysis(study_id)
        return JSONResponse(show_study(self._app, study_id))

    @needs_token
    async def cancel(self, request: Request) -> Response:
        """Take back what runs or waits for a study."""
        study_id = self._id(request)
        await self._app.cancel(study_id)
        return JSONResponse(show_study(self._app, study_id))

    @needs_token
    async def rename(self, request: Request) -> Response:
        """Give a study a name."""
        study_id = self._id(request)
        name = check_name((await read_json(request)).get("name"))
        self._app.studies.change(study_id, name=name)
        return JSONResponse(show_study(self._app, study_id))

    @needs_token
    async def delete(self, request: Request) -> Response:
        """Delete a study with all its files."""
        study_id = self._id(request)
        await self._app.cancel(study_id)
        await self._app.studies.delete(study_id)
        return JSONResponse({"ok": True})

    def _id(self, request: Request) -> str:
        """Return the id of the study of a request, which exists."""
        return self._app.studies.get(request.path_params["id"]).id

    def _free(self, study_id: str) -> StudyRecord:
        """Return a study that no work is going on for."""
        record = self._app.studies.get(study_id)
        if record.state in ("queued", "running"):
            raise RefusalError(409, "state", "The analysis is running; cancel it, or wait until it is done.")
        return record
