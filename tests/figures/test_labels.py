"""Placement of labels: laws, edge cases."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatleaf.figures.labels import place_labels

BOUNDS = (2.0, 3.0, 80.0, 68.0)


def crowd(seed: int, n_labels: int, n_obstacles: int = 500) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    obstacles = np.column_stack([rng.normal(40, 12, n_obstacles), rng.normal(30, 10, n_obstacles)])
    obstacles = np.clip(obstacles, BOUNDS[:2], BOUNDS[2:])
    sizes = np.column_stack([rng.uniform(3, 14, n_labels), np.full(n_labels, 2.3)])
    return obstacles[:n_labels], sizes, obstacles


def n_overlaps(boxes: np.ndarray) -> int:
    first, second = np.triu_indices(len(boxes), 1)
    a, b = boxes[first], boxes[second]
    return int(((a[:, 0] < b[:, 2]) & (b[:, 0] < a[:, 2]) & (a[:, 1] < b[:, 3]) & (b[:, 1] < a[:, 3])).sum())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_no_two_labels_meet_and_all_lie_within_bounds(seed: int, n_labels: int) -> None:
    points, sizes, obstacles = crowd(seed, n_labels)
    placed = place_labels(points, sizes, BOUNDS, obstacles)
    boxes = placed.boxes[placed.is_placed]
    assert n_overlaps(boxes) == 0
    assert (boxes[:, :2] >= BOUNDS[:2]).all() and (boxes[:, 2:] <= BOUNDS[2:]).all()
    assert np.allclose(boxes[:, 2:] - boxes[:, :2], sizes[placed.is_placed])
    assert placed.n_left_out == n_labels - len(boxes)
    assert np.isnan(placed.boxes[~placed.is_placed]).all()


def test_no_line_passes_through_another_label() -> None:
    points, sizes, obstacles = crowd(7, 30)
    placed = place_labels(points, sizes, BOUNDS, obstacles)
    for i in np.flatnonzero(placed.is_placed):
        line = placed.leaders[i]
        steps = np.linspace(0, 1, 200)[:, None]
        way = line[:2] + steps * (line[2:] - line[:2])
        for j in np.flatnonzero(placed.is_placed):
            box = placed.boxes[j]
            assert j == i or not ((way > box[:2]) & (way < box[2:])).all(axis=1).any()


def test_no_two_lines_cross() -> None:
    points, sizes, obstacles = crowd(8, 30)
    placed = place_labels(points, sizes, BOUNDS, obstacles)
    lines = placed.leaders[placed.is_placed]
    for i, (x_0, y_0, x_1, y_1) in enumerate(lines):
        for x_2, y_2, x_3, y_3 in lines[i + 1 :]:
            across = (x_1 - x_0) * (y_3 - y_2) - (y_1 - y_0) * (x_3 - x_2)
            if abs(across) > 1e-9:
                along = ((x_2 - x_0) * (y_3 - y_2) - (y_2 - y_0) * (x_3 - x_2)) / across
                other = ((x_2 - x_0) * (y_1 - y_0) - (y_2 - y_0) * (x_1 - x_0)) / across
                assert not (0 < along < 1 and 0 < other < 1)


def test_a_line_may_be_crossed_by_a_leader_but_no_name_lies_on_it() -> None:
    line = np.array([[0.0, 29.9, 1000.0, 30.1]])
    placed = place_labels(np.array([[40.0, 30.0]]), np.array([[8.0, 2.0]]), BOUNDS, lines=line)
    assert placed.is_placed.all()
    assert placed.boxes[0, 3] < 29.9 or placed.boxes[0, 1] > 30.1


def test_same_input_gives_the_same_places() -> None:
    first, second = (place_labels(*crowd(3, 25)[:2], BOUNDS, crowd(3, 25)[2]) for _ in range(2))
    assert np.array_equal(first.boxes, second.boxes, equal_nan=True)
    assert np.array_equal(first.leaders, second.leaders, equal_nan=True)


def test_the_scene_may_be_moved() -> None:
    points, sizes, obstacles = crowd(5, 12)
    shift = np.array([32.0, 16.0])  # whole cells of the grid of obstacles
    moved = (BOUNDS[0] + 32, BOUNDS[1] + 16, BOUNDS[2] + 32, BOUNDS[3] + 16)
    here = place_labels(points, sizes, BOUNDS, obstacles)
    there = place_labels(points + shift, sizes, moved, obstacles + shift)
    assert np.allclose(there.boxes - np.tile(shift, 2), here.boxes, atol=1e-9, equal_nan=True)


def test_alone_a_label_stands_right_of_its_point_at_its_height() -> None:
    placed = place_labels(np.array([[40.0, 30.0]]), np.array([[8.0, 2.0]]), BOUNDS)
    left, bottom, _, top = placed.boxes[0]
    assert 40.3 < left < 42
    assert (bottom + top) / 2 == pytest.approx(30.0)


def test_labels_keep_off_points_and_taken_boxes() -> None:
    point, size = np.array([[40.0, 30.0]]), np.array([[8.0, 2.0]])
    wall = np.column_stack([np.repeat(np.arange(41, 60, 0.5), 20), np.tile(np.linspace(25, 35, 20), 38)])
    assert place_labels(point, size, BOUNDS, wall).boxes[0, 2] < 41
    taken = np.array([[41.0, 20.0, 80.0, 40.0]])
    assert place_labels(point, size, BOUNDS, taken=taken).boxes[0, 2] < 41


def test_important_labels_are_placed_when_not_all_fit() -> None:
    points = np.tile([[10.0, 10.0]], (30, 1))
    placed = place_labels(points, np.full((30, 2), [8.0, 2.3]), (0.0, 0.0, 20.0, 20.0))
    assert 0 < placed.n_left_out < 30
    assert n_overlaps(placed.boxes[placed.is_placed]) == 0


def test_nothing_to_place_and_no_room() -> None:
    empty = place_labels(np.empty((0, 2)), np.empty((0, 2)), BOUNDS, np.empty((0, 2)))
    assert empty.n_left_out == 0 and empty.boxes.shape == (0, 4)
    wide = place_labels(np.array([[10.0, 10.0]]), np.array([[200.0, 2.0]]), BOUNDS)
    assert wide.n_left_out == 1


def test_thirty_labels_among_twenty_thousand_points_are_quick() -> None:
    points, sizes, obstacles = crowd(0, 30, 20_000)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        place_labels(points, sizes, BOUNDS, obstacles)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.15  # 0.04 s on a free core; the limit leaves room for a busy one
