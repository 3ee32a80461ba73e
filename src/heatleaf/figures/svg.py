"""A canvas as an SVG 1.1 document: text stays text, in a font whose metrics every machine has."""

from __future__ import annotations

import base64
from xml.sax.saxutils import escape

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
from heatleaf.figures.png import write_png
from heatleaf.figures.raster import cloud_image
from heatleaf.figures.shapes import outline_of
from heatleaf.figures.theme import PT_PER_MM

FloatArray = NDArray[np.float64]
# Arial has the metrics of the bundled font and stands on more machines.
_FAMILY = "'Liberation Sans', Arial, Helvetica, sans-serif"


def write_svg(canvas: Canvas, *, title: str = "", description: str = "") -> bytes:
    """Return the SVG of a canvas, lengths in its millimetres; title and description are kept, and not drawn."""
    width, height = (f"{length * canvas.scale:.3f}mm" for length in (canvas.width, canvas.height))
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}" viewBox="0 0 {canvas.width:.3f} {canvas.height:.3f}" version="1.1" '
        f'font-family="{_FAMILY}" fill="none" stroke-linecap="round" stroke-linejoin="round">',
    ]
    parts += [f"<title>{escape(title)}</title>"] if title else []
    parts += [f"<desc>{escape(description)}</desc>"] if description else []
    parts.append(f'<rect width="{canvas.width:.3f}" height="{canvas.height:.3f}" fill="#FFFFFF"/>')
    parts += [_element(mark) for mark in canvas.marks]
    return "\n".join([*parts, "</svg>\n"]).encode()


def _element(mark: Mark) -> str:
    if isinstance(mark, TextMark):
        return _text(mark)
    if isinstance(mark, BoxMark):
        x, y, width, height = map(_number, mark.box)
        look = f'fill="{mark.colour}"{_opacity(mark.opacity)}'
        return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" {look}/>'
    if isinstance(mark, CellsMark):
        path = "".join(
            f"M{x:.6g} {y:.6g}h{width:.6g}v{height:.6g}h{-width:.6g}z"
            for x, y, width, height in np.round(mark.boxes, 3).tolist()
        )
        return f'<path d="{path}" fill="{mark.colour}"/>'
    if isinstance(mark, LineMark):
        return _lines(mark)
    if isinstance(mark, DotMark):
        radius = _number(mark.radius)
        centres = np.round(mark.centres, 3).tolist()
        dots = "".join(f'<circle cx="{x:.6g}" cy="{y:.6g}" r="{radius}"/>' for x, y in centres)
        return f"<g {_look(mark)}>{dots}</g>"
    if isinstance(mark, ShapeMark):
        outline = outline_of(mark.shape) * mark.radius
        drawn = "".join(f'<path d="{_closed(outline + centre)}"/>' for centre in mark.centres)
        return f"<g {_look(mark)}>{drawn}</g>"
    return _image(cloud_image(mark) if isinstance(mark, CloudMark) else mark)


def _look(mark: DotMark | ShapeMark) -> str:
    """Write how circles and shapes are filled, each letting others through, and edged."""
    fill = f'fill="{mark.colour or "none"}"{_opacity(mark.opacity)}'
    if not mark.edge_colour:
        return fill
    return f'{fill} stroke="{mark.edge_colour}" stroke-width="{_number(mark.edge_width / PT_PER_MM)}"'


def _opacity(opacity: float) -> str:
    return f' fill-opacity="{opacity:.3g}"' if opacity < 1.0 else ""


def _closed(corners: FloatArray) -> str:
    return "M" + "L".join(f"{x:.6g} {y:.6g}" for x, y in np.round(corners, 3).tolist()) + "Z"


def _text(mark: TextMark) -> str:
    x, y = map(_number, mark.start)
    style = ' font-weight="bold"' if mark.is_bold else ""
    style += ' font-style="italic"' if mark.is_italic else ""
    style += f' transform="rotate(-90 {x} {y})"' if mark.is_upright else ""
    size = _number(mark.size / PT_PER_MM)
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{mark.colour}"{style} xml:space="preserve">'
        f"{escape(mark.text)}</text>"
    )


def _lines(mark: LineMark) -> str:
    paths = []
    for segment in mark.segments:
        points = [f"{x:.6g} {y:.6g}" for x, y in np.round(segment, 3).tolist()]
        paths.append("M" + "L".join(points))
    dash = f' stroke-dasharray="{DASH_MM} {DASH_MM}"' if mark.is_dashed else ""
    width = _number(mark.width / PT_PER_MM)
    return f'<path d="{"".join(paths)}" stroke="{mark.colour}" stroke-width="{width}"{dash}/>'


def _image(mark: ImageMark) -> str:
    x, y, width, height = map(_number, mark.box)
    data = base64.b64encode(write_png(mark.pixels)).decode("ascii")
    return (
        f'<image x="{x}" y="{y}" width="{width}" height="{height}" preserveAspectRatio="none" '
        f'style="image-rendering:pixelated" xlink:href="data:image/png;base64,{data}"/>'
    )


def _number(value: float) -> str:
    return f"{round(value, 3):.7g}"
