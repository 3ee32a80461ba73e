"""A canvas as a PDF of one page: text stays text in embedded fonts, one string per label, the same bytes each time.

PDF 1.7 (ISO 32000-1): pages 7.7, content 8, images 8.9.5, transparency 11.6.4.4, composite fonts 9.7.4 with glyph
numbers as codes.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from heatleaf.figures.canvas import (
    DASH_MM,
    BoxMark,
    Canvas,
    CellsMark,
    CloudMark,
    DotMark,
    ImageMark,
    LineMark,
    Mark,
    ShapeMark,
    TextMark,
)
from heatleaf.figures.png import MAX_COLOURS, distinct_colours
from heatleaf.figures.raster import cloud_image
from heatleaf.figures.shapes import outline_of
from heatleaf.figures.text import FontSource, font_runs
from heatleaf.figures.theme import PT_PER_MM
from heatleaf.figures.typeface import STYLES, Typeface, fallback_typeface, own_typeface

_SUBSET_TAG = "HLEAFA"  # six capitals mark an embedded subset (9.6.4)
_CURVE = 0.5523  # control points of a quarter circle
FontKey = tuple[FontSource, str]
FloatArray = NDArray[np.float64]


def write_pdf(canvas: Canvas, information: Mapping[str, str]) -> bytes:
    """Return the PDF of a canvas; information : Title, Keywords ... of the document."""
    return _Writer(canvas).finish(information)


class _Writer:
    """Collects the operators of a page, the glyphs and the images that they use."""

    def __init__(self, canvas: Canvas) -> None:
        self.factor = PT_PER_MM * canvas.scale
        self.size = (canvas.width * self.factor, canvas.height * self.factor)
        self.operators: list[str] = []
        self.glyphs: dict[FontKey, dict[int, str]] = {}
        self.images: list[ImageMark] = []
        self.opacities: list[float] = []
        for mark in canvas.marks:
            self.draw(mark, canvas.scale)

    def draw(self, mark: Mark, scale: float) -> None:
        """Append the operators of a mark."""
        if isinstance(mark, TextMark):
            self.text(mark, scale)
        elif isinstance(mark, BoxMark):
            self.paint([f"{self.box(mark.box)} re"], mark.colour, mark.opacity)
        elif isinstance(mark, CellsMark):
            boxes = mark.boxes * self.factor
            boxes[:, 1] = self.size[1] - boxes[:, 1] - boxes[:, 3]
            drawn = " ".join(f"{x:.6g} {y:.6g} {w:.6g} {h:.6g} re" for x, y, w, h in np.round(boxes, 2).tolist())
            self.operators.append(f"{_rgb(mark.colour)} rg {drawn} f")
        elif isinstance(mark, LineMark):
            self.lines(mark, scale)
        elif isinstance(mark, DotMark | ShapeMark):
            self.figures(mark, scale)
        else:
            self.image(cloud_image(mark) if isinstance(mark, CloudMark) else mark)

    def image(self, mark: ImageMark) -> None:
        """Stretch an image over its box."""
        x, y, width, height = self.box(mark.box).split()
        self.operators.append(f"q {width} 0 0 {height} {x} {y} cm /I{len(self.images)} Do Q")
        self.images.append(mark)

    def figures(self, mark: DotMark | ShapeMark, scale: float) -> None:
        """Fill circles or shapes, then stroke their edges."""
        if isinstance(mark, DotMark):
            paths = [self.circle(x, y, mark.radius) for x, y in mark.centres.tolist()]
        else:
            outline = outline_of(mark.shape) * mark.radius
            paths = [self.polygon(outline + centre) for centre in mark.centres]
        edge = (mark.edge_colour, mark.edge_width * scale) if mark.edge_colour else None
        self.paint(paths, mark.colour, mark.opacity, edge=edge)

    def paint(self, paths: list[str], colour: str, opacity: float, *, edge: tuple[str, float] | None = None) -> None:
        """Fill paths and stroke their edges; where they cover or let others through, one after the other."""
        state, is_filled = "", bool(colour)
        if is_filled and opacity < 1.0:
            if opacity not in self.opacities:
                self.opacities.append(opacity)
            state = f"/G{self.opacities.index(opacity)} gs "
        state += f"{_rgb(colour)} rg " if is_filled else ""
        state += f"{_rgb(edge[0])} RG {edge[1]:.2f} w [] 0 d " if edge else ""
        paint = ("b" if is_filled else "s") if edge else "f"
        between = f" {paint} " if state.startswith("/G") or edge else " "
        drawn = f"{state}{between.join(paths)} {paint}"
        self.operators.append(f"q {drawn} Q" if state.startswith("/G") else drawn)

    def polygon(self, corners: FloatArray) -> str:
        """A closed path of straight lines."""
        places = [self.point(x, y) for x, y in corners.tolist()]
        return f"{places[0]} m " + " ".join(f"{place} l" for place in places[1:]) + " h"

    def point(self, x: float, y: float) -> str:
        """Place in points from the lower left."""
        return f"{x * self.factor:.2f} {self.size[1] - y * self.factor:.2f}"

    def box(self, box: tuple[float, float, float, float]) -> str:
        """Lower left corner, width and height in points."""
        x, y, width, height = box
        return f"{self.point(x, y + height)} {width * self.factor:.2f} {height * self.factor:.2f}"

    def circle(self, x: float, y: float, radius: float) -> str:
        """A closed path of four curves."""
        bend = _CURVE * radius
        corners = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 0))
        path = f"{self.point(x + radius, y)} m"
        for (a, b), (c, d) in pairwise(corners):
            first = self.point(x + a * radius + c * bend, y + b * radius + d * bend)
            second = self.point(x + c * radius + a * bend, y + d * radius + b * bend)
            path += f" {first} {second} {self.point(x + c * radius, y + d * radius)} c"
        return path

    def lines(self, mark: LineMark, scale: float) -> None:
        """Stroke all segments as one path."""
        paths = []
        for segment in mark.segments:
            places = [self.point(x, y) for x, y in segment.tolist()]
            paths.append(f"{places[0]} m " + " ".join(f"{place} l" for place in places[1:]))
        dash = f"[{DASH_MM * self.factor:.2f} {DASH_MM * self.factor:.2f}] 0 d" if mark.is_dashed else "[] 0 d"
        self.operators.append(f"{_rgb(mark.colour)} RG {mark.width * scale:.2f} w {dash} {' '.join(paths)} S")

    def text(self, mark: TextMark, scale: float) -> None:
        """Show a line, changing the font where a character needs another."""
        x, y = self.point(*mark.start).split()
        style = STYLES[mark.is_bold, mark.is_italic]
        turn = "0 1 -1 0" if mark.is_upright else "1 0 0 1"
        shown = []
        for source, run in font_runs(mark.text, style):
            number, codes = self.encode(source, style, run)
            shown.append(f"/F{number} {mark.size * scale:.2f} Tf <{codes}> Tj")
        self.operators.append(f"{_rgb(mark.colour)} rg BT {turn} {x} {y} Tm {' '.join(shown)} ET")

    def encode(self, source: FontSource, style: str, run: str) -> tuple[int, str]:
        """Return the number of a font and the glyphs of a run; a character that no font has is the empty box."""
        key: FontKey = ("own" if source == "none" else source, style)
        used = self.glyphs.setdefault(key, {})
        face = _typeface(key)
        glyphs = [face.glyphs.get(ord(character), 0) for character in run]
        used.update(zip(glyphs, run, strict=True))
        return list(self.glyphs).index(key), "".join(f"{glyph:04X}" for glyph in glyphs)

    def finish(self, information: Mapping[str, str]) -> bytes:
        """Write all objects, their table and the trailer."""
        objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
        first_font = 6
        first_image = first_font + 5 * len(self.glyphs)
        fonts = " ".join(f"/F{i} {first_font + 5 * i} 0 R" for i in range(len(self.glyphs)))
        images = " ".join(f"/I{i} {first_image + i} 0 R" for i in range(len(self.images)))
        states = " ".join(f"/G{i} << /ca {opacity:.3g} >>" for i, opacity in enumerate(self.opacities))
        width, height = self.size
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.3f} {height:.3f}] /Contents 4 0 R "
            f"/Resources << /Font << {fonts} >> /XObject << {images} >> /ExtGState << {states} >> >> >>"
        )
        told = " ".join(f"/{name} {_pdf_text(value)}" for name, value in information.items())
        round_ends = "1 J 1 j\n"
        content = round_ends + "\n".join(self.operators)
        objects += [page.encode(), _stream("", content.encode()), f"<< {told} >>".encode()]
        for number, (key, used) in enumerate(self.glyphs.items()):
            objects += _font_objects(_typeface(key), used, first_font + 5 * number)
        objects += [_image_object(image) for image in self.images]
        return _assemble(objects)


def _typeface(key: FontKey) -> Typeface:
    return own_typeface(key[1]) if key[0] == "own" else fallback_typeface(key[1])


def _rgb(colour: str) -> str:
    return " ".join(f"{int(colour[i : i + 2], 16) / 255:.3g}" for i in (1, 3, 5))


def _pdf_text(text: str) -> str:
    """Write a string: as it reads where it is ASCII, else in UTF-16."""
    if text.isascii():
        return "(" + text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ")"
    return "<FEFF" + text.encode("utf-16-be").hex().upper() + ">"


def _stream(entries: str, data: bytes) -> bytes:
    packed = zlib.compress(data, 6)
    head = f"<< {entries} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    return head.encode() + packed + b"\nendstream"


def _image_object(mark: ImageMark) -> bytes:
    """Write an image, by a table of colours where 256 are enough."""
    height, width = mark.pixels.shape[:2]
    size = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8 /Interpolate false"
    shown, which = distinct_colours(mark.pixels)
    if len(shown) > MAX_COLOURS:
        return _stream(f"{size} /ColorSpace /DeviceRGB", np.ascontiguousarray(mark.pixels).tobytes())
    table = shown.tobytes().hex().upper()
    return _stream(
        f"{size} /ColorSpace [/Indexed /DeviceRGB {len(shown) - 1} <{table}>]", which.astype(np.uint8).tobytes()
    )


def _font_objects(face: Typeface, used: Mapping[int, str], first: int) -> list[bytes]:
    """Write a composite font, its descendant, descriptor, file and the table back to characters."""
    per_em = 1000 / face.units_per_em
    name = f"{_SUBSET_TAG}+{face.name}"
    widths = " ".join(f"{glyph} [{face.advances[glyph] * per_em:.0f}]" for glyph in sorted(used))
    box = " ".join(f"{edge * per_em:.0f}" for edge in face.box)
    slant = -12 if "Italic" in face.name or "Oblique" in face.name else 0
    font = (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
        f"/DescendantFonts [{first + 1} 0 R] /ToUnicode {first + 4} 0 R >>"
    )
    descendant = (
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo << /Registry (Adobe) "
        f"/Ordering (Identity) /Supplement 0 >> /FontDescriptor {first + 2} 0 R /CIDToGIDMap /Identity /W [{widths}] >>"
    )
    descriptor = (
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 32 /FontBBox [{box}] /ItalicAngle {slant} "
        f"/Ascent {face.ascent * per_em:.0f} /Descent {face.descent * per_em:.0f} /CapHeight {716} /StemV 80 "
        f"/FontFile2 {first + 3} 0 R >>"
    )
    file = face.subset(used)
    return [
        font.encode(),
        descendant.encode(),
        descriptor.encode(),
        _stream(f"/Length1 {len(file)}", file),
        _stream("", _to_unicode(used)),
    ]


def _to_unicode(used: Mapping[int, str]) -> bytes:
    """Write the table by which text is copied and searched (9.10.3), in portions of at most 100 as it must be."""
    codes = [(glyph, character.encode("utf-16-be").hex().upper()) for glyph, character in sorted(used.items())]
    pairs = [f"<{glyph:04X}> <{code}>" for glyph, code in codes]
    portions = [pairs[i : i + 100] for i in range(0, len(pairs), 100)]
    body = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in portions)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{body}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()


def _assemble(objects: list[bytes]) -> bytes:
    """Number the objects from 1, and write the table of their places."""
    data = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode()
