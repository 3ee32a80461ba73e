"""Rows and columns drawn anew, many times at once, and the distances between the rows in each draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.kendall import pair_signs
from heatleaf.cluster.observations import ANGULAR, NOT_CENTRED, FloatArray, IntArray, rank_rows

BoolArray = NDArray[np.bool_]
_SHARE_DRAWN = 1.0 - np.exp(-1.0)  # different rows among n draws of n with replacement


def is_drawn_within(groups: Sequence[str]) -> bool:
    """Tell whether columns are drawn within their groups: several groups, each of three and more."""
    sizes = Counter(groups).values()
    return len(sizes) > 1 and min(sizes) > 2


def draw_columns(rng: np.random.Generator, groups: Sequence[str], n_draws: int) -> IntArray:
    """Draw columns with replacement, one fewer than there are, within groups where `is_drawn_within`, else among all.

    groups : group of each column. Returns int64 of shape (n_draws, n_drawn).

    Notes
    -----
    One fewer in each group makes the variance of a group's mean over draws that of new samples (McCarthy 1969; Rao & Wu
    1988, section 2), which with three samples a draw of three understates by a third.
    """
    names = np.array(list(groups), dtype=object)
    members = [np.flatnonzero(names == name) for name in dict.fromkeys(groups)]
    if not is_drawn_within(groups):
        members = [np.arange(len(names))]
    drawn = [columns[rng.integers(0, len(columns), (n_draws, len(columns) - 1))] for columns in members]
    return np.concatenate(drawn, axis=1)


def draw_rows(rng: np.random.Generator, n_rows: int, n_draws: int, max_rows: int) -> IntArray:
    """Draw different rows: as many as a bootstrap of all would hold (63 %), at most `max_rows`.

    Returns int64 of shape (n_draws, n_drawn), increasing.
    """
    n_drawn = min(max(2, round(_SHARE_DRAWN * n_rows)), max_rows, n_rows)
    scores = rng.random((n_draws, n_rows))
    return np.sort(np.argpartition(scores, n_drawn - 1, axis=1)[:, :n_drawn], axis=1)


def drawn_distances(drawn: FloatArray, method: str, metric: str) -> tuple[FloatArray, BoolArray]:
    """Return the distances of the rows of each draw, as `merge_many` takes them, and which rows have any.

    Parameters
    ----------
    drawn : float64 array of shape (n_draws, n_rows, n_columns), finite; used up
    method, metric : of the linkage; for "ward" distances are squared

    Returns
    -------
    float64 array of shape (n_draws, n_rows, n_rows) and bool array of shape (n_draws, n_rows): in angular metrics rows
    that do not vary have no distance.
    """
    is_present = np.ones(drawn.shape[:2], dtype=bool)
    if metric == "cityblock":
        columns = np.moveaxis(drawn, 2, 0)
        return np.asarray(sum(np.abs(column[:, :, None] - column[:, None, :]) for column in columns)), is_present
    if metric == "kendall" and len(drawn) > 1:  # one at a time, as its signs take much room
        parts = [drawn_distances(draw[None], method, metric) for draw in drawn]
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    if metric in ANGULAR:
        drawn = pair_signs(drawn) if metric == "kendall" else drawn
        is_present = _to_unit_rows(drawn, metric)
    squares = np.square(drawn).sum(axis=2)
    squared = np.matmul(drawn, drawn.transpose(0, 2, 1))
    squared *= -2.0
    squared += squares[:, :, None]
    squared += squares[:, None, :]
    np.maximum(squared, 0.0, out=squared)
    if metric in ANGULAR:
        squared *= 1.0 if method == "ward" else 0.5
    elif metric == "euclidean" and method != "ward":
        np.sqrt(squared, out=squared)
    return squared, is_present


def _to_unit_rows(drawn: FloatArray, metric: str) -> BoolArray:
    """Centre (ranks for Spearman, not signs or for cosine) and scale rows to length 1; returns those that vary."""
    if metric == "spearman":
        drawn[:] = rank_rows(drawn.reshape(-1, drawn.shape[2])).reshape(drawn.shape)
    largest = np.abs(drawn).max(axis=2)
    if metric not in NOT_CENTRED:
        drawn -= drawn.mean(axis=2, keepdims=True)
    lengths = np.sqrt(np.square(drawn).sum(axis=2))
    is_present = lengths > 1e-12 * largest
    drawn /= np.where(is_present, lengths, 1.0)[:, :, None]
    return np.asarray(is_present)


def scale_rows(drawn: FloatArray) -> None:
    """Turn the rows of each draw to z-scores in place; rows that do not vary become 0."""
    drawn -= drawn.mean(axis=2, keepdims=True)
    spread = np.sqrt(np.square(drawn).sum(axis=2, keepdims=True) / max(drawn.shape[2] - 1, 1))
    np.divide(drawn, spread, out=drawn, where=spread > 1e-9)
