"""The running sum: brute force and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.enrich.membership import Membership
from heatleaf.enrich.running_sum import running_sums, set_scores


def brute_force(weights: np.ndarray, ranks: np.ndarray) -> tuple[float, int]:
    """Subramanian et al. 2005, gene by gene; the score and the rank at its peak."""
    is_hit = np.isin(np.arange(len(weights)), ranks)
    hits = np.cumsum(weights * is_hit) / weights[ranks].sum()
    path = hits - np.cumsum(~is_hit) / (~is_hit).sum()
    at = int(np.argmax(np.abs(np.round(path, 12))))
    return float(path[at]), at


@st.composite
def ranked_sets(draw: st.DrawFn) -> tuple[np.ndarray, list[np.ndarray]]:
    n_genes = draw(st.integers(4, 40))
    weights = np.array(draw(st.lists(st.integers(1, 9), min_size=n_genes, max_size=n_genes)), dtype=np.float64)
    sets = draw(
        st.lists(st.sets(st.integers(0, n_genes - 1), min_size=1, max_size=n_genes - 1), min_size=1, max_size=5)
    )
    return weights, [np.array(sorted(ranks)) for ranks in sets]


def as_membership(sets: list[np.ndarray]) -> Membership:
    return Membership(np.arange(len(sets)), np.concatenate(sets), np.array([len(ranks) for ranks in sets]))


@given(ranked_sets())
def test_equals_the_sum_gene_by_gene(case: tuple[np.ndarray, list[np.ndarray]]) -> None:
    weights, sets = case
    found = running_sums(as_membership(sets), weights)
    for i, ranks in enumerate(sets):
        score, at = brute_force(weights, ranks)
        assert abs(found.score[i]) == pytest.approx(abs(score), abs=1e-12)
        if found.score[i] == pytest.approx(score, abs=1e-12):
            in_lead = (ranks <= at).sum() if score > 0 else (ranks > at).sum()
            assert found.peak[i] == in_lead


@given(ranked_sets())
def test_random_sets_are_scored_by_the_same_rule(case: tuple[np.ndarray, list[np.ndarray]]) -> None:
    weights, sets = case
    found = running_sums(as_membership(sets), weights)
    for i, ranks in enumerate(sets):
        score = set_scores(ranks[np.newaxis].astype(np.float64), weights[ranks][np.newaxis], len(weights))
        assert abs(score[0]) == pytest.approx(abs(found.score[i]), abs=1e-12)


@given(ranked_sets())
def test_turning_the_list_around_turns_the_sign(case: tuple[np.ndarray, list[np.ndarray]]) -> None:
    weights, sets = case
    turned = [np.sort(len(weights) - 1 - ranks) for ranks in sets]
    one = running_sums(as_membership(sets), weights)
    other = running_sums(as_membership(turned), weights[::-1])
    np.testing.assert_allclose(np.abs(one.score), np.abs(other.score), atol=1e-12)


def test_a_set_at_the_top_scores_one_and_at_the_bottom_minus_one() -> None:
    sets = as_membership([np.array([0, 1, 2]), np.array([7, 8, 9])])
    found = running_sums(sets, np.arange(10.0)[::-1] + 1)
    assert found.score.tolist() == [1.0, -1.0]
    assert found.peak.tolist() == [3, 3]


def test_members_without_weight_count_alike() -> None:
    weights = np.array([1.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    ranks = np.array([1, 2])
    assert running_sums(as_membership([ranks]), weights).score[0] == 0.75
    assert set_scores(ranks[np.newaxis].astype(float), weights[ranks][np.newaxis], 6)[0] == 0.75
