"""Size factors (N8, B52, B53, B57, B58)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heatleaf.errors import UserError
from heatleaf.stats import size_factors

COUNTS = arrays(np.int64, (12, 4), elements=st.integers(1, 10_000))


@given(COUNTS, st.integers(2, 50))
def test_scaling_one_sample_scales_its_factor_over_the_others(counts: np.ndarray, k: int) -> None:
    scaled = counts.copy()
    scaled[:, 1] *= k
    before, after = size_factors(counts), size_factors(scaled)
    # ratios between samples: the factors share one geometric mean
    np.testing.assert_allclose(after[1] / after[0], k * before[1] / before[0], rtol=1e-9)
    np.testing.assert_allclose(after[2] / after[0], before[2] / before[0], rtol=1e-9)


@given(COUNTS, st.permutations(range(4)), st.permutations(range(12)))
def test_permuting_samples_and_genes_permutes_the_factors(counts, samples, genes) -> None:
    permuted = counts[list(genes)][:, list(samples)]
    np.testing.assert_allclose(size_factors(permuted), size_factors(counts)[list(samples)], rtol=1e-12)


def test_positive_counts_where_every_gene_has_a_zero() -> None:
    counts = np.array([[0, 4, 8], [3, 0, 12], [5, 10, 0], [1, 2, 0]])
    log_means = np.log(np.maximum(counts, 1)).mean(axis=1)
    expected = [np.exp(np.median(np.log(c[c > 0]) - log_means[c > 0])) for c in counts.T]
    expected = np.array(expected) / np.exp(np.mean(np.log(expected)))
    np.testing.assert_allclose(size_factors(counts), expected, rtol=1e-12)
    np.testing.assert_allclose(size_factors(counts, method="poscounts"), expected, rtol=1e-12)


def test_ratio_is_refused_where_every_gene_has_a_zero() -> None:
    with pytest.raises(UserError, match="every gene has a zero in some sample") as refusal:
        size_factors([[0, 1], [1, 0]], method="ratio")
    assert refusal.value.code == "size_factors_positive"


@pytest.mark.parametrize(
    ("counts", "code", "text"),
    [
        ([[0, 0], [0, 0]], "counts_zero", "all counts are zero. Fix: check strandedness"),
        ([[1, 0], [2, 0]], "sample_zero", r"sample 2 has no reads \(sum 0\). Fix: exclude it in the sample sheet"),
        ([[1, 2]], "few_genes", r"1 gene: size factors need at least 2 \(and sensibly > 1,000\) genes"),
    ],
)
def test_tables_without_information_are_refused(counts, code: str, text: str) -> None:
    with pytest.raises(UserError, match=text) as refusal:
        size_factors(counts)
    assert refusal.value.code == code
