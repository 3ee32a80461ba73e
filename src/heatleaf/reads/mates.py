"""Whether two files are the mates of each other: the same fragments in the same order, each file once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from heatleaf.errors import UserError
from heatleaf.reads.fastq import count_reads, mate_in_name, template_name
from heatleaf.reads.sampling import FileSample

_SHEET = "give the two files that the sequencer wrote together; if they are two samples, say so in a sample sheet"


def require_mates(first: FileSample, second: FileSample) -> None:
    """Refuse two files whose sampled reads are not mates (requirement B86).

    Raises
    ------
    UserError
        mates: mates swapped, a name that differs, one file shorter than the other.
    """
    marks = [mate_in_name(sample.names[0]) if sample.names else 0 for sample in (first, second)]
    if marks == [2, 1]:
        what = f"holds mates 2, and {second.path.name} mates 1: they were given the wrong way round"
        raise UserError("mates", what, where=f"line 1 of {first.path.name}", fix="swap the two files, or their names")
    if marks[0] == marks[1] != 0:
        what = f"holds mates {marks[1]}, as {first.path.name} does"
        raise UserError("mates", what, where=f"line 1 of {second.path.name}", fix=_SHEET)
    for i, (one, other) in enumerate(zip(first.names, second.names, strict=False)):
        if template_name(one) != template_name(other):
            line = 4 * i * first.step + 1
            names = [template_name(name).decode("utf-8", "replace") for name in (other, one)]
            what = f"the read is named '{names[0]}', its mate in {first.path.name} '{names[1]}'"
            raise UserError("mates", what, where=f"line {line:,} of {second.path.name}", fix=_SHEET)
    for short, long in ((first, second), (second, first)):
        if short.is_all and long.n_seen > short.n_seen:
            n_long = long.n_seen if long.is_all else count_reads(long.path)
            require_equal(short.path, short.n_seen, long.path, n_long)


def require_equal(first: Path, n_first: int, second: Path, n_second: int) -> None:
    """Refuse two files of different numbers of reads.

    Raises
    ------
    UserError
        mates.
    """
    if n_first == n_second:
        return
    counts = sorted([(n_first, first.name), (n_second, second.name)])
    what = f"the file ends after {counts[0][0]:,} reads, and its mate {counts[1][1]} has {counts[1][0]:,}"
    raise UserError("mates", what, where=f"line {4 * counts[0][0]:,} of {counts[0][1]}", fix=_SHEET)


def refuse_same_content(digests: Sequence[tuple[Path, bytes]]) -> None:
    """Refuse two files that hold the same reads under two names. digests : of `digest_reads`, of each file.

    Raises
    ------
    UserError
        mates.
    """
    for (path, digest), (other, same) in pairwise(sorted(digests, key=lambda item: (item[1], item[0]))):
        if digest and digest == same:
            what = f"holds the same reads as {path.name}"
            raise UserError("mates", what, where=other.name, fix="take one of them out, or give the right file")


def digest_reads(sample: FileSample) -> bytes:
    """Hash the sampled reads with their qualities: copies agree, whatever their compression; b"" of no reads."""
    if not sample.n_reads:
        return b""
    parts = (np.ascontiguousarray(part).tobytes() for part in (sample.lengths, sample.codes, sample.scores))
    return hashlib.sha256(b"".join(parts)).digest()
