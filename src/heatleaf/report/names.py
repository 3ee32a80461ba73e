"""File names made from the names of levels, which may hold anything."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from heatleaf.model import Message, note

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MAX_LENGTH = 100  # leaves room for prefixes and suffixes below the 255 bytes of common file systems


def safe_name(text: str) -> str:
    """Turn a name into one that is a file name everywhere: letters, digits, dot, underscore, dash (requirement S17)."""
    return _UNSAFE.sub("_", text)[:_MAX_LENGTH].lstrip(".-") or "_"


def safe_names(names: Sequence[str]) -> Mapping[str, str]:
    """Give each name its own safe name; names that would meet, also when case is ignored, get a number."""
    taken: set[str] = set()
    safe: dict[str, str] = {}
    for name in names:
        stem, number = safe_name(name), 1
        candidate = stem
        while candidate.lower() in taken:
            number += 1
            candidate = f"{stem}_{number}"
        taken.add(candidate.lower())
        safe[name] = candidate
    return safe


def name_messages(safe: Mapping[str, str]) -> tuple[Message, ...]:
    """Say which comparisons have other names in their files."""
    changed = [f"'{name}' is '{file_name}'" for name, file_name in safe.items() if name != file_name]
    if not changed:
        return ()
    return (note("output_folder", f"file names hold letters, digits, . _ - only: {', '.join(changed)}"),)
