"""Distances between rows of which values are missing: each pair is compared over the columns that both have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from heatleaf.cluster.distances import refuse_memory, refuse_pairs
from heatleaf.cluster.kendall import pair_signs
from heatleaf.cluster.observations import FloatArray
from heatleaf.errors import UserError

PAIRWISE = ("correlation", "kendall", "cosine", "euclidean", "sqeuclidean")
_N_TABLES = 6  # square tables at a time


def pairwise_distances(values: FloatArray, metric: str, *, max_memory: float, rows: Sequence[str] = ()) -> FloatArray:
    """Return the distances of all pairs of rows, each over the columns that both rows have.

    Parameters
    ----------
    values : float64 array of shape (n_rows, n_columns), NaN where missing
    metric : one of PAIRWISE. Euclidean sums are raised in proportion to the columns that could not be compared, as if
        these differed as the others do.
    max_memory : bytes that this may take. rows : names of the rows for a refusal, or ()

    Returns
    -------
    float64 array of shape (n_rows, n_rows), symmetric, zero on the diagonal.

    Raises
    ------
    UserError
        "option" for another metric; "memory"; "matrix_not_finite" where two rows share no column, or for correlation
        fewer than two or none in which both vary.

    Notes
    -----
    Sums over shared columns are products of matrices with zeros for missing values and of their masks; values are
    centred per row before, so that squares cancel little. Time O(n^2 d), memory 48 n^2 bytes.
    """
    if metric not in PAIRWISE:
        what = f"rows with missing values cannot be compared by the distance '{metric}'"
        raise UserError("option", what, fix=f"choose one of {', '.join(PAIRWISE)}, or leave these rows out")
    refuse_memory(len(values), f"pairwise {metric}", max_memory / _N_TABLES)
    if metric == "kendall":
        refuse_pairs(values.shape, max_memory)
        values, metric = pair_signs(values), "cosine"
    known = (~np.isnan(values)).astype(np.float64)
    filled = np.where(known > 0, values, 0.0)
    if metric != "cosine":
        filled = np.where(known > 0, values - (filled.sum(axis=1) / known.sum(axis=1))[:, None], 0.0)
    shared = known @ known.T
    distances = _angular(filled, known, shared, metric) if metric in ("correlation", "cosine") else None
    if distances is None:
        distances = _euclidean(values, known, shared)
        if metric == "euclidean":
            np.sqrt(distances, out=distances)
    _refuse_unmeasured(distances, rows)
    np.fill_diagonal(distances, 0.0)
    return distances


def _angular(filled: FloatArray, known: FloatArray, shared: FloatArray, metric: str) -> FloatArray:
    """Return 1 - r over shared columns, NaN where there is no r."""
    products = filled @ filled.T
    squares = np.square(filled) @ known.T
    if metric == "correlation":
        sums = filled @ known.T
        n = np.maximum(shared, 1.0)
        products -= sums * sums.T / n
        scale = squares.copy()
        squares -= np.square(sums) / n
        squares[squares <= 1e-12 * scale] = 0.0  # what is left of a constant after rounding
    lengths = squares * squares.T
    least = 2 if metric == "correlation" else 1
    is_measured = (lengths > 0) & (shared >= least)
    np.sqrt(lengths, out=lengths)
    r = np.divide(products, lengths, out=np.full_like(products, np.nan), where=is_measured)
    return np.asarray(1.0 - np.clip((r + r.T) / 2, -1.0, 1.0))


def _euclidean(values: FloatArray, known: FloatArray, shared: FloatArray) -> FloatArray:
    """Return the sum of squared differences, raised to all columns, NaN where no column is shared."""
    total = np.zeros_like(shared)
    filled = np.where(known > 0, values, 0.0)
    for column, is_known in zip(filled.T, known.T, strict=True):
        total += np.square((column[:, None] - column) * (is_known[:, None] * is_known))
    raised: FloatArray = np.divide(total * values.shape[1], shared, out=np.full_like(total, np.nan), where=shared > 0)
    return raised


def _refuse_unmeasured(distances: FloatArray, rows: Sequence[str]) -> None:
    i_rows, j_rows = np.nonzero(np.triu(np.isnan(distances), 1))
    if not len(i_rows):
        return
    pairs = [_pair_words(int(i), int(j), rows) for i, j in zip(i_rows[:5], j_rows[:5], strict=True)]
    counts = np.bincount(np.concatenate([i_rows, j_rows]))
    worst = int(counts.argmax())
    name = rows[worst] if len(rows) else f"row {worst + 1}"
    raise UserError(
        "matrix_not_finite",
        f"{len(i_rows):,} pair(s) of rows share too few values to be compared (first: {'; '.join(pairs)})",
        fix=f"leave out the rows with the most missing values, {name} first",
    )


def _pair_words(i_row: int, j_row: int, rows: Sequence[str]) -> str:
    if len(rows):
        return f"{rows[i_row]} and {rows[j_row]}"
    return f"rows {i_row + 1} and {j_row + 1}"
