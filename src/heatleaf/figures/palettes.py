"""Colour: heat palettes by name, and stable colours for groups of samples.

Groups never take the hues of the heat map (red, blue) nor, where there are several annotations, each other's;
a control group is grey. The same levels in the same order give the same colours everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.figures.theme import INK
from heatleaf.figures.vision import colour_distance, lab, rgb
from heatleaf.model import Message, warning

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
    "white-teal": ("#F1F8F6", "#B9DDD4", "#5FAE9E", "#1F7A6B", "#0B4A40"),
    "white-purple": ("#F7F4FA", "#D5C9E6", "#A58CC8", "#6F4AA0", "#3C1F6B"),
    "white-brown": ("#FBF5EF", "#E6CDB5", "#C4935F", "#8C5A2B", "#4F2E12"),
    "grey": ("#F2F2F2", "#BDBDBD", "#737373", "#252525"),
}  # fmt: skip
RED_GREEN = "red-black-green"
RED_GREEN_NEIGHBOUR = "magenta-black-green"
PALETTE_WORDS: dict[str, str] = {
    "red-white-blue": "high red, low blue, near-white middle; safe for colour-blind readers (the default)",
    "red-black-green": "high red, low green, as on early microarrays; 1 man in 12 cannot tell them apart",
    "magenta-black-green": "looks like red-black-green and is safe for colour-blind readers",
    "orange-white-purple": "high orange, low purple, near-white middle; the safest for every colour vision",
    "yellow-black-blue": "high yellow, low blue, dark middle; safe, for screens and slides",
    "white-blue": "one way, for values without a middle",
    "white-teal": "one way, teal",
    "white-purple": "one way, purple",
    "white-brown": "one way, brown",
    "grey": "one way, light to dark",
}
MISSING_COLOUR = "#C9C9C9"
_MISSING_AMONG_GREYS = "#F0DDAE"
CONTROL_COLOUR = "#666C73"

# One strong colour per group for the factor that splits the columns; hues away from red and blue. Found by adding
# the colour whose least CIELAB distance to those before is largest, over full, deuteranope and protanope vision.
_GROUP_COLOURS = ("#DD9A2B", "#22A08A", "#8260A8", "#58631A", "#A86F4B", "#8F1D73", "#C07AD6", "#2F5A3C")
N_GROUP_COLOURS = len(_GROUP_COLOURS)
# Further annotations: pale hues found likewise, their lightness apart so that those of few levels differ for every
# eye (then paler, then darker ones).
_HUES: dict[str, tuple[str, str, str]] = {
    "tan": ("#D9B778", "#EDD9B4", "#AE9260"),
    "lavender": ("#C3B0EC", "#E0D5F6", "#9C8DBD"),
    "mint": ("#9FE3BF", "#CDF1DE", "#7FB699"),
    "olive": ("#8F9D50", "#C3CBA0", "#727E40"),
    "aqua": ("#4FA9B0", "#A0D2D5", "#3F878D"),
    "lemon": ("#E4E58A", "#F2F2C4", "#B6B76E"),
    "mauve": ("#B0869A", "#D6C0CB", "#8D6B7B"),
    "brown": ("#B97C50", "#DBBCA4", "#946340"),
    "sage": ("#B5C3A3", "#D9E0D0", "#919C82"),
    "violet": ("#9683CC", "#C8BDE4", "#7869A3"),
}
# Times, doses and numbers: light to dark in one hue, and the hues above that this rules out for other annotations.
_RAMPS: tuple[tuple[tuple[str, str], frozenset[str]], ...] = (
    (("#B9E0D6", "#0E6B5A"), frozenset({"mint", "aqua"})),
    (("#DCCBEA", "#5B3A86"), frozenset({"lavender", "violet"})),
    (("#E6DDB0", "#75691A"), frozenset({"olive", "lemon"})),
    (("#EBCBB0", "#7A4A21"), frozenset({"brown", "tan"})),
)
ANNOTATION_CONTROL_COLOUR = "#AEB4BA"  # lighter than the main factor's control
_NUMBERED = re.compile(
    r"^(?P<before>|(time|day|week|month|year|hour|hr|min|stage|age|dose|passage|conc|dpi|hpi|d|t|e|w)[ _.-]?)"
    r"(?P<number>\d+(\.\d+)?)"
    r"(?P<after>|[ _-]?(s|secs?|min|mins|minutes?|h|hrs?|hours?|d|dpi|hpi|dpf|hpf|days?|w|wks?|weeks?|mo|months?|y|"
    r"yrs?|years?|[pnuµm]m|[nuµm]?g|[nuµm]g/ml|%|x|gy))$",
    re.IGNORECASE,
)
_CONTROL_NAME = re.compile(
    r"^(ctrl|ctl|control|controls|non?[ _-]?(infected|treated|stimulated|induced|exposed|treatment|infection)|"
    r"un-?(treated|induced|infected|stimulated|exposed|transfected)|placebo|pbs|saline|wt|"
    r"wild[ _-]?type|vehicle|dmso|mock|normal|healthy|naive|"
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


def missing_colour(stops: Sequence[str]) -> str:
    """Choose a colour for missing values that no value of a palette has: grey, or sand where the palette is grey."""
    nearest = colour_distance(palette_table(stops, 33), rgb(MISSING_COLOUR)).min()
    return MISSING_COLOUR if nearest > 8 else _MISSING_AMONG_GREYS


def ink_on(colour: str) -> str:
    """Choose white or dark ink for words on a colour, by the contrast of WCAG 2.1 (at least 3 for white)."""
    luminance = float(((lab(rgb(colour))[0] + 16) / 116) ** 3)
    return "#FFFFFF" if 1.05 / (luminance + 0.05) >= 3.0 else INK


def is_diverging(name: str) -> bool:
    """Tell whether a palette runs both ways from a middle."""
    return name.count("-") == 2


def palette_messages(names: Iterable[str]) -> tuple[Message, ...]:
    """Warn of palettes that many readers cannot tell apart."""
    if RED_GREEN not in names:
        return ()
    what = f"about 1 man in 12 cannot tell the red of {RED_GREEN} from its green"
    fix = f"use {RED_GREEN_NEIGHBOUR}, which looks alike and is safe, or red-white-blue"
    return (warning("palette", what, fix=fix),)


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


def natural_key(level: str) -> tuple[tuple[int, float, str], ...]:
    """Return the key of natural order: numbers within a name compare as numbers, "day4" before "day10"."""
    parts = re.findall(r"\d+\.?\d*|\D+", level.strip().casefold())
    return tuple((0, float(part), "") if part[0].isdecimal() and part.isascii() else (1, 0.0, part) for part in parts)


def is_ordered(levels: Sequence[str]) -> bool:
    """Tell whether levels are times, doses or numbers of one spelling ("day0", "day4"; "8h", "24h"; "1", "2").

    A level named like a control may stand beside them. Names that are merely numbered (batch1, rep2) have no order.
    """
    matches = [match for level in levels if (match := _NUMBERED.match(level.strip()))]
    others = [level for level in levels if not _NUMBERED.match(level.strip())]
    spellings = {(match["before"].casefold(), match["after"].casefold()) for match in matches}
    return len(matches) >= 2 and len(spellings) == 1 and all(is_control_like(level) for level in others)


def annotation_colours(annotations: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """Give each level of each further annotation its colour, levels in natural order, a control first.

    Ordered levels run from light to dark in one hue per annotation. Others take hues of one lightness that no other
    annotation has; the first control-like level is grey. Beyond thirty levels hues come round again.
    """
    ordered = [name for name, levels in annotations.items() if is_ordered(levels)]
    ramps = {name: _RAMPS[number % len(_RAMPS)] for number, name in enumerate(ordered)}
    barred = frozenset[str]().union(*(hues for _, hues in ramps.values()))
    free = [name for name in _HUES if name not in barred] or list(_HUES)
    hues = cycle([_HUES[name][shade] for shade in range(3) for name in free])
    result: dict[str, dict[str, str]] = {}
    for name, levels in annotations.items():
        arranged = sorted(dict.fromkeys(levels), key=natural_key)
        unordered = [level for level in arranged if name not in ramps or not _NUMBERED.match(level.strip())]
        grey = [level for level in unordered if is_control_like(level)][:1]
        others = [level for level in arranged if level not in grey]
        shades = iter(_ramp(ramps[name][0], len(others))) if name in ramps else hues
        result[name] = dict.fromkeys(grey, ANNOTATION_CONTROL_COLOUR) | {level: next(shades) for level in others}
    return result


def _ramp(ends: tuple[str, str], n_levels: int) -> list[str]:
    """Return colours from the light to the dark end."""
    return ["#{:02X}{:02X}{:02X}".format(*colour) for colour in palette_table(ends, max(n_levels, 2))[:n_levels]]
