"""Where everything of a heatmap stands, in millimetres: every text is measured first, so nothing is cut off.

From left to right: block labels, gene tree, body, strips, gene names, meanings. From top to bottom: title, sample
tree, group headers, annotations, body, sample names, legends, footnotes. The size of the page follows its content.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.heatmap.marks import spread
from heatleaf.figures.heatmap.parts import Block, HeatmapSpec
from heatleaf.figures.heatmap.tracks import Track
from heatleaf.figures.page import MAX_TITLE_LINES
from heatleaf.figures.text import NAME_MM, line_height, shorten_name, text_width, wrap
from heatleaf.figures.theme import SMALL_SIZE, TEXT_SIZE

FloatArray = NDArray[np.float64]

MARGIN = 4.0
GAP = 1.2  # between blocks, visible at print size
NAME_SIZE = 6.0
NAME_PITCH = 2.55  # mm from name to name: 6 pt with 1.2 lines
MAX_NAMED_ROWS = 60
BODY_HEIGHT = 165.0
MIN_ROW = 0.35  # a printed row below this cannot be seen apart
MAX_BODY_HEIGHT = 180.0
BODY_WIDTH = 86.0
MIN_COLUMN = 0.35
TREE_WIDTH = 10.0
COLUMN_TREE_HEIGHT = 6.0
HEADER_HEIGHT = 4.8
STRIP_WIDTH = 2.4
STRIP_GAP = 0.9
CONNECTOR = 6.0
MEANING_WIDTH = 44.0
MAX_NAMED_COLUMNS = 60
TITLE_SIZE = 8.5


@dataclass(frozen=True, eq=False)
class HeatmapLayout:
    """Positions in millimetres from the top left.

    row_edges, column_edges : top or left edge of each row or column and of the end of each, shape (n, 2).
    names, name_y : what is written for each named row, and where. column_names : what is written for each column.
    annotation_names : likewise. columns_upright : sample names are turned by 90 degrees.
    """

    width: float
    title_lines: tuple[str, ...]
    label_x: float
    tree_x: float
    body_x: float
    strip_x: tuple[float, ...]
    name_x: float
    meaning_x: float
    meaning_width: float
    column_tree_y: float
    header_y: float
    annotation_y: tuple[float, ...]
    annotation_names: tuple[str, ...]
    body_y: float
    row_edges: FloatArray
    column_edges: FloatArray
    named_rows: tuple[int, ...]
    names: tuple[str, ...]
    name_y: FloatArray
    all_named: bool
    columns_named: bool
    column_names: tuple[str, ...]
    columns_upright: bool
    below_y: float
    legend_y: float

    @property
    def body_right(self) -> float:
        """Right edge of the body."""
        return float(self.column_edges[-1, 1])

    @property
    def body_bottom(self) -> float:
        """Lower edge of the body."""
        return float(self.row_edges[-1, 1])


def edges(blocks: tuple[Block, ...], size: float, start: float) -> FloatArray:
    """Return both edges of every row or column of equal size, with gaps between blocks."""
    result = np.empty((blocks[-1].stop, 2))
    for number, block in enumerate(blocks):
        positions = np.arange(block.start, block.stop)
        result[block.start : block.stop, 0] = start + positions * size + number * GAP
    result[:, 1] = result[:, 0] + size
    return result


def column_tracks(spec: HeatmapSpec) -> tuple[Track, ...]:
    return tuple(track for track in spec.first.tracks if track.kind == "levels")


def row_strips(spec: HeatmapSpec) -> tuple[Track, ...]:
    return tuple(track for track in spec.row_tracks if track.kind == "numbers")


def row_height(n_genes: int) -> float:
    """Choose the height of a row: tall enough for names where all fit, else what fills a page."""
    if n_genes <= MAX_NAMED_ROWS:
        return max(NAME_PITCH + 0.15, min(5.0, 70.0 / n_genes))
    return min(max(BODY_HEIGHT / n_genes, MIN_ROW), MAX_BODY_HEIGHT / n_genes)


def column_width(n_samples: int) -> float:
    """Choose the width of a column so that the whole figure fits two journal columns where it can."""
    return max(min(9.0, BODY_WIDTH / n_samples), MIN_COLUMN)


@dataclass(frozen=True, eq=False)
class _Across:
    """Positions from left to right, and the names that were measured for them."""

    tree_x: float
    body_x: float
    column_edges: FloatArray
    strip_x: tuple[float, ...]
    name_x: float
    meaning_x: float
    meaning_width: float
    width: float
    named: tuple[int, ...]
    names: tuple[str, ...]
    annotation_names: tuple[str, ...]


def lay_out(spec: HeatmapSpec) -> HeatmapLayout:
    """Measure all texts of a heatmap and place everything."""
    across = _lay_out_across(spec)
    title_lines = wrap(spec.title, across.width - 2 * MARGIN, TITLE_SIZE, bold=True, max_lines=MAX_TITLE_LINES)
    y = MARGIN + len(title_lines) * line_height(TITLE_SIZE) + (1.5 if title_lines else 0.0)
    column_tree_y = y
    y += COLUMN_TREE_HEIGHT + 0.8 if spec.column_trees else 0.0
    header_y = y
    y += HEADER_HEIGHT + 0.8 if spec.group_name else 0.0
    annotation_y = tuple(y + i * (STRIP_WIDTH + 0.5) for i in range(len(column_tracks(spec))))
    y += len(annotation_y) * (STRIP_WIDTH + 0.5) + (0.4 if annotation_y else 0.0)
    row_edges = edges(spec.row_blocks, row_height(spec.n_genes), y)

    column_names = tuple(shorten_name(name, NAME_MM, SMALL_SIZE) for name in spec.column_names)
    columns_named, upright, names_height = _column_names(column_names, across.column_edges)
    strip_names = max((text_width(strip.name, SMALL_SIZE) for strip in row_strips(spec)), default=0.0)
    below = float(row_edges[-1, 1]) + 1.0
    return HeatmapLayout(
        width=across.width,
        title_lines=title_lines,
        label_x=across.tree_x - 1.2,
        tree_x=across.tree_x,
        body_x=across.body_x,
        strip_x=across.strip_x,
        name_x=across.name_x,
        meaning_x=across.meaning_x,
        meaning_width=across.meaning_width,
        column_tree_y=column_tree_y,
        header_y=header_y,
        annotation_y=annotation_y,
        annotation_names=across.annotation_names,
        body_y=y,
        row_edges=row_edges,
        column_edges=across.column_edges,
        named_rows=across.named,
        names=across.names,
        name_y=_name_positions(spec, row_edges, across.named),
        all_named=spec.n_genes <= MAX_NAMED_ROWS,
        columns_named=columns_named,
        column_names=column_names,
        columns_upright=upright,
        below_y=below,
        legend_y=below + max(names_height, strip_names) + 3.5,
    )


def _lay_out_across(spec: HeatmapSpec) -> _Across:
    annotation_names = tuple(shorten_name(strip.name, NAME_MM, SMALL_SIZE) for strip in column_tracks(spec))
    annotation_width = max((text_width(name, SMALL_SIZE) + 1.5 for name in annotation_names), default=0.0)
    tree = TREE_WIDTH + 0.6 if spec.row_trees else 0.0
    body_x = MARGIN + max(_label_width(spec) + tree, annotation_width)
    column_edges = edges(spec.column_blocks, column_width(spec.n_samples), body_x)
    body_right = float(column_edges[-1, 1])
    strip_x = tuple(body_right + 1.5 + i * (STRIP_WIDTH + STRIP_GAP) for i in range(len(row_strips(spec))))
    all_named = spec.n_genes <= MAX_NAMED_ROWS
    named = tuple(range(spec.n_genes)) if all_named else spec.marks
    name_x = (strip_x[-1] + STRIP_WIDTH if strip_x else body_right) + (1.2 if all_named else CONNECTOR + 0.8)
    names = tuple(shorten_name(spec.row_names[row], NAME_MM, NAME_SIZE, italic=True) for row in named)
    meaning_x = name_x + max((text_width(name, NAME_SIZE, italic=True) for name in names), default=0.0) + 2.5
    said = max((text_width(block.meaning, SMALL_SIZE) + 3.0 for block in spec.row_blocks if block.meaning), default=0.0)
    meaning_width = min(said, MEANING_WIDTH)
    width = max(meaning_x + meaning_width if said else meaning_x - 2.5, 84.0) + MARGIN
    return _Across(
        body_x - tree,
        body_x,
        column_edges,
        strip_x,
        name_x,
        meaning_x,
        meaning_width,
        width,
        named,
        names,
        annotation_names,
    )


def _label_width(spec: HeatmapSpec) -> float:
    if len(spec.row_blocks) < 2:
        return 0.0
    return max(text_width(count_label(block), SMALL_SIZE) for block in spec.row_blocks) + 2.4


def count_label(block: Block) -> str:
    """Write the number of genes of a block."""
    return f"{block.size:,} gene{'' if block.size == 1 else 's'}"


def _name_positions(spec: HeatmapSpec, row_edges: FloatArray, named: tuple[int, ...]) -> FloatArray:
    centres = row_edges.mean(axis=1)
    top, bottom = float(row_edges[0, 0]), float(row_edges[-1, 1])
    half = NAME_PITCH / 2
    return spread([float(centres[row]) for row in named], NAME_PITCH, top + half, bottom - half)


def _column_names(names: tuple[str, ...], column_edges: FloatArray) -> tuple[bool, bool, float]:
    """Tell whether sample names are written, whether upright, and how high they stand."""
    cell = float(column_edges[0, 1] - column_edges[0, 0])
    if cell < line_height(SMALL_SIZE) * 0.85 or len(names) > MAX_NAMED_COLUMNS:
        return False, False, line_height(SMALL_SIZE)
    widest = max(text_width(name, TEXT_SIZE) for name in names)
    if widest <= cell - 0.8:
        return True, False, line_height(TEXT_SIZE)
    return True, True, max(text_width(name, SMALL_SIZE) for name in names)
