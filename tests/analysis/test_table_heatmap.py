"""One heatmap of a table with a sample sheet and named genes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heatleaf.analysis.table_heatmap import HeatmapOptions, heatmap_of_table
from heatleaf.errors import UserError
from heatleaf.model import ExpressionTable, SampleSheet, ValueKind

GENES = ("ENSG00000141510", "ENSG00000136997", "ENSG00000111640", "ENSG00000120129")  # TP53, MYC, GAPDH, DUSP1
SAMPLES = tuple(f"S{i}" for i in range(1, 7))
SHEET = SampleSheet(
    SAMPLES,
    {
        "dex": ("no", "yes") * 3,
        "donor": ("a", "a", "b", "b", "c", "c"),
        "barcode": tuple("UVWXYZ"),
    },
)


def table() -> ExpressionTable:
    return ExpressionTable(GENES, SAMPLES, np.random.default_rng(1).normal(size=(4, 6)), ValueKind.LOG)


def test_columns_that_group_samples_become_strips() -> None:
    spec = heatmap_of_table(table(), SHEET, HeatmapOptions()).spec
    assert [strip.name for strip in spec.annotations] == ["dex", "donor"]
    split = heatmap_of_table(table(), SHEET, HeatmapOptions(split_columns="dex")).spec
    assert split.group_name == "dex"
    assert [strip.name for strip in split.annotations] == ["donor"]
    assert heatmap_of_table(table(), None, HeatmapOptions()).spec.annotations == ()


def test_genes_are_found_by_symbol_in_a_table_of_ensembl_ids(tmp_path: Path) -> None:
    wanted = tmp_path / "genes.txt"
    wanted.write_text("TP53\nMYC\nDusp1\n")
    heatmap = heatmap_of_table(table(), SHEET, HeatmapOptions(genes=str(wanted)))
    assert set(heatmap.spec.row_ids) == set(GENES[:2])
    (message,) = (message for message in heatmap.messages if message.code == "not_shown")
    assert message.text == (
        "1 of 3 genes is not in the table (first: Dusp1). Fix: mind upper and lower case; did you mean DUSP1 for Dusp1?"
    )
    wanted.write_text("tp53\n")
    with pytest.raises(UserError, match=r"none of the 1 gene is in the table \(first: tp53\).*did you mean TP53"):
        heatmap_of_table(table(), SHEET, HeatmapOptions(genes=str(wanted)))


def test_an_unknown_column_is_refused_with_the_closest() -> None:
    with pytest.raises(UserError, match=r"'Dxe' is not a column of the sample sheet .* did you mean dex") as refusal:
        heatmap_of_table(table(), SHEET, HeatmapOptions(split_columns="Dxe"))
    assert refusal.value.code == "design_column"
