"""Type, lines and marks shared by all figures, and the context in which they are drawn.

Sizes are in points and millimetres. The bundled Liberation Sans has the metrics of Arial, so text that stays text
in an SVG takes the same room on any machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

FONT_FAMILY = "Liberation Sans"
FALLBACK_FAMILY = "DejaVu Sans"  # comes with matplotlib; for characters that the bundled font lacks
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
    "font.family": [FONT_FAMILY, FALLBACK_FAMILY],
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
    from matplotlib import font_manager, get_data_path

    manager = font_manager.fontManager
    # another version of a font on this machine would otherwise be taken, with other glyphs (requirement R10)
    manager.ttflist = [font for font in manager.ttflist if font.name not in (FONT_FAMILY, FALLBACK_FAMILY)]
    fallback = Path(get_data_path()) / "fonts" / "ttf"
    for path in (*sorted(FONT_FOLDER.glob("*.ttf")), *sorted(fallback.glob("DejaVuSans*.ttf"))):
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


def mm(*lengths: float) -> tuple[float, ...]:
    """Convert millimetres to the inches that matplotlib wants."""
    return tuple(length / MM_PER_INCH for length in lengths)
