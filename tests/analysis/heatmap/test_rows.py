"""Which genes of a table a heatmap shows."""

from __future__ import annotations

import numpy as np
import pytest

from heatleaf import Heatmap
from heatleaf.errors import UserError
from heatleaf.model import ExpressionTable, ValueKind

GENES = ("ENSG00000141510", "ENSG00000136997", "ENSG00000111640", "ENSG00000120129")  # TP53, MYC, GAPDH, DUSP1


def heatmap() -> Heatmap:
    values = np.random.default_rng(1).normal(size=(4, 6))
    return Heatmap(ExpressionTable(GENES, tuple("abcdef"), values, ValueKind.LOG))


def test_genes_are_found_by_symbol_in_a_table_of_ensembl_ids() -> None:
    found = heatmap().show_genes(["TP53", "MYC", "Dusp1"])
    assert set(found.row_order) == set(GENES[:2])
    (message,) = (message for message in found.messages if message.code == "not_shown")
    assert message.text == (
        "1 of 3 genes is not in the table (first: Dusp1). Fix: mind upper and lower case; did you mean DUSP1 for Dusp1?"
    )


def test_a_list_without_a_known_gene_is_refused() -> None:
    """N34."""
    with pytest.raises(UserError, match=r"none of the 1 gene is in the table \(first: tp53\).*did you mean TP53"):
        _ = heatmap().show_genes(["tp53"]).spec


@pytest.mark.parametrize("wanted", ["top:0", "top:x", "best", "top"])
def test_what_is_not_top_n_is_refused(wanted: str) -> None:
    with pytest.raises(UserError, match=rf"--genes: '{wanted}' is not top:N\. Fix: write top:500, all, or name a file"):
        _ = heatmap().show_genes(wanted).spec


def test_the_most_variable_genes_are_taken_and_those_with_missing_values_said() -> None:
    values = np.arange(24.0).reshape(4, 6) * [[1], [3], [2], [0]]
    values[1, 0] = np.nan
    shown = Heatmap(ExpressionTable(tuple("wxyz"), tuple("abcdef"), values, ValueKind.LOG)).show_genes("top:1")
    assert shown.row_order == ["y"]
    assert [message.text for message in shown.messages if message.code in ("not_shown", "gene_constant")] == [
        "1 gene has missing values and is not drawn (first: x). Fix: --genes all, or a list of genes, draws them too.",
        "1 gene does not vary and is not drawn (first: z).",
    ]
