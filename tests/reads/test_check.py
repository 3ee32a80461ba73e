"""The check of the reads: what is refused to the line (B86), and what is found in made and in real reads."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.reads.check import ReadsCheck, check_reads
from heatleaf.reads.fastq import count_reads, read_records
from heatleaf.reads.file_end import look_at_end, require_whole
from heatleaf.reads.kmers import K, find_words, words_of, words_of_reads
from heatleaf.reads.plan import find_reads
from heatleaf.reads.profile import ADAPTERS
from heatleaf.reads.reference import Reference
from heatleaf.reads.sampling import base_codes, sample_reads
from reads_cases import (
    Library,
    make_pairs,
    make_transcriptome,
    random_sequence,
    record,
    reverse_complement,
    write_fastq,
    write_sample,
)

ILLUMINA = ADAPTERS["Illumina"]


def codes_of(text: str) -> np.ndarray:
    return base_codes(np.frombuffer(text.encode(), dtype=np.uint8))


def check(folder: Path, reference: Path | None = None, **options: int) -> ReadsCheck:
    return check_reads(find_reads(folder), Reference((reference,)) if reference else None, **options)


def refusal(folder: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        check(folder)
    return caught.value


# --- reference values


@pytest.mark.data
def test_the_yeast_reads_are_reverse_stranded(data: Path) -> None:
    """Against salmon's library types (ISR, SR), kallisto's shares of reads and fastp's counts."""
    yeast = data / "reads_yeast_chrI"
    reference = Reference((yeast / "ref/transcriptome.fasta",), yeast / "ref/genes.gtf")
    found = check_reads(find_reads(yeast / "fastq"), reference)
    for sample in found.samples:
        name = sample.sample_id.removesuffix(".mapped_only")
        assert sample.strandedness == "reverse"
        info = json.loads((yeast / f"gold/kallisto/{name}/run_info.json").read_text())
        assert sample.n_reads == info["n_processed"] and sample.is_counted
        assert sample.mapped_share == pytest.approx(info["p_pseudoaligned"] / 100, abs=0.07)
        with gzip.open(yeast / f"gold/fastp/{name}.json.gz", "rt") as handle:
            before = json.load(handle)["summary"]["before_filtering"]
        assert sample.gc_share == pytest.approx(before["gc_content"], abs=0.01)
        assert sample.read_length == pytest.approx(before["read1_mean_length"], abs=2)
        assert sample.adapter == "" and sample.is_gzip_whole
    assert [message.code for message in found.all_messages] == ["sample_differs"]
    assert "2 samples have paired and 2 single reads" in found.messages[0].text


@pytest.mark.data
def test_quality_by_position_equals_fastp(data: Path) -> None:
    yeast = data / "reads_yeast_chrI"
    sample = sample_reads(yeast / "fastq/WT_REP2_1.fq.gz", 1_000_000)
    with gzip.open(yeast / "gold/fastp/WT_REP2.json.gz", "rt") as handle:
        expected = json.load(handle)["read1_before_filtering"]["quality_curves"]["mean"]
    within = sample.is_within
    mean = (sample.scores * within).sum(axis=0) / within.sum(axis=0)
    assert np.allclose(mean, expected, atol=1e-3)


def brute_words(text: str) -> list[str]:
    return [text[i : i + K] for i in range(len(text) - K + 1)]


@given(st.integers(0, 2**32 - 1), st.integers(K, 90))
@settings(max_examples=30, deadline=None)
def test_words_are_those_of_the_text(seed: int, n: int) -> None:
    text = random_sequence(np.random.default_rng(seed), n)
    for word, expected in zip(words_of(codes_of(text)).tolist(), brute_words(text), strict=True):
        assert "".join("ACGT"[(word >> 2 * (K - 1 - i)) & 3] for i in range(K)) == expected


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_words_are_found_where_they_are(tmp_path_factory: pytest.TempPathFactory, seed: int, n_lines: int) -> None:
    """Against a search of strings, over line ends, several files and characters that are no bases."""
    rng = np.random.default_rng(seed)
    folder = tmp_path_factory.mktemp("words")
    texts = [random_sequence(rng, 200) for _ in range(3)]
    texts[1] = texts[1][:90] + "N" + texts[1][91:]
    paths = []
    for i, text in enumerate(texts):
        width = 200 // n_lines + 1
        lines = "\n".join(text[j : j + width] for j in range(0, 200, width))
        paths.append(folder / f"{i}.fa")
        paths[-1].write_text(f">t{i} about it\n{lines}\n")
    reads = [texts[0][5:80], reverse_complement(texts[1][100:175]), random_sequence(rng, 75), texts[1][50:125]]
    codes = np.stack([codes_of(read) for read in reads])
    words = words_of_reads(codes)
    hits = find_words(words.words, paths)
    for word, read, offset, is_reverse, found, position in zip(
        words.words, words.read, words.offset, words.is_reverse, hits.is_found, hits.position, strict=True
    ):
        text = reverse_complement(reads[read]) if is_reverse else reads[read]
        piece = text[offset : offset + K]
        assert words_of(codes_of(piece))[0] == word
        expected = next((one.find(piece) for one in texts if piece in one), None)
        assert found == (expected is not None)
        assert not found or position == expected


# --- made reads


@pytest.mark.parametrize("is_reverse", [True, False])
def test_strand_share_and_fragments_of_made_pairs(tmp_path: Path, is_reverse: bool) -> None:
    made = make_transcriptome(tmp_path)
    library = Library(is_reverse=is_reverse, foreign_share=0.3, fragment=240)
    write_sample(tmp_path / "reads", "A", made.sequences, library)
    (sample,) = check(tmp_path / "reads", made.path).samples
    assert sample.strandedness == ("reverse" if is_reverse else "forward")
    assert sample.stranded_share == (0.0 if is_reverse else 1.0)
    assert sample.mapped_share == pytest.approx(0.7, abs=0.04)
    assert sample.fragment_length == 240
    assert (sample.n_reads, sample.read_length, sample.adapter) == (1000, 75, "")


def test_adapters_are_told_by_content(tmp_path: Path) -> None:
    made = make_transcriptome(tmp_path)
    write_sample(tmp_path / "reads", "A", made.sequences, Library(adapter=ILLUMINA))
    (sample,) = check(tmp_path / "reads", made.path).samples
    assert (sample.adapter, sample.adapter_share) == ("Illumina", 1.0)
    assert sample.messages[0].text == "A: 100% of the reads hold the Illumina adapter, which is cut off first."


def test_the_wrong_organism(tmp_path: Path) -> None:
    """Reads of other transcripts: a warning before hours are spent."""
    made, other = make_transcriptome(tmp_path), make_transcriptome(tmp_path / "other", seed=9)
    write_sample(tmp_path / "reads", "A", other.sequences)
    (sample,) = check(tmp_path / "reads", made.path).samples
    assert sample.mapped_share == 0 and sample.strandedness == "unknown"
    assert sample.messages[0].text.startswith(
        "A: only 0% of the reads come from these transcripts. Fix: check organism"
    )


def test_the_organism_that_the_reads_are_of(tmp_path: Path) -> None:
    """Among those whose transcripts are there."""
    made, other = make_transcriptome(tmp_path), make_transcriptome(tmp_path / "other", seed=9)
    write_sample(tmp_path / "reads", "A", other.sequences)
    third = make_transcriptome(tmp_path / "third", seed=5)
    others = [Reference((third.path,), None, "worm"), Reference((other.path,), None, "fly")]
    (sample,) = check_reads(find_reads(tmp_path / "reads"), Reference((made.path,)), others=others).samples
    assert sample.organism == "fly"
    assert "A: only 0% of the reads come from these transcripts, and most from those of fly." in sample.messages[0].text


def test_a_sample_that_does_not_belong(tmp_path: Path) -> None:
    made, other = make_transcriptome(tmp_path), make_transcriptome(tmp_path / "other", seed=9)
    for i, name in enumerate("ABC"):
        write_sample(tmp_path / "reads", name, made.sequences, Library(seed=i))
    write_sample(tmp_path / "reads", "X", other.sequences, Library(seed=7))
    found = check(tmp_path / "reads", made.path)
    assert [message.where for message in found.messages] == ["X"]
    assert "X: share of reads from the transcripts: 0%, and 100% in the other samples" in found.messages[0].text


def test_one_sample_of_the_other_strand_may_have_its_mates_swapped(tmp_path: Path) -> None:
    made = make_transcriptome(tmp_path)
    for i, name in enumerate("ABC"):
        write_sample(tmp_path / "reads", name, made.sequences, Library(seed=i))
    write_sample(tmp_path / "reads", "X", made.sequences, Library(seed=7, is_reverse=False))
    (message,) = check(tmp_path / "reads", made.path).messages
    assert message.text.startswith(
        "X: the library is forward-stranded, and reverse-stranded in the other samples. Fix:"
    )
    assert "check whether mate 1 and mate 2 are swapped" in message.text


def test_low_quality_and_short_reads_are_told(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    records = [record(f"r.{i}", random_sequence(rng, 22), "*" * 22) for i in range(200)]
    write_fastq(tmp_path / "S.fastq", records)
    (sample,) = check(tmp_path).samples
    assert sample.mean_quality.tolist() == [9.0] * 22
    said = [message.text for message in sample.messages]
    assert said[0].startswith("S.fastq: the mean quality is 9: more than one base in a hundred is wrong")
    assert said[1].startswith("S: the reads have 22 bases; kallisto and salmon look for 31 bases in a row")


def test_many_files_are_looked_at_in_fewer_reads(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    for i in range(30):
        write_fastq(tmp_path / f"S{i}x.fastq", [record(f"{i}.{j}", random_sequence(rng, 40)) for j in range(30)])
    found = check(tmp_path, n_reads=20_000)
    assert len(found.samples) == 30 and all(sample.n_sampled == 30 for sample in found.samples)


# --- refusals (B86)

GOOD = [record(f"run.{i}", "ACGTACGTAC") for i in range(2000)]


@pytest.mark.parametrize(
    ("line", "text", "said"),
    [
        (0, "run.1500", "line 6,001 of S.fastq.gz: a read's name starts with '@', found 'run.1500'"),
        (2, "-", "line 6,003 of S.fastq.gz: a line with '+' is expected, found '-'"),
        (3, "IIII", "line 6,004 of S.fastq.gz: the quality has 4 characters, and the sequence 10"),
    ],
)
def test_damaged_records_are_named_by_line(tmp_path: Path, line: int, text: str, said: str) -> None:
    lines = "".join(GOOD).split("\n")
    lines[6000 + line] = text
    write_fastq(tmp_path / "S.fastq.gz", ["\n".join(lines)])
    error = refusal(tmp_path)
    assert error.code == "fastq" and str(error).startswith(said)


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_truncated_gzip(tmp_path: Path, kept: float) -> None:
    path = write_fastq(tmp_path / "S.fastq.gz", GOOD)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    error = refusal(tmp_path)
    assert error.code == "gzip_damaged"
    assert "of S.fastq.gz: ends early or is damaged (gzip" in str(error) and str(error).startswith("line ")


def test_a_plain_file_that_ends_within_a_record(tmp_path: Path) -> None:
    write_fastq(tmp_path / "S.fastq", [*GOOD[:3], "@run.3\nACGT\n"])
    error = refusal(tmp_path)
    assert error.code == "fastq"
    assert str(error).startswith(
        "line 14 of S.fastq: the file ends within a record: 2 of its 4 lines are there. Fix: copy"
    )


def pair(tmp_path: Path, first: list[str], second: list[str]) -> Path:
    write_fastq(tmp_path / "S_R1.fastq.gz", first)
    write_fastq(tmp_path / "S_R2.fastq.gz", second)
    return tmp_path


def test_mates_whose_names_differ(tmp_path: Path) -> None:
    made = make_transcriptome(tmp_path / "t")
    first, second = make_pairs(made.sequences, Library(n_reads=50))
    del second[20]
    error = refusal(pair(tmp_path / "r", first, second))
    assert error.code == "mates"
    assert str(error).startswith("line 81 of S_R2.fastq.gz: the read is named 'run:1:1:21', its mate in S_R1.fastq.gz")


@pytest.mark.parametrize(("n_first", "n_second", "where"), [(50, 40, "S_R2"), (40, 50, "S_R1")])
def test_unequal_numbers(tmp_path: Path, n_first: int, n_second: int, where: str) -> None:
    made = make_transcriptome(tmp_path / "t")
    first, second = make_pairs(made.sequences, Library(n_reads=50))
    error = refusal(pair(tmp_path / "r", first[:n_first], second[:n_second]))
    assert error.code == "mates"
    assert f"line 160 of {where}.fastq.gz: the file ends after 40 reads, and its mate" in str(error)


def test_mates_the_wrong_way_round(tmp_path: Path) -> None:
    """R1 given as R2: the reads themselves say which they are."""
    made = make_transcriptome(tmp_path / "t")
    first, second = make_pairs(made.sequences, Library(n_reads=50))
    error = refusal(pair(tmp_path / "r", second, first))
    assert error.code == "mates"
    assert "line 1 of S_R1.fastq.gz: holds mates 2, and S_R2.fastq.gz mates 1: they were given the wrong way" in str(
        error
    )


def test_mate_1_given_twice(tmp_path: Path) -> None:
    made = make_transcriptome(tmp_path / "t")
    first, _ = make_pairs(made.sequences, Library(n_reads=50))
    error = refusal(pair(tmp_path / "r", first, first))
    assert error.code == "mates" and "line 1 of S_R2.fastq.gz: holds mates 1, as S_R1.fastq.gz does" in str(error)


def test_the_same_reads_under_two_names(tmp_path: Path) -> None:
    write_fastq(tmp_path / "A.fastq.gz", GOOD)
    write_fastq(tmp_path / "B.fastq", GOOD)
    error = refusal(tmp_path)
    assert error.code == "mates" and str(error).startswith("B.fastq: holds the same reads as A.fastq.gz. Fix: take one")


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "file_empty", "S.fastq: is empty (0 bytes)"),
        (b">t1\nACGT\n", "file_kind", "S.fastq: is FASTA (it has no qualities), not FASTQ"),
        (b"BAM\x01rest", "file_kind", "S.fastq: holds aligned reads (BAM, CRAM, SAM), not FASTQ"),
        (b"hello\n", "fastq", "line 1 of S.fastq: a read's name starts with '@', found 'hello'"),
    ],
)
def test_other_files_named_fastq(tmp_path: Path, content: bytes, code: str, said: str) -> None:
    (tmp_path / "S.fastq").write_bytes(content)
    error = refusal(tmp_path)
    assert error.code == code and str(error).startswith(said)


# --- the end of a compressed file


def test_the_end_tells_a_cut_file(tmp_path: Path) -> None:
    """Without reading it all: the sample is of the beginning."""
    rng = np.random.default_rng(1)
    records = [record(f"run.{i}", random_sequence(rng, 50)) for i in range(30_000)]
    path = write_fastq(tmp_path / "S.fastq.gz", records)
    assert look_at_end(sample_reads(path, 500)) is True
    path.write_bytes(path.read_bytes()[:-40_000])
    sample = sample_reads(path, 500)
    assert not sample.is_all and look_at_end(sample) is False
    with pytest.raises(UserError) as caught:
        require_whole(sample)
    assert caught.value.code == "gzip_damaged"


def test_a_file_of_several_gzip_members_is_read_through(tmp_path: Path) -> None:
    """Lanes joined with cat: the end tells of the last member only."""
    rng = np.random.default_rng(1)
    records = [record(f"run.{i}", random_sequence(rng, 50)) for i in range(30_000)]
    path = tmp_path / "S.fastq.gz"
    parts = [gzip.compress("".join(part).encode()) for part in (records[:29_000], records[29_000:])]
    path.write_bytes(b"".join(parts))
    assert require_whole(sample_reads(path, 500)) is True
    assert count_reads(path) == 30_000


# --- laws of the reader


@given(
    st.lists(
        st.tuples(st.text("abc:/ 12", min_size=1, max_size=9), st.text("ACGTN", max_size=12)), min_size=1, max_size=8
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_records_come_back(
    tmp_path_factory: pytest.TempPathFactory, reads: list[tuple[str, str]], end: str, ended: bool
) -> None:
    text = end.join(f"@{name}{end}{sequence}{end}+{end}{'I' * len(sequence)}" for name, sequence in reads)
    path = tmp_path_factory.mktemp("fastq") / "a.fastq"
    is_ended = ended or not reads[-1][1]  # an empty last line is only there with its line end
    path.write_bytes((text + (end if is_ended else "")).encode())
    found = [
        (records.line(i, 0).decode()[1:], records.line(i, 1).decode())
        for records in read_records(path)
        for i in range(len(records.starts))
    ]
    assert found == reads


def test_the_sample_of_mates_holds_the_same_fragments(tmp_path: Path) -> None:
    made = make_transcriptome(tmp_path / "t")
    library = replace(Library(), n_reads=900)
    paths = write_sample(tmp_path / "r", "A", made.sequences, library)
    first = sample_reads(paths[0], 100)
    second = sample_reads(paths[1], 100, first.step)
    assert first.step == 5 and first.n_reads == 100
    assert [name.split()[0] for name in first.names] == [name.split()[0] for name in second.names]
