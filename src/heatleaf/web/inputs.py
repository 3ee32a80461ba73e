"""The files of a study that a user names rather than drops: a folder of the machine, read where it is."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.web.record import StudyFile
from heatleaf.web.words import check_name

MAX_LISTED = 200
_TABLES = re.compile(r"\.(?:tsv|csv|txt|tab|xlsx?|gct|cdt|gmt|counts?|out)(?:\.(?:gz|bz2|xz))?$", re.IGNORECASE)
_ENDINGS = re.compile(r"(?:\.[A-Za-z0-9]{1,5}){1,2}$")


def files_of_folder(text: str) -> tuple[Path, list[StudyFile]]:
    """Return a folder that the user named, and the tables that lie in it; nothing is opened.

    Raises
    ------
    UserError
        file_missing, file_is_folder.
    """
    path = Path.home() / text[2:] if text.startswith("~/") else Path(text)
    if "\0" in text or not path.is_absolute():
        what = f"'{text[:200]}' is not the full path of a folder"
        raise UserError("file_missing", what, fix="give the path from the root on, such as /home/me/counts")
    if not path.is_dir():
        what = "the folder does not exist" if not path.exists() else "this is a file, not a folder"
        raise UserError("file_missing", what, where=path.name, fix="check the path, or drop the file itself")
    try:
        found = sorted(one for one in path.resolve().iterdir() if one.is_file() and _TABLES.search(one.name))
    except OSError as error:
        raise UserError("permission", f"cannot be read ({error.strerror})", where=path.name) from None
    files = [StudyFile(secrets.token_hex(6), one.name, str(one), one.stat().st_size) for one in found[:MAX_LISTED]]
    return path.resolve(), files


def name_of_files(files: Sequence[StudyFile]) -> str:
    """Name a study after its largest file."""
    largest = max(files, key=lambda one: one.size)
    return check_name(_ENDINGS.sub("", largest.label) or largest.label or "study")
