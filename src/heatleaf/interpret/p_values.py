"""What the histogram of the p-values of one comparison says about its test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from heatleaf.interpret.words import percent, thousands
from heatleaf.model import Contrast, Finding

Shape = Literal["too_few", "even", "peak", "hill", "u_shape"]

N_BINS = 20
MIN_P_VALUES = 200
_MIDDLE = slice(8, 16)  # p from 0.4 to 0.8: above what differences leave, below what piles up at 1
_LOW = slice(0, 6)  # p up to 0.3
_RIGHT = slice(18, 20)  # p above 0.9
_EXCESS = 1.15  # times the middle; less is not seen by eye
_Z = 4.0  # standard deviations of a Poisson count; chance passes it in one of 30,000
_NEARLY_ALL = 0.985  # the estimate is no better than one or two per cent
_CAUSES_HIGH = (
    "many genes with few reads, whose p-values are coarse, or replicates that differ in something the design leaves "
    "out (a batch, a donor, a hidden group), which makes the estimated noise too large"
)
_CAUSES_LOW = (
    "replicates that differ in something the design leaves out (a batch, a donor, a hidden group), swapped labels, or "
    "samples that are not independent"
)


@dataclass(frozen=True)
class PValueReading:
    """How a histogram of p-values reads.

    shape : "even" (no sign of differences), "peak" (even with a peak at 0, as it should be), "hill" (rising to the
        right or a bump, with too few small p-values), "u_shape" (a peak at 0 and another at 1), "too_few" to tell.
    """

    shape: Shape
    text: str

    @property
    def is_warning(self) -> bool:
        """Whether the shape says that the p-values are not what they should be."""
        return self.shape in ("hill", "u_shape")


def bin_p_values(p_values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Count p-values, shape (n_genes,), in N_BINS bins of equal width from 0 to 1, NaN left out."""
    known = p_values[np.isfinite(p_values)]
    return np.bincount(np.minimum((known * N_BINS).astype(np.int64), N_BINS - 1), minlength=N_BINS)


def read_p_values(counts: NDArray[np.int64], null_share: float) -> PValueReading:
    """Recognise the shape of a histogram of p-values and say what it means.

    Parameters
    ----------
    counts : int64 array of shape (N_BINS,)
        Genes per bin, as `bin_p_values` returns them.
    null_share : fraction 0-1
        Share of genes without a difference (pi0), NaN where it was not estimated.

    Notes
    -----
    p-values of genes without a difference are uniform; genes with one add to the left (Storey & Tibshirani 2003, PNAS
    100:9440, figure 1). So a part is compared with the middle of the histogram, p from 0.4 to 0.8: it stands out where
    it lies 15 % off and by four standard deviations of a Poisson count.
    """
    n_genes = int(counts.sum())
    if n_genes < MIN_P_VALUES:
        return PValueReading("too_few", f"With {thousands(n_genes)} p-values the shape of the histogram tells nothing.")
    shape = _shape(counts)
    return PValueReading(shape, _sentence(shape, counts, null_share))


def _shape(counts: NDArray[np.int64]) -> Shape:
    has_peak = _stands_out(counts, slice(0, 1))
    rises = _stands_out(counts, _RIGHT)
    if has_peak:
        return "u_shape" if rises else "peak"
    return "hill" if rises or _falls_short(counts) else "even"


def _stands_out(counts: NDArray[np.int64], part: slice) -> bool:
    mean, error = _middle(counts, part)
    here = float(counts[part].mean())
    return here > _EXCESS * mean and here - mean > _Z * error


def _falls_short(counts: NDArray[np.int64]) -> bool:
    """Tell whether p-values below 0.3 are fewer than the middle lets expect."""
    mean, error = _middle(counts, _LOW)
    here = float(counts[_LOW].mean())
    return _EXCESS * here < mean and mean - here > _Z * error


def _middle(counts: NDArray[np.int64], part: slice) -> tuple[float, float]:
    """Return the mean height of the middle and the standard error of its difference from a part like it."""
    mean = float(counts[_MIDDLE].mean())
    sizes = [len(counts[_MIDDLE]), len(counts[part])]
    return mean, math.sqrt(max(mean, 1.0) * sum(1 / size for size in sizes))


def _sentence(shape: Shape, counts: NDArray[np.int64], null_share: float) -> str:
    n_genes = int(counts.sum())
    small = f"{percent(counts[0] / n_genes)} of the p-values lie below 0.05, where chance alone puts 5 %"
    share = f" {_how_many(null_share)} of the tested genes do not differ (π₀)." if math.isfinite(null_share) else ""
    if shape == "peak":
        return f"As it should be: {small}, and the rest is even or falls off.{share}"
    if shape == "even":
        return f"Even: {small}. So there is no sign of differences, and none that the test is wrong.{share}"
    if shape == "u_shape":
        return (
            f"Not as it should be: beside the peak of small p-values ({small}) another rises towards 1. Possible "
            f"causes: {_CAUSES_HIGH}. The calls at the small end are usually still sound, the share of genes that "
            "differ is not."
        )
    return (
        f"Not as it should be: small p-values are too few ({small}) beside larger ones, so this test misses "
        f"differences. Possible causes: {_CAUSES_LOW}."
    )


def _how_many(share: float) -> str:
    return "Nearly all" if share > _NEARLY_ALL else f"About {percent(share)}"


def p_value_findings(reading: PValueReading, contrast: Contrast, *, table: str = "") -> tuple[Finding, ...]:
    """Caution where the p-values do not look as they should; nothing else."""
    if not reading.is_warning:
        return ()
    table = table or f"tables/differential_{contrast.name}.tsv"
    text = f"The p-values of {contrast.title} look odd. {reading.text}"
    return (Finding("differential", "p_values", text, {"shape": reading.shape}, table, "caution"),)
