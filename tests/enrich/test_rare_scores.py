"""Probabilities of rare scores against exact tails."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf.enrich.rank_bins import rank_bins
from heatleaf.enrich.rare_scores import tail_probabilities
from heatleaf.enrich.running_sum import set_scores


def exact_tail(n_members: int, n_others: int, height: int) -> float:
    """P(the sum of steps +n_others per member and -n_members per other ever reaches height), by counting paths.

    With equal weights the score times n_members * n_others is the highest point of such a path (one-sided
    Kolmogorov-Smirnov, exact).
    """
    # safe[j]: share of ways to have j members among the genes so far without having reached the height
    safe = np.array([1.0] + [0.0] * n_members)
    members = np.arange(n_members + 1)
    n_genes = n_members + n_others
    for step in range(1, n_genes + 1):
        left = n_genes - step + 1
        others_left = n_others - (step - 1 - members)
        stay = safe * np.clip(others_left, 0, None) / left
        rise = safe[:-1] * (n_members - members[:-1]) / left
        safe = stay
        safe[1:] += rise
        safe[members * n_others - (step - members) * n_members >= height] = 0.0
    # with the whole list seen, no path is left that reached the height
    return 1.0 - float(safe[n_members])


@pytest.mark.parametrize(("size", "score", "spread"), [(15, 0.45, 0.5), (40, 0.3, 0.5), (40, 0.4, 0.8)])
def test_equals_the_exact_tail_of_equal_weights(size: int, score: float, spread: float) -> None:
    """Means of 20 runs within the stated share, several standard errors wide."""
    n_genes = 1000
    height = round(score * size * (n_genes - size))
    expected = exact_tail(size, n_genes - size, height)
    target = np.array([height / (size * (n_genes - size))])
    estimates = [tail_probabilities(np.ones(n_genes), size, target, np.random.default_rng(i))[0][0] for i in range(20)]
    assert np.mean(estimates) == pytest.approx(expected, rel=spread)
    assert expected < 2e-3


def test_the_oracle_of_exact_tails_by_hand() -> None:
    """Two members of four genes: the path reaches 1 if both come first (1 of 6), 1/2 if the first is one (3 of 6)."""
    assert exact_tail(2, 2, 4) == pytest.approx(1 / 6)
    assert exact_tail(2, 2, 2) == pytest.approx(1 / 2 + 1 / 6)


def test_equals_many_random_sets_of_weighted_genes() -> None:
    rng = np.random.default_rng(5)
    weights = np.abs(np.linspace(4, -4, 500)) ** 1.5
    ranks = np.sort(np.argpartition(rng.random((40_000, 500)), 20, axis=1)[:, :20], axis=1)
    scores = set_scores(ranks.astype(np.float64), weights[ranks], 500)
    targets = np.quantile(scores, [0.99, 0.999])
    estimates = np.stack([tail_probabilities(weights, 20, targets, np.random.default_rng(i))[0] for i in range(20)])
    np.testing.assert_allclose(estimates.mean(axis=0), [0.01, 0.001], rtol=0.35)


def test_higher_scores_are_rarer_and_errors_are_stated() -> None:
    weights = np.abs(np.linspace(4, -4, 2000))
    p_value, error = tail_probabilities(weights, 30, np.array([0.4, 0.6, 0.75]), np.random.default_rng(1))
    assert (np.diff(p_value) < 0).all()
    assert ((error > 0) & (error < 1)).all()
    assert p_value[-1] > 0


def test_the_same_seed_gives_the_same_estimate() -> None:
    weights = np.abs(np.linspace(4, -4, 2000))
    one, other = (tail_probabilities(weights, 30, np.array([0.6]), np.random.default_rng(3)) for _ in range(2))
    assert one[0] == other[0]


def test_a_score_that_no_set_reaches_has_no_estimate() -> None:
    p_value, error = tail_probabilities(np.ones(100), 5, np.array([1.5]), np.random.default_rng(1))
    assert np.isnan(p_value).all()
    assert np.isnan(error).all()


@pytest.mark.parametrize("n_genes", [2, 11, 100, 33_026])
def test_bins_cover_every_rank_once(n_genes: int) -> None:
    bins = rank_bins(n_genes)
    assert bins.sizes.sum() == n_genes
    assert (bins.sizes > 0).all()
    assert (bins.starts[1:] == np.cumsum(bins.sizes)[:-1]).all()
