"""The app beside the command line: from dropping the airway table to a finished result, and how fast it answers.

The app is started once and warmed by one study, as somebody has it open; `heatleaf run` is a cold process each time.
Both run in turn. CPU time of the app is that of the server and its worker with what they started. Repeated on one
study with one option changed, the app makes only what depends on it.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import psutil

HERE = Path(__file__).parent
DATA = Path(os.environ.get("HEATLEAF_TEST_DATA", HERE.parents[1] / "shared" / "data")) / "airway"
FILES = ("counts.csv.gz", "metadata.csv")
BOUNDARY = "heatleaf-benchmark"


class Page:
    """Speaks to a running app as a page does."""

    def __init__(self, address: str) -> None:
        url = urlparse(address)
        self.port, self.token = url.port or 0, parse_qs(url.query)["token"][0]

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        connection.request(method, path, body, headers)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def settle(self, study_id: str) -> Any:
        revision = 0
        while True:
            study = self.ask("GET", f"/api/studies/{study_id}?since={revision}")
            if study["state"] not in ("reading", "queued", "running"):
                return study
            revision = study["revision"]

    def drop(self) -> str:
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
            + (DATA / name).read_bytes()
            + b"\r\n"
            for name in FILES
        ]
        body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
        return str(self.ask("POST", "/api/studies", body, f"multipart/form-data; boundary={BOUNDARY}")["id"])

    def analyse(self, study_id: str, settings: dict[str, Any]) -> Any:
        self.ask("POST", f"/api/studies/{study_id}/analyse", json.dumps({"settings": settings}).encode())
        study = self.settle(study_id)
        assert study["state"] == "done", study["error"]
        return self.ask("GET", f"/api/studies/{study_id}/result")


def family_cpu(process: psutil.Process) -> float:
    """CPU seconds of a process, its children, and children of these that have ended."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        times = one.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def run_command(folder: Path) -> tuple[float, float]:
    command = [
        Path(sys.executable).with_name("heatleaf"),
        "run",
        *(DATA / name for name in FILES),
        "-o",
        folder,
        "--quiet",
    ]
    began = time.perf_counter()
    child = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime


def run_app(page: Page, app: psutil.Process) -> tuple[float, float, str]:
    began, cpu = time.perf_counter(), family_cpu(app)
    study_id = page.drop()
    page.settle(study_id)
    page.analyse(study_id, {})
    return time.perf_counter() - began, family_cpu(app) - cpu, study_id


def answer_times(page: Page, study_id: str) -> list[float]:
    """Seconds of answers of the list of studies while an analysis runs."""
    work = threading.Thread(target=page.analyse, args=(study_id, {"top": 1000}))
    work.start()
    seconds = []
    while work.is_alive():
        began = time.perf_counter()
        page.ask("GET", "/api/studies")
        seconds.append(time.perf_counter() - began)
        time.sleep(0.02)
    return seconds


def changed_option(page: Page, app: psutil.Process, study_id: str, settings: dict[str, Any]) -> tuple[float, float]:
    began, cpu = time.perf_counter(), family_cpu(app)
    page.analyse(study_id, settings)
    return time.perf_counter() - began, family_cpu(app) - cpu


def main() -> None:
    if not DATA.is_dir():
        print("skipped: needs the airway data")
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "heatleaf", "app", "--no-browser", "--studies", f"{folder}/studies"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        page, app = Page(process.stdout.readline().strip()), psutil.Process(process.pid)
        try:
            compare(page, app, Path(folder))
        finally:
            process.terminate()
            process.wait(20)


def compare(page: Page, app: psutil.Process, folder: Path) -> None:
    run_app(page, app)
    run_command(folder / "warm")
    ours, theirs = [], []
    for i in range(int(os.environ.get("REPEATS", "5"))):
        ours.append(run_app(page, app))
        theirs.append(run_command(folder / f"run{i}"))
    study_id = ours[-1][2]
    for name, runs in (("app, drop to result", ours), ("heatleaf run", theirs)):
        wall, cpu = (statistics.median(run[i] for run in runs) for i in (0, 1))
        print(f"{name:<24} wall {wall:6.2f} s   CPU {cpu:6.2f} s")
    ratios = [statistics.median(one[i] for one in ours) / statistics.median(one[i] for one in theirs) for i in (0, 1)]
    print(f"{'app / run':<24} wall {ratios[0]:6.2f}     CPU {ratios[1]:6.2f}   (at most 1.5)")
    for settings in ({"palette": "white-blue"}, {"top": 300}, {"alpha": 0.01}):
        wall, cpu = changed_option(page, app, study_id, settings)
        print(f"changed {settings!s:<28} wall {wall:6.2f} s   CPU {cpu:6.2f} s")
    seconds = sorted(answer_times(page, study_id))
    worst, median = seconds[-1], statistics.median(seconds)
    share = seconds[int(0.99 * (len(seconds) - 1))]
    print(
        f"answers while a job runs: median {1e3 * median:.1f} ms, 99 % {1e3 * share:.1f} ms, worst {1e3 * worst:.1f} ms"
    )


if __name__ == "__main__":
    main()
