"""The one file in a zip archive that a publisher gives."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from heatleaf.errors import UserError

_MEND = "download it again; heatleaf resources fetch does that"


def read_zip_member(path: Path, ending: str, max_bytes: int) -> bytes:
    """Return the content of the one member whose name ends so.

    Raises
    ------
    UserError
        archive: no zip archive, damaged, or not one such member; too_large: it expands beyond max_bytes.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = [member for member in archive.infolist() if member.filename.endswith(ending)]
            if len(names) != 1:
                what = f"holds {len(names)} files that end in {ending}, not one"
                raise UserError("archive", what, where=path.name, fix=_MEND)
            with archive.open(names[0]) as member:
                content = member.read(max_bytes + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UserError("archive", f"is damaged, or no zip archive ({error})", where=path.name, fix=_MEND) from None
    if len(content) > max_bytes:
        raise UserError("too_large", f"expands beyond {max_bytes / 1e6:,.0f} MB", where=path.name, fix=_MEND)
    return content
