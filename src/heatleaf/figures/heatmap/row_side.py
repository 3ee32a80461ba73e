"""What stands beside the rows: block labels, trees, tracks with their headings, gene names, meanings."""

from __future__ import annotations

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.heatmap.blocks import block_span, has_labels, is_weak
from heatleaf.figures.heatmap.layout import HeatmapLayout
from heatleaf.figures.heatmap.marks import spread
from heatleaf.figures.heatmap.parts import Block, HeatmapSpec
from heatleaf.figures.heatmap.sizes import CONNECTOR, NAME_SIZE, PARENT_TREE
from heatleaf.figures.heatmap.track_marks import Strip, draw_track
from heatleaf.figures.heatmap.tracks import AXIS_KINDS, axis_labels
from heatleaf.figures.heatmap.tree_marks import Frame, draw_trees
from heatleaf.figures.text import line_height, shorten_sentence, text_width, wrap
from heatleaf.figures.theme import INK, RULE, SMALL_SIZE, SOFT_INK

_BRACKET = "#4A4F54"


def draw_row_side(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout, *, is_raster: bool) -> None:
    """Draw everything left and right of the bodies."""
    if spec.row_title:
        middle = (layout.body_y + layout.body_bottom) / 2
        canvas.text(layout.across.title_x, middle, spec.row_title, anchor="center", style="upright")
    _draw_trees(canvas, spec, layout)
    if has_labels(spec):
        _draw_labels(canvas, spec, layout)
    _draw_tracks(canvas, spec, layout, is_raster=is_raster)
    _draw_names(canvas, layout)
    if layout.across.meaning_width:
        _draw_meanings(canvas, spec, layout)


def _draw_trees(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout) -> None:
    centres = layout.row_edges.mean(axis=1)
    across = layout.across
    frame = Frame(across.tree_x + across.tree_width, across.tree_width, is_of_rows=True)
    draw_trees(canvas, spec.row_trees, centres, frame)
    if spec.row_parent_tree is not None:
        middles = np.array([sum(block_span(block, layout.row_edges)) / 2 for block in spec.row_blocks])
        frame = Frame(across.parent_tree_x + PARENT_TREE - 0.4, PARENT_TREE - 0.4, is_of_rows=True)
        draw_trees(canvas, [spec.row_parent_tree], middles, frame)


def _draw_labels(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout) -> None:
    pitch, x = line_height(SMALL_SIZE), layout.across.label_x
    for block, lines, middle in zip(spec.row_blocks, layout.label_lines, layout.label_y.tolist(), strict=True):
        top, bottom = block_span(block, layout.row_edges)
        if not spec.row_trees or block.is_parked:
            line = np.array([(x + 0.9, top), (x + 0.9, bottom)])
            canvas.lines([line], colour=_BRACKET, width=0.8, is_dashed=is_weak(block) or block.is_parked)
        for i, line_text in enumerate(lines):
            is_name = i == 0
            canvas.text(
                x,
                middle + (i - (len(lines) - 1) / 2) * pitch,
                line_text,
                size=SMALL_SIZE,
                anchor="right",
                style="bold" if is_name else "",
                colour=_label_colour(block, is_name=is_name),
            )


def _label_colour(block: Block, *, is_name: bool) -> str:
    return INK if is_name and not is_weak(block) and not block.is_parked else SOFT_INK


def _draw_tracks(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout, *, is_raster: bool) -> None:
    pitch = line_height(SMALL_SIZE)
    headings = layout.across.headings
    for track, (x, size), heading in zip(spec.row_tracks, layout.across.track_x, headings, strict=True):
        draw_track(canvas, track, Strip(layout.row_edges, x, size, is_of_rows=True), is_raster=is_raster)
        y = layout.body_bottom + 1.0
        if track.kind in AXIS_KINDS:
            low, high = axis_labels(track)
            canvas.text(x, y + pitch / 2 + 0.3, low, size=SMALL_SIZE, colour=SOFT_INK)
            if text_width(low, SMALL_SIZE) + text_width(high, SMALL_SIZE) + 0.8 <= size:
                canvas.text(x + size, y + pitch / 2 + 0.3, high, size=SMALL_SIZE, anchor="right", colour=SOFT_INK)
            y += pitch + 1.0
        if heading.is_upright:
            canvas.text(x + size / 2, y, heading.text, size=SMALL_SIZE, anchor="right", style="upright")
        else:
            canvas.text(x + size / 2, y + pitch / 2, heading.text, size=SMALL_SIZE, anchor="center")


def _draw_names(canvas: Canvas, layout: HeatmapLayout) -> None:
    centres = layout.row_edges.mean(axis=1)
    x = layout.across.name_x
    start = x - 0.8 - CONNECTOR
    connectors = []
    for row, y in zip(layout.named_rows, layout.name_y.tolist(), strict=True):
        canvas.text(x, y, layout.across.names[row], size=NAME_SIZE, style="italic")
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
    """Write one meaning per block beside it, moved apart where blocks are lower than their words."""
    pitch, x = line_height(SMALL_SIZE), layout.across.meaning_x
    said = [block for block in spec.row_blocks if block.meaning]
    if not said:
        return
    spans = [block_span(block, layout.row_edges) for block in said]
    width = layout.across.meaning_width - 2
    texts = [wrap(block.meaning, width, SMALL_SIZE) for block in said]
    if sum(map(len, texts)) * pitch > layout.body_bottom - layout.body_y:
        rooms = [max(int((stop - start) / pitch), 1) for start, stop in spans]
        texts = [
            wrap(block.meaning, width, SMALL_SIZE, max_lines=room, cut=shorten_sentence)
            for block, room in zip(said, rooms, strict=True)
        ]
    heights = np.array([len(lines) * pitch for lines in texts])
    middles = spread(
        [(start + stop) / 2 for start, stop in spans],
        (heights[1:] + heights[:-1]) / 2,
        layout.body_y + heights[0] / 2,
        layout.body_bottom - heights[-1] / 2,
    )
    for (top, bottom), lines, middle in zip(spans, texts, middles.tolist(), strict=True):
        canvas.lines([np.array([(x, top + 0.2), (x, bottom - 0.2)])], colour=RULE, width=0.6)
        for i, line in enumerate(lines):
            y = middle + (i - (len(lines) - 1) / 2) * pitch
            canvas.text(x + 1.4, y, line, size=SMALL_SIZE, colour=INK)
