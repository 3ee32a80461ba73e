"""What figures of single genes show, as plain values: every place in mm from the lower left corner of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.gene.scale import CountScale
from heatleaf.figures.groups import LegendEntry, describe_groups, flow_legend, legend_height, shapes_of
from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.text import line_height, shorten_name, shorten_sentence, text_width
from heatleaf.figures.theme import DOUBLE_COLUMN_MM, SINGLE_COLUMN_MM, SMALL_SIZE, SOFT_INK, TEXT_SIZE
from heatleaf.model import Factor

FloatArray = NDArray[np.float64]
Box = tuple[float, float, float, float]

PLAIN_COLOUR = "#4C6A8A"  # of samples without groups
_AXIS_MM = 9.5  # left of a panel, for the numbers of its ticks
_GAP_MM = 3.0  # between a panel and the axis of the next
_PANEL_HEIGHT_MM = 30.0
_SINGLE_HEIGHT_MM = 44.0  # where one panel has the page for itself
_NAMES_MM = 4.4  # below a panel, for the names of the groups
_MAX_COLUMNS = 4
_SLOT_MM = (4.0, 20.0)  # of one group, at least and at most
_POINT_MM = 1.15
_MAX_SWARM = 200  # points of a group that are set side by side; more are scattered
_GOLDEN = 0.618033988749895


@dataclass(frozen=True, eq=False)
class GeneCounts:
    """A gene to show: normalised counts, float64 (n_samples,), and what the tests say of it, a line each."""

    gene_id: str
    gene_symbol: str
    norm_counts: FloatArray
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SampleGroups:
    """The groups of the samples, and the blocks within them; None for none.

    is_paired : each block has at most one sample in a group, so that its samples are joined.
    """

    group: Factor | None = None
    block: Factor | None = None
    is_paired: bool = False


@dataclass(frozen=True, eq=False)
class CountsPanel:
    """One gene: the panel's box (left, bottom, width, height) and what is in it.

    points : (n_samples, 2). pairs, medians, axis : (n, 4), lines from x, y to x, y. ticks : y and text.
    group_names : x and text, none where the legend names the groups.
    """

    gene_id: str
    name: str
    is_symbol: bool
    notes: tuple[str, ...]
    box: Box
    points: FloatArray
    pairs: FloatArray
    medians: FloatArray
    axis: FloatArray
    ticks: tuple[tuple[float, str], ...]
    group_names: tuple[tuple[float, str], ...]


@dataclass(frozen=True, eq=False)
class GenesSpec:
    """Panels of genes. colours, shapes : one per sample."""

    page: Page
    panels: tuple[CountsPanel, ...]
    colours: tuple[str, ...]
    shapes: tuple[str, ...]
    legend: tuple[LegendEntry, ...]

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_genes_spec(
    genes: Sequence[GeneCounts], groups: SampleGroups, *, title: str, subtitle: str = "", small_print: str = ""
) -> GenesSpec:
    """Describe figures of genes, each on its own scale.

    Parameters
    ----------
    genes : one or more, drawn from left to right and from top to bottom
    groups : SampleGroups
        Values in the order of the samples; levels from left to right.
    title, subtitle, small_print : str
        The page says itself what points, bars and lines are.
    """
    levels = groups.group.levels if groups.group else ("",)
    n_columns = _columns(len(genes), len(levels))
    width = _page_width(n_columns)
    cell = (width - 2 * EDGE_MM + _GAP_MM) / n_columns
    slot = min((cell - _AXIS_MM - _GAP_MM) / len(levels), _SLOT_MM[1])
    height = _SINGLE_HEIGHT_MM if n_columns == 1 else _PANEL_HEIGHT_MM
    is_named = all(text_width(level, SMALL_SIZE) <= slot - 0.6 for level in levels)
    legend = _legend(groups, width - 2 * EDGE_MM, is_named=is_named)
    head = line_height(TEXT_SIZE) + max(len(gene.notes) for gene in genes) * line_height(SMALL_SIZE) + 1.7
    row = head + height + _NAMES_MM
    n_rows = -(-len(genes) // n_columns)
    margins = Margins(EDGE_MM, EDGE_MM, legend_height(legend) + (2.5 if legend else 1.0), 0.5)
    has_zero = any((gene.norm_counts == 0).any() for gene in genes)
    words = " ".join(part for part in (_how_to_read(groups, has_zero=has_zero), small_print) if part)
    page = lay_out(title, subtitle, words, width=width, panel_height=n_rows * row, margins=margins)
    left, _, _, top = page.panel_bounds
    boxes = [
        (
            left + (i % n_columns) * cell + _AXIS_MM,
            top - (i // n_columns) * row - head - height,
            slot * len(levels),
            height,
        )
        for i in range(len(genes))
    ]
    colours, shapes = describe_groups(groups.group), shapes_of(_shaped(groups))
    n_samples = len(genes[0].norm_counts)
    block = _shaped(groups)
    return GenesSpec(
        page=page,
        panels=tuple(
            _panel(gene, groups, box, levels if is_named and groups.group else (), cell - _GAP_MM - 1.0)
            for gene, box in zip(genes, boxes, strict=True)
        ),
        colours=tuple(colours[v] for v in groups.group.values) if groups.group else (PLAIN_COLOUR,) * n_samples,
        shapes=tuple(shapes[v] for v in block.values) if block else ("o",) * n_samples,
        legend=legend,
    )


def _columns(n_genes: int, n_groups: int) -> int:
    """Choose how many panels stand side by side, so that each group has room."""
    room = DOUBLE_COLUMN_MM - 2 * EDGE_MM + _GAP_MM
    fitting = int(room // (_AXIS_MM + _GAP_MM + n_groups * _SLOT_MM[0]))
    return max(min(n_genes, _MAX_COLUMNS, fitting), 1)


def _page_width(n_columns: int) -> float:
    return {1: SINGLE_COLUMN_MM, 2: SINGLE_COLUMN_MM, 3: 136.0}.get(n_columns, DOUBLE_COLUMN_MM)


def _shaped(groups: SampleGroups) -> Factor | None:
    """Return the block that shapes tell: one whose samples are not joined."""
    return None if groups.is_paired else groups.block


def _legend(groups: SampleGroups, width: float, *, is_named: bool) -> tuple[LegendEntry, ...]:
    rows = []
    block = _shaped(groups)
    if groups.group and not is_named:
        colours = describe_groups(groups.group)
        rows.append((groups.group.name, [(level, colour, "o") for level, colour in colours.items()]))
    if block:
        rows.append((block.name, [(level, SOFT_INK, shape) for level, shape in shapes_of(block).items()]))
    return flow_legend(rows, width)


def _how_to_read(groups: SampleGroups, *, has_zero: bool) -> str:
    joined = f" Thin lines join the samples of one {groups.block.name}." if groups.is_paired and groups.block else ""
    bars = "Bars: medians of the groups." if groups.group else "Bar: median."
    zero = " Samples without a read stand below it, at 0." if has_zero else ""
    return f"Points: samples. {bars}{joined} Each gene has its own log scale.{zero}"


def _panel(gene: GeneCounts, groups: SampleGroups, box: Box, names: Sequence[str], room: float) -> CountsPanel:
    left, bottom, width, height = box
    scale = CountScale.of(gene.norm_counts, height)
    levels = groups.group.levels if groups.group else ("",)
    values = np.array(groups.group.values if groups.group else [""] * len(gene.norm_counts), dtype=object)
    slot = width / len(levels)
    y = bottom + scale.place(gene.norm_counts)
    x = np.empty(len(y))
    medians = []
    for number, level in enumerate(levels):
        members = np.flatnonzero(values == level)
        middle = left + (number + 0.5) * slot
        x[members] = middle + _spread(y[members], 0.4 * slot)
        if len(members):
            at = bottom + float(scale.place(np.array(np.median(gene.norm_counts[members]))))
            half = min(0.36 * slot, 3.2)
            medians.append((middle - half, at, middle + half, at))
    name = gene.gene_symbol or gene.gene_id
    return CountsPanel(
        gene_id=gene.gene_id,
        name=shorten_name(name, room, TEXT_SIZE, bold=True, italic=bool(gene.gene_symbol)),
        is_symbol=bool(gene.gene_symbol),
        notes=tuple(shorten_sentence(line, room, SMALL_SIZE) for line in gene.notes),
        box=box,
        points=np.column_stack([x, y]),
        pairs=_pairs(x, y, values, groups),
        medians=np.array(medians),
        axis=np.array([(left, bottom + start, left, bottom + end) for start, end in scale.axis]),
        ticks=tuple((bottom + at, text) for at, text in scale.ticks()),
        group_names=tuple((left + (number + 0.5) * slot, level) for number, level in enumerate(names)),
    )


def _pairs(x: FloatArray, y: FloatArray, values: NDArray[np.object_], groups: SampleGroups) -> FloatArray:
    """Join the samples of each block from group to group, in the order of the groups; shape (n_lines, 4)."""
    if not (groups.is_paired and groups.group and groups.block):
        return np.empty((0, 4))
    rank = {level: number for number, level in enumerate(groups.group.levels)}
    blocks = np.array(groups.block.values, dtype=object)
    lines = []
    for level in groups.block.levels:
        members = sorted(np.flatnonzero(blocks == level).tolist(), key=lambda i: rank[str(values[i])])
        lines += [(x[a], y[a], x[b], y[b]) for a, b in pairwise(members)]
    return np.array(lines).reshape(-1, 4)


def _spread(y: FloatArray, room: float) -> FloatArray:
    """Set points of one group side by side where they would cover each other; mm from the middle, at most `room`."""
    if len(y) > _MAX_SWARM:
        return np.asarray((((np.arange(len(y)) + 1) * _GOLDEN) % 1.0 * 2 - 1) * room)
    steps = np.arange(int(room / (_POINT_MM / 2)) + 1) * (_POINT_MM / 2)
    offsets = np.array([sign * step for step in steps for sign in ((1, -1) if step else (1,))])
    x = np.zeros(len(y))
    placed: list[int] = []
    for i in np.argsort(y, kind="stable").tolist():
        near = [j for j in placed if abs(y[j] - y[i]) < _POINT_MM]
        apart = np.array([np.hypot(offsets - x[j], y[i] - y[j]) for j in near]).min(axis=0, initial=np.inf)
        free = np.flatnonzero(apart >= _POINT_MM)
        x[i] = offsets[free[0] if len(free) else int(apart.argmax())]
        placed.append(i)
    return x
