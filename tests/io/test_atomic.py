"""Requirements R1, R2, R4, R5, R17: complete or absent, no leftovers, one run per folder."""

from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from heatleaf.errors import UserError
from heatleaf.io.atomic import (
    LOCK_NAME,
    TEMP_PREFIX,
    Disk,
    OutputFolder,
    atomic_write,
    write_bytes,
    write_files,
    write_text,
)

OLD, NEW = b"old" * 10, b"new" * 1_000_000


class FailingDisk(Disk):
    """A disk whose nth operation fails, writes of the file included."""

    def __init__(self, n_good: int, number: int) -> None:
        self.n_left = n_good
        self.number = number
        self.lock = threading.Lock()  # several files may be written at once

    def step(self) -> None:
        with self.lock:
            self.n_left -= 1
            is_bad = self.n_left < 0
        if is_bad:
            raise OSError(self.number, os.strerror(self.number))

    def create(self, folder: Path) -> BinaryIO:
        self.step()
        return super().create(folder)

    def sync(self, handle: BinaryIO) -> None:
        self.step()
        super().sync(handle)

    def replace(self, temporary: Path, path: Path) -> None:
        self.step()
        super().replace(temporary, path)

    def sync_folder(self, folder: Path) -> None:
        self.step()
        super().sync_folder(folder)


def test_files_written_at_once_are_all_there(tmp_path: Path) -> None:
    files = {tmp_path / f"{i % 3}" / f"{i}.tsv": bytes([i]) * 1000 * i for i in range(50)}
    write_files(files)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_of_files_written_at_once_each_is_whole_or_absent(tmp_path: Path, number: int) -> None:
    """R4: whichever operation fails, no file is cut, nothing is left over, and the first refusal is told."""
    files = {tmp_path / f"{i}.tsv": NEW for i in range(12)}
    for n_good in range(0, 48, 5):
        with pytest.raises(UserError) as refused:
            write_files(files, FailingDisk(n_good, number))
        assert refused.value.code == "output_write"
        left = list(tmp_path.iterdir())
        assert all(path.read_bytes() == NEW for path in left)
        for path in left:
            path.unlink()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_failure_at_any_step_leaves_old_or_new(tmp_path: Path, number: int) -> None:
    """R4: let the nth operation fail for n = 0, 1, ... until nothing fails."""
    path = tmp_path / "a.tsv"
    n_good = 0
    while True:
        path.write_bytes(OLD)
        disk = FailingDisk(n_good, number)
        try:
            with atomic_write(path, disk) as handle:
                for _ in range(3):
                    disk.step()
                    handle.write(NEW)
        except UserError as error:
            assert error.code == "output_write"
            assert path.read_bytes() in (OLD, NEW * 3)
            assert [each.name for each in tmp_path.iterdir()] == ["a.tsv"]
        else:
            break
        n_good += 1
    assert n_good == 7 and path.read_bytes() == NEW * 3


def test_full_disk_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the disk or the quota is full") as caught:
        write_bytes(tmp_path / "a.tsv", b"x", FailingDisk(1, errno.ENOSPC))
    assert caught.value.code == "output_write" and "MB free in" in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX")
def test_file_size_limit_of_the_system(tmp_path: Path) -> None:
    """R5: a real limit of the system, in a child process."""
    code = (
        "import resource, signal, sys\nfrom heatleaf.io.atomic import write_bytes\n"
        "from heatleaf.errors import UserError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_bytes(sys.argv[1], b'x' * 5000)\nexcept UserError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a")], capture_output=True, text=True, check=True)
    assert "is full" in done.stdout and list(tmp_path.iterdir()) == []


def test_failing_block_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), atomic_write(tmp_path / "sub" / "a.tsv") as handle:
        handle.write(b"half")
        raise RuntimeError
    assert list((tmp_path / "sub").iterdir()) == []


def test_text_keeps_its_line_ends_and_permissions(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "é\r\nx\n")
    assert (tmp_path / "a.txt").read_bytes() == b"\xc3\xa9\r\nx\n"
    if sys.platform != "win32":
        (tmp_path / "b").write_bytes(b"")
        assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "b").stat().st_mode


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_killed_at_any_moment_leaves_old_or_new(tmp_path: Path) -> None:
    """R1: one child writes over and over and is killed at random moments; each time the file is whole."""
    path = tmp_path / "a.bin"
    code = (
        "import sys\nfrom heatleaf.io.atomic import atomic_write\nprint('ready', flush=True)\n"
        "for i in range(10**6):\n  with atomic_write(sys.argv[1]) as handle:\n"
        "    for _ in range(20): handle.write(bytes([i % 251]) * 100_000)\n"
    )
    rng = random.Random(1)
    path.write_bytes(bytes([0]) * 2_000_000)
    for _ in range(6):
        child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
        assert child.stdout is not None and child.stdout.readline() == b"ready\n"
        time.sleep(rng.uniform(0, 0.05))
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        content = path.read_bytes()
        assert len(content) == 2_000_000 and content == content[:1] * 2_000_000
    with OutputFolder(tmp_path):
        assert not list(tmp_path.glob(f"{TEMP_PREFIX}*"))


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not flushed there")
def test_content_is_on_the_disk_before_its_name_and_the_name_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R1, for a cut of power: the file is flushed, then renamed, then the folder is flushed."""
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def note_sync(descriptor: int) -> None:
        steps.append(
            "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else f"{os.fstat(descriptor).st_size} bytes"
        )
        sync(descriptor)

    def note_replace(path: Path, target: Path) -> Path:
        steps.append(f"rename to {target.name} beside it" if path.parent == target.parent else "rename from elsewhere")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    write_bytes(tmp_path / "a.tsv", b"whole")
    assert steps == ["5 bytes", "rename to a.tsv beside it", "folder"]


def test_leftovers_older_than_the_lock_are_removed(tmp_path: Path) -> None:
    """R2."""
    (tmp_path / "tables").mkdir()
    old, young, other = tmp_path / f"{TEMP_PREFIX}1", tmp_path / "tables" / f"{TEMP_PREFIX}2", tmp_path / "mine.tsv"
    for path in (old, young, other):
        path.write_bytes(b"x")
    os.utime(young, (time.time() + 1000, time.time() + 1000))
    with OutputFolder(tmp_path):
        assert not old.exists() and young.exists() and other.exists()


RUN = (
    "import sys, time\nfrom heatleaf.io.atomic import OutputFolder\nfrom heatleaf.errors import UserError\n"
    "with OutputFolder(sys.argv[1]) as folder:\n  print('inside', flush=True)\n  time.sleep(60)\n"
)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_second_run_is_refused_and_a_dead_one_is_taken_over(tmp_path: Path) -> None:
    """R17."""
    folder = tmp_path / "out"
    child = subprocess.Popen([sys.executable, "-c", RUN, str(folder)], stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None and child.stdout.readline() == b"inside\n"
        pattern = rf"another run is writing into this folder \(process {child.pid}, started 20\d\d-"
        with pytest.raises(UserError, match=pattern) as caught, OutputFolder(folder):
            pass
        assert caught.value.code == "output_running"
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    with OutputFolder(folder) as taken:
        assert [message.level for message in taken.messages] == ["note"]
        assert f"the lock of a run that did not finish (process {child.pid}" in taken.messages[0].text
    with OutputFolder(folder) as again:
        assert again.messages == ()
    assert not (folder / LOCK_NAME).exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked on POSIX only")
def test_a_child_does_not_hold_the_lock_of_a_killed_run(tmp_path: Path) -> None:
    """R17: the child lives on for a minute, the folder is free at once."""
    code = (
        "import os, signal, sys, time\nfrom heatleaf.io.atomic import OutputFolder\n"
        "with OutputFolder(sys.argv[1]):\n"
        "  if (child := os.fork()) == 0:\n    os.close(1)\n    time.sleep(60)\n"
        "  print(child, flush=True)\n  os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "out")], stdout=subprocess.PIPE, check=False)
    try:
        with OutputFolder(tmp_path / "out") as folder:
            assert "is taken over" in folder.messages[0].text
    finally:
        os.kill(int(done.stdout), signal.SIGKILL)


def test_lock_is_freed_when_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), OutputFolder(tmp_path):
        raise RuntimeError
    with OutputFolder(tmp_path) as folder:
        assert folder.messages == ()


def test_file_in_place_of_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"")
    with pytest.raises(UserError, match="is a file, so it cannot be the output folder") as caught, OutputFolder(path):
        pass
    assert caught.value.code == "output_folder"
    with pytest.raises(UserError) as caught, OutputFolder(path / "below"):
        pass
    assert caught.value.code == "output_folder"


def test_folder_that_is_not_writable(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user writes anywhere")
        with pytest.raises(UserError, match="cannot be written to") as caught, OutputFolder(tmp_path):
            pass
        assert caught.value.code == "output_folder"
    finally:
        tmp_path.chmod(0o700)
