"""What an MA figure shows, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.page import Margins, Page, lay_out, to_json
from heatleaf.figures.points import (
    HEADER_MM,
    Calls,
    GenePanel,
    Limits,
    beyond_sentence,
    clip_points,
    hollow_sentence,
    label_genes,
    symmetric_limit,
    telling_genes,
    tested_sentence,
)
from heatleaf.figures.theme import SINGLE_COLUMN_MM
from heatleaf.model import DifferentialResult

FloatArray = NDArray[np.float64]

_LEFT_MM, _RIGHT_MM, _BELOW_MM = 12.0, 3.0, 9.2
_ONE_PANEL_MM = 58.0
_TWO_PANELS_MM = (48.0, 30.0)  # the one to read from, and below it the one to compare it with
_GAP_MM = 4.0


@dataclass(frozen=True, eq=False)
class MaSpec:
    """An MA figure: x is log10 of the mean of normalised counts, y the log2 fold change.

    panels : shrunken fold changes, and below them, on the same scales, those as estimated; the latter alone where
        none is shrunken. x_ticks : log10 units with the counts they stand for.
    """

    page: Page
    panels: tuple[GenePanel, ...]
    calls: Calls
    x_ticks: tuple[tuple[float, str], ...]
    empty_text: str

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_ma_spec(
    result: DifferentialResult, *, n_labels: int = 20, genes: Sequence[str] = (), width: float = SINGLE_COLUMN_MM
) -> MaSpec:
    """Describe the MA figure of a comparison.

    Parameters
    ----------
    result : DifferentialResult
    n_labels : int
        Names at most, half of them on each side; the same genes as in the volcano figure.
    genes : ids or symbols to name first.
    width : mm

    Returns
    -------
    MaSpec
        Genes with a mean of zero have no place on a log scale and are not drawn; the figure counts them as not tested.
    """
    changes = {"as estimated": result.log2_fold_change}
    if np.isfinite(result.lfc_shrunken).any():
        changes = {"shrunken": result.lfc_shrunken, **changes}
    mean = np.log10(np.where(result.base_mean > 0, result.base_mean, np.nan))
    limits = _limits(result, mean, tuple(changes.values()))
    points = [clip_points(result, mean, change, limits) for change in changes.values()]
    sentences = (tested_sentence(result), _calls(result), hollow_sentence(points[0]), beyond_sentence(*points))
    page, boxes = _page(result, " ".join(sentence for sentence in sentences if sentence), tuple(changes), width)
    panels = [
        GenePanel(box, limits, "", f"log₂ fold change{', shrunken' if name == 'shrunken' else ''}", drawn)
        for box, name, drawn in zip(boxes, changes, points, strict=True)
    ]
    panels[-1] = replace(panels[-1], x_label="mean of normalised counts (log scale)")
    panels[0] = _name_genes(result, panels[0], telling_genes(result, n_labels // 2, genes))
    return MaSpec(
        page=page,
        panels=tuple(panels),
        calls=Calls.of(result),
        x_ticks=mean_ticks(limits.x),
        empty_text="" if len(points[0].x) else "No gene has a fold change",
    )


def _limits(result: DifferentialResult, mean: FloatArray, changes: Sequence[FloatArray]) -> Limits:
    """Choose axes that hold the fold changes of all panels; the smaller side of zero gets half the other at least."""
    is_drawn = np.isfinite(mean) & np.isfinite(changes[0])
    ends = [
        max(
            symmetric_limit(np.where(is_drawn & (sign * change > 0), change, np.nan), result.is_significant)
            for change in changes
        )
        for sign in (-1, 1)
    ]
    low, high = (max(end, max(ends) / 2) for end in ends)
    return Limits(mean_limits(mean[is_drawn]), (-low, high))


def _name_genes(result: DifferentialResult, panel: GenePanel, genes: Sequence[int]) -> GenePanel:
    """Name genes on their side of zero."""
    left, bottom, width, height = panel.box
    low, high = panel.limits.y
    zero = bottom + height * low / (low - high)
    return label_genes(result, panel, genes, taken=[(left, zero - 0.1, left + width, zero + 0.1)])


def mean_limits(mean: FloatArray) -> tuple[float, float]:
    """Hold all means but the lowest 0.1 %, whose tail below one read per sample would take half the axis."""
    if not len(mean):
        return 0.0, 3.0
    low, high = float(np.quantile(mean, 0.001)), float(mean.max())
    room = max(0.03 * (high - low), 0.1)
    return low - room, high + room


def mean_ticks(limits: tuple[float, float]) -> tuple[tuple[float, str], ...]:
    """Return the powers of ten within limits in log10 units, with the number to write."""
    powers = range(int(np.ceil(limits[0])), int(np.floor(limits[1])) + 1)
    return tuple((float(power), f"{10.0**power:,.0f}" if power >= 0 else f"{10.0**power:g}") for power in powers)


def _calls(result: DifferentialResult) -> str:
    return f"{'Coloured: ' if result.is_significant.any() else 'No gene has '}padj < {result.alpha:g}."


def _page(
    result: DifferentialResult, small_print: str, names: Sequence[str], width: float
) -> tuple[Page, list[tuple[float, float, float, float]]]:
    """Lay out the page, whose panel is the upper one, and the boxes of all panels."""
    heights = _TWO_PANELS_MM if len(names) == 2 else (_ONE_PANEL_MM,)
    beneath = sum(height + _GAP_MM for height in heights[1:])
    margins = Margins(_LEFT_MM, _RIGHT_MM, HEADER_MM, _BELOW_MM + beneath)
    how = "fold changes shrunken (above) and as estimated (below)" if beneath else "fold changes as estimated"
    subtitle = f"{result.contrast.factor}; {how}"
    page = lay_out(result.contrast.title, subtitle, small_print, width=width, panel_height=heights[0], margins=margins)
    left, bottom, panel_width, _ = page.panel
    return page, [page.panel, *((left, bottom - beneath, panel_width, height) for height in heights[1:])]
