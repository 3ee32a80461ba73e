"""The one way a figure becomes bytes: PDF, SVG or PNG, the same bytes for the same figure (requirement R10)."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from heatleaf.figures.text import visible_text
from heatleaf.figures.theme import FALLBACK_FAMILY, FONT_FAMILY

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


def render(figure: Figure, image_format: ImageFormat, *, title: str = "", dpi: int = PNG_DPI) -> bytes:
    """Render a figure, which must have been made within `theme.drawing()`, and still be within it.

    A character that no font at hand has becomes a box in PDF and PNG; an SVG keeps it as text for the viewer's fonts.
    """
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
