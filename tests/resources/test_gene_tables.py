from __future__ import annotations

import pytest

from heatleaf.resources import gene_table, organisms
from heatleaf.resources.gene_tables import entrez_symbols


@pytest.mark.parametrize("organism", [organism.name for organism in organisms()])
def test_tables_are_sorted_unique_and_of_one_prefix(organism: str) -> None:
    table = gene_table(organism)
    assert list(table.gene_ids) == sorted(set(table.gene_ids))
    prefix = next(item.id_prefix for item in organisms() if item.name == organism)
    assert all(gene_id.startswith(prefix) for gene_id in table.gene_ids)
    assert not set(table.gene_ids) & set(table.symbols)


@pytest.mark.parametrize(
    ("organism", "gene_id", "symbol"),
    [
        ("human", "ENSG00000141510", "TP53"),
        ("mouse", "ENSMUSG00000059552", "Trp53"),
        ("zebrafish", "ENSDARG00000103202", "si:dkey-199m13.10"),
        ("fly", "FBgn0000490", "dpp"),
        ("worm", "WBGene00000898", "daf-2"),
    ],
)
def test_well_known_genes(organism: str, gene_id: str, symbol: str) -> None:
    assert gene_table(organism).symbol_of[gene_id] == symbol


def test_retired_ids_have_symbols_too() -> None:
    """HLA-A on an alternative sequence: in org.Hs.eg.db, not in the primary assembly of GENCODE."""
    assert gene_table("human").symbol_of["ENSG00000206503"] == "HLA-A"
    assert gene_table("human").symbol_of["ENSG00000235657"] == "HLA-A"


def test_entrez_ids() -> None:
    assert entrez_symbols()["7157"] == "TP53"
