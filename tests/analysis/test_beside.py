"""Work done by a forked child: the same result whoever does it, also when the child dies or the work fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from heatleaf.analysis.beside import Beside


def test_the_result_is_that_of_the_work() -> None:
    assert Beside(lambda: sum(range(1000))).result() == 499_500


def test_nothing_is_a_result() -> None:
    assert Beside(lambda: None).result() is None


def test_this_process_goes_on_meanwhile() -> None:
    began = time.perf_counter()
    work = Beside(lambda: time.sleep(0.3))
    assert time.perf_counter() - began < 0.25
    work.result()


def test_a_child_that_dies_is_replaced() -> None:
    """R36: what the child could not do is done here."""
    parent = os.getpid()

    def die_in_the_child() -> str:
        if os.getpid() != parent:
            os._exit(9)
        return "done here"

    assert Beside(die_in_the_child).result() == "done here"


def test_a_fault_is_raised_here() -> None:
    def fail() -> None:
        raise ZeroDivisionError("in the work")

    with pytest.raises(ZeroDivisionError, match="in the work"):
        Beside(fail).result()


@pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux only")
def test_a_child_does_not_outlive_a_killed_parent() -> None:
    """R14: two children wait to hand over more than a pipe holds; the system ends them with their parent."""
    code = (
        "import os, signal, time\nfrom heatleaf.analysis.beside import Beside\n"
        "os.cpu_count = lambda: 2\n"
        "works = [Beside(lambda: bytes(10_000_000)) for _ in range(2)]\n"
        "print(*(work._child.pid for work in works), flush=True)\n"
        "time.sleep(0.3)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    deadline = time.monotonic() + 10
    while any(is_alive(int(pid)) for pid in done.stdout.split()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked after does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
