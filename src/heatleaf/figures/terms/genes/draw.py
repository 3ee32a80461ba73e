"""Put the network of gene sets and genes on a canvas."""

from __future__ import annotations

import numpy as np

from heatleaf.figures.canvas import Canvas
from heatleaf.figures.page import EDGE_MM, open_canvas
from heatleaf.figures.terms.genes.spec import CHIP_MM, GeneChip, TermGenesSpec, TermLabel
from heatleaf.figures.terms.keys import OUTLINE, colour_key_width, draw_colour_key
from heatleaf.figures.text import line_height
from heatleaf.figures.theme import SMALL_SIZE, SOFT_INK, TEXT_SIZE

_LINK = "#C3C9CE"
_OUTLINE_MM = 0.16  # more than a pixel of a PNG, whose boxes keep to whole pixels


def draw_term_genes(spec: TermGenesSpec) -> Canvas:
    """Draw the figure."""
    canvas = open_canvas(spec.page)
    ends = [
        np.array([(spec.terms[term].x, spec.terms[term].y), (spec.genes[gene].x, spec.genes[gene].y)])
        for term, gene in spec.links
    ]
    canvas.lines(ends, colour=_LINK, width=0.4)
    for heading in spec.headings:
        canvas.text(heading.x, heading.y, heading.text, colour=heading.colour, style="bold")
    for label in spec.terms:
        _draw_term(canvas, label)
    for chip in spec.genes:
        _draw_gene(canvas, chip)
    _, bottom, width, _ = spec.page.panel
    top = spec.page.height - bottom + 3.0
    draw_colour_key(canvas, spec.scale, EDGE_MM + width - colour_key_width(spec.scale), top)
    return canvas


def _draw_term(canvas: Canvas, label: TermLabel) -> None:
    canvas.rectangle((label.x - label.width / 2, label.y - label.height / 2, label.width, label.height), "#FFFFFF")
    y = label.y - label.height / 2 + 0.6 + line_height(TEXT_SIZE) / 2
    for line in label.lines:
        canvas.text(label.x, y, line, anchor="center", style="bold")
        y += line_height(TEXT_SIZE)
    y -= (line_height(TEXT_SIZE) - line_height(SMALL_SIZE)) / 2
    canvas.text(label.x, y, label.note, size=SMALL_SIZE, colour=SOFT_INK, anchor="center")


def _draw_gene(canvas: Canvas, chip: GeneChip) -> None:
    """Draw a gene as a chip with round ends, its thin outline beneath."""
    for grow, colour in ((_OUTLINE_MM, OUTLINE), (0.0, chip.colour)):
        radius = CHIP_MM / 2 + grow
        half = chip.width / 2 - CHIP_MM / 2
        canvas.dots(np.array([(chip.x - half, chip.y), (chip.x + half, chip.y)]), radius=radius, colour=colour)
        canvas.rectangle((chip.x - half, chip.y - radius, 2 * half, 2 * radius), colour)
    canvas.text(chip.x, chip.y, chip.name, size=SMALL_SIZE, colour=chip.ink, anchor="center", style="italic")
