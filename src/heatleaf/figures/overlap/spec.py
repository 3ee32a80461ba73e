"""What the overview of several comparisons shows, as plain values: places in mm from the lower left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heatleaf.figures.groups import LegendEntry, flow_legend, legend_height
from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.text import shorten_name, text_width
from heatleaf.figures.theme import DOUBLE_COLUMN_MM, DOWN_COLOUR, SINGLE_COLUMN_MM, SMALL_SIZE, UP_COLOUR

OPPOSITE_COLOUR = "#8E7AA8"
MAX_SETS = 20
MAX_ROWS = 24
_BAR_HEIGHT_MM = 36.0
_ROW_MM = 4.4
_COLUMN_MM = 6.4
_BAR_MM = 3.6
_TOTALS_MM = 24.0  # room for the bars of whole comparisons, with their numbers
_NUMBER_MM = 9.0
_MAX_NAME_MM = 44.0


@dataclass(frozen=True)
class GeneSetShare:
    """Genes called in exactly the comparisons `members` (positions): up in all, down in all, in opposite directions."""

    members: tuple[int, ...]
    n_up: int
    n_down: int
    n_opposite: int

    @property
    def n_genes(self) -> int:
        """Number of genes."""
        return self.n_up + self.n_down + self.n_opposite


@dataclass(frozen=True)
class Bar:
    """A bar of up to three parts (colour, from, to) along its length in mm, and its number.

    across : mm of its middle on the other axis.
    """

    across: float
    parts: tuple[tuple[str, float, float], ...]
    number: str


@dataclass(frozen=True, eq=False)
class OverlapSpec:
    """Columns of bars over a matrix of dots; each row is a comparison, each column a set of genes.

    columns : upright bars. totals : bars of the rows, running to the left. dots : x, y and whether the row is in.
    links : x, lowest and highest y of the dots that a line joins. names : text, right end x, y. stripes : y of rows
    with a ground, of which `row_height` is the height. matrix : left and right of the matrix.
    """

    page: Page
    columns: tuple[Bar, ...]
    totals: tuple[Bar, ...]
    dots: tuple[tuple[float, float, bool], ...]
    links: tuple[tuple[float, float, float], ...]
    names: tuple[tuple[str, float, float], ...]
    stripes: tuple[float, ...]
    row_height: float
    bar_width: float
    matrix: tuple[float, float]
    legend: tuple[LegendEntry, ...]
    empty_text: str

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_overlap_spec(titles: Sequence[str], sets: Sequence[GeneSetShare], *, alpha: float) -> OverlapSpec:
    """Describe which genes the comparisons share.

    Parameters
    ----------
    titles : one per comparison
    sets : exclusive sets in the order in which they are drawn; the first that find room, MAX_SETS at most
    alpha : adjusted p-value at which genes were called
    """
    rows = _rows(titles, sets)
    names = [shorten_name(titles[i], _MAX_NAME_MM, SMALL_SIZE) for i in rows]
    name_width = max(text_width(name, SMALL_SIZE) for name in names)
    beside = 2 * EDGE_MM + _TOTALS_MM + name_width + 3.0
    most = int((DOUBLE_COLUMN_MM - beside) // _COLUMN_MM)
    shown = [one for one in sets if set(one.members) <= set(rows)][: min(most, MAX_SETS)]
    width = max(beside + _COLUMN_MM * len(shown), SINGLE_COLUMN_MM)
    opposite = any(one.n_opposite for one in shown)
    marks = [("up", UP_COLOUR, "s"), ("down", DOWN_COLOUR, "s")]
    marks += [("up in one, down in another", OPPOSITE_COLOUR, "s")] if opposite else []
    legend = flow_legend([("", marks)], width - 2 * EDGE_MM)
    page = lay_out(
        "Genes shared between comparisons",
        f"genes with padj < {alpha:g} in exactly the comparisons with a dot",
        _left_out(titles, sets, rows, shown),
        width=width,
        panel_height=_BAR_HEIGHT_MM + 3.0 + _ROW_MM * len(rows),
        margins=Margins(EDGE_MM, EDGE_MM, legend_height(legend) + 6.0, 1.0),
    )
    left, bottom, _, _ = page.panel_bounds
    name_end = left + _TOTALS_MM + name_width
    first = name_end + 2.0 + _COLUMN_MM / 2
    x = [first + _COLUMN_MM * number for number in range(len(shown))]
    y = {row: bottom + _ROW_MM * (len(rows) - place - 0.5) for place, row in enumerate(rows)}
    return OverlapSpec(
        page=page,
        columns=_columns(shown, x, bottom + _ROW_MM * len(rows) + 3.0),
        totals=_totals(sets, y, left + _TOTALS_MM - 2.0),
        dots=tuple((at, y[row], row in one.members) for at, one in zip(x, shown, strict=True) for row in rows),
        links=tuple(
            (at, min(y[row] for row in one.members), max(y[row] for row in one.members))
            for at, one in zip(x, shown, strict=True)
        ),
        names=tuple((name, name_end, y[row]) for name, row in zip(names, rows, strict=True)),
        stripes=tuple(y[row] for row in rows[::2]),
        row_height=_ROW_MM,
        bar_width=_BAR_MM,
        matrix=(name_end + 2.0, name_end + 2.0 + _COLUMN_MM * max(len(shown), 1)),
        legend=legend,
        empty_text="" if shown else "No gene is called in any comparison",
    )


def _rows(titles: Sequence[str], sets: Sequence[GeneSetShare]) -> list[int]:
    """Choose the comparisons to draw, in their order: of more than MAX_ROWS those of the largest sets."""
    chosen: set[int] = set()
    for one in sets:
        if not chosen or len(chosen | set(one.members)) <= MAX_ROWS:
            chosen |= set(one.members)
    rest = (row for row in range(len(titles)) if row not in chosen)
    return sorted([*chosen, *list(rest)[: max(MAX_ROWS - len(chosen), 0)]])


def _total(sets: Sequence[GeneSetShare], row: int) -> int:
    return sum(one.n_genes for one in sets if row in one.members)


def _columns(shown: Sequence[GeneSetShare], x: Sequence[float], base: float) -> tuple[Bar, ...]:
    unit = _BAR_HEIGHT_MM / max((one.n_genes for one in shown), default=1)
    bars = []
    for at, one in zip(x, shown, strict=True):
        parts = _stack(
            ((UP_COLOUR, one.n_up), (OPPOSITE_COLOUR, one.n_opposite), (DOWN_COLOUR, one.n_down)), base, unit
        )
        bars.append(Bar(at, parts, f"{one.n_genes:,}"))
    return tuple(bars)


def _totals(sets: Sequence[GeneSetShare], y: dict[int, float], base: float) -> tuple[Bar, ...]:
    totals = {row: _total(sets, row) for row in y}
    unit = -(_TOTALS_MM - 2.0 - _NUMBER_MM) / max(*totals.values(), 1)
    return tuple(Bar(y[row], _stack((("#9AA7B2", total),), base, unit), f"{total:,}") for row, total in totals.items())


def _stack(numbers: Sequence[tuple[str, int]], base: float, unit: float) -> tuple[tuple[str, float, float], ...]:
    parts, at = [], base
    for colour, number in numbers:
        if number:
            parts.append((colour, at, at + number * unit))
            at += number * unit
    return tuple(parts)


def _left_out(
    titles: Sequence[str], sets: Sequence[GeneSetShare], rows: Sequence[int], shown: Sequence[GeneSetShare]
) -> str:
    parts = []
    if len(rows) < len(titles):
        parts.append(f"{len(rows)} of {len(titles)} comparisons, those of the largest sets.")
    n_genes = sum(one.n_genes for one in sets) - sum(one.n_genes for one in shown)
    if n_genes:
        n_sets = len(sets) - len(shown)
        parts.append(
            f"{n_sets:,} further {'combination' if n_sets == 1 else 'combinations'} with {n_genes:,} "
            f"{'gene' if n_genes == 1 else 'genes'} in the table overlap.tsv."
        )
    return " ".join(parts)
