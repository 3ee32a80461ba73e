"""The MA figure: laws of the spec, what it says, edge cases."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from heatleaf.figures import theme
from heatleaf.figures.ma import build_ma_spec, draw_ma
from heatleaf.figures.save import render
from heatleaf.figures.volcano import build_volcano_spec
from heatleaf.model import DifferentialResult

Make = Callable[..., DifferentialResult]


def test_points_are_log10_mean_and_the_chosen_fold_change(noisy: DifferentialResult) -> None:
    for estimate, change in (("shrunken", noisy.lfc_shrunken), ("plain", noisy.log2_fold_change)):
        spec = build_ma_spec(noisy, estimate=estimate)
        inside = spec.points.beyond == ""
        genes = spec.points.i_gene[inside]
        assert np.array_equal(spec.points.y[inside], change[genes])
        assert np.allclose(spec.points.x[inside], np.log10(noisy.base_mean[genes]))
        assert spec.y_limits[0] == -spec.y_limits[1]
        assert spec.estimate == estimate


def test_the_figure_says_which_fold_change_is_drawn(noisy: DifferentialResult, make: Make) -> None:
    shrunken, plain = build_ma_spec(noisy), build_ma_spec(noisy, estimate="plain")
    assert shrunken.y_label == "log₂ fold change, shrunken"
    assert shrunken.page.subtitle == ("dex; shrunken fold changes",)
    assert plain.y_label == "log₂ fold change"
    assert plain.page.subtitle == ("dex; fold changes as estimated, not shrunken",)
    without = build_ma_spec(make([1.0, -1.0], [9.0, -9.0], shrunken=[np.nan, np.nan]))
    assert without.estimate == "plain" and without.y_label == "log₂ fold change"


def test_genes_without_reads_have_no_point(noisy: DifferentialResult) -> None:
    spec = build_ma_spec(noisy)
    assert len(spec.points.x) == 2980
    assert "not tested: 20 without reads." in " ".join(spec.page.small_print)


def test_numbers_and_names_are_those_of_the_volcano(noisy: DifferentialResult) -> None:
    spec, volcano = build_ma_spec(noisy), build_volcano_spec(noisy)
    assert (spec.n_up, spec.n_down) == (volcano.n_up, volcano.n_down)
    if spec.n_left_out == volcano.n_left_out == 0:
        assert {label.text for label in spec.labels} == {label.text for label in volcano.labels}


def test_names_stay_off_the_zero_line_and_the_number_of_lower_genes(noisy: DifferentialResult) -> None:
    spec = build_ma_spec(noisy)
    _, bottom, _, top = spec.page.panel_bounds
    middle = (bottom + top) / 2
    assert spec.labels
    for label in spec.labels:
        assert (label.box[3] < middle) if label.direction < 0 else (label.box[1] > middle)
        assert label.box[2] < spec.corner[0] or label.box[1] > spec.corner[3]


def test_ticks_are_counts_at_powers_of_ten(noisy: DifferentialResult) -> None:
    ticks = dict(build_ma_spec(noisy).x_ticks)
    assert ticks[0.0] == "1" and ticks[4.0] == "10,000"


def test_genes_beyond_the_axes_become_triangles(make: Make) -> None:
    rng = np.random.default_rng(0)
    lfc = np.append(rng.uniform(-2, 2, 4000), -40.0)
    spec = build_ma_spec(make(lfc, np.sign(lfc) * 8, base_mean=np.append(rng.uniform(10, 1000, 4000), 50.0)))
    assert spec.points.beyond[-1] == "v" and spec.points.y[-1] == spec.y_limits[0]
    assert "at the border" in " ".join(spec.page.small_print)


def test_it_is_drawn_without_a_collision(noisy: DifferentialResult, check: Callable[[object], None]) -> None:
    for estimate in ("shrunken", "plain"):
        with theme.drawing():
            check(draw_ma(build_ma_spec(noisy, estimate=estimate)))


def test_many_genes_are_an_image_within_small_vector_files(noisy_large: DifferentialResult) -> None:
    with theme.drawing():
        figure = draw_ma(build_ma_spec(noisy_large))
        assert max(len(render(figure, image_format)) for image_format in ("pdf", "svg")) < 400_000


def test_the_spec_is_json(noisy: DifferentialResult) -> None:
    assert json.loads(json.dumps(build_ma_spec(noisy).to_json(), allow_nan=False))["estimate"] == "shrunken"


@pytest.mark.parametrize(
    ("lfc", "stat", "base_mean"),
    [
        ([], [], []),
        ([np.nan] * 3, [np.nan] * 3, [0.0] * 3),
        ([0.3], [0.5], [4.0]),
        ([0.0, 0.0], [0.1, 0.1], [5.0, 5.0]),
    ],
)
def test_few_or_no_genes_give_a_labelled_figure_n34(
    make: Make, check: Callable[[object], None], lfc: list[float], stat: list[float], base_mean: list[float]
) -> None:
    spec = build_ma_spec(make(lfc, stat, base_mean=base_mean))
    assert "No gene has padj < 0.05." in " ".join(spec.page.small_print)
    with theme.drawing():
        check(draw_ma(spec))
