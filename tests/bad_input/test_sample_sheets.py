"""Refused sample sheets: requirements B61-B68; code and sentence of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.io.samples import read_samples
from heatleaf.model import SampleSheet

GOOD = b"sample,condition\nS1,a\nS2,b\nS3,a\n"

CASES = {
    # id: (content, samples of the table, code, sentence)
    "B61 empty": (b"", ["S1"], "file_empty", "sheet.csv: is empty (0 bytes)."),
    "B61 blank": (b"\n\n# note\n", ["S1"], "file_empty", "sheet.csv: has no table: 3 lines, all comments or blank."),
    "B61 header": (b"sample,condition\n", ["S1"], "table_header_only", "has a header with 2 columns but no rows."),
    "B61 html": (b"<!DOCTYPE html><p>", ["S1"], "file_html", "is a web page (it starts with <!DOCTYPE HTML>)"),
    "B61 pdf": (b"%PDF-1.4", ["S1"], "file_kind", "is a PDF file"),
    "B61 utf16": ("sample,c\nS1,a\n".encode("utf-16-le"), ["S1"], "encoding_utf16", "is UTF-16 without a byte order"),
    "B61 latin1": (b"sample,c\nS1,a\nS2,\xe9\n", ["S1"], "encoding", "sheet.csv line 3: byte 0xE9 is not UTF-8."),
    "B61 nul": (b"sample,c\nS1,\0\n", ["S1"], "nul_byte", "has a NUL character"),
    "B61 zip": (b"PK\x03\x04rest of an archive", ["S1"], "archive", "is an archive"),
    "B61 gzip": (b"\x1f\x8b\x08damaged", ["S1"], "gzip_damaged", "ends early or is damaged"),
    "B21 short": (
        b"sample,c,d\nS1,a,b\nS2,a\nS3,a\n",
        ["S1", "S2", "S3"],
        "row_length",
        "sheet.csv line 3: 2 fields, the header has 3. 2 such lines: 3, 4.",
    ),
    "B23": (b'sample,c\nS1,"a\nS2,b\n', ["S1"], "quote_open", "sheet.csv line 2: a quote is opened and never closed."),
    "B34 name": (b"sample,c\nS1,a\n,b\n", ["S1"], "name_empty", "sheet.csv line 3: no sample name in column 'sample'."),
    "B34 column": (b"sample,,c\nS1,a,b\n", ["S1"], "name_empty", "sheet.csv: column 2 has no name."),
    "B62": (
        b"Sample_ID,group\nS01,a\nS02,b\n",
        ["S1", "S2"],
        "sheet_column",
        "no column of the sheet matches the samples of the table. Columns: Sample_ID, group. "
        "Closest: Sample_ID has S01, the table S1. Fix: ",
    ),
    "B62 nothing alike": (
        b"who,group\nanna,a\nbert,b\n",
        ["S1", "S2"],
        "sheet_column",
        "Columns: who, group. The table has: S1, S2.",
    ),
    "B63": (
        b"sample,c,c\nS1,a,b\n",
        ["S1"],
        "column_duplicate",
        "sheet.csv: two columns are called 'c' (columns 2 and 3).",
    ),
    "B64": (
        b"sample,c\nS1,a\nS2,b\nS1,a\n",
        ["S1", "S2"],
        "sample_duplicate",
        "sheet.csv: sample S1 on lines 2 and 4.",
    ),
    "B65": (
        b"sample,c\nS01x,a\nS2,b\nS7,a\nS8,b\n",
        ["S01", "S2"],
        "sheet_extra",
        "3 samples have no counts: S01x, S7, S8. Closest names in counts: S01.",
    ),
    "B68": (
        b"sample,c\n1-a,x\nb,y\nd,z\n",
        ["X1.A", "b", "1a"],
        "sheet_names_differ",
        "counts has '1a', sheet has '1-a'. Fix: write the names alike in sheet and table.",
    ),
    "B68 ambiguous": (
        b"sample,c\na-1,x\na.1,y\n",
        ["A1", "B1"],
        "sheet_names_differ",
        "counts has 'A1', sheet has 'a-1'; counts has 'A1', sheet has 'a.1'.",
    ),
    "B68 partial": (
        b"sample,c\ns-1,x\ns-2,y\n",
        ["S1", "S2", "S3"],
        "sheet_names_differ",
        "counts has 'S1', sheet has 's-1'; counts has 'S2', sheet has 's-2'.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_sheet_is_refused(tmp_path: Path, case: str) -> None:
    content, ids, code, sentence = CASES[case]
    path = tmp_path / "sheet.csv"
    path.write_bytes(content)
    with pytest.raises(UserError) as refusal:
        read_samples(path, sample_ids=ids)
    assert refusal.value.code == code
    assert sentence in str(refusal.value)


def test_missing_sheet(tmp_path: Path) -> None:  # B61 as B1
    with pytest.raises(UserError) as refusal:
        read_samples(tmp_path / "sheet.csv")
    assert refusal.value.code == "file_missing"


def test_unknown_sample_column(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(GOOD)
    with pytest.raises(UserError) as refusal:
        read_samples(path, sample_ids=["S1"], sample_column="Sample")
    assert refusal.value.code == "sheet_column"
    assert "there is no column 'Sample'. Columns: sample, condition. Fix: did you mean sample?" in str(refusal.value)


def test_no_column_of_names_without_a_table(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(b"c,sample\na,S1\nb,S1\na,S2\n")
    with pytest.raises(UserError, match="sample S1 on lines 2 and 3"):
        read_samples(path)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.integers(0, len(GOOD)))
def test_damaged_sheets_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, position: int, byte: int, length: int
) -> None:
    content = bytearray(GOOD)
    content[position] = byte
    path = tmp_path_factory.mktemp("fuzz") / "sheet.csv"
    path.write_bytes(bytes(content[:length]))
    for ids in (["S1", "S2", "S3"], None):
        try:
            assert isinstance(read_samples(path, sample_ids=ids), SampleSheet)
        except UserError:
            continue
