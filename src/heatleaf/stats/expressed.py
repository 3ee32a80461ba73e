"""Which genes have enough counts to be tested by methods that filter beforehand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError

FloatArray = NDArray[np.float64]

MIN_COUNT = 10.0  # in a sample of median library size
MIN_TOTAL = 15.0  # over all samples
LARGE_GROUP, SHARE_OF_LARGE = 10.0, 0.7  # of the samples of a group beyond ten, this share must have the count
FEWEST_GENES = 30  # below, neither a trend over abundance nor a prior of variances can be told from chance
_ROUNDING = 1e-14


def has_enough_counts(counts: NDArray[np.int64], model_matrix: FloatArray) -> NDArray[np.bool_]:
    """Tell which genes reach a worthwhile count in as many samples as the smallest group of the design has.

    Parameters
    ----------
    counts : int64 array of shape (n_genes, n_samples)
    model_matrix : float64 array of shape (n_samples, n_coefficients)

    Returns
    -------
    bool array of shape (n_genes,)

    References
    ----------
    Chen, Lun & Smyth 2016, F1000Research 5:1438, "Filtering to remove low counts": counts per million of at least
    those of 10 counts in the median library, in the number of samples that the largest leverage of the design implies.
    """
    lib_size = counts.sum(axis=0)
    leverage = np.sum(np.linalg.qr(model_matrix)[0] ** 2, axis=1)
    n_needed = 1.0 / leverage.max()
    if n_needed > LARGE_GROUP:
        n_needed = LARGE_GROUP + (n_needed - LARGE_GROUP) * SHARE_OF_LARGE
    least = MIN_COUNT / np.median(lib_size) * np.maximum(lib_size, 1)
    n_reached = (counts >= least * (1 - _ROUNDING)).sum(axis=1)
    return np.asarray((n_reached >= n_needed - _ROUNDING) & (counts.sum(axis=1) >= MIN_TOTAL), dtype=bool)


def require_enough(tested: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which genes are tested, or refuse where they are too few to borrow strength from each other.

    tested : bool array of shape (n_genes,).

    Raises
    ------
    UserError
        few_genes.
    """
    n_tested = int(tested.sum())
    if n_tested < FEWEST_GENES:
        what = (
            f"{n_tested} of {len(tested):,} genes have enough counts for a second opinion, which takes {FEWEST_GENES} "
            "genes or more to learn the noise from"
        )
        raise UserError("few_genes", what, fix="give the counts of all genes")
    return tested
