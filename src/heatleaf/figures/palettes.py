"""Colour: heat palettes by name, and stable colours for groups of samples.

Groups never take the hues of the heat map (red, blue) nor, where there are several annotations, each other's;
a control group is grey. The same levels in the same order give the same colours everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError

# Low to high, evenly spaced. The neutral middle is off-white so that a white page still frames it.
HEAT_PALETTES: dict[str, tuple[str, ...]] = {
    # ends and steps of ColorBrewer RdBu, whose lightness falls evenly to both sides
    "red-white-blue": (
        "#2166AC", "#4393C3", "#92C5DE", "#D1E5F0", "#F7F7F7", "#FDDBC7", "#F4A582", "#D6604D", "#B2182B",
    ),
    "red-black-green": ("#18C44A", "#0C7A2E", "#000000", "#8C1616", "#E8322C"),
    "magenta-black-green": ("#18C44A", "#0C7A2E", "#000000", "#84207A", "#E04CCB"),
    # ColorBrewer PuOr: measured as safe for every common colour vision
    "orange-white-purple": (
        "#542788", "#8073AC", "#B2ABD2", "#D8DAEB", "#F7F7F7", "#FEE0B6", "#FDB863", "#E08214", "#B35806",
    ),
    "yellow-black-blue": ("#3BA7F0", "#1A5380", "#000000", "#80701A", "#F0D83B"),
    "white-blue": ("#F7FBFF", "#C6DBEF", "#6BAED6", "#2171B5", "#08306B"),
    "grey": ("#F2F2F2", "#BDBDBD", "#737373", "#252525"),
}  # fmt: skip
RED_GREEN = "red-black-green"
MISSING_COLOUR = "#C9C9C9"
CONTROL_COLOUR = "#8E959C"

# One strong colour per group for the factor that splits the columns; hues away from red and blue.
_GROUP_COLOURS = ("#D9962B", "#2B9A86", "#8260A8", "#7C8F2D", "#9A6A45", "#C4589F", "#4D7F66", "#5E4B8B")
# Further annotations: light to dark tints of one hue each.
_TINT_HUES = (("#B9E0D6", "#0E6B5A"), ("#DCCBEA", "#5B3A86"), ("#E6DDB0", "#75691A"), ("#EBCBB0", "#7A4A21"))
_CONTROL_NAME = re.compile(
    r"^(ctrl|ctl|control|controls|untreated|un-?induced|wt|wild[ _-]?type|vehicle|dmso|mock|normal|healthy|naive|"
    r"baseline|sham|scrambled?|nt|none|(day|d|t)[ _-]?0+|0+ ?(h|hr|hours?|d|days?|min)?)$",
    re.IGNORECASE,
)


def heat_palette(name: str) -> tuple[str, ...]:
    """Return the stops of a heat palette, low to high.

    Raises
    ------
    UserError
        option, when there is no palette of this name.
    """
    if name not in HEAT_PALETTES:
        raise UserError(
            "option", f"'{name}' is not a palette", where="--palette", fix=f"choose one of: {', '.join(HEAT_PALETTES)}"
        )
    return HEAT_PALETTES[name]


def palette_table(stops: Sequence[str], n_colours: int = 256) -> NDArray[np.uint8]:
    """Interpolate stops to a table of shape (n_colours, 3), sRGB 0-255, low to high."""
    rgb = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops], dtype=float)
    position = np.linspace(0, len(stops) - 1, n_colours)
    channels = [np.interp(position, np.arange(len(stops)), rgb[:, channel]) for channel in range(3)]
    return np.round(np.stack(channels, axis=1)).astype(np.uint8)


def is_control_like(level: str) -> bool:
    """Tell whether a level is named like a control (ctrl, untreated, WT, DMSO, day 0 ...)."""
    return bool(_CONTROL_NAME.match(level.strip()))


def group_colours(levels: Sequence[str]) -> dict[str, str]:
    """Give each level of the main factor its colour: grey for a control, then distinct hues in order."""
    colours: dict[str, str] = {}
    hues = 0
    for level in levels:
        if is_control_like(level) and CONTROL_COLOUR not in colours.values():
            colours[level] = CONTROL_COLOUR
        else:
            colours[level] = _GROUP_COLOURS[hues % len(_GROUP_COLOURS)]
            hues += 1
    return colours


def annotation_colours(annotations: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """Give each level of each further annotation a tint, one hue per annotation."""
    result: dict[str, dict[str, str]] = {}
    for number, (name, levels) in enumerate(annotations.items()):
        table = palette_table(_TINT_HUES[number % len(_TINT_HUES)], max(len(levels), 2))
        result[name] = {level: "#{:02X}{:02X}{:02X}".format(*table[i]) for i, level in enumerate(levels)}
    return result
