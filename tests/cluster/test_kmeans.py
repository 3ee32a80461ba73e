"""K-means against R's best of 200 starts, brute force and the laws of a local minimum."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from test_gold import z_scores

from heatleaf.cluster import partition_by_kmeans
from heatleaf.cluster.kmeans import SAMPLE
from heatleaf.errors import UserError

# stats::kmeans of R 4.2.2 (Hartigan & Wong), nstart = 200, iter.max = 100, set.seed(1), row z-scores of the 500 most
# variable genes of the VST reference: tot.withinss for k = 2..8.
R_BEST = {
    "airway": [2276.16260277, 1779.87803498, 1481.42652551, 1244.22940141, 1115.33840545, 1011.19413474, 925.804788564],
    "pasilla": [1677.04373462, 954.23164278, 703.433751133, 585.220343803, 538.641970965, 494.956422493, 459.497746176],
}


def sum_of_squares(values: np.ndarray, labels: np.ndarray) -> float:
    parts = [values[labels == number] for number in set(labels.tolist())]
    return float(sum(np.square(part - part.mean(axis=0)).sum() for part in parts))


@pytest.mark.data
@pytest.mark.parametrize("set_name", ["airway", "pasilla"])
@pytest.mark.parametrize("k", range(2, 9))
def test_as_good_as_the_best_of_r(data: Path, set_name: str, k: int) -> None:
    """No start search finds the best always: with 50 starts it is met within 0.05 %, and never beaten by more."""
    values = z_scores(data / set_name, 500).to_numpy()
    labels, least = partition_by_kmeans(values, k, rng=np.random.default_rng(1))
    assert least == pytest.approx(sum_of_squares(values, labels))
    assert least == pytest.approx(R_BEST[set_name][k - 2], rel=5e-4)


@pytest.mark.parametrize("seed", range(5))
def test_equals_brute_force(seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(8, 2))
    all_sums = [
        sum_of_squares(values, np.array(labels)) for labels in product(range(3), repeat=8) if len(set(labels)) == 3
    ]
    assert partition_by_kmeans(values, 3, rng=np.random.default_rng(seed))[1] == pytest.approx(min(all_sums))


def test_no_single_row_can_move() -> None:
    values = np.random.default_rng(0).normal(size=(150, 4))
    labels, least = partition_by_kmeans(values, 6, rng=np.random.default_rng(0), n_starts=3)
    for i_row in range(150):
        for to in range(1, 7):
            moved = labels.copy()
            moved[i_row] = to
            if len(set(moved.tolist())) == 6:
                assert sum_of_squares(values, moved) >= least - 1e-9


def test_deterministic_and_numbered_by_size() -> None:
    values = np.random.default_rng(0).normal(size=(90, 4))
    runs = [partition_by_kmeans(values, 5, rng=np.random.default_rng(3), n_starts=4) for _ in range(2)]
    assert np.array_equal(runs[0][0], runs[1][0])
    assert (np.diff(np.bincount(runs[0][0])[1:]) <= 0).all()


def test_many_rows_start_on_a_sample() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 5, 3 * SAMPLE)
    values = 6 * np.eye(5)[truth] + rng.normal(size=(len(truth), 5))
    labels, _ = partition_by_kmeans(values, 5, rng=rng, n_starts=5)
    table = np.array([[np.sum((truth == i) & (labels == j)) for j in range(1, 6)] for i in range(5)])
    assert table.max(axis=1).sum() > 0.99 * len(truth)


def test_copies_leave_no_cluster_empty() -> None:
    values = np.repeat([[0.0], [1.0], [50.0]], [40, 1, 1], axis=0)
    assert np.bincount(partition_by_kmeans(values, 3, rng=np.random.default_rng(0))[0]).tolist() == [0, 40, 1, 1]


def test_refuses_more_clusters_than_different_rows() -> None:
    with pytest.raises(UserError) as error:
        partition_by_kmeans(np.repeat([[0.0], [1.0]], 5, axis=0), 3, rng=np.random.default_rng(0))
    assert error.value.code == "clusters"
    assert (
        str(error.value)
        == "k-means of 3 clusters needs 3 different rows, and there are 2. Fix: choose 1 to 2 clusters."
    )
