"""Put the map of gene sets on a canvas."""

from __future__ import annotations

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.page import EDGE_MM, open_canvas
from heatleaf.figures.terms.keys import colour_key_width, draw_colour_key, draw_dot, draw_size_key
from heatleaf.figures.terms.map.spec import GroupLabel, TermMapSpec
from heatleaf.figures.text import line_height, text_width
from heatleaf.figures.theme import INK, SMALL_SIZE, SOFT_INK

_INNER_LINK = "#C3C9CE"
_OUTER_LINK = "#DADEE2"


def draw_term_map(spec: TermMapSpec) -> Canvas:
    """Draw the figure."""
    canvas = open_canvas(spec.page)
    for links, colour, width in ((spec.outer_links, _OUTER_LINK, 0.4), (spec.inner_links, _INNER_LINK, 0.4)):
        ends = [np.array([(spec.dots[i].x, spec.dots[i].y), (spec.dots[j].x, spec.dots[j].y)]) for i, j in links]
        canvas.lines(ends, colour=colour, width=width)
    for dot in spec.dots:
        draw_dot(canvas, dot.x, dot.y, dot.radius, dot.colour)
    for heading in spec.headings:
        canvas.text(heading.x, heading.y, heading.text, colour=heading.colour, style="bold")
    for label in spec.labels:
        _draw_label(canvas, label)
    _, bottom, width, _ = spec.page.panel
    top = spec.page.height - bottom + 3.0
    draw_size_key(canvas, spec.size_key, EDGE_MM, top)
    draw_colour_key(canvas, spec.scale, EDGE_MM + width - colour_key_width(spec.scale), top)
    return canvas


def _draw_label(canvas: Canvas, label: GroupLabel) -> None:
    """Write the name of a group on white, which covers lines that pass beneath it."""
    pitch = line_height(SMALL_SIZE)
    lines = [(line, INK) for line in label.lines] + ([(label.note, SOFT_INK)] if label.note else [])
    for number, (line, colour) in enumerate(lines):
        y, width = label.y + number * pitch, text_width(line, SMALL_SIZE)
        canvas.rectangle((label.x - width / 2 - 0.4, y - pitch / 2, width + 0.8, pitch), "#FFFFFF")
        canvas.text(label.x, y, line, size=SMALL_SIZE, colour=colour, anchor="center")
