"""What a sample of one file's reads shows: lengths, quality by position, bases, adapters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heatleaf.reads.sampling import NOT_A_BASE, FileSample, expanded_size

# The sequence behind the insert, and how much of its beginning is looked for: by chance, one read of 100 bases in
# 200,000 holds 12 given bases.
ADAPTERS = {
    "Illumina": "AGATCGGAAGAGCACACGTCTGAACTCCAGTCA",
    "Nextera": "CTGTCTCTTATACACATCT",
    "Illumina small RNA": "TGGAATTCTCGGGTGCCAAGG",
}
SECOND_ADAPTERS = {"Illumina": "AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGT"}  # of mate 2, where it is another one
_SEEN = 12


@dataclass(frozen=True)
class FileCheck:
    """One file, by a sample of its reads.

    n_sampled : reads looked at. n_reads : of the whole file; an estimate unless is_counted. read_length : median;
    shortest, longest : bases. mean_quality : float64 array of Phred scores by position (up to 300); gc_share, n_share :
    of the bases; adapter : name of the most frequent, "" below one read in a thousand; adapter_share : of the reads.
    is_whole : the file was read to its end, or its end says that nothing is missing; None where only reading all of it
    would tell.
    """

    path: Path
    n_sampled: int
    n_reads: int
    is_counted: bool
    read_length: int
    shortest: int
    longest: int
    mean_quality: NDArray[np.float64]
    gc_share: float
    n_share: float
    adapter: str
    adapter_share: float
    is_whole: bool | None


def profile_file(sample: FileSample, n_reads: int | None, *, is_whole: bool | None) -> FileCheck:
    """Describe a file by its sample. n_reads : of the whole file, None where they were not counted."""
    within = sample.is_within
    depth = within.sum(axis=0)
    is_base = sample.codes < NOT_A_BASE
    n_bases, n_cells = int(is_base.sum()), max(int(within.sum()), 1)
    is_gc = (sample.codes == 1) | (sample.codes == 2)
    adapter, share = find_adapter(sample.codes)
    lengths = sample.lengths if len(sample.lengths) else np.zeros(1, dtype=np.int64)
    return FileCheck(
        path=sample.path,
        n_sampled=sample.n_reads,
        n_reads=_estimate(sample) if n_reads is None else n_reads,
        is_counted=n_reads is not None or sample.is_all,
        read_length=int(np.median(lengths)),
        shortest=int(lengths.min()),
        longest=int(lengths.max()),
        mean_quality=np.divide((sample.scores * within).sum(axis=0), depth, out=np.zeros(len(depth)), where=depth > 0),
        gc_share=float(is_gc.sum() / max(n_bases, 1)),
        n_share=1 - n_bases / n_cells,
        adapter=adapter,
        adapter_share=share,
        is_whole=is_whole,
    )


def find_adapter(codes: NDArray[np.uint8]) -> tuple[str, float]:
    """Return the adapter that most reads hold 12 bases of, and the share of reads; ("", 0.0) below one in a thousand.

    Examples
    --------
    >>> reads = np.array([list(b"ACCTGTCTCTTATACACA"), list(b"ACGTACGTACGTACGTAC")], dtype=np.uint8)
    >>> from heatleaf.reads.sampling import base_codes
    >>> find_adapter(base_codes(reads))
    ('Nextera', 0.5)
    """
    shares = {name: _share_with(codes, sequence[:_SEEN]) for name, sequence in ADAPTERS.items()}
    best = max(shares, key=lambda name: shares[name])
    return (best, shares[best]) if shares[best] >= 1e-3 else ("", 0.0)


def _share_with(codes: NDArray[np.uint8], sequence: str) -> float:
    n_reads, n_positions = codes.shape
    if not n_reads or n_positions < len(sequence):
        return 0.0
    wanted = bytes("ACGT".index(base) for base in sequence)
    n_with = sum(wanted in row.tobytes() for row in codes)
    return float(n_with / n_reads)


def _estimate(sample: FileSample) -> int:
    """Estimate the reads of a file from the bytes that those looked through take."""
    if sample.is_all:
        return sample.n_seen
    return round(sample.n_seen * expanded_size(sample.path) / sample.n_bytes)
