"""How much of each cluster returns when samples and genes are drawn anew."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf.cluster import (
    Clustering,
    KMeans,
    Linking,
    cluster_by_kmeans,
    cluster_by_tree,
    cluster_within_groups,
    cut,
    linkage,
    measure_stability,
)
from heatleaf.cluster.stability import MAX_GENES, MIN_SAMPLES

WARD = Linking("ward", "euclidean")


def planted(n_rows: int, noise: float, n_samples: int = 24) -> np.ndarray:
    rng = np.random.default_rng(0)
    pattern = rng.normal(size=(2, n_samples))
    return pattern[np.arange(n_rows) % 2] + noise * rng.normal(size=(n_rows, n_samples))


def measured(
    values: np.ndarray, k: int, *, seed: int = 2, linking: Linking | None = None, **more: object
) -> Clustering:
    found = cluster_by_tree(values, k, linking=linking)
    return measure_stability(found, values, rng=np.random.default_rng(seed), linking=linking, **more)  # type: ignore[arg-type]


def test_planted_clusters_return_and_noise_does_not() -> None:
    clear = measured(planted(60, 0.1), 2).stability
    noise = measured(np.random.default_rng(1).normal(size=(60, 8)), 6).stability
    assert clear is not None and noise is not None
    assert clear.jaccard.tolist() == [1.0, 1.0]
    assert noise.jaccard.shape == (6,)
    assert noise.jaccard.mean() < 0.5


@pytest.mark.parametrize("metric", ["correlation", "cosine", "euclidean"])
def test_same_seed_same_values(metric: str) -> None:
    """Requirement R13."""
    values, linking = planted(40, 1.0), Linking("average", metric)
    found = [measured(values, 3, seed=seed, linking=linking, n_resamples=5).stability.jaccard for seed in (4, 4, 5)]
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_equals_drawing_and_clustering_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same draws, each clustered by `linkage` and `cut`, compared by sets."""
    from heatleaf.cluster import resampling, stability

    values = planted(50, 1.5, 9)
    drawn: dict[str, np.ndarray] = {}

    def keep(name: str, function: object) -> object:
        def wrapped(*arguments: object) -> np.ndarray:
            drawn[name] = function(*arguments)  # type: ignore[operator]
            return drawn[name]

        return wrapped

    monkeypatch.setattr(stability, "draw_rows", keep("rows", resampling.draw_rows))
    monkeypatch.setattr(stability, "draw_columns", keep("columns", resampling.draw_columns))
    found = measured(values, 4, linking=WARD, n_resamples=12)
    labels = found.labels_of_rows()
    similarities: dict[int, list[float]] = {number: [] for number in range(1, 5)}
    for rows, columns in zip(drawn["rows"], drawn["columns"], strict=True):
        again = cut(linkage(values[np.ix_(rows, columns)], "ward", "euclidean"), len(set(labels[rows].tolist())))
        after = [set(rows[again == number].tolist()) for number in set(again.tolist())]
        for number in set(labels[rows].tolist()):
            before = set(rows[labels[rows] == number].tolist())
            similarities[number].append(max(len(before & one) / len(before | one) for one in after))
    expected = [np.mean(similarities[number]) for number in range(1, 5)]
    np.testing.assert_allclose(found.stability.jaccard, expected, rtol=1e-12)


def test_branches_above_the_cut_are_measured_and_no_others() -> None:
    found = measured(planted(40, 0.5), 4, linking=WARD)
    (tree,) = found.trees
    assert tree.support.shape == (39,)
    assert np.flatnonzero(np.isfinite(tree.support)).tolist() == [36, 37]
    assert ((tree.support[36:38] > 0) & (tree.support[36:38] <= 1)).all()


def test_two_planted_branches_of_two_clusters_each_return() -> None:
    centres = np.array([[9.0, 1], [9, -1], [-9, 1], [-9, -1]]) @ np.random.default_rng(1).normal(size=(2, 12))
    values = np.repeat(centres, 15, axis=0) + 0.1 * np.random.default_rng(2).normal(size=(60, 12))
    found = measured(values, 4, linking=WARD)
    assert found.trees[0].support[-3:-1].tolist() == [1.0, 1.0]


def test_rows_constant_in_a_draw_take_no_part() -> None:
    values = np.array([[0.0, 0, 0, 9], [0, 0, 0, 7], [1, 2, 3, 4], [1, 2, 3, 5], [4, 3, 2, 1], [5, 3, 2, 1]])
    jaccard = measured(values, 2, n_resamples=30).stability.jaccard
    assert ((jaccard > 0) & (jaccard <= 1)).all()


def test_kmeans_clusters_are_drawn_and_matched_not_numbered() -> None:
    """Numbers of k-means runs are arbitrary: clear clusters return wholly all the same."""
    rng = np.random.default_rng(1)
    values = np.repeat(3 * rng.normal(size=(3, 20)), 20, axis=0) + rng.normal(size=(60, 20))
    found = cluster_by_kmeans(values, KMeans(3), rng=rng, linking=WARD)
    stability = measure_stability(found, values, rng=rng, linking=WARD, n_resamples=20).stability
    assert (stability.jaccard > 0.9).all()


def test_many_genes_cost_no_more() -> None:
    stability = measured(planted(2 * MAX_GENES, 0.2), 2, n_resamples=3).stability
    assert stability.n_genes == MAX_GENES
    assert (stability.n_resamples, stability.is_within_groups) == (3, False)


def test_groups_of_three_are_drawn_within() -> None:
    stability = measured(planted(30, 0.2, 6), 2, groups=tuple("aaabbb"), n_resamples=3).stability
    assert stability.is_within_groups


def test_parked_rows_take_no_part() -> None:
    values = planted(40, 0.1)
    values[5] = 1.0
    found = measured(values, 2)
    assert found.has_parked
    assert found.stability.jaccard.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("why", ["one cluster", "few samples", "missing", "given groups"])
def test_nothing_is_said_where_nothing_can_be_measured(why: str) -> None:
    values = planted(20, 0.5, MIN_SAMPLES - 1 if why == "few samples" else 8)
    if why == "missing":
        values[0, 0] = np.nan
    found = cluster_by_tree(values, 1 if why == "one cluster" else 2, linking=WARD)
    if why == "given groups":
        found = cluster_within_groups(values, ["a", "b"] * 10, linking=WARD)
    assert measure_stability(found, values, rng=np.random.default_rng(0), linking=WARD) is found
