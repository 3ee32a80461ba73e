"""What volcano and MA figures share: points of genes within axes, the names beside them, and their drawing.

Everything up to `draw_points` is plain values; matplotlib is met only in the two functions that draw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.labels import place_labels
from heatleaf.figures.page import Page, Sheet
from heatleaf.figures.text import line_height, shorten_name, text_width
from heatleaf.figures.theme import DOWN_COLOUR, INK, NEUTRAL_COLOUR, RULE, SMALL_SIZE, SOFT_INK, TITLE_SIZE, UP_COLOUR
from heatleaf.model import DifferentialResult

FloatArray = NDArray[np.float64]

RASTER_FROM = 5000  # points above which they become an image within the PDF and SVG
HEADER_MM = 7.0  # room for the numbers of genes above the panel
_STRAY_FROM = 3.0  # times the 99.9th percentile of called genes; an axis that holds such a gene shows little else
_N_STRONGEST = 3  # on each side, named before all others because the findings name them
_MAX_NAME_MM = 24.0
LEADER_FROM_MM = 1.0  # nearer labels need no line
_STATUS_WORDS = {
    "all_zero": "without reads",
    "low_mean": "with too few reads (independent filtering)",
    "outlier": "with a count outlier",
    "not_converged": "not fitted",
}


@dataclass(frozen=True, eq=False)
class GenePoints:
    """Genes as points within the axes.

    x, y : float64 arrays of shape (n_points,), moved to the border where they lie beyond it.
    direction : int8, 1 up, -1 down, 0 not significant. beyond : ">", "<", "^", "v" where moved, else "".
    is_tested : whether the gene has an adjusted p-value.
    i_gene : position of each point's gene in the result.
    """

    x: FloatArray
    y: FloatArray
    direction: NDArray[np.int8]
    beyond: NDArray[np.str_]
    is_tested: NDArray[np.bool_]
    i_gene: NDArray[np.intp]

    @property
    def n_beyond(self) -> int:
        """Points drawn at the border."""
        return int((self.beyond != "").sum())


@dataclass(frozen=True)
class GeneLabel:
    """A name on the page, in mm: its box (left, bottom, right, top) and the line from its point (x, y, x, y)."""

    text: str
    is_symbol: bool
    direction: int
    box: tuple[float, float, float, float]
    leader: tuple[float, float, float, float]


def clip_points(
    result: DifferentialResult,
    x: FloatArray,
    y: FloatArray,
    x_limits: tuple[float, float],
    y_limits: tuple[float, float],
) -> GenePoints:
    """Keep genes with both values and move those beyond the limits to the border."""
    shown = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    x, y = x[shown], y[shown]
    beyond = np.full(len(shown), "", dtype="<U1")
    for mark, is_beyond in (
        (">", x > x_limits[1]),
        ("<", x < x_limits[0]),
        ("^", y > y_limits[1]),
        ("v", y < y_limits[0]),
    ):
        beyond[is_beyond] = mark
    direction = result.is_up.astype(np.int8) - result.is_down.astype(np.int8)
    is_tested = np.isfinite(result.padj)
    return GenePoints(np.clip(x, *x_limits), np.clip(y, *y_limits), direction[shown], beyond, is_tested[shown], shown)


def symmetric_limit(values: FloatArray, is_called: NDArray[np.bool_]) -> float:
    """Choose the half width of an axis around zero: every called gene but strays, and 99.5 % of all genes."""
    sizes = np.abs(values[np.isfinite(values)])
    if not len(sizes):
        return 1.0
    called = np.abs(values[is_called & np.isfinite(values)])
    limit = float(np.quantile(sizes, 0.995))
    if len(called):
        limit = max(limit, _without_strays(called, called))
    return max(limit * 1.06, 1.0)


def upper_limit(heights: FloatArray, is_called: NDArray[np.bool_]) -> float:
    """Choose the top of an axis from zero: the highest gene, called or not, that is no stray."""
    is_drawn = np.isfinite(heights)
    if not is_drawn.any():
        return 2.0
    called = heights[is_drawn & is_called]
    return max(_without_strays(heights[is_drawn], called if len(called) else heights[is_drawn]) * 1.05, 2.0)


def _without_strays(values: FloatArray, called: FloatArray) -> float:
    """Return the largest value, or what holds the rest where it is far beyond nearly all called genes.

    The percentile of few genes lies near their largest, so that strays among called genes come with many only.
    """
    largest, usual = float(values.max()), float(np.quantile(called, 0.999))
    if largest <= _STRAY_FROM * usual:
        return largest
    return max(usual * 1.1, float(values[values <= _STRAY_FROM * usual].max()))


def telling_genes(result: DifferentialResult, n_per_side: int, wanted: Sequence[str] = ()) -> tuple[int, ...]:
    """Choose the genes to name, as positions: those asked for, then called genes of both sides in turn.

    Within a side genes rank by |log2 fold change| x -log10 p (Xiao et al. 2014, Bioinformatics 30:801), the fold
    change shrunken where there is one; after the first three, which the findings name, genes without a symbol
    count half. Ties by gene id.
    """
    shrunken = np.where(np.isfinite(result.lfc_shrunken), result.lfc_shrunken, result.log2_fold_change)
    score = np.abs(shrunken * result.log10_p)
    sides = [_rank(result, np.flatnonzero(is_side), score)[:n_per_side] for is_side in (result.is_up, result.is_down)]
    turns = [side[turn] for turn in range(n_per_side) for side in sides if turn < len(side)]
    return tuple(dict.fromkeys((*_find_genes(result, wanted), *turns)))


def _rank(result: DifferentialResult, genes: NDArray[np.intp], score: FloatArray) -> list[int]:
    """Order the genes of a side by score: the strongest, then the others with symbols preferred."""
    ordered = sorted(genes.tolist(), key=lambda gene: (-score[gene], result.gene_ids[gene]))
    strongest, others = ordered[:_N_STRONGEST], ordered[_N_STRONGEST:]
    weight = {gene: score[gene] * (1.0 if result.gene_symbols[gene] else 0.5) for gene in others}
    return strongest + sorted(others, key=lambda gene: (-weight[gene], result.gene_ids[gene]))


def _find_genes(result: DifferentialResult, wanted: Sequence[str]) -> list[int]:
    """Find genes by id or symbol."""
    if not wanted:
        return []
    names = set(wanted)
    pairs = zip(result.gene_ids, result.gene_symbols, strict=True)
    return [i for i, (gene_id, symbol) in enumerate(pairs) if gene_id in names or symbol in names]


def to_page(
    page: Page, x: FloatArray, y: FloatArray, x_limits: tuple[float, float], y_limits: tuple[float, float]
) -> FloatArray:
    """Convert data to places on the page in mm, shape (n_points, 2)."""
    left, bottom, width, height = page.panel
    across = (x - x_limits[0]) / (x_limits[1] - x_limits[0])
    up = (y - y_limits[0]) / (y_limits[1] - y_limits[0])
    return np.stack([left + across * width, bottom + up * height], axis=1)


def label_genes(
    result: DifferentialResult,
    points: GenePoints,
    places: FloatArray,
    page: Page,
    genes: Sequence[int],
    *,
    taken: Sequence[tuple[float, float, float, float]] = (),
    lines: Sequence[tuple[float, float, float, float]] = (),
) -> tuple[tuple[GeneLabel, ...], int]:
    """Name genes beside their points and off taken boxes (mm); return the labels and how many found no room.

    Drawn lines are boxes that a leader may cross but no name may touch.
    """
    shown = np.array(genes, dtype=np.intp)
    shown = shown[np.isin(shown, points.i_gene)]
    rows = np.searchsorted(points.i_gene, shown)
    names = [_gene_name(result, int(points.i_gene[row])) for row in rows]
    sizes = [
        (text_width(text, SMALL_SIZE, italic=is_symbol), 0.92 * line_height(SMALL_SIZE)) for text, is_symbol in names
    ]
    placed = place_labels(
        places[rows], np.array(sizes), page.panel_bounds, places, taken=np.array(taken), lines=np.array(lines)
    )
    labels = tuple(
        GeneLabel(*names[i], int(points.direction[rows[i]]), _four(placed.boxes[i]), _four(placed.leaders[i]))
        for i in np.flatnonzero(placed.is_placed)
    )
    return labels, placed.n_left_out


def _gene_name(result: DifferentialResult, gene: int) -> tuple[str, bool]:
    """Return the name to show and whether it is a symbol."""
    symbol = result.gene_symbols[gene]
    text = shorten_name(symbol or result.gene_ids[gene], _MAX_NAME_MM, SMALL_SIZE, italic=bool(symbol))
    return text, bool(symbol)


def _four(values: FloatArray) -> tuple[float, float, float, float]:
    left, bottom, right, top = (round(float(value), 3) for value in values)
    return left, bottom, right, top


def tested_sentence(result: DifferentialResult) -> str:
    """Say how many genes were tested, and why the others were not."""
    states = Counter(result.status)
    n_tested = int(np.isfinite(result.padj).sum())
    others = [f"{states[key]:,} {words}" for key, words in _STATUS_WORDS.items() if states[key]]
    genes = "gene" if n_tested == 1 else "genes"
    return f"{n_tested:,} {genes} tested" + (f"; not tested: {', '.join(others)}." if others else ".")


def beyond_sentence(points: GenePoints) -> str:
    """Say what the triangles at the border are, or nothing where there are none."""
    n = points.n_beyond
    if not n:
        return ""
    if n == 1:
        return "1 gene lies beyond the axes, drawn as a triangle at the border."
    return f"{n:,} genes lie beyond the axes, drawn as triangles at the border."


def hollow_sentence(points: GenePoints, line: float = float("nan")) -> str:
    """Say what hollow points are, or nothing where there are none; `line` is the height of the line of significance."""
    untested = ~points.is_tested
    if not untested.any():
        return ""
    above = ", also above the line" if (points.y[untested] >= line).any() else ""
    return f"Hollow grey{above}: not tested, too few reads."


def draw_points(sheet: Sheet, points: GenePoints) -> None:
    """Draw genes, the significant ones above the others; an image within vector files where there are many."""
    is_raster = len(points.x) > RASTER_FROM
    size = 1.9 if is_raster else 2.4
    for direction, is_tested in ((0, False), (0, True), (-1, True), (1, True)):
        is_class = (points.direction == direction) & (points.is_tested == is_tested)
        inside = is_class & (points.beyond == "")
        style = _gene_style(direction, is_tested=is_tested)
        sheet.axes.plot(points.x[inside], points.y[inside], marker="o", markersize=size, rasterized=is_raster, **style)
        for mark in np.unique(points.beyond[is_class & ~inside]):
            moved = is_class & (points.beyond == mark)
            sheet.axes.plot(points.x[moved], points.y[moved], marker=mark, markersize=3.6, clip_on=False, **style)


def _gene_style(direction: int, *, is_tested: bool) -> dict[str, Any]:
    """Return how genes of one class are drawn: untested ones hollow and beneath all others."""
    style: dict[str, Any] = {"linestyle": "none", "markeredgewidth": 0, "zorder": 2 + abs(direction)}
    if not is_tested:
        return style | {"color": "white", "markeredgecolor": NEUTRAL_COLOUR, "markeredgewidth": 0.4, "zorder": 1.5}
    if direction:
        return style | {"color": UP_COLOUR if direction > 0 else DOWN_COLOUR, "alpha": 0.75}
    return style | {"color": NEUTRAL_COLOUR}


def draw_gene_labels(sheet: Sheet, labels: Sequence[GeneLabel]) -> None:
    """Write the names, symbols in italics, with a thin line where a name stands off its point."""
    for label in labels:
        x_0, y_0, x_1, y_1 = label.leader
        if np.hypot(x_1 - x_0, y_1 - y_0) > LEADER_FROM_MM:
            sheet.rule((x_0, x_1), (y_0, y_1), colour=RULE, width=0.35)
        left, bottom, right, top = label.box
        sheet.veil((left, bottom, right, top))
        style = "italic" if label.is_symbol else "normal"
        sheet.write(left, (bottom + top) / 2, label.text, colour=INK, va="center_baseline", fontstyle=style)


def number_width(page: Page, level: str) -> float:
    """Return the room in mm that a number of genes takes, with a level shortened to fit half the panel."""
    return text_width(_fit_where(page, f"higher in {level}"), SMALL_SIZE) + 1.5


def _fit_where(page: Page, where: str) -> str:
    return shorten_name(where, page.panel[2] / 2 - 2, SMALL_SIZE)


def draw_number(sheet: Sheet, place: tuple[float, float], words: str, where: str, *, colour: str, side: str) -> None:
    """Write how many genes are up or down, and below it what that means, at a place in mm."""
    x, y = place
    sheet.write(x, y + 2.5, words, size=TITLE_SIZE, colour=colour, ha=side, fontweight="bold")
    sheet.write(x, y, _fit_where(sheet.page, where), colour=SOFT_INK, ha=side)
