"""The reads of each sample, and how many of them come from the transcripts, as bars."""

from heatleaf.figures.reads.samples.draw import draw_read_bars
from heatleaf.figures.reads.samples.spec import ReadBar, ReadBarsSpec, build_read_bars_spec

__all__ = ["ReadBar", "ReadBarsSpec", "build_read_bars_spec", "draw_read_bars"]
