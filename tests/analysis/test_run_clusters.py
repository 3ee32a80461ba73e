"""Clusterings within an analysis: by tree or k-means, with what returns of them, told in findings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.run import analyse
from heatleaf.analysis.settings import Settings


def counts() -> tuple[pd.DataFrame, pd.DataFrame]:
    """300 genes in 8 samples: 60 up and 60 down in treated, strongly."""
    rng = np.random.default_rng(0)
    change = np.repeat([3.0, -3.0, 0.0], [60, 60, 180])[:, None] * np.repeat([0, 1], 4)
    mean = rng.uniform(100, 1000, (300, 1)) * 2.0**change
    table = rng.negative_binomial(20, 20 / (20 + mean))
    names = [f"{group}{i}" for group in ("control", "treated") for i in range(1, 5)]
    frame = pd.DataFrame(table, index=[f"gene{i:03}" for i in range(300)], columns=names)
    return frame, pd.DataFrame({"group": np.repeat(["control", "treated"], 4)}, index=names)


def analysed(**settings: object) -> Analysis:
    return analyse(*counts(), Settings(top=120, **settings))  # type: ignore[arg-type]


@pytest.mark.parametrize("row_clustering", ["tree", "kmeans"])
def test_true_clusters_return_and_are_called_stable(row_clustering: str) -> None:
    found = analysed(row_clustering=row_clustering, clusters=2)
    blocks = found.heatmap.spec.row_blocks
    assert [block.name for block in blocks] == ["C1", "C2"]
    assert all(block.stability > 0.95 for block in blocks)
    told = [finding for finding in found.findings if finding.key == "cluster_1"]
    assert "Stability 0.99 (1: always found again): stable." in told[0].text
    assert ("k-means" in found.methods) == (row_clustering == "kmeans")
    assert "Hennig 2007" in found.methods
    truth = {f"gene{i:03}" for i in range(60)}
    members = [set(found.heatmap.clusters.members(number)) for number in (1, 2)]
    assert max(len(one & truth) / len(one | truth) for one in members) > 0.95


def test_samples_carry_the_support_of_their_branches() -> None:
    spec = analysed().heatmap.spec
    for tree in spec.column_trees:
        assert tree.support.shape == (3,)
        assert ((tree.support[:2] >= 0) & (tree.support[:2] <= 1)).all()
        assert np.isnan(tree.support[2])


def test_the_seed_decides_and_the_run_repeats() -> None:
    """Requirement R13."""
    first, again, other = (analysed(seed=seed).heatmap.spec.row_blocks for seed in (1, 1, 2))
    assert [block.stability for block in first] == [block.stability for block in again]
    assert [block.stability for block in first] != [block.stability for block in other]
