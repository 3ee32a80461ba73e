from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from heatleaf.errors import UserError
from heatleaf.resources import gene_sets, gene_table

ALL = ("GO:BP", "GO:MF", "GO:CC")


def read_gmt(path: Path) -> dict[str, tuple[str, frozenset[str]]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return {row[0]: (row[1], frozenset(row[2:])) for row in rows}


@pytest.mark.parametrize("collection", gene_sets("human", ALL), ids=lambda collection: collection.name)
def test_sets_are_sorted_unique_and_not_empty(collection) -> None:
    assert list(collection.set_ids) == sorted(set(collection.set_ids))
    assert all(members == tuple(sorted(set(members))) and members for members in collection.members)
    assert collection.id_kind == "symbol"
    assert "2022-07-01" in collection.source


def test_ancestors_hold_the_genes_of_their_descendants() -> None:
    (collection,) = gene_sets("human")
    members = dict(zip(collection.set_ids, map(set, collection.members), strict=True))
    # mitotic sister chromatid segregation -> mitotic cell cycle process -> cell cycle
    assert members["GO:0000070"] < members["GO:1903047"] < members["GO:0007049"]


def test_members_are_symbols_of_the_gene_table() -> None:
    (collection,) = gene_sets("human", ["GO:MF"])
    known = gene_table("human").known_symbols
    members = set().union(*collection.members)
    assert len(members & known) > 0.99 * len(members)


@pytest.mark.data
@pytest.mark.parametrize("name", ALL)
def test_propagated_sets_equal_those_made_with_r(data: Path, name: str) -> None:
    """Same packages, made with AnnotationDbi; genes renamed since 2022 aside (fewer than 120 of 19,000)."""
    (collection,) = gene_sets("human", [name])
    expected = read_gmt(data / "genesets" / f"GO_{name[-2:]}.human.symbol.gmt.xz")
    assert collection.set_ids == tuple(sorted(expected))
    ours = dict(zip(collection.set_ids, map(frozenset, collection.members), strict=True))
    our_genes = frozenset().union(*ours.values())
    their_genes = frozenset().union(*(genes for _, genes in expected.values()))
    renamed = our_genes ^ their_genes
    assert len(renamed) < 250
    # a gene renamed to a symbol that another gene had in 2022 shares its sets; three cases touch 16 sets
    differing = [set_id for set_id, (_, genes) in expected.items() if (ours[set_id] ^ genes) - renamed]
    assert len(differing) <= 16
    assert all(
        set_name == expected[set_id][0]
        for set_id, set_name in zip(collection.set_ids, collection.set_names, strict=True)
    )


def test_an_organism_without_sets_is_refused() -> None:
    with pytest.raises(UserError) as refusal:
        gene_sets("mouse")
    assert refusal.value.code == "resources"
    assert str(refusal.value) == (
        "GO:BP of mouse is not built in and was not fetched yet. Fix: heatleaf resources fetch go-mouse (once, over "
        "the network), or give your own with --gene-sets FILE.gmt."
    )


def test_an_unknown_organism_is_refused() -> None:
    with pytest.raises(UserError) as refusal:
        gene_sets("axolotl")
    assert refusal.value.code == "organism"
    assert str(refusal.value).startswith("no built-in data for the organism 'axolotl'")


def test_an_unknown_collection_is_refused() -> None:
    with pytest.raises(UserError) as refusal:
        gene_sets("human", ["PFAM"])
    assert refusal.value.code == "gene_sets"
    assert str(refusal.value) == (
        "'PFAM' is not a collection of gene sets. Fix: choose from GO:BP, GO:MF, GO:CC, Reactome, WikiPathways."
    )


def test_a_collection_under_licence_is_explained() -> None:
    with pytest.raises(UserError) as refusal:
        gene_sets("human", ["KEGG"])
    assert refusal.value.code == "resources"
    assert str(refusal.value).startswith("KEGG is not fetched: its licence does not allow others to hand it on")
