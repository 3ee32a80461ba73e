"""The made reads of the demonstration: always the same, in the numbers of its counts, from its transcripts."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from heatleaf.resources import demo_study
from heatleaf.resources.demo_reads import READ_LENGTH, DemoReads


@pytest.fixture(scope="module")
def made() -> DemoReads:
    return DemoReads(demo_study(), n_reads=5_000)


def lines_of(made: DemoReads, i_sample: int) -> list[str]:
    return gzip.decompress(b"".join(made.fastq(i_sample))).decode().splitlines()


def test_counts_are_those_of_the_study_to_within_one_read(made: DemoReads) -> None:
    counts = demo_study().counts.counts
    scaled = counts * 5_000 / counts.sum(axis=0).mean()
    assert (np.abs(made.counts - scaled) < 1).all()
    assert made.counts.sum(axis=0).mean() == pytest.approx(5_000, rel=0.05)


def test_reads_are_fastq_of_the_transcripts_against_their_strand(made: DemoReads) -> None:
    lines = lines_of(made, 0)
    assert len(lines) == 4 * made.counts[:, 0].sum()
    names, reads, plus, qualities = lines[::4], lines[1::4], lines[2::4], lines[3::4]
    assert len(set(names)) == len(names) and set(plus) == {"+"}
    assert {len(read) for read in reads} == {READ_LENGTH} == {len(quality) for quality in qualities}
    fasta = gzip.decompress(made.transcripts).decode().split(">")[1:]
    gene_of = {}
    for entry in fasta:
        header, sequence = entry.split("\n", 1)
        sequence = sequence.strip()
        gene = header.split("gene:")[1].split()[0]
        turned = sequence.translate(str.maketrans("ACGT", "TGCA"))[::-1]
        gene_of |= {turned[i : i + READ_LENGTH]: gene for i in range(len(turned) - READ_LENGTH + 1)}
    found = [gene_of[read] for read in reads if read in gene_of]
    assert len(found) > 0.93 * len(reads)  # one base in a thousand is wrong
    row = {gene: i for i, gene in enumerate(demo_study().counts.gene_ids)}
    seen = np.bincount([row[gene] for gene in found], minlength=len(row))
    assert (seen <= made.counts[:, 0]).all()


def test_they_are_the_same_each_time(made: DemoReads) -> None:
    again = DemoReads(demo_study(), n_reads=5_000)
    assert again.transcripts == made.transcripts
    assert b"".join(again.fastq(2)) == b"".join(made.fastq(2))
    assert b"".join(made.fastq(2)) != b"".join(made.fastq(3))
