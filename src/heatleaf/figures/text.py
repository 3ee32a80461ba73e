"""Text before it is drawn: how wide it is, where it breaks, and how a long or hostile name is shown.

Plain arithmetic on the bundled font; everything that is drawn is measured here first. Lengths are millimetres,
sizes of type are points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import groupby
from typing import Literal

from heatleaf.figures.theme import PT_PER_MM
from heatleaf.figures.typeface import STYLES, fallback_typeface, own_typeface

NAME_MM = 40.0  # names of genes, samples and groups in a heatmap are no wider

_KEPT = 3  # letters before the first that differs

FontSource = Literal["own", "fallback", "none"]


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
    style = STYLES[bold, italic]
    em = sum(_run_width(run, source, style) for source, run in font_runs(visible_text(text), style))
    return em * size / PT_PER_MM


def font_runs(text: str, style: str) -> list[tuple[FontSource, str]]:
    """Split text into runs of one font: the bundled one, the fallback, or none that is at hand."""
    if text.isascii() and text.isprintable():
        return [("own", text)]
    runs = groupby(text, key=lambda character: _source_of(character, style))
    return [(source, "".join(run)) for source, run in runs]


@lru_cache(maxsize=50_000)
def _source_of(character: str, style: str) -> FontSource:
    """Tell which font has a character."""
    if ord(character) in own_typeface(style).glyphs:
        return "own"
    return "fallback" if ord(character) in fallback_typeface(style).glyphs else "none"


def _run_width(text: str, source: FontSource, style: str) -> float:
    """Measure characters of one font, in em."""
    if source == "none":
        return float(len(text))
    face = own_typeface(style) if source == "own" else fallback_typeface(style)
    glyphs, advances = face.glyphs, face.advances
    return float(sum(advances[glyphs[ord(character)]] for character in text)) / face.units_per_em


def shorten_name(text: str, width: float, size: float, *, bold: bool = False, italic: bool = False) -> str:
    """Shorten a name in its middle until it fits a width in mm; both ends stay, where names differ."""
    name = visible_text(text)
    measure = partial(text_width, size=size, bold=bold, italic=italic)
    return _shorten(name, width, measure, lambda n: f"{name[: (n + 1) // 2]}…{name[len(name) - n // 2 :]}")


def shorten_names(names: Sequence[str], width: float, size: float, *, italic: bool = False) -> list[str]:
    """Shorten names as `shorten_name`; those that would read alike lose what they begin with in common instead."""
    short = [shorten_name(name, width, size, italic=italic) for name in names]
    alike: dict[str, set[str]] = {}
    for name, written in zip(names, short, strict=True):
        alike.setdefault(written, set()).add(name)
    shared = {written: _n_common(full) for written, full in alike.items() if len(full) > 1}
    return [
        shorten_name(f"…{name[max(shared[written] - _KEPT, 0) :]}", width, size, italic=italic)
        if written in shared
        else written
        for name, written in zip(names, short, strict=True)
    ]


def _n_common(names: set[str]) -> int:
    """Count the letters that all names begin with: those of the first and the last in order."""
    first, last = min(names), max(names)
    return next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))


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
