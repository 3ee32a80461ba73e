"""Draw figures in a second process while this one writes tables.

Drawing takes two thirds of the time of writing a folder. On Linux a forked child and this process take figures from one
list in turn, each the next that nobody has taken; elsewhere, or if the child fails, this process draws them all. A
figure has the same bytes whoever draws it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from heatleaf.figures.save import IMAGE_FORMATS, ImageFormat
from heatleaf.report.figures import FigureTask, render_task

Rendered = dict[int, dict[ImageFormat, bytes]]
_PATIENCE = 60.0  # seconds to wait for a child that has stopped answering, before its figures are drawn here


def prepare_drawing() -> None:
    """Load what drawing needs, for a caller that has to wait for something else."""
    for module in ("matplotlib.figure", "matplotlib.patches", "matplotlib.backends.backend_pdf"):
        import_module(module)


class FigureDrawer:
    """Draws figures from when it is made until `images` is asked for.

    Parameters
    ----------
    tasks : sequence of FigureTask
    n_workers : int
        1 draws everything in this process; by default the number of processors.
    """

    def __init__(self, tasks: Sequence[FigureTask], n_workers: int = 0) -> None:
        self._tasks = tasks
        self._child: Any = None
        if (n_workers or os.cpu_count() or 1) > 1 and len(tasks) > 1 and sys.platform == "linux":
            self._start_child()

    def _start_child(self) -> None:
        context = multiprocessing.get_context("fork")
        try:
            self._next = context.Value("i", 0)
            self._answer, theirs = context.Pipe(duplex=False)
            self._child = context.Process(target=self._serve, args=(theirs,), daemon=True)
            with warnings.catch_warnings():  # Python 3.12 warns of threads; ours have ended, and BLAS has fork handlers
                warnings.simplefilter("ignore", DeprecationWarning)
                self._child.start()
            theirs.close()
        except OSError:  # no semaphores or no process to be had
            self._child = None

    def _serve(self, connection: Connection) -> None:
        """Draw in the child and send what was drawn; a fault is left for the parent, which meets it again."""
        parent = os.getppid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent answers Ctrl-C, and takes this process with it
        try:
            drawn = self._draw_untaken(parent)
        except Exception:
            drawn = {}
        with contextlib.suppress(OSError):
            connection.send(drawn)

    def _draw_untaken(self, parent: int | None = None) -> Rendered:
        """Draw what nobody has taken; a child stops when its parent has gone."""
        rendered: Rendered = {}
        while parent in (None, os.getppid()) and (position := self._take()) < len(self._tasks):
            rendered[position] = render_task(self._tasks[position])
        return rendered

    def _take(self) -> int:
        with self._next.get_lock():
            position = int(self._next.value)
            self._next.value += 1
        return position

    def images(self) -> dict[tuple[str, ImageFormat], bytes]:
        """Draw what is left, and return (figure name, format) -> bytes in the order of the tasks."""
        rendered: Rendered = {}
        if self._child is not None:
            rendered = self._draw_untaken() | self._received()
        for position in range(len(self._tasks)):
            if position not in rendered:
                rendered[position] = render_task(self._tasks[position])
        return {
            (task.name, image_format): rendered[position][image_format]
            for position, task in enumerate(self._tasks)
            for image_format in IMAGE_FORMATS
        }

    def _received(self) -> Rendered:
        """Return what the child has drawn: nothing if it died or does not answer."""
        try:
            received: Rendered = self._answer.recv() if self._answer.poll(_PATIENCE) else {}
        except (EOFError, OSError):
            received = {}
        self._answer.close()
        if not received:
            self._child.terminate()
        self._child.join()
        return received
