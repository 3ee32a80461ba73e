"""What volcano and MA figures share: points of genes within axes, the names beside them, and their drawing.

Everything up to `draw_panel` is plain values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import Anchor, DotMark, TextStyle
from heatleaf.figures.labels import place_labels
from heatleaf.figures.page import Sheet, Ticks
from heatleaf.figures.text import line_height, shorten_name, text_width
from heatleaf.figures.theme import (
    DOWN_COLOUR,
    NEUTRAL_COLOUR,
    PT_PER_MM,
    RULE,
    SMALL_SIZE,
    SOFT_INK,
    TEXT_SIZE,
    TITLE_SIZE,
    UP_COLOUR,
)
from heatleaf.model import DifferentialResult

Box = tuple[float, float, float, float]
FloatArray = NDArray[np.float64]

RASTER_FROM = 5000  # points above which they become an image within the PDF and SVG
HEADER_MM = 7.0  # room for the numbers of genes above the panel
_STRAY_FROM = 3.0  # times the 99.9th percentile of called genes; an axis that holds such a gene shows little else
_N_STRONGEST = 3  # on each side, named before all others because the findings name them
_MAX_NAME_MM = 24.0
LEADER_FROM_MM = 1.0  # nearer labels need no line
_CLASSES = ((0, False), (0, True), (-1, True), (1, True))  # direction, is tested; each over those before it
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


@dataclass(frozen=True)
class Limits:
    """The ends of both axes of a panel, in the units of the data."""

    x: tuple[float, float]
    y: tuple[float, float]

    def place(self, box: Box, x: FloatArray, y: FloatArray) -> FloatArray:
        """Convert data to places in mm within a panel (left, bottom, width, height), shape (n_points, 2)."""
        left, bottom, width, height = box
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return np.stack([left + across * width, bottom + up * height], axis=1)


@dataclass(frozen=True)
class Calls:
    """What a comparison called: genes up and down in the tested level at padj below alpha."""

    n_up: int
    n_down: int
    tested_level: str
    alpha: float

    @classmethod
    def of(cls, result: DifferentialResult) -> Calls:
        """Count the calls of a comparison."""
        up, down = int(result.is_up.sum()), int(result.is_down.sum())
        return cls(up, down, result.contrast.tested_level, result.alpha)


@dataclass(frozen=True)
class GeneLabel:
    """A name on the page, in mm: its box (left, bottom, right, top) and the line from its point (x, y, x, y)."""

    text: str
    is_symbol: bool
    direction: int
    box: tuple[float, float, float, float]
    leader: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class GenePanel:
    """Genes as points within axes, with the names of some.

    box : left, bottom, width and height in mm. n_left_out : names that found no room.
    """

    box: Box
    limits: Limits
    x_label: str
    y_label: str
    points: GenePoints
    labels: tuple[GeneLabel, ...] = ()
    n_left_out: int = 0


def clip_points(result: DifferentialResult, x: FloatArray, y: FloatArray, limits: Limits) -> GenePoints:
    """Keep genes with both values and move those beyond the limits to the border."""
    shown = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    x, y = x[shown], y[shown]
    beyond = np.full(len(shown), "", dtype="<U1")
    for mark, is_beyond in (
        (">", x > limits.x[1]),
        ("<", x < limits.x[0]),
        ("^", y > limits.y[1]),
        ("v", y < limits.y[0]),
    ):
        beyond[is_beyond] = mark
    direction = result.is_up.astype(np.int8) - result.is_down.astype(np.int8)
    is_tested = np.isfinite(result.padj)
    return GenePoints(np.clip(x, *limits.x), np.clip(y, *limits.y), direction[shown], beyond, is_tested[shown], shown)


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


def label_genes(
    result: DifferentialResult,
    panel: GenePanel,
    genes: Sequence[int],
    *,
    taken: Sequence[Box] = (),
    lines: Sequence[Box] = (),
) -> GenePanel:
    """Name genes beside their points and off taken boxes (left, bottom, right, top in mm).

    Drawn lines are boxes that a leader may cross but no name may touch.
    """
    points = panel.points
    places = panel.limits.place(panel.box, points.x, points.y)
    left, bottom, width, height = panel.box
    shown = np.array(genes, dtype=np.intp)
    shown = shown[np.isin(shown, points.i_gene)]
    rows = np.searchsorted(points.i_gene, shown)
    names = [_gene_name(result, int(points.i_gene[row])) for row in rows]
    sizes = [
        (text_width(text, SMALL_SIZE, italic=is_symbol), 0.92 * line_height(SMALL_SIZE)) for text, is_symbol in names
    ]
    bounds = (left, bottom, left + width, bottom + height)
    placed = place_labels(places[rows], np.array(sizes), bounds, places, taken=np.array(taken), lines=np.array(lines))
    labels = tuple(
        GeneLabel(*names[i], int(points.direction[rows[i]]), _four(placed.boxes[i]), _four(placed.leaders[i]))
        for i in np.flatnonzero(placed.is_placed)
    )
    return replace(panel, labels=labels, n_left_out=placed.n_left_out)


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


def beyond_sentence(*panels: GenePoints) -> str:
    """Say what the triangles at the border are, or nothing where there are none; a gene of two panels counts once."""
    n = len(np.unique(np.concatenate([points.i_gene[points.beyond != ""] for points in panels])))
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


def draw_panel(sheet: Sheet, panel: GenePanel, x_ticks: Ticks, y_ticks: Ticks) -> None:
    """Draw the genes of a panel, its axes with ticks (value, text) and their names; the names of genes come last."""
    draw_points(sheet, panel)
    draw_axes(sheet, panel.box, panel.limits, x_ticks, y_ticks)
    sheet.name_axes(panel.x_label, panel.y_label, panel.box)


def draw_axes(sheet: Sheet, box: Box, limits: Limits, x_ticks: Ticks, y_ticks: Ticks) -> None:
    """Draw the axes of a panel with ticks (value, text)."""
    x = limits.place(box, np.array([at for at, _ in x_ticks]), np.full(len(x_ticks), limits.y[0]))[:, 0]
    y = limits.place(box, np.full(len(y_ticks), limits.x[0]), np.array([at for at, _ in y_ticks]))[:, 1]
    texts = [text for _, text in x_ticks], [text for _, text in y_ticks]
    x_placed, y_placed = (
        list(zip(places.tolist(), words, strict=True)) for places, words in zip((x, y), texts, strict=True)
    )
    sheet.axes(box, x_placed, y_placed)


def draw_points(sheet: Sheet, panel: GenePanel) -> None:
    """Draw genes, the significant ones above the others; an image within vector files where there are many."""
    points = panel.points
    places = panel.limits.place(panel.box, points.x, points.y)
    is_cloud = len(points.x) > RASTER_FROM
    radius = (1.9 if is_cloud else 2.4) / 2 / PT_PER_MM
    dots = []
    for direction, is_tested in _CLASSES:
        inside = (points.direction == direction) & (points.is_tested == is_tested) & (points.beyond == "")
        dots.append(_dots_of(direction, places[inside], radius, is_tested=is_tested))
    sheet.scatter(panel.box, dots, is_cloud=is_cloud)
    for direction, is_tested in _CLASSES:
        is_class = (points.direction == direction) & (points.is_tested == is_tested)
        for shape in np.unique(points.beyond[is_class & (points.beyond != "")]):
            moved = is_class & (points.beyond == shape)
            mark = _dots_of(direction, places[moved], radius, is_tested=is_tested)
            look = (mark.opacity, mark.edge_colour, mark.edge_width)
            sheet.shapes(mark.centres, shape, 1.8 / PT_PER_MM, mark.colour, look=look)


def _dots_of(direction: int, centres: FloatArray, radius: float, *, is_tested: bool) -> DotMark:
    """Return how genes of one class are drawn: untested ones hollow and beneath all others."""
    if not is_tested:
        return DotMark(centres, radius, "#FFFFFF", 1.0, NEUTRAL_COLOUR, 0.4)
    if direction:
        return DotMark(centres, radius, UP_COLOUR if direction > 0 else DOWN_COLOUR, 0.75)
    return DotMark(centres, radius, NEUTRAL_COLOUR)


def draw_gene_labels(sheet: Sheet, labels: Sequence[GeneLabel]) -> None:
    """Write the names, symbols in italics, with a thin line where a name stands off its point."""
    for label in labels:
        draw_leader(sheet, label.leader)
        left, bottom, right, top = label.box
        sheet.veil((left, bottom, right, top))
        style: TextStyle = "italic" if label.is_symbol else ""
        sheet.write_beside(left, (bottom + top) / 2, label.text, style=style)


def draw_leader(sheet: Sheet, leader: tuple[float, ...]) -> None:
    """Draw the line from a name to its point where the name stands off."""
    x_0, y_0, x_1, y_1 = leader
    if np.hypot(x_1 - x_0, y_1 - y_0) > LEADER_FROM_MM:
        sheet.line(np.array([(x_0, y_0), (x_1, y_1)]), colour=RULE, width=0.35)


def draw_calls(sheet: Sheet, calls: Calls) -> None:
    """Write above the panel how many genes are down and up, and below these numbers what they mean."""
    left, _, right, top = sheet.page.panel_bounds
    room = (right - left) / 2 - 2
    sides: tuple[tuple[float, str, str, str, Anchor], ...] = (
        (left, f"{calls.n_down:,} down", "lower", DOWN_COLOUR, "left"),
        (right, f"{calls.n_up:,} up", "higher", UP_COLOUR, "right"),
    )
    for x, words, where, colour, side in sides:
        sheet.write(x, top + 4.0, words, size=TITLE_SIZE, colour=colour, anchor=side, style="bold")
        meaning = shorten_name(f"{where} in {calls.tested_level}", room, SMALL_SIZE)
        sheet.write(x, top + 1.5, meaning, colour=SOFT_INK, anchor=side)


def draw_empty(sheet: Sheet, text: str) -> None:
    """Write in the middle of the panel why it is empty."""
    left, bottom, width, height = sheet.page.panel
    sheet.write(left + width / 2, bottom + 0.55 * height, text, size=TEXT_SIZE, colour=SOFT_INK, anchor="center")
