"""Whether a compressed file is whole, without reading it all where its end tells."""

from __future__ import annotations

import os
import struct
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.reads.fastq import count_reads
from heatleaf.reads.sampling import FileSample, expanded_size

_GZIP = b"\x1f\x8b"
_WRAP = 1 << 32  # gzip keeps the expanded size modulo 2^32 (RFC 1952)
_LIKE = 0.25  # a file compresses like its beginning to within this share
_BLOCKED_END = bytes.fromhex(
    "1f8b08040000000000ff0600424302001b0003000000000000000000"
)  # of bgzip (SAM specification, 4.1)


def look_at_end(sample: FileSample) -> bool | None:
    """Judge the end of a file: True whole, False surely or likely cut off, None where it cannot be told.

    A gzip file ends with the size of what was compressed, which must fit what the beginning lets expect; bgzip's ends
    with an empty block; of a plain file only the last record tells, which is read with the rest.
    """
    path = sample.path
    if sample.is_all:
        return True
    with path.open("rb") as handle:
        is_packed = handle.read(2) == _GZIP
        handle.seek(-len(_BLOCKED_END), os.SEEK_END)
        end = handle.read()
    if not is_packed:
        return None
    if _is_blocked(path):
        return end == _BLOCKED_END
    expected = expanded_size(path)
    if expected * (1 + _LIKE) >= _WRAP:
        return None
    (size,) = struct.unpack("<I", end[-4:])
    return bool(abs(size - expected) <= _LIKE * expected)


def require_whole(sample: FileSample) -> bool | None:
    """Return whether a file is known to be whole; one whose end looks cut off is read through, which settles it.

    Raises
    ------
    UserError
        gzip_damaged, with the line at which the file ends.
    """
    is_whole = look_at_end(sample)
    if is_whole is not False:
        return is_whole
    count_reads(sample.path)
    if _is_blocked(sample.path):
        what = "lacks the last block that bgzip writes, so more may be missing"
        raise UserError("gzip_damaged", what, where=sample.path.name, fix="copy or download it again")
    return True


def _is_blocked(path: Path) -> bool:
    """Whether a gzip file was written by bgzip, which says so in an extra field."""
    with path.open("rb") as handle:
        start = handle.read(18)
    return start.startswith(_GZIP) and start[12:14] == b"BC" and bool(start[3] & 4)
