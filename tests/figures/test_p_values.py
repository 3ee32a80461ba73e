"""The histogram of p-values: laws of the spec, edge cases."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from heatleaf.figures.p_values import build_p_values_spec, draw_p_values
from heatleaf.figures.save import IMAGE_FORMATS, render
from heatleaf.model import Contrast

CONTRAST = Contrast("dex", "treated", "control", np.array([0.0, 1.0]))
TESTED = np.array([5000, 900, *[400] * 18])
ASIDE = np.arange(20) * 10
NOTHING = np.zeros(20, dtype=np.int64)


def test_bars_stack_and_the_line_is_the_share_of_genes_without_difference() -> None:
    spec = build_p_values_spec(CONTRAST, TESTED, ASIDE, null_share=0.6)
    assert spec.null_height == pytest.approx(0.6 * TESTED.sum() / 20)
    assert spec.limits.y[1] >= (TESTED + ASIDE).max()
    assert [entry.text for entry in spec.legend] == [
        "tested (13,100 genes)",
        "set aside, too few reads (1,900)",
        "without difference: 60 % (π₀)",
    ]


def test_what_is_not_there_is_not_in_the_legend() -> None:
    spec = build_p_values_spec(CONTRAST, TESTED, NOTHING)
    assert np.isnan(spec.null_height)
    assert [entry.text for entry in spec.legend] == ["tested (13,100 genes)"]
    assert json.loads(json.dumps(spec.to_json(), allow_nan=False))["null_height"] is None


@pytest.mark.parametrize(
    ("tested", "aside", "share"),
    [
        (TESTED, ASIDE, 0.6),
        (NOTHING, NOTHING, float("nan")),
        (np.eye(20, dtype=np.int64)[3], NOTHING, float("nan")),
        (TESTED * 10, ASIDE * 3, 0.0),
        (NOTHING, ASIDE, float("nan")),
    ],
)
def test_it_is_drawn_without_a_collision_n34(
    tested: np.ndarray, aside: np.ndarray, share: float, check: Callable[[object], None]
) -> None:
    spec = build_p_values_spec(CONTRAST, tested, aside, null_share=share)
    assert spec.empty_text == ("" if (tested + aside).any() else "No gene could be tested")
    check(draw_p_values(spec))


def test_same_bytes_for_the_same_result_r10() -> None:
    def draw() -> list[bytes]:
        figure = draw_p_values(build_p_values_spec(CONTRAST, TESTED, ASIDE, null_share=0.6))
        return [render(figure, image_format) for image_format in IMAGE_FORMATS]

    assert draw() == draw()
