"""What the dispersions of a fit say: how alike the replicates are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.interpret.words import count_of, percent, thousands, verb

FloatArray = NDArray[np.float64]

_FEW, _MANY = 10.0, 1000.0  # means of normalised counts at which the trend is read
_LARGE = 0.6  # variation beyond that between unrelated people


@dataclass(frozen=True)
class DispersionFacts:
    """The dispersions of a fit in a few numbers.

    few, many : means at which the trend was read. cv_few, cv_many : coefficients of variation there, fractions,
    beyond the chance of counting. n_kept : genes that keep their own value, far above the trend.
    """

    n_genes: int
    n_kept: int
    few: float
    many: float
    cv_few: float
    cv_many: float

    @property
    def reading(self) -> str:
        """How to read this figure, in words."""
        if not self.n_genes:
            return "No gene has reads."
        said = [self._variation()]
        if self.cv_many > _LARGE:
            said.append("That is much: look for a hidden group or a poor sample.")
        if self.cv_few < self.cv_many:
            said.append("That genes with more reads vary more is unusual: look whether the replicates are alike.")
        if self.n_kept:
            are = verb(self.n_kept, "varies", "vary")
            keep = verb(self.n_kept, "keeps its", "keep their")
            said.append(
                f"{count_of(self.n_kept, 'gene')} (ringed) {are} far more than others of the same mean and {keep} own "
                "value, so that no unsteady gene passes for a steady one."
            )
        return " ".join(said)

    def _variation(self) -> str:
        return (
            f"How to read it: at a mean of {thousands(self.many)} counts replicates differ by about "
            f"{percent(self.cv_many)}, at {thousands(self.few)} by about {percent(self.cv_few)} (square root of the "
            "trend). About 10 % is usual for animals of one strain and 40 % for unrelated people (edgeR user's guide)."
        )


def describe_dispersions(
    base_mean: FloatArray, trend: FloatArray, is_kept: NDArray[np.bool_], is_known: NDArray[np.bool_]
) -> DispersionFacts:
    """Read the trend at few and at many counts.

    Parameters
    ----------
    base_mean, trend : float64 arrays of shape (n_genes,)
    is_kept, is_known : bool arrays of shape (n_genes,)
        Genes that keep their own dispersion; genes that have one.
    """
    known = np.flatnonzero(is_known & (base_mean > 0))
    if not len(known):
        return DispersionFacts(0, 0, _FEW, _MANY, float("nan"), float("nan"))
    order = known[np.argsort(base_mean[known], kind="stable")]
    means, heights = np.log(base_mean[order]), np.log(trend[order])
    few, many = (float(np.clip(at, base_mean[order[0]], base_mean[order[-1]])) for at in (_FEW, _MANY))
    cv_few, cv_many = np.sqrt(np.exp(np.interp(np.log([few, many]), means, heights))).tolist()
    return DispersionFacts(len(known), int(is_kept[known].sum()), few, many, cv_few, cv_many)
