"""Draw figures in a second process while this one writes tables.

Drawing takes two thirds of the time of writing a folder. On Linux a forked child and this process take figures from one
list in turn, each the next that nobody has taken; elsewhere, or if the child fails, this process draws them all. A
figure has the same bytes whoever draws it.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence

from heatleaf.analysis.beside import Beside
from heatleaf.figures.save import IMAGE_FORMATS, ImageFormat
from heatleaf.report.figures import FigureTask, render_task

Rendered = dict[int, dict[ImageFormat, bytes]]


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
        self._beside: Beside[Rendered] | None = None
        if sys.platform == "linux" and (n_workers or os.cpu_count() or 1) > 1 and len(tasks) > 1:
            self._next = multiprocessing.get_context("fork").Value("i", 0)
            parent = os.getpid()
            self._beside = Beside(lambda: self._draw_untaken(parent))

    def _draw_untaken(self, parent: int) -> Rendered:
        """Draw what nobody has taken; a child stops when its parent has gone."""
        rendered: Rendered = {}
        while parent in (os.getpid(), os.getppid()) and (position := self._take()) < len(self._tasks):
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
        if self._beside is not None:
            rendered = self._draw_untaken(os.getpid()) | self._beside.result()
        for position in range(len(self._tasks)):  # all where there is no child, else what a failed child had taken
            if position not in rendered:
                rendered[position] = render_task(self._tasks[position])
        return {
            (task.name, image_format): rendered[position][image_format]
            for position, task in enumerate(self._tasks)
            for image_format in IMAGE_FORMATS
        }
