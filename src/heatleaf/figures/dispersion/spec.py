"""What a dispersion figure shows, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.groups import LegendEntry, flow_legend, legend_height
from heatleaf.figures.ma.spec import mean_limits, mean_ticks
from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.points import Limits
from heatleaf.figures.theme import INK, NEUTRAL_COLOUR, SINGLE_COLUMN_MM

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

USED_COLOUR = "#3E8E8A"  # away from the red and blue of changes
KEPT_COLOUR = "#C2740B"
_FLOOR = 1e-7  # below, the estimate is the lower bound: replicates vary no more than chance
_LEFT_MM, _RIGHT_MM, _BELOW_MM = 12.0, 3.0, 9.2
_PANEL_HEIGHT_MM = 58.0
_TREND_POINTS = 200


@dataclass(frozen=True, eq=False)
class DispersionEstimates:
    """The dispersions of a fit, float64 arrays of shape (n_genes,), NaN for genes without reads.

    base_mean : mean of normalised counts. gene_wise, trend : by the gene itself, and expected at its mean.
    used : what the test uses: the posterior mode, or gene_wise where `is_kept`, bool (n_genes,).
    """

    base_mean: FloatArray
    gene_wise: FloatArray
    trend: FloatArray
    used: FloatArray
    is_kept: BoolArray


@dataclass(frozen=True, eq=False)
class DispersionSpec:
    """A dispersion figure: x is log10 of the mean of normalised counts, y log10 of the dispersion.

    mean, gene_wise, used : (n_shown,), within the limits. kept : positions of outliers that keep their own value.
    trend : (n_points, 2). x_ticks, y_ticks : log10 units with what to write.
    """

    page: Page
    limits: Limits
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    mean: FloatArray
    gene_wise: FloatArray
    used: FloatArray
    kept: NDArray[np.intp]
    trend: FloatArray
    legend: tuple[LegendEntry, ...]
    empty_text: str

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_dispersion_spec(
    estimates: DispersionEstimates, *, formula: str = "", width: float = SINGLE_COLUMN_MM
) -> DispersionSpec:
    """Describe the dispersions of a fit; genes without reads or without an estimate are left out.

    formula : the design, for the subtitle. width : mm.
    """
    known = np.isfinite(estimates.used) & np.isfinite(estimates.gene_wise) & (estimates.base_mean > 0)
    shown = np.flatnonzero(known)
    mean = np.log10(estimates.base_mean[shown])
    own, used = np.log10(estimates.gene_wise[shown]), np.log10(estimates.used[shown])
    limits = Limits(mean_limits(mean), _dispersion_limits(own, used))
    kept = np.flatnonzero(estimates.is_kept[shown])
    legend = flow_legend([("", _marks(len(kept)))], width - 2 * EDGE_MM)
    page = lay_out(
        "Dispersion: variation between replicates",
        formula,
        _small_print(own, limits),
        width=width,
        panel_height=_PANEL_HEIGHT_MM,
        margins=Margins(_LEFT_MM, _RIGHT_MM, legend_height(legend) + 3.0, _BELOW_MM),
    )
    return DispersionSpec(
        page=page,
        limits=limits,
        x_ticks=mean_ticks(limits.x),
        y_ticks=_dispersion_ticks(limits.y),
        mean=np.clip(mean, *limits.x),
        gene_wise=np.clip(own, *limits.y),
        used=np.clip(used, *limits.y),
        kept=kept,
        trend=_trend_line(mean, np.log10(estimates.trend[shown]), limits),
        legend=legend,
        empty_text="" if len(shown) else "No gene has a dispersion",
    )


def _marks(n_kept: int) -> list[tuple[str, str, str]]:
    marks = [
        ("each gene by itself", NEUTRAL_COLOUR, "o"),
        ("trend", INK, "line"),
        ("drawn towards the trend: used", USED_COLOUR, "o"),
    ]
    return [*marks, (f"kept as it is ({n_kept:,})", KEPT_COLOUR, "ring")] if n_kept else marks


def _dispersion_limits(own: FloatArray, used: FloatArray) -> tuple[float, float]:
    """Hold every value but those at the lower bound of the estimate, and of the small ones the lowest 0.5 %."""
    real = own[own > np.log10(_FLOOR)]
    if not len(used):
        return -3.0, 1.0
    low = min(float(np.quantile(real, 0.005)) if len(real) else np.inf, float(used.min()))
    high = max(float(used.max()), float(real.max()) if len(real) else -np.inf)
    room = max(0.04 * (high - low), 0.15)
    return low - room, high + room


def _dispersion_ticks(limits: tuple[float, float]) -> tuple[tuple[float, str], ...]:
    """Return powers of ten, every second one where there are many."""
    first, last = int(np.ceil(limits[0])), int(np.floor(limits[1]))
    step = 1 if last - first <= 6 else 2
    return tuple((float(power), f"{10.0**power:g}") for power in range(last, first - 1, -step))[::-1]


def _trend_line(mean: FloatArray, trend: FloatArray, limits: Limits) -> FloatArray:
    """Take the trend at means spread evenly over the axis, shape (n_points, 2)."""
    if not len(mean):
        return np.empty((0, 2))
    order = np.argsort(mean, kind="stable")
    at = np.linspace(max(mean.min(), limits.x[0]), mean.max(), _TREND_POINTS)
    return np.column_stack([at, np.interp(at, mean[order], trend[order])])


def _small_print(own: FloatArray, limits: Limits) -> str:
    n = int((own < limits.y[0]).sum())
    if not n:
        return f"{len(own):,} {'gene' if len(own) == 1 else 'genes'} with reads."
    lie = (
        "lies on the lower border: its replicates vary" if n == 1 else "lie on the lower border: their replicates vary"
    )
    return f"{len(own):,} genes with reads; by itself, {n:,} {lie} hardly more than chance."
