"""Tables on disk: the same numbers back, the same bytes for the same numbers (R9, N30, N31)."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatleaf.io import read_expression
from heatleaf.io.table_writer import format_floats, format_table, write_table


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(allow_nan=True, allow_infinity=False), min_size=1, max_size=40))
def test_floats_read_back_equal(values: list[float]) -> None:
    cells = format_floats(np.array(values))
    back = [float("nan") if cell == "NA" else float(cell) for cell in cells]
    assert np.array_equal(back, values, equal_nan=True)
    assert "-0" not in cells and not any(cell.endswith(".0") for cell in cells)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=10))
def test_texts_read_back_equal(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    data = format_table(pd.DataFrame({"gene": texts, "n": range(len(texts))}))
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter="\t", lineterminator="\n"))
    assert [row[0] for row in rows[1:]] == texts


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e15, 1e15), min_size=3, max_size=30))
def test_written_tables_are_read_back(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    path = tmp_path_factory.mktemp("t") / "t.tsv"
    write_table(pd.DataFrame({"gene_id": [f"G{i}" for i in range(len(values))], "S1": values}), path)
    assert np.array_equal(read_expression(path).values[:, 0], values)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (1e-320, "1e-320"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1 / 3, "0.3333333333333333"),
        (-0.0, "0"),
        (5.0, "5"),
        (1e22, "1e+22"),
        (float("nan"), "NA"),
        (float("inf"), "NA"),
    ],
)
def test_number_format(value: float, cell: str) -> None:
    assert format_floats(np.array([value])) == [cell]


def test_every_kind_of_column(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "text": ["a", 'b"c', "d\te"],
            "count": np.array([1, 2, 3]),
            "share": [0.5, np.nan, -0.0],
            "flag": [True, False, True],
            "mixed": ["x", None, 1.0],
        }
    )
    write_table(frame, tmp_path / "t.tsv")
    assert (tmp_path / "t.tsv").read_bytes() == (
        b'text\tcount\tshare\tflag\tmixed\na\t1\t0.5\tTRUE\tx\n"b""c"\t2\tNA\tFALSE\tNA\n"d\te"\t3\t0\tTRUE\t1\n'
    )


def test_empty_table_has_its_header() -> None:
    assert format_table(pd.DataFrame({"a": [], "b": []})) == b"a\tb\n"


def test_formulas_stay_as_they_are() -> None:
    """S13: the machine table is unchanged; spreadsheets get their own export."""
    assert format_table(pd.DataFrame({"gene": ["=1+1", "-AS1"]})) == b"gene\n=1+1\n-AS1\n"
