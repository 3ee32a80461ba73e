"""What the network of gene sets and genes shows, as plain values: places in mm from the upper left corner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from heatleaf.figures.heatmap.scale import ColourScale
from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.palettes import ink_on
from heatleaf.figures.terms.facts import Sides, TermFacts, wrap_name
from heatleaf.figures.terms.keys import KEY_MM, change_scale, hex_colours
from heatleaf.figures.terms.sides import Heading, place_sides
from heatleaf.figures.text import line_height, shorten_name, text_width
from heatleaf.figures.theme import SMALL_SIZE, TEXT_SIZE

CHIP_MM = 3.3  # height of a gene
_TERM_MM = 34.0
_GENE_MM = 22.0
_PAD_MM = 1.6  # at the ends of a chip


@dataclass(frozen=True)
class GeneChip:
    """A gene: the middle of its chip, its width, its name, and the colours of chip and name."""

    x: float
    y: float
    width: float
    name: str
    colour: str
    ink: str


@dataclass(frozen=True)
class TermLabel:
    """A gene set: the middle of its label, its size, the lines of its name, and how many genes it found."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    note: str


@dataclass(frozen=True, eq=False)
class TermGenesSpec:
    """Sets and genes; links : positions of a set and of a gene in it."""

    page: Page
    terms: tuple[TermLabel, ...]
    genes: tuple[GeneChip, ...]
    links: tuple[tuple[int, int], ...]
    headings: tuple[Heading, ...]
    scale: ColourScale

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_term_genes_spec(terms: Sequence[TermFacts], genes: Mapping[str, float], sides: Sides) -> TermGenesSpec:
    """Describe gene sets with their strongest genes.

    Parameters
    ----------
    terms : sequence of TermFacts
        At least one.
    genes : mapping
        Name -> log2 fold change of the genes to draw, each in at least one of the sets.
    """
    names = list(genes)
    place = {name: i for i, name in enumerate(names)}
    links = [(i, place[gene]) for i, term in enumerate(terms) for gene in term.genes if gene in place]
    labels = [wrap_name(term.name, _TERM_MM, TEXT_SIZE, bold=True, max_lines=3) for term in terms]
    notes = [_note(term, sum(i == number for number, _ in links)) for i, term in enumerate(terms)]
    sizes = [_label_size(lines, note) for lines, note in zip(labels, notes, strict=True)]
    shown = [shorten_name(name, _GENE_MM, SMALL_SIZE, italic=True) for name in names]
    widths = [max(text_width(name, SMALL_SIZE, italic=True) + 2 * _PAD_MM, CHIP_MM) for name in shown]
    first = {gene: terms[term].direction for term, gene in reversed(links)}
    directions = [term.direction for term in terms] + [first[i] for i in range(len(names))]
    centres, headings, (width, height) = place_sides(
        np.array([*sizes, *((width, CHIP_MM) for width in widths)]),
        [(term, len(terms) + gene) for term, gene in links],
        directions,
        sides,
    )
    page = lay_out(
        f"Genes of the leading gene sets: {sides.title}",
        sides.factor,
        "Of each set the genes that changed most and most certainly; a line joins a gene to each set that it is in.",
        width=width + 2 * EDGE_MM,
        panel_height=height,
        margins=Margins(EDGE_MM, EDGE_MM, 2.0, KEY_MM + 5.0),
    )
    origin = np.array([EDGE_MM, page.panel_top])
    places = np.round(centres + origin, 3).tolist()
    scale = change_scale(list(genes.values()), "log₂ fold change", quantile=0.9)
    colours = hex_colours(scale, list(genes.values()))
    return TermGenesSpec(
        page=page,
        terms=tuple(
            TermLabel(x, y, width, label_height, lines, note)
            for (x, y), (width, label_height), lines, note in zip(
                places[: len(terms)], sizes, labels, notes, strict=True
            )
        ),
        genes=tuple(
            GeneChip(x, y, width, name, colour, ink_on(colour))
            for (x, y), width, name, colour in zip(places[len(terms) :], widths, shown, colours, strict=True)
        ),
        links=tuple(links),
        headings=tuple(heading.moved(*origin.tolist()) for heading in headings),
        scale=scale,
    )


def _note(term: TermFacts, n_shown: int) -> str:
    return f"{n_shown} of {term.n_found:,} genes" if n_shown < term.n_found else f"{n_shown} genes"


def _label_size(lines: Sequence[str], note: str) -> tuple[float, float]:
    width = max(text_width(note, SMALL_SIZE), *(text_width(line, TEXT_SIZE, bold=True) for line in lines))
    return width + 2.0, len(lines) * line_height(TEXT_SIZE) + line_height(SMALL_SIZE) + 1.2
