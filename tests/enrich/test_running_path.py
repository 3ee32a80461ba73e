"""The running sum of one set for a figure, against a sum gene by gene and against the scores of all sets."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf.enrich.membership import Membership
from heatleaf.enrich.running_sum import running_path, running_sums


def sum_gene_by_gene(ranks: np.ndarray, weights: np.ndarray) -> np.ndarray:
    own = weights if weights[ranks].any() else np.ones(len(weights))
    is_member = np.isin(np.arange(len(weights)), ranks)
    step = np.where(is_member, own / own[ranks].sum(), -1 / (len(weights) - len(ranks)))
    return np.concatenate([[0.0], np.cumsum(step)])


@pytest.mark.parametrize("seed", range(20))
def test_path_is_the_running_sum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_genes = int(rng.integers(20, 300))
    ranks = np.sort(rng.choice(n_genes, int(rng.integers(1, n_genes // 2)), replace=False))
    weights = np.abs(np.sort(rng.normal(size=n_genes))[::-1]) if seed else np.zeros(n_genes)
    path = running_path(ranks, weights)
    sums = sum_gene_by_gene(ranks, weights)
    assert path[:, 1] == pytest.approx(sums[path[:, 0].astype(int)], abs=1e-12)
    assert np.interp(np.arange(n_genes + 1), *_last_of_equal(path).T) == pytest.approx(sums, abs=1e-12)
    members = Membership(np.array([0]), ranks, np.array([len(ranks)]))
    score = running_sums(members, weights).score[0]
    assert path[np.argmax(np.abs(path[:, 1])), 1] == pytest.approx(score, abs=1e-12)


def _last_of_equal(path: np.ndarray) -> np.ndarray:
    """Keep one point per rank: after one member and before the next the sum is the same."""
    return path[np.append(np.diff(path[:, 0]) > 0, True)]
