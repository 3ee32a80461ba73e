"""How the HTTP server treats slow and idle clients (requirement S22).

uvicorn bounds the time between requests of a connection, but not the time until the headers of the first, nor the time
in which an answer is taken; a client that sends or reads one byte now and then would hold its connection for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from heatleaf.web.security import MAX_HEADERS

HEADER_SECONDS = 15.0  # until the headers of a request must be complete
KEEP_ALIVE = 20
TAKE_SECONDS = 60.0  # in which a client must take so many bytes of an answer, or the last
LEAST_TAKEN = 60_000
MAX_CONNECTIONS = 512  # twice the requests in work; with a file for each it stays below 1024 open files
_REST = 1.0  # seconds for which a connection must have been idle before it makes room for another
_END_SECONDS = 2
_RESET = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)  # SO_LINGER: what was not taken is thrown away


class PatientProtocol(H11Protocol):
    """One connection, given up when the headers of a request do not come, or an answer is not taken.

    Where there are too many, the one that has been without a request for longest makes room.
    """

    _deadline: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None
    _rests_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # writing pauses as soon as the client does not take all
        self._rests_since = self.loop.time()
        self._wait()
        if len(self.connections) > MAX_CONNECTIONS:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Take bytes; the clock of the headers runs from the first byte of a request to the end of its headers."""
        super().data_received(data)
        if self.is_asking:
            self._stop_waiting()
        elif self._deadline is None:
            self._wait()

    def on_response_complete(self) -> None:
        """Rest until the next request."""
        self._rests_since = self.loop.time()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._stop_waiting()
        self._stop_taking()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Give the client time to take what was sent."""
        super().pause_writing()
        self._watch_taking()

    def resume_writing(self) -> None:
        """Go on: all was taken, or the connection is lost."""
        self._stop_taking()
        super().resume_writing()

    @property
    def is_asking(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def _watch_taking(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._taking = self.loop.call_later(TAKE_SECONDS, self._check_taken, left)

    def _stop_taking(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _check_taken(self, before: int) -> None:
        self._taking = None
        if before - self.transport.get_write_buffer_size() < LEAST_TAKEN:
            self._give_up()
        else:
            self._watch_taking()

    def _make_room(self) -> None:
        """End the connection that has been idle for longest, this one where none has been for a while."""
        others = [one for one in self.connections if isinstance(one, PatientProtocol) and not one.is_asking]
        longest = min(others, key=lambda one: one._rests_since)
        is_idle = self.loop.time() - longest._rests_since > _REST
        (longest if is_idle else self)._give_up()

    def _wait(self) -> None:
        self._deadline = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        """End the connection now, also where a part of an answer waits to be taken."""
        self._deadline = None
        with contextlib.suppress(OSError):
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
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
