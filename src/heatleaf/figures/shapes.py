"""Outlines of the marks that stand for samples and genes, none of them a circle."""

from __future__ import annotations

import math
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Shape = Literal["s", "D", "P", "X", "p", "v", "<", ">", "^"]
_ARM = 1 / 3  # half the width of an arm of a cross, of its reach


@cache
def outline_of(shape: Shape) -> NDArray[np.float64]:
    """Return the corners of a shape within a square from -1 to 1, y downwards, shape (n_corners, 2).

    s : square; D : a square on its tip; P, X : crosses; p : pentagon; v, <, >, ^ : triangles that point there.
    """
    if shape == "s":
        return _points((-1, -1), (1, -1), (1, 1), (-1, 1))
    if shape == "D":
        return _points((0, -1.414), (1.414, 0), (0, 1.414), (-1.414, 0))
    if shape == "p":
        turns = [2 * math.pi * k / 5 for k in range(5)]
        return 1.05 * _points(*((math.sin(turn), -math.cos(turn)) for turn in turns))
    if shape in "PX":
        quarter = [(-_ARM, -1.0), (_ARM, -1.0), (_ARM, -_ARM)]
        corners = _points(*(_turned(corner, k) for k in range(4) for corner in quarter))
        return corners if shape == "P" else corners @ np.array([[1, 1], [-1, 1]]) * math.sqrt(0.5) * 1.15
    up = _points((0, -1), (1, 1), (-1, 1))
    return {"^": up, "v": -up, ">": up[:, ::-1] * (-1, 1), "<": up[:, ::-1]}[shape]


def _turned(corner: tuple[float, float], n_quarters: int) -> tuple[float, float]:
    x, y = corner
    for _ in range(n_quarters):
        x, y = -y, x
    return x, y


def _points(*corners: tuple[float, float]) -> NDArray[np.float64]:
    return np.array(corners, dtype=np.float64)
