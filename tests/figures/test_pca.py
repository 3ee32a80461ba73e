"""The PCA figure: laws of the spec, what it says, edge cases."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from heatleaf.figures.palettes import CONTROL_COLOUR
from heatleaf.figures.pca import build_pca_spec, draw_pca
from heatleaf.figures.save import render
from heatleaf.model import Factor


def samples(n_samples: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 1, (n_samples, 3)) * (20, 8, 2)
    return scores, np.array([0.6, 0.25, 0.1]), tuple(f"sample_{i:02d}" for i in range(n_samples))


def factor(name: str, levels: tuple[str, ...], n_samples: int) -> Factor:
    return Factor(name, levels, tuple(levels[i % len(levels)] for i in range(n_samples)))


DEX = ("control", "treated")


def test_a_unit_is_as_long_across_as_up() -> None:
    for scale in (0.01, 1.0, 40.0):
        scores, shares, names = samples(12)
        spec = build_pca_spec(scores * (1, scale, 1), shares, names)
        _, _, width, height = spec.page.panel
        across = np.ptp(spec.x_limits) / width
        assert np.ptp(spec.y_limits) / height == pytest.approx(across)


def test_every_sample_is_within_the_axes() -> None:
    scores, shares, names = samples(30)
    spec = build_pca_spec(scores, shares, names)
    for values, limits in ((spec.x, spec.x_limits), (spec.y, spec.y_limits)):
        assert limits[0] < values.min() and values.max() < limits[1]
    assert np.array_equal(np.column_stack([spec.x, spec.y]), scores[:, :2])


def test_colours_and_shapes_follow_the_factors() -> None:
    scores, shares, names = samples(8)
    spec = build_pca_spec(
        scores, shares, names, colour_by=factor("dex", DEX, 8), shape_by=factor("donor", ("a", "b", "c", "d"), 8)
    )
    assert spec.colours[0] == CONTROL_COLOUR and len(set(spec.colours)) == 2
    assert spec.shapes[:4] == spec.shapes[4:] and len(set(spec.shapes)) == 4
    assert [entry.text for entry in spec.legend] == ["dex", *DEX, "donor", "a", "b", "c", "d"]


def test_the_page_says_what_is_shown() -> None:
    scores, shares, names = samples(8)
    spec = build_pca_spec(scores, shares, names, colour_by=factor("dex", DEX, 8))
    assert (spec.page.title, spec.page.subtitle) == (
        ("Samples: principal components",),
        ("500 most variable genes, VST",),
    )
    assert (spec.x_label, spec.y_label) == ("PC1 (60% of variance)", "PC2 (25% of variance)")


def test_names_do_not_meet_and_are_counted_when_left_out() -> None:
    scores, shares, names = samples(25)
    spec = build_pca_spec(scores, shares, names)
    assert len(spec.labels) + spec.n_left_out == 25
    crowded = build_pca_spec(np.where(np.arange(25)[:, None] > 0, scores * 1e-3, 20.0), shares, names)
    said = " ".join(crowded.page.small_print)
    assert crowded.n_left_out > 0 and f"{crowded.n_left_out} name" in said and "left out for want of room." in said


def test_many_samples_are_not_named() -> None:
    scores, shares, names = samples(170)
    spec = build_pca_spec(scores, shares, names, colour_by=factor("study", ("A", "B", "C"), 170))
    assert spec.labels == ()
    assert spec.page.small_print == ("170 samples, not named.",)


def test_it_is_drawn_without_a_collision(check: Callable[[object], None]) -> None:
    for n_samples in (4, 8, 22, 170):
        scores, shares, names = samples(n_samples)
        spec = build_pca_spec(
            scores,
            shares,
            names,
            colour_by=factor("dex", DEX, n_samples),
            shape_by=factor("sex", ("f", "m"), n_samples),
        )
        check(draw_pca(spec))


def test_a_long_legend_flows_over_lines(check: Callable[[object], None]) -> None:
    scores, shares, names = samples(20)
    levels = tuple(f"a rather long name of level {i}" for i in range(12))
    spec = build_pca_spec(scores, shares, names, colour_by=factor("a factor", levels, 20))
    assert spec.legend[-1].line > 3
    check(draw_pca(spec))


def test_one_two_and_equal_samples_n32(check: Callable[[object], None]) -> None:
    one = build_pca_spec(np.zeros((1, 1)), [np.nan], ["only"])
    two = build_pca_spec(np.array([[-3.0], [3.0]]), [1.0], ["a", "b"])
    equal = build_pca_spec(np.zeros((3, 2)), [np.nan, np.nan], ["a", "b", "c"])
    assert one.page.small_print == ("One sample: nothing to compare it with.",)
    assert two.page.small_print == ("Two samples span one component only.",)
    assert (two.x_label, two.y_label) == ("PC1 (100% of variance)", "PC2 (no variance)")
    assert equal.page.small_print[0].startswith("The samples do not differ in these genes.")
    for spec in (one, two, equal):
        check(draw_pca(spec))


def test_sample_names_stay_what_they_are() -> None:
    names = ["$a^2$", "<b>&", "=SUM(A1)", "x" * 120]
    spec = build_pca_spec(samples(4)[0], samples(4)[1], names)
    svg = render(draw_pca(spec), "svg").decode()
    assert "$a^2$</text>" in svg and "&lt;b&gt;&amp;</text>" in svg
    assert spec.sample_ids == tuple(names)


def test_the_spec_is_json() -> None:
    scores, shares, names = samples(6)
    values = json.loads(json.dumps(build_pca_spec(scores, shares, names).to_json(), allow_nan=False))
    assert values["sample_ids"] == list(names)
