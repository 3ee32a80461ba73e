"""Figures that are taken over from the folder before are the same, and only those with the same content are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.result_figures import make_result_figures
from heatleaf.report.drawing import FigureDrawer
from heatleaf.report.drawn import DrawnFigures, digest_of
from heatleaf.report.figures import FigureTask, figure_tasks


def tasks_of(analysis: Analysis) -> list[FigureTask]:
    names = {one.differential.contrast.name: "x" for one in analysis.comparisons}
    return list(figure_tasks(analysis, make_result_figures(analysis), names))


def test_the_same_figures_are_not_drawn_again(analysis: Analysis) -> None:
    drawn, tasks = DrawnFigures(), tasks_of(analysis)
    assert drawn.missing(tasks) == tasks
    first = drawn.complete(tasks, FigureDrawer(tasks, 1).images())
    again = tasks_of(analysis)
    assert drawn.missing(again) == []
    assert drawn.complete(again, {}) == first


def test_what_differs_is_drawn(analysis: Analysis) -> None:
    drawn, tasks = DrawnFigures(), tasks_of(analysis)
    pictures = {(task.name, kind): task.name.encode() for task in tasks for kind in ("pdf", "svg", "png")}
    drawn.missing(tasks)
    drawn.complete(tasks, pictures)  # type: ignore[arg-type]
    changed = [FigureTask(t.name, t.title + "!" * (t is tasks[0]), t.draw, t.content) for t in tasks]
    assert [task.name for task in drawn.missing(changed)] == [tasks[0].name]


@dataclass(frozen=True, eq=False)
class Spec:
    """A spec."""

    values: Any
    name: str = "a"


DIFFERENT = [
    Spec(np.zeros(3)), Spec(np.zeros((3, 1))), Spec(np.zeros(3, dtype=np.float32)), Spec(np.array([0.0, 0.0, -0.0])),
    Spec((0.0, 0.0, 0.0)), Spec([0.0, 0.0, 0.0]), Spec(((0.0, 0.0), 0.0)), Spec(((0.0,), (0.0, 0.0))),
    Spec({"a": 1}), Spec({"a": 1.0}),
    Spec({"a": True}), Spec({"b": 1}), Spec("a"), Spec("a", "b"), Spec(None), Spec(("ab", "c")), Spec(("a", "bc")),
    Spec(np.array([np.nan])), Spec(frozenset({"a", "b"})), Spec(()),
]  # fmt: skip


def test_no_two_different_values_meet() -> None:
    assert len({digest_of(spec) for spec in DIFFERENT}) == len(DIFFERENT)


def test_equal_values_have_one_digest() -> None:
    assert digest_of(Spec(np.array([1.0, np.nan]))) == digest_of(Spec(np.array([1.0, np.nan])))
    assert digest_of(Spec(frozenset("ab"))) == digest_of(Spec(frozenset("ba")))


def test_a_value_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="a figure shows a value of the kind function"):
        digest_of(Spec(lambda: None))
