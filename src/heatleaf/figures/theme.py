"""Type and colours shared by all figures.

Sizes are in points and millimetres. The bundled Liberation Sans has the metrics of Arial, so text that stays text
in an SVG takes the same room on any machine.
"""

from __future__ import annotations

from pathlib import Path

FONT_FOLDER = Path(__file__).parent / "fonts"
TITLE_SIZE = 8.0  # pt
TEXT_SIZE = 7.0
SMALL_SIZE = 6.0  # the smallest type that journals print
INK = "#222222"
SOFT_INK = "#5F6368"
RULE = "#9AA0A6"
UP_COLOUR = "#B2182B"  # the ends of the red-white-blue palette
DOWN_COLOUR = "#2166AC"
NEUTRAL_COLOUR = "#BFC4C9"
SINGLE_COLUMN_MM = 89.0
DOUBLE_COLUMN_MM = 183.0
MM_PER_INCH = 25.4
PT_PER_MM = 72 / MM_PER_INCH
