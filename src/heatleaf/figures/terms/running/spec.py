"""What the figure of running scores shows, as plain values: places in mm from the upper left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.terms.facts import Sides, wrap_name
from heatleaf.figures.text import line_height
from heatleaf.figures.theme import DOUBLE_COLUMN_MM, SINGLE_COLUMN_MM, SMALL_SIZE, TEXT_SIZE

FloatArray = NDArray[np.float64]
Box = tuple[float, float, float, float]

_COLUMNS = 3
_LEFT_MM = 10.0  # of each panel, for the numbers of its axis
_GUTTER_MM = 4.0
_CURVE_MM = 24.0
_TICKS_MM = 3.2
_RANKING_MM = 10.0
_TITLE_LINES = 2
_N_BARS = 240  # of the ranked statistic: finer than print shows
_STRAY = 0.995  # share of the statistics within the axis


@dataclass(frozen=True, eq=False)
class RankedSet:
    """A gene set along a ranking.

    ranks : int64 array of shape (n_members,), rising, from 0. path : shape (n, 2), rank and running sum.
    n_leading : members from the end up to the peak. score : enrichment score; normalised : over what chance gives.
    """

    name: str
    ranks: NDArray[np.int64]
    path: FloatArray
    n_leading: int
    score: float
    normalised: float
    padj: float


@dataclass(frozen=True, eq=False)
class RunningPanel:
    """A set: its curve in a box (left, top, width, height), ticks of its members, and the leading edge.

    zero : y of the sum 0. ticks : places of its axis, y and number. leading : left and right end of the leading edge.
    members : x of the members, shape (n,). direction : end of the ranking at which it lies.
    """

    title: tuple[str, ...]
    note: str
    title_y: float
    box: Box
    zero: float
    ticks: tuple[tuple[float, str], ...]
    curve: FloatArray
    members: FloatArray
    leading: tuple[float, float]
    ticks_top: float
    direction: int


@dataclass(frozen=True, eq=False)
class RankingPanel:
    """The ranked statistic below a column of panels: bars as (x, y, width, height), and the places on its axes."""

    box: Box
    bars: FloatArray
    zero: float
    ticks: tuple[tuple[float, str], ...]
    rank_ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, eq=False)
class RunningSpec:
    """Running scores of several sets. ends : words at the left and right end of the ranking."""

    page: Page
    panels: tuple[RunningPanel, ...]
    rankings: tuple[RankingPanel, ...]
    ends: tuple[str, str]

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_running_spec(sets: Sequence[RankedSet], scores: FloatArray, sides: Sides) -> RunningSpec:
    """Describe running scores of sets as small panels over the statistic by which genes are ranked.

    Parameters
    ----------
    sets : sequence of RankedSet
        At least one, in the order of the panels.
    scores : float64 array of shape (n_genes,)
        The statistic, falling.
    """
    n_columns = min(len(sets), _COLUMNS)
    full = (DOUBLE_COLUMN_MM - 2 * EDGE_MM - (_COLUMNS - 1) * _GUTTER_MM) / _COLUMNS
    width = max(2 * EDGE_MM + n_columns * full + (n_columns - 1) * _GUTTER_MM, SINGLE_COLUMN_MM)
    cell = (width - 2 * EDGE_MM - (n_columns - 1) * _GUTTER_MM) / n_columns
    n_rows = -(-len(sets) // n_columns)
    titles = [wrap_name(one.name, cell - 1.0, TEXT_SIZE, bold=True, max_lines=_TITLE_LINES) for one in sets]
    title_mm = max(len(title) for title in titles) * line_height(TEXT_SIZE)
    head = title_mm + line_height(SMALL_SIZE) + 1.5
    row_mm = head + _CURVE_MM + _TICKS_MM + 4.0
    page = lay_out(
        f"Gene sets along all genes: {sides.title}",
        sides.factor,
        "",
        width=width,
        panel_height=n_rows * row_mm + _RANKING_MM,
        margins=Margins(EDGE_MM, EDGE_MM, 1.5, 11.0),
    )
    lefts = [EDGE_MM + i * (cell + _GUTTER_MM) + _LEFT_MM for i in range(n_columns)]
    inner = cell - _LEFT_MM
    low, high = _limits(sets)
    panels = []
    for number, (one, title) in enumerate(zip(sets, titles, strict=True)):
        row, column = divmod(number, n_columns)
        top = page.panel_top + row * row_mm
        box = (lefts[column], top + head, inner, _CURVE_MM)
        panels.append(_panel(one, box, (low, high), len(scores), title))
    last = page.panel_top + n_rows * row_mm
    rankings = tuple(_ranking(scores, (left, last, inner, _RANKING_MM)) for left in lefts)
    return RunningSpec(page, tuple(panels), rankings, (sides.higher.lower(), sides.lower.lower()))


def _limits(sets: Sequence[RankedSet]) -> tuple[float, float]:
    """Hold all curves on one axis of tenths."""
    sums = np.concatenate([one.path[:, 1] for one in sets])
    return min(np.floor(sums.min() * 10) / 10, 0.0), max(np.ceil(sums.max() * 10) / 10, 0.1)


def _panel(one: RankedSet, box: Box, limits: tuple[float, float], n_genes: int, title: tuple[str, ...]) -> RunningPanel:
    left, curve_top, width, height = box
    low, high = limits

    def y_of(value: float) -> float:
        return round(curve_top + (high - value) / (high - low) * height, 3)

    direction = 1 if one.score > 0 else -1
    edge = int(one.ranks[one.n_leading - 1]) + 1 if direction > 0 else int(one.ranks[-one.n_leading])
    at_edge = left + edge / n_genes * width
    curve = np.stack([left + one.path[:, 0] / n_genes * width, [y_of(value) for value in one.path[:, 1]]], axis=1)
    step = 0.2 if high - low > 0.5 else 0.1
    values = np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) * step
    return RunningPanel(
        title=title,
        note=_note(one),
        title_y=curve_top - 1.5 - line_height(SMALL_SIZE) - len(title) * line_height(TEXT_SIZE),
        box=box,
        zero=y_of(0.0),
        ticks=tuple((y_of(value), f"{value:.1f}".replace("-", "−") if abs(value) > 1e-9 else "0") for value in values),
        curve=np.round(curve, 3),
        members=np.round(left + (one.ranks + 0.5) / n_genes * width, 3),
        leading=(left, at_edge) if direction > 0 else (at_edge, left + width),
        ticks_top=curve_top + height + 0.8,
        direction=direction,
    )


def _note(one: RankedSet) -> str:
    p = f"{one.padj:.2g}" if one.padj >= 0.001 else f"{one.padj:.1e}".replace("e-0", "e-")
    words = f"NES {one.normalised:+.2f}, padj {p}; {one.n_leading} of {len(one.ranks)} genes leading"
    return words.replace("-", "−")


def _ranking(scores: FloatArray, box: Box) -> RankingPanel:
    left, top, width, height = box
    n_bars = min(_N_BARS, len(scores))
    limit = max(float(np.quantile(np.abs(scores), _STRAY)), 1e-9)
    means = np.array([part.mean() for part in np.array_split(np.clip(scores, -limit, limit), n_bars)])
    zero, unit = top + height / 2, height / 2 / limit
    x = left + width / n_bars * np.arange(n_bars)
    bars = np.stack(
        [x, np.minimum(zero, zero - means * unit), np.full(n_bars, width / n_bars), np.abs(means) * unit], axis=1
    )
    power = 10.0 ** np.floor(np.log10(limit))
    shown = power * max(factor for factor in (1, 2, 5) if factor * power <= limit)
    power = 10 ** (len(str(len(scores))) - 1)
    step = power * next(factor for factor in (0.5, 1, 2, 5) if len(scores) / (factor * power) <= 4)
    places = np.arange(0, len(scores), max(step, 1))
    return RankingPanel(
        box=box,
        bars=np.round(bars, 4),
        zero=zero,
        ticks=tuple((zero - value * unit, f"{value:g}".replace("-", "−")) for value in (shown, 0.0, -shown)),
        rank_ticks=tuple((left + width * place / len(scores), f"{place:,.0f}") for place in places),
    )
