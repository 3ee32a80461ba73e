"""What an MA figure shows, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.page import Margins, Page, lay_out, to_json
from heatleaf.figures.points import (
    HEADER_MM,
    GeneLabel,
    GenePoints,
    beyond_sentence,
    clip_points,
    hollow_sentence,
    label_genes,
    number_width,
    symmetric_limit,
    telling_genes,
    tested_sentence,
    to_page,
)
from heatleaf.figures.theme import SINGLE_COLUMN_MM
from heatleaf.model import DifferentialResult

Estimate = Literal["shrunken", "plain"]

_MARGINS = Margins(left=12.0, right=3.0, above=HEADER_MM, below=9.2)
_PANEL_HEIGHT_MM = 58.0
_NUMBER_HEIGHT_MM = 7.0  # of the number of lower genes, in the lower right corner


@dataclass(frozen=True, eq=False)
class MaSpec:
    """An MA figure: x is log10 of the mean of normalised counts, y the log2 fold change.

    x_ticks : log10 units with the counts they stand for. estimate : which fold change is drawn.
    corner : box of the number of lower genes, mm. n_left_out : names that found no room.
    """

    page: Page
    x_label: str
    y_label: str
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    x_ticks: tuple[tuple[float, str], ...]
    points: GenePoints
    labels: tuple[GeneLabel, ...]
    n_left_out: int
    n_up: int
    n_down: int
    tested_level: str
    corner: tuple[float, float, float, float]
    estimate: Estimate
    empty_text: str

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_ma_spec(
    result: DifferentialResult,
    *,
    estimate: Estimate = "shrunken",
    n_labels: int = 20,
    genes: Sequence[str] = (),
    width: float = SINGLE_COLUMN_MM,
) -> MaSpec:
    """Describe the MA figure of a comparison.

    Parameters
    ----------
    result : DifferentialResult
    estimate : "shrunken" or "plain"
        Which fold change is drawn; the plain one where the result holds no shrunken one. The figure says which.
    n_labels : int
        Names at most, half of them on each side; the same genes as in the volcano figure.
    genes : ids or symbols to name first.
    width : mm

    Returns
    -------
    MaSpec
        Genes with a mean of zero have no place on a log scale and are not drawn; the figure counts them as not tested.
    """
    drawn: Estimate = estimate if np.isfinite(result.lfc_shrunken).any() else "plain"
    change = result.lfc_shrunken if drawn == "shrunken" else result.log2_fold_change
    tested_level = result.contrast.tested_level
    mean = np.log10(np.where(result.base_mean > 0, result.base_mean, np.nan))
    is_drawn = np.isfinite(mean) & np.isfinite(change)
    y_end = symmetric_limit(np.where(is_drawn, change, np.nan), result.is_significant)
    x_limits, y_limits = _mean_limits(mean[is_drawn]), (-y_end, y_end)
    points = clip_points(result, mean, change, x_limits, y_limits)
    page = _page(result, points, drawn, width)
    places = to_page(page, points.x, points.y, x_limits, y_limits)
    left, bottom, right, top = page.panel_bounds
    middle = (left, (bottom + top) / 2 - 0.1, right, (bottom + top) / 2 + 0.1)  # names stay on the side of their gene
    corner = (right - number_width(page, tested_level), bottom + 0.3, right, bottom + _NUMBER_HEIGHT_MM)
    named = telling_genes(result, n_labels // 2, genes)
    labels, n_left_out = label_genes(result, points, places, page, named, taken=[middle, corner])
    return MaSpec(
        page=page,
        x_label="mean of normalised counts (log scale)",
        y_label=f"log₂ fold change{', shrunken' if drawn == 'shrunken' else ''}",
        x_limits=x_limits,
        y_limits=y_limits,
        x_ticks=_mean_ticks(x_limits),
        points=points,
        labels=labels,
        n_left_out=n_left_out,
        n_up=int(result.is_up.sum()),
        n_down=int(result.is_down.sum()),
        tested_level=tested_level,
        corner=corner,
        estimate=drawn,
        empty_text="" if len(points.x) else "No gene has a fold change",
    )


def _mean_limits(mean: NDArray[np.float64]) -> tuple[float, float]:
    """Hold all means but the lowest 0.1 %, whose tail below one read per sample would take half the axis."""
    if not len(mean):
        return 0.0, 3.0
    low, high = float(np.quantile(mean, 0.001)), float(mean.max())
    room = max(0.03 * (high - low), 0.1)
    return low - room, high + room


def _mean_ticks(limits: tuple[float, float]) -> tuple[tuple[float, str], ...]:
    powers = range(int(np.ceil(limits[0])), int(np.floor(limits[1])) + 1)
    return tuple((float(power), f"{10.0**power:,.0f}" if power >= 0 else f"{10.0**power:g}") for power in powers)


def _words(estimate: Estimate) -> str:
    return "shrunken fold changes" if estimate == "shrunken" else "fold changes as estimated, not shrunken"


def _page(result: DifferentialResult, points: GenePoints, estimate: Estimate, width: float) -> Page:
    called = result.is_significant.any()
    calls = f"{'Coloured: ' if called else 'No gene has '}padj < {result.alpha:g}."
    sentences = (tested_sentence(result), calls, hollow_sentence(points), beyond_sentence(points))
    small_print = " ".join(sentence for sentence in sentences if sentence)
    subtitle = f"{result.contrast.factor}; {_words(estimate)}"
    return lay_out(
        result.contrast.title, subtitle, small_print, width=width, panel_height=_PANEL_HEIGHT_MM, margins=_MARGINS
    )
