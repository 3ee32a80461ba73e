"""Numbers as words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.interpret import words


@given(st.floats(1e-300, 1))
def test_a_p_value_reads_back_to_two_digits(p_value: float) -> None:
    text = words.p_words(p_value)
    plain = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    power = re.fullmatch(r"(?:([\d.]+) × )?10(-\d+)", plain)
    if power:
        plain = f"{power[1] or 1}e{power[2]}"
    assert float(plain) == pytest.approx(p_value, rel=0.06, abs=5e-324)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.04321, "0.043"),
        (0.05, "0.050"),
        (1e-9, "1.0 × 10⁻⁹"),
        (3.14e-8, "3.1 × 10⁻⁸"),
        (9.96e-5, "1.0 × 10⁻⁴"),
        (1.0, "1.0"),
        (float("nan"), "NA"),
    ],
)
def test_p_values(value: float, text: str) -> None:
    assert words.p_words(value) == text


def test_a_p_value_that_underflows_is_a_bound() -> None:  # N14
    assert words.p_words(0.0) == "below 10⁻³⁰⁰"
    assert words.p_words(3e-301) == "below 10⁻³⁰⁰"


@pytest.mark.parametrize(
    ("n", "text"), [(4, "a, b, c and d"), (5, "a, b, c, d and 1 other"), (7, "a, b, c, d and 3 others")]
)
def test_a_sentence_names_four_and_counts_the_rest(n: int, text: str) -> None:
    assert words.short_listing(list("abcdefg")[:n]) == text


@pytest.mark.parametrize(("n", "text"), [(0, "no genes"), (1, "1 gene"), (2, "2 genes"), (12345, "12,345 genes")])
def test_singular_and_plural(n: int, text: str) -> None:
    assert words.count_of(n, "gene") == text


@pytest.mark.parametrize(
    ("value", "text"), [(1.84, "+1.8"), (-1.84, "\u22121.8"), (-0.01, "0.0"), (0.0, "0.0"), (1234.5, "+1,234.5")]
)
def test_signed_numbers_have_a_true_minus_and_no_negative_zero(value: float, text: str) -> None:
    assert words.signed(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.5, "50 %"), (0.034, "3.4 %"), (0.994, "99.4 %"), (1.0, "100 %"), (0, "0 %")]
)
def test_percent(share: float, text: str) -> None:
    assert words.percent(share) == text


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listing(items: list[str], text: str) -> None:
    assert words.listing(items) == text


@pytest.mark.parametrize(("value", "text"), [(20_637_971, "20.6 million"), (812_000, "812,000")])
def test_reads(value: int, text: str) -> None:
    assert words.millions(value) == text
