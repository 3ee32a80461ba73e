"""Draw the figure that the README shows, as `heatleaf demo` draws them: docs/images/demo_heatmap.png."""

from __future__ import annotations

from pathlib import Path

from heatleaf.analysis.run import analyse
from heatleaf.analysis.settings import Settings
from heatleaf.figures.heatmap.draw import draw_heatmap
from heatleaf.figures.save import render
from heatleaf.io import write_bytes
from heatleaf.resources import demo_study

IMAGES = Path(__file__).parents[1] / "docs" / "images"
DPI = 150


def main() -> None:
    study = demo_study()
    analysis = analyse(study.counts, study.samples, Settings(clusters=4))
    write_bytes(IMAGES / "demo_heatmap.png", render(draw_heatmap(analysis.heatmap.spec), "png", dpi=DPI))


if __name__ == "__main__":
    main()
