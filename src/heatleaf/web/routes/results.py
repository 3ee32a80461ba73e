"""The result of a study: what the page shows, the view document, and files to keep."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from heatleaf.web.app import App
from heatleaf.web.downloads import file_of, send_file, send_folder
from heatleaf.web.record import StudyRecord
from heatleaf.web.refusal import RefusalError
from heatleaf.web.security import needs_token

_UNSAFE = re.compile(r"[^\w .()-]+")


class ResultRoutes:
    """Routes of results."""

    def __init__(self, app: App) -> None:
        self._app = app

    @needs_token
    async def answer(self, request: Request) -> Response:
        """Send what the page shows of the result."""
        _, folder = self._result(request)
        headers = {"content-type": "application/json"}
        return FileResponse(folder / "answer.json", headers=headers)

    @needs_token
    async def view(self, request: Request) -> Response:
        """Send the view document of the browser heatmap, compressed as it is kept."""
        _, folder = self._result(request)
        path = folder / "view.json.gz"
        if not path.is_file():
            raise RefusalError(404, "not_found", "There is no browser view of this result; the figure shows it.")
        headers = {"content-type": "application/json", "content-encoding": "gzip"}
        return FileResponse(path, headers=headers)

    @needs_token
    async def file(self, request: Request) -> Response:
        """Send one file of the result."""
        record, folder = self._result(request)
        return send_file(file_of(record.documents, request.path_params["file"], folder / "result"))

    @needs_token
    async def zip(self, request: Request) -> Response:
        """Send the whole folder of the result."""
        record, folder = self._result(request)
        name = _UNSAFE.sub("_", record.name).strip(" .") or "heatleaf"
        return send_folder(folder / "result", name)

    def _result(self, request: Request) -> tuple[StudyRecord, Path]:
        """Return a study that has a result, and its folder."""
        record = self._app.studies.get(request.path_params["id"])
        folder = self._app.studies.folder(record.id)
        if record.result_of is None or not (folder / "answer.json").is_file():
            raise RefusalError(404, "not_found", "This study has no result yet.")
        return record, folder
