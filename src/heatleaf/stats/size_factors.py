"""Size factors: how deeply each sample was sequenced, from the median ratio to a reference sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heatleaf.errors import UserError
from heatleaf.model import CountTable
from heatleaf.stats.chunks import DEFAULT_WORKERS, map_gene_chunks, map_parts

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
Numbers = NDArray[np.int64] | NDArray[np.float64]
Method = Literal["auto", "ratio", "poscounts"]


def size_factors(counts: CountTable | pd.DataFrame | ArrayLike, *, method: Method = "auto") -> FloatArray:
    """Estimate the size factor of each sample.

    Parameters
    ----------
    counts : CountTable, DataFrame or array of shape (n_genes, n_samples)
    method : {"auto", "ratio", "poscounts"}
        "ratio": median of ratios over the genes without a zero. "poscounts": the geometric mean of a gene takes its
        zeros as ones, so that genes with zeros take part, and the factors are scaled to a geometric mean of 1.
        "auto": ratio, or poscounts where every gene has a zero (see `needs_positive_counts`).

    Returns
    -------
    float64 array of shape (n_samples,)

    Raises
    ------
    UserError
        few_genes (fewer than two), counts_zero, sample_zero, size_factors_positive ("ratio" without a gene to use).

    References
    ----------
    Anders & Huber 2010, eq. 5.

    Examples
    --------
    >>> size_factors([[10, 20], [30, 60], [5, 10]]).round(4).tolist()
    [0.7071, 1.4142]
    """
    sample_ids, values = _as_matrix(counts)
    _refuse_unusable(values, sample_ids)
    if method == "auto":
        method = "poscounts" if needs_positive_counts(values) else "ratio"
    if method == "poscounts":
        return _positive_counts(values)
    return _median_ratio(values)


def needs_positive_counts(counts: ArrayLike) -> bool:
    """Tell whether every gene (row) has a zero in some sample, so that none can be used for plain ratios (B57)."""
    return bool(np.all(np.min(np.asarray(counts), axis=1) <= 0))


def _as_matrix(counts: CountTable | pd.DataFrame | ArrayLike) -> tuple[list[str], Numbers]:
    if isinstance(counts, CountTable):
        return list(counts.sample_ids), counts.counts
    values = np.asarray(counts, dtype=np.float64)
    if hasattr(counts, "columns"):  # a data frame, without loading pandas to know
        return [str(name) for name in counts.columns], values
    return [str(i + 1) for i in range(values.shape[1])], values


def _refuse_unusable(values: Numbers, sample_ids: list[str]) -> None:
    if values.shape[0] < 2:
        raise UserError(
            "few_genes", f"{values.shape[0]} gene: size factors need at least 2 (and sensibly > 1,000) genes"
        )
    totals = values.sum(axis=0, dtype=np.float64)
    if not totals.any():
        raise UserError(
            "counts_zero", "all counts are zero", fix="check strandedness and annotation of the counting step"
        )
    if not totals.all():
        names = [name for name, total in zip(sample_ids, totals, strict=True) if total == 0]
        raise UserError(
            "sample_zero", f"sample {', '.join(names[:5])} has no reads (sum 0)", fix="exclude it in the sample sheet"
        )


def _median_ratio(values: Numbers) -> FloatArray:
    usable = np.flatnonzero(values.min(axis=1) > 0)
    if not len(usable):
        raise UserError(
            "size_factors_positive", "every gene has a zero in some sample", fix="use the positive-counts method"
        )
    # samples x genes, a part at a time: a sample's ratios lie together for its median
    ratios = np.empty((values.shape[1], len(usable)))

    def compute(part: slice) -> None:
        log_counts = np.log(values[usable[part]])
        ratios[:, part] = (log_counts - log_counts.mean(axis=1, keepdims=True)).T

    def middle(sample: int) -> float:
        return float(np.median(ratios[sample], overwrite_input=True))

    map_gene_chunks(compute, (ratios.shape[0], ratios.shape[1]))
    return np.asarray(np.exp(map_parts(middle, range(len(ratios)), DEFAULT_WORKERS)))


def _positive_counts(values: Numbers) -> FloatArray:
    expressed = values[values.any(axis=1)]
    log_counts = np.log(np.maximum(expressed, 1.0))
    ratios = np.where(expressed > 0, log_counts - log_counts.mean(axis=1, keepdims=True), np.nan)
    log_factors = np.nanmedian(ratios, axis=0)
    return np.asarray(np.exp(log_factors - log_factors.mean()))
