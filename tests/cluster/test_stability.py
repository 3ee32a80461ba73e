"""Stability of clusters under resampled samples."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf.cluster import cluster_stability, cut, linkage


def planted(n_rows: int, noise: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    pattern = rng.normal(size=(2, 24))
    return pattern[np.arange(n_rows) % 2] + noise * rng.normal(size=(n_rows, 24))


def test_planted_clusters_return_and_noise_does_not() -> None:
    clear, noise = planted(60, 0.1), np.random.default_rng(1).normal(size=(60, 8))
    at = [
        cluster_stability(matrix, cut(linkage(matrix), k), rng=np.random.default_rng(2), n_resamples=20)
        for matrix, k in ((clear, 2), (noise, 6))
    ]
    assert at[0].tolist() == [1.0, 1.0]
    assert at[1].shape == (6,)
    assert at[1].mean() < 0.5


@pytest.mark.parametrize("metric", ["correlation", "cosine", "euclidean"])
def test_same_seed_same_values(metric: str) -> None:
    """Requirement R13."""
    matrix = planted(40, 1.0)
    labels = cut(linkage(matrix, "average", metric), 3)
    values = [
        cluster_stability(matrix, labels, "average", metric, rng=np.random.default_rng(seed), n_resamples=5)
        for seed in (4, 4, 5)
    ]
    assert np.array_equal(values[0], values[1])
    assert not np.array_equal(values[0], values[2])


def test_rows_constant_in_a_draw_take_no_part() -> None:
    matrix = np.array([[0.0, 0, 0, 9], [0, 0, 0, 7], [1, 2, 3, 4], [1, 2, 3, 5], [4, 3, 2, 1], [5, 3, 2, 1]])
    labels = cut(linkage(matrix), 2)
    values = cluster_stability(matrix, labels, rng=np.random.default_rng(0), n_resamples=30)
    assert ((values > 0) & (values <= 1)).all()
