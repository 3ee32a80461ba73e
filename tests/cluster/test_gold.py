"""Clustering of real genes and samples against stats::hclust of R; values have 9 to 12 digits."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heatleaf.cluster import cut, linkage


@cache
def z_scores(folder: Path, n_top: int) -> pd.DataFrame:
    vst = pd.read_csv(folder / "gold/deseq2_vst_blind.csv.gz", index_col=0)
    ranked = pd.read_csv(folder / "gold/clustering/variance_rank.csv.gz")
    top = vst.loc[ranked["gene_id"].iloc[:n_top]]
    return top.sub(top.mean(axis=1), axis=0).div(top.std(axis=1, ddof=1), axis=0)


def same_partition(a: np.ndarray, b: np.ndarray) -> bool:
    n_pairs = len(set(zip(a.tolist(), b.tolist(), strict=True)))
    return n_pairs == len(np.unique(a)) == len(np.unique(b))


@pytest.mark.data
@pytest.mark.parametrize("set_name", ["airway", "pasilla"])
@pytest.mark.parametrize("n_top", [50, 500, 5_000])
@pytest.mark.parametrize(
    ("name", "method", "metric"),
    [
        ("pearson_average", "average", "correlation"),
        ("euclidean_ward.D2", "ward", "euclidean"),
        ("euclidean_complete", "complete", "euclidean"),
    ],
)
@pytest.mark.parametrize("axis", ["genes", "samples"])
def test_equals_hclust(data: Path, set_name: str, n_top: int, name: str, method: str, metric: str, axis: str) -> None:
    """Same heights and partitions for k = 2 to 8; nine digits of VST are about 1e-6 of a row z-score or distance."""
    matrix = z_scores(data / set_name, n_top)
    matrix = matrix if axis == "genes" else matrix.T
    stem = data / set_name / "gold/clustering" / f"top{n_top}_{axis}_{name}"
    merges = pd.read_csv(f"{stem}_merge.csv.gz")
    leaves = pd.read_csv(f"{stem}_leaves.csv.gz")
    tree = linkage(matrix, method, metric)
    np.testing.assert_allclose(tree[:, 2], merges["height"], rtol=1e-7, atol=2e-6)
    named = pd.Series(np.arange(len(matrix)), index=matrix.index)
    rows = named[leaves["label"]].to_numpy()
    for column in leaves.columns[2:]:
        k = int(column[1:])
        if k <= len(matrix):
            assert same_partition(cut(tree, k)[rows], leaves[column].to_numpy())
