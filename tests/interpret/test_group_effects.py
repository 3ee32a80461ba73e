"""Shares of variance and association of columns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heatleaf.interpret.groups import best_column, by_mean, cramers_v, eta_squared, follow_column
from heatleaf.model import SampleSheet


@given(st.lists(st.sampled_from("abc"), min_size=4, max_size=20), st.integers(0, 100))
def test_eta_squared_lies_between_0_and_1_and_ignores_scale(groups: list[str], seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=len(groups))
    share = eta_squared(values, groups)
    assert 0 <= share <= 1
    assert eta_squared(values * -7 + 3, groups) == pytest.approx(share, abs=1e-9)


def test_eta_squared_agrees_with_the_f_test() -> None:
    values = np.array([1.0, 2.0, 1.5, 4.0, 5.0, 4.2, 9.0, 8.0])
    groups = ["a", "a", "a", "b", "b", "b", "c", "c"]
    f_value = stats.f_oneway(values[:3], values[3:6], values[6:]).statistic
    share = eta_squared(values, groups)
    assert (share / 2) / ((1 - share) / 5) == pytest.approx(f_value)


def test_cramers_v_agrees_with_scipy() -> None:
    first, second = list("aabbbccc"), list("xxyxyyyx")
    table = [[2, 0], [1, 2], [1, 2]]
    assert cramers_v(first, second) == pytest.approx(stats.contingency.association(table, method="cramer"))
    assert cramers_v(first, first) == pytest.approx(1)


def test_a_column_of_many_groups_does_not_win_by_chance(sheet: SampleSheet) -> None:
    values = np.array([0.0, 5.0, 0.3, 5.2, -0.2, 5.1, 0.1, 4.8])
    best = best_column(values, sheet)
    assert best is not None
    assert best.column == "dex"
    assert best.levels == ("treated", "untreated")


def test_a_column_of_ids_divides_nothing(sheet: SampleSheet) -> None:
    assert follow_column(np.arange(8.0), sheet, "run") is None


def test_measured_numbers_are_followed_by_correlation() -> None:
    sheet = SampleSheet(tuple("abcdefg"), {"age": ("1", "2", "3", "4", "5", "6", "9")})
    follows = follow_column(np.array([1.0, 2, 3, 4, 5, 6, 9]) * -2, sheet, "age")
    assert follows is not None
    assert follows.share == pytest.approx(1)
    assert follows.levels == ()


def test_columns_that_say_the_same_give_way_to_the_tested_one() -> None:
    sheet = SampleSheet(tuple("abcd"), {"copy": ("x", "x", "y", "y"), "dex": ("u", "u", "t", "t")})
    best = best_column(np.array([0.0, 0.1, 1.0, 1.1]), sheet, "dex")
    assert best is not None and best.column == "dex"


def test_constant_values_and_missing_sheet() -> None:
    assert eta_squared(np.ones(4), list("aabb")) == 0
    assert best_column(np.ones(4), None) is None
    assert by_mean(np.ones(4), list("bbaa")) == ("b", "a")
