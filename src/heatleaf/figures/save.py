"""The one way a figure becomes bytes: PDF, SVG or PNG, the same bytes for the same figure (requirement R10)."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping
from html import unescape
from typing import Any, Literal

from heatleaf.errors import UserError
from heatleaf.figures.canvas import Canvas
from heatleaf.figures.pdf import write_pdf
from heatleaf.figures.png import write_png
from heatleaf.figures.raster import draw_pixels
from heatleaf.figures.svg import write_svg
from heatleaf.figures.text import visible_text
from heatleaf.figures.vision import EYES, Eyes

ImageFormat = Literal["pdf", "svg", "png"]
IMAGE_FORMATS: tuple[ImageFormat, ...] = ("pdf", "svg", "png")
PNG_DPI = 200  # for slides and pages; print takes the PDF

_CAPSULE = "heatleaf-capsule:"  # before the settings of a figure, in any format


def render(
    canvas: Canvas,
    image_format: ImageFormat,
    *,
    title: str = "",
    dpi: int = PNG_DPI,
    capsule: Mapping[str, object] | None = None,
    proof: str = "",
) -> bytes:
    """Render a figure.

    A character that no font at hand has becomes a box in PDF and PNG; an SVG keeps it as text for the viewer's fonts.

    Parameters
    ----------
    capsule : mapping
        What the figure was made with (version, settings, hash of the input); JSON values, kept with what the canvas
        says of itself in the file's metadata, and read back by `read_capsule`.
    proof : str
        One of `vision.EYES`: a PNG of a canvas as these eyes see it.

    Raises
    ------
    UserError
        option: an unknown proof, or one that is not a PNG.
    """
    if proof and (image_format != "png" or proof not in EYES):
        what = f"'{proof}' is not a proof that can be made as {image_format.upper()}"
        raise UserError("option", what, where="proof", fix=f"save a .png, with one of: {', '.join(EYES)}")
    told = _wrap_capsule({**canvas.about, **(capsule or {})})
    title = visible_text(title)
    words = {"Title": title} if title else {}
    if image_format == "pdf":
        words |= {"Creator": "Heatleaf", "Producer": "Heatleaf"} | ({"Keywords": told} if told else {})
        return write_pdf(canvas, words)
    if image_format == "svg":
        return write_svg(canvas, title=title, description=told)
    words |= {"Software": "Heatleaf"} | ({"Description": told} if told else {})
    return write_png(draw_pixels(canvas, dpi, proof=_eyes(proof)), dpi=dpi, words=words)


def _eyes(proof: str) -> Eyes | None:
    return next((eyes for eyes in EYES if eyes == proof), None)


def _wrap_capsule(capsule: Mapping[str, object]) -> str:
    return "" if not capsule else _CAPSULE + json.dumps(capsule, sort_keys=True, ensure_ascii=True)


def read_capsule(data: bytes) -> dict[str, Any]:
    """Return what a figure of any format says it was made with, an empty dictionary where it says nothing."""
    if data.startswith(b"\x89PNG"):
        text = _png_text(data)
    elif data.startswith(b"%PDF"):
        found = re.search(rb"/Keywords \(((?:[^\\()]|\\.)*)\)", data)
        text = re.sub(r"\\(.)", r"\1", found[1].decode("ascii")) if found else ""
    else:
        described = re.search(r"<desc>(.*?)</desc>", data.decode("utf-8", "replace"), re.DOTALL)
        text = unescape(described[1]) if described else ""
    kept: dict[str, Any] = json.loads(text.removeprefix(_CAPSULE)) if text.startswith(_CAPSULE) else {}
    return kept


def _png_text(data: bytes) -> str:
    """Return the description among the chunks of a PNG."""
    at = 8
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        if name == b"iTXt" and content.startswith(b"Description\0"):
            return content.removeprefix(b"Description\0\0\0\0\0").decode()
        at += length + 12
    return ""
