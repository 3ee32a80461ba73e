"""Distance matrices for the methods that need one, with the memory said beforehand."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from heatleaf.cluster.kendall import n_pairs
from heatleaf.cluster.observations import FloatArray, Points
from heatleaf.cluster.tiles import TILE_DEPTH, tile_side
from heatleaf.errors import UserError

# The square of differences is summed column by column below this many columns: exact zeros for equal rows, and faster
# than a matrix product there. Wider rows go through a matrix product, and close pairs are measured again.
NARROW = 64
CLOSE = 1e-3
DEFAULT_MAX_MEMORY = 4_000_000_000


def refuse_memory(n_rows: int, method: str, max_memory: float) -> None:
    """Refuse a distance matrix above `max_memory` bytes before any of it is made (requirement R20)."""
    needed = 8.0 * n_rows * n_rows
    if needed > max_memory:
        raise UserError(
            "memory",
            f"{method} linkage of {n_rows:,} rows needs a distance matrix of {_in_units(needed)}, "
            f"more than the limit of {_in_units(max_memory)}",
            fix="choose fewer genes, a linkage without a distance matrix (average with correlation, or ward), "
            "or raise --max-memory",
        )


def refuse_pairs(shape: tuple[int, ...], max_memory: float) -> None:
    """Refuse the signs of all pairs of columns, for Kendall's correlation, above `max_memory` bytes (R20)."""
    needed = 8.0 * shape[0] * n_pairs(shape[1])
    if needed > max_memory:
        raise UserError(
            "memory",
            f"kendall compares {n_pairs(shape[1]):,} pairs of columns in {shape[0]:,} rows, which needs "
            f"{_in_units(needed)}, more than the limit of {_in_units(max_memory)}",
            fix="choose spearman, which needs no pairs, fewer genes, or raise --max-memory",
        )


def _in_units(n_bytes: float) -> str:
    unit, size = next((pair for pair in (("GB", 1e9), ("MB", 1e6)) if n_bytes >= pair[1]), ("kB", 1e3))
    return f"{n_bytes / size:.3g} {unit}"


def distance_matrix(points: Points) -> FloatArray:
    """Return all distances of the metric, float64 of shape (n_rows, n_rows), symmetric with a zero diagonal.

    Equal rows have distance exactly 0. Time O(n^2 d), memory 8 n^2 bytes and a block.
    """
    if points.metric == "cityblock":
        return _sum_over_columns(points.values, np.abs)
    squared = squared_distances(points.values)
    if points.metric == "euclidean":
        return np.sqrt(squared, out=squared)
    if points.metric != "sqeuclidean":
        squared *= 0.5
    return squared


def squared_distances(values: FloatArray) -> FloatArray:
    """Return squared Euclidean distances between rows, float64 of shape (n_rows, n_rows)."""
    if values.shape[1] <= NARROW:
        return _sum_over_columns(values, np.square)
    n_rows = len(values)
    lengths: FloatArray = np.square(values).sum(axis=1)
    squared = np.empty((n_rows, n_rows))
    for start, products in _products(values):
        here, later = slice(start, start + len(products)), slice(start, n_rows)
        sums = lengths[here, None] + lengths[later]
        block = sums - 2.0 * products
        i_rows, j_rows = np.nonzero(block < CLOSE * sums)
        for first in range(0, len(i_rows), 4096):
            i, j = i_rows[first : first + 4096], j_rows[first : first + 4096]
            block[i, j] = np.square(values[start + i] - values[start + j]).sum(axis=1)
        squared[here, later] = block
        squared[later, here] = block.T
    return squared


def _products(values: FloatArray) -> Iterator[tuple[int, FloatArray]]:
    """Give stripes of rows and their inner products with all rows from the first of the stripe.

    In tiles so small that BLAS uses one thread: its rounding may depend on the number of threads.
    """
    n_rows, depth = values.shape
    side = tile_side(depth)
    n_tiles = -(-n_rows // side)
    tiles = np.zeros((n_tiles, side, depth))
    tiles.reshape(-1, depth)[:n_rows] = values
    for i_tile in range(n_tiles):
        later = tiles[i_tile:].swapaxes(1, 2)
        products = np.zeros((n_tiles - i_tile, side, side))
        for at in range(0, depth, TILE_DEPTH):
            products += tiles[i_tile, :, at : at + TILE_DEPTH] @ later[:, at : at + TILE_DEPTH]
        start = i_tile * side
        stripe = products.swapaxes(0, 1).reshape(side, -1)
        yield start, stripe[: n_rows - start, : n_rows - start]


def _sum_over_columns(values: FloatArray, term: np.ufunc) -> FloatArray:
    n_rows = len(values)
    total = np.empty((n_rows, n_rows))
    columns = np.ascontiguousarray(values.T)
    step = max(1, 65_536 // max(n_rows, 1))  # a block of half a megabyte stays in the cache
    for start in range(0, n_rows, step):
        block = np.zeros((min(step, n_rows - start), n_rows - start))
        difference = np.empty_like(block)
        for column in columns:
            np.subtract(column[start : start + step, None], column[start:], out=difference)
            block += term(difference, out=difference)
        total[start : start + step, start:] = block
        total[start:, start : start + step] = block.T
    return total


def n_given(matrix: FloatArray) -> int:
    """Return the number of rows that given distances are for, whether square or condensed in one row."""
    return len(matrix) if len(matrix) > 1 else round((1 + math.sqrt(1 + 8 * matrix.size)) / 2)


def read_distances(matrix: FloatArray) -> FloatArray:
    """Return a fresh square matrix of given distances (square, or condensed as SciPy's in one row of a 2-D array)."""
    if matrix.shape[0] == 1 and matrix.shape[1] != 1:
        matrix = _square_from_condensed(matrix[0])
    if matrix.shape[0] != matrix.shape[1]:
        raise UserError("clusters", f"given distances must be square, not {matrix.shape[0]} x {matrix.shape[1]}")
    if (matrix < 0).any() or (np.diagonal(matrix) != 0).any() or not np.allclose(matrix, matrix.T, rtol=1e-12):
        raise UserError(
            "clusters", "given distances must be symmetric, not negative, and zero between a row and itself"
        )
    return np.minimum(matrix, matrix.T)


def _square_from_condensed(condensed: FloatArray) -> FloatArray:
    n_rows = n_given(condensed[None, :])
    if n_rows * (n_rows - 1) // 2 != len(condensed):
        raise UserError("clusters", f"{len(condensed):,} condensed distances do not belong to a whole number of rows")
    square = np.zeros((n_rows, n_rows))
    square[np.triu_indices(n_rows, 1)] = condensed
    return square + square.T
