"""The format of an image file, by its name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from heatleaf.errors import UserError

if TYPE_CHECKING:
    from heatleaf.figures.save import ImageFormat


def image_format_of(path: Path) -> ImageFormat:
    """Return the format that the ending of a file names.

    Raises
    ------
    UserError
        option: none of .pdf, .svg, .png.
    """
    from heatleaf.figures.save import IMAGE_FORMATS

    for image_format in IMAGE_FORMATS:
        if path.suffix.lower() == f".{image_format}":
            return image_format
    ending = path.suffix.lower().lstrip(".")
    what = f"'{ending}' is not a format of figures" if ending else "the name has no ending that tells the format"
    raise UserError("option", what, where=str(path), fix=f"name the file .{', .'.join(IMAGE_FORMATS)}")
