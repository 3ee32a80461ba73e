"""Files handed to a program by pipes: what arrives, and that no one waits for ever when an end is gone (B86, R37)."""

from __future__ import annotations

import gzip
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
import pytest
from flow_reads import wait_for

from heatleaf.errors import UserError
from heatleaf.reads import feed
from heatleaf.reads.feed import run_on_reads
from heatleaf.reads.tools import ToolKilledError
from heatleaf.reads.whole import WholeFile

N_READS = 20_000  # 3 MB: more than any pipe holds
COPY = """import shutil, sys
for i, name in enumerate(sys.argv[1:]):
    shutil.copyfileobj(open(name, 'rb'), open(f'got{i}', 'wb'))
"""
SLOW = """import sys, time
first = open(sys.argv[1], 'rb')
first.read(10)
open('on', 'w').close()
time.sleep(1)
first.read()
"""
FEED = """import sys
from pathlib import Path
from heatleaf.reads.feed import run_on_reads
folder, code, *files = sys.argv[1:]
command = lambda names: [sys.executable, '-c', code, *map(str, names)]
run_on_reads(command, [Path(name) for name in files], Path(folder, 'a.log'), folder=Path(folder), hours=1.0)
"""


def make_files(folder: Path) -> list[Path]:
    """Write mate 1 in two gzip members, mate 2 as plain text."""
    text = b"".join(b"@r%d\n%b\n+\n%b\n" % (i, b"ACGT" * 15, b"F" * 60) for i in range(N_READS))
    half = len(text) // 2
    first, second = folder / "a_1.fastq.gz", folder / "a_2.fastq"
    first.write_bytes(gzip.compress(text[:half]) + gzip.compress(text[half:]))
    second.write_bytes(text)
    return [first, second]


def python(code: str) -> Callable[[Sequence[Path]], list[str]]:
    return lambda names: [sys.executable, "-c", code, *map(str, names)]


def run(
    folder: Path, files: list[Path], code: str, hours: float = 1.0
) -> tuple[tuple[WholeFile, ...], UserError | None]:
    return run_on_reads(python(code), files, folder / "a.log", folder=folder, hours=hours)


@pytest.mark.parametrize("has_pipes", [True, False])
def test_a_program_gets_all_bytes_and_files_are_known_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_pipes: bool
) -> None:
    files = make_files(tmp_path)
    if not has_pipes:  # as on Windows: the program opens the files
        monkeypatch.setattr(feed, "_can_hand_on", lambda files: False)
    elif not Path("/dev/fd").is_dir():
        pytest.skip("this system has no /dev/fd")
    wholes, fault = run(tmp_path, files, COPY)
    assert fault is None
    first = (tmp_path / "got0").read_bytes()
    assert first == (files[1].read_bytes() if has_pipes else files[0].read_bytes())
    assert (tmp_path / "got1").read_bytes() == files[1].read_bytes()
    for whole, path in zip(wholes, files, strict=True):
        assert (whole.path, whole.size, whole.n_reads) == (str(path), path.stat().st_size, N_READS)
        assert whole.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert f"{files[0]} {files[1]}\n" in (tmp_path / "a.log").read_text()  # the log names the files, not the pipes


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit(3)", "failed with exit code 3"),  # opens nothing
        ("import sys; open(sys.argv[1], 'rb').read(10); sys.exit(4)", "failed with exit code 4"),
    ],
)
def test_a_program_that_ends_early_is_told_and_the_files_are_read_on(tmp_path: Path, code: str, words: str) -> None:
    wholes, fault = run(tmp_path, make_files(tmp_path), code)
    assert fault is not None
    assert fault.code == "tool"
    assert words in str(fault)
    assert [whole.n_reads for whole in wholes] == [N_READS, N_READS]


def test_a_program_that_is_killed_or_not_there(tmp_path: Path) -> None:
    files = make_files(tmp_path)
    kill = "import os, sys; open(sys.argv[2], 'rb').read(10); os.kill(os.getpid(), 9)"
    with pytest.raises(ToolKilledError, match="was killed by signal 9"):
        run(tmp_path, files, kill)
    with pytest.raises(ToolKilledError, match="was stopped after"):
        run(tmp_path, files, "import time; time.sleep(60)", hours=0.0001)
    _, fault = run_on_reads(lambda names: ["/no/such/program"], files, tmp_path / "a.log", folder=tmp_path, hours=1.0)
    assert fault is not None
    assert "cannot be started" in str(fault)


@pytest.mark.parametrize("n_cut", [20, 2000])
def test_a_damaged_file_ends_the_program_and_explains_more(tmp_path: Path, n_cut: int) -> None:
    files = make_files(tmp_path)
    files[0].write_bytes(files[0].read_bytes()[:-n_cut])
    with pytest.raises(UserError, match=r"of a_1.fastq.gz: ends early or is damaged") as caught:
        run(tmp_path, files, COPY + "sys.exit(5)")
    assert caught.value.code == "gzip_damaged"
    assert (tmp_path / "got1").stat().st_size == files[1].stat().st_size


def test_a_file_that_is_refused_at_once_leaves_no_program_waiting(tmp_path: Path) -> None:
    files = make_files(tmp_path)
    files[0].write_bytes(b">a\nACGT\n")
    files[1].write_bytes(b"")
    with pytest.raises(UserError, match=r"a_1.fastq.gz: is FASTA") as caught:
        run(tmp_path, files, COPY)
    assert caught.value.code == "file_kind"
    assert (tmp_path / "got1").read_bytes() == b""


def test_kill_of_the_feeding_process_ends_the_program(tmp_path: Path) -> None:
    """R18: nothing of a killed job stays behind."""
    if not Path("/dev/fd").is_dir():
        pytest.skip("this system has no /dev/fd")
    files = make_files(tmp_path)
    parent = subprocess.Popen([sys.executable, "-c", FEED, str(tmp_path), SLOW, *map(str, files)])
    assert wait_for((tmp_path / "on").exists)
    (child,) = psutil.Process(parent.pid).children()
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert wait_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, seconds=60.0)


def test_very_many_files_are_opened_by_the_program(tmp_path: Path) -> None:
    """Lanes beyond what a process may have open at a time."""
    path = tmp_path / "a.fastq"
    path.write_bytes(b"@r\nA\n+\nF\n")
    wholes, fault = run(tmp_path, [path] * (feed.MAX_PIPES + 1), COPY)
    assert fault is None
    assert sum(whole.n_reads for whole in wholes) == feed.MAX_PIPES + 1
    assert (tmp_path / f"got{feed.MAX_PIPES}").read_bytes() == path.read_bytes()
