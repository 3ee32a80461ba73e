"""Laws of what is written: the order of rows (R8), the zero of a logarithm (N17), the kinds of numbers (N33)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatleaf import Heatmap, linkage, size_factors, vst
from heatleaf.model import CountTable
from heatleaf.model.differential import _rank

# few values, so that most rows tie with another
P_VALUES = st.sampled_from([0.0, 1e-300, 0.01, 0.5, 1.0, float("nan")])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=3), P_VALUES, P_VALUES), max_size=30, unique_by=lambda row: row[0]))
def test_rows_of_a_result_have_one_order(rows: list[tuple[str, float, float]]) -> None:
    """R8: padj, then p, then gene id by code points; missing values last; the order of the input does not matter."""
    ids, p_value, padj = (tuple(part) for part in zip(*rows, strict=True)) if rows else ((), (), ())

    def ranked(order: list[int]) -> list[str]:
        p, adjusted = (np.array([values[i] for i in order], dtype=float) for values in (p_value, padj))
        with np.errstate(divide="ignore"):
            log10_p = np.where(p == 0, -400.0, np.log10(p))
        names = tuple(ids[i] for i in order)
        return [names[i] for i in _rank(names, p, log10_p, adjusted)]

    def key(row: tuple[str, float, float]) -> tuple[float, float, str]:
        name, p, adjusted = row
        return (np.inf if np.isnan(adjusted) else adjusted, np.inf if np.isnan(p) else p, name)

    expected = [row[0] for row in sorted(rows, key=key)]
    assert ranked(list(range(len(rows)))) == expected
    assert ranked(list(range(len(rows)))[::-1]) == expected


def test_the_added_count_of_a_logarithm_is_stated() -> None:
    """N17: zeros stay finite because one is added, and the legend and a message say so."""
    rng = np.random.default_rng(4)
    counts = rng.negative_binomial(2, 0.1, (60, 6))
    counts[:, 0] *= rng.integers(0, 2, 60)
    tpm = pd.DataFrame(counts / counts.sum(axis=0) * 1e6, [f"g{i}" for i in range(60)], list("abcdef"))
    assert (tpm.to_numpy() == 0).any()
    heatmap = Heatmap(tpm).scale("none").split_rows(None)
    expected = {name: row for name, row in zip(tpm.index, np.log2(tpm.to_numpy() + 1), strict=True)}
    columns = [list("abcdef").index(name) for name in heatmap.spec.column_names]
    for name, row in zip(heatmap.spec.row_ids, heatmap.spec.matrix, strict=True):
        np.testing.assert_allclose(row, expected[name][columns])
    assert heatmap.spec.scale.label == "log2(x + 1)"
    assert "log2(x + 1) was taken" in " ".join(message.text for message in heatmap.messages)


@pytest.mark.parametrize("kind", ["float32", "float64", "int32", "int64"])
def test_numbers_are_double_and_counts_stay_whole(kind: str) -> None:
    """N33: float64 in the core whatever comes in, the same results for the same numbers, counts as int64."""
    counts = np.random.default_rng(8).negative_binomial(5, 0.05, (120, 6))
    given_counts = counts.astype(kind)
    names = [f"s{i}" for i in range(6)]
    table = CountTable.from_frame(pd.DataFrame(given_counts, [f"g{i}" for i in range(120)], names))
    assert table.counts.dtype == np.int64 and np.array_equal(table.counts, counts)
    for function in (size_factors, vst, linkage):
        found, expected = function(given_counts), function(counts.astype(np.float64))
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, expected)
