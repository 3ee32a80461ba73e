"""External programs: run with an argument list, a time limit, and an end that is said in words (requirement R37)."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from heatleaf.errors import UserError
from heatleaf.io.atomic import atomic_write

SECONDS_PER_HOUR = 3600.0
_TAIL_LINES = 4
_TAIL_BYTES = 4000
_LIKELY = {
    "SIGKILL": ", probably out of memory",
    "SIGXFSZ": ", a file grew beyond the limit of this account (ulimit -f)",
    "SIGXCPU": ", it used more time than this account may (ulimit -t)",
}
_OUT_OF_MEMORY = "out of memory"


class ToolKilledError(UserError):
    """A tool was killed from outside (memory, a scheduler, its time limit): worth trying again with more."""


def run_tool(
    arguments: Sequence[str], log: Path, *, folder: Path, hours: float, handed: Mapping[int, Path] | None = None
) -> None:
    """Run a program to its end; what it says goes to a log file.

    Parameters
    ----------
    arguments : the program and its arguments, never a shell's text (requirement S17).
    log : file that holds the command and its output afterwards. folder : where it runs.
    hours : time limit.
    handed : pipes that the program inherits, by descriptor, with the files whose content they carry, which the log
    names; `pipe_name` says how they are called in the arguments.

    Raises
    ------
    ToolKilledError
        tool: by a signal, or for taking too long.
    UserError
        tool: it is not there, or ended with a code other than 0; with the last lines of what it said.
    """
    name = Path(arguments[0]).name
    pipes = handed or {}
    files = {pipe_name(number): str(path) for number, path in pipes.items()}
    with atomic_write(log) as handle:
        handle.write(f"$ {shlex.join(files.get(word, word) for word in arguments)}\n".encode())
        handle.flush()
        code = _run(arguments, handle, folder, hours, tuple(pipes))
    if code == 0:
        return
    tail = _tail(log)
    said = f"; it said: {tail}" if tail else ""
    if code is None:
        what = f"{name} was stopped after {hours:g} hours, its time limit{said}"
        raise ToolKilledError("tool", what, fix="allow more time with --hours, or look into the log")
    if code < 0 or _OUT_OF_MEMORY in tail or "bad_alloc" in tail:
        raise ToolKilledError("tool", f"{name} {_name_end(code)}{said}", fix="run the same command again: it goes on")
    raise UserError("tool", f"{name} {_name_end(code)}{said}", fix=f"the whole log is {log}")


def find_fault(
    arguments: Sequence[str], log: Path, *, folder: Path, hours: float, handed: Mapping[int, Path] | None = None
) -> UserError | None:
    """Run a program as `run_tool` does, and return its fault where another one may explain more.

    Raises
    ------
    ToolKilledError
        tool.
    """
    try:
        run_tool(arguments, log, folder=folder, hours=hours, handed=handed)
    except ToolKilledError:
        raise
    except UserError as error:
        return error
    return None


def pipe_name(descriptor: int) -> str:
    """Return the name by which a program opens a pipe that it inherits."""
    return f"/dev/fd/{descriptor}"


def _run(arguments: Sequence[str], log: IO[bytes], folder: Path, hours: float, handed: Sequence[int]) -> int | None:
    """Return the exit code, negative for a signal, None for a program that took too long."""
    with _start(arguments, log, folder, handed) as child:
        try:
            return child.wait(hours * SECONDS_PER_HOUR)
        except subprocess.TimeoutExpired:
            return None
        finally:
            child.kill()  # nothing where it has ended by itself


def _start(arguments: Sequence[str], log: IO[bytes], folder: Path, handed: Sequence[int]) -> subprocess.Popen[bytes]:
    # kallisto writes numbers as the locale says, and salmon asks the network for a newer version.
    quiet = {**os.environ, "LC_ALL": "C", "SALMON_NO_VERSION_CHECK": "1"}
    try:
        return subprocess.Popen(  # noqa: S603  an argument list of ours
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=quiet,
            pass_fds=handed,
        )
    except OSError as error:
        what = f"{arguments[0]} cannot be started ({error.strerror or error})"
        raise UserError("tool", what, fix="install it, or make it executable") from None


def read_version(arguments: Sequence[str]) -> str:
    """Return what a program says of its version, the last word of the first line.

    Raises
    ------
    UserError
        tool: it cannot be started or fails.
    """
    try:
        done = subprocess.run(  # noqa: S603  an argument list of ours
            arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError("tool", f"cannot be started ({error})", where=str(arguments[0])) from None
    words = (done.stdout or done.stderr).split("\n")[0].split()
    if done.returncode or not words:
        what = f"does not say its version: it {_name_end(done.returncode)}"
        raise UserError("tool", what, where=str(arguments[0]), fix="put a working one on PATH")
    return words[-1]


def _name_end(code: int) -> str:
    """Say how a process ended."""
    if code >= 0:
        return f"failed with exit code {code}"
    number = -code
    with contextlib.suppress(ValueError):
        name = signal.Signals(number).name
        return f"was killed by signal {number} ({name}){_LIKELY.get(name, '')}"
    return f"was killed by signal {number}"


def _tail(log: Path) -> str:
    """Return the last lines of a log behind its command, in one line."""
    with log.open("rb") as handle:
        handle.seek(max(0, log.stat().st_size - _TAIL_BYTES))
        text = handle.read().decode("utf-8", "replace")
    lines = [line.strip() for line in text.replace("\r", "\n").split("\n")]
    said = [line for line in lines if line and not line.startswith("$ ")]
    return " | ".join(said[-_TAIL_LINES:])
