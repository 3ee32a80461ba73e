"""What a PCA figure shows, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.groups import LegendEntry, describe_groups, flow_legend, legend_height, shapes_of
from heatleaf.figures.labels import place_labels
from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.points import Limits
from heatleaf.figures.text import line_height, shorten_name, text_width
from heatleaf.figures.theme import SINGLE_COLUMN_MM, SMALL_SIZE, SOFT_INK
from heatleaf.model import Factor

FloatArray = NDArray[np.float64]

MAX_NAMED = 25  # samples up to which each is named
PLAIN_COLOUR = "#4C6A8A"  # of samples without groups
_MAX_NAME_MM = 26.0
_MARK_RADIUS_MM = 0.95
_HEIGHTS_MM = (42.0, 74.0)  # of the panel, at least and at most
_LEFT_MM, _RIGHT_MM, _BELOW_MM = 13.0, 3.0, 9.2


@dataclass(frozen=True)
class SampleLabel:
    """A sample's name on the page in mm: box (left, bottom, right, top) and line from its point (x, y, x, y)."""

    text: str
    box: tuple[float, ...]
    leader: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class PcaSpec:
    """A PCA figure: samples on components 1 and 2, one unit as long across as up.

    x, y : float64 arrays of shape (n_samples,). colours, shapes : one per sample. n_left_out : names without room.
    """

    page: Page
    x_label: str
    y_label: str
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    sample_ids: tuple[str, ...]
    x: FloatArray
    y: FloatArray
    colours: tuple[str, ...]
    shapes: tuple[str, ...]
    legend: tuple[LegendEntry, ...]
    labels: tuple[SampleLabel, ...]
    n_left_out: int

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_pca_spec(
    scores: FloatArray,
    variance_shares: Sequence[float] | FloatArray,
    sample_ids: Sequence[str],
    *,
    colour_by: Factor | None = None,
    shape_by: Factor | None = None,
    values_label: str = "500 most variable genes, VST",
    width: float = SINGLE_COLUMN_MM,
) -> PcaSpec:
    """Describe the samples on their first two principal components.

    Parameters
    ----------
    scores : float64 array of shape (n_samples, n_components)
        A missing second component counts as zero.
    variance_shares : one fraction 0-1 per component; NaN where there is no variance
    sample_ids : n_samples names
    colour_by, shape_by : Factor or None
        Values in the order of the samples.
    values_label : which genes and values, in words; stands below the title.
    width : mm
    """
    x, y = _two_components(scores, len(sample_ids))
    first, second = ([*(float(share) for share in variance_shares), np.nan, np.nan])[:2]
    legend = _legend(colour_by, shape_by, width - 2 * EDGE_MM)
    margins = Margins(_LEFT_MM, _RIGHT_MM, legend_height(legend) + 3.0, _BELOW_MM)
    panel_width = width - _LEFT_MM - _RIGHT_MM
    x_limits, y_limits, panel_height = _equal_units(x, y, panel_width)
    title, note = "Samples: principal components", _note(x, y, len(sample_ids))
    page = lay_out(title, values_label, note, width=width, panel_height=panel_height, margins=margins)
    limits = Limits(x_limits, y_limits)
    labels, n_left_out = _name_samples(sample_ids, limits.place(page.panel, x, y), page)
    if n_left_out:
        left_out = f"{note} {n_left_out} {'name' if n_left_out == 1 else 'names'} left out for want of room.".strip()
        taller = lay_out(title, values_label, left_out, width=width, panel_height=panel_height, margins=margins)
        page, labels, n_left_out = taller, *_name_samples(sample_ids, limits.place(taller.panel, x, y), taller)
    colours, shapes = describe_groups(colour_by), shapes_of(shape_by)
    return PcaSpec(
        page=page,
        x_label=_axis_label(1, first),
        y_label=_axis_label(2, second),
        x_limits=x_limits,
        y_limits=y_limits,
        sample_ids=tuple(sample_ids),
        x=x,
        y=y,
        colours=tuple(colours[value] for value in colour_by.values) if colour_by else (PLAIN_COLOUR,) * len(x),
        shapes=tuple(shapes[value] for value in shape_by.values) if shape_by else ("o",) * len(x),
        legend=legend,
        labels=labels,
        n_left_out=n_left_out,
    )


def _two_components(scores: FloatArray, n_samples: int) -> tuple[FloatArray, FloatArray]:
    padded = np.zeros((n_samples, 2))
    padded[:, : min(2, scores.shape[1])] = np.nan_to_num(scores[:, :2])
    return padded[:, 0], padded[:, 1]


def _axis_label(component: int, share: float) -> str:
    return f"PC{component} ({share:.0%} of variance)" if np.isfinite(share) else f"PC{component} (no variance)"


def _equal_units(
    x: FloatArray, y: FloatArray, panel_width: float
) -> tuple[tuple[float, float], tuple[float, float], float]:
    """Choose limits and panel height (mm) so that a unit is as long on both axes and all points have room."""
    ranges = [float(np.ptp(values)) if len(values) else 0.0 for values in (x, y)]
    middles = [float(values.max() + values.min()) / 2 if len(values) else 0.0 for values in (x, y)]
    wide, tall = (1.3 * extent for extent in ranges)
    wide = wide or tall or 2.0
    height = float(np.clip(tall / wide * panel_width, *_HEIGHTS_MM))
    wide = max(wide, tall / height * panel_width)
    tall = wide / panel_width * height
    return (
        (middles[0] - wide / 2, middles[0] + wide / 2),
        (middles[1] - tall / 2, middles[1] + tall / 2),
        height,
    )


def _legend(colour_by: Factor | None, shape_by: Factor | None, width: float) -> tuple[LegendEntry, ...]:
    rows = []
    if colour_by:
        rows.append((colour_by.name, [(level, colour, "o") for level, colour in describe_groups(colour_by).items()]))
    if shape_by:
        rows.append((shape_by.name, [(level, SOFT_INK, shape) for level, shape in shapes_of(shape_by).items()]))
    return flow_legend(rows, width)


def _name_samples(sample_ids: Sequence[str], places: FloatArray, page: Page) -> tuple[tuple[SampleLabel, ...], int]:
    """Name the samples beside their points where they are few enough."""
    if not 0 < len(sample_ids) <= MAX_NAMED:
        return (), 0
    names = [shorten_name(name, _MAX_NAME_MM, SMALL_SIZE) for name in sample_ids]
    sizes = np.array([(text_width(name, SMALL_SIZE), 0.92 * line_height(SMALL_SIZE)) for name in names])
    placed = place_labels(places, sizes, page.panel_bounds, places, radius=_MARK_RADIUS_MM)
    return tuple(
        SampleLabel(names[i], tuple(placed.boxes[i].round(3).tolist()), tuple(placed.leaders[i].round(3).tolist()))
        for i in np.flatnonzero(placed.is_placed)
    ), placed.n_left_out


def _note(x: FloatArray, y: FloatArray, n_samples: int) -> str:
    if n_samples and not (np.ptp(x) or np.ptp(y)):
        return (
            "The samples do not differ in these genes." if n_samples > 1 else "One sample: nothing to compare it with."
        )
    if n_samples > MAX_NAMED:
        return f"{n_samples} samples, not named."
    return "Two samples span one component only." if n_samples == 2 else ""
