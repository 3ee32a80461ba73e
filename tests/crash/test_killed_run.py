"""A run that is killed (R1, R14): what is there is whole, and running again gives what an uninterrupted run gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from run_contents import contents

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are POSIX"),
    pytest.mark.timeout(300),
]

# One process that has loaded everything; each attempt is a child of it that kills itself: at the start of the k-th
# phase, or before the n-th file gets its name. Prints what it died in.
DRIVER = """\
import os, signal, sys
from heatleaf.cli import main
from heatleaf.cli.terminal import PhaseLines
from heatleaf.io.atomic import DISK
import heatleaf.analysis.run, heatleaf.report

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def die_in_phase(number):
    left, begin = [number], PhaseLines.__call__
    def call(self, event, text):
        if event == "start":
            left[0] -= 1
            if left[0] < 0:
                os.write(1, f"phase {text}\\n".encode())
                die()
        begin(self, event, text)
    PhaseLines.__call__ = call

def die_at_file(number):
    left, replace = [number], type(DISK).replace
    def stop(temporary, path):
        left[0] -= 1
        if left[0] < 0:
            os.write(1, f"file {path.name}\\n".encode())
            die()
        replace(DISK, temporary, path)
    DISK.replace = stop

def attempt(prepare, number):
    child = os.fork()
    if child == 0:
        prepare(number)
        os._exit(main(sys.argv[2:]))
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit(f"attempt {number} ended with exit code {os.WEXITSTATUS(status)}")
    return os.WIFSIGNALED(status)

kind, step = sys.argv[1].split("/")
number = 0
while attempt({"phase": die_in_phase, "file": die_at_file}[kind], number):
    number += int(step)
print("finished", number)
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("inputs")
    rng = np.random.default_rng(5)
    mean = rng.lognormal(5, 1, (120, 1)) * np.where((np.arange(120) < 30)[:, None] & (np.arange(4) > 1), 6, 1)
    rows = [f"G{i}\t" + "\t".join(map(str, row)) for i, row in enumerate(rng.poisson(mean).tolist())]
    (folder / "counts.tsv").write_text("\n".join(["gene\ta_1\ta_2\tb_1\tb_2", *rows]) + "\n", encoding="utf-8")
    return ["run", str(folder / "counts.tsv"), "--quiet", "-o"]


def drive(kind: str, words: list[str]) -> list[str]:
    done = subprocess.run([sys.executable, "-c", DRIVER, kind, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith(("phase ", "file ", "finished "))]


@pytest.fixture(scope="module")
def whole(inputs: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an uninterrupted run leaves."""
    folder = tmp_path_factory.mktemp("whole") / "out"
    done = subprocess.run([sys.executable, "-m", "heatleaf", *inputs, str(folder)], capture_output=True, check=False)
    assert done.returncode == 0
    return contents(folder, without="output_running")


def test_a_run_killed_at_any_phase_and_run_again_equals_another(
    inputs: list[str], whole: dict[str, str], tmp_path: Path
) -> None:
    """R14: killed in the first phase, again in the second, and so on, into one folder; the last attempt finishes."""
    died = drive("phase/1", [*inputs, str(tmp_path / "out")])
    assert {"phase reading", "phase differential expression", "phase heatmaps", "phase writing"} <= set(died)
    assert died[-1] == f"finished {len(died) - 1}"
    assert contents(tmp_path / "out", without="output_running") == whole


def test_a_run_killed_between_its_files_leaves_whole_ones(
    inputs: list[str], whole: dict[str, str], tmp_path: Path
) -> None:
    """R1, R14: every file that has its name is whole; leftovers are gone in the end."""
    died = drive("file/20", [*inputs, str(tmp_path / "out")])
    assert len(died) > 2 and died[0].startswith("file ")
    assert contents(tmp_path / "out", without="output_running") == whole
