"""Up and down side by side: what belongs to the higher genes on the left, to the lower on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.page import EDGE_MM
from heatleaf.figures.terms.arrange import arrange_boxes
from heatleaf.figures.terms.facts import Sides
from heatleaf.figures.text import line_height, shorten_sentence
from heatleaf.figures.theme import DOUBLE_COLUMN_MM, DOWN_COLOUR, SINGLE_COLUMN_MM, TEXT_SIZE, UP_COLOUR

FloatArray = NDArray[np.float64]

HEADING_MM = line_height(TEXT_SIZE) + 2.0
_GUTTER_MM = 6.0
_LEAST_SHARE = 0.3  # of the width, for the smaller side
_FILL = 0.6  # share of the page that boxes fill
_ASPECT = 2.6  # of all boxes, where the page is wide enough


@dataclass(frozen=True)
class Heading:
    """Words above what belongs to one direction; x : left end, y : middle."""

    text: str
    colour: str
    x: float
    y: float

    def moved(self, x: float, y: float) -> Heading:
        """Return the heading at another origin."""
        return replace(self, x=round(self.x + x, 3), y=round(self.y + y, 3))


def direction_colour(direction: int) -> str:
    """Return the colour of words about genes that are higher or lower."""
    return UP_COLOUR if direction > 0 else DOWN_COLOUR


def place_sides(
    sizes: FloatArray, links: Sequence[tuple[int, int]], directions: Sequence[int], sides: Sides
) -> tuple[FloatArray, tuple[Heading, ...], tuple[float, float]]:
    """Arrange boxes of both directions beside each other, each under its heading, on a page as wide as they need.

    Returns
    -------
    float64 array of shape (n_boxes, 2), tuple of Heading, (float, float)
        Centres from the upper left corner, headings, and the width and height of all, in mm.
    """
    signs = np.array(directions)
    centres, headings, heights, left = np.empty(sizes.shape), [], [], 0.0
    present = [sign for sign in (1, -1) if (signs == sign).any()]
    room = _room(sizes) - _GUTTER_MM * (len(present) - 1)
    for sign in present:
        rows = np.flatnonzero(signs == sign)
        own = room * _share(sizes, signs, sign) if len(present) > 1 else room
        own = max(own, float(sizes[rows, 0].max()) + 2.0)
        number = {int(row): place for place, row in enumerate(rows)}
        within = [(number[i], number[j]) for i, j in links if i in number and j in number]
        places, height = arrange_boxes(sizes[rows], within, own)
        centres[rows] = places + np.array([left, HEADING_MM])
        words = shorten_sentence(sides.words(sign), own, TEXT_SIZE, bold=True)
        headings.append(Heading(words, direction_colour(sign), left, HEADING_MM / 2 - 0.6))
        heights.append(height)
        left += own + _GUTTER_MM
    return centres, tuple(headings), (left - _GUTTER_MM, HEADING_MM + max(heights))


def _room(sizes: FloatArray) -> float:
    """Choose the width of all boxes: one that gives them a wide format, from one column of a journal to two."""
    width = float(np.sqrt(np.prod(sizes + 1.5, axis=1).sum() / _FILL * _ASPECT))
    return float(np.clip(width, SINGLE_COLUMN_MM - 2 * EDGE_MM, DOUBLE_COLUMN_MM - 2 * EDGE_MM))


def _share(sizes: FloatArray, signs: NDArray[np.int64], sign: int) -> float:
    """Divide the width by the area of the boxes."""
    area = np.prod(sizes, axis=1)
    return float(np.clip(area[signs == sign].sum() / area.sum(), _LEAST_SHARE, 1 - _LEAST_SHARE))
