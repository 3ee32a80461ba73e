"""Gene names that a spreadsheet turned into dates, and the names that they may have been (requirement B36)."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date, timedelta

# How a gene name may begin so that Excel reads a month: MARC1 and SEPT1 became 1-Mar and 1-Sep as MARCH1 and SEP1 did
# (Ziemann, Eren & El-Osta 2016, Genome Biology 17:177; Bruford et al. 2020, Nature Genetics 52:754).
_MONTHS = (
    ("JAN", "JANUARY"),
    ("FEB", "FEBRUARY"),
    ("MAR", "MARC", "MARCH"),
    ("APR", "APRIL"),
    ("MAY",),
    ("JUN", "JUNE"),
    ("JUL", "JULY"),
    ("AUG", "AUGUST"),
    ("SEP", "SEPT", "SEPTEMBER"),
    ("OCT", "OCTOBER"),
    ("NOV", "NOVEMBER"),
    ("DEC", "DECEMBER"),
)
_NUMBER = {start.lower(): number for number, starts in enumerate(_MONTHS, start=1) for start in starts}
_DAY_FIRST = re.compile(r"(\d{1,2})[-/ ]([a-z]{3,4})(?:[-/ ]\d{2,4})?", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([a-z]{3,4})[-/](\d{1,2}|\d{4})", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-(\d\d)-(\d\d)(?:[ T]00:00:00)?")
_DAY_ZERO = date(1899, 12, 30)  # Excel counts days from here, its leap day of 1900 allowed for
_SERIALS = range(36_526, 55_153)  # the days 2000-01-01 to 2050-12-31


def read_date(name: str) -> tuple[int, int] | None:
    """Return month and day of a name that has the form of a date; the day is 0 where only a year is told.

    A number alone is no date by its form; see `read_serial`.

    Examples
    --------
    >>> read_date("2-Sep"), read_date("Mar-01"), read_date("2021-03-01"), read_date("TP53")
    ((9, 2), (3, 1), (3, 1), None)
    """
    if match := _DAY_FIRST.fullmatch(name):
        month, day = _NUMBER.get(match[2].lower(), 0), int(match[1])
    elif match := _MONTH_FIRST.fullmatch(name):
        month, day = _NUMBER.get(match[1].lower(), 0), int(match[2]) if len(match[2]) < 3 else 0
    elif match := _ISO.fullmatch(name):
        month, day = int(match[1]), int(match[2])
    else:
        return None
    return (month, day) if 1 <= month <= 12 and day <= 31 else None


def read_serial(name: str) -> tuple[int, int] | None:
    """Return month and day of a number that Excel shows for a date from 2000 to 2050.

    Examples
    --------
    >>> read_serial("44256"), read_serial("7157")
    ((3, 1), None)
    """
    if len(name) != 5 or not (name.isascii() and name.isdigit()) or int(name) not in _SERIALS:
        return None
    day = _DAY_ZERO + timedelta(days=int(name))
    return day.month, day.day


def names_of_date(month: int, day: int, known: Container[str]) -> tuple[str, ...]:
    """Return the known names that Excel turns into a date, such as MARC1 and MARCH1 for the first of March."""
    if not day:
        return ()
    written = [f"{start}{hyphen}{day}" for start in _MONTHS[month - 1] for hyphen in ("", "-")]
    spelled = (name for plain in written for name in (plain, plain.capitalize(), plain.lower()))
    return tuple(name for name in spelled if name in known)
