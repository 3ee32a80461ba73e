"""Put the matrix of gene sets and clusters on a canvas."""

from __future__ import annotations

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.page import EDGE_MM, open_canvas
from heatleaf.figures.terms.clusters.spec import ClusterTermsSpec
from heatleaf.figures.terms.keys import colour_key_width, draw_colour_key, draw_dot, draw_size_key
from heatleaf.figures.text import line_height
from heatleaf.figures.theme import SMALL_SIZE, SOFT_INK, TEXT_SIZE

_GROUND = "#F3F5F6"


def draw_cluster_terms(spec: ClusterTermsSpec) -> Canvas:
    """Draw the figure."""
    canvas = open_canvas(spec.page)
    left, top, right, bottom = spec.panel
    for y, height in spec.stripes:
        canvas.rectangle((left, y, right - left, height), _GROUND)
    for x, name, size in spec.columns:
        canvas.text(x, top - (4.6 if size else 2.0), name, anchor="center", style="bold")
        canvas.text(x, top - 1.8, size, size=SMALL_SIZE, colour=SOFT_INK, anchor="center")
    if spec.columns[0][2]:
        canvas.text(left - 1.0, top - 1.8, "genes", size=SMALL_SIZE, colour=SOFT_INK, anchor="right")
    for lines, middle in spec.rows:
        y = middle - (len(lines) - 1) / 2 * line_height(TEXT_SIZE)
        for line in lines:
            canvas.text(left - 2.0, y, line, anchor="right")
            y += line_height(TEXT_SIZE)
    for dot in spec.dots:
        draw_dot(canvas, dot.x, dot.y, dot.radius, dot.colour)
    draw_size_key(canvas, spec.size_key, EDGE_MM, bottom + 3.0)
    draw_colour_key(canvas, spec.scale, spec.page.width - EDGE_MM - colour_key_width(spec.scale), bottom + 3.0)
    return canvas
