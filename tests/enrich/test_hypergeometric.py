"""The hypergeometric tail: exact fractions, laws, R (N28)."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.enrich.hypergeometric import hypergeometric_tail


def exact_tail(overlap: int, set_size: int, n_drawn: int, universe_size: int) -> Fraction:
    rest = universe_size - set_size
    ways = sum(comb(set_size, i) * comb(rest, n_drawn - i) for i in range(overlap, min(set_size, n_drawn) + 1))
    return Fraction(ways, comb(universe_size, n_drawn))


@st.composite
def draws(draw: st.DrawFn, largest: int = 400) -> tuple[int, int, int, int]:
    universe_size = draw(st.integers(1, largest))
    set_size = draw(st.integers(0, universe_size))
    n_drawn = draw(st.integers(0, universe_size))
    return draw(st.integers(0, min(set_size, n_drawn))), set_size, n_drawn, universe_size


@given(draws())
def test_equals_exact_fractions(case: tuple[int, int, int, int]) -> None:
    expected = float(exact_tail(*case))
    assert float(hypergeometric_tail(*case)) == pytest.approx(expected, rel=1e-11, abs=1e-320)


@given(draws(largest=30_000))
def test_overlap_zero_and_whole_universe_give_one(case: tuple[int, int, int, int]) -> None:
    _, set_size, n_drawn, universe_size = case
    assert float(hypergeometric_tail(0, set_size, n_drawn, universe_size)) == 1.0
    assert float(hypergeometric_tail(n_drawn, universe_size, n_drawn, universe_size)) == 1.0


@given(draws(largest=30_000))
def test_set_and_list_are_exchangeable(case: tuple[int, int, int, int]) -> None:
    overlap, set_size, n_drawn, universe_size = case
    one = float(hypergeometric_tail(overlap, set_size, n_drawn, universe_size))
    other = float(hypergeometric_tail(overlap, n_drawn, set_size, universe_size))
    assert one == pytest.approx(other, rel=1e-10, abs=1e-300)


def test_falls_with_the_overlap() -> None:
    tails = hypergeometric_tail(np.arange(201), 200, 1000, 18_000)
    assert (np.diff(tails) <= 0).all()
    assert tails[0] == 1.0
    assert 0 < tails[-1] < 1e-250


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        # R 4.2: phyper(k - 1, K, N - K, n, lower.tail = FALSE), as stored with airway's GO results
        ((65, 363, 812, 12438), 5.13050858907e-14),
        ((65, 363, 1012, 18028), 5.28224588225e-17),
        ((225, 480, 3994, 18028), 6.23309463371e-34),
    ],
)
def test_r_reference_values(case: tuple[int, int, int, int], expected: float) -> None:
    """Twelve digits are stored: 1e-11 relative."""
    assert float(hypergeometric_tail(*case)) == pytest.approx(expected, rel=1e-11)


def test_far_tails_stay_exact() -> None:
    case = (150, 150, 300, 20_000)
    assert float(hypergeometric_tail(*case)) == pytest.approx(float(exact_tail(*case)), rel=1e-10)


@pytest.mark.parametrize("case", [(0, 5, 1, 4), (0, 1, 5, 4)])
def test_a_set_or_list_larger_than_the_universe_is_refused(case: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="larger than the universe"):
        hypergeometric_tail(*case)


@pytest.mark.parametrize("overlap", [-1, 3])
def test_an_impossible_overlap_is_refused(overlap: int) -> None:
    with pytest.raises(ValueError, match="an overlap is negative, or larger than the set or the list"):
        hypergeometric_tail(overlap, 2, 4, 10)
