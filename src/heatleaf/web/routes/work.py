"""What the worker does at once for a page: a figure as it is shown, gene sets of a selection, a comparison."""

from __future__ import annotations

import base64

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from heatleaf.web.app import App
from heatleaf.web.downloads import SANDBOX, disposition
from heatleaf.web.refusal import RefusalError
from heatleaf.web.routes.studies import read_json
from heatleaf.web.security import needs_token

_TYPES = {"pdf": "application/pdf", "svg": "image/svg+xml", "png": "image/png"}
MAX_GENES = 100_000


class WorkRoutes:
    """Routes that ask the worker and wait."""

    def __init__(self, app: App) -> None:
        self._app = app

    @needs_token
    async def figure(self, request: Request) -> Response:
        """Draw the heatmap as the viewer shows it."""
        study_id = self._finished(request.path_params["id"])
        asked = await read_json(request)
        kind, state, paper = asked.get("format", "pdf"), asked.get("state", {}), asked.get("paper") or ""
        if kind not in _TYPES or not isinstance(state, dict) or not isinstance(paper, str):
            raise RefusalError(400, "request", "A figure is made as pdf, svg or png.")
        found = await self._app.ask("figure", study_id, state=state, format=kind, paper=paper[:60])
        headers = {"content-disposition": disposition(f"heatmap.{kind}"), "content-security-policy": SANDBOX}
        return Response(base64.b64decode(found), headers=headers, media_type=_TYPES[kind])

    @needs_token
    async def enrich(self, request: Request) -> Response:
        """Test the gene sets of a study in a selection of its genes."""
        study_id = self._finished(request.path_params["id"])
        gene_ids = (await read_json(request)).get("gene_ids")
        is_list = isinstance(gene_ids, list) and 0 < len(gene_ids) <= MAX_GENES
        if not is_list or not all(isinstance(one, str) for one in gene_ids or ()):
            raise RefusalError(400, "no_genes", "No genes are selected.")
        return JSONResponse({"ok": True, **await self._app.ask("enrich", study_id, gene_ids=gene_ids)})

    @needs_token
    async def compare(self, request: Request) -> Response:
        """Tell what changed from one study to another."""
        ids = [self._finished(request.query_params.get(name, "")) for name in ("a", "b")]
        folders = [str(self._app.studies.folder(study_id) / "result") for study_id in ids]
        return JSONResponse({"ok": True, **await self._app.ask("compare", "", folders=folders)})

    def _finished(self, study_id: str) -> str:
        record = self._app.studies.get(study_id)
        if record.result_of is None:
            raise RefusalError(404, "not_found", "This study has no result yet.")
        return record.id
