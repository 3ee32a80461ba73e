"""How the HTTP server treats slow and idle clients (requirement S22).

uvicorn bounds the time between requests of a connection, but not the time until the headers of the first; a client
that sends one byte now and then would hold its connection for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from heatleaf.web.security import MAX_HEADERS

HEADER_SECONDS = 15.0  # until the headers of a request must be complete
KEEP_ALIVE = 20
MAX_CONNECTIONS = 128
_END_SECONDS = 2


class PatientProtocol(H11Protocol):
    """One connection, given up when the headers of a request do not come, and refused when there are too many."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take bytes; the clock of the headers runs from the first byte of a request to the end of its headers."""
        super().data_received(data)
        is_asking = self.cycle is not None and not self.cycle.response_complete
        if is_asking:
            self._stop_waiting()
        elif self._deadline is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.abort()


def make_config(app: ASGIApp, **more: Any) -> uvicorn.Config:
    """Return the settings of the server: HTTP/1.1 only, no proxy headers, no access log, bounded in all ways."""
    return uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=_END_SECONDS,
        h11_max_incomplete_event_size=MAX_HEADERS,
        **more,
    )
