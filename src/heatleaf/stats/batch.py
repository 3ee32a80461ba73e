"""Values to draw without what a batch adds to them. Never for tests: there the batch belongs into the design."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError

FloatArray = NDArray[np.float64]


def remove_batch(values: FloatArray, batch: Sequence[str], *, kept: FloatArray | None = None) -> FloatArray:
    """Take from log-scale values what a linear model ascribes to the batch of each sample.

    Parameters
    ----------
    values : float64 array of shape (n_genes, n_samples)
        On a logarithmic scale, such as VST. A gene with NaN is fitted to its other samples, and left as it is where
        these do not tell its batches apart.
    batch : sequence of n_samples levels
    kept : float64 array of shape (n_samples, n_coefficients), optional
        Model matrix of the differences that stay, without the batch; only an intercept if not given.

    Returns
    -------
    float64 array of shape (n_genes, n_samples)
        With one batch, the values as they are.

    Raises
    ------
    UserError
        not_full_rank where a batch cannot be told from what is kept.

    Notes
    -----
    values less B g, where (b, g) are the least-squares coefficients of [kept, B] and the columns of B code the levels
    of the batch with sum zero, so that the mean over levels stays (Ritchie et al. 2015, limma, `removeBatchEffect`).

    Examples
    --------
    >>> remove_batch(np.array([[1.0, 3.0, 11.0, 13.0]]), ["x", "x", "y", "y"]).tolist()
    [[6.0, 8.0, 6.0, 8.0]]
    """
    levels = sorted(set(batch))
    if len(levels) < 2:
        return values
    coded = _sum_to_zero(batch, levels)
    wanted = np.ones((len(batch), 1)) if kept is None else kept
    model = np.hstack([wanted, coded])
    if np.linalg.matrix_rank(model) < model.shape[1]:
        raise UserError(
            "not_full_rank",
            "the batch cannot be removed for display: some of its levels hold exactly the samples of a compared group, "
            "and the difference between the groups would go with it",
            fix="remove no batch, or choose a column whose levels each hold samples of several groups",
        )
    complete = np.isfinite(values).all(axis=1)
    cleaned = values.copy()
    cleaned[complete] -= _batch_part(values[complete], model, coded)
    for i_gene in np.flatnonzero(~complete):
        seen = np.isfinite(values[i_gene])
        if np.linalg.matrix_rank(model[seen]) == model.shape[1]:
            cleaned[i_gene, seen] -= _batch_part(values[i_gene : i_gene + 1, seen], model[seen], coded[seen])[0]
    return cleaned


def _batch_part(values: FloatArray, model: FloatArray, coded: FloatArray) -> FloatArray:
    coefficients = np.linalg.lstsq(model, values.T, rcond=None)[0]
    return np.asarray((coded @ coefficients[model.shape[1] - coded.shape[1] :]).T)


def _sum_to_zero(batch: Sequence[str], levels: list[str]) -> FloatArray:
    """Return one column for each level but the last: 1 in the level, -1 in the last one."""
    position = np.array([levels.index(level) for level in batch])
    code = np.vstack([np.eye(len(levels) - 1), -np.ones(len(levels) - 1)])
    return np.asarray(code[position])
