"""The number of clusters, and silhouettes against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

from heatleaf.cluster import choose_k, cut, linkage
from heatleaf.cluster.choose_k import silhouettes
from heatleaf.cluster.observations import embed


def planted(k: int, seed: int = 0, n_rows: int = 120) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.eye(k, 8)[np.arange(n_rows) % k] * 4.0 + 0.3 * rng.normal(size=(n_rows, 8))


def brute_force(distances: np.ndarray, labels: np.ndarray) -> np.ndarray:
    widths = np.zeros(len(labels))
    for i, own in enumerate(labels):
        others = (labels == own) & (np.arange(len(labels)) != i)
        if others.any():
            a = distances[i, others].mean()
            b = min(distances[i, labels == other].mean() for other in set(labels.tolist()) - {own})
            widths[i] = (b - a) / max(a, b)
    return widths


@pytest.mark.parametrize("metric", ["correlation", "sqeuclidean"])
@pytest.mark.parametrize("k", [2, 3, 7])
def test_silhouettes_equal_brute_force(metric: str, k: int) -> None:
    matrix = np.random.default_rng(k).normal(size=(40, 6))
    labels = cut(linkage(matrix, "average", metric), k)
    found = silhouettes(embed(matrix, metric).values, labels)
    np.testing.assert_allclose(found, brute_force(squareform(pdist(matrix, metric)), labels), atol=1e-12)


@pytest.mark.parametrize("k", [2, 3, 5, 8])
def test_finds_planted_clusters(k: int) -> None:
    matrix = planted(k)
    choice = choose_k(linkage(matrix), matrix)
    assert choice.k == k
    assert [item.k for item in choice.evidence] == list(range(2, 9))
    chosen = choice.evidence[k - 2]
    assert chosen.smallest == 120 // k
    assert chosen.height_gap == max(item.height_gap for item in choice.evidence)


def test_height_gap_is_the_room_of_a_cut() -> None:
    matrix = [[0.0], [1.0], [10.0], [12.0]]
    choice = choose_k(linkage(matrix, "complete", "euclidean"), matrix, metric="euclidean")
    assert [(item.k, item.height_gap) for item in choice.evidence] == [(2, 10.0), (3, 1.0)]


@pytest.mark.parametrize("n_rows", [1, 2, 3])
def test_few_rows_are_one_cluster(n_rows: int) -> None:
    matrix = planted(2)[:n_rows]
    assert choose_k(linkage(matrix), matrix).k == 1


def test_four_rows_are_at_least_two_clusters() -> None:
    matrix = np.random.default_rng(0).normal(size=(4, 5))
    assert choose_k(linkage(matrix), matrix).k >= 2


def test_equal_rows_have_no_width() -> None:
    matrix = np.tile([1.0, 2.0, 4.0], (6, 1))
    assert choose_k(linkage(matrix), matrix).k == 2
