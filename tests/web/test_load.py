"""Many requests at once, clients that go away, apps that start and stop: all are answered and nothing stays (R30)."""

from __future__ import annotations

import contextlib
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from app_process import RunningApp, running

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is read from /proc")
N_REQUESTS, N_AT_ONCE, N_GONE = 200, 20, 30
PATHS = (("GET", "/api/studies", 200), ("GET", "/api/none", 404), ("GET", "/", 200), ("PUT", "/api/studies", 405))


def held(pid: int) -> tuple[int, int]:
    """Return the number of open files and of threads of a process."""
    threads = Path(f"/proc/{pid}/status").read_text(encoding="ascii").partition("Threads:")[2].split()[0]
    return len(list(Path(f"/proc/{pid}/fd").iterdir())), int(threads)


def memory(pid: int) -> int:
    """Return the resident memory of a process in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * 4096


def ask_many(app: RunningApp, n_requests: int) -> list[tuple[int, int]]:
    """Send requests, many at once; return for each the status that was expected and the one that came."""

    def ask(i: int) -> tuple[int, int]:
        method, path, status = PATHS[i % len(PATHS)]
        return status, app.ask(method, path).status

    with ThreadPoolExecutor(N_AT_ONCE) as pool:
        return list(pool.map(ask, range(n_requests)))


def go_away(app: RunningApp) -> None:
    """Begin an upload and leave."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", app.port), timeout=10) as connection:
        head = f"POST /api/studies HTTP/1.1\r\nHost: 127.0.0.1:{app.port}\r\nAuthorization: Bearer {app.token}\r\n"
        kind = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n"
        connection.sendall(
            (head + kind + "--x\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n1").encode()
        )


def load(app: RunningApp) -> None:
    """Ask and go away, and check that each request had its answer."""
    answers = ask_many(app, N_REQUESTS)
    assert [came for _, came in answers] == [expected for expected, _ in answers]
    for _ in range(N_GONE):
        go_away(app)


def test_many_requests_and_clients_that_go_away_leave_nothing_behind(tmp_path: Path) -> None:  # R30
    """The second load finds the threads of the first, and leaves no more files, threads and memory than that."""
    with running(tmp_path / "studies") as app:
        pid = app.process.pid
        load(app)
        time.sleep(0.5)
        before, memory_before = held(pid), memory(pid)
        load(app)
        until = time.monotonic() + 30
        while any(now > then + 2 for now, then in zip(held(pid), before, strict=True)):
            assert time.monotonic() < until, (before, held(pid))
            time.sleep(0.1)
        assert memory(pid) - memory_before < 20_000_000
        assert app.ask("GET", "/api/studies").json["studies"] == []
        assert "Traceback" not in app.log


def test_an_app_that_stops_leaves_no_process(tmp_path: Path) -> None:  # R30
    for _ in range(3):
        with running(tmp_path / "studies") as app:
            pid = app.process.pid
            assert app.ask("GET", "/api/studies").status == 200
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        until = time.monotonic() + 10
        while any(Path(f"/proc/{child}").exists() for child in children):
            assert time.monotonic() < until, children
            time.sleep(0.05)
