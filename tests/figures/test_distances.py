"""The figure of sample distances: laws of the spec, what it says, edge cases."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from heatleaf.figures.distances import build_distances_spec, draw_distances
from heatleaf.figures.save import render
from heatleaf.figures.theme import DOUBLE_COLUMN_MM, SINGLE_COLUMN_MM
from heatleaf.model import Factor


def distances(n_samples: int, seed: int = 0) -> tuple[np.ndarray, tuple[str, ...]]:
    values = np.random.default_rng(seed).normal(0, 5, (200, n_samples))
    gaps = values[:, :, None] - values[:, None, :]
    return np.sqrt((gaps**2).sum(axis=0)), tuple(f"sample_{i:02d}" for i in range(n_samples))


def groups(n_samples: int) -> Factor:
    return Factor("dex", ("control", "treated"), tuple(("control", "treated")[i % 2] for i in range(n_samples)))


def test_rows_and_columns_are_in_the_given_order() -> None:
    matrix, names = distances(6)
    order = [5, 3, 1, 0, 2, 4]
    spec = build_distances_spec(matrix, names, order, colour_by=groups(6))
    assert spec.sample_ids == tuple(names[i] for i in order)
    assert np.array_equal(spec.distances, matrix[np.ix_(order, order)])
    (strip,) = spec.strips
    assert strip[0] != strip[3] and strip[0] == strip[1]
    assert spec.names == spec.sample_ids


def test_near_is_dark_and_the_scale_starts_at_the_smallest_distance_between_samples() -> None:
    matrix, names = distances(6)
    spec = build_distances_spec(matrix, names)
    between = matrix[~np.eye(6, dtype=bool)]
    assert spec.limits == (between.min(), between.max())
    brightness = [int(colour[1:3], 16) + int(colour[3:5], 16) + int(colour[5:], 16) for colour in spec.palette]
    assert brightness == sorted(brightness)
    assert spec.bar_ticks[0] >= between.min() and spec.bar_ticks[-1] <= between.max()
    assert 2 <= len(spec.bar_ticks) <= 6
    assert spec.bar_title == "Euclidean distance (dark = similar, from the smallest off the diagonal)"


def test_a_second_strip_has_colours_and_a_key_of_its_own(check: Callable[[object], None]) -> None:
    matrix, names = distances(6)
    further = Factor("time", ("Day0", "Day4"), ("Day0", "Day4") * 3)
    spec = build_distances_spec(matrix, names, colour_by=groups(6), annotate_by=further)
    assert len(spec.strips) == 2 and not set(spec.strips[0]) & set(spec.strips[1])
    assert {"time", "Day0", "Day4"} <= {entry.text for entry in spec.legend}
    check(draw_distances(spec))


def test_values_are_written_up_to_twelve_samples() -> None:
    matrix, names = distances(12)
    assert build_distances_spec(matrix, names).cell_texts[0][1] == f"{matrix[0, 1]:.0f}"
    matrix, names = distances(13)
    assert build_distances_spec(matrix, names).cell_texts == ()


@pytest.mark.parametrize(
    ("n_samples", "width", "is_named"),
    [
        (8, SINGLE_COLUMN_MM, True),
        (24, SINGLE_COLUMN_MM, True),
        (50, DOUBLE_COLUMN_MM, True),
        (170, SINGLE_COLUMN_MM, False),
    ],
)
def test_the_page_takes_two_columns_only_for_names(n_samples: int, width: float, is_named: bool) -> None:
    spec = build_distances_spec(*distances(n_samples), colour_by=groups(n_samples))
    assert spec.page.width == width
    assert bool(spec.names) == is_named
    if not is_named:
        assert spec.page.small_print == (f"{n_samples} samples: too many to be named here.",)


def test_the_page_says_what_is_shown() -> None:
    matrix, names = distances(8)
    spec = build_distances_spec(matrix, names, range(8), colour_by=groups(8), values_label="VST of all 64,102 genes")
    assert (spec.page.title, spec.page.subtitle) == (("Distances between samples",), ("VST of all 64,102 genes",))
    assert spec.bar_title.startswith("Euclidean distance (dark = similar")


def test_it_is_drawn_without_a_collision(check: Callable[[object], None]) -> None:
    for n_samples in (2, 8, 24, 60, 170):
        check(draw_distances(build_distances_spec(*distances(n_samples), colour_by=groups(n_samples))))


def test_long_names_keep_both_ends_and_the_page(check: Callable[[object], None]) -> None:
    matrix, _ = distances(8)
    names = [f"/a/very/long/path/to/the/alignment/of/sample_number_{i}.bam" for i in range(8)]
    spec = build_distances_spec(matrix, names)
    assert all(shown.startswith("/a/") and shown.endswith(f"{i}.bam") for i, shown in enumerate(spec.names))
    check(draw_distances(spec))


def test_one_sample_and_equal_samples_n34(check: Callable[[object], None]) -> None:
    one = build_distances_spec(np.zeros((1, 1)), ["only"])
    assert one.page.small_print == ("One sample: nothing to compare it with.",)
    equal = build_distances_spec(np.zeros((3, 3)), ["a", "b", "c"])
    assert equal.limits == (0.0, 1.0)
    for spec in (one, equal):
        check(draw_distances(spec))


def test_files_are_small_and_equal_r10() -> None:
    spec = build_distances_spec(*distances(170), colour_by=groups(170))

    def draw() -> list[bytes]:
        figure = draw_distances(spec)
        return [render(figure, "pdf"), render(figure, "svg")]

    first = draw()
    assert first == draw() and max(map(len, first)) < 400_000


def test_the_spec_is_json() -> None:
    values = json.loads(json.dumps(build_distances_spec(*distances(4)).to_json(), allow_nan=False))
    assert len(values["distances"]) == 4
