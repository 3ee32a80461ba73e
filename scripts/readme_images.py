"""Draw the figures that the README shows, from the built-in example: docs/images/*.png."""

from __future__ import annotations

from pathlib import Path

from heatleaf.analysis.run import analyse
from heatleaf.figures.heatmap.draw import draw_heatmap
from heatleaf.figures.save import render
from heatleaf.figures.theme import drawing
from heatleaf.figures.volcano.draw import draw_volcano
from heatleaf.io import write_bytes
from heatleaf.resources import demo_study

IMAGES = Path(__file__).parents[1] / "docs" / "images"
DPI = 150


def main() -> None:
    study = demo_study()
    analysis = analyse(study.counts, study.samples)
    with drawing():
        write_bytes(IMAGES / "demo_heatmap.png", render(draw_heatmap(analysis.heatmap.spec), "png", dpi=DPI))
        volcano = draw_volcano(analysis.comparisons[0].volcano)
        write_bytes(IMAGES / "demo_volcano.png", render(volcano, "png", dpi=DPI))


if __name__ == "__main__":
    main()
