"""What a volcano figure shows, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heatleaf.figures.page import Margins, Page, lay_out, to_json
from heatleaf.figures.points import (
    HEADER_MM,
    GeneLabel,
    GenePoints,
    beyond_sentence,
    clip_points,
    hollow_sentence,
    label_genes,
    symmetric_limit,
    telling_genes,
    tested_sentence,
    to_page,
    upper_limit,
)
from heatleaf.figures.theme import SINGLE_COLUMN_MM
from heatleaf.model import DifferentialResult

_MARGINS = Margins(left=12.0, right=9.5, above=HEADER_MM, below=9.2)
_PANEL_HEIGHT_MM = 66.0


@dataclass(frozen=True, eq=False)
class VolcanoSpec:
    """A volcano figure: x is the log2 fold change, y is -log10 of the p-value.

    p_line : -log10 of the largest p-value that is significant, NaN where none is or it lies beyond the axis.
    lfc_line : log2 units, NaN for none.
    n_left_out : names that found no room.
    """

    page: Page
    x_label: str
    y_label: str
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    points: GenePoints
    labels: tuple[GeneLabel, ...]
    n_left_out: int
    n_up: int
    n_down: int
    tested_level: str
    alpha: float
    p_line: float
    lfc_line: float
    empty_text: str

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_volcano_spec(
    result: DifferentialResult,
    *,
    n_labels: int = 20,
    genes: Sequence[str] = (),
    lfc_line: float = float("nan"),
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
    lfc_line : log2 units; lines at plus and minus this fold change. They change no call.
    width : mm

    Returns
    -------
    VolcanoSpec
        Without significant or without tested genes a figure that says so (requirement N34).
    """
    height = -result.log10_p + 0.0
    is_drawn = np.isfinite(result.log2_fold_change) & np.isfinite(height)
    x_end = symmetric_limit(np.where(is_drawn, result.log2_fold_change, np.nan), result.is_significant)
    x_limits = (-x_end, x_end)
    y_limits = (0.0, upper_limit(np.where(is_drawn, height, np.nan), result.is_significant))
    points = clip_points(result, result.log2_fold_change, height, x_limits, y_limits)
    p_line = float(height[result.is_significant].min()) if result.is_significant.any() else float("nan")
    if p_line > y_limits[1]:
        p_line = float("nan")
    page = _page(result, points, p_line, lfc_line, width)
    places = to_page(page, points.x, points.y, x_limits, y_limits)
    left, bottom, right, top = page.panel_bounds
    middle = ((left + right) / 2 - 0.1, bottom, (left + right) / 2 + 0.1, top)  # names stay on the side of their gene
    lines = _drawn_lines(page, p_line / y_limits[1], lfc_line / x_end)
    named = telling_genes(result, n_labels // 2, genes)
    labels, n_left_out = label_genes(result, points, places, page, named, taken=[middle], lines=lines)
    return VolcanoSpec(
        page=page,
        x_label="log₂ fold change",
        y_label="−log₁₀ p",
        x_limits=x_limits,
        y_limits=y_limits,
        points=points,
        labels=labels,
        n_left_out=n_left_out,
        n_up=int(result.is_up.sum()),
        n_down=int(result.is_down.sum()),
        tested_level=result.contrast.tested_level,
        alpha=result.alpha,
        p_line=p_line,
        lfc_line=lfc_line,
        empty_text="" if len(points.x) else "No gene could be tested",
    )


def _drawn_lines(page: Page, height: float, distance: float) -> list[tuple[float, float, float, float]]:
    """Boxes in mm of the lines of significance and fold change, given as shares of their axes from zero."""
    left, bottom, right, top = page.panel_bounds
    lines = []
    if np.isfinite(height):
        y = bottom + height * (top - bottom)
        lines.append((left, y - 0.1, right, y + 0.1))
    if np.isfinite(distance):
        middle, half = (left + right) / 2, (right - left) / 2
        lines += [(x - 0.1, bottom, x + 0.1, top) for x in (middle - distance * half, middle + distance * half)]
    return lines


def _page(result: DifferentialResult, points: GenePoints, p_line: float, lfc_line: float, width: float) -> Page:
    small_print = " ".join(
        part
        for part in (
            tested_sentence(result),
            _calls(result, p_line),
            hollow_sentence(points, p_line),
            _lfc_sentence(lfc_line),
            beyond_sentence(points),
        )
        if part
    )
    subtitle = f"{result.contrast.factor}; fold changes as estimated, not shrunken"
    return lay_out(
        result.contrast.title, subtitle, small_print, width=width, panel_height=_PANEL_HEIGHT_MM, margins=_MARGINS
    )


def _calls(result: DifferentialResult, p_line: float) -> str:
    if result.is_significant.any():
        return f"Coloured: padj < {result.alpha:g}{' (dashed line)' if np.isfinite(p_line) else ''}."
    return f"No gene has padj < {result.alpha:g}."


def _lfc_sentence(lfc_line: float) -> str:
    return f"Dotted lines: fold change of {2**lfc_line:g} in either direction." if np.isfinite(lfc_line) else ""
