"""Keys of the figures of gene sets: what the area of a dot and its colour say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heatleaf.figures.canvas import Anchor, Canvas
from heatleaf.figures.heatmap.legends import tick_label
from heatleaf.figures.heatmap.scale import ColourScale, symmetric_scale
from heatleaf.figures.palettes import heat_palette, palette_table
from heatleaf.figures.text import line_height, text_width
from heatleaf.figures.theme import SMALL_SIZE

OUTLINE = "#7B838A"
_OUTLINE_MM = 0.1
_SMALLEST_MM = 0.55
_BAR_MM = (22.0, 2.0)
_GAP_MM = 1.6
KEY_MM = 8.6  # height of a row of keys


@dataclass(frozen=True)
class SizeKey:
    """Areas of dots in proportion to a number of genes: the largest number and its radius in mm."""

    label: str
    largest: int
    radius: float

    def radius_of(self, n_genes: int) -> float:
        """Return the radius of a number of genes, in mm; small ones stay visible."""
        return max(self.radius * float(np.sqrt(n_genes / max(self.largest, 1))), _SMALLEST_MM)

    @property
    def examples(self) -> tuple[int, ...]:
        """Round numbers of genes up to the largest, about a quarter of each other."""
        power = 10 ** (len(str(max(self.largest, 1))) - 1)
        top = max(factor * power for factor in (1, 2, 3, 5) if factor * power <= max(self.largest, 1))
        return tuple(dict.fromkeys(max(int(float(f"{top / part:.1g}")), 1) for part in (10, 3, 1)))


def change_scale(changes: Sequence[float], label: str, quantile: float = 1.0) -> ColourScale:
    """Colour log2 fold changes from blue to red around 0; `quantile` of their sizes lie within the ends."""
    values = np.array(changes, dtype=np.float64)
    return symmetric_scale(values, label, heat_palette("red-white-blue"), quantile=quantile)


def hex_colours(scale: ColourScale, values: Sequence[float]) -> tuple[str, ...]:
    """Return the colour of each value as #RRGGBB."""
    rows = scale.colours(np.array(values, dtype=np.float64).reshape(-1))
    return tuple(f"#{r:02X}{g:02X}{b:02X}" for r, g, b in rows.tolist())


def draw_dot(canvas: Canvas, x: float, y: float, radius: float, colour: str) -> None:
    """Draw a dot with a thin outline, so that a pale one stands off the page."""
    canvas.dots(np.array([(x, y)]), radius=radius + _OUTLINE_MM, colour=OUTLINE)
    canvas.dots(np.array([(x, y)]), radius=radius, colour=colour)


def size_key_width(key: SizeKey) -> float:
    """Return the width of a key of sizes in mm."""
    examples = sum(2 * key.radius_of(n) + text_width(f"{n:,}", SMALL_SIZE) + 1.0 + _GAP_MM * 1.6 for n in key.examples)
    return max(examples, text_width(key.label, SMALL_SIZE))


def draw_size_key(canvas: Canvas, key: SizeKey, x: float, top: float) -> None:
    """Draw the key of sizes: its label above dots with their numbers."""
    canvas.text(x, top + line_height(SMALL_SIZE) / 2, key.label, size=SMALL_SIZE)
    y = top + line_height(SMALL_SIZE) + 2.4
    for n in key.examples:
        radius = key.radius_of(n)
        draw_dot(canvas, x + radius, y, radius, "#C9CED3")
        x += 2 * radius + 1.0
        canvas.text(x, y, f"{n:,}", size=SMALL_SIZE)
        x += text_width(f"{n:,}", SMALL_SIZE) + _GAP_MM * 1.6


def colour_key_width(scale: ColourScale) -> float:
    """Return the width of a key of colours in mm."""
    return max(_BAR_MM[0], text_width(scale.label, SMALL_SIZE))


def draw_colour_key(canvas: Canvas, scale: ColourScale, x: float, top: float) -> None:
    """Draw the key of colours: its label above a bar with its ends and its middle."""
    canvas.text(x, top + line_height(SMALL_SIZE) / 2, scale.label, size=SMALL_SIZE)
    y, (width, height) = top + line_height(SMALL_SIZE) + 0.8, _BAR_MM
    canvas.image((x, y, width, height), palette_table(scale.stops)[None])
    anchors: tuple[Anchor, ...] = ("left", "center", "right")
    for share, anchor in zip((0.0, 0.5, 1.0), anchors, strict=True):
        value = scale.low + share * (scale.high - scale.low)
        words = tick_label(value) if share in (0.0, 1.0) or scale.is_centred else ""
        canvas.text(
            x + share * width, y + height + line_height(SMALL_SIZE) / 2 + 0.2, words, size=SMALL_SIZE, anchor=anchor
        )
