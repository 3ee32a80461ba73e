"""The app under load, in a small form of benchmarks/load.py: all is answered, nothing is lost, nothing stays (R30)."""

from __future__ import annotations

import contextlib
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from app_process import FILES, RunningApp, multipart, running, small_table
from load_clients import KIND, break_uploads, drop_large, head_of, slow_clients, table_pieces
from load_kills import Killings, copy_study
from load_parts import Watch, ask_mixed, follow_runs, names_in

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is read from /proc"),
    pytest.mark.timeout(300),
]
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


# Limits that a test can wait for; those of the app are in docs/app_api.md.
HASTY = (
    "from heatleaf.web import patience, uploads\n"
    "patience.HEADER_SECONDS = patience.TAKE_SECONDS = uploads.PATIENCE = 1.0\n"
    "patience.LEAST_TAKEN, uploads.MAX_FILE = 10**9, 5_000_000"
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Return an app for the tests of this module, with one finished study and hasty limits."""
    with running(tmp_path_factory.mktemp("load") / "studies", before=HASTY) as app:
        app.analyse(app.make(FILES)["id"])
        yield app


def finished(app: RunningApp) -> str:
    """Return the id of the oldest study."""
    return str(app.ask("GET", "/api/studies").json["studies"][-1]["id"])


@pytest.mark.slow
def test_twenty_pages_follow_work_that_is_done(loaded: RunningApp) -> None:  # R22, R25
    studies = [loaded.make(FILES)["id"] for _ in range(2)]
    tally = follow_runs(loaded, studies, n_pollers=20, n_runs=2)
    assert tally.faults == [] and tally.statuses[200] > 60


def test_two_hundred_requests_at_once_are_answered_rightly(loaded: RunningApp) -> None:  # R30, S22
    tally = ask_mixed(loaded, finished(loaded), n_at_once=200, n_rounds=1)
    assert tally.faults == [] and tally.statuses == {200: 200}


def test_uploads_that_are_cut_off_leave_nothing_and_others_are_kept(loaded: RunningApp) -> None:  # S10
    tally = break_uploads(loaded, 40, 4, small_table(3000))
    assert tally.faults == [] and tally.statuses == {201: 4}


def test_clients_that_do_not_move_on_are_given_up_and_others_are_answered(loaded: RunningApp) -> None:  # S22
    with Watch(loaded) as watch:
        tally, ended = slow_clients(loaded, finished(loaded), n_each=5, patience=60)
    assert {name: len(seconds) for name, seconds in ended.items()} == dict.fromkeys(ended, 5)
    assert tally.faults == [] and tally.statuses[200] > 0
    files, _ = watch.settled()
    assert files <= watch.before[0] + 2
    assert "Traceback" not in loaded.log


def test_who_leaves_within_a_small_request_is_no_fault_of_ours(loaded: RunningApp) -> None:  # S18
    head = head_of(loaded, "POST", f"/api/studies/{finished(loaded)}/rename", "Content-Length: 500")
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", loaded.port), timeout=10) as connection:
            connection.sendall(head + b'{"name": "hal')
            time.sleep(0.1)
    assert loaded.ask("GET", "/api/studies").status == 200
    assert "incident" not in loaded.log


def test_a_drop_that_breaks_off_leaves_a_study_as_it_was(loaded: RunningApp) -> None:  # S10
    """Of files that join a study, also those are removed that had come whole."""
    study_id = loaded.make(FILES[:1])["id"]
    folder = loaded.studies / study_id / "input"
    body = multipart([("more.gmt", b"set\tabout\tgene1\n"), ("samples.tsv", FILES[1][1])])[:-60]
    answer = loaded.ask("POST", f"/api/studies/{study_id}/files", body, {"Content-Type": KIND})
    assert (
        answer.status == 400 and answer.json["error"] == "The upload was broken off or damaged; drop the files again."
    )
    assert names_in(folder) == ["counts.tsv"] and len(loaded.study(study_id)["files"]) == 1


def test_a_file_beyond_the_limit_is_refused_in_little_memory(loaded: RunningApp) -> None:  # S10
    pieces, n_bytes = table_pieces(3000, 5000)
    assert n_bytes > 50_000_000
    with Watch(loaded) as watch:
        said, _, tally = drop_large(loaded, "large.tsv", pieces, n_bytes)
    assert said == "413" and tally.faults == []
    assert watch.server < 200_000_000


def test_hundreds_of_stored_studies_are_listed_and_deleted(tmp_path: Path) -> None:
    with running(tmp_path / "studies") as app:
        first = app.make(FILES)["id"]
    copies = copy_study(tmp_path / "studies", first, 299)
    with running(tmp_path / "studies") as app:
        listed = [one["id"] for one in app.ask("GET", "/api/studies").json["studies"]]
        assert sorted(listed) == sorted([first, *copies])
        for study_id in copies[:50]:
            assert app.ask("DELETE", f"/api/studies/{study_id}").status == 200
        assert app.study(copies[50])["state"] == "ready"
        assert len(app.ask("GET", "/api/studies").json["studies"]) == 250
    assert len([name for name in names_in(tmp_path / "studies") if name != ".heatleaf-lock"]) == 250


@pytest.mark.slow
def test_a_killed_worker_and_a_killed_server_lose_nothing_that_was_taken_on(tmp_path: Path) -> None:  # R14, R15
    killings = Killings(tmp_path / "studies")
    killings.round(is_server=False, n_clients=2)
    killings.round(is_server=True, n_clients=2)
    assert killings.finish() > 1
    assert killings.tally.faults == []
