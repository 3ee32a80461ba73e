"""The page itself, its scripts and styles, and the first and last word of the app."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from heatleaf import __version__
from heatleaf.web.app import App
from heatleaf.web.refusal import RefusalError
from heatleaf.web.security import needs_token, open_to_all
from heatleaf.web.uploads import MAX_FILES

_TYPES = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
}
_NO_KEY = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Heatleaf</title>
<h1>Heatleaf</h1><p>Open the address that the terminal shows; it holds the key to this page.</p></html>"""
EXAMPLE = {
    "name": "Demonstration data",
    "description": "Simulated counts of 12,000 human genes in three control and three treated samples.",
}


def static_files() -> dict[str, Traversable]:
    """Return the files that are served, by name: the page's own, and the viewer's below "viewer/"."""
    found: dict[str, Traversable] = {}
    for package, prefix in (("heatleaf.web", ""), ("heatleaf.viewer", "viewer/")):
        folder = resources.files(package).joinpath("static")
        for file in folder.iterdir() if folder.is_dir() else ():
            if file.is_file() and file.name.rpartition(".")[2] in _TYPES:
                found[prefix + file.name] = file
    return found


class Pages:
    """Routes of the page."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._files = static_files()

    @open_to_all
    async def home(self, request: Request) -> Response:
        """Show the page; with the token of the terminal set the cookie first, and take it out of the address."""
        keys = self._app.door.keys
        token = request.query_params.get("token")
        if token is not None and keys.admits(token):
            answer = RedirectResponse("/", 303)
            answer.set_cookie(keys.cookie, keys.session, httponly=True, samesite="strict", path="/")
            return answer
        if not keys.is_known(request):
            return HTMLResponse(_NO_KEY, 401)
        return HTMLResponse(resources.files("heatleaf.web").joinpath("templates", "index.html").read_bytes())

    @needs_token
    async def static(self, request: Request) -> Response:
        """Send a script or a style by its name."""
        name = request.path_params["name"]
        file = self._files.get(name)
        if file is None:
            raise RefusalError(404, "not_found", "There is no such file.")
        headers = {"cache-control": "no-cache"}
        return Response(file.read_bytes(), headers=headers, media_type=_TYPES[name.rpartition(".")[2]])

    @needs_token
    async def hello(self, request: Request) -> Response:
        """Tell the version, the example and the limits."""
        limits = {"max_file": self._app.max_file, "max_files": MAX_FILES}
        folder = str(self._app.studies.root)
        return JSONResponse(
            {"ok": True, "version": __version__, "example": EXAMPLE, "limits": limits, "studies_folder": folder}
        )

    @needs_token
    async def stop(self, request: Request) -> Response:
        """End the app (requirement S27)."""
        self._app.stop()
        return JSONResponse({"ok": True, "sentence": "Heatleaf has stopped. This page can be closed."})
