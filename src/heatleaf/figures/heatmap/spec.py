"""What a heatmap shows: plain values in displayed order, ready for any renderer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.heatmap.marks import choose_marks
from heatleaf.figures.heatmap.scale import ColourScale, range_scale, symmetric_scale
from heatleaf.figures.heatmap.tree import Tree, scale_trees
from heatleaf.figures.palettes import annotation_colours, group_colours, heat_palette

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MAX_TREE_ROWS = 500  # above, branches are closer than a hair line
MAX_MARKS = 30
_MEAN_STOPS = heat_palette("grey")
_CHANGE_STOPS = heat_palette("orange-white-purple")


@dataclass(frozen=True)
class Block:
    """Neighbouring rows or columns shown together: positions start to stop - 1.

    name : "C1" for rows, the group for columns. colour : "" for rows. meaning : one line, or "".
    stability : share of resamples in which the cluster returns, 0-1; None where it was not measured.
    """

    name: str
    start: int
    stop: int
    colour: str = ""
    meaning: str = ""
    stability: float | None = None

    @property
    def size(self) -> int:
        """Number of rows or columns."""
        return self.stop - self.start


@dataclass(frozen=True)
class Annotation:
    """A strip above the columns: the level of each displayed column and the colour of each level."""

    name: str
    values: tuple[str, ...]
    colours: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Strip:
    """A strip beside the rows: one number per displayed row, with its own scale."""

    name: str
    values: FloatArray
    scale: ColourScale


@dataclass(frozen=True, eq=False)
class HeatmapSpec:
    """A heatmap, everything in displayed order.

    matrix : float64 array of shape (n_genes, n_samples). row_ids, row_names : gene ids and what is written for them.
    row_blocks, column_blocks : in displayed order, covering all. group_name : the variable that splits the columns.
    row_trees, column_trees : empty where not shown. marks : rows whose names are written when not all fit.
    footnotes : short facts printed below the figure.
    """

    title: str
    matrix: FloatArray
    row_ids: tuple[str, ...]
    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    row_blocks: tuple[Block, ...]
    column_blocks: tuple[Block, ...]
    group_name: str
    row_trees: tuple[Tree, ...]
    column_trees: tuple[Tree, ...]
    scale: ColourScale
    annotations: tuple[Annotation, ...] = ()
    strips: tuple[Strip, ...] = ()
    marks: tuple[int, ...] = ()
    footnotes: tuple[str, ...] = ()

    @property
    def n_genes(self) -> int:
        """Number of rows."""
        return int(self.matrix.shape[0])

    @property
    def n_samples(self) -> int:
        """Number of columns."""
        return int(self.matrix.shape[1])

    def to_json(self) -> dict[str, object]:
        """Return strict JSON values: lists and numbers, null for missing cells."""
        return {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}


@dataclass(frozen=True, eq=False)
class RowLayout:
    """Rows as ordered: row indices from top to bottom, and the number of each one's block, in that order.

    trees : over displayed positions: one over all rows, one for each block, or none. names : of the blocks from top to
    bottom, by default C1, C2 ... stability : of each block, as `Block.stability`.
    """

    order: IntArray
    labels: IntArray
    trees: tuple[Tree, ...] = ()
    names: tuple[str, ...] = ()
    stability: tuple[float | None, ...] = ()


@dataclass(frozen=True, eq=False)
class ColumnLayout:
    """Columns as ordered: one entry per group of samples (one in all when not split).

    groups : name of each group, "" when not split. orders : sample indices of each group in displayed order.
    trees : over displayed positions. group_levels : all levels of the splitting variable, for stable colours.
    """

    groups: tuple[str, ...]
    orders: tuple[IntArray, ...]
    trees: tuple[Tree, ...] = ()
    group_name: str = ""
    group_levels: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class RowFacts:
    """Numbers of the rows, in the order of the input matrix; any may be None.

    mark_scores : rank of genes for naming, larger first. mean_log2 : mean expression. log2_fold_change : of a contrast.
    further_changes : (label, log2 fold changes) of each further contrast.
    """

    mark_scores: FloatArray | None = None
    mean_log2: FloatArray | None = None
    log2_fold_change: FloatArray | None = None
    change_label: str = "log2 FC"
    further_changes: tuple[tuple[str, FloatArray], ...] = ()


def build_heatmap_spec(
    matrix: FloatArray,
    names: tuple[Sequence[str], Sequence[str], Sequence[str]],
    rows: RowLayout,
    columns: ColumnLayout,
    *,
    facts: RowFacts | None = None,
    look: HeatmapLook | None = None,
) -> HeatmapSpec:
    """Put a matrix of z-scores or other values into displayed order with all that stands around it.

    Parameters
    ----------
    matrix : float64 array of shape (n_genes, n_samples), input order; NaN is a missing cell.
    names : gene ids, gene names to write (symbol or id), sample names; input order.
    rows, columns : the orders.
    facts : numbers for marks and strips, input order.
    look : title, palette and words.
    """
    facts, look = facts or RowFacts(), look or HeatmapLook()
    row_ids, row_names, sample_ids = names
    column_order = np.concatenate(columns.orders) if columns.orders else np.zeros(0, dtype=np.int64)
    shown = matrix[np.ix_(rows.order, column_order)]
    scale = symmetric_scale(
        shown, look.value_label, heat_palette(look.palette), quantile=look.limit_quantile, limit=look.limit
    )
    row_trees = rows.trees if len(rows.order) <= MAX_TREE_ROWS else ()
    scores = facts.mark_scores if facts.mark_scores is not None else np.nan_to_num(np.nanvar(matrix, axis=1))
    return HeatmapSpec(
        title=look.title,
        matrix=shown,
        row_ids=tuple(row_ids[i] for i in rows.order),
        row_names=tuple(row_names[i] for i in rows.order),
        column_names=tuple(sample_ids[i] for i in column_order),
        row_blocks=_row_blocks(rows, look.meanings),
        column_blocks=_column_blocks(columns),
        group_name=columns.group_name,
        row_trees=scale_trees(row_trees),
        column_trees=scale_trees(columns.trees),
        scale=scale,
        annotations=_annotations(look.annotations, column_order),
        strips=_strips(facts, rows.order),
        marks=choose_marks(scores[rows.order], rows.labels, MAX_MARKS),
        footnotes=look.footnotes,
    )


@dataclass(frozen=True)
class HeatmapLook:
    """Title, words and palette.

    meanings : one line per row block. annotations : (name, one level per sample in input order) each.
    """

    title: str = ""
    value_label: str = "row z-score"
    palette: str = "red-white-blue"
    limit_quantile: float = 0.99
    limit: float | None = None
    meanings: tuple[str, ...] = ()
    annotations: tuple[tuple[str, tuple[str, ...]], ...] = ()
    footnotes: tuple[str, ...] = ()


def _row_blocks(rows: RowLayout, meanings: Sequence[str]) -> tuple[Block, ...]:
    numbers, starts, sizes = np.unique(rows.labels, return_index=True, return_counts=True)
    names = rows.names or tuple(f"C{number}" for number in numbers)
    said, measured = [*meanings, *[""] * len(numbers)], [*rows.stability, *[None] * len(numbers)]
    return tuple(
        Block(names[i], int(start), int(start + size), meaning=said[i], stability=measured[i])
        for i, (start, size) in enumerate(zip(starts, sizes, strict=True))
    )


def _column_blocks(columns: ColumnLayout) -> tuple[Block, ...]:
    colours = group_colours(columns.group_levels or columns.groups)
    blocks, start = [], 0
    for name, order in zip(columns.groups, columns.orders, strict=True):
        blocks.append(Block(name, start, start + len(order), colours.get(name, "") if name else ""))
        start += len(order)
    return tuple(blocks)


def _annotations(annotations: Sequence[tuple[str, tuple[str, ...]]], column_order: IntArray) -> tuple[Annotation, ...]:
    colours = annotation_colours({name: tuple(dict.fromkeys(values)) for name, values in annotations})
    return tuple(
        Annotation(name, tuple(values[i] for i in column_order), colours[name]) for name, values in annotations
    )


def _strips(facts: RowFacts, order: IntArray) -> tuple[Strip, ...]:
    strips = []
    if facts.mean_log2 is not None:
        mean = facts.mean_log2[order]
        strips.append(Strip("mean log2", mean, range_scale(mean, "mean expression (log2)", _MEAN_STOPS)))
    changes = [] if facts.log2_fold_change is None else [(facts.change_label, facts.log2_fold_change)]
    changes += facts.further_changes
    for label, values in changes:
        change = values[order]
        name = label.split(", ", 1)[-1] if len(changes) > 1 else "log2 FC"
        strips.append(Strip(name, change, symmetric_scale(change, label, _CHANGE_STOPS)))
    return tuple(strips)


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return [_plain(item) for item in value.tolist()]
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
