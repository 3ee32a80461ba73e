"""A sample of the reads of one file: every few reads of its beginning, as arrays."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heatleaf.reads.fastq import Records, read_records

N_READS = 20_000
SPREAD = 5  # every fifth read: the first tiles of a flow cell are not like the others
MAX_POSITIONS = 300  # positions of a read that are looked at
NOT_A_BASE = 4
_FIRST = 1 << 20
_ILLUMINA_1 = 64  # quality characters of sequencers before 2011 begin at 64, all others at 33
_SANGER = 33

_CODES = np.full(256, NOT_A_BASE, dtype=np.uint8)
for _i, _letters in enumerate((b"Aa", b"Cc", b"Gg", b"TtUu")):
    _CODES[list(_letters)] = _i


@dataclass(frozen=True)
class FileSample:
    """Reads of one file.

    names : the whole name lines. codes : uint8 array of shape (n_reads, n_positions): A, C, G, T as 0 to 3, 4 for what
    is no base and behind the end. scores : uint8 array of the same shape, Phred scores, 0 behind the end. lengths :
    int64 array of the whole lengths. n_seen, n_bytes : reads looked through, and their bytes, expanded.
    is_all : the file has no more reads than these. step : every how many-th read was taken.
    """

    path: Path
    names: tuple[bytes, ...]
    codes: NDArray[np.uint8]
    scores: NDArray[np.uint8]
    lengths: NDArray[np.int64]
    n_seen: int
    n_bytes: int
    is_all: bool
    step: int

    @property
    def n_reads(self) -> int:
        """Reads in the sample."""
        return len(self.codes)

    @property
    def is_within(self) -> NDArray[np.bool_]:
        """Which cells of the arrays are within their read."""
        within: NDArray[np.bool_] = np.arange(self.codes.shape[1]) < self.lengths[:, None]
        return within


def base_codes(text: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return letters as codes: A, C, G, T (U) are 0 to 3, everything else is 4."""
    codes: NDArray[np.uint8] = _CODES[text]
    return codes


def sample_reads(path: Path, n_reads: int = N_READS, step: int | None = None) -> FileSample:
    """Take every fifth read of the beginning of a file; of a short file more.

    step : take every so many-th read, as of the other mate.

    Raises
    ------
    UserError
        As `read_records`.
    """
    blocks: list[Records] = []
    n_seen, is_all = 0, True
    for records in read_records(path):
        blocks.append(records)
        n_seen += len(records.starts)
        if n_seen >= n_reads * SPREAD:
            is_all = False
            break
    step = step or max(1, min(SPREAD, n_seen // n_reads))
    parts = [_take(records, -records.first % step, step) for records in blocks]
    names = tuple(name for part in parts for name in part[0])[:n_reads]
    width = max((part[1].shape[1] for part in parts), default=0)
    codes = _stack([part[1] for part in parts], width, NOT_A_BASE)[:n_reads]
    characters = _stack([part[2] for part in parts], width, 0)[:n_reads]
    lengths = np.concatenate([part[3] for part in parts])[:n_reads] if parts else np.zeros(0, np.int64)
    n_bytes = sum(records.stop for records in blocks)
    return FileSample(path, names, codes, _scores(characters), lengths, n_seen, n_bytes, is_all, step)


def expanded_size(path: Path) -> float:
    """Estimate the bytes of a file when expanded, from how much its first megabyte expands; exact of a plain file."""
    size = path.stat().st_size
    with path.open("rb") as handle:
        rest = start = handle.read(_FIRST)
    if not start.startswith(b"\x1f\x8b"):
        return size
    n_expanded = 0
    while rest.startswith(b"\x1f\x8b"):
        expander = zlib.decompressobj(wbits=31)
        n_expanded += len(expander.decompress(rest))
        rest = expander.unused_data
    return n_expanded * size / len(start)


def _take(
    records: Records, first: int, step: int
) -> tuple[list[bytes], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64]]:
    """Return names, codes, quality characters and lengths of some reads of a block."""
    chosen = range(first, len(records.starts), step)
    names = [records.line(i, 0) for i in chosen]
    lengths = records.lengths[first::step, 1]
    width = int(min(MAX_POSITIONS, lengths.max(initial=0)))
    within = np.arange(width) < lengths[:, None]

    def cells(i_line: int) -> NDArray[np.uint8]:
        at = records.starts[first::step, i_line][:, None] + np.arange(width)
        return np.where(within, records.text[np.minimum(at, len(records.text) - 1)], 0).astype(np.uint8)

    return names, base_codes(cells(1)), cells(3), lengths


def _stack(parts: list[NDArray[np.uint8]], width: int, filler: int) -> NDArray[np.uint8]:
    stacked = np.full((sum(map(len, parts)), width), filler, dtype=np.uint8)
    start = 0
    for part in parts:
        stacked[start : start + len(part), : part.shape[1]] = part
        start += len(part)
    return stacked


def _scores(characters: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return Phred scores; characters below ";" are only written by the coding that begins at 33."""
    known = characters[characters > 0]
    is_old = known.size > 0 and known.min() >= _ILLUMINA_1 - 5
    start = _ILLUMINA_1 if is_old and known.max() > _SANGER + 45 else _SANGER
    scores: NDArray[np.uint8] = np.where(characters >= start, characters - start, 0).astype(np.uint8)
    return scores
