"""The search for nearest clusters against brute force in double precision."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatleaf.cluster.neighbours import WIDTH, Candidates, Clusters
from heatleaf.cluster.search import in_threads, search


def clusters_of(points: np.ndarray, method: str, seed: int = 0) -> Clusters:
    """Clusters in the state after some merges: uneven sizes and scatters, empty slots."""
    rng = np.random.default_rng(seed)
    clusters = Clusters.of_points(points, method)
    n_merges = len(points) // 5
    for kept, gone in rng.permutation(len(points))[: 2 * n_merges].reshape(-1, 2):
        clusters.merge(np.array([kept]), np.array([gone]))
    return clusters


def all_distances(clusters: Clusters, slots: np.ndarray) -> np.ndarray:
    """Distances of some clusters to every slot; infinite to themselves and to empty slots."""
    everyone = np.arange(len(clusters.sizes))
    distances = np.array([clusters.distances(np.full(len(everyone), slot), everyone) for slot in slots])
    distances[:, ~clusters.is_left] = np.inf
    distances[np.arange(len(slots)), slots] = np.inf
    return distances


def assert_is_found(clusters: Clusters, found: Candidates) -> None:
    """The nearest cluster is found, ties to the smallest slot, and the bound lies below all that are not listed."""
    distances = all_distances(clusters, found.slots)
    assert np.array_equal(found.nearest, distances.argmin(axis=1))
    assert np.array_equal(found.distances, distances.min(axis=1))
    assert found.candidates.shape == (len(found.slots), WIDTH)
    np.put_along_axis(distances, found.candidates.astype(np.int64), np.inf, axis=1)
    assert (distances.min(axis=1) >= found.bounds).all()


# laws


@pytest.mark.parametrize("method", ["average", "ward"])
@given(st.integers(260, 700), st.sampled_from([1, 2, 5, 24, 70, 150, 600, 1_100]), st.integers(0, 9_999), st.booleans())
@settings(max_examples=25, deadline=None)
def test_nearest_are_found(method: str, n_points: int, n_columns: int, seed: int, is_tied: bool) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(n_points, n_columns)) / 8.0
    points = np.round(points * 8.0) / 8.0 if is_tied else points
    clusters = clusters_of(points, method, seed)
    left = np.flatnonzero(clusters.is_left)
    assert_is_found(clusters, search(clusters, left))
    for n_some in (rng.integers(1, len(left) // 2), rng.integers(len(left) // 2 + 1, len(left))):
        some = rng.permutation(left)[:n_some]
        with in_threads(2) as run:
            found = search(clusters, some, run)
        assert sorted(found.slots) == sorted(some)
        assert_is_found(clusters, found)


@pytest.mark.parametrize("method", ["average", "ward"])
@pytest.mark.parametrize("spread", [1e-3, 1e-5, 1e-12])
def test_points_that_single_precision_cannot_tell_apart(method: str, spread: float) -> None:
    """Dense groups far from the origin: the rows are searched in double precision."""
    rng = np.random.default_rng(2)
    points = rng.uniform(-1, 1, size=(4, 6))[rng.integers(0, 4, 600)] + spread * rng.normal(size=(600, 6))
    for clusters in (Clusters.of_points(points, method), clusters_of(points, method)):
        assert_is_found(clusters, search(clusters, np.flatnonzero(clusters.is_left)))


def test_points_of_very_different_lengths() -> None:
    """The error is bounded for each row by its own length: one far point does not blur the others."""
    points = np.random.default_rng(3).normal(size=(500, 8)) * 1e-6
    points[7] = 1.0
    clusters = Clusters.of_points(points, "ward")
    assert_is_found(clusters, search(clusters, np.arange(500)))


def test_a_point_at_the_origin_is_not_confused_with_filling() -> None:
    points = np.random.default_rng(4).normal(size=(300, 3)) / 4.0
    points[11] = 0.0
    clusters = clusters_of(points, "ward")
    assert_is_found(clusters, search(clusters, np.flatnonzero(clusters.is_left)[:39]))


def test_workers_find_the_same() -> None:
    """Requirement R12; and pairs of more rows than are packed together."""
    clusters = Clusters.of_points(np.random.default_rng(5).normal(size=(5_000, 12)) / 4.0, "average")
    one = search(clusters, np.arange(300, 5_000))
    with in_threads(3) as run:
        three = search(clusters, np.arange(300, 5_000), run)
    assert_is_found(clusters, one)
    assert np.array_equal(one.nearest, three.nearest)
    assert np.array_equal(one.candidates, three.candidates)
    assert np.array_equal(one.bounds, three.bounds)


def test_blas_threads_do_not_change_a_bit() -> None:
    """Requirement R12: a library user's BLAS may run on any number of threads."""
    program = (
        "import hashlib, numpy as np\n"
        "from heatleaf.cluster import leaf_order, linkage\n"
        "rng = np.random.default_rng(0)\n"
        "for rows, columns in ((900, 24), (400, 130)):\n"
        "    matrix = rng.normal(size=(rows, columns))\n"
        "    for how in (('average', 'correlation'), ('ward', 'euclidean'), ('complete', 'euclidean')):\n"
        "        tree = linkage(matrix, *how)\n"
        "        order = leaf_order(tree, matrix, how[1])\n"
        "        print(hashlib.sha256(tree.tobytes() + order.tobytes()).hexdigest())\n"
    )
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | dict.fromkeys(names, n_threads),
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for n_threads in ("1", "4")
    ]
    assert len(outputs[0].split()) == 6
    assert outputs[0] == outputs[1]
