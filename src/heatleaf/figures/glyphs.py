"""Lines of text as pixels: letters drawn large by Pillow's FreeType, placed as measured, and brought to size.

Each letter stands where `text` measures it, so a PNG breaks and aligns as the PDF does; no kerning, no ligatures.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import TextMark
from heatleaf.figures.text import FontSource, font_runs
from heatleaf.figures.theme import PT_PER_MM
from heatleaf.figures.typeface import STYLES, fallback_typeface, own_typeface

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

Coverage = NDArray[np.float32]
_FINE = 4  # letters are drawn so many times larger, and start at so many places within a pixel


def cover_text(mark: TextMark, start: tuple[float, float], per_mm: float) -> tuple[int, int, Coverage] | None:
    """Return top, left and the share of each pixel that a line of text covers; None for spaces alone.

    start : where its baseline begins, in pixels; it is moved to a whole pixel across the reading direction.
    """
    x, y = start
    along, across = (-y, x) if mark.is_upright else (x, y)
    size = mark.size / PT_PER_MM * per_mm
    placed = _place(mark.text, STYLES[mark.is_bold, mark.is_italic], size, along)
    if not placed:
        return None
    left, right = min(at for at, _, _ in placed), max(at + letter.shape[1] for at, _, letter in placed)
    top, bottom = min(up for _, up, _ in placed), max(up + letter.shape[0] for _, up, letter in placed)
    line = np.zeros((bottom - top, right - left), dtype=np.float32)
    for at, up, letter in placed:
        part = line[up - top : up - top + letter.shape[0], at - left : at - left + letter.shape[1]]
        np.maximum(part, letter, out=part)
    if mark.is_upright:
        return -right, round(across) + top, np.ascontiguousarray(line.T[::-1])
    return round(across) + top, left, line


def _place(text: str, style: str, size: float, start: float) -> list[tuple[int, int, Coverage]]:
    """Return the first column, the first row from the baseline, and the pixels of each letter that is no space."""
    placed, pen = [], start
    for source, run in font_runs(text, style):
        for character in run:
            whole, part = divmod(int(np.floor(pen * _FINE)), _FINE)
            left, top, letter = _letter(source, style, size, character, part)
            if letter.size:
                placed.append((whole + left, top, letter))
            pen += _advance(source, style, character) * size
    return placed


def _advance(source: FontSource, style: str, character: str) -> float:
    """Return how far a letter moves on, in em."""
    if source == "none":
        return 1.0
    face = own_typeface(style) if source == "own" else fallback_typeface(style)
    return float(face.advances[face.glyphs[ord(character)]]) / face.units_per_em


@lru_cache(maxsize=20_000)
def _letter(source: FontSource, style: str, size: float, character: str, part: int) -> tuple[int, int, Coverage]:
    """Return the first column and row from the start of the baseline, and the pixels of a letter.

    part : of a pixel, in fine steps, by which its start lies right of a whole one.
    """
    from PIL import Image, ImageDraw

    font = _font(source, style, size * _FINE)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(character, anchor="ls"))
    # one fine pixel around, and up to whole pixels on each side
    first, upper = (left - 1 + part) // _FINE, (top - 1) // _FINE
    n_columns, n_rows = -(-(right + 1 + part) // _FINE) - first, -(-(bottom + 1) // _FINE) - upper
    if right <= left or bottom <= top:
        return 0, 0, np.zeros((0, 0), dtype=np.float32)
    large = Image.new("L", (n_columns * _FINE, n_rows * _FINE))
    ImageDraw.Draw(large).text((part - first * _FINE, -upper * _FINE), character, fill=255, font=font, anchor="ls")
    fine = np.asarray(large, dtype=np.float32).reshape(n_rows, _FINE, n_columns, _FINE)
    return first, upper, fine.mean(axis=(1, 3)) / 255


@cache
def _font(source: FontSource, style: str, size: float) -> FreeTypeFont:
    from PIL import ImageFont

    face = fallback_typeface(style) if source == "fallback" else own_typeface(style)
    return ImageFont.truetype(str(face.path), size, layout_engine=ImageFont.Layout.BASIC)
