"""What the user sees while and after an analysis runs: phases with times, messages, findings, where to look."""

from __future__ import annotations

import contextlib
import datetime
import shutil
import sys
import textwrap
import time
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from heatleaf.errors import UserError

if TYPE_CHECKING:
    from heatleaf.analysis.result import Analysis
    from heatleaf.model import Message

_WIDTH = 100
_N_FINDINGS = 6
_NOT_SHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def printable(text: str) -> str:
    """Show characters of user text that could steer a terminal, or that it cannot print, as codes (requirement S26).

    These are control and direction-changing characters, line ends, and bytes of file names that are no UTF-8.
    """
    return "".join(
        f"\\u{ord(character):04x}" if unicodedata.category(character) in _NOT_SHOWN else character for character in text
    )


class PhaseLines:
    """Prints each phase with what it found and how long it took, on stderr."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._began = self._phase_began = time.perf_counter()
        self._name = ""
        self._started = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        self._seconds: dict[str, float] = {}

    def __call__(self, event: str, text: str) -> None:
        """Take an event of `analysis.progress`."""
        if event == "start":
            self._name, self._phase_began = text, time.perf_counter()
            if not self._quiet and sys.stderr.isatty():
                print(f"  {text} ...", end="\r", file=sys.stderr, flush=True)
            return
        if event != "end":
            self._show_step(text)
            return
        seconds = self._seconds[self._name] = time.perf_counter() - self._phase_began
        if not self._quiet:
            line = f"  {self._name:<24}{printable(text):<64} {seconds:6.2f} s"
            print(line, file=sys.stderr, flush=True)

    def _show_step(self, text: str) -> None:
        """Show how far a long phase has come, in the same line of a terminal; nothing in a file."""
        if not self._quiet and sys.stderr.isatty():
            width = min(_WIDTH, shutil.get_terminal_size().columns) - 1  # a line that wraps cannot be taken back
            line = f"  {self._name:<24}{printable(text)}"[:width]
            print(f"{line:<{width}}", end="\r", file=sys.stderr, flush=True)

    @contextlib.contextmanager
    def telling_memory(self) -> Iterator[None]:
        """Name the phase in which the memory ended (requirement R21)."""
        try:
            yield
        except MemoryError as error:
            what = f"there is not enough memory for this table (phase: {self._name or 'start'})"
            fix = "leave out genes without counts, or samples; close other programs"
            raise UserError("memory", what, fix=fix) from error

    @property
    def times(self) -> dict[str, str | float]:
        """When it began (UTC), and the seconds of each phase that has ended."""
        return {"started": self._started, **{name: round(seconds, 3) for name, seconds in self._seconds.items()}}

    @property
    def seconds(self) -> float:
        """Seconds since the first phase."""
        return time.perf_counter() - self._began


def print_messages(messages: Sequence[Message]) -> None:
    """Print warnings, then notes, each once, on stderr."""
    for level in ("warning", "note"):
        for message in dict.fromkeys(messages):
            if message.level == level:
                print(_wrap(f"{level} [{message.code}] {printable(message.text)}", "    "), file=sys.stderr)


def print_summary(analysis: Analysis, folder: Path, seconds: float) -> None:
    """Print what was found and where to look, on stdout."""
    print()
    for finding in analysis.findings[:_N_FINDINGS]:
        print(_wrap(printable(finding.text), "  ", "* "))
    more = len(analysis.findings) - _N_FINDINGS
    if more > 0:
        print(f"  ... and {more} more in the report")
    where = printable(str(folder / "x"))[:-1]
    print(f"\nDone in {seconds:.1f} s. Open {where}report.html")
    print(f"Figures are in {where}figures, tables in {where}tables and {where}results.xlsx.")


def print_paragraphs(text: str) -> None:
    """Print sentences, one a line, on stdout; further lines of a sentence are indented."""
    for line in text.split("\n"):
        print(_wrap(printable(line), "    ") if line else "")


def _wrap(text: str, indent: str, start: str = "") -> str:
    """Break text into lines between words only, so that options and paths stay whole."""
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=start,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
