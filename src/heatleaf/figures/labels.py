"""Where names go: labels beside their points, in millimetres, without overlap.

Candidate places around every point are scored by distance and by what they would cover; labels take places in order
of importance, then move while that lowers the total. A label without a free place is left out rather than squeezed
in. Plain arithmetic, no randomness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Box = tuple[float, float, float, float]

_CELL_MM = 0.25  # grid on which points that lie beneath a label are counted
_N_ANGLES = 20
_REACHES_MM = (0.5, 1.3, 2.4, 3.8, 5.4, 7.4, 9.8)  # beyond the mark
_GAPS_MM = (0.9, 0.3)  # clear space between two labels, across and down: a word space, and less than a line
_POINT_MM = 0.45  # clear space around a point
_MAX_SWEEPS = 4
_N_WISHES = 2  # places per label for which it may push others aside
_MAX_RIVALS = 3
_WORTH_PUSHING = 0.4  # mm of cost
# Costs in millimetres of reach: what one would rather walk than do this.
_COST_COVERED_CELL = 0.4
_COST_COVERED_MOST = 24.0  # in a dense cloud no place is clear, and the nearest is best
_COST_COVERED_ANCHOR = 6.0
_COST_PASSED_ANCHOR = 4.0
_COST_LEFT_OUT = 1000.0  # of the first label; the n-th costs 2 / (n + 1) of it


@dataclass(frozen=True, eq=False)
class Placement:
    """Places of labels, in the order given.

    boxes : float64 array of shape (n_labels, 4), left, bottom, right, top in mm; NaN where left out.
    leaders : float64 array of shape (n_labels, 4), x and y of the point and of the label's nearest edge.
    is_placed : bool array of shape (n_labels,).
    """

    boxes: FloatArray
    leaders: FloatArray
    is_placed: NDArray[np.bool_]

    @property
    def n_left_out(self) -> int:
        """Labels for which there was no room."""
        return int((~self.is_placed).sum())


def place_labels(
    points: FloatArray,
    sizes: FloatArray,
    bounds: Box,
    obstacles: FloatArray | None = None,
    *,
    taken: FloatArray | None = None,
    lines: FloatArray | None = None,
    radius: float = 0.3,
) -> Placement:
    """Place a label beside each point so that no labels meet, no leaders cross, and all lie within bounds.

    Parameters
    ----------
    points : float64 array of shape (n_labels, 2), mm
        What is labelled, most important first.
    sizes : float64 array of shape (n_labels, 2), mm
        Width and height of each label.
    bounds : left, bottom, right, top in mm
    obstacles : float64 array of shape (n_obstacles, 2), mm
        Points better not covered.
    taken : float64 array of shape (n_boxes, 4), mm
        Boxes that neither a label nor its leader may touch.
    lines : float64 array of shape (n_lines, 4), mm
        Boxes that a label must not touch but its leader may.
    radius : float, mm
        Of the mark of a labelled point, which its label and its line stay off.

    Returns
    -------
    Placement

    Notes
    -----
    Candidate positions on rings around the point, greedy by importance, then sweeps of single moves (the discrete
    gradient descent of Christensen, Marks & Shieber 1995, ACM Trans. Graph. 14:203). O(n_labels^2) arithmetic on
    vectors of 180 candidates, plus one pass over the obstacles.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    sizes = np.asarray(sizes, dtype=np.float64).reshape(-1, 2)
    if not len(points):
        return Placement(np.empty((0, 4)), np.empty((0, 4)), np.empty(0, dtype=bool))
    boxes = _by_component(_candidate_boxes(points, sizes, radius))
    leaders = _by_component(_leaders(points, boxes))
    cost = _own_cost(points, boxes, leaders, bounds, obstacles)
    if taken is not None and len(taken):
        for box in np.asarray(taken, dtype=np.float64):
            cost[_boxes_meet(boxes, box) | _segments_meet_box(leaders, box)] = np.inf
    if lines is not None and len(lines):
        for box in np.asarray(lines, dtype=np.float64):
            cost[_boxes_meet(boxes, box)] = np.inf
    chosen = _best_settlement(points, boxes, leaders, cost)
    rows = np.arange(len(points))
    is_placed = chosen >= 0
    place = boxes[rows, chosen]
    place[~is_placed] = np.nan
    lines = _off_the_mark(leaders[rows, chosen], radius)
    lines[~is_placed] = np.nan
    return Placement(place, lines, is_placed)


def _candidate_boxes(points: FloatArray, sizes: FloatArray, radius: float) -> FloatArray:
    """Boxes around each point, shape (n_labels, n_candidates, 4): rings of places touched by the label's edge."""
    angle = np.arange(_N_ANGLES) * (2 * np.pi / _N_ANGLES)
    direction = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    reach = (radius + np.array(_REACHES_MM))[:, None, None] * direction
    # the label hangs from the ring on the side that faces the point: left edge when it stands to the right, and so on
    hang = np.clip(direction * 1.6, -1, 1) / 2
    centre = points[:, None, None, :] + reach[None] + hang[None, None] * sizes[:, None, None, :]
    half = sizes[:, None, None, :] / 2
    boxes = np.concatenate([centre - half, centre + half], axis=-1)
    return boxes.reshape(len(points), -1, 4)


def _by_component(fours: FloatArray) -> FloatArray:
    """Store the four components apart, so that each is contiguous for the arithmetic that follows."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(fours, -1, 0)), 0, -1)


def _leaders(points: FloatArray, boxes: FloatArray) -> FloatArray:
    """Segments from each point to the nearest place of each candidate box, shape (n_labels, n_candidates, 4)."""
    start = np.broadcast_to(points[:, None, :], (*boxes.shape[:2], 2))
    end = np.clip(start, boxes[..., :2], boxes[..., 2:])
    return np.concatenate([start, end], axis=-1)


def _off_the_mark(leaders: FloatArray, radius: float) -> FloatArray:
    """Let leaders start at the edge of the mark, shape (n_labels, 4)."""
    step = leaders[:, 2:] - leaders[:, :2]
    length = np.hypot(step[:, 0], step[:, 1])
    share = np.minimum(radius / np.maximum(length, 1e-9), 1.0)
    return np.concatenate([leaders[:, :2] + step * share[:, None], leaders[:, 2:]], axis=1)


def _own_cost(
    points: FloatArray, boxes: FloatArray, leaders: FloatArray, bounds: Box, obstacles: FloatArray | None
) -> FloatArray:
    """Cost of each candidate without regard to other labels; infinite outside the bounds."""
    reach = np.hypot(leaders[..., 2] - leaders[..., 0], leaders[..., 3] - leaders[..., 1])
    cost = reach + 0.2 * reach**2  # two short lines rather than a long and none
    if obstacles is not None and len(obstacles):
        n_covered = _count_beneath(boxes, np.asarray(obstacles, dtype=np.float64), bounds)
        cost += np.minimum(_COST_COVERED_CELL * n_covered, _COST_COVERED_MOST)
    low, high = boxes[..., None, :2] - _POINT_MM, boxes[..., None, 2:] + _POINT_MM
    cost += _COST_COVERED_ANCHOR * ((points > low) & (points < high)).all(axis=-1).sum(axis=-1)
    for label, box in enumerate(np.concatenate([points - _POINT_MM, points + _POINT_MM], axis=1)):
        passes = _segments_meet_box(leaders, box)
        passes[np.abs(points - points[label]).max(axis=1) < _POINT_MM] = False
        cost += _COST_PASSED_ANCHOR * passes
    # names are read from left to right: beside the point before above or below it, to its right before its left
    middle = (boxes[..., 1] + boxes[..., 3]) / 2
    cost += 0.3 * np.abs(middle - points[:, None, 1]) + 0.1 * (leaders[..., 2] < leaders[..., 0])
    left, bottom, right, top = bounds
    is_inside = (boxes[..., 0] >= left) & (boxes[..., 1] >= bottom) & (boxes[..., 2] <= right) & (boxes[..., 3] <= top)
    return np.asarray(np.where(is_inside, cost, np.inf))


def _count_beneath(boxes: FloatArray, obstacles: FloatArray, bounds: Box) -> FloatArray:
    """Count the occupied grid cells beneath each box, by a summed-area table."""
    left, bottom, right, top = bounds
    n_x, n_y = (int(np.ceil((high - low) / _CELL_MM)) + 1 for low, high in ((left, right), (bottom, top)))
    column = ((obstacles[:, 0] - left) / _CELL_MM).astype(np.intp)
    row = ((obstacles[:, 1] - bottom) / _CELL_MM).astype(np.intp)
    is_within = (column >= 0) & (column < n_x) & (row >= 0) & (row < n_y)
    occupied = np.zeros((n_x, n_y), dtype=np.int32)
    occupied[column[is_within], row[is_within]] = 1
    area = np.zeros((n_x + 1, n_y + 1), dtype=np.int32)
    area[1:, 1:] = occupied.cumsum(axis=0).cumsum(axis=1)
    low = np.floor((boxes[..., :2] - _POINT_MM - (left, bottom)) / _CELL_MM).astype(np.intp)
    high = np.ceil((boxes[..., 2:] + _POINT_MM - (left, bottom)) / _CELL_MM).astype(np.intp)
    low, high = np.clip(low, 0, (n_x, n_y)), np.clip(high, 0, (n_x, n_y))
    (x_0, y_0), (x_1, y_1) = np.moveaxis(low, -1, 0), np.moveaxis(high, -1, 0)
    return np.asarray(area[x_1, y_1] - area[x_0, y_1] - area[x_1, y_0] + area[x_0, y_0], dtype=np.float64)


def _boxes_meet(boxes: FloatArray, box: FloatArray) -> NDArray[np.bool_]:
    """Tell which boxes overlap one box, a gap included."""
    return np.asarray(
        (boxes[..., 0] < box[2] + _GAPS_MM[0])
        & (boxes[..., 2] > box[0] - _GAPS_MM[0])
        & (boxes[..., 1] < box[3] + _GAPS_MM[1])
        & (boxes[..., 3] > box[1] - _GAPS_MM[1])
    )


def _segments_meet_box(segments: FloatArray, boxes: FloatArray) -> NDArray[np.bool_]:
    """Tell which segments pass through boxes (clipping by slabs; Liang & Barsky 1984). Either side broadcasts."""
    enter: FloatArray | float = 0.0
    leave: FloatArray | float = 1.0
    for axis in (0, 1):  # written out per axis: reductions over an axis of two are slow
        start = segments[..., axis]
        step = segments[..., axis + 2] - start
        inverse = 1.0 / np.where(np.abs(step) < 1e-9, 1e-9, step)
        first, second = (boxes[..., axis] - start) * inverse, (boxes[..., axis + 2] - start) * inverse
        enter = np.maximum(enter, np.minimum(first, second))
        leave = np.minimum(leave, np.maximum(first, second))
    return np.asarray(enter < leave)


def _segments_cross(segments: FloatArray, segment: FloatArray) -> NDArray[np.bool_]:
    """Tell which segments cross one segment."""
    p, d = segments[..., :2], segments[..., 2:] - segments[..., :2]
    q, e = segment[:2], segment[2:] - segment[:2]
    across = d[..., 0] * e[1] - d[..., 1] * e[0]
    across = np.where(np.abs(across) < 1e-12, np.inf, across)
    gap = q - p
    along = (gap[..., 0] * e[1] - gap[..., 1] * e[0]) / across
    other = (gap[..., 0] * d[..., 1] - gap[..., 1] * d[..., 0]) / across
    return np.asarray((along > 0) & (along < 1) & (other > 0) & (other < 1))


def _best_settlement(points: FloatArray, boxes: FloatArray, leaders: FloatArray, cost: FloatArray) -> NDArray[np.intp]:
    """Settle the labels in several orders, keep the best, and let labels push others aside where that pays."""
    importance = np.arange(len(points))
    crowding = np.argsort(-np.minimum(cost.min(axis=1), _COST_LEFT_OUT), kind="stable")
    from_above = np.argsort(-points[:, 1], kind="stable")
    settlements = []
    for order in (importance, crowding, from_above):
        settlement = _Settlement(boxes, leaders, cost)
        settlement.settle(order)
        settlements.append(settlement)
    best = min(settlements, key=lambda settlement: round(settlement.total(), 9))
    best.push(importance)
    return best.chosen


class _Settlement:
    """A state of the placement: the candidate of each label, -1 where it has none, and what that means for the others.

    clash : number of placed labels that bar a candidate.
    """

    def __init__(self, boxes: FloatArray, leaders: FloatArray, cost: FloatArray) -> None:
        self.boxes, self.leaders, self.cost = boxes, leaders, cost
        self.cost_left_out = _COST_LEFT_OUT * 2 / (2.0 + np.arange(len(boxes)))
        self.chosen = np.full(len(boxes), -1, dtype=np.intp)
        self.clash = np.zeros(cost.shape)

    def put(self, label: int, candidate: int) -> None:
        """Move a label to a candidate; -1 takes it away."""
        for place, sign in ((int(self.chosen[label]), -1.0), (candidate, 1.0)):
            if place >= 0:
                box, leader = self.boxes[label, place], self.leaders[label, place]
                barred = _labels_meet(self.boxes, self.leaders, box, leader)
                barred[label] = False
                self.clash[barred] += sign
        self.chosen[label] = candidate

    def cost_now(self, label: int) -> float:
        """Return what a label costs where it is."""
        place = self.chosen[label]
        return float(self.cost[label, place] if place >= 0 else self.cost_left_out[label])

    def total(self) -> float:
        """Return what all labels cost."""
        return sum(self.cost_now(label) for label in range(len(self.boxes)))

    def settle(self, order: NDArray[np.intp]) -> None:
        """Give each label its cheapest free candidate, and again until none moves."""
        for _ in range(_MAX_SWEEPS):
            n_moved = 0
            for label in order.tolist():
                free = np.where(self.clash[label] > 0, np.inf, self.cost[label])
                place = int(free.argmin())
                if free[place] < self.cost_now(label) - 1e-9:
                    self.put(label, place)
                    n_moved += 1
            if not n_moved:
                return

    def push(self, order: NDArray[np.intp]) -> None:
        """Let each label take a better place that others bar, if these find places that make up for it."""
        for label in order.tolist():
            wishes = self.cost[label]
            for place in np.argsort(wishes, kind="stable")[:_N_WISHES].tolist():
                if wishes[place] > self.cost_now(label) - _WORTH_PUSHING:
                    break
                self._try(label, place)

    def _try(self, label: int, place: int) -> None:
        """Put a label where others stand, settle these anew, and go back unless the total fell."""
        placed = np.flatnonzero((self.chosen >= 0) & (np.arange(len(self.chosen)) != label))
        boxes, leaders = self.boxes[placed, self.chosen[placed]], self.leaders[placed, self.chosen[placed]]
        rivals = placed[_labels_meet(boxes, leaders, self.boxes[label, place], self.leaders[label, place])]
        if len(rivals) > _MAX_RIVALS:
            return
        before = self.total(), self.chosen.copy(), self.clash.copy()
        for rival in rivals.tolist():
            self.put(rival, -1)
        self.put(label, place)
        self.settle(rivals)
        if self.total() > before[0] - 1e-9:
            _, self.chosen, self.clash = before


def _labels_meet(boxes: FloatArray, leaders: FloatArray, box: FloatArray, leader: FloatArray) -> NDArray[np.bool_]:
    """Tell which labels overlap another, or have its line through them, or their line through it or its line."""
    return (
        _boxes_meet(boxes, box)
        | _segments_meet_box(leaders, box)
        | _segments_meet_box(leader, boxes)
        | _segments_cross(leaders, leader)
    )
