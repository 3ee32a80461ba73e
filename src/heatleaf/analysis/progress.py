"""Telling the user what is being done, and how long it took."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, str], None]


def silent(phase: str, detail: str) -> None:
    """Report nothing."""


class Progress:
    """Ordered phases of one analysis.

    report : called with ("start", name) when a phase begins and ("end", detail) when it is done.
    """

    def __init__(self, report: Report = silent) -> None:
        self._report = report
        self._detail = ""

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Run a phase; a detail said within is reported at its end."""
        self._detail = ""
        self._report("start", name)
        yield
        self._report("end", self._detail)

    def say(self, detail: str) -> None:
        """Say in a few words what the running phase found."""
        self._detail = detail
