"""The memory that a large table takes to read, compared with what is free before it is read (requirement R20)."""

from __future__ import annotations

import re
from pathlib import Path

from heatleaf.errors import UserError

_PER_BYTE = 5.0  # of the text of a table; measured: 1.54 GB for one of 313 MB
_EXPANSION = 4.0  # of compressed counts, in the usual case
_COMPRESSED = (".gz", ".bz2", ".xz")
_LARGE = 100_000_000  # bytes of text below which a machine that runs the app has the memory
_MEMINFO = Path("/proc/meminfo")


def require_memory(path: Path) -> None:
    """Refuse a table that will not fit into the memory that is free; where the system does not tell, it is tried.

    Raises
    ------
    UserError
        memory.
    """
    if not path.is_file():
        return
    n_bytes = path.stat().st_size * (_EXPANSION if path.suffix.lower() in _COMPRESSED else 1.0)
    needed, free = _PER_BYTE * n_bytes, free_memory()
    if n_bytes > _LARGE and free is not None and needed > free:
        what = f"reading it takes about {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free"
        raise UserError("memory", what, where=path.name, fix="close other programs, or leave out samples")


def free_memory() -> float | None:
    """Return the bytes that programs may still take, None where the system does not tell."""
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB", _MEMINFO.read_text(encoding="ascii"), re.MULTILINE)
    except (OSError, ValueError):
        return None
    return 1024.0 * int(found[1]) if found else None
