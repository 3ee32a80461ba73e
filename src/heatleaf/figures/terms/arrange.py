"""Places for boxes that must not meet, linked ones near each other: a force layout in plain NumPy.

Deterministic: the start is a spiral in the order given, and nothing is drawn at random.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_N_STEPS = 160
_N_PUSHES = 80
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))
_FILL = 0.6  # share of the area that boxes fill at the start
_SQUEEZES = (0.85,) * 4  # of the height, in turn, while it gets lower


def arrange_boxes(
    sizes: FloatArray, links: Sequence[tuple[int, int]], width: float, *, gap: float = 1.5
) -> tuple[FloatArray, float]:
    """Place boxes within a width so that none meet, and linked ones lie near each other.

    Parameters
    ----------
    sizes : float64 array of shape (n_boxes, 2), mm
        Width and height, most important first; none wider than `width`.
    links : pairs of positions
    width : mm
    gap : mm
        Clear space between two boxes.

    Returns
    -------
    float64 array of shape (n_boxes, 2), float
        Centres in mm from the upper left corner, and the height that they take.

    Notes
    -----
    Forces of Fruchterman & Reingold 1991 (Softw. Pract. Exp. 21:1129) with a pull to the middle; then boxes that meet
    push each other apart along the shorter way, and what still meets moves down. O(n_boxes^2) per step.
    """
    sizes = np.asarray(sizes, dtype=np.float64).reshape(-1, 2)
    if not len(sizes):
        return np.empty((0, 2)), 0.0
    height = float(np.prod(sizes + gap, axis=1).sum()) / _FILL / width
    centres = _forces(_spiral(len(sizes), width, height), sizes + gap, links, (width, height))
    centres = _settle(centres, sizes, gap, width)
    for squeeze in _SQUEEZES:
        closer = _settle(centres * (1.0, squeeze), sizes, gap, width)
        if _height(closer, sizes) >= _height(centres, sizes) - 0.1:
            break
        centres = closer
    return np.round(centres, 3), _height(centres, sizes)


def _settle(centres: FloatArray, sizes: FloatArray, gap: float, width: float) -> FloatArray:
    """Part boxes that meet, and begin at the top."""
    apart = _push_apart(centres, sizes + gap, width)
    apart[:, 0] = np.clip(apart[:, 0], sizes[:, 0] / 2, width - sizes[:, 0] / 2)
    apart = _move_down(apart, sizes + gap)
    return np.asarray(apart - (0.0, float((apart[:, 1] - sizes[:, 1] / 2).min())))


def _height(centres: FloatArray, sizes: FloatArray) -> float:
    return float((centres[:, 1] + sizes[:, 1] / 2).max())


def _spiral(n: int, width: float, height: float) -> FloatArray:
    """Return places on a sunflower spiral around (0, 0), the first in the middle."""
    radius = 0.45 * np.sqrt((np.arange(n) + 0.5) / n)
    angle = _GOLDEN_ANGLE * np.arange(n)
    return np.stack([width * radius * np.cos(angle), height * radius * np.sin(angle)], axis=1)


def _forces(
    places: FloatArray, sizes: FloatArray, links: Sequence[tuple[int, int]], room: tuple[float, float]
) -> FloatArray:
    """Let boxes repel each other and links pull, ever more slowly; the result fills the room."""
    unit = float(np.sqrt(room[0] * room[1] / len(places)))
    stretch = np.array([room[0], room[1]]) / np.sqrt(room[0] * room[1])  # forces act where the room is square
    at = places / stretch
    weight = np.sqrt(np.prod(sizes, axis=1))
    weight /= weight.mean()
    ends = np.array(links, dtype=np.intp).reshape(-1, 2)
    for step in range(_N_STEPS):
        apart = at[:, None] - at[None]
        distance = np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 0.01 * unit)
        push = (weight[:, None] * weight[None] * (unit * 0.8) ** 2 / distance**2)[..., None] * apart
        force = push.sum(axis=1) - 0.6 * at
        pull = at[ends[:, 1]] - at[ends[:, 0]]
        pull *= np.hypot(pull[:, 0], pull[:, 1])[:, None] / unit
        np.add.at(force, ends[:, 0], pull)
        np.add.at(force, ends[:, 1], -pull)
        size = np.maximum(np.hypot(force[:, 0], force[:, 1]), 1e-9)
        heat = 0.25 * unit * (1 - step / _N_STEPS)
        at = at + force / size[:, None] * np.minimum(size, heat)[:, None]
    low, high = at.min(axis=0), at.max(axis=0)
    margin = sizes.mean(axis=0) / 2
    span = np.maximum(np.array(room) - 2 * margin, 0.0)
    return np.asarray(margin + (at - low) / np.maximum(high - low, 1e-9) * span)


def _push_apart(centres: FloatArray, sizes: FloatArray, width: float) -> FloatArray:
    """Move boxes that meet off each other, half the way each, within the width."""
    wanted = (sizes[:, None] + sizes[None]) / 2
    order = np.sign(np.arange(len(centres))[:, None] - np.arange(len(centres))[None])
    half = np.minimum(sizes[:, 0], width) / 2
    for _ in range(_N_PUSHES):
        centres[:, 0] = np.clip(centres[:, 0], half, width - half)
        apart = centres[:, None] - centres[None]
        overlap = wanted - np.abs(apart)
        meets = np.asarray((overlap > 1e-6).all(axis=2))
        np.fill_diagonal(meets, val=False)
        if not meets.any():
            break
        is_across = overlap[..., 0] < overlap[..., 1]
        sign = np.where(apart == 0, order[..., None], np.sign(apart))
        move = 0.5 * overlap * sign * meets[..., None]
        move[..., 0] *= is_across
        move[..., 1] *= ~is_across
        n_met = np.maximum(meets.sum(axis=1), 1)[:, None]
        centres = centres + move.sum(axis=1) / np.sqrt(n_met)
    return centres


def _move_down(centres: FloatArray, sizes: FloatArray) -> FloatArray:
    """Take boxes from the top on, each down to where it meets none before it: no two meet whatever went before."""
    placed: list[int] = []
    centres = centres.copy()
    for box in np.argsort(centres[:, 1] - sizes[:, 1] / 2, kind="stable").tolist():
        others = np.array(placed, dtype=np.intp)
        wanted = (sizes[others] + sizes[box]) / 2
        while True:
            overlap = wanted - np.abs(centres[others] - centres[box])
            met = others[(overlap > 1e-6).all(axis=1)]
            if not len(met):
                break
            centres[box, 1] = float((centres[met, 1] + sizes[met, 1] / 2).max()) + sizes[box, 1] / 2
        placed.append(box)
    return centres
