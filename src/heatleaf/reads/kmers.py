"""Words of 31 bases (k-mers) of the transcripts, looked up for a few reads: which reads match, on which strand, where.

The words of the sampled reads are the index, and the transcripts stream past it, so memory does not grow with the
transcriptome: a few tens of megabytes for a human one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heatleaf.reads.reference import fasta_chunks
from heatleaf.reads.sampling import NOT_A_BASE, base_codes

K = 31  # as in kallisto and salmon: one word of 62 bits
_STEP = 7  # bases between two words of a read; a read error spoils 31 words, so of 100 bases some stay whole
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio (Knuth, The Art of Computer Programming 3, 6.4)
_NEW_LINE, _RETURN, _HEADER = 10, 13, ord(">")


@dataclass(frozen=True)
class Hits:
    """Where words of reads occur.

    is_found : bool array. target : int64 array, the transcript that holds a word first (a number of its own, not an
    index); position : int64 array, 0-based, of the word in it. All of shape (n_words,).
    """

    is_found: NDArray[np.bool_]
    target: NDArray[np.int64]
    position: NDArray[np.int64]


@dataclass(frozen=True)
class ReadWords:
    """Words of reads, in both directions.

    words : uint64 array. read : int64 array, the row of the read. offset : int64 array, the start of the word in the
    read, counted from the start of the read as it is or, where is_reverse, of its reverse complement.
    """

    words: NDArray[np.uint64]
    read: NDArray[np.int64]
    offset: NDArray[np.int64]
    is_reverse: NDArray[np.bool_]


def words_of(codes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return the word that begins at each position of a row of codes, shape (n - 30,); codes above 3 count as A.

    Two of half the length make a word twice as long: 1, 2, 4, 8, 16, and 16 with 15 make 31.
    """
    word = (codes & 3).astype(np.uint64)
    for size in (1, 2, 4, 8):
        word = (word[:-size] << np.uint64(2 * size)) | word[size:]
    rest = np.uint64((1 << 30) - 1)
    return (word[: -(K - 16)] << np.uint64(30)) | (word[K - 16 :] & rest)


def words_of_reads(codes: NDArray[np.uint8]) -> ReadWords:
    """Return words of reads at every seventh position and of their reverse complements; () where reads are too short.

    codes : uint8 array of shape (n_reads, n_positions), 4 for what is no base.
    """
    n_reads, n_positions = codes.shape
    starts = np.arange(0, n_positions - K + 1, _STEP)
    if not len(starts) or not n_reads:
        empty = np.zeros(0, dtype=np.int64)
        return ReadWords(empty.astype(np.uint64), empty, empty, empty.astype(bool))
    windows = np.lib.stride_tricks.sliding_window_view(codes, K, axis=1)[:, starts]
    is_whole = (windows < NOT_A_BASE).all(axis=2)
    read, i_start = np.nonzero(is_whole)
    chosen = windows[read, i_start].astype(np.uint64)
    ends = (codes < NOT_A_BASE).cumsum(axis=1).argmax(axis=1) + 1  # behind the last base of each read
    place = np.uint64(2) * np.arange(K, dtype=np.uint64)
    forward = (chosen << place[::-1]).sum(axis=1, dtype=np.uint64)
    reverse = ((np.uint64(3) - chosen) << place).sum(axis=1, dtype=np.uint64)
    offset = starts[i_start]
    return ReadWords(
        np.concatenate([forward, reverse]),
        np.concatenate([read, read]),
        np.concatenate([offset, ends[read] - K - offset]),
        np.repeat([False, True], len(read)),
    )


def find_words(words: NDArray[np.uint64], transcripts: Sequence[Path]) -> Hits:
    """Look words up in the transcripts.

    Complexity: one pass over the transcripts, about 20 ns a base; memory 16 bytes and a bit a word.
    """
    keys, of_word = np.unique(words, return_inverse=True)
    target = np.full(len(keys), -1, dtype=np.int64)
    position = np.full(len(keys), -1, dtype=np.int64)
    if len(keys):
        sieve, shift = _make_sieve(keys)
        for start, codes, borders in _stream(transcripts):
            found, at = _look_up(codes, keys, sieve, shift)
            is_new = target[found] < 0
            found, at = found[is_new][::-1], at[is_new][::-1]  # of several, the first is written last
            transcript = borders[np.searchsorted(borders, at + start, side="right") - 1]
            target[found] = transcript
            position[found] = at + start - transcript - 1
    return Hits((target >= 0)[of_word], target[of_word], position[of_word])


def _make_sieve(keys: NDArray[np.uint64]) -> tuple[NDArray[np.bool_], np.uint64]:
    """Mark the hashes of the words in a table that is at least sixteen times as long, and so lets few others pass."""
    bits = int(np.clip(np.ceil(np.log2(16 * len(keys))), 16, 27))
    shift = np.uint64(64 - bits)
    sieve = np.zeros(1 << bits, dtype=np.bool_)
    sieve[(keys * _MIX) >> shift] = True
    return sieve, shift


def _look_up(
    codes: NDArray[np.uint8], keys: NDArray[np.uint64], sieve: NDArray[np.bool_], shift: np.uint64
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which keys occur in a row of codes, and where."""
    words = words_of(codes)
    at = np.flatnonzero(sieve[(words * _MIX) >> shift])
    other = np.append(np.flatnonzero(codes >= NOT_A_BASE), len(codes))
    at = at[other[np.searchsorted(other, at)] - at >= K]
    found = np.minimum(np.searchsorted(keys, words[at]), len(keys) - 1)
    is_same = keys[found] == words[at]
    return found[is_same], at[is_same]


def _stream(transcripts: Sequence[Path]) -> Iterator[tuple[int, NDArray[np.uint8], NDArray[np.int64]]]:
    """Yield the transcripts as rows of codes that overlap by 30.

    Each comes with the place of its first code in the whole stream and the places of the borders between transcripts up
    to its end, beginning with the last one before it.
    """
    start, rest = 0, np.zeros(0, dtype=np.uint8)
    border = np.zeros(0, dtype=np.int64)
    for path in transcripts:
        for chunk in fasta_chunks(path):
            letters = _sequence_letters(np.frombuffer(chunk.text, dtype=np.uint8))
            borders = np.concatenate([border, start + len(rest) + np.flatnonzero(letters == _HEADER)])
            codes = np.concatenate([rest, base_codes(letters)])
            if len(codes) >= K:
                yield start, codes, borders
            kept = min(K - 1, len(codes))
            start, rest = start + len(codes) - kept, codes[len(codes) - kept :]
            border = borders[-(K + 1) :]  # of very short transcripts several may lie within the overlap


def _sequence_letters(text: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Leave out line ends and all of a header but its ">", which keeps two transcripts apart."""
    ends = np.flatnonzero(text == _NEW_LINE)
    line_starts = np.concatenate([[0], ends[:-1] + 1])
    headers = np.flatnonzero(text[line_starts] == _HEADER)
    change = np.zeros(len(text) + 1, dtype=np.int8)
    change[line_starts[headers] + 1] += 1
    change[ends[headers]] -= 1
    is_header = np.cumsum(change[:-1], dtype=np.int8).view(np.bool_)
    letters: NDArray[np.uint8] = text[~is_header & (text != _NEW_LINE) & (text != _RETURN)]
    return letters
