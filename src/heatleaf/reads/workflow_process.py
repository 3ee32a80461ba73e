"""The process of the workflow: Snakemake, and an end with the process that started it.

`python -m heatleaf.reads.workflow_process WORK [ARGUMENTS OF SNAKEMAKE]`. It runs in a session of its own and ends,
with all that it started, when its standard input ends: also where the process at the other end was killed.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.atomic import OutputFolder

WAIT_FOR_FORMER = 60.0  # seconds that a former process may take to end
_LOCAL = re.compile(r"^executor:\s*[\"']?local[\"']?\s*(#.*)?$", re.MULTILINE)
_TIME_TO_CANCEL = 30.0  # seconds for jobs in a queue to be cancelled


def main(arguments: list[str]) -> int:
    """Run Snakemake in the work folder, alone."""
    work = Path(arguments[0])
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent that ignores it, as the app's, hands that on
    _end_with_input()
    with alone_in(work):
        try:
            if _is_local(work):
                _leave_out_executors()
            from snakemake.cli import main as run_snakemake

            run_snakemake(arguments[1:])
        except SystemExit as ended:
            return ended.code if isinstance(ended.code, int) else 1
    return 0


@contextlib.contextmanager
def alone_in(work: Path) -> Iterator[None]:
    """Hold the lock of the work folder; the process of a run that was killed may still be about to end.

    Raises
    ------
    UserError
        output_running: it does not end.
    """
    folder = _enter(work)
    try:
        yield
    finally:
        folder.__exit__(None, None, None)


def _enter(work: Path) -> OutputFolder:
    began = time.monotonic()
    while True:
        try:
            return OutputFolder(work).__enter__()
        except UserError as error:
            if error.code != "output_running" or time.monotonic() - began > WAIT_FOR_FORMER:
                raise
        time.sleep(0.2)


def _is_local(work: Path) -> bool:
    """Whether the profile of the run keeps the jobs on this machine."""
    return _LOCAL.search((work / "profile" / "config.yaml").read_text(encoding="utf-8")) is not None


def _leave_out_executors() -> None:
    """Keep Snakemake from importing each executor that is installed.

    It imports them all to know their options: a second of work for Slurm's and Kubernetes', and Slurm's calls the
    program `which`, without which a small machine fails although no job goes to a cluster.
    """
    from snakemake.executors import dryrun, local, touch
    from snakemake_interface_executor_plugins.registry import (  # type: ignore[import-untyped]
        ExecutorPluginRegistry,
    )

    registry = object.__new__(ExecutorPluginRegistry)
    registry.plugins = {}
    for name, module in (("local", local), ("dryrun", dryrun), ("touch", touch)):
        registry.register_plugin(name, module)
    ExecutorPluginRegistry._instance = registry


def _end_with_input() -> None:
    """Watch standard input from a thread, and keep it from all that is started here."""
    watched = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=_wait_and_end, args=(watched,), daemon=True).start()


def _wait_and_end(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    _signal_all(signal.SIGINT)
    time.sleep(_TIME_TO_CANCEL)
    _signal_all(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


def _signal_all(number: int) -> None:
    """Send a signal to this process and all that it started."""
    if sys.platform == "win32":
        os.kill(os.getpid(), number)
    else:
        os.killpg(os.getpgrp(), number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
