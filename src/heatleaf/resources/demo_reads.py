"""Reads of the demonstration study: made transcripts of its genes, and FASTQ of them in the numbers of its counts.

Sequences, errors and qualities are all made. The study is "sequenced" less deeply than its counts say, so that
everything from reads to report is done in under a minute.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from heatleaf.resources.demo import DemoStudy

READ_LENGTH = 50  # bases
N_READS = 400_000  # of a sample on average; a gene of the planted programmes has about a hundred
_SEED = 2612
_LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)
_LENGTHS = (240, 320)  # bases of a transcript: short ones, since making the index takes longest
_FRAGMENT = (200.0, 30.0)  # mean and standard deviation, as quantifiers are told of single reads
_ERROR_SHARE = 0.001  # of the bases
_N_QUALITIES = 64  # courses of quality along a read, to choose from
_CHUNK = 50_000  # reads
_FASTEST = 1  # zlib's level: half the time of the default for a tenth more bytes
_GZIP = 31  # zlib's window bits for a gzip stream, whose header holds no time


def _scale_down(counts: NDArray[np.int64], n_reads: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Bring the mean library to `n_reads`, rounded up or down by chance, so that what the counts show stays visible."""
    scaled = counts * min(1.0, n_reads / counts.sum(axis=0).mean())
    below = np.floor(scaled)
    rounded: NDArray[np.int64] = (below + (rng.random(scaled.shape) < scaled - below)).astype(np.int64)
    return rounded


class DemoReads:
    """Transcripts and reads, always the same.

    Parameters
    ----------
    study : DemoStudy
    n_reads : int
        Reads of a sample on average.
    """

    def __init__(self, study: DemoStudy, n_reads: int = N_READS) -> None:
        rng = np.random.default_rng(_SEED)
        self._genes = study.counts.gene_ids
        lengths = rng.integers(*_LENGTHS, len(self._genes))
        self._starts = np.concatenate([[0], np.cumsum(lengths)])
        self._bases = rng.integers(0, 4, self._starts[-1]).astype(np.uint8)
        self.counts = _scale_down(study.counts.counts, n_reads, rng)
        drop = np.linspace(0, 8, READ_LENGTH) ** 2 / 8  # sequencers become less sure towards the end
        noise = np.abs(rng.normal(0, 2, (_N_QUALITIES, READ_LENGTH)))
        self._qualities = (33 + np.clip(38 - drop - noise, 2, 38)).astype(np.uint8)

    @property
    def transcripts(self) -> bytes:
        """The transcripts as FASTA, gzip."""
        letters = _LETTERS[self._bases].tobytes()
        starts = self._starts.tolist()
        texts = (
            f">made{i:05d} cdna gene:{gene} gene_symbol:{gene} description:made sequence\n".encode()
            + letters[starts[i] : starts[i + 1]]
            for i, gene in enumerate(self._genes)
        )
        return zlib.compress(b"\n".join(texts) + b"\n", _FASTEST, wbits=_GZIP)

    def fastq(self, i_sample: int) -> Iterator[bytes]:
        """Yield the reads of a sample as pieces of a gzip file: single, of the strand opposite to the transcript."""
        rng = np.random.default_rng([_SEED, i_sample])
        gene = np.repeat(np.arange(len(self._genes)), self.counts[:, i_sample])
        rng.shuffle(gene)
        packer = zlib.compressobj(_FASTEST, wbits=_GZIP)
        for start in range(0, len(gene), _CHUNK):
            yield packer.compress(self._records(gene[start : start + _CHUNK], start, rng).tobytes())
        yield packer.flush()

    def _records(self, gene: NDArray[np.int64], first: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Make records of one width: name, sequence, plus, quality."""
        n = len(gene)
        name, plus = b"@made0000000\n", b"\n+\n"
        sequence = len(name)
        quality = sequence + READ_LENGTH + len(plus)
        records = np.empty((n, quality + READ_LENGTH + 1), dtype=np.uint8)
        records[:, :sequence] = np.frombuffer(name, dtype=np.uint8)
        number = first + np.arange(n)
        for i in range(7):
            records[:, sequence - 2 - i] += (number // 10**i % 10).astype(np.uint8)
        records[:, sequence : sequence + READ_LENGTH] = _LETTERS[self._read_bases(gene, rng)]
        records[:, sequence + READ_LENGTH : quality] = np.frombuffer(plus, dtype=np.uint8)
        records[:, quality:-1] = self._qualities[rng.integers(0, _N_QUALITIES, n)]
        records[:, -1] = ord("\n")
        return records

    def _read_bases(self, gene: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.uint8]:
        """Return the codes of reads, with errors: the reverse complement of the end of a fragment."""
        begin, end = self._starts[gene], self._starts[gene + 1]
        fragment = np.clip(np.rint(rng.normal(*_FRAGMENT, len(gene))), READ_LENGTH, end - begin).astype(np.int64)
        stop = begin + fragment + np.floor(rng.random(len(gene)) * (end - begin - fragment + 1)).astype(np.int64)
        codes: NDArray[np.uint8] = 3 - self._bases[stop[:, np.newaxis] - 1 - np.arange(READ_LENGTH)]
        is_wrong = rng.random(codes.shape) < _ERROR_SHARE
        codes[is_wrong] = (codes[is_wrong] + rng.integers(1, 4, int(is_wrong.sum()), dtype=np.uint8)) % 4
        return codes
