"""The samples of a plan and their files of reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.model import Message
from heatleaf.reads.file_names import FASTQ_NAME, Mate


@dataclass(frozen=True)
class ReadFile:
    """One FASTQ file. mate : 1 or 2 of a pair, 0 of single reads. lane : "" where the name says none."""

    path: Path
    mate: Mate
    lane: str = ""


@dataclass(frozen=True)
class ReadSample:
    """The files of one sample; several of one mate are parts (lanes) that are read one after the other.

    files : all of mate 1 (or 0) in the order of their lanes, then all of mate 2 in the same order.
    """

    sample_id: str
    files: tuple[ReadFile, ...]
    is_paired: bool

    @property
    def first_mates(self) -> tuple[Path, ...]:
        """The files of mate 1, or of single reads."""
        return tuple(file.path for file in self.files if file.mate != 2)

    @property
    def second_mates(self) -> tuple[Path, ...]:
        """The files of mate 2, () of single reads."""
        return tuple(file.path for file in self.files if file.mate == 2)

    @property
    def pairs(self) -> tuple[tuple[Path, ...], ...]:
        """The files lane by lane: (mate 1, mate 2), or (file,) of single reads."""
        if not self.is_paired:
            return tuple((path,) for path in self.first_mates)
        return tuple(zip(self.first_mates, self.second_mates, strict=True))

    @property
    def n_bytes(self) -> int:
        """Bytes of all files as stored."""
        return sum(file.path.stat().st_size for file in self.files)


@dataclass(frozen=True)
class ReadsPlan:
    """All samples, in the order of their names or of the sheet, and what was noticed. Names are safe as file names."""

    samples: tuple[ReadSample, ...]
    messages: tuple[Message, ...] = ()


def make_sample(sample_id: str, files: Sequence[ReadFile]) -> ReadSample:
    """Put the files of a sample into order and refuse a mate that is not there.

    Raises
    ------
    UserError
        reads_missing.
    """
    ordered = sorted(files, key=lambda file: (file.mate, file.lane))
    lanes = [{file.lane for file in ordered if file.mate == mate} for mate in (1, 2)]
    if any(lanes) and any(file.mate == 0 for file in ordered):
        lone = next(file for file in ordered if file.mate == 0)
        what = "is neither of the two mates of its sample"
        fix = "take it out of the folder, or write a sample sheet (sample, fastq_1, fastq_2)"
        raise UserError("reads_missing", what, where=lone.path.name, fix=fix)
    if lanes[0] != lanes[1]:
        lone = next(file for file in ordered if file.lane in lanes[0] ^ lanes[1])
        what = f"the other mate (R{3 - lone.mate}) of sample {sample_id} is not there"
        fix = "add the file, or give the sample as single reads in a sample sheet (sample, fastq_1)"
        raise UserError("reads_missing", what, where=lone.path.name, fix=fix)
    return ReadSample(sample_id, tuple(ordered), is_paired=bool(lanes[0]))


def require_readable(path: Path) -> None:
    """Refuse a compression that the quantifiers cannot read.

    Raises
    ------
    UserError
        file_kind.
    """
    packed = FASTQ_NAME.search(path.name)
    if packed and packed["packed"] and packed["packed"].lower() != "gz":
        what = f"is compressed by {packed['packed']}, which quantifiers cannot read"
        raise UserError("file_kind", what, where=path.name, fix="expand it, or compress it with gzip")


def size_text(n_bytes: int) -> str:
    """Write the size of files."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6)):
        if n_bytes >= factor:
            return f"{n_bytes / factor:,.1f} {unit}"
    return f"{n_bytes / 1000:,.0f} kB"
