"""The workflow run as a child process: what Snakemake is told, progress while it works, and its end in words."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from heatleaf.errors import UserError
from heatleaf.io.atomic import DISK, TEMP_PREFIX
from heatleaf.reads.cluster import TEMPLATES, write_profile
from heatleaf.reads.gather import GatherJob
from heatleaf.reads.jobs import IndexJob, write_batch, write_json
from heatleaf.reads.planning import WorkPlan
from heatleaf.reads.settings import QuantifySettings
from heatleaf.reads.step import read_failure
from heatleaf.reads.workflow_process import alone_in

POLL_SECONDS = 0.2
_TIME_TO_END = 45.0  # seconds; workflow_process takes at most 30
_TAIL_BYTES = 2000


def require_engine() -> None:
    """Refuse to begin where a package of the extra is not installed.

    Raises
    ------
    UserError
        tool.
    """
    missing = [name for name in ("snakemake", "cutadapt", "psutil") if find_spec(name) is None]
    if missing:
        what = f"the extra 'reads' is not installed (missing: {', '.join(missing)})"
        raise UserError("tool", what, fix="pip install 'heatleaf[reads]'")


def prepare_workflow(
    work: Path, todo: WorkPlan, index: IndexJob, gather: GatherJob, settings: QuantifySettings
) -> None:
    """Write what the workflow reads, and clear away what a former run left: its markers, its locks, its reasons.

    Raises
    ------
    UserError
        output_write; output_running: the process of a run that was killed does not end.
    """
    with alone_in(work):
        _clear(work)
        for batch in todo.batches:
            write_batch(batch, work / "batches")
        write_json(work / "index.json", asdict(index))
        write_json(work / "gather.json", asdict(gather))
        write_json(work / "workflow.json", _config(todo))
        write_profile(settings, work / "profile", todo.n_slots)
        if not todo.needs_index:
            (work / "done" / "index").touch()


def _clear(work: Path) -> None:
    """Remove what a former run left, and nothing that is a result."""
    for name in ("done", "failed", "batches", ".snakemake"):
        shutil.rmtree(work / name, ignore_errors=True)
    for left in (work.parent / "transcripts").glob(f"{TEMP_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    for name in ("done", "failed"):
        (work / name).mkdir(parents=True)


def run_workflow(work: Path, log: Path, watch: Callable[[], None]) -> int:
    """Run Snakemake to its end and return its exit code; whatever ends this process ends it too.

    watch : called several times a second.
    """
    log.unlink(missing_ok=True)
    with DISK.append(log) as said:
        child = subprocess.Popen(  # noqa: S603  an argument list of ours
            # -P: a file of the user that is named like a module is not taken for one
            [sys.executable, "-P", "-m", "heatleaf.reads.workflow_process", str(work), *snakemake_arguments(work)],
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.STDOUT,
            env=_environment(),
            start_new_session=True,
        )
        try:
            while child.poll() is None:
                watch()
                time.sleep(POLL_SECONDS)
        finally:
            _end(child)
    watch()
    return child.returncode


def snakemake_arguments(work: Path) -> list[str]:
    """Return the arguments of Snakemake that are the same for every executor; a profile has the rest."""
    fixed = ["--snakefile", str(TEMPLATES / "Snakefile"), "--directory", str(work)]
    fixed += ["--configfile", str(work / "workflow.json"), "--profile", str(work / "profile")]
    # Records beside the results say what is done, so Snakemake need not remember anything, nor lock.
    fixed += ["--nolock", "--drop-metadata", "--rerun-triggers", "mtime", "--rerun-incomplete"]
    return [*fixed, "--keep-going", "--scheduler", "greedy", "--workflow-profile", "none", "--nocolor"]


def require_success(code: int, work: Path, log: Path, n_samples: int) -> None:
    """Refuse, with the reason, when a workflow did not come to its end.

    Raises
    ------
    UserError
        The code that a step gave, or workflow: Snakemake failed without any step that says why.
    """
    failures = {path.stem: path for path in sorted((work / "failed").glob("*.json"))}
    for step in ("index", "gather"):
        if step in failures and (error := read_failure(failures[step])):
            raise error
    reasons = {sample: error for sample, path in failures.items() if (error := read_failure(path))}
    if reasons:
        raise _compose(reasons, n_samples)
    if code:
        how = f"exit code {code}" if code > 0 else f"signal {-code} ({signal.Signals(-code).name})"
        what = f"the workflow ended with {how}; it said: {_tail(log)}"
        raise UserError("workflow", what, fix=f"run the same command again: it goes on. The whole log is {log}")


def _compose(reasons: dict[str, UserError], n_samples: int) -> UserError:
    """Tell the first reason, and of which samples there are more."""
    names = list(reasons)
    first = reasons[names[0]]
    shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
    what = f"{first.what} ({len(names):,} of {n_samples:,} samples could not be quantified: {shown})"
    fix = f"{first.fix}; then run the same command again: it goes on with what is missing"
    return UserError(first.code, what, where=first.where or names[0], fix=fix)


def _config(todo: WorkPlan) -> dict[str, Any]:
    batches = {
        batch.name: {"minutes": minutes, "is_trimmed": batch.is_trimmed}
        for batch, minutes in zip(todo.batches, todo.minutes, strict=True)
    }
    return {
        "python": sys.executable,
        "index": {"mem_mb": todo.index_mb, "minutes": todo.index_minutes},
        "quantify": {"mem_mb": todo.quantify_mb},
        "batches": batches,
    }


def _environment() -> dict[str, str]:
    """Return the environment without what would change Snakemake behind our back."""
    return {name: value for name, value in os.environ.items() if name not in {"SNAKEMAKE_PROFILE", "PYTHONINSPECT"}}


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a workflow and all that it started; of one that has ended by itself, what it left running."""
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.close()
    try:
        child.wait(_TIME_TO_END)
    except subprocess.TimeoutExpired:
        child.kill()
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _tail(log: Path) -> str:
    """Return the last lines of a log in one line."""
    text = log.read_bytes()[-_TAIL_BYTES:].decode("utf-8", "replace")
    return " | ".join(line.strip() for line in text.split("\n")[-6:] if line.strip())


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object, {} where there is none."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return given if isinstance(given, dict) else {}
