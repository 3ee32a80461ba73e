"""Type, lines and marks shared by all figures, and the context in which they are drawn.

Sizes are in points and millimetres. The bundled Liberation Sans has the metrics of Arial, so text that stays text
in an SVG takes the same room on any machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FONT_FAMILY = "Liberation Sans"
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

_RC: dict[str, object] = {
    "font.family": [FONT_FAMILY],
    "font.size": TEXT_SIZE,
    "axes.titlesize": TITLE_SIZE,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": TEXT_SIZE,
    "xtick.labelsize": SMALL_SIZE,
    "ytick.labelsize": SMALL_SIZE,
    "legend.fontsize": SMALL_SIZE,
    "axes.linewidth": 0.5,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "mathtext.fontset": "custom",
    "mathtext.rm": FONT_FAMILY,
    "mathtext.it": f"{FONT_FAMILY}:italic",
    "mathtext.bf": f"{FONT_FAMILY}:bold",
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "heatleaf",
    "path.simplify": False,
}


@cache
def _register_fonts() -> None:
    from matplotlib import font_manager

    manager = font_manager.fontManager
    # another version of the font on this machine would otherwise be taken, with other glyphs (requirement R10)
    manager.ttflist = [font for font in manager.ttflist if font.name != FONT_FAMILY]
    for path in sorted(FONT_FOLDER.glob("*.ttf")):
        manager.addfont(path)


@contextmanager
def drawing() -> Iterator[None]:
    """Draw with the house settings, whatever the user's own matplotlib settings are."""
    import matplotlib

    _register_fonts()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_RC)  # type: ignore[arg-type]
        yield


@cache
def _font(*, bold: bool, italic: bool) -> object:
    from matplotlib.ft2font import FT2Font

    style = {(False, False): "Regular", (True, False): "Bold", (False, True): "Italic", (True, True): "BoldItalic"}
    font = FT2Font(str(FONT_FOLDER / f"LiberationSans-{style[bold, italic]}.ttf"))
    font.set_size(100.0, 72.0)
    return font


if hasattr(os, "register_at_fork"):  # a forked child must not share the open font files, and their position, with us
    os.register_at_fork(after_in_child=_font.cache_clear)


@cache
def text_width(text: str, size: float, *, bold: bool = False, italic: bool = False) -> float:
    """Measure a line of text: its width in millimetres at a size in points."""
    from matplotlib.ft2font import LoadFlags

    font = _font(bold=bold, italic=italic)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)  # type: ignore[attr-defined]
    width, _ = font.get_width_height()  # type: ignore[attr-defined]
    return float(width) / 64 * size / 100 / PT_PER_MM


def mm(*lengths: float) -> tuple[float, ...]:
    """Convert millimetres to the inches that matplotlib wants."""
    return tuple(length / MM_PER_INCH for length in lengths)


def light_grid(axes: Axes) -> None:
    """Draw hair lines behind the data."""
    axes.grid(visible=True, color="#ECEEF0", linewidth=0.4)
    axes.set_axisbelow(True)
