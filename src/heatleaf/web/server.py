"""The app put together: routes, door, studies, worker; and how it is started and ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from heatleaf.errors import UserError
from heatleaf.web.app import App
from heatleaf.web.jobs import Jobs
from heatleaf.web.patience import make_config
from heatleaf.web.refusal import error_body
from heatleaf.web.routes.pages import Pages
from heatleaf.web.routes.results import ResultRoutes
from heatleaf.web.routes.studies import StudyRoutes
from heatleaf.web.routes.work import WorkRoutes
from heatleaf.web.security import Door, Guard, Keys, guarded, require_marks
from heatleaf.web.studies import Studies
from heatleaf.web.uploads import MAX_FILE
from heatleaf.web.worker import Worker

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
_ALL_HOSTS = ("0.0.0.0", "::")  # noqa: S104
DEFAULT_PORT = 8717
_TRIED_PORTS = 20
IDLE_SECONDS = 12 * 3600.0  # without a request and without work the app ends by itself (requirement S27)
_IDLE_LOOK = 30.0


@dataclass(frozen=True)
class AppOptions:
    """How to run the app.

    worker : command of the worker process. host : address to bind. port : 0 takes the first free one.
    """

    studies: Path
    worker: tuple[str, ...]
    host: str = "127.0.0.1"
    port: int = 0
    max_file: int = MAX_FILE
    idle_seconds: float = IDLE_SECONDS


def route_table(app: App) -> list[tuple[str, str, Any]]:
    """Return method, path and endpoint of everything that can be asked for."""
    pages, studies, results, work = Pages(app), StudyRoutes(app), ResultRoutes(app), WorkRoutes(app)
    return [
        ("GET", "/", pages.home),
        ("GET", "/static/{name:path}", pages.static),
        ("GET", "/api/hello", pages.hello),
        ("POST", "/api/stop", pages.stop),
        ("GET", "/api/studies", studies.listing),
        ("POST", "/api/studies", studies.create),
        ("GET", "/api/studies/{id}", studies.show),
        ("DELETE", "/api/studies/{id}", studies.delete),
        ("POST", "/api/studies/{id}/read", studies.read),
        ("POST", "/api/studies/{id}/files", studies.add_files),
        ("POST", "/api/studies/{id}/groups", studies.group),
        ("POST", "/api/studies/{id}/analyse", studies.analyse),
        ("POST", "/api/studies/{id}/cancel", studies.cancel),
        ("POST", "/api/studies/{id}/rename", studies.rename),
        ("GET", "/api/studies/{id}/result", results.answer),
        ("GET", "/api/studies/{id}/view", results.view),
        ("GET", "/api/studies/{id}/files/{file}", results.file),
        ("GET", "/api/studies/{id}/zip", results.zip),
        ("POST", "/api/studies/{id}/figure", work.figure),
        ("POST", "/api/studies/{id}/enrich", work.enrich),
        ("GET", "/api/compare", work.compare),
    ]


def make_app(app: App, lifespan: Callable[[Any], Any] | None = None) -> ASGIApp:
    """Return the ASGI app behind its door.

    Raises
    ------
    RuntimeError
        A route is not marked (requirement S4).
    """
    table = route_table(app)
    require_marks(endpoint for _, _, endpoint in table)
    routes = [Route(path, guarded(endpoint, app.door.keys), methods=[method]) for method, path, endpoint in table]
    router = Router(routes, redirect_slashes=False, default=_no_such_address, lifespan=lifespan)
    return Guard(router, app.door, app.note_request)


async def _no_such_address(scope: Scope, receive: Receive, send: Send) -> None:
    body = error_body(404, "not_found", "There is nothing at this address.")
    await JSONResponse(body, 404)(scope, receive, send)


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket: on the port that was named, else on the first free one (requirement R31).

    Raises
    ------
    UserError
        option: the address is not of this machine, or the port is taken or not allowed.
    """
    reason = ""
    for candidate in [port] if port else [*range(DEFAULT_PORT, DEFAULT_PORT + _TRIED_PORTS), 0]:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(128)
        except OSError as error:
            listener.close()
            reason = error.strerror or str(error)
        else:
            return listener
    what = f"cannot listen on {host}{f' port {port}' if port else ''}: {reason}"
    raise UserError("option", what, where="--port" if port else "--host", fix="leave the option out, or give another")


def run_app(options: AppOptions, ready: Callable[[str, str], None]) -> None:
    """Run the app until it is stopped.

    ready : called with the address to show, token included, and with one to start a browser with, which opens once.

    Raises
    ------
    UserError
        option, output_folder, output_running.
    """
    os.umask(0o077)  # requirement S19
    with contextlib.closing(bind(options.host, options.port)) as listener:
        asyncio.run(_serve(options, listener, ready))


async def _serve(options: AppOptions, listener: socket.socket, ready: Callable[[str, str], None]) -> None:
    import uvicorn

    port = listener.getsockname()[1]
    keys = Keys(port)
    hosts = () if options.host in LOCAL_HOSTS else (reached_as(options.host),)
    studies = Studies(options.studies)
    studies.open()
    app = App(studies, Jobs(Worker(options.worker)), Door(keys, hosts), lambda: None, options.max_file)

    @contextlib.asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        app.jobs.start()
        idle = asyncio.create_task(_end_when_idle(app, options.idle_seconds))
        page = f"http://{_shown_host(options.host)}:{port}/?token="
        ready(f"{page}{keys.launch}", f"{page}{keys.give_ticket()}")
        try:
            yield
        finally:
            idle.cancel()
            await app.finish()
            await app.jobs.stop()

    server = uvicorn.Server(make_config(make_app(app, lifespan)))
    app.stop = lambda: setattr(server, "should_exit", True)
    try:
        await server.serve(sockets=[listener])
    finally:
        studies.close()


def reached_as(host: str) -> str:
    """Return the name by which other machines ask for the app: that of this one where it listens everywhere."""
    return socket.gethostname() if host in _ALL_HOSTS else host


def _shown_host(host: str) -> str:
    if host in _ALL_HOSTS:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


async def _end_when_idle(app: App, patience: float) -> None:
    while True:
        await asyncio.sleep(min(_IDLE_LOOK, patience))
        if app.jobs.is_idle and time.monotonic() - app.last_request > patience:
            app.stop()


def default_studies_folder(environment: Sequence[tuple[str, str]] | None = None) -> Path:
    """Return where studies are kept: in the system's place for data of a user."""
    known = dict(environment if environment is not None else os.environ.items())
    home = Path(known.get("HOME") or known.get("USERPROFILE") or Path.cwd())
    if sys.platform == "win32":
        base = Path(known.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(known.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "heatleaf" / "studies"
