"""Sample sheets: how they are read and matched to the samples of a table."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.io.options import ReadOptions
from heatleaf.io.sample_names import make_r_name, match_affix, match_files, squeeze_name, strip_file_name
from heatleaf.io.samples import read_samples

SHEET = "sample,condition,batch\nS1,ctrl,1\nS2,ctrl,2\nS3,kd,1\nS4,kd,2\n"
IDS = ("S1", "S2", "S3", "S4")
NAME = st.text("abcXYZ019", min_size=1, max_size=6)


def write(tmp_path: Path, text: str | bytes, name: str = "samples.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def codes(sheet: object) -> list[tuple[str, str]]:
    return [(message.level, message.code) for message in sheet.messages]


# --- laws


@pytest.mark.parametrize("delimiter", [",", "\t", ";", " "])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_the_way_of_writing_does_not_matter(
    tmp_path: Path, delimiter: str, line_end: str, bom: bytes, quote: str
) -> None:
    cells = [[f"{quote}{cell}{quote}" for cell in line.split(",")] for line in SHEET.splitlines()]
    content = bom + (line_end.join(delimiter.join(row) for row in cells) + line_end).encode()
    sheet = read_samples(write(tmp_path, content, "samples.txt"), sample_ids=IDS)
    assert sheet.sample_ids == IDS
    assert sheet.columns == {"condition": ("ctrl", "ctrl", "kd", "kd"), "batch": ("1", "2", "1", "2")}


@given(st.lists(NAME, min_size=1, max_size=8, unique=True), st.randoms(use_true_random=False))
def test_matched_by_name_in_the_order_of_the_table(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], order: random.Random
) -> None:
    rows = list(names)
    order.shuffle(rows)
    text = "sample\ttruth\n" + "".join(f"{name}\tis {name}\n" for name in rows)
    sheet = read_samples(write(tmp_path_factory.mktemp("sheet"), text), sample_ids=names)
    assert sheet.sample_ids == tuple(names)
    assert sheet.columns["truth"] == tuple(f"is {name}" for name in names)
    assert ("note", "sheet_order") in codes(sheet) or rows == names


@given(st.lists(NAME, min_size=1, max_size=6, unique=True), st.text("ab_1", max_size=3), st.text("ab_1", max_size=3))
def test_an_affix_is_found_or_ambiguous(names: list[str], before: str, after: str) -> None:
    long = [before + name + after for name in names]
    pairs = match_affix(long, names)
    if pairs is not None and (before or after):
        assert pairs.keys() == set(long)
        assert sorted(pairs.values()) == sorted(names)
    if len({len(name) for name in names}) > 1 and before == "" and after == "":
        assert pairs is None


# --- reference values: real sheets


def test_pasilla(data: Path) -> None:
    ids = ["untreated1", "untreated2", "untreated3", "untreated4", "treated1", "treated2", "treated3"]
    sheet = read_samples(data / "pasilla" / "pasilla_sample_annotation.csv", sample_ids=ids)
    assert sheet.sample_ids == tuple(ids)
    assert sheet.columns["condition"] == ("untreated",) * 4 + ("treated",) * 3
    assert sheet.columns["type"] == ("single-read",) * 2 + ("paired-end",) * 2 + ("single-read",) + ("paired-end",) * 2
    assert sheet.columns["total number of reads"][2] == "10542625 (x2)"
    assert codes(sheet) == [("warning", "sheet_names_differ"), ("note", "sheet_order")]
    text = sheet.messages[0].text
    assert "the names in column 'file' are not those of the table but differ from them in one way" in text
    assert all(f"{name}fb is {name}" in text for name in ids)


def test_airway(data: Path) -> None:
    ids = [f"SRR10395{number}" for number in ("08", "09", "12", "13", "16", "17", "20", "21")]
    sheet = read_samples(data / "airway" / "metadata.csv", sample_ids=ids)
    assert sheet.columns["dex"] == ("control", "treated") * 4
    assert [message.text for message in sheet.messages] == ["metadata.csv: sample names found in column 'id'."]


def test_gse96870_has_two_columns_of_names(data: Path) -> None:
    sheet = read_samples(data / "gse96870" / "metadata.csv")
    assert len(sheet.sample_ids) == 22
    again = read_samples(data / "gse96870" / "metadata.csv", sample_ids=sheet.sample_ids)
    assert again.columns == sheet.columns
    assert "geo_accession" in again.columns
    assert again.messages == ()


@pytest.mark.parametrize(
    "ids", [["KO1", "KO2", "WT1", "WT2"], ["KO1.htseq.out", "KO2.htseq.out", "WT1.htseq.out", "WT2.htseq.out"]]
)
def test_htseq_target_with_old_mac_line_ends(data: Path, ids: list[str]) -> None:
    sheet = read_samples(data / "formats" / "htseq_sartools" / "target.txt", sample_ids=ids)
    assert sheet.columns["group"] == ("KO", "KO", "WT", "WT")
    assert ("note", "line_ends") in codes(sheet)


def test_planted200_and_space_separated(data: Path) -> None:
    sheet = read_samples(data / "planted200" / "samples.csv")
    assert sheet.sample_ids[0] == "Ctrl_rep1"
    assert list(sheet.columns) == ["condition", "batch"]
    sheet = read_samples(data / "formats" / "tximportData" / "samples.txt", sample_column="run")
    assert sheet.sample_ids[0] == "ERR188297"


# --- how names are found


FOUND = {
    "B62 id": ("id,group\nS1,a\nS2,b\n", "S1 S2", "sheet_column", "sample names found in column 'id'."),
    "B62 last": ("group,x\na,S1\nb,S2\n", "S1 S2", "sheet_column", "sample names found in column 'x'."),
    "B66": ("sample,g\nS1,a\nS2,b\n", "S1 S2 S9", "sheet_lacks", "1 sample is not in the sheet and is left out: S9."),
    "B66 two": (
        "sample,g\nS2,a\n",
        "S1 S2 S3",
        "sheet_lacks",
        "2 samples are not in the sheet and are left out: S1, S3.",
    ),
    "B67": ("sample,g\nS2,a\nS1,b\n", "S1 S2", "sheet_order", "in another order than in the table; matched by name."),
    "files": ("file,g\na/S1.counts.txt,a\na/S2.counts.txt,b\n", "S1 S2", "sheet_column", "('a/S1.counts.txt' is S1)."),
    "salmon": ("file,g\nq/S1/quant.sf,a\nq/S2/quant.sf,b\n", "S1 S2 S3", "sheet_column", "as file names"),
    "STAR": ("f,g\nS1ReadsPerGene.out.tab,a\nS2ReadsPerGene.out.tab,b\n", "S1 S2", "sheet_column", "as file names"),
    "R names": ("sample,g\n1-a,x\nb-2,y\n", "X1.a b.2", "sheet_names_differ", "one to one: 1-a is X1.a, b-2 is b.2."),
    "R names, some": ("sample,g\n1-a,x\nok,y\n", "X1.a ok", "sheet_names_differ", "1-a is X1.a, ok is ok."),
    "punctuation": ("sample,g\ns_1,x\ns_2,y\n", "S-1 S-2", "sheet_names_differ", "s_1 is S-1, s_2 is S-2."),
    "spaces": ("sample,g\nS1 ,x\n S2,y\n", "S1 S2", "sheet_names_differ", "S1  is S1,  S2 is S2."),
    "shorter": ("sample,g\n1,x\n2,y\n", "S1 S2", "sheet_names_differ", "1 is S1, 2 is S2."),
    "longer": ("sample,g\nrun7_A,x\nrun7_B,y\n", "A B", "sheet_names_differ", "run7_A is A, run7_B is B."),
    "R row names": ("g,h\nS1,x,y\nS2,y,z\n", "S1 S2", "header_shifted", "(R style); accepted"),
    "header": ("sample, g \nS1,x\nS2,y\n", "S1 S2", "sheet_column", "spaces around column names were removed: ' g '."),
    "trailing in rows": ("sample,g\nS1,x,\nS2,y,\n", "S1 S2", "trailing_column", "empty last column ignored."),
    "trailing": ("sample,g,\nS1,x,\nS2,y,\n", "S1 S2", "trailing_column", "empty last column ignored."),
}
WARNED = {"sheet_lacks", "sheet_names_differ"}


@pytest.mark.parametrize("case", FOUND)
def test_names_are_found(tmp_path: Path, case: str) -> None:
    text, ids, code, sentence = FOUND[case]
    sheet = read_samples(write(tmp_path, text), sample_ids=ids.split())
    assert set(sheet.sample_ids) <= set(ids.split())
    (message,) = [message for message in sheet.messages if message.code == code]
    assert message.level == ("warning" if code in WARNED else "note")
    assert sentence in message.text


def test_exact_names_win_over_look_alikes(tmp_path: Path) -> None:
    sheet = read_samples(write(tmp_path, "other,sample\nS1x,S1\nS2x,S2\n"), sample_ids=["S1", "S2"])
    assert sheet.columns == {"other": ("S1x", "S2x")}
    assert sheet.messages == ()


def test_numbers_of_another_column_are_no_names(tmp_path: Path) -> None:
    path = write(tmp_path, "title,mouse\nalpha,2\nbeta,1\n")
    with pytest.raises(UserError, match="no column of the sheet matches the samples of the table"):
        read_samples(path, sample_ids=["S1", "S2"])


def test_two_columns_that_match_in_different_ways_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "one,two\na_1,B_1\nb_1,A_1\n")
    with pytest.raises(UserError) as refusal:
        read_samples(path, sample_ids=["A-1", "B-1"])
    assert refusal.value.code == "sheet_names_differ"


def test_workbook_is_read(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "samples.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("samples")
        for i_row, row in enumerate([("sample", "dose", "day"), ("S1", 1, "d0"), ("S2", 2.5, "d8")]):
            page.write_row(i_row, 0, row)
    sheet = read_samples(path, sample_ids=["S1", "S2"])
    assert sheet.columns == {"dose": ("1", "2.5"), "day": ("d0", "d8")}
    assert ("note", "workbook") in codes(sheet)


def test_compressed_sheet_and_options(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(SHEET.replace(",", "|").encode("latin-1")), "samples.csv.gz")
    sheet = read_samples(path, sample_ids=IDS, options=ReadOptions(delimiter="|", encoding="latin-1"))
    assert list(sheet.columns) == ["condition", "batch"]


def test_comments_blank_lines_and_commas_in_quotes(tmp_path: Path) -> None:
    sheet = read_samples(
        write(tmp_path, '# made by hand\n\nsample,note\nS1,"a, b"\n,\nS2,c\n'), sample_ids=["S1", "S2"]
    )
    assert sheet.columns == {"note": ("a, b", "c")}


def test_cells_keep_their_spaces(tmp_path: Path) -> None:  # B75 is told by the design, not mended here
    sheet = read_samples(write(tmp_path, "sample,c\nS1,ctrl \nS2,ctrl\n"), sample_ids=["S1", "S2"])
    assert sheet.columns["c"] == ("ctrl ", "ctrl")


@pytest.mark.parametrize(
    ("name", "stripped"),
    [
        ("WT1.htseq.out", "WT1"),
        ("x/y/S1_counts.tsv.gz", "S1"),
        (r"C:\data\S1.sorted.bam", "S1"),
        ("quants/S1/quant.sf.gz", "S1"),
        ("dropout", "dropout"),
        ("counts.txt", "counts"),
        ("S1", "S1"),
    ],
)
def test_file_names(name: str, stripped: str) -> None:
    assert strip_file_name(name) == stripped


def test_file_names_that_collide_do_not_match() -> None:
    assert match_files(["a/S1.txt", "b/S1.txt"], ["S1", "S2"]) is None


@pytest.mark.parametrize(
    ("name", "r_name"), [("1-a", "X1.a"), ("a b", "a.b"), ("_x", "X_x"), (".1", "X.1"), (".a", ".a"), ("ok_1", "ok_1")]
)
def test_names_as_r_writes_them(name: str, r_name: str) -> None:
    # R 4.2.2: make.names(c("1-a", "a b", "_x", ".1", ".a", "ok_1"))
    assert make_r_name(name) == r_name


def test_squeezed_name() -> None:
    assert squeeze_name("S_01-a.B") == "s01ab"
