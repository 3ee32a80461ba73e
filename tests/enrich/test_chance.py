"""How rare enrichment scores are, against exact tails, brute force and between the sizes of the grid."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from heatleaf.enrich.chance import compare_with_chance, size_grid
from heatleaf.enrich.random_sets import weighted_scores
from heatleaf.enrich.running_sum import set_scores
from heatleaf.enrich.tilts import join_tilts, rank_bins, tilt_towards


def exact_tail(n_members: int, n_others: int, height: int) -> float:
    """P(the sum of steps +n_others per member and -n_members per other ever reaches height), by counting paths.

    With equal weights the score times n_members * n_others is the highest point of such a path (one-sided
    Kolmogorov-Smirnov, exact). Summed from the ways that reach the height, so that small tails keep their digits.
    """
    # safe[j]: share of ways to have j members among the genes so far without having reached the height
    safe = np.array([1.0] + [0.0] * n_members)
    members = np.arange(n_members + 1)
    n_genes = n_members + n_others
    reached = 0.0
    for step in range(1, n_genes + 1):
        left = n_genes - step + 1
        others_left = n_others - (step - 1 - members)
        stay = safe * np.clip(others_left, 0, None) / left
        rise = safe[:-1] * (n_members - members[:-1]) / left
        safe = stay
        safe[1:] += rise
        is_high = members * n_others - (step - members) * n_members >= height
        reached += float(safe[is_high].sum())
        safe[is_high] = 0.0
    return reached


def reachable(scores: np.ndarray, size: int, n_genes: int) -> tuple[np.ndarray, np.ndarray]:
    """Round scores to heights that a path of equal weights can have; return both."""
    unit = size * (n_genes - size)
    heights = np.rint(scores * unit).astype(int)
    return heights / unit, heights


def test_the_oracle_of_exact_tails_by_hand() -> None:
    """Two members of four genes: the path reaches 1 if both come first (1 of 6), 1/2 if the first is one (3 of 6)."""
    assert exact_tail(2, 2, 4) == pytest.approx(1 / 6)
    assert exact_tail(2, 2, 2) == pytest.approx(1 / 2 + 1 / 6)


@pytest.mark.parametrize(
    ("n_genes", "size", "scores"),
    [
        (1000, 15, [0.4, 0.6, 0.8, 0.87]),
        (1000, 40, [0.3, 0.4, 0.5]),
        (1000, 300, [0.1, 0.13, 0.16]),
        (5000, 20, [0.45, 0.6, 0.7]),
        (60, 20, [0.4, 0.5]),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_equals_exact_tails_of_equal_weights(n_genes: int, size: int, scores: list[float], sign: int) -> None:
    """Down to 1e-13, the mean of eight runs; half of all random scores have the sign."""
    scores, heights = reachable(np.array(scores), size, n_genes)
    expected = [2 * exact_tail(size, n_genes - size, height) for height in heights.tolist()]
    sizes, even = np.full(len(scores), size), np.ones(n_genes)
    found = [compare_with_chance(sign * scores, sizes, even, 600, np.random.default_rng(i)) for i in range(8)]
    p_values = np.array([one.p_value for one in found])
    np.testing.assert_allclose(p_values.mean(axis=0), expected, rtol=0.4)
    assert np.abs(np.log10(p_values) - np.log10(expected)).max() < 0.8
    errors = np.array([one.error for one in found])
    assert ((errors > 0) & (errors < 0.8)).all()


def test_sizes_between_the_grid_are_as_good() -> None:
    """Scores of every size from 15 to 60, with p of 1e-3 to 1e-7, read from 8 sizes."""
    n_genes, sizes = 1000, np.arange(15, 61)
    assert len(size_grid(sizes)) == 8
    pairs = [reachable(np.array([2.3 / np.sqrt(size)]), size, n_genes) for size in sizes.tolist()]
    expected = [2 * exact_tail(k, n_genes - k, int(h[0])) for k, (_, h) in zip(sizes.tolist(), pairs, strict=True)]
    scores = np.concatenate([score for score, _ in pairs])
    found = compare_with_chance(scores, sizes, np.ones(n_genes), 600, np.random.default_rng(2))
    difference = np.log10(found.p_value / expected)
    assert np.abs(difference).max() < 0.4
    assert abs(difference.mean()) < 0.1


def test_equals_many_random_sets_of_weighted_genes() -> None:
    rng = np.random.default_rng(5)
    weights = np.abs(np.linspace(4, -3, 500)) ** 1.5
    drawn = [np.sort(np.argpartition(rng.random((10_000, 500)), 20, axis=1)[:, :20], axis=1) for _ in range(8)]
    scores = np.concatenate([set_scores(ranks.astype(np.float64), weights[ranks], 500) for ranks in drawn])
    up, down = scores[scores > 0], scores[scores < 0]
    targets = np.concatenate([np.quantile(up, [0.5, 0.01, 0.99, 0.999]), np.quantile(down, [0.5, 0.01])])
    found = [compare_with_chance(targets, np.full(6, 20), weights, 600, np.random.default_rng(i)) for i in range(10)]
    p_value = np.mean([one.p_value for one in found], axis=0)
    np.testing.assert_allclose(p_value, [0.5, 0.99, 0.01, 0.001, 0.5, 0.01], rtol=0.25)
    mean = np.mean([one.mean for one in found], axis=0)
    np.testing.assert_allclose(mean[[0, 4]], [up.mean(), -down.mean()], rtol=0.03)


def test_weights_of_random_sets_add_up_to_one() -> None:
    """Unbiased: over many draws the weights of the tilted and even sets together stand for all random sets."""
    weights = np.abs(np.linspace(4, -4, 400))
    bins, rng = rank_bins(weights), np.random.default_rng(3)
    tilts = join_tilts([tilt_towards(bins, 30, end, 0.1, 100) for end in (0.7, -0.5)], bins)
    totals = []
    for _ in range(20):
        even = np.sort(np.argpartition(rng.random((300, 400)), 30, axis=1)[:, :30], axis=1).astype(np.int32)
        totals.append(weighted_scores(even, tilts, bins, weights, rng).weights.sum())
    assert np.mean(totals) == pytest.approx(1, abs=0.05)


def test_higher_scores_are_rarer() -> None:
    found = compare_with_chance(
        np.array([0.4, 0.6, 0.75, 0.9]),
        np.full(4, 30),
        np.abs(np.linspace(4, -4, 2000)),
        600,
        np.random.default_rng(1),
    )
    assert (np.diff(found.p_value) < 0).all()
    assert found.p_value[-1] > 0


@pytest.mark.parametrize("n_genes", [10, 30, 600])
def test_a_score_out_of_reach_is_never_impossible_n29(n_genes: int) -> None:
    found = compare_with_chance(np.array([1.0]), np.array([5]), np.ones(n_genes), 100, np.random.default_rng(1))
    assert 0 < found.p_value[0] < 0.05


def test_sets_of_nearly_all_genes_can_be_compared() -> None:
    found = compare_with_chance(
        np.array([0.9, -0.9]), np.array([96, 99]), np.linspace(2, 1, 100), 100, np.random.default_rng(1)
    )
    assert ((found.p_value > 0) & (found.p_value <= 1)).all()


def test_few_sizes_are_their_own_grid() -> None:
    assert size_grid(np.array([15, 400, 15])).tolist() == [15, 400]
    grid = size_grid(np.arange(15, 501))
    assert (grid[0], grid[-1], len(grid)) == (15, 500, 17)


@pytest.mark.parametrize("n_genes", [2, 11, 100, 33_026])
def test_bins_cover_every_rank_once(n_genes: int) -> None:
    bins = rank_bins(np.arange(n_genes, dtype=np.float64))
    assert bins.sizes.sum() == n_genes
    assert (bins.sizes > 0).all()
    assert (bins.starts[1:] == np.cumsum(bins.sizes)[:-1]).all()
    assert bins.weights @ bins.sizes == pytest.approx(n_genes * (n_genes - 1) / 2)


@pytest.mark.parametrize(("size", "score"), [(12, -0.9), (25, -0.83), (40, 0.7), (120, -0.55)])
def test_far_scores_of_uneven_weights_are_reached(size: int, score: float) -> None:
    """Like Wald statistics: a few genes weigh twenty times the mean. Levels must not stop short of the score."""
    quantiles = (np.arange(20_000) + 0.5) / 20_000
    weights = np.abs(student.ppf(quantiles, 3))
    found = [
        compare_with_chance(np.array([score]), np.array([size]), weights, 400, np.random.default_rng(i))
        for i in range(4)
    ]
    log_p = np.log10([one.p_value[0] for one in found])
    assert log_p.mean() < -4
    assert log_p.std() < 0.3
    assert max(one.error[0] for one in found) < 0.7


def test_each_level_scores_further_out_than_the_one_before() -> None:
    bins = rank_bins(np.abs(np.linspace(4, -4, 2000)))
    tilts = tilt_towards(bins, 40, -0.6, 0.1, 50)
    assert tilts.n_draws.sum() % 50 == 0
    np.testing.assert_allclose(tilts.densities.sum(axis=1), 1)
    at_the_end = tilts.densities[:, -3:].sum(axis=1)
    assert at_the_end[-1] > 3 * at_the_end[0]
