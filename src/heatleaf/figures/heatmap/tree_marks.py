"""Dendrograms on the page: brackets, and how well their branches are supported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.heatmap.tree import Tree
from heatleaf.figures.text import text_width
from heatleaf.figures.theme import PT_PER_MM, RULE, SMALL_SIZE, SOFT_INK

FloatArray = NDArray[np.float64]
_COLOUR = "#4A4F54"
_MIN_BRACKET = 0.45  # mm; three hair lines
_STRONG, _DOUBTFUL = 0.95, 0.5
NUMBER_HEIGHT = 0.72 * SMALL_SIZE / PT_PER_MM + 0.1  # of digits
_NUMBER_GAP = 0.5  # between numbers side by side, which would read as one
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """Where a tree stands: `leaves` is where its leaves end, `depth` how far it reaches from there, in mm."""

    leaves: float
    depth: float
    is_of_rows: bool = False

    def place(self, along: FloatArray, height: FloatArray) -> FloatArray:
        """Return places on the page: to the left of rows, above columns."""
        across = self.leaves - height * self.depth
        return np.column_stack([across, along] if self.is_of_rows else [along, across])


def draw_trees(canvas: Canvas, trees: Sequence[Tree], centres: FloatArray, frame: Frame) -> None:
    """Draw trees whose positions count the given centres. Well supported branches are dark, doubtful ones pale.

    Numbers at branches are written after all lines, so that those of one tree keep clear of the trees beside it.
    """
    corners = [_draw_lines(canvas, tree, centres, frame) for tree in trees]
    taken = [
        _bounds(line)
        for along, height in corners
        for a, h in zip(along, height, strict=True)
        for line in _strokes(frame.place(a, h))
    ]
    for tree, placed in zip(trees, corners, strict=True):
        if tree.has_written_support:
            _write_support(canvas, tree, placed, frame, taken)


def _draw_lines(canvas: Canvas, tree: Tree, centres: FloatArray, frame: Frame) -> tuple[FloatArray, FloatArray]:
    """Draw the brackets of a tree; returns the corners of all."""
    along, height, is_kept = collapse(*brackets(tree, centres))
    lines = [frame.place(a, h) for a, h in zip(along, height, strict=True)]
    if tree.support is None:
        canvas.lines([line for line, keep in zip(lines, is_kept.tolist(), strict=True) if keep], colour=_COLOUR)
        return along, height
    is_doubtful, is_strong = tree.support < _DOUBTFUL, tree.support >= _STRONG
    for chosen, colour, width in (
        (is_doubtful & is_kept, RULE, 0.4),
        (~is_doubtful & ~is_strong & is_kept, _COLOUR, 0.4),
        (is_strong & is_kept, "#1E2124", 0.8),
    ):
        canvas.lines(
            [line for line, take in zip(lines, chosen.tolist(), strict=True) if take], colour=colour, width=width
        )
    return along, height


def brackets(tree: Tree, centres: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the four corners of each merge: millimetres along the leaves, and height 0-1."""
    ranks = np.arange(len(centres))
    left, right = (np.interp(tree.links[:, i], ranks, centres) for i in (0, 1))
    low_left, low_right, top = tree.links[:, 2], tree.links[:, 3], tree.links[:, 4]
    return np.column_stack([left, left, right, right]), np.column_stack([low_left, top, top, low_right])


def collapse(along: FloatArray, height: FloatArray) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Choose the brackets wide enough to be seen apart; those that others hung from reach down to the leaves instead.

    Returns
    -------
    The corners, and which brackets to draw.
    """
    is_narrow: NDArray[np.bool_] = along[:, 2] - along[:, 1] < _MIN_BRACKET
    if not is_narrow.any():
        return along, height, ~is_narrow
    gone = np.column_stack([(along[:, 1] + along[:, 2]) / 2, height[:, 1]])[is_narrow]
    keys = {(round(place, 6), top) for place, top in gone.tolist()}
    height = height.copy()
    for side in (0, 3):
        ends = zip(along[:, side].tolist(), height[:, side].tolist(), strict=True)
        height[[(round(place, 6), low) in keys for place, low in ends], side] = 0.0
    return along, height, ~is_narrow


def _write_support(
    canvas: Canvas, tree: Tree, corners: tuple[FloatArray, FloatArray], frame: Frame, taken: list[Box]
) -> None:
    """Write percents at branches, where neither another number nor a line of a tree is in the way.

    taken : boxes of lines and numbers; those written are added.
    """
    assert tree.support is not None
    along, height = corners
    for i in np.argsort(-tree.links[:, 4], kind="stable").tolist():
        if np.isnan(tree.support[i]):
            continue
        words = f"{100 * tree.support[i]:.0f}"
        x, y = frame.place(along[i, 1:3].mean(keepdims=True), height[i, 1:2])[0].tolist()
        for box in _places(x, y, text_width(words, SMALL_SIZE), frame):
            if all(box[2] <= x0 or x1 <= box[0] or box[3] <= y0 or y1 <= box[1] for x0, y0, x1, y1 in taken):
                taken.append((box[0] - _NUMBER_GAP, box[1], box[2] + _NUMBER_GAP, box[3]))
                canvas.text(box[0], (box[1] + box[3]) / 2, words, size=SMALL_SIZE, colour=SOFT_INK)
                break


def _places(x: float, y: float, wide: float, frame: Frame) -> list[Box]:
    """List boxes for a number at a branch, the best first: beside its stem outside the bracket, then inside it."""
    tall, gap = NUMBER_HEIGHT, 0.35
    if frame.is_of_rows:
        across, along = (x - wide - gap, x + gap), (y - tall - gap, y + gap)
        root = frame.leaves - frame.depth - gap  # the labels of blocks begin left of it
        return [(left, top, left + wide, top + tall) for left in across if left >= root for top in along]
    lefts, tops = (x - wide - gap, x + gap, x - wide / 2), (y - tall - gap, y + gap)
    return [(left, top, left + wide, top + tall) for top in tops for left in lefts]


def _strokes(line: FloatArray) -> list[FloatArray]:
    return [line[i : i + 2] for i in range(len(line) - 1)]


def _bounds(line: FloatArray) -> Box:
    (left, top), (right, bottom) = line.min(axis=0).tolist(), line.max(axis=0).tolist()
    return left - 0.1, top - 0.1, right + 0.1, bottom + 0.1
