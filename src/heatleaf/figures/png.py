"""PNG files (ISO/IEC 15948): pixels with a resolution and words, the same bytes each time."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.theme import MM_PER_INCH

MAX_COLOURS = 256  # of a table of colours
_LEVEL = 4  # of 9; more takes longer than it saves


def write_png(pixels: NDArray[np.uint8], *, dpi: float = 0.0, words: Mapping[str, str] | None = None) -> bytes:
    """Return a PNG of pixels of shape (n_rows, n_columns, 3), by a table of colours where 256 are enough."""
    height, width = pixels.shape[:2]
    shown, which = distinct_colours(pixels)
    has_table = len(shown) <= MAX_COLOURS
    kind = 3 if has_table else 2
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    chunks = [_chunk(b"IHDR", header)]
    if has_table:
        chunks.append(_chunk(b"PLTE", shown.tobytes()))
        lines = which.astype(np.uint8).reshape(height, width)
    else:
        lines = pixels.reshape(height, 3 * width)
    if dpi:
        per_metre = round(dpi / MM_PER_INCH * 1000)
        chunks.append(_chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)))
    for key, text in (words or {}).items():
        chunks.append(_chunk(b"iTXt", key.encode("latin-1") + b"\0\0\0\0\0" + text.encode()))
    unfiltered = np.zeros((height, lines.shape[1] + 1), dtype=np.uint8)
    unfiltered[:, 1:] = lines
    chunks.append(_chunk(b"IDAT", zlib.compress(unfiltered.tobytes(), _LEVEL)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + _chunk(b"IEND", b"")


def distinct_colours(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Return the colours of pixels in order, shape (n_colours, 3), and which of them each has, shape (n_pixels,)."""
    flat = pixels.reshape(-1, 3)
    codes = flat[:, 0].astype(np.int32) << 16 | flat[:, 1].astype(np.int32) << 8 | flat[:, 2]
    # Most pixels are as the one before: the first of each run is sorted in place of all.
    starts = np.concatenate([[0], np.flatnonzero(codes[1:] != codes[:-1]) + 1])
    shown = np.unique(codes[starts])
    which = np.searchsorted(shown, codes[starts])
    colours = np.stack([shown >> 16, shown >> 8 & 255, shown & 255], axis=1).astype(np.uint8)
    return colours, np.repeat(which, np.diff(np.append(starts, len(codes))))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
