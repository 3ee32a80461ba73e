"""What a volcano figure shows, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heatleaf.figures.page import Margins, Page, lay_out, to_json
from heatleaf.figures.points import (
    HEADER_MM,
    Box,
    Calls,
    GenePanel,
    GenePoints,
    Limits,
    beyond_sentence,
    clip_points,
    hollow_sentence,
    label_genes,
    symmetric_limit,
    telling_genes,
    tested_sentence,
    upper_limit,
)
from heatleaf.figures.theme import SINGLE_COLUMN_MM
from heatleaf.model import DifferentialResult

_MARGINS = Margins(left=12.0, right=9.5, above=HEADER_MM, below=9.2)
_PANEL_HEIGHT_MM = 66.0
_HALF_LINE_MM = 0.1


@dataclass(frozen=True, eq=False)
class VolcanoSpec:
    """A volcano figure: x is the log2 fold change, y is -log10 of the p-value.

    p_line : -log10 of the largest p-value that is significant, NaN where none is or it lies beyond the axis.
    """

    page: Page
    panel: GenePanel
    calls: Calls
    p_line: float
    empty_text: str

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_volcano_spec(
    result: DifferentialResult,
    *,
    n_labels: int = 20,
    genes: Sequence[str] = (),
    width: float = SINGLE_COLUMN_MM,
) -> VolcanoSpec:
    """Describe the volcano of a comparison.

    Parameters
    ----------
    result : DifferentialResult
        x is its `log2_fold_change` (maximum likelihood, not shrunken), y its `log10_p`, which stays finite where
        the p-value underflows (requirement N14).
    n_labels : int
        Names at most, half of them on each side.
    genes : ids or symbols to name first.
    width : mm

    Returns
    -------
    VolcanoSpec
        Without significant or without tested genes a figure that says so (requirement N34).
    """
    change, height = result.log2_fold_change, -result.log10_p + 0.0
    limits = _limits(result)
    points = clip_points(result, change, height, limits)
    p_line = float(height[result.is_significant].min()) if result.is_significant.any() else float("nan")
    if p_line > limits.y[1]:
        p_line = float("nan")
    page = _page(result, points, p_line, width)
    panel = GenePanel(page.panel, limits, "log₂ fold change", "−log₁₀ p", points)
    named = telling_genes(result, n_labels // 2, genes)
    middle = _upright(panel, 0.0)  # names stay on the side of their gene
    panel = label_genes(result, panel, named, taken=[middle], lines=_significance_line(panel, p_line))
    empty_text = "" if len(points.x) else "No gene could be tested"
    return VolcanoSpec(page, panel, Calls.of(result), p_line, empty_text)


def _limits(result: DifferentialResult) -> Limits:
    is_drawn = np.isfinite(result.log2_fold_change) & np.isfinite(result.log10_p)
    x_end = symmetric_limit(np.where(is_drawn, result.log2_fold_change, np.nan), result.is_significant)
    top = upper_limit(np.where(is_drawn, -result.log10_p, np.nan), result.is_significant)
    return Limits((-x_end, x_end), (0.0, top))


def _upright(panel: GenePanel, x: float) -> Box:
    """Box in mm of an upright line through a panel."""
    left, bottom, width, height = panel.box
    low, high = panel.limits.x
    at = left + (x - low) / (high - low) * width
    return (at - _HALF_LINE_MM, bottom, at + _HALF_LINE_MM, bottom + height)


def _significance_line(panel: GenePanel, p_line: float) -> list[Box]:
    """Box in mm of the line of significance, where there is one."""
    if not np.isfinite(p_line):
        return []
    left, bottom, width, height = panel.box
    y = bottom + p_line / panel.limits.y[1] * height
    return [(left, y - _HALF_LINE_MM, left + width, y + _HALF_LINE_MM)]


def _page(result: DifferentialResult, points: GenePoints, p_line: float, width: float) -> Page:
    sentences = (
        tested_sentence(result),
        _calls(result, p_line),
        hollow_sentence(points, p_line),
        beyond_sentence(points),
    )
    small_print = " ".join(sentence for sentence in sentences if sentence)
    subtitle = f"{result.contrast.factor}; fold changes as estimated, not shrunken"
    return lay_out(
        result.contrast.title, subtitle, small_print, width=width, panel_height=_PANEL_HEIGHT_MM, margins=_MARGINS
    )


def _calls(result: DifferentialResult, p_line: float) -> str:
    if result.is_significant.any():
        return f"Coloured: padj < {result.alpha:g}{' (dashed line)' if np.isfinite(p_line) else ''}."
    return f"No gene has padj < {result.alpha:g}."
