"""What the figure of read quality shows, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.groups import LegendEntry, flow_legend, legend_height
from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.points import Limits
from heatleaf.figures.theme import DOWN_COLOUR, SINGLE_COLUMN_MM, UP_COLOUR

FloatArray = NDArray[np.float64]

USUAL_COLOUR, LOWEST_COLOUR, SECOND_COLOUR = DOWN_COLOUR, UP_COLOUR, "#8DB4D6"
BANDS = ((0.0, 20.0, "#F7E4E1"), (20.0, 30.0, "#FBF3E2"))  # Phred scores: over 1 % and over 0.1 % of bases wrong
_TOP = 42.0  # the best score that sequencers give is 41
_FAR = 3.0  # scores between the lowest file and the median of all, from which on it is named
_MANY = 24  # files, from which on lines are thinner
_LEFT_MM, _RIGHT_MM, _BELOW_MM = 11.5, 3.0, 9.2
_PANEL_HEIGHT_MM = 44.0


@dataclass(frozen=True, eq=False)
class FileQuality:
    """The mean Phred score at each position of the reads of a file. mate : 2 of a second mate, else 1."""

    name: str
    mate: int
    mean: FloatArray


@dataclass(frozen=True, eq=False)
class QualitySpec:
    """Lines of quality by position. files : the lowest last. is_lowest_marked : it stands apart and is named."""

    page: Page
    limits: Limits
    files: tuple[FileQuality, ...]
    is_lowest_marked: bool
    line_width: float
    legend: tuple[LegendEntry, ...]
    empty_text: str

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)

    def colour(self, position: int) -> str:
        """Return the colour of a file's line."""
        if self.is_lowest_marked and position == len(self.files) - 1:
            return LOWEST_COLOUR
        return SECOND_COLOUR if self.files[position].mate == 2 else USUAL_COLOUR


def build_quality_spec(files: Sequence[FileQuality], *, width: float = SINGLE_COLUMN_MM) -> QualitySpec:
    """Describe the quality of the reads of a study; width : mm."""
    known = sorted((file for file in files if len(file.mean)), key=lambda file: -float(file.mean.mean()))
    longest = max((len(file.mean) for file in known), default=1)
    means = [float(file.mean.mean()) for file in known]
    is_marked = len(known) > 1 and float(np.median(means)) - means[-1] >= _FAR
    marks = [("mate 1", USUAL_COLOUR, "line"), ("mate 2", SECOND_COLOUR, "line")]
    if all(file.mate == 1 for file in known):
        marks = [("a line for each file", USUAL_COLOUR, "line")]
    if is_marked:
        marks.append((f"lowest: {known[-1].name}", LOWEST_COLOUR, "line"))
    legend = flow_legend([("", marks)], width - 2 * EDGE_MM)
    page = lay_out(
        "Quality of the reads",
        "mean Phred score at each base of a read; 30: one base in 1,000 is wrong, 20: one in 100",
        "",
        width=width,
        panel_height=_PANEL_HEIGHT_MM,
        margins=Margins(_LEFT_MM, _RIGHT_MM, legend_height(legend) + 3.0, _BELOW_MM),
    )
    limits = Limits((1.0, float(max(longest, 2))), (0.0, _TOP))
    line_width = 0.9 if len(known) < _MANY else 0.45
    return QualitySpec(page, limits, tuple(known), is_marked, line_width, legend, "" if known else "No reads")
