"""The MA figure: laws of the spec, what it says, edge cases."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from heatleaf.figures.ma import build_ma_spec, draw_ma
from heatleaf.figures.save import IMAGE_FORMATS, render
from heatleaf.figures.volcano import build_volcano_spec
from heatleaf.model import DifferentialResult

Make = Callable[..., DifferentialResult]


def test_points_are_log10_mean_and_both_fold_changes_on_the_same_scales(noisy: DifferentialResult) -> None:
    spec = build_ma_spec(noisy)
    for panel, change in zip(spec.panels, (noisy.lfc_shrunken, noisy.log2_fold_change), strict=True):
        inside = panel.points.beyond == ""
        genes = panel.points.i_gene[inside]
        assert np.array_equal(panel.points.y[inside], change[genes])
        assert np.allclose(panel.points.x[inside], np.log10(noisy.base_mean[genes]))
        assert panel.limits == spec.panels[0].limits
    upper, lower = (panel.box for panel in spec.panels)
    assert upper[0] == lower[0] and upper[2] == lower[2], "a gene stands above itself"
    assert upper[1] > lower[1] + lower[3]


def test_the_figure_says_which_fold_change_is_drawn(noisy: DifferentialResult, make: Make) -> None:
    spec = build_ma_spec(noisy)
    assert [panel.y_label for panel in spec.panels] == ["log₂ fold change, shrunken", "log₂ fold change"]
    assert spec.page.subtitle == ("dex; fold changes shrunken (above) and as estimated (below)",)
    without = build_ma_spec(make([1.0, -1.0], [9.0, -9.0], shrunken=[np.nan, np.nan]))
    assert [panel.y_label for panel in without.panels] == ["log₂ fold change"]
    assert without.page.subtitle == ("dex; fold changes as estimated",)


def test_the_smaller_side_of_zero_has_half_the_other_at_least(make: Make) -> None:
    low, high = build_ma_spec(make([6.0, 0.1], [9.0, 0.1])).panels[0].limits.y
    assert low == pytest.approx(-high / 2) and high > 6


def test_genes_without_reads_have_no_point(noisy: DifferentialResult) -> None:
    spec = build_ma_spec(noisy)
    assert len(spec.panels[0].points.x) == 2980
    assert "not tested: 20 without reads." in " ".join(spec.page.small_print)


def test_numbers_and_names_are_those_of_the_volcano(noisy: DifferentialResult) -> None:
    spec, volcano = build_ma_spec(noisy), build_volcano_spec(noisy)
    assert spec.calls == volcano.calls
    if spec.panels[0].n_left_out == volcano.panel.n_left_out == 0:
        assert {label.text for label in spec.panels[0].labels} == {label.text for label in volcano.panel.labels}


def test_names_stay_off_the_zero_line(noisy: DifferentialResult) -> None:
    panel = build_ma_spec(noisy).panels[0]
    low, high = panel.limits.y
    zero = panel.box[1] + panel.box[3] * low / (low - high)
    assert panel.labels
    for label in panel.labels:
        assert (label.box[3] < zero) if label.direction < 0 else (label.box[1] > zero)


def test_ticks_are_counts_at_powers_of_ten(noisy: DifferentialResult) -> None:
    ticks = dict(build_ma_spec(noisy).x_ticks)
    assert ticks[0.0] == "1" and ticks[4.0] == "10,000"


def test_genes_beyond_the_axes_become_triangles(make: Make) -> None:
    rng = np.random.default_rng(0)
    lfc = np.append(rng.uniform(-2, 2, 4000), -40.0)
    spec = build_ma_spec(make(lfc, np.sign(lfc) * 8, base_mean=np.append(rng.uniform(10, 1000, 4000), 50.0)))
    for panel in spec.panels:
        assert panel.points.beyond[-1] == "v" and panel.points.y[-1] == panel.limits.y[0]
    assert "1 gene lies beyond the axes, drawn as a triangle at the border." in " ".join(spec.page.small_print)


def test_it_is_drawn_without_a_collision(
    noisy: DifferentialResult, make: Make, check: Callable[[object], None]
) -> None:
    for result in (noisy, make([1.0, -1.0], [9.0, -9.0], shrunken=[np.nan, np.nan])):
        check(draw_ma(build_ma_spec(result)))


def test_same_bytes_for_the_same_result_r10(noisy: DifferentialResult) -> None:
    def draw() -> list[bytes]:
        figure = draw_ma(build_ma_spec(noisy))
        return [render(figure, image_format) for image_format in IMAGE_FORMATS]

    assert draw() == draw()


def test_many_genes_are_an_image_within_small_vector_files(noisy_large: DifferentialResult) -> None:
    figure = draw_ma(build_ma_spec(noisy_large))
    assert max(len(render(figure, image_format)) for image_format in ("pdf", "svg")) < 400_000


def test_the_spec_is_json(noisy: DifferentialResult) -> None:
    values = json.loads(json.dumps(build_ma_spec(noisy).to_json(), allow_nan=False))
    assert len(values["panels"]) == 2 and values["calls"]["tested_level"] == "treated"


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
    check(draw_ma(spec))
