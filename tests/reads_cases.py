"""Small FASTQ files and transcripts, made from a seed, with known places, strands and faults."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

COMPLEMENT = str.maketrans("ACGT", "TGCA")


def reverse_complement(sequence: str) -> str:
    return sequence.translate(COMPLEMENT)[::-1]


def random_sequence(rng: np.random.Generator, n: int) -> str:
    return "".join(rng.choice(list("ACGT"), n))


def record(name: str, sequence: str, quality: str = "") -> str:
    return f"@{name}\n{sequence}\n+\n{quality or 'I' * len(sequence)}\n"


def write_fastq(path: Path, records: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(records).encode()
    path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)
    return path


@dataclass(frozen=True)
class Transcriptome:
    """Made transcripts; path : FASTA with Ensembl headers."""

    sequences: tuple[str, ...]
    path: Path


def make_transcriptome(folder: Path, n: int = 30, seed: int = 1) -> Transcriptome:
    rng = np.random.default_rng(seed)
    sequences = tuple(random_sequence(rng, int(rng.integers(500, 900))) for _ in range(n))
    path = folder / "cdna.fa.gz"
    lines = [
        f">T{i}.1 cdna chromosome:X:1:1:1:1 gene:G{i // 2}.3 gene_symbol:SYM{i // 2}\n"
        f"{sequence[:60]}\n{sequence[60:]}\n"
        for i, sequence in enumerate(sequences)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))
    return Transcriptome(sequences, path)


@dataclass(frozen=True)
class Library:
    """How reads are made. foreign_share : of reads that are of no transcript. is_reverse : mate 1 against it."""

    n_reads: int = 1000
    length: int = 75
    fragment: int = 220
    is_reverse: bool = True
    foreign_share: float = 0.0
    adapter: str = ""
    seed: int = 1


def make_pairs(sequences: tuple[str, ...], library: Library, run: str = "run") -> tuple[list[str], list[str]]:
    """Make the records of mate 1 and mate 2, named as Illumina does."""
    rng = np.random.default_rng(library.seed)
    first, second = [], []
    for i in range(library.n_reads):
        source = sequences[int(rng.integers(len(sequences)))]
        if rng.random() < library.foreign_share:
            source = random_sequence(rng, 500)
        start = int(rng.integers(0, len(source) - library.fragment + 1))
        fragment = source[start : start + library.fragment]
        if library.is_reverse:
            fragment = reverse_complement(fragment)
        one = _with_adapter(fragment, library) if library.adapter else fragment[: library.length]
        two = reverse_complement(fragment)[: library.length]
        first.append(record(f"{run}:1:1:{i} 1:N:0:ACGT", one))
        second.append(record(f"{run}:1:1:{i} 2:N:0:ACGT", two))
    return first, second


def _with_adapter(fragment: str, library: Library) -> str:
    """Return a read of which the insert is short, so that it runs into the adapter."""
    insert = fragment[: library.length - 20]
    return (insert + library.adapter + "A" * library.length)[: library.length]


def write_sample(folder: Path, name: str, sequences: tuple[str, ...], library: Library = Library()) -> list[Path]:
    first, second = make_pairs(sequences, library, run=name)
    return [
        write_fastq(folder / f"{name}_R1.fastq.gz", first),
        write_fastq(folder / f"{name}_R2.fastq.gz", second),
    ]
