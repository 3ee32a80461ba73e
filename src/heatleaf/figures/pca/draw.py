"""Draw a PCA spec with matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from heatleaf.figures.groups import draw_legend, legend_height
from heatleaf.figures.page import EDGE_MM, open_sheet
from heatleaf.figures.pca.spec import PcaSpec
from heatleaf.figures.points import LEADER_FROM_MM
from heatleaf.figures.theme import RULE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from heatleaf.figures.page import Sheet


_OPACITY = 0.72  # of the samples, so that one shows beneath another
_BY_AREA = "sDoPXpv<>^"  # shapes from large to small, drawn in this order


def draw_pca(spec: PcaSpec) -> Figure:
    """Draw the figure; call within `theme.drawing()`."""
    sheet = open_sheet(spec.page)
    sheet.axes.set(xlim=spec.x_limits, ylim=spec.y_limits)
    sheet.axes.locator_params(nbins=6, steps=[1, 2, 5, 10])
    sheet.name_axes(spec.x_label, spec.y_label)
    sheet.axes.axhline(0, color="#E3E6E9", linewidth=0.4, zorder=0)
    sheet.axes.axvline(0, color="#E3E6E9", linewidth=0.4, zorder=0)
    _, _, _, top = spec.page.panel_bounds
    draw_legend(sheet, spec.legend, EDGE_MM, top + 2.0 + legend_height(spec.legend))
    _draw_samples(sheet, spec)
    for label in spec.labels:
        x_0, y_0, x_1, y_1 = label.leader
        if np.hypot(x_1 - x_0, y_1 - y_0) > LEADER_FROM_MM:
            sheet.rule((x_0, x_1), (y_0, y_1), colour=RULE, width=0.35)
        left, bottom, _, top = label.box
        sheet.write(left, (bottom + top) / 2, label.text, va="center_baseline")
    return sheet.figure


def _draw_samples(sheet: Sheet, spec: PcaSpec) -> None:
    """Draw the samples, one colour and shape after the other, each with a white edge."""
    size = 5.2 if len(spec.x) <= 60 else 3.8
    looks = list(zip(spec.colours, spec.shapes, strict=True))
    for colour, shape in sorted(dict.fromkeys(looks), key=lambda look: _BY_AREA.index(look[1])):
        rows = [i for i, look in enumerate(looks) if look == (colour, shape)]
        sheet.axes.plot(
            spec.x[rows], spec.y[rows], linestyle="none", marker=shape, markersize=size,
            markerfacecolor=(colour, _OPACITY), markeredgecolor="white", markeredgewidth=0.5, clip_on=False, zorder=3,
        )  # fmt: skip
