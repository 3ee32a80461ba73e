"""Work in line: one request at a time goes to the worker, short ones first; each can be taken back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from heatleaf.web.refusal import RefusalError
from heatleaf.web.worker import Report, Worker, WorkerError

MAX_WAITING = 50


@dataclass(eq=False)
class Job:
    """A request in line. key : of the request; study_id : "" for what belongs to none. is_long : an analysis."""

    request: Mapping[str, Any]
    study_id: str
    report: Report
    key: str = ""
    is_long: bool = False
    answer: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Jobs:
    """The line, and the task that works it off."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._waiting: list[Job] = []
        self._running: Job | None = None
        self._came = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work, with a worker that is started at once."""
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """End the worker and give up what waits."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._worker.stop()

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing runs or waits."""
        return self._running is None and not self._waiting

    def put(self, job: Job) -> Job:
        """Put a job in line.

        Raises
        ------
        RefusalError
            503: too much waits already.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise RefusalError(503, "busy", f"{MAX_WAITING} pieces of work wait already; wait until some are done.")
        place = len(self._waiting) if job.is_long else sum(not other.is_long for other in self._waiting)
        self._waiting.insert(place, job)
        self._came.set()
        return job

    def has(self, key: str) -> bool:
        """Tell whether a request of this key waits or runs."""
        running = [self._running] if self._running else []
        return any(job.key == key for job in (*self._waiting, *running))

    def position(self, study_id: str) -> int:
        """Return how many pieces of work go before the analysis of a study, 0 for one that runs or does not wait."""
        ids = [job.study_id for job in self._waiting]
        return ids.index(study_id) + (self._running is not None) if study_id in ids else 0

    def is_running(self, study_id: str) -> bool:
        """Tell whether the worker is busy with a study."""
        return self._running is not None and self._running.study_id == study_id

    async def cancel(self, study_id: str) -> bool:
        """Take back all work for a study; the worker is ended where it is at it. Return whether there was any."""
        mine = [job for job in self._waiting if job.study_id == study_id]
        self._waiting = [job for job in self._waiting if job.study_id != study_id]
        if self._running is not None and self._running.study_id == study_id:
            mine.append(self._running)
            self._running.answer.cancel()
            await self._worker.stop()
        for job in mine:
            job.answer.cancel()
        return bool(mine)

    async def _work(self) -> None:
        while True:
            with contextlib.suppress(OSError):  # a request meets it again, and can tell the user
                await self._worker.start()
            await self._came.wait()
            if not self._waiting:
                self._came.clear()
                continue
            self._running = self._waiting.pop(0)
            try:
                await self._do(self._running)
            finally:
                self._running = None

    async def _do(self, job: Job) -> None:
        """Ask the worker; what goes wrong belongs to whoever waits for the answer."""
        try:
            job.report("begin", "")
            value = await self._worker.ask(job.request, job.report)
        except Exception as error:
            if not isinstance(error, WorkerError):
                await self._worker.stop()  # nobody knows what it would answer next
            if not job.answer.done():
                job.answer.set_exception(error)
        else:
            if not job.answer.done():
                job.answer.set_result(value)
