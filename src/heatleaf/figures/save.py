"""The one way a figure becomes bytes: PDF, SVG or PNG, the same bytes for the same figure (requirement R10)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ImageFormat = Literal["pdf", "svg", "png"]
IMAGE_FORMATS: tuple[ImageFormat, ...] = ("pdf", "svg", "png")
PNG_DPI = 300

_METADATA: dict[ImageFormat, dict[str, str | None]] = {
    "pdf": {"Creator": "Heatleaf", "Producer": "Heatleaf", "CreationDate": None},
    "svg": {"Creator": "Heatleaf", "Date": None},
    "png": {"Software": "Heatleaf"},
}


def render(figure: Figure, image_format: ImageFormat, *, title: str = "", dpi: int = PNG_DPI) -> bytes:
    """Render a figure, which must have been made within `theme.drawing()`, and still be within it."""
    metadata = {**_METADATA[image_format], "Title": title} if title else _METADATA[image_format]
    buffer = io.BytesIO()
    figure.savefig(buffer, format=image_format, dpi=dpi, metadata=metadata, facecolor="white")
    data = buffer.getvalue()
    if image_format == "svg":  # Arial has the same metrics and stands on more machines than the bundled font
        data = data.replace(b"'Liberation Sans'", b"'Liberation Sans', Arial, Helvetica, sans-serif")
    return data
