"""Where everything of a heatmap stands, in millimetres: every text is measured first, so nothing is cut off.

From left to right: row title, block labels, gene trees, left tracks, panels, right tracks, gene names, meanings. From
top to bottom: title, panel titles, sample trees, group headers, tracks, body, tracks, sample names, keys, footnotes.
The size of the page follows its content, unless a page is given: then `fit` finds what fits it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.heatmap.across import Across, PanelAcross, lay_out_across
from heatleaf.figures.heatmap.blocks import band_edges, block_lines, block_span, has_labels
from heatleaf.figures.heatmap.legends import PlacedItem, SpecView, legend_items, place_below, place_beside
from heatleaf.figures.heatmap.marks import spread, thin_out
from heatleaf.figures.heatmap.parts import Band, HeatmapSpec
from heatleaf.figures.heatmap.sizes import (
    BODY_HEIGHT,
    COLUMN_TREE_HEIGHT,
    GAP,
    HEADER_HEIGHT,
    HEADER_LINE,
    LEGEND_GAP,
    MARGIN,
    MAX_BODY_HEIGHT,
    MAX_NAMED_ROWS,
    MIN_BODY_HEIGHT,
    MIN_ROW,
    NAME_PITCH,
    NATURAL,
    NUMBER_ROOM,
    PARENT_TREE,
    SIDE_LEGEND_ROOM,
    SUPPORTED_TREE_HEIGHT,
    TITLE_SIZE,
    TRACK_GAP,
    UPRIGHT_BLOCK,
    Room,
    Sizes,
)
from heatleaf.figures.heatmap.tracks import Side, Track, TrackKind
from heatleaf.figures.page import MAX_TITLE_LINES
from heatleaf.figures.text import line_height, text_width, wrap
from heatleaf.figures.theme import SMALL_SIZE, TEXT_SIZE

FloatArray = NDArray[np.float64]
_LEAST_SHARE = 0.2  # of its height that a band keeps for the sake of names in another


@dataclass(frozen=True)
class Slot:
    """A row above or below the bodies that tracks of one name and kind share: its top and height."""

    name: str
    side: Side
    kind: TrackKind
    y: float
    size: float


@dataclass(frozen=True)
class Above:
    """What stands between title and body, from top to bottom: titles of panels, trees, headers, tracks."""

    title_y: float
    parent_tree_y: float
    tree_y: float
    tree_height: float
    header_y: float
    header_height: float
    slots: tuple[Slot, ...]
    body_y: float


@dataclass(frozen=True, eq=False)
class HeatmapLayout:
    """Positions in millimetres from the top left.

    row_edges : top and bottom of each row, shape (n_genes, 2). slots : of the column tracks. named_rows, name_y : the
    rows whose names are written, and where. label_lines, label_y : of the row blocks. legends : keys with places.
    """

    width: float
    height: float
    scale: float
    across: Across
    above: Above
    title_lines: tuple[str, ...]
    slots: tuple[Slot, ...]
    row_edges: FloatArray
    named_rows: tuple[int, ...]
    name_y: FloatArray
    label_lines: tuple[tuple[str, ...], ...]
    label_y: FloatArray
    below_y: float
    legends: tuple[PlacedItem, ...]
    band_titles: tuple[tuple[str, ...], ...]
    footnotes: tuple[str, ...]

    @property
    def panels(self) -> tuple[PanelAcross, ...]:
        """The columns of each panel."""
        return self.across.panels

    @property
    def footnote_y(self) -> float:
        """Upper edge of the first footnote."""
        return self.height - self.across.margin - len(self.footnotes) * line_height(SMALL_SIZE)

    @property
    def body_y(self) -> float:
        """Upper edge of the bodies."""
        return float(self.row_edges[0, 0])

    @property
    def body_bottom(self) -> float:
        """Lower edge of the bodies."""
        return float(self.row_edges[-1, 1])

    @property
    def all_named(self) -> bool:
        """Tell whether the name of every row is written beside it, so that no connectors are needed."""
        return len(self.named_rows) == len(self.row_edges)


def lay_out_page(spec: HeatmapSpec, sizes: Sizes = NATURAL, room: Room | None = None) -> HeatmapLayout:
    """Measure all texts of a heatmap and place everything, in a room where one is given.

    In a room that is too small the figure comes out larger than it: the caller compares.
    """
    is_side = room is not None and room.is_slide
    across = lay_out_across(spec, sizes, room.width - (SIDE_LEGEND_ROOM if is_side else 0.0) if room else None)
    page_width = room.width if room else across.width
    title_lines = wrap(spec.title, page_width - 2 * across.margin, TITLE_SIZE, bold=True, max_lines=MAX_TITLE_LINES)
    footnotes = _footnotes(spec, page_width - 2 * across.margin)
    above = _lay_out_above(spec, across, across.margin + _title_height(title_lines))
    view = SpecView(spec, tuple(panel.headers_named for panel in across.panels), is_meaning_key=sizes.has_keyed_blocks)
    keys, keys_height = _place_keys(view, across, room, above.title_y)
    under = _height_under(spec, across)
    foot = 2.5 + len(footnotes) * line_height(SMALL_SIZE) + across.margin
    fixed = above.body_y + under + foot + (0.0 if is_side else LEGEND_GAP + keys_height)
    titles = _band_titles(spec, page_width - across.margin - across.panels[0].x)
    gaps = [band_title_height(lines) + (GAP if i else 0.0) for i, lines in enumerate(titles or ((),))]
    row_edges = band_edges(spec, _row_sizes(spec, across, room, fixed + sum(gaps)), gaps, above.body_y)
    end = float(row_edges[-1, 1]) + under
    height = foot + (max(end, above.title_y + keys_height) if is_side else end + LEGEND_GAP + keys_height)
    slots_y = end - under + 1.0 + _slots_lowered(spec, across)
    label_lines, label_y = _labels(spec, row_edges, is_short=sizes.has_keyed_blocks)
    named = _named_rows(spec, row_edges)
    return HeatmapLayout(
        width=page_width,
        height=max(height, room.max_height) if room and is_side else height,
        scale=room.scale if room else 1.0,
        across=across,
        above=above,
        title_lines=title_lines,
        slots=(*above.slots, *_slots(spec, "below", slots_y)),
        row_edges=row_edges,
        named_rows=named,
        name_y=_name_positions(row_edges, named),
        band_titles=titles,
        label_lines=label_lines,
        label_y=label_y,
        below_y=slots_y + _slots_height(spec, "below"),
        legends=keys if is_side else tuple(key.moved(end + LEGEND_GAP) for key in keys),
        footnotes=footnotes,
    )


def _place_keys(view: SpecView, across: Across, room: Room | None, top: float) -> tuple[tuple[PlacedItem, ...], float]:
    """Place the keys and measure their height: right of everything on a slide, else in rows from y = 0."""
    if room is not None and room.is_slide:
        items = legend_items(view, SIDE_LEGEND_ROOM - LEGEND_GAP)
        return place_beside(items, across.width + LEGEND_GAP - across.margin, top)
    left = across.margin if room else max(across.panels[0].x, MARGIN)
    right = (room.width if room else across.width) - across.margin
    return place_below(legend_items(view, right - left), right, left)


def row_height(n_genes: int) -> float:
    """Choose the height of a row: tall enough for names where all fit, else what fills a page."""
    if n_genes <= MAX_NAMED_ROWS:
        return max(NAME_PITCH + 0.15, min(5.0, 70.0 / n_genes))
    return min(max(BODY_HEIGHT / n_genes, MIN_ROW), MAX_BODY_HEIGHT / n_genes)


def _row_sizes(spec: HeatmapSpec, across: Across, room: Room | None, fixed: float) -> list[float]:
    """Choose the height of the rows of each band, all within the room where there is one."""
    bands = spec.bands_of(spec.first)
    sizes = [_row_size(spec, band, across) for band in bands]
    if room is None:
        return sizes
    gaps = (len(spec.row_blocks) - len(bands)) * GAP
    available = max(room.max_height - fixed - gaps, MIN_BODY_HEIGHT)
    return _within(available, sizes, [band.size for band in bands])


def _within(available: float, sizes: list[float], counts: Sequence[int]) -> list[float]:
    """Lower rows until all bands fit: to the pitch of names, then the bands that have too many to name, then all."""

    def height(rows: Sequence[float]) -> float:
        return sum(size * count for size, count in zip(rows, counts, strict=True))

    if height(sizes) <= available:
        return sizes
    pitched = [min(size, NAME_PITCH) for size in sizes]
    unnamed = [size if count > MAX_NAMED_ROWS else 0.0 for size, count in zip(pitched, counts, strict=True)]
    if height(pitched) <= available:
        share = (available - height(pitched)) / (height(sizes) - height(pitched))
        return [low + share * (size - low) for low, size in zip(pitched, sizes, strict=True)]
    share = 1.0 - (height(pitched) - available) / max(height(unnamed), 1e-9)
    if share >= _LEAST_SHARE:
        return [share * many if many else size for many, size in zip(unnamed, pitched, strict=True)]
    return [size * available / height(pitched) for size in pitched]


def _row_size(spec: HeatmapSpec, band: Band, across: Across) -> float:
    """Choose the height of a row: natural, square, tall enough for all that stands beside."""
    blocks = sum(band.start <= block.start < band.stop for block in spec.row_blocks)
    marks = sum(band.start <= row < band.stop for row in spec.marks) if band.size > MAX_NAMED_ROWS else 0
    size = across.cell if spec.cells.is_square else row_height(band.size)
    size = max(size, (max(marks, blocks) * NAME_PITCH - (blocks - 1) * GAP) / band.size)
    return max(size, line_height(SMALL_SIZE)) if across.values_shown else size


def _band_titles(spec: HeatmapSpec, width: float) -> tuple[tuple[str, ...], ...]:
    return tuple(wrap(band.title, width, TEXT_SIZE, bold=True, max_lines=2) for band in spec.bands)


def band_title_height(lines: Sequence[str]) -> float:
    """Millimetres that the title of a band takes above its rows."""
    return len(lines) * line_height(TEXT_SIZE) + 1.0 if lines else 0.0


def _title_height(lines: Sequence[str]) -> float:
    return len(lines) * line_height(TITLE_SIZE) + (1.5 if lines else 0.0)


def _lay_out_above(spec: HeatmapSpec, across: Across, y: float) -> Above:
    title_y = y
    title_lines = max(len(panel.title_lines) for panel in across.panels)
    y += title_lines * line_height(TEXT_SIZE) + (1.0 if title_lines else 0.0)
    parent_y = y
    y += PARENT_TREE if any(panel.parent_tree for panel in spec.panels) else 0.0
    tree_y = y
    has_numbers = any(tree.has_written_support for panel in spec.panels for tree in panel.trees)
    has_trees = any(panel.trees for panel in spec.panels)
    tree_height = (SUPPORTED_TREE_HEIGHT if has_numbers else COLUMN_TREE_HEIGHT) if has_trees else 0.0
    number_room = NUMBER_ROOM if has_numbers else 0.0
    tree_y += number_room
    y += number_room + tree_height + 0.8 if has_trees else 0.0
    header_y = y
    lines = max((len(header) for panel in across.panels for header in panel.headers), default=1)
    header_height = HEADER_HEIGHT if lines < 2 else 2 * HEADER_LINE + 1.2
    rise = max(panel.headers_upright for panel in across.panels)
    header_height = max(header_height, rise + UPRIGHT_BLOCK if rise else 0.0)
    has_headers = any(panel.group_name for panel in spec.panels)
    y += header_height + 0.8 if has_headers else 0.0
    slots = _slots(spec, "above", y)
    y += _slots_height(spec, "above")
    return Above(title_y, parent_y, tree_y, tree_height, header_y, header_height, slots, y)


def column_slots(spec: HeatmapSpec, side: Side) -> list[Track]:
    """List the first track of each name and kind on a side of the columns, over all panels."""
    tracks: dict[tuple[str, str], Track] = {}
    for panel in spec.panels:
        for track in panel.tracks:
            if track.side == side:
                tracks.setdefault((track.name, track.kind), track)
    return list(tracks.values())


def _slots(spec: HeatmapSpec, side: Side, y: float) -> tuple[Slot, ...]:
    slots = []
    for track in column_slots(spec, side):
        size = across_size(spec, track)
        slots.append(Slot(track.name, side, track.kind, y, size))
        y += size + TRACK_GAP
    return tuple(slots)


def _slots_height(spec: HeatmapSpec, side: Side) -> float:
    tracks = column_slots(spec, side)
    return sum(across_size(spec, track) + TRACK_GAP for track in tracks) + (0.4 if tracks else 0.0)


def across_size(spec: HeatmapSpec, track: Track) -> float:
    """Millimetres across a column track: its own, or that of its upright texts."""
    if track.kind != "text":
        return track.size
    texts = [
        text for panel in spec.panels for other in panel.tracks if other.name == track.name for text in other.texts
    ]
    return track.size or min(max((text_width(text, SMALL_SIZE) for text in texts), default=0.0) + 0.8, 30.0)


def _height_under(spec: HeatmapSpec, across: Across) -> float:
    """Room from the body down to the end of sample names and headings of row tracks."""
    names = max(panel.names_height for panel in across.panels)
    headings = max((heading.height for heading in across.headings), default=0.0)
    return 1.0 + max(_slots_lowered(spec, across) + _slots_height(spec, "below") + names, headings)


def _slots_lowered(spec: HeatmapSpec, across: Across) -> float:
    """How far tracks below the columns stand lower, so that their names clear the headings of left tracks."""
    if not column_slots(spec, "below"):
        return 0.0
    tracks = zip(spec.row_tracks, across.headings, strict=True)
    return max((heading.height + 0.8 for track, heading in tracks if track.side == "left"), default=0.0)


def _footnotes(spec: HeatmapSpec, width: float) -> tuple[str, ...]:
    notes = [*spec.footnotes, *_tree_notes(spec)]
    return tuple(line for note in notes for line in wrap(note, width, SMALL_SIZE))


def _tree_notes(spec: HeatmapSpec) -> list[str]:
    """Say what numbers and weights of branches mean, where there are any."""
    trees = [*(tree for panel in spec.panels for tree in panel.trees), *spec.row_trees]
    if not any(tree.support is not None and np.isfinite(tree.support).any() for tree in trees):
        return []
    weights = "heavy branches have 95 % or more, pale ones less than half"
    if any(tree.has_written_support for tree in trees):
        return [f"Numbers at branches: support by resampling, in %; {weights}."]
    return [f"Support of branches by resampling: {weights}."]


def _named_rows(spec: HeatmapSpec, row_edges: FloatArray) -> tuple[int, ...]:
    named: list[int] = []
    for band in spec.bands_of(spec.first):
        size = float(row_edges[band.start, 1] - row_edges[band.start, 0])
        if band.size <= MAX_NAMED_ROWS and size >= NAME_PITCH * 0.98:
            named += range(band.start, band.stop)
            continue
        height = float(row_edges[band.stop - 1, 1] - row_edges[band.start, 0])
        marks = [row for row in spec.marks if band.start <= row < band.stop]
        named += thin_out(marks, max(int(height / NAME_PITCH), 1))
    return tuple(named)


def _name_positions(row_edges: FloatArray, named: tuple[int, ...]) -> FloatArray:
    centres = row_edges.mean(axis=1)
    top, bottom = float(row_edges[0, 0]), float(row_edges[-1, 1])
    half = NAME_PITCH / 2
    return spread([float(centres[row]) for row in named], NAME_PITCH, top + half, bottom - half)


def _labels(
    spec: HeatmapSpec, row_edges: FloatArray, *, is_short: bool
) -> tuple[tuple[tuple[str, ...], ...], FloatArray]:
    """Choose the lines beside each row block that its height has room for, and where their middle stands."""
    if not has_labels(spec):
        return (), np.zeros(0)
    pitch = line_height(SMALL_SIZE)
    spans = [block_span(block, row_edges) for block in spec.row_blocks]
    lines = [
        block_lines(block, stop - start, is_short=is_short)
        for block, (start, stop) in zip(spec.row_blocks, spans, strict=True)
    ]
    middles = [(start + stop) / 2 for start, stop in spans]
    heights = np.array([len(label) * pitch for label in lines])
    gaps = (heights[1:] + heights[:-1]) / 2
    low, high = float(row_edges[0, 0]) + heights[0] / 2, float(row_edges[-1, 1]) - heights[-1] / 2
    return tuple(lines), spread(middles, gaps, low, max(high, low + float(gaps.sum())))
