"""The worker as the server sees it: one process, one request at a time, JSON lines both ways.

It is started before it is needed, so that its imports are paid; a request that is broken off ends the process with all
it has started, and the next request begins with a new one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from heatleaf.web.refusal import RefusalError

MAX_LINE = 256_000_000  # an answer with a figure in it
_NICE = 5  # the pages come before the numbers
Report = Callable[[str, str], None]


class WorkerError(Exception):
    """A refusal of the worker: parts holds code, error, what, where, fix."""

    def __init__(self, parts: Mapping[str, str]) -> None:
        super().__init__(parts["error"])
        self.parts = dict(parts)


class Worker:
    """Starts, asks and ends the worker process.

    command : how it is started.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process if none is running."""
        if self._process is not None and self._process.returncode is None:
            return
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            limit=MAX_LINE,
            start_new_session=sys.platform != "win32",
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "HEATLEAF_WORKER_NICE": str(_NICE)},
        )

    async def ask(self, request: Mapping[str, Any], report: Report) -> Any:
        """Send a request, tell its progress, and return its answer.

        Raises
        ------
        WorkerError
            The request was refused.
        RefusalError
            500: the process ended without an answer.
        """
        await self.start()
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None, "started with pipes"
        with contextlib.suppress(ConnectionError):  # it ended; reading tells
            process.stdin.write(json.dumps(request, allow_nan=False).encode() + b"\n")
            await process.stdin.drain()
        while line := await process.stdout.readline():
            message = json.loads(line)
            if "event" in message:
                report(message["event"], message["text"])
            elif "error" in message:
                raise WorkerError(message["error"])
            else:
                return message["value"]
        await process.wait()
        raise RefusalError(500, "internal", _words_of_end(process.returncode))

    async def stop(self) -> None:
        """End the process and all that it has started (requirements R15, R23)."""
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        await process.wait()
        transport = getattr(process, "_transport", None)  # asyncio closes the pipes only when it is collected
        if transport is not None:
            transport.close()


def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill the group of a process, which it leads."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _words_of_end(code: int | None) -> str:
    if code == -9:
        return "The work was ended by the system, most likely because the memory ran out. Close other programs."
    return "The work ended unexpectedly; the terminal in which the app was started tells more. Start it again."
