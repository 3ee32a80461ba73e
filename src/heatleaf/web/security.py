"""The door: who may ask, from where, how much at a time, and what every answer carries (requirements S1-S7, S18, S22).

Checks stand before routing, so that a request from elsewhere learns nothing of what there is. Which routes need the
token is marked at each route; a route without a mark keeps the app from starting.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from heatleaf.errors import UserError
from heatleaf.web.refusal import RefusalError, error_body, error_parts

Endpoint = Callable[[Request], Awaitable[Response]]
E = TypeVar("E", bound=Callable[..., Awaitable[Response]])
LOGGER = logging.getLogger("heatleaf.app")
MAX_AT_ONCE = 256  # requests in work; a page needs two or three, and twenty pages are no reason to refuse one
MAX_HEADERS = 32_768  # bytes of all headers of a request
TICKET_SECONDS = 300.0  # a browser may be slow to start
SAFE_METHODS = ("GET", "HEAD")
_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
_HEADERS = {
    b"content-security-policy": _POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"x-frame-options": b"DENY",
    b"cache-control": b"no-store",
}


def open_to_all(endpoint: E) -> E:
    """Mark an endpoint that needs no token."""
    endpoint.needs_token = False  # type: ignore[attr-defined]
    return endpoint


def needs_token(endpoint: E) -> E:
    """Mark an endpoint that needs the token."""
    endpoint.needs_token = True  # type: ignore[attr-defined]
    return endpoint


def require_marks(endpoints: Iterable[Any]) -> None:
    """Refuse to start with an endpoint that does not say whether it needs the token (requirement S4).

    Raises
    ------
    RuntimeError
    """
    unmarked = [one.__name__ for one in endpoints if not hasattr(one, "needs_token")]
    if unmarked:
        raise RuntimeError(f"routes without a mark of who may use them: {', '.join(unmarked)}")


@dataclass(frozen=True)
class Keys:
    """The secrets of one start of the app.

    launch : in the address that the terminal shows, good until the app ends. session : in the cookie, so that what
    stands in a history or a terminal is not what later requests carry. A ticket is good once.
    """

    port: int
    launch: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    tickets: dict[str, float] = field(default_factory=dict, repr=False)

    def give_ticket(self) -> str:
        """Make a key to start a browser with: all users of a machine see how its programs were started."""
        ticket = secrets.token_urlsafe(32)
        self.tickets[ticket] = time.monotonic() + TICKET_SECONDS
        return ticket

    def admits(self, text: str) -> bool:
        """Tell whether this opens the page: the launch token, or a ticket, which it uses up."""
        return self.opens(text) or time.monotonic() < self.tickets.pop(text, 0.0)

    @property
    def cookie(self) -> str:
        """The name of the cookie; cookies of one host are shared between ports."""
        return f"heatleaf_{self.port}"

    def opens(self, text: str) -> bool:
        """Tell whether this is the launch token, in constant time."""
        return hmac.compare_digest(text.encode(), self.launch.encode())

    def is_known(self, request: Request) -> bool:
        """Tell whether a request carries the cookie, or the launch token as a bearer."""
        cookie = request.cookies.get(self.cookie, "")
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        has_bearer = kind.lower() == "bearer" and self.opens(bearer.strip())
        return hmac.compare_digest(cookie.encode(), self.session.encode()) or has_bearer


@dataclass(frozen=True)
class Door:
    """What the guard checks against. hosts : names under which this app is asked for, besides those of this machine."""

    keys: Keys
    hosts: tuple[str, ...] = ()

    @property
    def authorities(self) -> frozenset[str]:
        """The values that Host may have."""
        names = ("127.0.0.1", "localhost", "[::1]", *(host.lower() for host in self.hosts))
        return frozenset([*names, *(f"{name}:{self.keys.port}" for name in names)])

    @property
    def origins(self) -> frozenset[str]:
        """The values that Origin may have."""
        return frozenset(f"http://{one}" for one in self.authorities if one.endswith(f":{self.keys.port}"))


class Guard:
    """ASGI middleware around everything: checks each request, finishes each answer, and turns faults into answers.

    on_request : called for each request that was let in.
    """

    def __init__(self, app: ASGIApp, door: Door, on_request: Callable[[], None] = lambda: None) -> None:
        self._app = app
        self._door = door
        self._on_request = on_request
        self._n_now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a connection; anything but HTTP is closed."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._take(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer(send)
        self._n_now += 1
        try:
            if self._n_now > MAX_AT_ONCE:
                raise RefusalError(503, "busy", "Too many requests at once; try again in a moment.")
            check_request(Request(scope), self._door)
            self._on_request()
            await self._app(scope, receive, answer.send)
        except Exception as error:
            if answer.has_begun:
                raise
            await _explain(error, self._door.keys)(scope, receive, answer.send)
        finally:
            self._n_now -= 1


class _Answer:
    """Adds the headers that every answer carries, unless it has its own."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            own = {name.lower() for name, _ in message["headers"]}
            more = [(name, value) for name, value in _HEADERS.items() if name not in own]
            message = {**message, "headers": [*message["headers"], *more]}
        await self._send(message)


def check_request(request: Request, door: Door) -> None:
    """Refuse what does not come from a page of this app (requirements S2, S3, S7).

    Raises
    ------
    RefusalError
        400: another host, or an address that is no path. 403: a page of another site asks. 431: too much header.
    """
    hosts = request.headers.getlist("host")
    if len(hosts) != 1 or hosts[0].lower() not in door.authorities:
        raise RefusalError(
            400, "request", "This address does not belong to heatleaf; open the one that the terminal shows."
        )
    raw_path = request.scope.get("raw_path") or request.scope["path"].encode()
    if not raw_path.startswith(b"/") or b"\\" in raw_path or b"\0" in request.scope["path"].encode():
        raise RefusalError(400, "request", "This is not an address of heatleaf.")
    if sum(len(name) + len(value) for name, value in request.headers.raw) > MAX_HEADERS:
        raise RefusalError(431, "request", "The request is too large.")
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if request.method in SAFE_METHODS:
        if site in ("cross-site", "same-site") and request.url.path != "/":
            raise _from_elsewhere()
        return
    if not _is_own_page(site, origin, door) and not (site is None and origin is None and _has_bearer(request, door)):
        raise _from_elsewhere()


def _is_own_page(site: str | None, origin: str | None, door: Door) -> bool:
    if site is not None:
        return site in ("same-origin", "none") and (origin is None or origin in door.origins)
    return origin is not None and origin in door.origins


def _has_bearer(request: Request, door: Door) -> bool:
    return "authorization" in request.headers and door.keys.is_known(request)


def _from_elsewhere() -> RefusalError:
    return RefusalError(403, "not_allowed", "This request comes from another page than heatleaf's own.")


def guarded(endpoint: Any, keys: Keys) -> Endpoint:
    """Return an endpoint that asks for the token if it is marked so."""

    async def checked(request: Request) -> Response:
        if endpoint.needs_token and not keys.is_known(request):
            raise RefusalError(
                401, "no_token", "Open the address that the terminal shows; it holds the key to this page."
            )
        answer: Response = await endpoint(request)
        return answer

    return checked


def _explain(error: Exception, keys: Keys) -> Response:
    """Turn a fault into the answer for the browser: a sentence, never a traceback or a path (requirement S18)."""
    if isinstance(error, RefusalError):
        return JSONResponse(error_body(error.status, error.code, error.sentence), error.status)
    if isinstance(error, UserError):
        status = 413 if error.code == "too_large" else 507 if error.code == "output_write" else 400
        return JSONResponse(error_body(status, error.code, str(error), [error_parts(error)]), status)
    incident = secrets.token_hex(4)
    log_fault(incident, error, keys)
    sentence = f"Something went wrong in heatleaf itself (incident {incident}); the terminal of the app tells more."
    return JSONResponse(error_body(500, "internal", sentence), 500)


def log_fault(incident: str, error: Exception, keys: Keys) -> None:
    """Write a fault to the log: one line a line of the traceback, no secrets, nothing that steers a terminal (S26)."""
    text = "".join(traceback.format_exception(error))
    for secret in (keys.launch, keys.session, *keys.tickets):
        text = text.replace(secret, "[secret]")
    for line in text.splitlines():
        LOGGER.error("incident %s: %s", incident, line.encode("unicode_escape").decode("ascii"))
