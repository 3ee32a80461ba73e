"""Put a heatmap on a canvas: everything that the layout has placed."""

from __future__ import annotations

from hashlib import sha256

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.heatmap.across import PanelAcross, cell_text
from heatleaf.figures.heatmap.blocks import block_span
from heatleaf.figures.heatmap.cells import draw_cells
from heatleaf.figures.heatmap.fit import lay_out
from heatleaf.figures.heatmap.layout import HeatmapLayout, band_title_height
from heatleaf.figures.heatmap.parts import HeatmapSpec, Panel
from heatleaf.figures.heatmap.row_side import draw_row_side
from heatleaf.figures.heatmap.sizes import HEADER_LINE, PARENT_TREE, TITLE_SIZE, UPRIGHT_BLOCK
from heatleaf.figures.heatmap.track_marks import Strip, draw_track
from heatleaf.figures.heatmap.tracks import AXIS_KINDS, Track, axis_labels
from heatleaf.figures.heatmap.tree_marks import Frame, draw_trees
from heatleaf.figures.palettes import N_GROUP_COLOURS, ink_on
from heatleaf.figures.text import line_height, text_width
from heatleaf.figures.theme import SMALL_SIZE, SOFT_INK, TEXT_SIZE

# A cell costs about 25 bytes in a PDF and 40 in an SVG; above this many the body is a raster.
MAX_VECTOR_CELLS = 20_000
_MANY_GROUPS = "#8E959C"  # where colours would come round again, which says what is not so


def draw_heatmap(spec: HeatmapSpec) -> Canvas:
    """Draw a heatmap; the size of the figure follows its content, or the page that it is made for.

    Raises
    ------
    UserError
        paper: it does not fit the page.
    """
    layout = lay_out(spec)
    canvas = Canvas(layout.width, layout.height, scale=layout.scale)
    canvas.about = describe_heatmap(spec)
    for i, line in enumerate(layout.title_lines):
        y = layout.across.margin + (i + 0.5) * line_height(TITLE_SIZE)
        canvas.text(layout.across.margin, y, line, size=TITLE_SIZE, style="bold")
    is_raster = sum(panel.matrix.size for panel in spec.panels) > MAX_VECTOR_CELLS
    for panel, across in zip(spec.panels, layout.panels, strict=True):
        draw_cells(canvas, spec, panel, (across.edges, layout.row_edges), is_raster=is_raster)
        _draw_column_side(canvas, panel, across, layout)
    if layout.across.values_shown:
        _draw_values(canvas, spec, layout)
    _draw_slot_names(canvas, spec, layout)
    for band, lines in zip(spec.bands, layout.band_titles, strict=True):
        top = float(layout.row_edges[band.start, 0]) - band_title_height(lines)
        for i, line in enumerate(lines):
            y = top + (i + 0.5) * line_height(TEXT_SIZE)
            canvas.text(layout.across.panels[0].x, y, line, style="bold")
    draw_row_side(canvas, spec, layout, is_raster=is_raster)
    for placed in layout.legends:
        placed.item.draw(canvas, placed.x, placed.y)
    for i, line in enumerate(layout.footnotes):
        y = layout.footnote_y + (i + 0.5) * line_height(SMALL_SIZE)
        canvas.text(layout.across.margin, y, line, size=SMALL_SIZE, colour=SOFT_INK)
    return canvas


def describe_heatmap(spec: HeatmapSpec) -> dict[str, object]:
    """Say in JSON values what a heatmap shows, with a hash of the displayed values of each panel."""
    return {
        "figure": "heatmap",
        "genes": spec.n_genes,
        "paper": spec.paper.name if spec.paper else "",
        "panels": [
            {
                "samples": list(panel.column_names),
                "values": panel.scale.label,
                "colours": list(panel.scale.stops),
                "limits": [panel.scale.low, panel.scale.high],
                "below": [[band.title, band.start, band.scale.low, band.scale.high] for band in spec.bands[1:]],
                "sha256": sha256(np.ascontiguousarray(panel.matrix, dtype="<f8").tobytes()).hexdigest(),
            }
            for panel in spec.panels
        ],
    }


def _draw_column_side(canvas: Canvas, panel: Panel, across: PanelAcross, layout: HeatmapLayout) -> None:
    first = max(len(other.title_lines) for other in layout.panels) - len(across.title_lines)
    is_wide = any(text_width(line, TEXT_SIZE, bold=True) > across.right - across.x for line in across.title_lines)
    for i, line in enumerate(across.title_lines, start=first):
        y = layout.above.title_y + (i + 0.5) * line_height(TEXT_SIZE)
        if is_wide:
            canvas.text(across.x, y, line, style="bold")
        else:
            canvas.text((across.x + across.right) / 2, y, line, anchor="center", style="bold")
    centres = across.edges.mean(axis=1)
    frame = Frame(layout.above.tree_y + layout.above.tree_height, layout.above.tree_height, is_of_rows=False)
    draw_trees(canvas, panel.trees, centres, frame)
    if panel.parent_tree is not None:
        middles = np.array([sum(block_span(block, across.edges)) / 2 for block in panel.blocks])
        frame = Frame(layout.above.parent_tree_y + PARENT_TREE - 0.4, PARENT_TREE - 0.4)
        draw_trees(canvas, [panel.parent_tree], middles, frame)
    if panel.group_name:
        _draw_headers(canvas, panel, across, layout)
    slots = {(slot.side, slot.name, slot.kind): slot for slot in layout.slots}
    for track in panel.tracks:
        slot = slots[track.side, track.name, track.kind]
        strip = Strip(across.edges, slot.y, slot.size, is_of_rows=False)
        draw_track(canvas, track, strip, is_raster=panel.n_samples > 300)
    _draw_column_names(canvas, panel, across, layout)


def _draw_headers(canvas: Canvas, panel: Panel, across: PanelAcross, layout: HeatmapLayout) -> None:
    for block, lines in zip(panel.blocks, across.headers, strict=True):
        left, right = block_span(block, across.edges)
        if across.headers_upright:
            top = layout.above.header_y + layout.above.header_height - UPRIGHT_BLOCK
            colour = block.colour if len(panel.blocks) <= N_GROUP_COLOURS else _MANY_GROUPS
            canvas.rectangle((left, top, right - left, UPRIGHT_BLOCK), colour)
            canvas.text((left + right) / 2, top - 0.8, lines[0], size=SMALL_SIZE, style="upright")
            continue
        canvas.rectangle((left, layout.above.header_y, right - left, layout.above.header_height), block.colour)
        middle = layout.above.header_y + layout.above.header_height / 2
        for i, line in enumerate(lines):
            is_roomy = len(lines) == 1 and text_width(line, TEXT_SIZE, bold=True) <= right - left - 1.0
            y = middle + (i - (len(lines) - 1) / 2) * HEADER_LINE
            canvas.text(
                (left + right) / 2,
                y,
                line,
                size=TEXT_SIZE if is_roomy else SMALL_SIZE,
                colour=ink_on(block.colour),
                anchor="center",
                style="bold",
            )


def _draw_column_names(canvas: Canvas, panel: Panel, across: PanelAcross, layout: HeatmapLayout) -> None:
    y = layout.below_y
    if not across.names:
        text = f"{panel.n_samples:,} sample{'' if panel.n_samples == 1 else 's'}"
        middle = (across.x + across.right) / 2
        canvas.text(middle, y + line_height(SMALL_SIZE) / 2, text, size=SMALL_SIZE, anchor="center", colour=SOFT_INK)
        return
    for name, x in zip(across.names, across.edges.mean(axis=1).tolist(), strict=True):
        if across.names_upright:
            canvas.text(x, y, name, size=SMALL_SIZE, anchor="right", style="upright")
        else:
            canvas.text(x, y + line_height(SMALL_SIZE) / 2, name, size=SMALL_SIZE, anchor="center")


def _draw_slot_names(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout) -> None:
    """Write the names of column tracks left of the first body, and the ends of their axes between."""
    tracks: dict[tuple[str, str, str], Track] = {}
    for panel in spec.panels:
        for track in panel.tracks:
            tracks.setdefault((track.side, track.name, track.kind), track)
    for slot in layout.slots:
        x, track = layout.panels[0].x - 1.5, tracks[slot.side, slot.name, slot.kind]
        if track.kind in AXIS_KINDS:
            low, high = axis_labels(track)
            half = 0.37 * line_height(SMALL_SIZE)
            canvas.text(x, slot.y + slot.size - half, low, size=SMALL_SIZE, anchor="right", colour=SOFT_INK)
            canvas.text(x, slot.y + half, high, size=SMALL_SIZE, anchor="right", colour=SOFT_INK)
            x -= max(text_width(low, SMALL_SIZE), text_width(high, SMALL_SIZE)) + 1.0
        name = layout.across.slot_names[slot.name]
        canvas.text(x, slot.y + slot.size / 2, name, size=SMALL_SIZE, anchor="right")


def _draw_values(canvas: Canvas, spec: HeatmapSpec, layout: HeatmapLayout) -> None:
    rows = layout.row_edges.mean(axis=1).tolist()
    for panel, across in zip(spec.panels, layout.panels, strict=True):
        colours = np.concatenate(
            [band.scale.colours(panel.matrix[band.start : band.stop]) for band in spec.bands_of(panel)]
        )
        columns = across.edges.mean(axis=1).tolist()
        for values, shades, y in zip(panel.matrix.tolist(), colours.tolist(), rows, strict=True):
            for value, (red, green, blue), x in zip(values, shades, columns, strict=True):
                ink = ink_on(f"#{red:02X}{green:02X}{blue:02X}")
                canvas.text(x, y, cell_text(value), size=SMALL_SIZE, colour=ink, anchor="center")
