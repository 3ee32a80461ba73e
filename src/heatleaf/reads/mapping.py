"""Share of reads that come from the transcripts, their strand, the length of fragments, by words of 31 bases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from heatleaf.reads.kmers import Hits, ReadWords, find_words, words_of_reads
from heatleaf.reads.sampling import FileSample

Strandedness = Literal["unstranded", "forward", "reverse", "unknown"]

N_MAPPED_READS = 2_000  # of each file: the share is known to within two points (two standard errors)
N_ALL_READS = 80_000  # of all files together, which bounds memory
_FEWEST_READS = 100
_STRANDED, _UNSTRANDED = 0.8, 0.1  # shares at which nf-core/rnaseq infers strandedness, and their distance from a half
_LONGEST_FRAGMENT = 2_000
_NORMAL = 1.4826  # standard deviation of a normal distribution over its median absolute deviation


@dataclass(frozen=True)
class Mapping:
    """What the reads of a sample match.

    n_reads : fragments looked up. mapped_share : of them, those of which a word is in a transcript. n_stranded :
    fragments that match in one direction only; forward_share : of these, those whose mate 1 reads like the transcript.
    fragment_length, fragment_sd : bases, None of single reads or where too few pairs lie in one transcript.
    """

    n_reads: int
    mapped_share: float
    n_stranded: int
    forward_share: float
    fragment_length: float | None = None
    fragment_sd: float | None = None

    @property
    def strandedness(self) -> Strandedness:
        """The strand of the library: mate 1 along transcripts (forward), against them (reverse), either, or unclear."""
        if self.n_stranded < _FEWEST_READS:
            return "unknown"
        if self.forward_share >= _STRANDED:
            return "forward"
        if self.forward_share <= 1 - _STRANDED:
            return "reverse"
        return "unstranded" if abs(self.forward_share - 0.5) <= _UNSTRANDED else "unknown"


def map_samples(pairs: Sequence[tuple[FileSample, ...]], transcripts: Sequence[Path]) -> list[Mapping]:
    """Map sampled reads of each sample: (mate 1,) or (mate 1, mate 2).

    Raises
    ------
    UserError
        transcripts: of `fasta_chunks`.
    """
    n_reads = reads_to_map(sum(map(len, pairs)))
    words = [[words_of_reads(_some(sample, n_reads)) for sample in pair] for pair in pairs]
    all_words = [mate.words for pair in words for mate in pair]
    hits = find_words(np.concatenate(all_words) if all_words else np.zeros(0, np.uint64), transcripts)
    mappings, start = [], 0
    for pair, samples in zip(words, pairs, strict=True):
        parts = []
        for mate in pair:
            stop = start + len(mate.words)
            parts.append(Hits(hits.is_found[start:stop], hits.target[start:stop], hits.position[start:stop]))
            start = stop
        mappings.append(_describe(pair, parts, [len(_some(sample, n_reads)) for sample in samples], samples))
    return mappings


def reads_to_map(n_files: int) -> int:
    """Return how many reads of each of so many files are looked up."""
    return max(_FEWEST_READS, min(N_MAPPED_READS, N_ALL_READS // max(n_files, 1)))


def thin(sample: FileSample, n_reads: int) -> FileSample:
    """Keep of a sample only the sequences that `map_samples` looks up, so that many files fit into memory."""
    return replace(sample, names=(), codes=_some(sample, n_reads).copy(), scores=sample.scores[:0])


def _some(sample: FileSample, n_reads: int) -> NDArray[np.uint8]:
    """Return reads spread over the sample; the same rows of both mates."""
    return sample.codes[:: max(1, sample.n_reads // n_reads)][:n_reads]


def _describe(
    words: Sequence[ReadWords], hits: Sequence[Hits], n_reads: Sequence[int], samples: Sequence[FileSample]
) -> Mapping:
    n = min(n_reads)
    forward, reverse = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for i_mate, (mate, found) in enumerate(zip(words, hits, strict=True)):
        for is_reverse in (False, True):
            here = found.is_found & (mate.is_reverse == is_reverse) & (mate.read < n)
            votes = np.bincount(mate.read[here], minlength=n)
            # Mate 2 is read from the other end, so against the transcript where mate 1 is read along it.
            if is_reverse == bool(i_mate):
                forward += votes
            else:
                reverse += votes
    is_mapped = (forward > 0) | (reverse > 0)
    is_stranded = forward != reverse
    n_stranded = int(is_stranded.sum())
    share = float((forward > reverse).sum() / n_stranded) if n_stranded else float("nan")
    length, spread = _fragments(words, hits, samples) if len(words) == 2 else (None, None)
    return Mapping(n, float(is_mapped.mean()) if n else 0.0, n_stranded, share, length, spread)


def _fragments(
    words: Sequence[ReadWords], hits: Sequence[Hits], samples: Sequence[FileSample]
) -> tuple[float | None, float | None]:
    """Measure from the start of one mate to the end of the other where both lie in one transcript."""
    lengths = []
    for one, other in ((0, 1), (1, 0)):
        starts = _places(words[one], hits[one], is_reverse=False)
        ends = _places(words[other], hits[other], is_reverse=True)
        width = samples[other].codes.shape[1]
        for read, (target, start) in starts.items():
            if read in ends and ends[read][0] == target:
                lengths.append(ends[read][1] + width - start)
    inside = np.array([length for length in lengths if 0 < length <= _LONGEST_FRAGMENT], dtype=np.float64)
    if len(inside) < _FEWEST_READS:
        return None, None
    middle = float(np.median(inside))
    return middle, float(_NORMAL * np.median(np.abs(inside - middle)))


def _places(words: ReadWords, hits: Hits, *, is_reverse: bool) -> dict[int, tuple[int, int]]:
    """Return, by read, the transcript of its first word that is found, and where the read begins in it."""
    here = np.flatnonzero(hits.is_found & (words.is_reverse == is_reverse))[::-1]
    begin = hits.position[here] - words.offset[here]
    rows = zip(words.read[here].tolist(), hits.target[here].tolist(), begin.tolist(), strict=True)
    return {read: (target, start) for read, target, start in rows}
