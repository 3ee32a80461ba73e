"""What a histogram of p-values shows, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.groups import LegendEntry, flow_legend, legend_height
from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.points import Limits
from heatleaf.figures.theme import INK, SINGLE_COLUMN_MM
from heatleaf.model import Contrast

IntArray = NDArray[np.int64]

TESTED_COLOUR = "#7F97A8"
ASIDE_COLOUR = "#E4E8EB"
_LEFT_MM, _RIGHT_MM, _BELOW_MM = 13.5, 3.0, 9.2
_PANEL_HEIGHT_MM = 46.0


@dataclass(frozen=True, eq=False)
class PValuesSpec:
    """A histogram of p-values from 0 to 1.

    tested, set_aside : int64 arrays of shape (n_bins,), the second stands on the first.
    null_height : genes per bin if only the genes without a difference were there, NaN where not estimated.
    """

    page: Page
    limits: Limits
    tested: IntArray
    set_aside: IntArray
    null_height: float
    legend: tuple[LegendEntry, ...]
    empty_text: str

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_p_values_spec(
    contrast: Contrast,
    tested: IntArray,
    set_aside: IntArray,
    *,
    null_share: float = float("nan"),
    width: float = SINGLE_COLUMN_MM,
) -> PValuesSpec:
    """Describe the p-values of a comparison.

    Parameters
    ----------
    tested, set_aside : int64 arrays of shape (n_bins,)
        Numbers of genes with an adjusted p-value, and of genes with a p-value that were filtered out.
    null_share : fraction 0-1
        Share of the tested genes that do not differ, NaN where it was not estimated.
    width : mm
    """
    n_tested, n_aside = int(tested.sum()), int(set_aside.sum())
    null_height = null_share * n_tested / len(tested)
    marks = [(f"tested ({n_tested:,} genes)", TESTED_COLOUR, "s")]
    if n_aside:
        marks.append((f"set aside, too few reads ({n_aside:,})", ASIDE_COLOUR, "s"))
    if np.isfinite(null_height):
        marks.append((f"without difference: {100 * null_share:.0f} % (π₀)", INK, "dashes"))
    legend = flow_legend([("", marks)], width - 2 * EDGE_MM)
    page = lay_out(
        f"p-values: {contrast.title}",
        contrast.factor,
        "",
        width=width,
        panel_height=_PANEL_HEIGHT_MM,
        margins=Margins(_LEFT_MM, _RIGHT_MM, legend_height(legend) + 3.0, _BELOW_MM),
    )
    top = max(float((tested + set_aside).max()) * 1.04, 1.0)
    empty_text = "" if n_tested or n_aside else "No gene could be tested"
    return PValuesSpec(page, Limits((0.0, 1.0), (0.0, top)), tested, set_aside, null_height, legend, empty_text)
