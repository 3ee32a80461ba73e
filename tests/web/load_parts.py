"""What is asked of a running app under load, and what came of it: in a small form of tests, in full of a benchmark."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import io
import random
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from app_process import SETTLED, Answer, RunningApp


@dataclass
class Tally:
    """Answers by status, the seconds each took, and what was lost or wrong; may be used by many threads."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def ask(
        self,
        app: RunningApp,
        method: str,
        path: str,
        body: Any = None,
        *,
        check: Callable[[Answer], bool] | None = None,
    ) -> Answer | None:
        """Ask, and count the answer. check : tells whether a 200 is right."""
        began = time.perf_counter()
        try:
            answer = app.ask(method, path, body)
        except (OSError, http.client.HTTPException) as error:
            self.faults.append(f"lost: {method} {path}: {error!r}")
            return None
        self.seconds.append(time.perf_counter() - began)
        self.statuses[answer.status] += 1
        if answer.status not in (200, 201) or (check is not None and not check(answer)):
            self.faults.append(f"wrong: {method} {path}: {answer.status} {answer.body[:150]!r}")
        return answer

    def quantile(self, share: float) -> float:
        """Return the seconds within which this share of the answers came."""
        ordered = sorted(self.seconds) or [0.0]
        return ordered[round(share * (len(ordered) - 1))]


class Watch:
    """Looks at the memory of the server and of its worker until the block ends. Peaks are in bytes."""

    def __init__(self, app: RunningApp) -> None:
        self._server = psutil.Process(app.process.pid)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.server = self.worker = 0
        self.held = (0, 0)

    def __enter__(self) -> Watch:
        self.before = held(self._server)
        self._thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._ends.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ends.wait(0.1):
            with contextlib.suppress(psutil.Error):
                self.server = max(self.server, self._server.memory_info().rss)
                family = self._server.children(recursive=True)
                self.worker = max(self.worker, sum(one.memory_info().rss for one in family))

    def settled(self, patience: float = 40.0) -> tuple[int, int]:
        """Return open files and threads, once no more files are open than before or patience ends."""
        until = time.monotonic() + patience
        while (now := held(self._server))[0] > self.before[0] + 2 and time.monotonic() < until:
            time.sleep(0.2)
        return now


def held(process: psutil.Process) -> tuple[int, int]:
    """Return the number of open files and of threads of a process."""
    return process.num_fds(), process.num_threads()


@contextlib.contextmanager
def probing(app: RunningApp, path: str = "/api/studies", pause: float = 0.05) -> Iterator[Tally]:
    """Ask for one thing again and again while the block goes on: how long somebody else waits."""
    tally, ends = Tally(), threading.Event()

    def ask() -> None:
        while not ends.wait(pause):
            tally.ask(app, "GET", path)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield tally
    finally:
        ends.set()
        thread.join()


def at_once(n_threads: int, work: Callable[[int], None], n_times: int | None = None) -> None:
    """Do a piece of work `n_times`, `n_threads` of them at once."""
    with ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(work, range(n_times or n_threads)))


def poll(app: RunningApp, study_id: str, ends: threading.Event, tally: Tally) -> None:
    """Follow a study as a page does; its revision never falls, and it is settled when work has ended."""
    revision, state = 0, ""
    while not (ends.is_set() and state in SETTLED):
        answer = tally.ask(app, "GET", f"/api/studies/{study_id}?since={revision}")
        if answer is None or answer.status != 200:
            time.sleep(0.5)
            continue
        if answer.json["revision"] < revision:
            tally.faults.append(f"wrong: revision {revision}, then {answer.json['revision']}")
        revision, state = answer.json["revision"], answer.json["state"]


def follow_runs(app: RunningApp, studies: Sequence[str], n_pollers: int, n_runs: int) -> Tally:
    """Let many follow studies that are analysed, each with other settings each time; the result is that of the last."""
    tally, ends = Tally(), threading.Event()
    threads = [
        threading.Thread(target=poll, args=(app, studies[i % len(studies)], ends, tally)) for i in range(n_pollers)
    ]
    for thread in threads:
        thread.start()
    try:
        for run in range(n_runs):
            for study_id in studies:
                tally.ask(app, "POST", f"/api/studies/{study_id}/analyse", {"settings": {"top": 60 + run}})
            for study_id in studies:
                app.settle(study_id)
    finally:
        ends.set()
        for thread in threads:
            thread.join()
    for study_id in studies:
        check_run(app, study_id, 60 + n_runs - 1, tally)
    return tally


def check_run(app: RunningApp, study_id: str, top: int, tally: Tally) -> None:
    """Note a study whose result is not of these settings."""
    study = app.study(study_id)
    result = app.ask("GET", f"/api/studies/{study_id}/result").json
    if study["state"] != "done" or study["stale"] or f"{top} " not in result["heatmap"]["title"]:
        tally.faults.append(f"wrong: {study['state']}, {study['stale']}, {result['heatmap']['title']}")


def ask_mixed(app: RunningApp, study_id: str, n_at_once: int, n_rounds: int) -> Tally:
    """Ask for pages, states, genes, files and zips, many at once; each answer is compared with what it must be."""
    tally = Tally()
    asked = mixed_questions(app, study_id)
    random.Random(1).shuffle(asked)

    def ask(i: int) -> None:
        method, path, body, check = asked[i % len(asked)]
        tally.ask(app, method, path, body, check=check)

    for _ in range(n_rounds):
        at_once(n_at_once, ask)
    return tally


def mixed_questions(app: RunningApp, study_id: str) -> list[tuple[str, str, Any, Callable[[Answer], bool]]]:
    """Return questions with what tells whether an answer is right; those that need the worker are one in twelve."""
    study, result = f"/api/studies/{study_id}", app.ask("GET", f"/api/studies/{study_id}/result").json
    folder = app.studies / study_id / "result"
    genes = [row[0] for row in result["comparisons"][0]["genes"][:30]]
    n_files = sum(path.is_file() and not path.name.startswith(".") for path in folder.rglob("*"))
    found: list[tuple[str, str, Any, Callable[[Answer], bool]]] = [
        ("GET", f"{study}/zip", None, lambda answer: is_whole_zip(answer.body, n_files)),
        ("GET", "/api/studies", None, lambda answer: study_id in {one["id"] for one in answer.json["studies"]}),
        ("GET", study, None, lambda answer: answer.json["id"] == study_id),
    ]
    sets = app.ask("POST", f"{study}/enrich", {"gene_ids": genes})
    if sets.status == 200:
        found.append(("POST", f"{study}/enrich", {"gene_ids": genes}, lambda answer: answer.json == sets.json))
    for path in ("/", "/static/app.js", "/static/viewer/heatmap.js", "/static/app.css", "/api/hello", f"{study}/view"):
        first = app.ask("GET", path)
        if first.status == 200:
            found.append(("GET", path, None, lambda answer, body=first.body: answer.body == body))  # type: ignore[misc]
    for one in result["files"]:
        wanted = digest((folder / one["name"]).read_bytes())
        check = lambda answer, wanted=wanted: digest(answer.body) == wanted  # noqa: E731
        found.append(("GET", f"{study}/files/{one['id']}", None, check))
    return found


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def is_whole_zip(data: bytes, n_files: int) -> bool:
    """Tell whether a zip is whole and holds so many files."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    return archive.testzip() is None and len(archive.namelist()) == n_files


def names_in(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return [path.name for path in folder.iterdir()]


def wait_until(is_so: Callable[[], bool], patience: float) -> bool:
    """Wait until something is so; return whether it came to be."""
    until = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True
