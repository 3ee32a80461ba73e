"""Values for figures: the transformed counts, without what a batch adds to them where that was asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study
from heatleaf.errors import UserError
from heatleaf.stats.batch import remove_batch
from heatleaf.stats.design import closest_name, is_missing
from heatleaf.stats.reduction import leave_out

FloatArray = NDArray[np.float64]


def display_values(study: Study, vst: FloatArray, settings: Settings) -> FloatArray:
    """Return the values that heatmaps, principal components and distances show; tests never see them.

    Parameters
    ----------
    vst : float64 array of shape (n_genes, n_samples)

    Raises
    ------
    UserError
        design_column, design_missing: the column of `remove_batch` is not in the sheet, or has empty cells.
        not_full_rank: the batch cannot be told from what is compared.
    """
    column = settings.remove_batch
    if not column:
        return vst
    columns = study.samples.columns if study.samples is not None else {}
    if column not in columns:
        what = f"'{column}' is not a column of the sample sheet; columns are: {', '.join(columns) or 'none'}"
        fix = closest_name(column, tuple(columns)) or "name one of them"
        raise UserError("design_column", what, where="--remove-batch", fix=fix)
    empty = [name for name, value in zip(study.counts.sample_ids, columns[column], strict=True) if is_missing(value)]
    if empty:
        what = f"{column} is empty for {', '.join(empty[:5])}"
        raise UserError("design_missing", what, where="--remove-batch", fix="fill it or leave the samples out")
    return remove_batch(vst, columns[column], kept=_kept(study, column))


def _kept(study: Study, column: str) -> FloatArray | None:
    """Return the model matrix of the differences that stay: the design without the batch."""
    if study.design is None:
        return None
    if column == study.group:
        what = f"{column} is what is compared: without its differences nothing would be left to show"
        raise UserError("not_full_rank", what, where="--remove-batch", fix="name a column that is not compared")
    is_used = column in study.design.factors or column in study.design.covariates
    return leave_out(study.design, column).model_matrix if is_used else study.design.model_matrix
