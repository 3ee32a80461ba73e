"""Figures drawn by two processes."""

from __future__ import annotations

import os

import pytest

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.result_figures import make_result_figures
from heatleaf.report import drawing
from heatleaf.report.drawing import FigureDrawer
from heatleaf.report.figures import FigureTask, figure_tasks


@pytest.fixture(scope="module")
def tasks(analysis: Analysis) -> list[FigureTask]:
    name = analysis.comparisons[0].differential.contrast.name
    return [
        task
        for task in figure_tasks(analysis, make_result_figures(analysis), {name: "x"})
        if task.name in ("pca", "sample_distances")
    ]


def test_the_number_of_workers_changes_nothing(tasks: list[FigureTask]) -> None:  # R7, R12
    alone, shared = FigureDrawer(tasks, 1).images(), FigureDrawer(tasks, 2).images()
    assert alone == shared
    assert list(alone) == list(shared) == [(t.name, f) for t in tasks for f in ("pdf", "svg", "png")]


def test_a_child_that_dies_is_replaced(tasks: list[FigureTask], monkeypatch: pytest.MonkeyPatch) -> None:
    expected = FigureDrawer(tasks, 1).images()
    parent = os.getpid()
    render = drawing.render_task

    def die_in_the_child(task: FigureTask) -> object:
        if os.getpid() != parent:
            os._exit(9)
        return render(task)

    monkeypatch.setattr(drawing, "render_task", die_in_the_child)
    assert FigureDrawer(tasks, 2).images() == expected


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_fault_in_a_drawing_is_raised_here(n_workers: int) -> None:
    def fail() -> object:
        raise ZeroDivisionError("in a figure")

    with pytest.raises(ZeroDivisionError, match="in a figure"):
        FigureDrawer([FigureTask("a", "a", fail), FigureTask("b", "b", fail)], n_workers).images()  # type: ignore[arg-type]
