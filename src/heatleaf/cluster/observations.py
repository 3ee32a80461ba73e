"""Observations as points: checks of a matrix, and the embedding that turns a distance into a squared Euclidean one.

Correlation, cosine, Spearman and Kendall distances are half the squared Euclidean distance of unit rows (after
centring, none, ranks, signs of pairs), so one geometry serves them all. Nothing here forms a distance matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.cluster.kendall import pair_signs
from heatleaf.errors import UserError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ANGULAR = ("correlation", "spearman", "kendall", "cosine")
NOT_CENTRED = ("kendall", "cosine")
METRICS = (*ANGULAR, "euclidean", "sqeuclidean", "cityblock", "precomputed")


@dataclass(frozen=True, eq=False)
class Points:
    """Rows in a Euclidean space, and how their squared distance becomes the distance of a metric.

    values : float64 array of shape (n_rows, n_dimensions). metric : the metric asked for; its distance is half the
    squared Euclidean distance for those of ANGULAR, its root for "euclidean", itself for
    "sqeuclidean". "cityblock" keeps the rows as they are and has no such relation.
    """

    values: FloatArray
    metric: str

    def distance_of(self, squared: FloatArray) -> FloatArray:
        """Turn squared Euclidean distances into distances of the metric."""
        if self.metric in ANGULAR:
            return squared / 2.0
        return np.sqrt(squared) if self.metric == "euclidean" else squared

    def distances_from(self, i_row: int, rows: slice | IntArray) -> FloatArray:
        """Return the distances of one row to others, each summed in the order of the columns."""
        differences = self.values[rows] - self.values[i_row]
        if self.metric == "cityblock":
            return np.asarray(np.abs(differences).sum(axis=1))
        return self.distance_of(np.square(differences).sum(axis=1))


def read_matrix(matrix: Any) -> tuple[FloatArray, tuple[str, ...], tuple[str, ...]]:
    """Return finite float64 values of a 2-D array or data frame, with row and column names ("" names if an array)."""
    values = np.asarray(matrix, dtype=np.float64)
    if values.ndim != 2:
        raise UserError(
            "clusters",
            f"the matrix to cluster has {values.ndim} dimension(s) where 2 are needed",
            fix="give one row for each gene and one column for each sample",
        )
    if not len(values):
        raise UserError("clusters", "the matrix to cluster has no rows", fix="choose at least one gene")
    if not values.shape[1]:
        raise UserError("clusters", "the matrix to cluster has no columns", fix="choose at least one sample")
    is_frame = hasattr(matrix, "columns")
    rows = tuple(str(name) for name in matrix.index) if is_frame else ()
    columns = tuple(str(name) for name in matrix.columns) if is_frame else ()
    refuse_not_finite(values, rows, columns)
    return values, rows, columns


def refuse_not_finite(values: FloatArray, rows: Sequence[str], columns: Sequence[str]) -> None:
    """Refuse missing and infinite values, naming the first five (requirement N26)."""
    is_bad = ~np.isfinite(values)
    if not is_bad.any():
        return
    places = np.argwhere(is_bad)
    first = "; ".join(f"{_name('row', rows, i)}, {_name('column', columns, j)}" for i, j in places[:5])
    raise UserError(
        "matrix_not_finite",
        f"{len(places):,} of {values.size:,} values are missing or infinite (first: {first})",
        fix="leave these rows out, or fill the values, before clustering",
    )


def _name(kind: str, names: Sequence[str], position: int) -> str:
    return f"{kind} {names[position]}" if len(names) else f"{kind} {position + 1}"


def embed(values: FloatArray, metric: str, rows: Sequence[str] = ()) -> Points:
    """Turn finite rows into points of a metric.

    Parameters
    ----------
    values : float64 array of shape (n_rows, n_columns)
    metric : "correlation", "spearman", "kendall", "cosine", "euclidean", "sqeuclidean" or "cityblock"
    rows : names of the rows for a refusal, or ()

    Raises
    ------
    UserError
        "gene_constant" for rows without direction (constant rows; for cosine rows of zeros); "option" for a metric
        that is not known.
    """
    if metric not in METRICS or metric == "precomputed":
        known = ", ".join(METRICS)
        raise UserError("option", f"the distance '{metric}' is not known", fix=f"choose one of {known}")
    if metric == "cityblock":
        return Points(values, metric)
    if metric in ANGULAR:
        compared = {"spearman": rank_rows, "kendall": pair_signs}.get(metric, np.asarray)(values)
        return Points(_unit_rows(compared, metric, rows), metric)
    return Points(values - values.mean(axis=0), metric)


def _unit_rows(values: FloatArray, metric: str, rows: Sequence[str]) -> FloatArray:
    largest = np.abs(values).max(axis=1, keepdims=True, initial=0.0)
    scaled = values / np.where(largest > 0, largest, 1.0)
    if metric not in NOT_CENTRED:
        scaled = scaled - scaled.mean(axis=1, keepdims=True)
    norms = np.sqrt(np.square(scaled).sum(axis=1, keepdims=True))
    # A constant row leaves only the rounding error of its mean: a few units in the last place of 1 per column.
    is_flat = norms[:, 0] <= 8 * np.finfo(np.float64).eps * np.sqrt(max(values.shape[1], 1))
    if is_flat.any():
        _refuse_flat(np.flatnonzero(is_flat), metric, rows)
    return _share_copies(scaled / norms)


def _share_copies(unit_rows: FloatArray) -> FloatArray:
    """Give rows that are equal but for rounding (a gene and its multiple) the values of the first of them."""
    firsts = first_equal(np.round(unit_rows, 13))
    return unit_rows[firsts] if (firsts != np.arange(len(firsts))).any() else unit_rows


def first_equal(rows: FloatArray) -> IntArray:
    """Return for each row the position of the first row equal to it, int64 of shape (n_rows,)."""
    rows = np.ascontiguousarray(rows + 0.0)  # -0.0 becomes 0.0, so that equal rows have equal bytes
    # Equal rows have equal sums of their bits times odd numbers; few others do, and those are looked at in full.
    odd = np.arange(1, rows.shape[1] + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C16) + np.uint64(1)
    sums = np.einsum("ij,j->i", rows.view(np.uint64), odd)
    in_order = np.sort(sums)
    suspects = np.flatnonzero(np.isin(sums, in_order[1:][in_order[1:] == in_order[:-1]]))
    firsts = np.arange(len(rows))
    if len(suspects):
        keys = rows[suspects].view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1])))[:, 0]
        _, first, group = np.unique(keys, return_index=True, return_inverse=True)
        firsts[suspects] = suspects[first[group.ravel()]]
    return firsts


def _refuse_flat(flat: NDArray[np.intp], metric: str, rows: Sequence[str]) -> None:
    what = "all zero" if metric == "cosine" else "constant"
    first = ", ".join(_name("row", rows, int(i)) for i in flat[:5])
    raise UserError(
        "gene_constant",
        f"{len(flat):,} row(s) are {what} and have no {metric} with others (first: {first})",
        fix="set them aside before clustering",
    )


def rank_rows(values: FloatArray) -> FloatArray:
    """Rank the values of each row from 1, ties sharing their mean rank; shape as given."""
    n_columns = values.shape[1]
    order = np.argsort(values, axis=1, kind="stable")
    in_order = np.take_along_axis(values, order, axis=1)
    starts = np.ones(values.shape, dtype=bool)
    starts[:, 1:] = in_order[:, 1:] != in_order[:, :-1]
    ends = np.ones(values.shape, dtype=bool)
    ends[:, :-1] = starts[:, 1:]
    positions = np.arange(1, n_columns + 1, dtype=np.float64)
    first = np.maximum.accumulate(np.where(starts, positions, 0.0), axis=1)
    last = np.minimum.accumulate(np.where(ends, positions, np.inf)[:, ::-1], axis=1)[:, ::-1]
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, (first + last) / 2.0, axis=1)
    return ranks
