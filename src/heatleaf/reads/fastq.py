"""The records of a FASTQ file, read as a stream of blocks in little memory and checked to the line.

What is wrong is said as dnaio says it: file, 1-based line, what (requirement B86).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.source import Source

_NO_LIMIT = 1 << 62  # FASTQ files may be of any size, since they are never held in memory
_NEW_LINE, _RETURN, _AT, _PLUS = 10, 13, ord("@"), ord("+")
_PEEKED = 4096
_AGAIN = "copy or download it again"


@dataclass(frozen=True)
class Records:
    """Whole records of a block.

    text : uint8 array. starts, lengths : int64 arrays of shape (n_records, 4), of the four lines of each record without
    their ends. first : 0-based number of the first record in the file. stop : where the text of the next one begins.
    """

    text: NDArray[np.uint8]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    first: int
    stop: int

    def line(self, record: int, i_line: int) -> bytes:
        """Return one of the four lines of a record."""
        start = self.starts[record, i_line]
        return self.text[start : start + self.lengths[record, i_line]].tobytes()


def read_records(path: Path) -> Iterator[Records]:
    """Yield the records of a FASTQ file in blocks of about a megabyte.

    Raises
    ------
    UserError
        fastq, with file and line: what is no record; file_kind: another kind of file; gzip_damaged: a compressed file
        that ends early; file_missing, file_empty, permission.
    """
    yield from records_of(open_reads(path))


def records_of(source: Source, hand_on: Callable[[bytes], object] | None = None) -> Iterator[Records]:
    """Yield the records of a file that was opened, whose hash and size are known afterwards.

    hand_on : gets the expanded bytes of the file, block by block, before they are looked at.

    Raises
    ------
    UserError
        As `read_records`.
    """
    n_records, rest = 0, b""
    try:
        _refuse_other_kinds(source)
        for block in source.blocks():
            if hand_on:
                hand_on(block)
            data = rest + block
            records = _cut(data, n_records)
            if records is None:
                rest = data
                continue
            _require_sound(records, source.name)
            n_records += len(records.starts)
            rest = data[records.stop :]
            yield records
    except UserError as error:
        if error.code == "gzip_damaged":
            raise UserError(error.code, error.what, where=_place(n_records, 0, source.name), fix=_AGAIN) from None
        raise
    yield from _last(rest, n_records, source.path)


def open_reads(path: Path) -> Source:
    """Open a file of reads of any size for `records_of`.

    Raises
    ------
    UserError
        file_missing, file_empty, permission, archive.
    """
    return Source(path, _NO_LIMIT)


def count_reads(path: Path) -> int:
    """Read a whole file and return the number of its reads; the way to know that it is whole.

    Raises
    ------
    UserError
        As `read_records`.
    """
    return sum(len(records.starts) for records in read_records(path))


def first_name(path: Path) -> str:
    """Return the name of the first read, from the first bytes of a file.

    Raises
    ------
    UserError
        As `read_records`.
    """
    try:
        with path.open("rb") as handle:
            start = handle.read(_PEEKED)
        if start.startswith(b"\x1f\x8b"):
            start = zlib.decompressobj(wbits=31).decompress(start, _PEEKED)
    except (OSError, zlib.error):
        start = b""
    if not start.startswith(b"@") or b"\n" not in start:
        records = next(read_records(path))
        start = records.line(0, 0)
    return start.split(b"\n")[0].strip()[1:].decode("utf-8", "replace")


def template_name(name: bytes) -> bytes:
    """Return what both mates of a fragment have in common in their names.

    Examples
    --------
    >>> template_name(b"@SRR1.5 5/2"), template_name(b"@run:1:2 2:N:0:ACGT"), template_name(b"@r7/1")
    (b'SRR1.5', b'run:1:2', b'r7')
    """
    word = name.removeprefix(b"@").split(None, 1)[0] if name.strip(b"@ ") else b""
    return word[:-2] if word.endswith((b"/1", b"/2")) else word


def mate_in_name(name: bytes) -> int:
    """Return the mate that a read's name tells (Illumina's " 1:N:0", or /1 at the end of a word), 0 if none.

    Examples
    --------
    >>> mate_in_name(b"@run:1:2 2:N:0:ACGT"), mate_in_name(b"@SRR1.5 5/1 length=100"), mate_in_name(b"@SRR1.5 5")
    (2, 1, 0)
    """
    words = name.split()
    for word in words[:2]:
        if word.endswith((b"/1", b"/2")):
            return int(word[-1:])
    if len(words) > 1 and words[1][:2] in (b"1:", b"2:"):
        return int(words[1][:1])
    return 0


def _cut(data: bytes, n_before: int) -> Records | None:
    """Find the lines of the whole records in a text; None where there is none."""
    text = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(text == _NEW_LINE)
    n_lines = len(ends) // 4 * 4
    if not n_lines:
        return None
    ends = ends[:n_lines]
    starts = np.empty(n_lines, dtype=np.int64)
    starts[0], starts[1:] = 0, ends[:-1] + 1
    lengths = ends - starts
    lengths -= (lengths > 0) & (text[np.maximum(ends - 1, 0)] == _RETURN)
    return Records(text, starts.reshape(-1, 4), lengths.reshape(-1, 4), n_before, int(ends[-1]) + 1)


def _last(rest: bytes, n_records: int, path: Path) -> Iterator[Records]:
    """Yield the last record of a file that does not end with a line end, and refuse half a record."""
    rest = rest.strip(b"\r\n")
    if not rest:
        return
    records = _cut(rest + b"\n", n_records)
    n_lines = rest.count(b"\n") + 1
    if records is None or n_lines % 4:
        what = f"the file ends within a record: {n_lines % 4} of its 4 lines are there"
        raise UserError("fastq", what, where=_place(n_records, n_lines - 1, path.name), fix=_AGAIN)
    _require_sound(records, path.name)
    yield records


def _require_sound(records: Records, name: str) -> None:
    """Refuse the first record whose lines do not fit each other."""
    text, starts, lengths = records.text, records.starts, records.lengths
    has_name = text[starts[:, 0]] == _AT
    has_plus = text[starts[:, 2]] == _PLUS
    is_even = lengths[:, 1] == lengths[:, 3]
    is_sound = has_name & has_plus & is_even & (lengths[:, 0] > 1)
    if is_sound.all():
        return
    i = int(np.argmin(is_sound))
    record = records.first + i
    if not has_name[i] or lengths[i, 0] <= 1:
        shown = records.line(i, 0)[:20].decode("utf-8", "replace")
        what, line = f"a read's name starts with '@', found '{shown}'", 0
    elif not has_plus[i]:
        shown = records.line(i, 2)[:20].decode("utf-8", "replace")
        what, line = f"a line with '+' is expected, found '{shown}'", 2
    else:
        what, line = f"the quality has {lengths[i, 3]:,} characters, and the sequence {lengths[i, 1]:,}", 3
    raise UserError("fastq", what, where=_place(record, line, name), fix=f"{_AGAIN}; the file is damaged")


def _place(record: int, i_line: int, name: str) -> str:
    return f"line {4 * record + i_line + 1:,} of {name}"


def _refuse_other_kinds(source: Source) -> None:
    """Refuse alignments and FASTA, and leave the other kinds to the readers of tables."""
    fix = "make FASTQ of it (samtools fastq), or give the reads as the sequencer wrote them"
    if source.head.startswith((b"BAM\x01", b"CRAM", b"@HD\t", b"@SQ\t")):
        raise UserError("file_kind", "holds aligned reads (BAM, CRAM, SAM), not FASTQ", where=source.name, fix=fix)
    if source.head.startswith(b">"):
        what = "is FASTA (it has no qualities), not FASTQ"
        raise UserError("file_kind", what, where=source.name, fix="give the reads; transcripts go to --transcripts")
    if not source.head.startswith(b"@"):
        shown = source.head[:20].split(b"\n")[0].decode("utf-8", "replace")
        what = f"a read's name starts with '@', found '{shown}'"
        raise UserError("fastq", what, where=_place(0, 0, source.name), fix="give FASTQ files")
