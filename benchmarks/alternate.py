"""Run commands in turn as whole processes and report medians of wall time, CPU time and peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Byte code is kept between runs, as on a user's machine: the first of all runs writes it and is not counted.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Cost:
    """Medians over the repeats: seconds of wall and CPU time, peak resident memory in MB."""

    wall: float
    cpu: float
    peak_mb: float


def measure(commands: Mapping[str, Sequence[str]], *, n_repeats: int = 5) -> dict[str, Cost]:
    """Run each command once to warm the disk, then all of them in turn `n_repeats` times."""
    for command in commands.values():
        _run_once(command)
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(n_repeats):
        for name, command in commands.items():
            costs[name].append(_run_once(command))
    return {
        name: Cost(
            statistics.median(cost.wall for cost in runs),
            statistics.median(cost.cpu for cost in runs),
            statistics.median(cost.peak_mb for cost in runs),
        )
        for name, runs in costs.items()
    }


def _run_once(command: Sequence[str]) -> Cost:
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=ENVIRONMENT)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            output.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{output.read().decode(errors='replace')[-2000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def print_costs(costs: Mapping[str, Cost], baseline: str) -> None:
    """Print a table of costs and how many times faster than the baseline each is."""
    width = max(len(name) for name in costs)
    print(f"{'':{width}}  {'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'times faster':>13}")
    for name, cost in costs.items():
        ratio = costs[baseline].wall / cost.wall
        print(f"{name:{width}}  {cost.wall:8.2f} {cost.cpu:8.2f} {cost.peak_mb:8.0f} {ratio:13.1f}")
