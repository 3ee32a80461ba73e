"""Which files are of which sample: names of sequencers and archives, sheets, and what is refused (B42, B86, S17)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.reads.file_names import SAFE_NAME, parse_name
from heatleaf.reads.plan import ReadsPlan, find_reads, holds_reads
from heatleaf.reads.sheet import groups_of_sheet, is_reads_sheet
from reads_cases import record, write_fastq


def folder_of(tmp_path: Path, *names: str, marks: dict[str, str] | None = None) -> Path:
    """Write one read into each file; marks : what is behind the read's name, by file."""
    folder = tmp_path / "reads"
    for name in names:
        mark = (marks or {}).get(name, "")
        write_fastq(folder / name, [record(f"run1.1{mark}", "ACGTACGT")])
    return folder


def shown(plan: ReadsPlan) -> dict[str, list[list[str]]]:
    return {
        sample.sample_id: [[path.name for path in mate] for mate in (sample.first_mates, sample.second_mates) if mate]
        for sample in plan.samples
    }


def refusal(source: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        find_reads(source)
    return caught.value


@pytest.mark.parametrize(
    "names",
    [
        ("WT_R1.fastq.gz", "WT_R2.fastq.gz"),
        ("WT_1.fq.gz", "WT_2.fq.gz"),
        ("WT.1.fastq", "WT.2.fastq"),
        ("WT_S7_L001_R1_001.fastq.gz", "WT_S7_L001_R2_001.fastq.gz"),
        ("WT_S7_R1_001.fastq.gz", "WT_S7_R2_001.fastq.gz"),
        ("WT-read1.fastq.gz", "WT-read2.fastq.gz"),
        ("WT_R1_val_1.fq.gz", "WT_R2_val_2.fq.gz"),
        ("WT_1.trimmed.fastq.gz", "WT_2.trimmed.fastq.gz"),
        ("WT_R1.FASTQ.GZ", "WT_R2.FASTQ.GZ"),
    ],
)
def test_pairs_are_recognised_from_names(tmp_path: Path, names: tuple[str, str]) -> None:
    plan = find_reads(folder_of(tmp_path, *names))
    assert shown(plan) == {"WT": [[names[0]], [names[1]]]}
    assert plan.samples[0].is_paired


def test_lanes_are_merged_in_the_same_order_for_both_mates(tmp_path: Path) -> None:
    names = [f"A_S1_L00{lane}_R{mate}_001.fastq.gz" for lane in (2, 1) for mate in (2, 1)]
    (sample,) = find_reads(folder_of(tmp_path, *names, "A_S1_L001_I1_001.fastq.gz")).samples
    assert [tuple(path.name for path in pair) for pair in sample.pairs] == [
        ("A_S1_L001_R1_001.fastq.gz", "A_S1_L001_R2_001.fastq.gz"),
        ("A_S1_L002_R1_001.fastq.gz", "A_S1_L002_R2_001.fastq.gz"),
    ]


def test_index_reads_are_left_out_and_said(tmp_path: Path) -> None:
    plan = find_reads(folder_of(tmp_path, "A_L001_R1_001.fastq.gz", "A_L001_I1_001.fastq.gz"))
    assert shown(plan) == {"A": [["A_L001_R1_001.fastq.gz"]]}
    assert plan.messages[0].text == "reads/: 1 file of index reads (I1, I2) left out."


def test_single_reads_keep_the_whole_name(tmp_path: Path) -> None:
    plan = find_reads(folder_of(tmp_path, "WT_REP1.fq.gz", "WT_REP2.mapped_only.fq.gz", "KO_R1.fastq.gz"))
    assert list(shown(plan)) == ["KO", "WT_REP1", "WT_REP2.mapped_only"]
    assert not any(sample.is_paired for sample in plan.samples)


@pytest.mark.parametrize("mark", [" 1:N:0:AC", " 1/1", "/1"])
def test_replicates_with_numbers_are_no_mates(tmp_path: Path, mark: str) -> None:
    """WT_1 and WT_2 both hold mates 1, by their reads: two samples."""
    names = ("WT_1.fastq.gz", "WT_2.fastq.gz")
    plan = find_reads(folder_of(tmp_path, *names, marks=dict.fromkeys(names, mark)))
    assert list(shown(plan)) == ["WT_1", "WT_2"]
    assert "taken as 2 samples of single reads" in plan.messages[0].text


def test_three_numbers_are_replicates(tmp_path: Path) -> None:
    plan = find_reads(folder_of(tmp_path, "WT_R1.fastq.gz", "WT_R2.fastq.gz", "WT_R3.fastq.gz"))
    assert list(shown(plan)) == ["WT_R1", "WT_R2", "WT_R3"]


def test_files_of_folders_with_the_same_names_are_named_by_folder(tmp_path: Path) -> None:
    plan = find_reads(folder_of(tmp_path, "A/reads_1.fq.gz", "A/reads_2.fq.gz", "B/reads_1.fq.gz", "B/reads_2.fq.gz"))
    assert shown(plan) == {name: [["reads_1.fq.gz"], ["reads_2.fq.gz"]] for name in "AB"}


def test_results_within_the_folder_of_reads_are_left_out(tmp_path: Path) -> None:
    """Trimmed reads of a run that was broken off are no samples."""
    folder = folder_of(tmp_path, "A_R1.fastq.gz", "out/trimmed/A_R1.fastq.gz")
    assert shown(find_reads(folder, leave_out=folder / "out")) == {"A": [["A_R1.fastq.gz"]]}


@pytest.mark.data
def test_the_yeast_reads(data: Path) -> None:
    plan = find_reads(data / "reads_yeast_chrI/fastq")
    assert [(sample.sample_id, sample.is_paired) for sample in plan.samples] == [
        ("RAP1_IAA_30M_REP1", True),
        ("RAP1_UNINDUCED_REP1", False),
        ("RAP1_UNINDUCED_REP2.mapped_only", False),
        ("WT_REP2", True),
    ]


def test_a_sheet_of_nf_core(tmp_path: Path) -> None:
    """Rows of one sample are lanes; an empty fastq_2 is a sample of single reads."""
    folder = folder_of(tmp_path, "a1.fq.gz", "a2.fq.gz", "b1.fq.gz", "b2.fq.gz", "c.fq.gz")
    sheet = folder / "samplesheet.csv"
    sheet.write_text(
        "sample,fastq_1,fastq_2,strandedness,genotype\n"
        "X,a1.fq.gz,a2.fq.gz,auto,wt\nX,b1.fq.gz,b2.fq.gz,auto,wt\nY,c.fq.gz,,auto,ko\n"
    )
    assert shown(find_reads(sheet)) == {
        "X": [["a1.fq.gz", "b1.fq.gz"], ["a2.fq.gz", "b2.fq.gz"]],
        "Y": [["c.fq.gz"]],
    }
    assert is_reads_sheet(sheet)
    assert groups_of_sheet(sheet) == "sample\tgenotype\nX\twt\nY\tko\n"


def test_a_count_table_is_no_sheet_of_reads(tmp_path: Path) -> None:
    table = tmp_path / "counts.csv"
    table.write_text("gene,s1,s2\nA,1,2\n")
    assert not is_reads_sheet(table) and not is_reads_sheet(Path("-")) and not holds_reads(tmp_path)


# --- refusals


def test_a_missing_mate(tmp_path: Path) -> None:
    """B86."""
    error = refusal(folder_of(tmp_path, "A_R1.fastq.gz", "A_R2.fastq.gz", "B_R2.fastq.gz"))
    assert error.code == "reads_missing"
    assert str(error).startswith("B_R2.fastq.gz: the other mate (R1) of sample B is not there. Fix: add the file, or")


def test_a_missing_mate_of_a_lane(tmp_path: Path) -> None:
    """B86."""
    names = ("A_L001_R1_001.fastq.gz", "A_L001_R2_001.fastq.gz", "A_L002_R1_001.fastq.gz")
    error = refusal(folder_of(tmp_path, *names))
    assert error.code == "reads_missing"
    assert "A_L002_R1_001.fastq.gz: the other mate (R2) of sample A is not there" in str(error)


def test_the_same_file_twice(tmp_path: Path) -> None:
    """B86: by another name."""
    folder = folder_of(tmp_path, "A_R1.fastq.gz")
    (folder / "A_R2.fastq.gz").symlink_to(folder / "A_R1.fastq.gz")
    error = refusal(folder)
    assert error.code == "mates"
    assert str(error).startswith("A_R2.fastq.gz: is used twice, for A and for A. Fix: give each sample and each mate")


@pytest.mark.parametrize("name", ["; rm -rf ~", "$(x)", "{wildcards}", "a b", "né", "x" * 65, "--help", "a.", ".."])
def test_hostile_sample_names(tmp_path: Path, name: str) -> None:
    """B42, S17: names become paths of the workflow."""
    folder = folder_of(tmp_path, "a.fq.gz")
    sheet = folder / "sheet.tsv"
    sheet.write_text(f"sample\tfastq_1\n{name}\ta.fq.gz\n", encoding="utf-8")
    error = refusal(sheet)
    assert error.code == "sample_name"
    assert str(error).startswith(
        f"sample '{name}' cannot be a file name. Use letters, digits, . _ - (1-64). Fix: rename its files, or give"
    )


def test_hostile_file_names(tmp_path: Path) -> None:
    """S17: a name from a folder is held to the same."""
    assert refusal(folder_of(tmp_path, "$(touch x).fastq.gz")).code == "sample_name"


def test_names_that_differ_in_case_only(tmp_path: Path) -> None:
    """B42: on many systems they are one file."""
    error = refusal(folder_of(tmp_path, "wt.fq.gz", "sub/WT.fq.gz"))
    assert error.code == "sample_name"
    assert "samples 'WT' and 'wt' differ in case only, and could be one file" in str(error)


def test_a_compression_that_quantifiers_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "a.fastq.bz2").write_bytes(b"BZh9")
    error = refusal(tmp_path)
    assert error.code == "file_kind"
    assert "a.fastq.bz2: is compressed by bz2, which quantifiers cannot read. Fix: expand it" in str(error)


def test_an_empty_folder(tmp_path: Path) -> None:
    error = refusal(tmp_path)
    assert error.code == "reads_missing" and "is a folder without FASTQ files" in str(error)


def test_one_part_in_two_folders(tmp_path: Path) -> None:
    error = refusal(folder_of(tmp_path, "x/A_R1.fastq.gz", "y/A_R1.fastq.gz", "y/B_R1.fastq.gz"))
    assert error.code == "sample_duplicate"
    assert "sample A has two files of one part: x/A_R1.fastq.gz and y/A_R1.fastq.gz" in str(error)


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        ("sample,fastq_1\nA,none.fq.gz", "file_missing", "sheet.csv line 2: the file 'none.fq.gz' does not exist"),
        ("sample,fastq_1\n,a.fq.gz", "name_empty", "sheet.csv line 2: no sample name in column 'sample'"),
        ("name_of_it,fastq_1\nA,a.fq.gz", "sheet_column", "there is no column 'sample'. Columns: name_of_it, fastq_1"),
        ("sample,file_x\nA,a.fq.gz", "sheet_column", "there is no column 'fastq_1'"),
        ("sample,fastq_1\nA,https://x/a.fq.gz", "file_missing", "'https://x/a.fq.gz' is an address, not a file"),
        ("sample,fastq_1,fastq_2\nA,a.fq.gz,b.fq.gz\nA,c.fq.gz,", "mates", "rows with one file and rows with two"),
        ("sample,fastq_1\nA,a.fq.gz\nB,a.fq.gz", "mates", "a.fq.gz: is used twice, for A and for B"),
    ],
)
def test_faults_of_a_sheet(tmp_path: Path, rows: str, code: str, said: str) -> None:
    folder = folder_of(tmp_path, "a.fq.gz", "b.fq.gz", "c.fq.gz")
    (folder / "sheet.csv").write_text(rows + "\n")
    error = refusal(folder / "sheet.csv")
    assert error.code == code and said in str(error)


# --- laws


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,9}", fullmatch=True), st.sampled_from("12"), st.integers(1, 8))
def test_what_illumina_writes_is_taken_apart(sample: str, mate: str, lane: int) -> None:
    named = parse_name(f"{sample}_S{lane}_L00{lane}_R{mate}_001.fastq.gz")
    assert (named.stem, named.mate, named.is_lettered) == (sample, int(mate), True)


@given(st.text(max_size=70))
def test_safe_names_cannot_steer_a_path_or_a_command(name: str) -> None:
    """S17."""
    if SAFE_NAME.fullmatch(name):
        assert name == Path(name).name and name not in (".", "..") and not name.startswith(("-", "."))
        assert all(sign.isascii() and (sign.isalnum() or sign in "._-") for sign in name)


def test_a_plan_for_many_samples(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    (tmp_path / "one").write_bytes(record("run.1 1/1", "ACGT").encode())
    for i in range(2_000):
        os.link(tmp_path / "one", folder / f"S{i}_R1.fastq")
    assert len(find_reads(folder).samples) == 2_000
