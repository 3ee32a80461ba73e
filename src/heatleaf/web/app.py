"""What every route works with: the studies, the line of work, the door; and the work that goes on behind a request."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from heatleaf.web.jobs import Job, Jobs
from heatleaf.web.record import StudyRecord
from heatleaf.web.refusal import RefusalError
from heatleaf.web.security import Door, log_fault
from heatleaf.web.studies import Studies
from heatleaf.web.uploads import MAX_FILE
from heatleaf.web.worker import WorkerError


@dataclass(eq=False)
class App:
    """The running app. stop : ends it. max_file : bytes of one upload."""

    studies: Studies
    jobs: Jobs
    door: Door
    stop: Callable[[], None]
    max_file: int = MAX_FILE
    last_request: float = field(default_factory=time.monotonic)
    _tasks: dict[asyncio.Task[None], str] = field(default_factory=dict)
    _reads: Counter[str] = field(default_factory=Counter)

    def note_request(self) -> None:
        """Remember when a page last asked for something."""
        self.last_request = time.monotonic()

    def begin_reading(self, study_id: str) -> None:
        """Read the tables of a study, and keep what was understood."""
        record = self.studies.change(study_id, state="reading", error=None)
        self._reads[study_id] += 1
        self._behind(study_id, self._read(record, self._reads[study_id]))

    def begin_analysis(self, study_id: str) -> None:
        """Put the analysis of a study in line; one that is in line already stays the only one (requirement R24).

        Raises
        ------
        RefusalError
            503: too much waits already.
        """
        record = self.studies.get(study_id)
        key = hashlib.sha256(json.dumps([study_id, record.request], sort_keys=True).encode()).hexdigest()
        if record.state in ("queued", "running") and self.jobs.has(key):
            return
        request = {"op": "analyse", **self._request(study_id)}
        # at once, not behind this request: the next one must find it in line
        job = self.jobs.put(Job(request, study_id, self._reporter(study_id, state="running"), key=key, is_long=True))
        self.studies.change(study_id, state="queued", error=None)
        self.studies.progress(study_id).reset()
        self._behind(study_id, self._analyse(study_id, job))

    async def ask(self, op: str, study_id: str, **more: Any) -> Any:
        """Ask the worker something short about a study, and wait for the answer.

        Raises
        ------
        RefusalError
            With the sentence of the worker.
        """
        request = {"op": op, **(self._request(study_id) if study_id else {}), **more}
        job = self.jobs.put(Job(request, study_id, lambda event, text: None))
        try:
            return await job.answer
        except WorkerError as error:
            status = 500 if error.parts["code"] == "internal" else 400
            raise RefusalError(status, error.parts["code"], error.parts["error"]) from None

    async def cancel(self, study_id: str) -> bool:
        """Take back the work for a study; return whether there was any."""
        found = await self.jobs.cancel(study_id)
        mine = [task for task, of in self._tasks.items() if of == study_id]
        await asyncio.gather(*mine, return_exceptions=True)  # until the study says so
        return found

    def _behind(self, study_id: str, work: Coroutine[Any, Any, None]) -> None:
        """Let work go on after the request that began it has been answered."""
        task = asyncio.create_task(work)
        self._tasks[task] = study_id
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    async def finish(self) -> None:
        """Give up what goes on."""
        for task in tuple(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _request(self, study_id: str) -> dict[str, Any]:
        return {"folder": str(self.studies.folder(study_id)), "record": self.studies.get(study_id).to_json()}

    async def _read(self, record: StudyRecord, number: int) -> None:
        """Read; number : of this reading, of which only the last counts."""
        studies, study_id = self.studies, record.id
        studies.progress(study_id).reset()
        job = Job({"op": "read", **self._request(study_id)}, study_id, self._reporter(study_id))
        try:
            self.jobs.put(job)
        except RefusalError as error:
            job.answer.set_exception(error)
        found = await self._outcome(job, study_id)
        if found is None or number != self._reads[study_id]:
            return
        known = studies.get(study_id)
        files = tuple(replace(one, role=found["roles"].get(one.id, "ignored")) for one in known.files)
        studies.change(
            study_id,
            state="ready" if found["is_ready"] and not found["error"] else "unclear",
            files=files,
            reading=found["reading"],
            error=found["error"],
            n_genes=found["n_genes"],
            n_samples=found["n_samples"],
        )

    async def _analyse(self, study_id: str, job: Job) -> None:
        done = await self._outcome(job, study_id)
        if done is None:
            return
        await asyncio.to_thread(self.studies.accept_result, study_id)
        self.studies.change(study_id, state="done", **done)

    def _reporter(self, study_id: str, state: str = "") -> Callable[[str, str], None]:
        def report(event: str, text: str) -> None:
            if event != "begin":
                self.studies.progress(study_id).take(event, text)
                self.studies.touch(study_id)
            elif state:
                self.studies.change(study_id, state=state)

        return report

    async def _outcome(self, job: Job, study_id: str) -> Any:
        """Wait for a piece of work; what kept it from its end is written to the study, and None returned."""
        failed: Mapping[str, str]
        try:
            return await job.answer
        except WorkerError as error:
            failed = error.parts
        except RefusalError as error:
            failed = {"code": error.code, "error": error.sentence, "what": error.sentence, "where": "", "fix": ""}
        except asyncio.CancelledError:
            if not job.answer.cancelled():
                raise  # the app ends
            with contextlib.suppress(RefusalError):
                self.studies.change(study_id, state="cancelled")
            return None
        except Exception as error:
            incident = secrets.token_hex(4)
            log_fault(incident, error, self.door.keys)
            sentence = f"Something went wrong in heatleaf itself (incident {incident}); the terminal tells more."
            failed = {"code": "internal", "error": sentence, "what": sentence, "where": "", "fix": ""}
        with contextlib.suppress(RefusalError):  # deleted
            self.studies.change(study_id, state="failed", error=dict(failed))
        return None
