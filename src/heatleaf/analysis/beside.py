"""A computation that a second process does while this one goes on."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_PR_SET_PDEATHSIG = 1  # of prctl(2)
_PATIENCE = 600.0  # seconds to wait for a child that does not answer, before its work is done here


class Beside(Generic[T]):
    """Work done by a forked child from now on, and handed over when it is asked for.

    On Linux with two processors or more; elsewhere, or if the child fails, this process does the work when it is asked
    for. The work must not depend on who does it: a pure function of what is known now.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._child: Any = None
        if sys.platform == "linux" and (os.cpu_count() or 1) > 1:
            self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("fork")
        try:
            self._answer, theirs = context.Pipe(duplex=False)
            child = context.Process(target=self._serve, args=(theirs, os.getpid()), daemon=True)
            with warnings.catch_warnings():  # Python 3.12 warns of threads; ours have ended, and BLAS has fork handlers
                warnings.simplefilter("ignore", DeprecationWarning)
                child.start()
            theirs.close()
        except OSError:  # no process to be had
            return
        self._child = child

    def _serve(self, connection: Connection, parent: int) -> None:
        """Work in the child; a fault is left for the parent, which meets it again and can tell the user."""
        _die_with(parent)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # as Python ends a child that is not waited for
        with contextlib.suppress(Exception):
            connection.send((self._work(),))

    def result(self) -> T:
        """Return what was worked out; ask once."""
        answer: tuple[T] | None = None
        if self._child is not None:
            with contextlib.suppress(EOFError, OSError):
                answer = self._answer.recv() if self._answer.poll(_PATIENCE) else None
            self._answer.close()
            if answer is None:
                self._child.terminate()
            self._child.join()
        return answer[0] if answer is not None else self._work()


def _die_with(parent: int) -> None:
    """Let the system end this child when its parent ends, however that is (requirement R14).

    A child of a killed run would hold the lock of the folder, and wait for ever to hand over what nobody takes.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the system was asked
        os._exit(1)
