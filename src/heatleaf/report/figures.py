"""Every figure of an analysis, rendered in each format: here, or in a second process while this one goes on."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType

from heatleaf.analysis.result import Analysis
from heatleaf.figures.save import IMAGE_FORMATS, ImageFormat, render
from heatleaf.figures.theme import drawing

Images = dict[tuple[str, ImageFormat], bytes]


@dataclass(frozen=True)
class FigureTask:
    """A figure to draw: its file name without ending, its title for the file's metadata, its kind, and its spec."""

    name: str
    title: str
    kind: str
    spec: object


def figure_tasks(analysis: Analysis, safe: Mapping[str, str]) -> Iterator[FigureTask]:
    """Yield every figure of an analysis.

    Parameters
    ----------
    safe : mapping
        Name of a comparison -> its name in files.
    """
    yield FigureTask("heatmap", analysis.heatmap.title, "heatmap", analysis.heatmap.spec)
    for comparison in analysis.comparisons:
        contrast = comparison.differential.contrast
        name = safe[contrast.name]
        if comparison.heatmap is not None:
            yield FigureTask(f"heatmap_{name}", comparison.heatmap.title, "heatmap", comparison.heatmap.spec)
        yield FigureTask(f"volcano_{name}", f"Volcano plot, {contrast.title}", "volcano", comparison.volcano)
        yield FigureTask(f"ma_{name}", f"MA plot, {contrast.title}", "ma", comparison.ma)
    if analysis.pca is not None:
        yield FigureTask("pca", "Principal components of the samples", "pca", analysis.pca)
    yield FigureTask("sample_distances", "Distances between samples", "distances", analysis.distances)


def render_figure(task: FigureTask) -> dict[ImageFormat, bytes]:
    """Draw a figure once and render it as PDF, SVG and PNG."""
    draw = getattr(import_module(f"heatleaf.figures.{task.kind}.draw"), f"draw_{task.kind}")
    with drawing():
        figure = draw(task.spec)
        return {image_format: render(figure, image_format, title=task.title) for image_format in IMAGE_FORMATS}


class FigureRenderer:
    """Renders figures in a second process; use it as a context manager, and early: the process starts meanwhile.

    The second process takes figures from the front of the list, this one from the back once `finish` is called, so
    neither waits for the other. The images do not depend on who rendered them. Where the second process cannot be
    started or dies, this one does all the work. It ends with its parent, however that ends: it only waits for words
    from it, and ignores the keyboard.
    """

    def __init__(self) -> None:
        self._waiting: deque[FigureTask] = deque()
        self._images: Images = {}
        self._feeder: threading.Thread | None = None
        self._failed: BaseException | None = None

    def __enter__(self) -> FigureRenderer:
        context = get_context("spawn")
        self._connection, other_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(other_end,), daemon=True)
        with contextlib.suppress(OSError):
            self._process.start()
        other_end.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        if self._process.pid is not None:
            self._process.terminate()
            self._process.join()

    def start(self, tasks: Sequence[FigureTask]) -> None:
        """Begin to render in the second process."""
        self._waiting.extend(tasks)
        self._feeder = threading.Thread(target=self._feed, daemon=True)
        self._feeder.start()

    def finish(self) -> Images:
        """Help with what is left, wait for the rest, and return (name, format) -> bytes."""
        while (task := self._take(from_front=False)) is not None:
            self._keep(task, render_figure(task))
        if self._feeder is not None:
            self._feeder.join()
        while (task := self._take(from_front=False)) is not None:  # what a dead second process gave back
            self._keep(task, render_figure(task))
        if self._failed is not None:
            raise self._failed
        return self._images

    def _take(self, *, from_front: bool) -> FigureTask | None:
        try:
            return self._waiting.popleft() if from_front else self._waiting.pop()
        except IndexError:
            return None

    def _keep(self, task: FigureTask, images: Mapping[ImageFormat, bytes]) -> None:
        for image_format, data in images.items():
            self._images[task.name, image_format] = data

    def _feed(self) -> None:
        """Hand figures to the second process one at a time, and keep what comes back."""
        while (task := self._take(from_front=True)) is not None:
            try:
                self._connection.send(task)
                answer = self._connection.recv()
            except (EOFError, OSError):
                self._waiting.append(task)
                return
            if isinstance(answer, BaseException):
                self._failed = answer
                return
            self._keep(task, answer)


def _serve(connection: Connection) -> None:
    """Render what the parent sends, until it closes its end or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for kind in ("heatmap", "volcano"):
        import_module(f"heatleaf.figures.{kind}.draw")
    import_module("matplotlib.backends.backend_pdf")
    with drawing(), contextlib.suppress(EOFError, OSError):
        while True:
            task = connection.recv()
            try:
                connection.send(render_figure(task))
            except Exception as error:  # the parent raises it where the user can see it
                connection.send(error)
