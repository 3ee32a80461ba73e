"""Text before it is drawn: how wide it is, where it breaks, and how a long or hostile name is shown.

Plain arithmetic on the bundled font; everything that is drawn is measured here first. Lengths are millimetres,
sizes of type are points.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from heatleaf.figures.theme import FONT_FOLDER, PT_PER_MM

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

NAME_MM = 40.0  # names of genes, samples and groups in a heatmap are no wider
_MEASURE_SIZE = 100.0  # pt; large, so that rounding to 1/64 pixel does not matter
_STYLES = {(False, False): "Regular", (True, False): "Bold", (False, True): "Italic", (True, True): "BoldItalic"}
_FALLBACK_STYLES = {"Regular": "", "Bold": "-Bold", "Italic": "-Oblique", "BoldItalic": "-BoldOblique"}

_Source = Literal["own", "fallback", "none"]


def visible_text(text: object) -> str:
    """Show marks that would change how a name reads (control and bidirectional characters) as escapes."""
    written = str(text)
    if written.isprintable():
        return written
    return "".join(c if c.isprintable() or c in " \u00a0" else f"\\u{ord(c):04X}" for c in written)


def line_height(size: float) -> float:
    """Height of a line of text in millimetres at a size in points."""
    return 1.2 * size / PT_PER_MM


@lru_cache(maxsize=50_000)
def text_width(text: str, size: float, *, bold: bool = False, italic: bool = False) -> float:
    """Measure a line of text as it is drawn: its width in millimetres at a size in points.

    Characters that the bundled font lacks are measured in the fallback font, and those that neither has as one em,
    which is the width of a Chinese character.
    """
    shown = visible_text(text)
    style = _STYLES[bold, italic]
    if _has_all(shown, style):
        width = _run_width(shown, "own", style)
    else:
        runs = groupby(shown, key=lambda character: _source_of(character, style))
        width = sum(_run_width("".join(run), source, style) for source, run in runs)
    return width * size / _MEASURE_SIZE / PT_PER_MM


def _has_all(text: str, style: str) -> bool:
    return text.isascii() or all(_source_of(character, style) == "own" for character in text)


@lru_cache(maxsize=50_000)
def _source_of(character: str, style: str) -> _Source:
    """Tell which font has a character."""
    if _font(style).get_char_index(ord(character)):
        return "own"
    return "fallback" if _fallback_font(style).get_char_index(ord(character)) else "none"


def _run_width(text: str, source: _Source, style: str) -> float:
    """Measure characters of one font at the measuring size, in points."""
    from matplotlib.ft2font import LoadFlags

    if source == "none":
        return _MEASURE_SIZE * len(text)
    font = _font(style) if source == "own" else _fallback_font(style)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64


@cache
def _font(style: str) -> FT2Font:
    return _open_font(FONT_FOLDER / f"LiberationSans-{style}.ttf")


@cache
def _fallback_font(style: str) -> FT2Font:
    from matplotlib import get_data_path

    return _open_font(Path(get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{_FALLBACK_STYLES[style]}.ttf")


def _open_font(path: Path) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(path))
    font.set_size(_MEASURE_SIZE, 72.0)
    return font


if hasattr(os, "register_at_fork"):  # a forked child must not share the open font files, and their position, with us
    os.register_at_fork(after_in_child=_font.cache_clear)
    os.register_at_fork(after_in_child=_fallback_font.cache_clear)


def shorten_name(text: str, width: float, size: float, *, bold: bool = False, italic: bool = False) -> str:
    """Shorten a name in its middle until it fits a width in mm; both ends stay, where names differ."""
    name = visible_text(text)
    measure = partial(text_width, size=size, bold=bold, italic=italic)
    return _shorten(name, width, measure, lambda n: f"{name[: (n + 1) // 2]}…{name[len(name) - n // 2 :]}")


def shorten_sentence(text: str, width: float, size: float, *, bold: bool = False, italic: bool = False) -> str:
    """Cut a sentence at its end so that it fits a width in mm with an ellipsis."""
    sentence = visible_text(text)
    measure = partial(text_width, size=size, bold=bold, italic=italic)
    return _shorten(sentence, width, measure, lambda n: f"{sentence[:n].rstrip()}…")


def _shorten(text: str, width: float, measure: Callable[[str], float], keep: Callable[[int], str]) -> str:
    """Keep as many characters as fit, by doubling and bisection; `keep(n)` is the text with n of its characters."""
    if measure(text) <= width:
        return text
    fits, too_long = 0, min(16, len(text))
    while too_long < len(text) and measure(keep(too_long)) <= width:
        fits, too_long = too_long, min(2 * too_long, len(text))
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if measure(keep(middle)) <= width:
            fits = middle
        else:
            too_long = middle
    return keep(fits) if fits else "…"


def wrap(
    text: str,
    width: float,
    size: float,
    *,
    bold: bool = False,
    max_lines: int | None = None,
    cut: Callable[..., str] = shorten_name,
) -> tuple[str, ...]:
    """Break text at spaces into lines that fit a width in mm; a longer word is shortened in its middle.

    What does not fit into `max_lines` is shortened to the last of them by `cut`.
    """
    lines: list[str] = []
    for word in visible_text(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(shorten_name(word, width, size, bold=bold))
    if max_lines is not None and len(lines) > max_lines:
        last = cut(" ".join(lines[max_lines - 1 :]), width, size, bold=bold)
        lines = [*lines[: max_lines - 1], last]
    return tuple(lines)
