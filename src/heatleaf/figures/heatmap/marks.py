"""Which gene names are written when not all fit, and where, so that no connector crosses another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def choose_marks(scores: NDArray[np.float64], labels: NDArray[np.int64], n_marks: int) -> tuple[int, ...]:
    """Choose rows to name: the best-scored of each block, blocks sharing the lines by the root of their size.

    Parameters
    ----------
    scores : float64 array of shape (n_genes,), in displayed order; rows with NaN are never chosen.
    labels : int64 array of shape (n_genes,), the block of each row.
    n_marks : how many names fit.

    Returns
    -------
    Row positions, increasing.
    """
    blocks, sizes = np.unique(labels, return_counts=True)
    share = np.sqrt(sizes) / np.sqrt(sizes).sum()
    quota = np.maximum(np.floor(share * n_marks).astype(int), 1)
    order = np.lexsort((np.arange(len(scores)), -np.nan_to_num(scores, nan=-np.inf)))
    order = order[~np.isnan(scores[order])]
    distance = len(scores) // (4 * n_marks)
    chosen: list[int] = []
    for block, n_block in zip(blocks, quota, strict=True):
        chosen += _take_apart(order[labels[order] == block], int(n_block), distance)
    kept = sorted(chosen, key=lambda row: -scores[row])[:n_marks]
    return tuple(sorted(kept))


def _take_apart(ranked: NDArray[np.intp], n_wanted: int, distance: int) -> list[int]:
    """Take the first rows that are not close neighbours of better ones; then, if some are lacking, the next best."""
    taken: list[int] = []
    for row in ranked.tolist():
        if len(taken) == n_wanted:
            break
        if all(abs(row - other) > distance for other in taken):
            taken.append(row)
    rest = [row for row in ranked.tolist() if row not in set(taken)]
    return taken + rest[: n_wanted - len(taken)]


def thin_out(marks: Sequence[int], n_lines: int) -> tuple[int, ...]:
    """Keep as many rows as have room, spread evenly over those chosen."""
    if len(marks) <= n_lines:
        return tuple(marks)
    kept = np.unique(np.round(np.linspace(0, len(marks) - 1, n_lines)).astype(int))
    return tuple(marks[i] for i in kept)


def spread(targets: Sequence[float], gap: float | NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Move ordered positions apart by at least `gap`, each as little as possible, within [low, high].

    gap : one for all, or one for each pair of neighbours.

    Least squares under an order constraint: with the gaps taken out it is isotonic regression, solved by pooling
    adjacent violators (Barlow et al. 1972). Order is kept, so connectors to the targets never cross.
    """
    n = len(targets)
    if n == 0:
        return np.zeros(0)
    offsets = np.concatenate([[0.0], np.cumsum(np.broadcast_to(gap, n - 1))])
    pools: list[tuple[float, int]] = []
    for target in np.asarray(targets, dtype=float) - offsets:
        mean, size = float(target), 1
        while pools and pools[-1][0] > mean:
            last_mean, last_size = pools.pop()
            mean = (mean * size + last_mean * last_size) / (size + last_size)
            size += last_size
        pools.append((mean, size))
    placed = np.concatenate([np.full(size, mean) for mean, size in pools])
    return np.asarray(np.clip(placed, low, max(low, high - offsets[-1])) + offsets)
