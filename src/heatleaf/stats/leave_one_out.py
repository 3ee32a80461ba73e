"""What a test calls when one sample is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model import Contrast, CountTable, Design
from heatleaf.stats.chunks import DEFAULT_WORKERS
from heatleaf.stats.fit import fit_counts
from heatleaf.stats.wald import wald_test


def calls_without(
    counts: CountTable,
    design: Design,
    contrasts: Sequence[Contrast],
    *,
    i_sample: int,
    alpha: float,
    n_workers: int = DEFAULT_WORKERS,
) -> NDArray[np.bool_]:
    """Fit and test anew without one sample, from size factors to adjusted p-values.

    Parameters
    ----------
    i_sample : int
        The position of the sample that is left out.
    alpha : float
        Adjusted p-value at which genes are called.

    Returns
    -------
    bool array of shape (n_contrasts, n_genes)

    Raises
    ------
    UserError
        not_full_rank: without the sample the design cannot be told apart. Those of `fit_counts`.
    """
    smaller = design_without(design, i_sample)
    fit = fit_counts(counts.take_samples(smaller.sample_ids), smaller, n_workers=n_workers)
    return np.array([wald_test(fit, contrast, alpha=alpha, shrink=False).is_significant for contrast in contrasts])


def design_without(design: Design, i_sample: int) -> Design:
    """Take one sample out of a design; its coefficients stay.

    Raises
    ------
    UserError
        not_full_rank.
    """
    left = [i for i in range(len(design.sample_ids)) if i != i_sample]
    model_matrix = design.model_matrix[left]
    if np.linalg.matrix_rank(model_matrix) < model_matrix.shape[1]:
        raise UserError("not_full_rank", f"without {design.sample_ids[i_sample]} {design.formula} cannot be estimated")
    return replace(
        design,
        sample_ids=tuple(design.sample_ids[i] for i in left),
        factors={
            name: replace(factor, values=tuple(factor.values[i] for i in left))
            for name, factor in design.factors.items()
        },
        covariates={name: tuple(values[i] for i in left) for name, values in design.covariates.items()},
        model_matrix=model_matrix,
    )
