"""The colour scale of a heatmap: where colours stand between the ends, and what is written at the bar."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heatleaf import Heatmap
from heatleaf.errors import UserError
from heatleaf.figures.heatmap.scale import (
    ColourScale,
    at_breaks,
    range_scale,
    scale_of_breaks,
    space_by_quantiles,
    symmetric_scale,
    ticks,
)
from heatleaf.figures.palettes import heat_palette, palette_table
from heatleaf.figures.vision import rgb

STOPS = heat_palette("white-blue")


def skewed(n: int = 4_000) -> np.ndarray:
    return np.random.default_rng(0).gamma(0.5, 2.0, n)


def places(scale: ColourScale, values: np.ndarray) -> np.ndarray:
    """Where the colour of each value stands in the palette, 0-1."""
    palette = palette_table(STOPS, 1001).astype(int)
    colours = scale.colours(values).astype(int)
    distances = np.abs(colours[:, None, :] - palette).sum(axis=2)
    return distances.argmin(axis=1) / 1000


def test_colours_stand_at_the_given_breaks() -> None:
    """As `breaks` of pheatmap and circlize::colorRamp2: the palette's colours, evenly spaced, at these values."""
    breaks = [-3.0, -1.0, 0.0, 0.5, 4.0]
    stops = ("#0000FF", "#8888FF", "#FFFFFF", "#FF8888", "#FF0000")
    scale = scale_of_breaks(np.array([-5.0, 5.0]), "x", stops, breaks)
    assert (scale.low, scale.high, scale.share_clipped) == (-3.0, 4.0, 1.0)
    for value, colour in zip(breaks, stops, strict=True):
        # a value is drawn in one of 256 colours, evenly spaced from end to end
        assert np.abs(scale.colours(np.array([value]))[0].astype(int) - rgb(colour)).max() <= 4


def test_quantiles_meet_all_colours_equally_often() -> None:
    values = skewed()
    even = range_scale(values, "x", STOPS, limits=(0.0, float(values.max())))
    spaced = space_by_quantiles(even, values)
    shares = np.histogram(places(spaced, values), bins=4, range=(0, 1))[0] / len(values)
    assert shares == pytest.approx([0.25] * 4, abs=0.03)
    assert np.histogram(places(even, values), bins=4, range=(0, 1))[0][0] > 0.8 * len(values)
    assert (spaced.low, spaced.high, spaced.histogram) == (even.low, even.high, even.histogram)


def test_quantiles_keep_the_middle_at_0() -> None:
    values = np.concatenate([skewed(), -skewed(500) / 4])
    scale = space_by_quantiles(symmetric_scale(values, "x", heat_palette("red-white-blue")), values)
    white, low, high = (scale.colours(np.array([value]))[0].astype(int) for value in (0.0, -1.0, 1.0))
    assert np.abs(white - rgb("#F7F7F7")).max() <= 3
    assert low[2] > low[0] and high[0] > high[2]


def test_breaks_change_colours_in_order_only() -> None:
    grey = at_breaks(("#000000", "#FFFFFF"), [0.0, 0.1, 5.0])
    levels = [int(colour[1:3], 16) for colour in grey]
    assert levels == sorted(levels) and levels[0] == 0 and levels[-1] == 255


@pytest.mark.parametrize("breaks", [[1.0], [2.0, 1.0], [0.0, np.nan], []])
def test_breaks_that_do_not_rise_are_refused(breaks: list[float]) -> None:
    with pytest.raises(UserError) as error:
        Heatmap(np.random.default_rng(0).normal(size=(5, 4))).colours(breaks=breaks).spec  # noqa: B018
    assert error.value.code == "option"
    shown = ", ".join(f"{value:g}" for value in breaks)
    assert str(error.value) == (
        f"breaks: the breaks {shown} do not rise. Fix: give two numbers or more, the lowest first."
    )


def test_an_unknown_spacing_is_refused() -> None:
    with pytest.raises(UserError) as error:
        Heatmap(np.random.default_rng(0).normal(size=(5, 4))).colours(breaks="log")
    assert error.value.code == "option"
    assert str(error.value) == "--breaks: 'log' is not a breaks. Fix: choose one of: even, quantile."


def test_the_figure_says_how_colours_are_spaced() -> None:
    heatmap = Heatmap(np.random.default_rng(0).normal(size=(20, 6)))
    assert not any("Colours" in note for note in heatmap.spec.footnotes)
    assert "Colours: spaced by quantiles of the values." in heatmap.colours(breaks="quantile").spec.footnotes
    assert "Colours: spaced by given breaks." in heatmap.colours(breaks=[-2, 0, 2]).spec.footnotes


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(-2.5, 3.0, [-2.5, -1, 0, 1, 2, 3]), (4, 16, [4, 6, 8, 10, 12, 14, 16]), (-2, 2, [-2, -1, 0, 1, 2])],
)
def test_round_values_stand_at_the_bar(low: float, high: float, expected: list[float]) -> None:
    written = ticks(range_scale(np.array([low, high]), "x", STOPS, limits=(low, high)))
    assert written[0] == low and written[-1] == high and len(written) <= 7
    assert all(value == round(value, 1) for value in written), written
    assert np.all(np.diff(written) > 0.1 * (high - low))
    assert set(written) <= set(np.round(np.arange(low, high + 0.1, 0.5), 6)), expected


@pytest.mark.parametrize(("shift", "is_centred"), [(0.0, True), (0.4, True), (8.0, False), (-5.0, False)])
def test_values_that_run_both_ways_are_white_at_0(shift: float, is_centred: bool) -> None:
    """Log fold changes that are drawn as they are have a middle; log expression has none."""
    values = np.random.default_rng(0).normal(size=(30, 6)) + shift
    matrix = pd.DataFrame(values, [f"g{i}" for i in range(30)])
    assert Heatmap(matrix).scale("none").spec.scale.is_centred is is_centred
