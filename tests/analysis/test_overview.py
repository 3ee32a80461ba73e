"""Which column stands beside the group in the overview of the samples."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from heatleaf.analysis.overview import choose_second

GROUP = ("a", "a", "a", "b", "b", "b")
SCORES = np.array([[-2.0, 1.0], [-2.0, -1.0], [-2.0, 1.0], [2.0, -1.0], [2.0, 1.0], [2.0, -1.0]])


def study(annotations: dict[str, tuple[str, ...]], in_design: tuple[str, ...] = ()) -> Any:
    design = SimpleNamespace(factors=dict.fromkeys(in_design))
    return SimpleNamespace(group_values=GROUP, annotations=tuple(annotations.items()), design=design)


def test_a_column_of_the_design_comes_first() -> None:
    columns = {"sex": ("f", "m", "f", "m", "f", "m"), "batch": ("1", "1", "2", "2", "1", "2")}
    assert choose_second(study(columns), SCORES).name == "sex"
    assert choose_second(study(columns, in_design=("batch",)), SCORES).name == "batch"


def test_levels_are_in_natural_order() -> None:
    second = choose_second(study({"time": ("day10", "day4", "day0") * 2}), SCORES)
    assert second.levels == ("day0", "day4", "day10")


def test_technical_counts_and_what_the_group_determines_are_left_aside() -> None:
    columns = {"number of lanes": ("6", "7", "6", "7", "6", "7"), "state": ("x", "x", "x", "y", "y", "y")}
    assert choose_second(study(columns), SCORES) is None
    assert choose_second(study({}), None) is None


def test_many_levels_are_too_many_for_shapes() -> None:
    group = study({"mouse": tuple("ABCDEFGH")})
    group.group_values = ("a",) * 4 + ("b",) * 4
    assert choose_second(group, None) is None


def test_equal_samples_explain_nothing() -> None:
    assert choose_second(study({"sex": ("f", "m") * 3}), np.zeros((6, 2))).name == "sex"
