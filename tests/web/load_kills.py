"""Many stored studies, and an app that is killed at any moment: what is left of them."""

from __future__ import annotations

import http.client
import os
import random
import shutil
import threading
import time
from pathlib import Path

import psutil
from app_process import FILES, RunningApp
from load_clients import cut_upload
from load_parts import Tally, digest, wait_until


def copy_study(studies: Path, study_id: str, n_copies: int) -> list[str]:
    """Copy a stored study many times, its files by links; returns the ids of the copies. No app runs meanwhile."""
    made = [f"{study_id[:9]}{i:016x}" for i in range(n_copies)]
    text = (studies / study_id / "study.json").read_text(encoding="utf-8")
    for new in made:
        shutil.copytree(studies / study_id, studies / new, copy_function=os.link)
        (studies / new / "study.json").unlink()
        (studies / new / "study.json").write_text(text.replace(study_id, new), encoding="utf-8")
    return made


def tables_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each table of a stored study, and of what its page shows."""
    paths = [*sorted((folder / "result" / "tables").iterdir()), folder / "view.json.gz"]
    return {path.name: digest(path.read_bytes()) for path in paths}


class Killings:
    """Kills the worker or the server of an app at random moments under load, and looks for what was lost."""

    def __init__(self, studies: Path, seed: int = 1) -> None:
        self.tally = Tally()
        self._studies = studies
        self._rng = random.Random(seed)
        self.app = RunningApp(studies)
        self.kept = self.app.make(FILES)["id"]
        self.app.analyse(self.kept)
        self._tables = tables_of(studies / self.kept)
        self._known = {self.kept}

    def round(self, *, is_server: bool, n_clients: int = 4) -> None:
        """Give work of all kinds, kill, and look."""
        ends = threading.Event()
        made: list[str] = []
        threads = [threading.Thread(target=self._load, args=(ends, made)) for _ in range(n_clients)]
        for thread in threads:
            thread.start()
        time.sleep(self._rng.uniform(0.1, 2.5))
        if is_server:
            self.app.kill()
        else:
            kill_worker(self.app)
        ends.set()
        for thread in threads:
            thread.join()
        self._known |= set(made)
        if is_server:
            self.app = RunningApp(self._studies)
        self._look()

    def _load(self, ends: threading.Event, made: list[str]) -> None:
        """Drop, analyse and poll until the end; what the app took on is in `made`."""
        while not ends.is_set():
            try:
                answer = self.app.drop(FILES)
                if answer.status == 201:
                    made.append(answer.json["id"])
                    self.app.ask("GET", f"/api/studies/{made[-1]}?since=2")
                    if len(made) % 4 == 1:
                        self.app.ask("POST", f"/api/studies/{made[-1]}/analyse", {})
                    cut_upload(self.app, self._rng, FILES[0][1])
            except (OSError, http.client.HTTPException):
                return  # killed

    def _look(self) -> None:
        listed = {one["id"] for one in self.app.ask("GET", "/api/studies").json["studies"]}
        self.tally.faults += [f"lost: study {one}" for one in self._known - listed]
        if tables_of(self._studies / self.kept) != self._tables:
            self.tally.faults.append("wrong: a stored result has changed")
        for study_id in listed:
            study = self.app.settle(study_id)
            if study["has_result"]:
                self.tally.ask(self.app, "GET", f"/api/studies/{study_id}/result", check=lambda one: bool(one.json))
                self._compare(study_id)

    def _compare(self, study_id: str) -> None:
        if tables_of(self._studies / study_id) != self._tables:
            self.tally.faults.append(f"wrong: the result of {study_id} is not that of its tables")

    def finish(self) -> int:
        """Analyse what is left, end the app, and return how many studies there were."""
        listed = [one["id"] for one in self.app.ask("GET", "/api/studies").json["studies"]]
        for study_id in listed[:3]:
            if self.app.study(study_id)["state"] in ("interrupted", "failed"):
                self.app.ask("POST", f"/api/studies/{study_id}/read", {})
                self.app.settle(study_id)
            if self.app.analyse(study_id)["state"] != "done":
                self.tally.faults.append(f"lost: {self.app.study(study_id)['error']}")
            self._compare(study_id)
        is_left = lambda: any(not (path / "study.json").is_file() for path in self._studies.iterdir() if path.is_dir())  # noqa: E731
        if not wait_until(lambda: not is_left(), 20):
            self.tally.faults.append("left: a folder that is no study")
        self.tally.faults += [f"left: {path}" for path in self._studies.rglob(".heatleaf-tmp-*")]
        self.app.end()
        return len(listed)


def kill_worker(app: RunningApp) -> None:
    """Kill the worker of an app with SIGKILL."""
    for child in psutil.Process(app.process.pid).children():
        child.kill()
