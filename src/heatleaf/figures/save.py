"""The one way a figure becomes bytes: PDF, SVG or PNG, the same bytes for the same figure (requirement R10)."""

from __future__ import annotations

import io
import json
import re
import struct
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from typing import TYPE_CHECKING, Any, Literal

from heatleaf.errors import UserError
from heatleaf.figures.canvas import Canvas
from heatleaf.figures.text import visible_text
from heatleaf.figures.theme import FALLBACK_FAMILY, FONT_FAMILY
from heatleaf.figures.vision import EYES, Eyes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ImageFormat = Literal["pdf", "svg", "png"]
IMAGE_FORMATS: tuple[ImageFormat, ...] = ("pdf", "svg", "png")
_OWN_FAMILIES = f"'{FONT_FAMILY}', '{FALLBACK_FAMILY}'".encode()
PNG_DPI = 200  # for slides and pages; print takes the PDF

_METADATA: dict[ImageFormat, dict[str, str | None]] = {
    "pdf": {"Creator": "Heatleaf", "Producer": "Heatleaf", "CreationDate": None},
    "svg": {"Creator": "Heatleaf", "Date": None},
    "png": {"Software": "Heatleaf"},
}
# Level 2 of 9 makes a PNG a fifth larger and takes a third of the time.
_FORMAT_OPTIONS: dict[ImageFormat, dict[str, Any]] = {"png": {"pil_kwargs": {"compress_level": 2}}}
_CAPSULE = "heatleaf-capsule:"  # before the settings of a figure, in any format


def render(
    figure: Figure | Canvas,
    image_format: ImageFormat,
    *,
    title: str = "",
    dpi: int = PNG_DPI,
    capsule: Mapping[str, object] | None = None,
    proof: str = "",
) -> bytes:
    """Render a figure; one of matplotlib must have been made within `theme.drawing()`, and still be within it.

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
    if isinstance(figure, Canvas):
        told = _wrap_capsule({**figure.about, **(capsule or {})})
        return _render_canvas(figure, image_format, visible_text(title), dpi, (told, proof))
    metadata = {**_METADATA[image_format], "Title": visible_text(title)} if title else _METADATA[image_format]
    buffer = io.BytesIO()
    with _plain_font_subsets(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
        figure.savefig(
            buffer,
            format=image_format,
            dpi=dpi,
            metadata=metadata,
            facecolor="white",
            **_FORMAT_OPTIONS.get(image_format, {}),
        )
    data = buffer.getvalue()
    if image_format == "svg":  # Arial has the same metrics and stands on more machines than the bundled font
        data = data.replace(_OWN_FAMILIES, b"'Liberation Sans', Arial, Helvetica, sans-serif")
    return data


def _render_canvas(canvas: Canvas, image_format: ImageFormat, title: str, dpi: int, extras: tuple[str, str]) -> bytes:
    capsule, proof = extras
    if proof and (image_format != "png" or proof not in EYES):
        what = f"'{proof}' is not a proof that can be made as {image_format.upper()}"
        raise UserError("option", what, where="proof", fix=f"save a .png, with one of: {', '.join(EYES)}")
    words = {"Title": title} if title else {}
    if image_format == "pdf":
        from heatleaf.figures.pdf import write_pdf

        words |= {"Creator": "Heatleaf", "Producer": "Heatleaf"} | ({"Keywords": capsule} if capsule else {})
        return write_pdf(canvas, words)
    if image_format == "svg":
        from heatleaf.figures.svg import write_svg

        return write_svg(canvas, title=title, description=capsule)
    from heatleaf.figures.png import write_png
    from heatleaf.figures.raster import draw_pixels

    words |= {"Software": "Heatleaf"} | ({"Description": capsule} if capsule else {})
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


@contextmanager
def _plain_font_subsets() -> Iterator[None]:
    """Leave the layout tables out of fonts within a PDF.

    matplotlib has placed every glyph, so no viewer reads them, and trimming them to the glyphs used took half of
    the time of a PDF (0.4 s down to 0.2 s per figure, 20 names and 30,000 points, two cores).
    """
    from fontTools.subset import Options  # type: ignore[import-untyped]  # it has no stubs

    usual = Options._drop_tables_default
    Options._drop_tables_default = [*usual, "GSUB", "GPOS", "GDEF"]
    try:
        yield
    finally:
        Options._drop_tables_default = usual
