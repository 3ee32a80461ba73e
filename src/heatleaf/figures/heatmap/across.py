"""The layout from left to right: what stands beside the bodies, the columns of each panel, and their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.heatmap.blocks import block_lines, edges, has_labels
from heatleaf.figures.heatmap.parts import HeatmapSpec, Panel
from heatleaf.figures.heatmap.sizes import (
    AXIS_TRACK_GAP,
    BODY_WIDTH,
    CONNECTOR,
    FURTHER_BODY_WIDTH,
    GAP,
    MARGIN,
    MAX_COLUMN,
    MAX_HEADED_COLUMN,
    MAX_NAMED_COLUMNS,
    MAX_NAMED_ROWS,
    MAX_PAPER_COLUMN,
    MAX_TEXT_TRACK,
    MIN_COLUMN,
    MIN_TITLE,
    MIN_UPRIGHT_HEADER,
    MIN_UPRIGHT_HEADERS,
    NAME_SIZE,
    PANEL_GAP,
    PAPER_MARGIN,
    PARENT_TREE,
    TRACK_GAP,
    Sizes,
)
from heatleaf.figures.heatmap.tracks import AXIS_KINDS, Side, Track, axis_labels
from heatleaf.figures.palettes import N_GROUP_COLOURS
from heatleaf.figures.text import line_height, shorten_name, shorten_names, text_width, wrap
from heatleaf.figures.theme import SMALL_SIZE, TEXT_SIZE

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PanelAcross:
    """The columns of a panel: edges of shape (n, 2), headers line by line, names as written.

    headers_named : every group's name stands at its header, so that no key is needed; headers_upright : how high they
    stand where they are upright above it, else 0. names : empty where not written.
    """

    edges: FloatArray
    title_lines: tuple[str, ...]
    headers: tuple[tuple[str, ...], ...]
    headers_named: bool
    headers_upright: float
    names: tuple[str, ...]
    names_upright: bool
    names_height: float

    @property
    def x(self) -> float:
        """Left edge of the body."""
        return float(self.edges[0, 0])

    @property
    def right(self) -> float:
        """Right edge of the body."""
        return float(self.edges[-1, 1])


@dataclass(frozen=True)
class Heading:
    """What stands below a row track: its name, upright where it is wider than the track, under the axis if any."""

    text: str
    is_upright: bool
    height: float


@dataclass(frozen=True, eq=False)
class Across:
    """Positions from left to right in millimetres; label_x is the right end of block labels, tracks in spec order."""

    margin: float
    title_x: float
    label_x: float
    parent_tree_x: float
    tree_x: float
    tree_width: float
    track_x: tuple[tuple[float, float], ...]
    headings: tuple[Heading, ...]
    slot_names: Mapping[str, str]
    panels: tuple[PanelAcross, ...]
    cell: float
    values_shown: bool
    name_x: float
    names: Mapping[int, str]
    meaning_x: float
    meaning_width: float
    content_right: float
    width: float

    @property
    def body_width(self) -> float:
        """From the left edge of the first body to the right edge of the last."""
        return self.panels[-1].right - self.panels[0].x


@dataclass(frozen=True)
class _Sides:
    """Widths left of the first body and right of the last one."""

    row_title: float
    labels: float
    parent_tree: float
    tree: float
    left_tracks: float
    right_tracks: float
    connector: float
    names: float
    meanings: float
    left: float
    right: float


def lay_out_across(spec: HeatmapSpec, sizes: Sizes, width: float | None) -> Across:
    """Place everything from left to right, in a given width where there is one."""
    rows = _nameable_rows(spec)
    short = shorten_names([spec.row_names[row] for row in rows], sizes.names, NAME_SIZE, italic=True)
    names = dict(zip(rows, short, strict=True))
    slot_names = {
        track.name: shorten_name(track.name, sizes.names, SMALL_SIZE) for panel in spec.panels for track in panel.tracks
    }
    sides = _measure_sides(spec, sizes, names, slot_names)
    margin = MARGIN if width is None else PAPER_MARGIN
    body_x = margin + sides.left
    cell, values_shown = _cell_width(spec, None if width is None else width - 2 * margin - sides.left - sides.right)
    panels, x = [], body_x
    for panel in spec.panels:
        panels.append(_panel_across(panel, cell, x, is_last=panel is spec.panels[-1] and len(spec.panels) > 1))
        x = panels[-1].right + PANEL_GAP
    right = panels[-1].right
    left_x = body_x - sides.left_tracks
    track_x = _track_places(spec, left_x, right)
    tree_x = left_x - sides.tree
    name_x = right + sides.right_tracks + sides.connector
    meaning_x = name_x + sides.names + (2.5 if sides.names else 0.0)
    content = meaning_x + sides.meanings if sides.meanings else meaning_x - (2.5 if sides.names else 0.0)
    return Across(
        margin=margin,
        title_x=margin + 1.6,
        label_x=tree_x - sides.parent_tree - 1.2,
        parent_tree_x=tree_x - sides.parent_tree,
        tree_x=tree_x,
        tree_width=max(sides.tree - 0.6, 0.0),
        track_x=track_x,
        headings=tuple(_heading(track, size) for track, (_, size) in zip(spec.row_tracks, track_x, strict=True)),
        slot_names=slot_names,
        panels=tuple(panels),
        cell=cell,
        values_shown=values_shown,
        name_x=name_x,
        names=names,
        meaning_x=meaning_x,
        meaning_width=sides.meanings,
        content_right=content + margin,
        width=max(content, 84.0 - margin) + margin if width is None else width,
    )


def _nameable_rows(spec: HeatmapSpec) -> list[int]:
    """List the rows whose names may be written: all of a band with few, else its marks."""
    rows: list[int] = []
    for band in spec.bands_of(spec.first):
        all_rows = range(band.start, band.stop)
        rows += all_rows if band.size <= MAX_NAMED_ROWS else [row for row in spec.marks if row in all_rows]
    return rows


def _measure_sides(spec: HeatmapSpec, sizes: Sizes, names: Mapping[int, str], slot_names: Mapping[str, str]) -> _Sides:
    row_title = line_height(TEXT_SIZE) + 1.0 if spec.row_title else 0.0
    labels = _labels_width(spec, is_short=sizes.has_keyed_blocks)
    parent = PARENT_TREE if spec.row_parent_tree is not None else 0.0
    tree = sizes.tree + 0.6 if spec.row_trees else 0.0
    left_tracks, right_tracks = _tracks_width(spec, "left"), _tracks_width(spec, "right")
    said = max((text_width(block.meaning, SMALL_SIZE) + 3.0 for block in spec.row_blocks if block.meaning), default=0.0)
    name_width = max((text_width(name, NAME_SIZE, italic=True) for name in names.values()), default=0.0)
    connector = (1.2 if len(names) == spec.n_genes else CONNECTOR + 0.8) if names else 0.0
    meanings = min(said, sizes.meanings)
    left = max(row_title + labels + parent + tree + left_tracks, _slot_names_width(spec, slot_names))
    right = right_tracks + connector + name_width + (2.5 if name_width and meanings else 0.0) + meanings
    return _Sides(
        row_title, labels, parent, tree, left_tracks, right_tracks, connector, name_width, meanings, left, right
    )


def _labels_width(spec: HeatmapSpec, *, is_short: bool) -> float:
    """Width of the words beside the row blocks, whatever number of lines they will have."""
    if not has_labels(spec):
        return 0.0
    lines = [
        line
        for block in spec.row_blocks
        for height in (0.0, 1000.0)
        for line in block_lines(block, height, is_short=is_short)
    ]
    return max(text_width(line, SMALL_SIZE, bold=True) for line in lines) + 2.4


def _slot_names_width(spec: HeatmapSpec, slot_names: Mapping[str, str]) -> float:
    """Width of the names of column tracks and of their axes, left of the first body."""
    widths = [0.0]
    for panel in spec.panels:
        for track in panel.tracks:
            widths.append(text_width(slot_names[track.name], SMALL_SIZE) + 1.5 + axis_room(track))
    return max(widths)


def axis_room(track: Track) -> float:
    """Width of the numbers at the axis of a column track."""
    if track.kind not in AXIS_KINDS:
        return 0.0
    return max(text_width(label, SMALL_SIZE) for label in axis_labels(track)) + 2.0


def row_track_size(track: Track) -> float:
    """Millimetres across a row track: its own, or that of its texts."""
    if track.kind != "text" or track.size:
        return track.size
    return min(max((text_width(text, SMALL_SIZE) for text in track.texts), default=0.0) + 0.8, MAX_TEXT_TRACK)


def _tracks_width(spec: HeatmapSpec, side: Side) -> float:
    tracks = [track for track in spec.row_tracks if track.side == side]
    return sum(row_track_size(track) + gap_after(track) for track in tracks) + (1.0 if tracks else 0.0)


def gap_after(track: Track) -> float:
    """Gap to the next row track, wider where the numbers of two axes would stand close."""
    return AXIS_TRACK_GAP if track.kind in AXIS_KINDS else TRACK_GAP


def _track_places(spec: HeatmapSpec, left: float, right: float) -> tuple[tuple[float, float], ...]:
    """Return left edge and size of each row track, in the order of the spec."""
    places, left_at, right_at = [], left, right + 1.5
    for track in spec.row_tracks:
        size = row_track_size(track)
        if track.side == "left":
            places.append((left_at, size))
            left_at += size + gap_after(track)
        else:
            places.append((right_at, size))
            right_at += size + gap_after(track)
    return tuple(places)


def _heading(track: Track, size: float) -> Heading:
    text = shorten_name(track.name, 40.0, SMALL_SIZE)
    is_upright = text_width(text, SMALL_SIZE) > size + 0.2
    height = text_width(text, SMALL_SIZE) if is_upright else line_height(SMALL_SIZE)
    if track.kind in AXIS_KINDS:
        height += line_height(SMALL_SIZE) + 1.0
    return Heading(text, is_upright, height)


def _cell_width(spec: HeatmapSpec, room: float | None) -> tuple[float, bool]:
    """Choose the width of a column, and whether values are written in the cells."""
    n_columns = sum(panel.n_samples for panel in spec.panels)
    written = _value_width(spec)
    if room is not None:
        gaps = sum((len(panel.blocks) - 1) * GAP for panel in spec.panels) + (len(spec.panels) - 1) * PANEL_GAP
        cell = min((room - gaps) / n_columns, MAX_PAPER_COLUMN)
        if spec.cells.is_square and spec.n_genes <= MAX_NAMED_ROWS:
            cell = min(cell, 6.0)
        return cell, bool(written) and cell >= written
    body = BODY_WIDTH + FURTHER_BODY_WIDTH * (len(spec.panels) - 1)
    cell = max(min(MAX_COLUMN, body / n_columns), MIN_COLUMN)
    if spec.cells.is_square:
        cell = max(min(cell, 180.0 / spec.n_genes), 2.75 if spec.n_genes <= MAX_NAMED_ROWS else 0.0, 0.2)
    if _upright_cell(spec) * n_columns <= 2 * body:
        cell = max(cell, _upright_cell(spec))
    if _header_cell(spec) * n_columns <= body:
        cell = max(cell, min(_header_cell(spec), MAX_HEADED_COLUMN))
    if written and max(written, cell) * n_columns <= 2 * body:
        return max(written, cell), True
    return cell, False


def _value_width(spec: HeatmapSpec) -> float:
    """Width of the widest value in a cell with its margins; 0 where values are not written."""
    if not spec.cells.shows_values or spec.n_genes > MAX_NAMED_ROWS:
        return 0.0
    texts = {cell_text(value) for panel in spec.panels for value in panel.matrix.ravel().tolist()}
    return max(text_width(text, SMALL_SIZE) for text in texts) + 1.0


def cell_text(value: float) -> str:
    """Write a value as it stands in a cell: three digits at most."""
    if not np.isfinite(value):
        return ""
    text = f"{value:.1f}" if abs(value) < 99.95 else f"{value:,.0f}"
    return "0.0" if text == "-0.0" else text.replace("-", "−")


def _panel_across(panel: Panel, cell: float, x: float, *, is_last: bool) -> PanelAcross:
    columns = edges(panel.blocks, cell, x)
    width = float(columns[-1, 1]) - x
    title_lines = wrap(
        panel.title, max(width, MIN_TITLE) if is_last else width + PANEL_GAP - 1.0, TEXT_SIZE, bold=True, max_lines=3
    )
    headers = tuple(_header(block.name, block.size * cell) for block in panel.blocks)
    rise = 0.0
    if panel.group_name and not all(headers):
        headers, rise = _upright_headers(panel, cell)
    names, upright, height = _column_names(panel.column_names, cell, width)
    named = bool(panel.group_name) and all(headers)
    return PanelAcross(columns, title_lines, headers, named, rise, names, upright, height)


def _upright_headers(panel: Panel, cell: float) -> tuple[tuple[tuple[str, ...], ...], float]:
    """Stand the names of many narrow groups upright above their headers; leave few of them to a key."""
    narrowest = min(block.size for block in panel.blocks) * cell
    if len(panel.blocks) < MIN_UPRIGHT_HEADERS or narrowest < MIN_UPRIGHT_HEADER:
        return ((),) * len(panel.blocks), 0.0
    names = [shorten_name(block.name, 30.0, SMALL_SIZE) for block in panel.blocks]
    return tuple((name,) for name in names), max(text_width(name, SMALL_SIZE) for name in names) + 0.8


def _header(name: str, width: float) -> tuple[str, ...]:
    """Break the name of a group into one or two lines of its header block; () where it does not fit."""
    return next((lines for lines in _header_lines(name) if _widest(lines) <= width - 1.0), ())


def _header_lines(name: str) -> tuple[tuple[str, ...], ...]:
    """Return a name in one line, and in two of about equal length where it has a space."""
    words = name.split()
    halves = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return ((name,), *([min(halves, key=_widest)] if halves else []))


def _widest(lines: tuple[str, ...]) -> float:
    return max(text_width(line, SMALL_SIZE, bold=True) for line in lines)


def _header_cell(spec: HeatmapSpec) -> float:
    """Width of a column that lets the header of every group hold its name."""
    blocks = [block for panel in spec.panels if panel.group_name for block in panel.blocks]
    return max((_widest(_header_lines(block.name)[-1]) + 1.1) / block.size for block in blocks) if blocks else 0.0


def _upright_cell(spec: HeatmapSpec) -> float:
    """Width of a column that lets the names of many groups stand upright, where their colours would come round."""
    sizes = [
        block.size
        for panel in spec.panels
        if panel.group_name and len(panel.blocks) > N_GROUP_COLOURS
        for block in panel.blocks
    ]
    return MIN_UPRIGHT_HEADER / min(sizes) if sizes else 0.0


def _column_names(names: tuple[str, ...], cell: float, width: float) -> tuple[tuple[str, ...], bool, float]:
    """Shorten sample names, and tell whether they stand upright, and how high; none where columns are too narrow."""
    if cell < line_height(SMALL_SIZE) * 0.85 or len(names) > MAX_NAMED_COLUMNS:
        return (), False, line_height(SMALL_SIZE)
    shown = tuple(shorten_names(names, 40.0, SMALL_SIZE))
    widest = max(text_width(name, SMALL_SIZE) for name in shown)
    if widest <= cell - 0.8:
        return shown, False, line_height(SMALL_SIZE)
    return shown, True, widest
