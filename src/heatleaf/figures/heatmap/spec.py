"""From what a caller gives to what a heatmap shows: everything put into displayed order with its colours.

What is given is in `inputs`, what comes out in `parts`, the tracks of both in `tracks`; all are to be had from here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from heatleaf.errors import UserError
from heatleaf.figures.heatmap.inputs import (
    ColumnLayout,
    FloatArray,
    FurtherPanel,
    HeatmapLook,
    IntArray,
    RowFacts,
    RowLayout,
)
from heatleaf.figures.heatmap.marks import choose_marks
from heatleaf.figures.heatmap.parts import Block, CellStyle, HeatmapSpec, Panel
from heatleaf.figures.heatmap.scale import (
    ColourScale,
    range_scale,
    scale_of_breaks,
    space_by_quantiles,
    symmetric_scale,
)
from heatleaf.figures.heatmap.tracks import (
    Annotation,
    Side,
    Track,
    TrackColours,
    choose_track_colours,
    make_tracks,
    short_annotation,
)
from heatleaf.figures.heatmap.tree import Tree, scale_trees
from heatleaf.figures.palettes import MISSING_COLOUR, group_colours, heat_palette, palette_messages
from heatleaf.figures.paper import find_paper

__all__ = [
    "MAX_TREE_ROWS",
    "Annotation",
    "Block",
    "CellStyle",
    "ColumnLayout",
    "FurtherPanel",
    "HeatmapLook",
    "HeatmapSpec",
    "Panel",
    "RowFacts",
    "RowLayout",
    "Side",
    "Track",
    "build_heatmap_spec",
]

MAX_TREE_ROWS = 500  # above, branches are closer than a hair line
MEAN_STRIP = "mean log2"
_MEAN_PALETTE = "grey"
_MEMBERSHIP_PALETTE = "white-teal"
_CHANGE_PALETTE = "orange-white-purple"


def build_heatmap_spec(
    matrix: FloatArray,
    names: tuple[Sequence[str], Sequence[str], Sequence[str]],
    rows: RowLayout,
    columns: ColumnLayout,
    *,
    facts: RowFacts | None = None,
    look: HeatmapLook | None = None,
    panels: Sequence[FurtherPanel] = (),
) -> HeatmapSpec:
    """Put a matrix of z-scores or other values into displayed order with all that stands around it.

    Parameters
    ----------
    matrix : float64 array of shape (n_genes, n_samples), input order; NaN is a missing cell.
    names : gene ids, gene names to write (symbol or id), sample names; input order.
    rows, columns : the orders.
    facts : numbers for marks and strips, input order.
    look : title, words, colours, annotations and page.
    panels : further heatmaps of the same genes, drawn right of the first in its order.

    Raises
    ------
    UserError
        option: an unknown palette or paper; a track without one entry per row or column; a panel of other rows.
    """
    facts, look = facts or RowFacts(), look or HeatmapLook()
    row_ids, row_names, sample_names = names
    given = (FurtherPanel(matrix, sample_names, columns, look, shares_scale=False), *panels)
    asked = [_annotations(panel.look) for panel in given]
    colours = choose_track_colours([annotation for panel in asked for annotation in panel])
    strips = _strips(facts)
    made: list[Panel] = []
    for panel, wanted in zip(given, asked, strict=True):
        made.append(_make_panel(panel, rows.order, wanted, colours, made[0].scale if made else None))
    beside = [annotation for annotation in asked[0] if annotation.side in ("left", "right")]
    row_trees = rows.trees if len(rows.order) <= MAX_TREE_ROWS else ()
    return HeatmapSpec(
        title=look.title,
        row_ids=tuple(row_ids[i] for i in rows.order),
        row_names=tuple(row_names[i] for i in rows.order),
        row_blocks=_row_blocks(rows, look.meanings),
        row_trees=scale_trees(row_trees),
        panels=tuple(made),
        row_parent_tree=_scaled(rows.parent_tree),
        row_tracks=(
            *make_tracks(beside, rows.order, made[0].matrix, colours),
            *make_tracks(strips, rows.order, made[0].matrix, choose_track_colours(strips)),
        ),
        row_title=look.row_title,
        marks=_marks(matrix, rows, facts, look.max_marks),
        cells=look.cells,
        paper=find_paper(look.paper),
        footnotes=look.footnotes,
        messages=palette_messages(dict.fromkeys(panel.look.palette for panel in given if not panel.shares_scale)),
    )


def _annotations(look: HeatmapLook) -> tuple[Annotation, ...]:
    return tuple(item if isinstance(item, Annotation) else short_annotation(*item) for item in look.annotations)


def _make_panel(
    panel: FurtherPanel,
    row_order: IntArray,
    wanted: Sequence[Annotation],
    colours: TrackColours,
    first: ColourScale | None,
) -> Panel:
    if panel.matrix.shape[0] != len(row_order):
        what = f"the panel '{panel.look.panel_title}' has {panel.matrix.shape[0]:,} rows, the first {len(row_order):,}"
        raise UserError("option", what, fix="give every panel the same genes in the same order")
    order = panel.columns.order
    shown = panel.matrix[np.ix_(row_order, order)]
    above = [annotation for annotation in wanted if annotation.side in ("above", "below")]
    shares_scale = panel.shares_scale and first is not None
    return Panel(
        title=panel.look.panel_title,
        matrix=shown,
        column_names=tuple(str(panel.sample_names[i]) for i in order),
        blocks=_column_blocks(panel.columns),
        group_name=panel.columns.group_name,
        trees=scale_trees(panel.columns.trees),
        scale=first.like(shown) if shares_scale and first is not None else _make_scale(shown, panel.look),
        parent_tree=_scaled(panel.columns.parent_tree),
        tracks=make_tracks(above, order, shown.T, colours),
        shares_scale=shares_scale,
    )


def _make_scale(values: FloatArray, look: HeatmapLook) -> ColourScale:
    stops = heat_palette(look.palette)
    if isinstance(look.breaks, tuple):
        return scale_of_breaks(values, look.value_label, stops, look.breaks)
    if look.is_centred and look.limits is None:
        scale = symmetric_scale(values, look.value_label, stops, quantile=look.limit_quantile, limit=look.limit)
    else:
        scale = range_scale(values, look.value_label, stops, quantile=look.limit_quantile, limits=look.limits)
    return space_by_quantiles(scale, values) if look.breaks == "quantile" else scale


def _scaled(tree: Tree | None) -> Tree | None:
    return scale_trees((tree,))[0] if tree is not None else None


def _row_blocks(rows: RowLayout, meanings: Sequence[str]) -> tuple[Block, ...]:
    numbers, starts, sizes = np.unique(rows.labels, return_index=True, return_counts=True)
    names = rows.names or tuple(f"C{number}" for number in numbers)
    said, measured = [*meanings, *[""] * len(numbers)], [*rows.stability, *[None] * len(numbers)]
    blocks = [
        Block(names[i] if i < len(names) else "", int(start), int(start + size), "", said[i], measured[i])
        for i, (start, size) in enumerate(zip(starts, sizes, strict=True))
    ]
    if rows.parked and blocks:
        last = blocks[-1]
        blocks[-1] = Block("not clustered", last.start, last.stop, meaning=rows.parked, is_parked=True)
    return tuple(blocks)


def _column_blocks(columns: ColumnLayout) -> tuple[Block, ...]:
    colours = group_colours(columns.group_levels or columns.groups)
    blocks, start = [], 0
    for name, order in zip(columns.groups, columns.orders, strict=True):
        colour = colours.get(name, "") if name else MISSING_COLOUR if len(columns.groups) > 1 else ""
        blocks.append(Block(name, start, start + len(order), colour))
        start += len(order)
    return tuple(blocks)


def _marks(matrix: FloatArray, rows: RowLayout, facts: RowFacts, n_marks: int) -> tuple[int, ...]:
    """Choose rows to name: those asked for, else the best by score."""
    if facts.marked:
        asked = set(facts.marked)
        return tuple(position for position, row in enumerate(rows.order.tolist()) if row in asked)
    scores = (facts.mark_scores if facts.mark_scores is not None else _spread_of_rows(matrix))[rows.order]
    if rows.parked:
        scores = np.where(rows.labels == rows.labels.max(initial=0), np.nan, scores)
    return choose_marks(scores, rows.labels, n_marks)


def _spread_of_rows(matrix: FloatArray) -> FloatArray:
    """Return the variance of the known values of each row, 0 where none is known."""
    known = np.isfinite(matrix)
    counts = np.maximum(known.sum(axis=1), 1)
    means = np.where(known, matrix, 0.0).sum(axis=1) / counts
    return np.asarray((np.where(known, matrix - means[:, None], 0.0) ** 2).sum(axis=1) / counts)


def _strips(facts: RowFacts) -> list[Annotation]:
    """List the magnitudes that z-scores hide: mean expression, and the fold change of each comparison."""
    strips = []
    if facts.membership is not None:
        label, ends = "membership of its cluster", (0.0, 1.0)
        strips.append(
            Annotation(
                "membership", facts.membership, "numbers", "right", label, palette=_MEMBERSHIP_PALETTE, limits=ends
            )
        )
    if facts.mean_log2 is not None:
        label = "mean expression (log2)"
        strips.append(Annotation(MEAN_STRIP, facts.mean_log2, "numbers", "right", label, palette=_MEAN_PALETTE))
    changes = [] if facts.log2_fold_change is None else [(facts.change_label, facts.log2_fold_change)]
    changes += facts.further_changes
    for label, values in changes:
        name = label.split(", ", 1)[-1] if len(changes) > 1 else "log2 FC"
        strips.append(Annotation(name, values, "numbers", "right", label, palette=_CHANGE_PALETTE))
    return strips
