"""Results of an earlier run in a folder that is used again: they would be taken for those of the new run."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from heatleaf.io.atomic import DISK, Disk
from heatleaf.model import Message, note

RECORD_NAME = "run.json"
RESULT_FOLDERS = ("figures", "tables")


def find_old_results(root: Path, files: Iterable[str]) -> tuple[str, ...]:
    """Return the figures and tables that the earlier run.json of a folder lists and that are not among `files`.

    root : the folder. files : what the new run writes, relative to it, with "/".
    Files that no record lists are never among them, nor anything outside the folder.
    """
    try:
        record = json.loads((root / RECORD_NAME).read_bytes())
    except (OSError, ValueError):
        return ()
    listed = record.get("files") if isinstance(record, dict) and record.get("program") == "heatleaf" else None
    if not isinstance(listed, list):
        return ()
    new = {name.casefold() for name in files}  # on some disks names that differ by case are one file
    old = (name for name in listed if isinstance(name, str) and name.casefold() not in new)
    return tuple(name for name in old if _is_result(root, name))


def tell_old_results(old: Sequence[str]) -> tuple[Message, ...]:
    """Say that results of an earlier run are removed."""
    if not old:
        return ()
    files = "1 file" if len(old) == 1 else f"{len(old):,} files"
    what = f"{files} of an earlier run in this folder, which this run does not make, removed (first: {old[0]})"
    return (note("output_folder", what),)


def remove_old_results(root: Path, old: Sequence[str], disk: Disk = DISK) -> None:
    """Remove these files; one that cannot be removed stays."""
    for name in old:
        with contextlib.suppress(OSError):
            disk.remove(root / name)


def _is_result(root: Path, name: str) -> bool:
    """Return whether a name is that of a file in a folder of results, not of something elsewhere (requirement R3)."""
    parts = PurePosixPath(name).parts
    if len(parts) != 2 or parts[0] not in RESULT_FOLDERS or "\\" in name or parts[1] in ("..", "."):
        return False
    folder, path = root / parts[0], root / name
    return not folder.is_symlink() and path.is_file()
