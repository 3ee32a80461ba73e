"""results.xlsx: read back with calamine."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from python_calamine import CalamineWorkbook
from report_cases import FORMULA

from heatleaf.report.tables import OutputTable
from heatleaf.report.workbook import MAX_MATRIX_CELLS, sheet_names, write_workbook

TEXTS = [
    "=1+1",
    "+x",
    "-AS1",
    "@x",
    "\tx",
    "  =2",
    "\uff1d3",
    "MARCH1",
    "1-Mar",
    "00012",
    "1e5",
    "x=1",
    "http://a.example",
    "",
]


def book(**columns: object) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(write_workbook([OutputTable("t", "a table", columns)], "title")))  # type: ignore[arg-type]


def test_the_same_tables_give_the_same_bytes() -> None:  # R7
    table = OutputTable("t", "t", {"gene": ["a", "b"], "x": np.array([1.5, np.nan])})
    first = write_workbook([table], "title")
    time.sleep(1.1)
    assert write_workbook([table], "title") == first
    assert zipfile.ZipFile(io.BytesIO(first)).testzip() is None


def test_text_stays_text_and_never_becomes_a_formula() -> None:  # S13
    rows = book(gene=TEXTS).get_sheet_by_name("t").to_python()
    read = [row[0] for row in rows[1:]]
    prefixed = [f"'{t}" for t in TEXTS[:7]]
    assert read[: len(prefixed)] == prefixed
    assert read[7:13] == TEXTS[7:13]
    data = write_workbook([OutputTable("t", "t", {"gene": TEXTS, FORMULA: TEXTS})], "title")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f" in sheet or b"<hyperlink" in sheet for sheet in sheets)
    header = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("t").to_python()[0]
    assert header == ["gene", f"'{FORMULA}"]


def test_numbers_stay_numbers() -> None:  # R9, N31
    numbers = np.array([0.1 + 0.2, 1e-320, -3.0, np.nan, np.inf])
    rows = book(x=numbers, n=np.array([1, 2, 3, 4, 2**40])).get_sheet_by_name("t").to_python()
    assert [row[0] for row in rows[1:4]] == [0.1 + 0.2, 1e-320, -3.0]
    assert [row[0] for row in rows[4:]] == ["NA", "NA"]
    assert rows[5][1] == 2**40


def test_sheet_names_fit_and_differ() -> None:
    names = ["enrichment_" + "x" * 40 + "_up", "enrichment_" + "x" * 40 + "_down", "a/b", "a:b", "Contents", "A_B"]
    sheets = sheet_names(names)
    assert len({name.lower() for name in sheets}) == len(names)
    assert all(len(name) <= 31 and name.lower() != "contents" for name in sheets)
    assert sheets[0].endswith("_up") and sheets[1].endswith("_down")


def test_large_matrices_stay_out_and_the_contents_say_so() -> None:
    large = OutputTable("vst", "VST", {"x": np.zeros(MAX_MATRIX_CELLS + 1)})
    read = CalamineWorkbook.from_filelike(io.BytesIO(write_workbook([large], "title")))
    assert read.sheet_names == ["Contents"]
    rows = read.get_sheet_by_name("Contents").to_python()
    assert rows[1] == ["(too large for a sheet)", "VST", MAX_MATRIX_CELLS + 1, "tables/vst.tsv"]


def test_an_empty_table_is_a_header() -> None:
    assert book(gene=[], x=np.zeros(0)).get_sheet_by_name("t").to_python() == [["gene", "x"]]


def test_the_workbook_of_an_analysis(folder: Path) -> None:
    read = CalamineWorkbook.from_path(str(folder / "results.xlsx"))
    assert read.sheet_names[:3] == ["Contents", "findings", "differential_dex_t~vs_untreated"]
    rows = read.get_sheet_by_name("heatmap_clusters").to_python()
    assert rows[0] == ["gene_id", "gene_symbol", "cluster", "position"]
    assert [row[3] for row in rows[1:4]] == [1, 2, 3]


@pytest.mark.parametrize("name", ["results.xlsx"])
def test_hostile_names_in_a_workbook(hostile_folder: Path, name: str) -> None:
    read = CalamineWorkbook.from_path(str(hostile_folder / name))
    cells = {cell for row in read.get_sheet_by_name("normalized_counts").to_python() for cell in row}
    assert f"'{FORMULA}" in cells and FORMULA not in cells
