"""Hashes of files, and the checksums that publishers give."""

from __future__ import annotations

import hashlib
from pathlib import Path

BLOCK = 1 << 20


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return _hash(path, "sha256")


def checksum_fault(path: Path, checksum: str) -> str:
    """Compare a file with the checksum of its publisher.

    Parameters
    ----------
    checksum : str
        "md5:...", "sha256:..." or "sum:CHECKSUM:BLOCKS" as the BSD program sum prints it; "" where there is none.

    Returns
    -------
    str
        "" where they agree, else what differs.
    """
    method, _, wanted = checksum.partition(":")
    if not method:
        return ""
    found = _bsd_sum(path) if method == "sum" else _hash(path, method)
    return "" if found == wanted.lower() else f"its checksum ({method}) is {found}, the publisher says {wanted}"


def _hash(path: Path, method: str) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, method).hexdigest()


def _bsd_sum(path: Path) -> str:
    """Return checksum and number of blocks of 1,024 bytes: rotate 16 bits right by one, add the next byte."""
    total, n_bytes = 0, 0
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            n_bytes += len(block)
            for byte in block:
                total = ((total >> 1) + ((total & 1) << 15) + byte) & 0xFFFF
    return f"{total}:{-(-n_bytes // 1024)}"
