"""The number of clusters, and silhouettes against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

from heatleaf.cluster import choose_k, cut, linkage
from heatleaf.cluster.choose_k import NEAR_TIE, silhouettes
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


def test_a_few_odd_rows_are_no_cluster_of_their_own() -> None:
    """Two groups of 100 rows and three strays: two clusters are shown, though three are apart more sharply."""
    rng = np.random.default_rng(2)
    centres = np.array([[4.0, 0.0], [-4.0, 0.0], [0.0, 40.0]])
    rows = np.repeat(centres, [100, 100, 3], axis=0) + rng.normal(scale=1.2, size=(203, 2))
    tree = linkage(rows, method="ward", metric="euclidean")
    chosen = choose_k(tree, rows, metric="euclidean")
    evidence = {item.k: item for item in chosen.evidence}
    assert evidence[3].smallest == 3
    assert chosen.k != 3 or all(item.smallest < 0.03 * 203 for item in chosen.evidence)


def test_of_near_ties_the_finer_cut_is_shown() -> None:
    """Two pairs of groups, so placed that two and four clusters are about as sharp: four say more."""
    rng = np.random.default_rng(3)
    centres = np.array([[10.0, 1.0], [10.0, -1.0], [-10.0, 1.0], [-10.0, -1.0]])
    for spread in np.linspace(0.01, 0.4, 12):
        rows = np.repeat(centres, 30, axis=0) + rng.normal(scale=spread, size=(120, 2))
        chosen = choose_k(linkage(rows, method="ward", metric="euclidean"), rows, metric="euclidean")
        silhouettes = {item.k: item.silhouette for item in chosen.evidence}
        ties = [k for k, width in silhouettes.items() if width >= max(silhouettes.values()) - NEAR_TIE]
        assert chosen.k == max(ties)
