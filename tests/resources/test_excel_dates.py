"""Dates that were gene names: B36."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.resources.excel_dates import names_of_date, read_date, read_serial

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@given(st.dates(date(2000, 1, 1), date(2050, 12, 31)))
def test_every_way_in_which_a_day_is_written_is_that_day(day: date) -> None:
    month = MONTHS[day.month - 1]
    told = (day.month, day.day)
    for text in (f"{day.day}-{month}", f"{month}-{day.day:02d}", f"{day.day}-{month}-{day:%y}", f"{day.day}/{month}"):
        assert read_date(text) == read_date(text.upper()) == told
    assert read_date(day.isoformat()) == read_date(f"{day.isoformat()} 00:00:00") == told
    assert read_serial(str((day - date(1900, 3, 1)) // timedelta(days=1) + 61)) == told  # 1900-03-01 is day 61 in Excel


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_none(text: str) -> None:
    for found in (read_date(text), read_serial(text)):
        assert found is None or (1 <= found[0] <= 12 and 0 <= found[1] <= 31)


def test_a_month_with_a_year_tells_no_number() -> None:
    assert read_date("Mar-2021") == (3, 0)
    assert names_of_date(3, 0, {"MARCH1"}) == ()


@pytest.mark.parametrize("name", ["TP53", "MARCH1", "1-Foo", "45-Mar", "2021-13-01", "H2A-1", "1.5", "mar", "0-0"])
def test_names_that_are_no_dates(name: str) -> None:
    assert read_date(name) is None


@pytest.mark.parametrize("name", ["7157", "36525", "55153", "044256", "٤٤٢٥٦", ""])
def test_numbers_that_are_no_dates(name: str) -> None:
    assert read_serial(name) is None


def test_names_of_a_date_are_those_that_begin_like_its_month() -> None:
    known = {"MARCH1", "MARC1", "Mar-1", "MARCH11", "SEPT1", "MAR"}
    assert set(names_of_date(3, 1, known)) == {"MARCH1", "MARC1", "Mar-1"}
    assert names_of_date(9, 1, known) == ("SEPT1",)
