"""What the check of the reads found: by sample, and together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.model import Message
from heatleaf.reads.mapping import Mapping, Strandedness
from heatleaf.reads.profile import FileCheck


@dataclass(frozen=True)
class SampleCheck:
    """One sample, by the sampled reads of its files.

    files : of mate 1, then of mate 2. n_reads : fragments, an estimate unless is_counted. mean_quality : Phred scores
    by position, of mate 1. is_gzip_whole : None where only reading all of a file would tell. mapping : None without
    transcripts; strandedness, stranded_share (of mate 1 along the transcript), mapped_share, fragment_length are its.
    organism : another one that the reads match better, "" where that is not known.
    """

    sample_id: str
    is_paired: bool
    files: tuple[FileCheck, ...]
    mapping: Mapping | None
    messages: tuple[Message, ...] = ()
    organism: str = ""

    @property
    def n_sampled(self) -> int:
        """Reads looked at, of all files."""
        return sum(file.n_sampled for file in self.files)

    @property
    def n_reads(self) -> int:
        """Fragments of the sample."""
        n_reads = sum(file.n_reads for file in self.files)
        return n_reads // 2 if self.is_paired else n_reads

    @property
    def is_counted(self) -> bool:
        """Whether n_reads is exact."""
        return all(file.is_counted for file in self.files)

    @property
    def read_length(self) -> int:
        """Median length of the reads of the first file."""
        return self.files[0].read_length

    @property
    def mean_quality(self) -> NDArray[np.float64]:
        """Mean Phred score by position, of the first file."""
        return self.files[0].mean_quality

    @property
    def adapter(self) -> str:
        """The adapter that most reads hold, "" for none."""
        return max(self.files, key=lambda file: file.adapter_share).adapter

    @property
    def adapter_share(self) -> float:
        """Share of the reads of the worst file that hold it."""
        return max(file.adapter_share for file in self.files)

    @property
    def gc_share(self) -> float:
        """Share of G and C among the bases."""
        return float(np.mean([file.gc_share for file in self.files]))

    @property
    def strandedness(self) -> Strandedness:
        """As of `Mapping`."""
        return self.mapping.strandedness if self.mapping else "unknown"

    @property
    def stranded_share(self) -> float | None:
        """As `Mapping.forward_share`."""
        return self.mapping.forward_share if self.mapping and self.mapping.n_stranded else None

    @property
    def mapped_share(self) -> float | None:
        """As of `Mapping`."""
        return self.mapping.mapped_share if self.mapping else None

    @property
    def fragment_length(self) -> float | None:
        """Median, in bases; None of single reads."""
        return self.mapping.fragment_length if self.mapping else None

    @property
    def is_gzip_whole(self) -> bool | None:
        """Whether all files are known to be whole."""
        return True if all(file.is_whole for file in self.files) else None


@dataclass(frozen=True)
class ReadsCheck:
    """All samples that were looked at, and what is said of them together."""

    samples: tuple[SampleCheck, ...]
    messages: tuple[Message, ...] = ()

    @property
    def all_messages(self) -> tuple[Message, ...]:
        """The messages of the study and of each sample."""
        return (*self.messages, *(message for sample in self.samples for message in sample.messages))

    def sample(self, sample_id: str) -> SampleCheck | None:
        """Return the check of a sample, None where it was not among those looked at."""
        return next((sample for sample in self.samples if sample.sample_id == sample_id), None)
