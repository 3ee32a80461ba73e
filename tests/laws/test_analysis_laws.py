"""Laws of a whole analysis, from the table to the called genes (N8, N9, N10)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.run import analyse
from heatleaf.analysis.settings import Settings

NAMES = [f"s{i}" for i in range(6)]


def study(seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    mean = rng.lognormal(5, 1, (160, 1)) * np.where((np.arange(160) < 40)[:, None] & (np.arange(6) > 2), 4, 1)
    counts = pd.DataFrame(rng.negative_binomial(20, 20 / (20 + mean)), [f"g{i:03}" for i in range(160)], NAMES)
    return counts, pd.DataFrame({"group": list("aaabbb")}, NAMES)


def analysed(counts: pd.DataFrame, samples: pd.DataFrame, tested: str = "b", reference: str = "a") -> Analysis:
    return analyse(counts, samples, Settings(contrasts=(("group", tested, reference),)))


def table_of(analysis: Analysis) -> pd.DataFrame:
    return analysis.comparisons[0].differential.table.set_index("gene_id").sort_index()


@pytest.fixture(scope="module")
def plain() -> Analysis:
    return analysed(*study())


def test_the_order_of_genes_and_samples_does_not_matter(plain: Analysis) -> None:
    """N10: the same numbers for the same genes to 1e-9; the same genes in the heatmap."""
    counts, samples = study()
    rng = np.random.default_rng(2)
    shuffled = counts.iloc[rng.permutation(160), rng.permutation(6)]
    other = analysed(shuffled, samples.loc[shuffled.columns])
    one, two = table_of(plain), table_of(other)
    for column in ("baseMean", "log2FoldChange", "lfcSE", "pvalue", "padj"):
        np.testing.assert_allclose(one[column], two[column], rtol=1e-7, atol=1e-12, err_msg=column)
    assert one["status"].tolist() == two["status"].tolist()
    assert set(plain.heatmap.spec.row_ids) == set(other.heatmap.spec.row_ids)
    assert plain.heatmap.clusters.n_clusters == other.heatmap.clusters.n_clusters


def test_swapping_the_levels_mirrors_the_result(plain: Analysis) -> None:
    """N9."""
    mirrored = analysed(*study(), tested="a", reference="b")
    one, two = table_of(plain), table_of(mirrored)
    np.testing.assert_allclose(one["log2FoldChange"], -two["log2FoldChange"], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(one["pvalue"], two["pvalue"], rtol=1e-6)
    up, down = (
        int(plain.comparisons[0].differential.is_up.sum()),
        int(plain.comparisons[0].differential.is_down.sum()),
    )
    other = mirrored.comparisons[0].differential
    assert (up, down) == (int(other.is_down.sum()), int(other.is_up.sum()))


def test_sequencing_one_sample_deeper_changes_its_size_factor_only(plain: Analysis) -> None:
    """N8: its size factor is four times as large beside the others; genes are called as before, or nearly so.

    Deeper counts are more certain counts, so p-values may move; fold changes hardly do.
    """
    counts, samples = study()
    deeper = counts.assign(s1=counts["s1"] * 4)
    other = analysed(deeper, samples)
    ratio = other.size_factors / plain.size_factors
    np.testing.assert_allclose(ratio[1] / ratio[0], 4, rtol=1e-12)
    np.testing.assert_allclose(ratio[2:], ratio[0], rtol=1e-12)
    one, two = table_of(plain), table_of(other)
    np.testing.assert_allclose(one["log2FoldChange"], two["log2FoldChange"], atol=0.1)
    called = plain.comparisons[0].differential.is_significant, other.comparisons[0].differential.is_significant
    assert np.mean(called[0] == called[1]) > 0.98
