"""Put a heatmap on the page with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.heatmap.layout import (
    COLUMN_TREE_HEIGHT,
    CONNECTOR,
    HEADER_HEIGHT,
    MARGIN,
    NAME_SIZE,
    STRIP_WIDTH,
    TITLE_SIZE,
    TREE_WIDTH,
    HeatmapLayout,
    column_tracks,
    count_label,
    lay_out,
    row_strips,
)
from heatleaf.figures.heatmap.legends import headers_fit, legend_items, place_items
from heatleaf.figures.heatmap.parts import Block, HeatmapSpec
from heatleaf.figures.heatmap.tree import Tree
from heatleaf.figures.palettes import MISSING_COLOUR
from heatleaf.figures.text import line_height, shorten_sentence, text_width, wrap
from heatleaf.figures.theme import INK, RULE, SMALL_SIZE, SOFT_INK, TEXT_SIZE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# A cell costs about 80 bytes in an SVG; above this many the body is a raster of whole pixels per cell.
MAX_VECTOR_CELLS = 20_000
_TREE_COLOUR = "#4A4F54"


def draw_heatmap(spec: HeatmapSpec) -> Figure:
    """Draw a heatmap; call within `theme.drawing()`. The size of the figure follows its content."""
    layout = lay_out(spec)
    start, end = max(layout.body_x, MARGIN), layout.width - MARGIN
    items, legend_height = place_items(legend_items(spec, end - start), end, start)
    footnotes = [line for note in spec.footnotes for line in wrap(note, layout.width - 2 * MARGIN, SMALL_SIZE)]
    footnote_y = layout.legend_y + legend_height + 2.5
    canvas = Canvas(layout.width, footnote_y + len(footnotes) * line_height(SMALL_SIZE) + MARGIN)
    _draw_title(canvas, layout)
    _draw_body(canvas, spec, layout)
    _draw_row_side(canvas, spec, layout)
    _draw_column_side(canvas, spec, layout)
    _draw_strips(canvas, spec, layout)
    _draw_names(canvas, layout)
    _draw_meanings(canvas, spec, layout)
    for item, x, y in items:
        item.draw(canvas, x, layout.legend_y + y)
    for i, line in enumerate(footnotes):
        y = footnote_y + (i + 0.5) * line_height(SMALL_SIZE)
        canvas.text(MARGIN, y, line, size=SMALL_SIZE, colour=SOFT_INK)
    return canvas.figure


def _draw_title(canvas: Canvas, layout: HeatmapLayout) -> None:
    for i, line in enumerate(layout.title_lines):
        canvas.text(MARGIN, MARGIN + (i + 0.5) * line_height(TITLE_SIZE), line, size=TITLE_SIZE, weight="bold")


def _draw_body(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout) -> None:
    colours = spec.scale.colours(spec.matrix)
    canvas.cells(layout.column_edges, layout.row_edges, colours, is_raster=_is_raster(spec))


def _is_raster(spec: HeatmapSpec) -> bool:
    return spec.matrix.size > MAX_VECTOR_CELLS


def _draw_row_side(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout) -> None:
    centres = layout.row_edges.mean(axis=1)
    for tree in spec.row_trees:
        place, depth = _brackets(tree, centres)
        right = layout.tree_x + TREE_WIDTH
        lines = [np.column_stack([right - d * TREE_WIDTH, p]) for p, d in zip(place, depth, strict=True)]
        canvas.lines(lines, colour=_TREE_COLOUR)
    if len(spec.row_blocks) < 2:
        return
    for block in spec.row_blocks:
        top, bottom = layout.row_edges[block.start, 0], layout.row_edges[block.stop - 1, 1]
        middle = float(top + bottom) / 2
        if not spec.row_trees:
            x = layout.label_x + 0.6
            canvas.lines([np.array([(x, top), (x, bottom)])], colour=_TREE_COLOUR, width=0.8)
        _draw_block_label(canvas, block, layout.label_x, middle, is_tall=bottom - top > 2.2 * line_height(SMALL_SIZE))


def _draw_block_label(canvas: Canvas, block: Block, x: float, middle: float, *, is_tall: bool) -> None:
    if is_tall:
        canvas.text(x, middle - line_height(TEXT_SIZE) / 2, block.name, anchor="right", weight="bold")
        canvas.text(
            x,
            middle + line_height(SMALL_SIZE) / 2,
            count_label(block),
            size=SMALL_SIZE,
            anchor="right",
            colour=SOFT_INK,
        )
    else:
        canvas.text(x, middle, f"{block.name} · {block.size}", size=SMALL_SIZE, anchor="right", weight="bold")


def _brackets(tree: Tree, centres: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the four corners of each merge: millimetres along the leaves, and height 0-1."""
    ranks = np.arange(len(centres))
    left, right = (np.interp(tree.links[:, i], ranks, centres) for i in (0, 1))
    low_left, low_right, top = tree.links[:, 2], tree.links[:, 3], tree.links[:, 4]
    return np.column_stack([left, left, right, right]), np.column_stack([low_left, top, top, low_right])


def _draw_column_side(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout) -> None:
    centres = layout.column_edges.mean(axis=1)
    bottom = layout.column_tree_y + COLUMN_TREE_HEIGHT
    for tree in spec.column_trees:
        place, depth = _brackets(tree, centres)
        lines = [np.column_stack([p, bottom - d * COLUMN_TREE_HEIGHT]) for p, d in zip(place, depth, strict=True)]
        canvas.lines(lines, colour=_TREE_COLOUR)
    if spec.group_name:
        _draw_headers(canvas, spec, layout)
    for annotation, name, y in zip(column_tracks(spec), layout.annotation_names, layout.annotation_y, strict=True):
        for level, (left, right) in zip(annotation.texts, layout.column_edges, strict=True):
            canvas.rectangle((left, y, right - left, STRIP_WIDTH), annotation.colours.get(level, MISSING_COLOUR))
        canvas.text(layout.body_x - 1.5, y + STRIP_WIDTH / 2, name, size=SMALL_SIZE, anchor="right")
    _draw_column_names(canvas, spec, layout, centres)


def _draw_headers(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout) -> None:
    is_named = headers_fit(spec)
    for block in spec.column_blocks:
        left, right = layout.column_edges[block.start, 0], layout.column_edges[block.stop - 1, 1]
        canvas.rectangle((left, layout.header_y, right - left, HEADER_HEIGHT), block.colour)
        if not is_named:
            continue
        size = TEXT_SIZE if text_width(block.name, TEXT_SIZE, bold=True) <= right - left - 1 else SMALL_SIZE
        x, y = (left + right) / 2, layout.header_y + HEADER_HEIGHT / 2
        canvas.text(x, y, block.name, size=size, anchor="center", weight="bold", colour="white")


def _draw_column_names(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout, centres: NDArray[np.float64]) -> None:
    y = layout.below_y
    if not layout.columns_named:
        text = f"{spec.n_samples:,} samples"
        middle = (layout.body_x + layout.body_right) / 2
        canvas.text(middle, y + line_height(SMALL_SIZE) / 2, text, size=SMALL_SIZE, anchor="center", colour=SOFT_INK)
        return
    for name, x in zip(layout.column_names, centres, strict=True):
        if layout.columns_upright:
            canvas.text(
                float(x), y, name, size=SMALL_SIZE, anchor="center", rotation=90, va="top", rotation_mode="default"
            )
        else:
            canvas.text(float(x), y + line_height(TEXT_SIZE) / 2, name, anchor="center")


def _draw_strips(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout) -> None:
    for strip, x in zip(row_strips(spec), layout.strip_x, strict=True):
        assert strip.scale is not None  # every track of numbers has one
        colours = strip.scale.colours(strip.values)
        canvas.cells(np.array([[x, x + STRIP_WIDTH]]), layout.row_edges, colours, is_raster=_is_raster(spec))
        canvas.text(
            x + STRIP_WIDTH / 2, layout.below_y, strip.name, size=SMALL_SIZE, anchor="center", rotation=90, va="top"
        )


def _draw_names(canvas: Canvas, layout: HeatmapLayout) -> None:
    centres = layout.row_edges.mean(axis=1)
    start = layout.name_x - 0.8 - CONNECTOR
    connectors = []
    for row, name, y in zip(layout.named_rows, layout.names, layout.name_y, strict=True):
        canvas.text(layout.name_x, float(y), name, size=NAME_SIZE, style="italic")
        knees = [
            (start + 0.5, centres[row]),
            (start + 1.5, centres[row]),
            (start + CONNECTOR - 1, y),
            (start + CONNECTOR, y),
        ]
        connectors.append(np.array(knees))
    if not layout.all_named:
        canvas.lines(connectors, colour=RULE)


def _draw_meanings(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout) -> None:
    if not layout.meaning_width:
        return
    pitch, x = line_height(SMALL_SIZE), layout.meaning_x
    for block in spec.row_blocks:
        top, bottom = layout.row_edges[block.start, 0], layout.row_edges[block.stop - 1, 1]
        room = max(int((bottom - top) / pitch), 1)
        lines = wrap(block.meaning, layout.meaning_width - 2, SMALL_SIZE, max_lines=room, cut=shorten_sentence)
        canvas.lines([np.array([(x, top + 0.2), (x, bottom - 0.2)])], colour=RULE, width=0.6)
        for i, line in enumerate(lines):
            y = float(top + bottom) / 2 + (i - (len(lines) - 1) / 2) * pitch
            canvas.text(x + 1.4, y, line, size=SMALL_SIZE, colour=INK)
