"""What the bars of reads show, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heatleaf.figures.groups import LegendEntry, flow_legend, legend_height
from heatleaf.figures.page import EDGE_MM, Margins, Page, lay_out, to_json
from heatleaf.figures.points import Limits
from heatleaf.figures.text import shorten_name, text_width
from heatleaf.figures.theme import SINGLE_COLUMN_MM, SMALL_SIZE

MAPPED_COLOUR, OTHER_COLOUR = "#7F97A8", "#E4E8EB"
MAX_BARS = 60
_ROW_MM = 3.6
_LEAST_MM = 14.0  # height of the panel
_MAX_NAME_MM = 30.0
_NOTE_MM = 9.0  # room for a share behind the longest bar
_BELOW_MM = 9.2
_THOUSAND, _MILLION = 1_000, 1_000_000


@dataclass(frozen=True)
class ReadBar:
    """The reads (or pairs) of a sample. mapped_share : of them, those from the transcripts, None where not known."""

    name: str
    n_reads: int
    mapped_share: float | None


@dataclass(frozen=True)
class ReadBarsSpec:
    """Bars from top to bottom. names : as there is room for them. unit : reads that 1 on the axis stands for."""

    page: Page
    limits: Limits
    bars: tuple[ReadBar, ...]
    names: tuple[str, ...]
    unit: int
    axis: str
    legend: tuple[LegendEntry, ...]
    empty_text: str

    def to_json(self) -> object:
        """Return the spec as JSON values."""
        return to_json(self)


def build_read_bars_spec(
    bars: Sequence[ReadBar], *, is_mapped_estimate: bool = False, width: float = SINGLE_COLUMN_MM
) -> ReadBarsSpec:
    """Describe the reads of a study.

    Parameters
    ----------
    bars : sequence of ReadBar
        Of more than sixty, the samples with the smallest shares from the transcripts are shown.
    is_mapped_estimate : bool
        The shares are those of the check, from a sample of the reads.
    width : mm
    """
    shown = _choose(bars)
    names = tuple(shorten_name(bar.name, _MAX_NAME_MM, SMALL_SIZE) for bar in shown)
    left = EDGE_MM + max((text_width(name, SMALL_SIZE) for name in names), default=0.0) + 2.5
    most = max((bar.n_reads for bar in bars), default=0)
    unit = _MILLION if most >= 2 * _MILLION else _THOUSAND if most >= 2 * _THOUSAND else 1
    axis = {_MILLION: "reads or pairs (millions)", _THOUSAND: "reads or pairs (thousands)", 1: "reads or pairs"}[unit]
    of_what = "from the transcripts, by a sample" if is_mapped_estimate else "from the transcripts"
    marks = [(of_what, MAPPED_COLOUR, "s"), ("others", OTHER_COLOUR, "s")]
    legend = flow_legend([("", marks)], width - 2 * EDGE_MM)
    page = lay_out(
        "Reads of the samples",
        "all reads, and those that come from the transcripts",
        f"{len(shown)} of {len(bars):,} samples, those with the smallest shares" if len(shown) < len(bars) else "",
        width=width,
        panel_height=max(_LEAST_MM, _ROW_MM * len(shown)),
        margins=Margins(left, EDGE_MM + _NOTE_MM, legend_height(legend) + 3.0, _BELOW_MM),
    )
    limits = Limits((0.0, max(most / unit, 1e-9) if most else 1.0), (float(max(len(shown), 1)), 0.0))
    return ReadBarsSpec(page, limits, shown, names, unit, axis, legend, "" if shown else "No samples")


def _choose(bars: Sequence[ReadBar]) -> tuple[ReadBar, ...]:
    if len(bars) <= MAX_BARS:
        return tuple(bars)
    order = sorted(range(len(bars)), key=lambda i: (bars[i].mapped_share is None, bars[i].mapped_share or 0.0, i))
    return tuple(bars[i] for i in sorted(order[:MAX_BARS]))
