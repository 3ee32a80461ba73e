"""Writes that fail (R4, R5): at every operation of the disk the folder holds whole files, old or new, and no others."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from heatleaf.analysis.run import analyse
from heatleaf.analysis.settings import Settings
from heatleaf.cli import main
from heatleaf.errors import UserError
from heatleaf.io.atomic import DISK, OutputFolder
from heatleaf.report import folder as report_folder
from heatleaf.report import write_folder

OPERATIONS = ("create", "sync", "replace", "sync_folder", "remove")


def counts(seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    names = ["a_1", "a_2", "b_1", "b_2"]
    return pd.DataFrame(rng.negative_binomial(5, 0.02, (110, 4)), [f"G{i}" for i in range(110)], names)


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


class Failing:
    """Let the nth operation of the disk fail, and every one after it while `stays`."""

    def __init__(self, patch: pytest.MonkeyPatch, number: int, *, stays: bool) -> None:
        self.n_left, self.number, self.stays, self.has_failed = 10**9, number, stays, False
        self.lock = threading.Lock()  # several files are written at once
        for name in OPERATIONS:
            patch.setattr(DISK, name, self._wrapped(name), raising=True)

    def _wrapped(self, name: str) -> Callable[..., Any]:
        real = getattr(type(DISK), name)

        def operation(*arguments: Any) -> Any:
            if name != "remove":  # a file can be removed from a full disk
                with self.lock:
                    self.n_left -= 1
                    n_left = self.n_left
                if n_left == -1 or (n_left < 0 and self.stays):
                    self.has_failed = True
                    raise OSError(self.number, os.strerror(self.number))
            return real(DISK, *arguments)

        return operation


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """A function that writes the folder of one analysis; figures are drawn once."""
    analysis = analyse(counts(), None, Settings(test=False))
    real, drawn = report_folder.FigureDrawer, []

    class Drawn:
        def __init__(self, tasks: list[Any]) -> None:
            drawn or drawn.append(real(tasks).images())

        def images(self) -> Any:
            return drawn[0]

    monkeypatch.setattr(report_folder, "FigureDrawer", Drawn)

    def write_it(path: Path) -> None:
        with OutputFolder(path) as folder:
            write_folder(analysis, folder)

    yield write_it


@pytest.mark.parametrize(("number", "stays"), [(errno.ENOSPC, True), (errno.EIO, False)], ids=["full", "fault"])
def test_a_failure_at_any_write_of_a_run_leaves_whole_files(
    number: int, stays: bool, write: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R4: over the results of an earlier run, let the 1st, 2nd, ... operation fail until none does."""
    out = tmp_path / "out"
    write(tmp_path / "new")
    new = hashes(tmp_path / "new")
    old = {name: hashlib.sha256(b"old").hexdigest() for name in new}
    disk = Failing(monkeypatch, number, stays=stays)
    n_good = 0
    while True:
        for name in new:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(b"old")
        disk.n_left, disk.has_failed = n_good, False
        try:
            write(out)
        except UserError as error:
            assert error.code == "output_write"
            assert ("is full" in str(error)) == (number == errno.ENOSPC)
        left = hashes(out)
        assert left.keys() == new.keys()
        assert all(left[name] in (old[name], new[name]) for name in left if name != "run.json")
        if not disk.has_failed:
            break
        n_good += 1
    assert n_good > 3 * len(new)
    assert {name: left[name] for name in left if name != "run.json"} == {
        name: new[name] for name in new if name != "run.json"
    }


def test_a_full_disk_ends_a_run_with_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """R5: the command, exit code 1, nothing half-written; once there is room the run is made as if nothing had been."""
    counts().to_csv(tmp_path / "counts.tsv", sep="\t", index_label="gene")
    words = ["heatmap", str(tmp_path / "counts.tsv"), "-o", str(tmp_path / "out" / "figure.svg")]
    with monkeypatch.context() as patch:
        Failing(patch, errno.ENOSPC, stays=True).n_left = 1
        assert main(words) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(
        "heatleaf: error [output_write] figure.svg: cannot be written: the disk or the quota is full ("
    )
    assert said.endswith("Fix: free some space, or give another folder with -o.")
    assert hashes(tmp_path / "out") == {}
    assert main(words) == 0


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="RLIMIT_FSIZE is POSIX")
def test_a_limit_of_the_system_ends_a_run_with_one_sentence(tmp_path: Path) -> None:
    """R5: a real limit on the size of files; the workbook is the first to meet it, with a temporary file."""
    counts().to_csv(tmp_path / "counts.tsv", sep="\t", index_label="gene")
    code = (
        "import resource, signal, sys\nfrom heatleaf.cli import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    words = ["run", str(tmp_path / "counts.tsv"), "-o", str(tmp_path / "out"), "--no-test", "--quiet"]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback (most recent" not in done.stderr
    assert "error [output_write]" in done.stderr.splitlines()[-1] and "results.xlsx: cannot be made" in done.stderr
    assert "results.xlsx" not in hashes(tmp_path / "out")
    assert all((tmp_path / "out" / name).stat().st_size <= 9000 for name in hashes(tmp_path / "out"))
    assert not list((tmp_path / "out").rglob(".heatleaf*"))
