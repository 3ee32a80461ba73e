"""Many trees at once are the trees of `linkage`."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf.cluster import cut, linkage
from heatleaf.cluster.distances import distance_matrix
from heatleaf.cluster.many_trees import merge_many
from heatleaf.cluster.observations import METRICS, embed
from heatleaf.cluster.resampling import draw_columns, draw_rows, drawn_distances, is_drawn_within


@pytest.mark.parametrize("method", ["average", "ward", "complete", "single", "weighted"])
@pytest.mark.parametrize("metric", ["correlation", "cosine", "euclidean", "sqeuclidean", "cityblock"])
def test_heights_and_cuts_are_those_of_linkage(method: str, metric: str) -> None:
    if method == "ward" and metric in ("sqeuclidean", "cityblock"):
        pytest.skip("not defined")
    values = np.random.default_rng(0).normal(size=(6, 30, 7))
    distances, is_present = drawn_distances(values.copy(), method, metric)
    is_present[2, 5] = False
    nodes = merge_many(distances, method, np.broadcast_to(np.eye(30), (6, 30, 30)), is_present)
    for i_tree in range(6):
        tree = linkage(values[i_tree][is_present[i_tree]], method, metric)
        heights = np.sort(nodes.birth[i_tree, 30:])[: len(tree)]
        np.testing.assert_allclose(np.sqrt(heights) if method == "ward" else heights, tree[:, 2], rtol=1e-9)
        for k in (1, 2, 5, 12, len(tree) + 1):
            chosen = nodes.is_in_cut(np.full(6, k))[i_tree]
            assert np.count_nonzero(chosen) == k
            found = nodes.shared[i_tree][chosen][:, is_present[i_tree]].argmax(axis=0)
            assert len(set(zip(found.tolist(), cut(tree, k).tolist(), strict=True))) == k


@pytest.mark.parametrize("metric", METRICS[:-1])
def test_distances_of_draws_are_those_of_the_kernel(metric: str) -> None:
    values = np.random.default_rng(0).normal(size=(3, 12, 9))
    distances, is_present = drawn_distances(values.copy(), "average", metric)
    assert is_present.all()
    for i_draw in range(3):
        expected = distance_matrix(embed(values[i_draw], metric))
        np.testing.assert_allclose(distances[i_draw], expected, rtol=1e-9, atol=1e-7)


def test_jaccard_counts_what_is_shared() -> None:
    """Three points on a line, 0 and 1 joined first: {1, 2} shares 1 of 3 with that pair, 2 of 3 with all."""
    distances, is_present = drawn_distances(np.array([[[0.0], [1.0], [5.0]]]), "average", "euclidean")
    nodes = merge_many(distances, "average", np.array([[[0.0], [1.0], [1.0]]]), is_present)
    assert nodes.jaccard()[0, :, 0].round(3).tolist() == [0, 0.5, 0.5, 0.333, 0.667]


def test_equal_rows_and_ties_come_to_an_end() -> None:
    values = np.round(np.random.default_rng(0).normal(size=(20, 25, 2)))
    for method in ("average", "ward", "complete", "single"):
        distances, is_present = drawn_distances(values.copy(), method, "euclidean")
        nodes = merge_many(distances, method, np.ones((20, 25, 1)), is_present)
        assert np.isfinite(nodes.birth).all()
        assert (nodes.sizes.max(axis=1) == 25).all()


def test_draws() -> None:
    rng = np.random.default_rng(0)
    groups = ("a", "b", "a", "b", "a", "b", "b")
    assert is_drawn_within(groups)
    columns = draw_columns(rng, groups, 50)
    assert columns.shape == (50, 5)
    assert (np.isin(columns, [0, 2, 4]).sum(axis=1) == 2).all()
    assert not is_drawn_within(("a", "a", "b", "b"))
    assert not is_drawn_within(("",) * 8)
    assert draw_columns(rng, ("a", "a", "b", "b"), 9).shape == (9, 3)
    rows = draw_rows(rng, 1000, 20, 250)
    assert rows.shape == (20, 250)
    assert (np.diff(rows, axis=1) > 0).all()
    assert draw_rows(rng, 100, 3, 250).shape == (3, 63)
    assert draw_rows(rng, 2, 3, 250).tolist() == [[0, 1]] * 3
