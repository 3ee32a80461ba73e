"""What the matrix of gene sets and clusters shows, as plain values: places in mm from the upper left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heatleaf.figures.heatmap.scale import ColourScale, range_scale
from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.palettes import heat_palette
from heatleaf.figures.terms.facts import wrap_name
from heatleaf.figures.terms.keys import KEY_MM, SizeKey, colour_key_width, hex_colours, size_key_width
from heatleaf.figures.text import line_height, text_width
from heatleaf.figures.theme import DOUBLE_COLUMN_MM, SINGLE_COLUMN_MM, SMALL_SIZE, TEXT_SIZE

MAX_ROWS = 36
_NAME_MM = 66.0
_ROW_MM = 4.6
_COLUMN_MM = (6.0, 11.0)  # least and most of a cluster
_RADIUS_MM = 2.0
_LEAST_P = 1e-300


@dataclass(frozen=True)
class ClusterTerm:
    """A gene set and, per cluster, the genes found and the adjusted p-value; None where it is not called."""

    name: str
    found: tuple[tuple[int, float] | None, ...]


@dataclass(frozen=True)
class MatrixDot:
    """A set that is called in a cluster."""

    x: float
    y: float
    radius: float
    colour: str


@dataclass(frozen=True, eq=False)
class ClusterTermsSpec:
    """Sets as rows, clusters as columns.

    rows : lines of the name and middle of each set. columns : x, name and number of genes of each cluster.
    panel : left, top, right and bottom. stripes : top and height of the rows with a ground.
    """

    page: Page
    panel: tuple[float, float, float, float]
    rows: tuple[tuple[tuple[str, ...], float], ...]
    columns: tuple[tuple[float, str, str], ...]
    dots: tuple[MatrixDot, ...]
    stripes: tuple[tuple[float, float], ...]
    size_key: SizeKey
    scale: ColourScale

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_cluster_terms_spec(terms: Sequence[ClusterTerm], sizes: Sequence[int], *, title: str) -> ClusterTermsSpec:
    """Describe which sets stand out in which cluster.

    Parameters
    ----------
    terms : sequence of ClusterTerm
        At least one; the first MAX_ROWS are drawn.
    sizes : number of genes of each cluster, from the top of the heatmap
    """
    shown = list(terms[:MAX_ROWS])
    names = [wrap_name(term.name, _NAME_MM, TEXT_SIZE, max_lines=2) for term in shown]
    heights = [max(_ROW_MM, len(lines) * line_height(TEXT_SIZE) + 1.0) for lines in names]
    name_end = EDGE_MM + max(text_width(line, TEXT_SIZE) for lines in names for line in lines)
    room = DOUBLE_COLUMN_MM - name_end - 2.0 - EDGE_MM
    pitch = float(np.clip(room / len(sizes), *_COLUMN_MM))
    certainty = [-np.log10(max(p, _LEAST_P)) for term in shown for cell in term.found if cell for p in (cell[1],)]
    found = [cell[0] for term in shown for cell in term.found if cell]
    size_key = SizeKey("genes found", max(found), _RADIUS_MM)
    scale = range_scale(
        np.array([0.0, *certainty]), "−log₁₀ adjusted p-value", heat_palette("white-teal"), quantile=1.0
    )
    keys = size_key_width(size_key) + colour_key_width(scale) + 8.0
    width = max(name_end + 2.0 + pitch * len(sizes) + EDGE_MM, SINGLE_COLUMN_MM, keys + 2 * EDGE_MM)
    page = lay_out(
        "Gene sets of the clusters",
        title,
        f"The first {len(shown)} of {len(terms)} sets." if len(shown) < len(terms) else "",
        width=width,
        panel_height=sum(heights),
        margins=Margins(EDGE_MM, EDGE_MM, 8.5, KEY_MM + 3.5),
    )
    top = page.panel_top
    edges = np.concatenate([[0.0], np.cumsum(heights)]) + top
    middles = np.round((edges[:-1] + edges[1:]) / 2, 3).tolist()
    left = name_end + 2.0
    across = [round(left + (i + 0.5) * pitch, 3) for i in range(len(sizes))]
    colours = iter(hex_colours(scale, certainty))
    dots = tuple(
        MatrixDot(x, y, size_key.radius_of(cell[0]), next(colours))
        for term, y in zip(shown, middles, strict=True)
        for x, cell in zip(across, term.found, strict=True)
        if cell
    )
    is_narrow = max(text_width(f"{size:,}", SMALL_SIZE) for size in sizes) > pitch - 0.8
    return ClusterTermsSpec(
        page=page,
        panel=(left, top, left + pitch * len(sizes), float(edges[-1])),
        rows=tuple(zip(names, middles, strict=True)),
        columns=tuple(
            (x, f"C{i}", "" if is_narrow else f"{size:,}")
            for i, (x, size) in enumerate(zip(across, sizes, strict=True), 1)
        ),
        dots=dots,
        stripes=tuple((float(edges[i]), heights[i]) for i in range(0, len(shown), 2)),
        size_key=size_key,
        scale=scale,
    )
