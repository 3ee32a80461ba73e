"""What a figure of sample distances shows, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.groups import LegendEntry, describe_groups, flow_legend, legend_height
from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.palettes import annotation_colours, heat_palette
from heatleaf.figures.text import line_height, shorten_name, text_width
from heatleaf.figures.theme import DOUBLE_COLUMN_MM, SINGLE_COLUMN_MM, SMALL_SIZE
from heatleaf.model import Factor

FloatArray = NDArray[np.float64]

MAX_VALUED = 12  # samples up to which each distance is written into its cell
STRIP_MM = 2.2
STRIP_GAP_MM = 0.8
_MAX_NAME_MM = 26.0
_MAX_CELL_MM = 9.0
_BAR_ROOM_MM = 11.0  # colour bar with its title and numbers


@dataclass(frozen=True, eq=False)
class DistancesSpec:
    """Distances between samples in displayed order.

    distances : float64 array of shape (n_samples, n_samples). limits : of the colour scale, low is dark; from the
    smallest distance between two samples, so that the zeros of the diagonal, which is drawn grey, take no colour.
    strips : the colour of each sample, first by its group, then by a further annotation; none to two.
    names : as shown, empty where they have no room.
    cell : mm. cell_texts : one per cell, or empty. bar_ticks : numbers written at the colour bar.
    """

    page: Page
    sample_ids: tuple[str, ...]
    distances: FloatArray
    limits: tuple[float, float]
    palette: tuple[str, ...]
    strips: tuple[tuple[str, ...], ...]
    legend: tuple[LegendEntry, ...]
    names: tuple[str, ...]
    cell: float
    cell_texts: tuple[tuple[str, ...], ...]
    bar_title: str
    bar_ticks: tuple[float, ...]

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_distances_spec(
    distances: FloatArray,
    sample_ids: Sequence[str],
    order: Sequence[int] | NDArray[np.intp] | None = None,
    *,
    colour_by: Factor | None = None,
    annotate_by: Factor | None = None,
    values_label: str = "VST of all genes",
    width: float | None = None,
) -> DistancesSpec:
    """Describe the distances between samples.

    Parameters
    ----------
    distances : float64 array of shape (n_samples, n_samples)
        Symmetric, Euclidean, zero diagonal.
    sample_ids : n_samples names
    order : positions of the samples from top to bottom, as clustered; as given where None
    colour_by, annotate_by : Factor or None
        Values in the order of `sample_ids`.
    values_label : between which values the distances are, in words.
    width : mm; a single column, or two where the names need them.
    """
    n_samples = len(sample_ids)
    rows = np.arange(n_samples) if order is None else np.asarray(order, dtype=np.intp)
    shown = np.asarray(distances, dtype=np.float64)[np.ix_(rows, rows)]
    page_width = width or _fitting_width(sample_ids)
    factors = _factors(colour_by, annotate_by)
    room = strip_room(len(factors))
    names, cell = _names_and_cell([sample_ids[i] for i in rows], page_width, room)
    keys = [(factor.name, [(level, colour, "s") for level, colour in colours.items()]) for factor, colours in factors]
    legend = flow_legend(keys, page_width - 2 * EDGE_MM)
    limits, ticks = _scale(shown)
    return DistancesSpec(
        page=_page(values_label, names, cell, n_samples, page_width, legend, room),
        sample_ids=tuple(sample_ids[i] for i in rows),
        distances=shown,
        limits=limits,
        palette=heat_palette("white-blue")[::-1],
        strips=tuple(tuple(colours[factor.values[i]] for i in rows) for factor, colours in factors),
        legend=legend,
        names=names,
        cell=cell,
        cell_texts=_cell_texts(shown, cell),
        bar_title="Euclidean distance (dark = similar, from the smallest off the diagonal)",
        bar_ticks=ticks,
    )


def strip_room(n_strips: int) -> float:
    """Return the room in mm that strips take beside the panel."""
    return n_strips * (STRIP_MM + STRIP_GAP_MM)


def _factors(colour_by: Factor | None, annotate_by: Factor | None) -> list[tuple[Factor, dict[str, str]]]:
    """Return the factors of the strips with the colours of their levels."""
    factors = [(colour_by, describe_groups(colour_by))] if colour_by else []
    if annotate_by:
        factors.append((annotate_by, annotation_colours({annotate_by.name: annotate_by.levels})[annotate_by.name]))
    return factors


def _fitting_width(sample_ids: Sequence[str]) -> float:
    """Take two columns where the names fit into them and not into one; without names one is enough."""
    fits = [
        bool(_names_and_cell(sample_ids, width, strip_room(2))[0]) for width in (SINGLE_COLUMN_MM, DOUBLE_COLUMN_MM)
    ]
    return DOUBLE_COLUMN_MM if fits == [False, True] else SINGLE_COLUMN_MM


def _names_and_cell(names: Sequence[str], width: float, strips: float) -> tuple[tuple[str, ...], float]:
    """Return the names as they fit, none where a line is higher than a cell, and the cell size in mm."""
    fitted = tuple(shorten_name(name, _MAX_NAME_MM, SMALL_SIZE) for name in names)
    widest = max((text_width(name, SMALL_SIZE) for name in fitted), default=0.0)
    room = width - 2 * EDGE_MM - strips
    cell = min((room - widest - 1.2) / max(len(names), 1), _MAX_CELL_MM)
    if cell >= line_height(SMALL_SIZE) * 0.95:
        return fitted, cell
    return (), min(room / max(len(names), 1), _MAX_CELL_MM)


def _cell_texts(distances: FloatArray, cell: float) -> tuple[tuple[str, ...], ...]:
    """Write each distance off the diagonal where the samples are few and the numbers fit."""
    if len(distances) > MAX_VALUED:
        return ()
    digits = 1 if len(distances) < 2 or np.nanmax(distances) < 10 else 0
    texts = tuple(
        tuple("" if i == j else f"{value:.{digits}f}" for j, value in enumerate(row)) for i, row in enumerate(distances)
    )
    widest = max((text_width(text, SMALL_SIZE) for row in texts for text in row), default=0.0)
    return texts if widest + 0.6 <= cell else ()


def _scale(distances: FloatArray) -> tuple[tuple[float, float], tuple[float, ...]]:
    """Scale colours from the smallest to the largest distance between two samples, with ticks at round numbers."""
    between = distances[~np.eye(len(distances), dtype=bool)]
    top = float(np.nanmax(between)) if between.size and np.nanmax(between) > 0 else 1.0
    low = float(np.nanmin(between)) if between.size else 0.0
    low = low if low < top * (1 - 1e-9) else 0.0
    rough = (top - low) / 4
    unit = 10.0 ** np.floor(np.log10(rough))
    step = float(next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= rough * 0.999))
    first, last = int(np.ceil(low / step - 1e-9)), int(top / step + 1e-9)
    return (low, top), tuple(round(step * i, 9) for i in range(first, last + 1))


def _page(
    values_label: str,
    names: Sequence[str],
    cell: float,
    n_samples: int,
    width: float,
    legend: Sequence[LegendEntry],
    strip: float,
) -> Page:
    widest = max((text_width(name, SMALL_SIZE) for name in names), default=0.0)
    body = cell * n_samples
    note = "" if names or not n_samples else f"{n_samples} samples: too many to be named here."
    if n_samples == 1:
        note = "One sample: nothing to compare it with."
    below = (widest + 1.2 if names else 0.8) + _BAR_ROOM_MM
    margins = Margins(EDGE_MM + strip, width - EDGE_MM - strip - body, legend_height(legend) + 2.4 + strip, below)
    return lay_out("Distances between samples", values_label, note, width=width, panel_height=body, margins=margins)
