"""What the name of a FASTQ file says: sample, mate, lane. Nothing here opens a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Mate = Literal[0, 1, 2]

FASTQ_NAME = re.compile(r"\.(?:fastq|fq)(?:\.(?P<packed>gz|bz2|xz|zst))?$", re.IGNORECASE)
SAFE_NAME = re.compile(r"(?![-.])[A-Za-z0-9._-]{1,64}")  # requirement S17

# Words that trimmers and filters add behind the mate, as Trim Galore's S1_R1_val_1.fq.gz.
_TAIL = re.compile(r"(?:[._-](?:trimmed|trim|cleaned|clean|filtered|paired|fastp|val_[12]))+$", re.IGNORECASE)
_INDEX = re.compile(r"_I[12](?:_\d{3})?$")
_LETTERED = re.compile(r"[._-](?:R|read)(?P<mate>\d)(?:_(?P<part>\d{3}))?$", re.IGNORECASE)
_NUMBERED = re.compile(r"[._-](?P<mate>[12])$")
_LANE = re.compile(r"[._-](?P<lane>L\d{3}|lane\d+)$", re.IGNORECASE)
_SHEET_NUMBER = re.compile(r"_S\d+$")


@dataclass(frozen=True)
class NamedFile:
    """What a file name says.

    stem : the sample. mate : the number after R, "_" or ".", 0 without one. lane : "" without one.
    is_lettered : the mate is written R1 or read1, which is never a replicate's number by itself.
    """

    stem: str
    mate: int
    lane: str
    is_lettered: bool


def is_fastq_name(name: str) -> bool:
    """Whether a file is FASTQ by its name."""
    return FASTQ_NAME.search(name) is not None


def is_index_name(name: str) -> bool:
    """Whether a file holds the index reads of a sequencer (I1, I2), which belong to no sample.

    Examples
    --------
    >>> is_index_name("S1_L001_I1_001.fastq.gz")
    True
    """
    return _INDEX.search(FASTQ_NAME.sub("", name)) is not None


def parse_name(name: str) -> NamedFile:
    """Take a file name apart.

    Examples
    --------
    >>> parse_name("WT_rep1_S3_L002_R1_001.fastq.gz")
    NamedFile(stem='WT_rep1', mate=1, lane='L002_001', is_lettered=True)
    >>> parse_name("SRR100_2.fq.gz")
    NamedFile(stem='SRR100', mate=2, lane='', is_lettered=False)
    """
    stem = FASTQ_NAME.sub("", name)
    if (tail := _TAIL.search(stem)) and tail.start():
        stem = stem[: tail.start()]
    mate, part, is_lettered = 0, "", False
    if found := _LETTERED.search(stem):
        mate, part, is_lettered = int(found["mate"]), found["part"] or "", True
    elif found := _NUMBERED.search(stem):
        mate = int(found["mate"])
    stem = stem[: found.start()] if found and found.start() else stem
    lane = ""
    if (found := _LANE.search(stem)) and found.start():
        lane, stem = found["lane"], stem[: found.start()]
    if (lane or part) and (number := _SHEET_NUMBER.search(stem)) and number.start():
        stem = stem[: number.start()]
    return NamedFile(stem, mate, "_".join(word for word in (lane, part) if word), is_lettered)


def whole_stem(name: str) -> str:
    """Return a file name without its ending, for a file that stands by itself."""
    return FASTQ_NAME.sub("", name)
