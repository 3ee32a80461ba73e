"""The hot parser: every plain decimal equals Python's float(), everything else is left to the exact path."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatleaf.io.parse_cell import is_number_like, parse_cell
from heatleaf.io.parse_cells import find_cells


def parse(cells: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Parse texts as the second column of a table."""
    text = "".join(f"g\t{cell}\n" for cell in cells).encode()
    grid = find_cells(text, "\t", 2, 1, "table")
    values, is_plain = grid.numbers(np.array([1]))
    return values[:, 0], is_plain[:, 0]


DECIMALS = st.one_of(
    st.integers(0, 10**19 - 1).map(str),
    st.tuples(st.integers(0, 10**9), st.integers(0, 10**10 - 1)).map(lambda pair: f"{pair[0]}.{pair[1]:010d}"),
    st.floats(-1e9, 1e9).map(repr),
    st.floats(0, 1).map(lambda value: f"{value:.19f}"),
    st.tuples(st.sampled_from(["", "-", "+"]), st.text("0123456789.", max_size=26)).map("".join),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(DECIMALS, min_size=1, max_size=60))
def test_plain_decimals_equal_float(cells: list[str]) -> None:
    values, is_plain = parse(cells)
    for cell, value, plain in zip(cells, values.tolist(), is_plain.tolist(), strict=True):
        exact = parse_cell(cell)
        if plain:
            assert value == float(cell) and np.signbit(value) == np.signbit(float(cell))
        assert (exact is not None) or not plain


def test_nearly_all_shortest_decimals_take_the_fast_path() -> None:
    rng = np.random.default_rng(1)
    cells = list(map(repr, (rng.normal(8, 3, 20_000)).tolist()))
    values, is_plain = parse(cells)
    assert is_plain.mean() > 0.999
    expected = np.array(list(map(float, cells)))
    assert np.array_equal(values[is_plain], expected[is_plain])


@pytest.mark.parametrize("mantissa", [2**53 + 1, 2**53 + 3, 2**54 + 2, 9007199254740993, 18014398509481985])
def test_halfway_cases_round_to_even(mantissa: int) -> None:
    """The mantissa lies half-way between two floats: scaled by a power of ten it must round as float() does."""
    cells = [str(mantissa), f"{mantissa}0.0", f"{mantissa}.0", f"{mantissa / 10:.1f}"]
    values, is_plain = parse(cells)
    for cell, value, plain in zip(cells, values.tolist(), is_plain.tolist(), strict=True):
        assert not plain or value == float(cell)


@pytest.mark.parametrize(
    "cell",
    ["", "-", ".", "1.2.3", "1e5", "1E-3", " 12", "12 ", "0x1F", "1_000", "inf", "nan", "TRUE", "1,5", "--1", "+-1"],
)
def test_anything_else_is_left_to_the_exact_path(cell: str) -> None:
    assert not parse([cell, "1"])[1][0]


@pytest.mark.parametrize(
    ("cell", "value"), [("1e3", 1000.0), ("1E-3", 1e-3), (" 12 ", 12.0), ("+.5", 0.5), ("5.", 5.0), ("1e-400", 0.0)]
)
def test_exact_path_reads_numbers(cell: str, value: float) -> None:
    assert parse_cell(cell) == value


@pytest.mark.parametrize("cell", ["0x1F", "1_000", "inf", "-Infinity", "TRUE", "high", "1,5", "1e999", "٣"])
def test_exact_path_refuses_what_only_looks_like_a_number(cell: str) -> None:
    assert parse_cell(cell) is None


@pytest.mark.parametrize("cell", ["", "NA", "NaN", "N/A", "null"])
def test_missing_cells_are_nan(cell: str) -> None:
    value = parse_cell(cell)
    assert value is not None and np.isnan(value)


def test_words_are_not_number_like() -> None:
    assert not any(map(is_number_like, ["ACTB", "chr1", "", "1;20", "ENSG00000000003"]))
    assert all(map(is_number_like, ["12", "-1.5", "1e-5", "1,234", "1,5", "inf", "0x10"]))


def test_cells_of_a_chunk_keep_their_lines_and_quotes() -> None:
    text = b'"a\tb"\t1\n\nc\t2\nd\t3\t4\n"e""f"\t"5"\n'
    grid = find_cells(text, "\t", 2, 10, "table")
    assert grid.texts(0) == ["a\tb", "c", 'e"f']
    assert grid.numbers(np.array([1]))[0][:, 0].tolist() == [1.0, 2.0, 5.0]
    assert grid.lines.tolist() == [10, 12, 14]
    assert grid.ragged == ((13, 3),)
