"""Genes with missing values: clustered over the samples that they share, refused by name where they share too few."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heatleaf import Heatmap, UserError


def test_genes_that_share_no_sample_are_named() -> None:
    values = np.random.default_rng(0).normal(size=(6, 8)) + 5
    values[1, :4], values[4, 4:] = np.nan, np.nan
    genes = ["TP53", "MYC", "ACTB", "GAPDH", "XIST", "EGFR"]
    frame = pd.DataFrame(values, index=genes, columns=[f"s{i}" for i in range(8)])
    with pytest.raises(UserError) as error:
        _ = Heatmap(frame).spec
    assert error.value.code == "matrix_not_finite"
    assert "1 pair(s) of rows share too few values to be compared (first: MYC and XIST)" in str(error.value)


def test_genes_that_share_samples_are_clustered() -> None:
    values = np.random.default_rng(0).normal(size=(12, 8)) + 5
    values[3, 2] = values[7, 5] = np.nan
    spec = Heatmap(pd.DataFrame(values, columns=[f"s{i}" for i in range(8)]), clusters=2).spec
    assert spec.n_genes == 12
    assert np.isnan(spec.matrix).sum() == 2
    assert all(block.stability is None for block in spec.row_blocks)
