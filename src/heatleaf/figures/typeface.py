"""TrueType files as far as figures need them: which glyph a character has, how wide it is, and a font of few glyphs.

Tables as in the OpenType specification (ISO/IEC 14496-22): cmap formats 4 and 12, glyf with composite glyphs, hmtx.
Reading them here takes milliseconds, where a font library takes a tenth of a second to load.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.theme import FONT_FOLDER

STYLES = {(False, False): "Regular", (True, False): "Bold", (False, True): "Italic", (True, True): "BoldItalic"}
_FALLBACK_STYLES = {"Regular": "", "Bold": "-Bold", "Italic": "-Oblique", "BoldItalic": "-BoldOblique"}
_KEPT_TABLES = ("cvt ", "fpgm", "prep")  # hints; without them the glyphs' own instructions would fail
_ARGS_ARE_WORDS, _HAS_SCALE, _MORE, _HAS_XY_SCALE, _HAS_MATRIX = 0x1, 0x8, 0x20, 0x40, 0x80


@dataclass(frozen=True, eq=False)
class Typeface:
    """An open TrueType file.

    path : its file. advances : int64 array of shape (n_glyphs,), in font units.
    glyphs : character code -> glyph. box : left, bottom, right, top of all glyphs in font units.
    """

    path: Path
    data: bytes
    tables: Mapping[str, tuple[int, int]]
    units_per_em: int
    advances: NDArray[np.int64]
    glyphs: Mapping[int, int]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int

    @property
    def name(self) -> str:
        """Its PostScript-like name."""
        return self.path.stem

    def table(self, tag: str) -> bytes:
        """Return the bytes of a table."""
        start, length = self.tables[tag]
        return self.data[start : start + length]

    @cached_property
    def _offsets(self) -> NDArray[np.int64]:
        is_long = struct.unpack_from(">h", self.table("head"), 50)[0]
        loca = np.frombuffer(self.table("loca"), dtype=">u4" if is_long else ">u2").astype(np.int64)
        return loca if is_long else 2 * loca

    def outline(self, glyph: int) -> bytes:
        """Return the description of a glyph, empty for a space."""
        start = self.tables["glyf"][0]
        return self.data[start + self._offsets[glyph] : start + self._offsets[glyph + 1]]

    def subset(self, wanted: Iterable[int]) -> bytes:
        """Make a font of the same glyph numbers that holds only the outlines wanted, for embedding in a PDF."""
        kept = self._with_components(wanted)
        n_glyphs = max(kept) + 1
        outlines = [self.outline(glyph) if glyph in kept else b"" for glyph in range(n_glyphs)]
        outlines = [outline + b"\0" * (-len(outline) % 4) for outline in outlines]
        loca = np.cumsum([0, *(len(outline) for outline in outlines)]).astype(">u4").tobytes()
        head, hhea, maxp = (bytearray(self.table(tag)) for tag in ("head", "hhea", "maxp"))
        struct.pack_into(">I", head, 8, 0)
        struct.pack_into(">h", head, 50, 1)
        struct.pack_into(">H", hhea, 34, n_glyphs)
        struct.pack_into(">H", maxp, 4, n_glyphs)
        metrics = np.zeros((n_glyphs, 2), dtype=">u2")
        metrics[sorted(kept), 0] = self.advances[sorted(kept)]
        metrics[sorted(kept), 1] = self._bearings()[sorted(kept)]
        tables = {tag: self.table(tag) for tag in _KEPT_TABLES if tag in self.tables}
        tables |= {"head": bytes(head), "hhea": bytes(hhea), "maxp": bytes(maxp), "hmtx": metrics.tobytes()}
        return _assemble(tables | {"loca": loca, "glyf": b"".join(outlines)})

    def _with_components(self, wanted: Iterable[int]) -> set[int]:
        kept, open_glyphs = {0}, [0, *wanted]
        while open_glyphs:
            glyph = open_glyphs.pop()
            kept.add(glyph)
            open_glyphs += [part for part in _components(self.outline(glyph)) if part not in kept]
        return kept

    def _bearings(self) -> NDArray[np.int64]:
        """Return the left side bearing of each glyph."""
        n_long = struct.unpack_from(">H", self.table("hhea"), 34)[0]
        hmtx = self.table("hmtx")
        long = np.frombuffer(hmtx[: 4 * n_long], dtype=">u2").reshape(-1, 2)[:, 1]
        short = np.frombuffer(hmtx[4 * n_long :], dtype=">u2")
        return np.concatenate([long, short]).astype(np.int64)


@cache
def own_typeface(style: str) -> Typeface:
    """Open the bundled font; style : Regular, Bold, Italic or BoldItalic."""
    return open_typeface(FONT_FOLDER / f"LiberationSans-{style}.ttf")


@cache
def fallback_typeface(style: str) -> Typeface:
    """Open the font for characters that the first one lacks."""
    return open_typeface(FONT_FOLDER / f"DejaVuSans{_FALLBACK_STYLES[style]}.ttf")


def open_typeface(path: Path) -> Typeface:
    """Read a TrueType file."""
    data = path.read_bytes()
    n_tables = struct.unpack_from(">H", data, 4)[0]
    entries = [struct.unpack_from(">4sIII", data, 12 + 16 * i) for i in range(n_tables)]
    tables = {tag.decode("latin-1"): (offset, length) for tag, _, offset, length in entries}
    head, hhea, hmtx = tables["head"][0], tables["hhea"][0], tables["hmtx"][0]
    n_glyphs = struct.unpack_from(">H", data, tables["maxp"][0] + 4)[0]
    n_long = struct.unpack_from(">H", data, hhea + 34)[0]
    widths = np.frombuffer(data, dtype=">u2", count=2 * n_long, offset=hmtx)[::2].astype(np.int64)
    return Typeface(
        path=path,
        data=data,
        tables=tables,
        units_per_em=struct.unpack_from(">H", data, head + 18)[0],
        advances=np.concatenate([widths, np.full(n_glyphs - n_long, widths[-1])]),
        glyphs=_read_cmap(data, tables["cmap"][0]),
        box=struct.unpack_from(">4h", data, head + 36),
        ascent=struct.unpack_from(">h", data, hhea + 4)[0],
        descent=struct.unpack_from(">h", data, hhea + 6)[0],
    )


def _read_cmap(data: bytes, start: int) -> dict[int, int]:
    """Read the Unicode table of characters, the one for all planes where there is one."""
    n_tables = struct.unpack_from(">H", data, start + 2)[0]
    places = dict(
        ((platform, encoding), start + offset)
        for platform, encoding, offset in (struct.unpack_from(">HHI", data, start + 4 + 8 * i) for i in range(n_tables))
    )
    if (3, 10) in places:
        return _read_cmap_12(data, places[3, 10])
    return _read_cmap_4(data, places[3, 1])


def _read_cmap_12(data: bytes, start: int) -> dict[int, int]:
    n_groups = struct.unpack_from(">I", data, start + 12)[0]
    groups = np.frombuffer(data, dtype=">u4", count=3 * n_groups, offset=start + 16).reshape(-1, 3).tolist()
    return {code: glyph + code - first for first, last, glyph in groups for code in range(first, last + 1)}


def _read_cmap_4(data: bytes, start: int) -> dict[int, int]:
    n_segments = struct.unpack_from(">H", data, start + 6)[0] // 2
    at = start + 14
    ends = np.frombuffer(data, dtype=">u2", count=n_segments, offset=at).tolist()
    at += 2 * n_segments + 2
    starts = np.frombuffer(data, dtype=">u2", count=n_segments, offset=at).tolist()
    deltas = np.frombuffer(data, dtype=">u2", count=n_segments, offset=at + 2 * n_segments).tolist()
    at += 4 * n_segments
    ranges = np.frombuffer(data, dtype=">u2", count=n_segments, offset=at).tolist()
    glyphs = {}
    for i, (first, last, delta, skip) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if skip:
                glyph = struct.unpack_from(">H", data, at + 2 * i + skip + 2 * (code - first))[0]
            if glyph or not skip:
                glyphs[code] = (glyph + delta) & 0xFFFF
    return glyphs


def _components(outline: bytes) -> list[int]:
    """List the glyphs that a composite glyph is made of."""
    if len(outline) < 10 or struct.unpack_from(">h", outline, 0)[0] >= 0:
        return []
    parts, at, flags = [], 10, _MORE
    while flags & _MORE:
        flags, glyph = struct.unpack_from(">HH", outline, at)
        parts.append(glyph)
        at += 4 + (4 if flags & _ARGS_ARE_WORDS else 2)
        at += 2 if flags & _HAS_SCALE else 4 if flags & _HAS_XY_SCALE else 8 if flags & _HAS_MATRIX else 0
    return parts


def _assemble(tables: Mapping[str, bytes]) -> bytes:
    """Write a TrueType file of these tables."""
    n_tables = len(tables)
    power = n_tables.bit_length() - 1
    header = struct.pack(">IHHHH", 0x00010000, n_tables, 16 << power, power, 16 * n_tables - (16 << power))
    directory, body, at = b"", b"", 12 + 16 * n_tables
    for tag in sorted(tables):
        table = tables[tag]
        padded = table + b"\0" * (-len(table) % 4)
        check = int(np.frombuffer(padded, dtype=">u4").sum(dtype=np.uint64)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", tag.encode("latin-1"), check, at, len(table))
        body += padded
        at += len(padded)
    return header + directory + body
