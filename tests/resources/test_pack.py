"""Gene-set packs: what goes in comes out, and damage is told."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.model import GeneSetCollection
from heatleaf.resources.builtin import builtin_file
from heatleaf.resources.gene_sets import builtin_gene_sets
from heatleaf.resources.pack import pack_bytes, read_pack, rename_genes, sort_sets

NAMES = st.text("abcXYZ019-", min_size=1, max_size=6)
SETS = st.dictionaries(NAMES, st.lists(NAMES, min_size=1, max_size=8), min_size=1, max_size=8)


def collection_of(sets: dict[str, list[str]]) -> GeneSetCollection:
    return GeneSetCollection.from_sets("demo", [(set_id, f"name of {set_id}", genes) for set_id, genes in sets.items()])


def members_of(collection: GeneSetCollection) -> dict[str, set[str]]:
    return dict(zip(collection.set_ids, map(set, collection.members), strict=True))


# --- laws


@given(SETS)
def test_a_collection_is_read_back(sets: dict[str, list[str]]) -> None:
    given_sets = collection_of(sets)
    packed = pack_bytes(sort_sets(given_sets))
    back = read_pack(io.BytesIO(packed), "demo", "somewhere")
    assert list(back.set_ids) == sorted(sets)
    assert list(back.genes) == sorted({gene for genes in sets.values() for gene in genes})
    assert [list(members) for members in back.members] == [sorted(set(sets[set_id])) for set_id in back.set_ids]
    assert back.set_names == tuple(f"name of {set_id}" for set_id in back.set_ids)
    assert back.source == "somewhere"
    assert packed == pack_bytes(sort_sets(given_sets))


def test_more_genes_than_two_bytes_can_number() -> None:
    genes = [f"g{i:06d}" for i in range(70_000)]
    sets = {"all": genes, "ends": [genes[0], genes[-1]], "last": [genes[-1]]}
    back = read_pack(io.BytesIO(pack_bytes(sort_sets(collection_of(sets)))), "demo", "")
    assert members_of(back) == {name: set(members) for name, members in sets.items()}


@pytest.mark.parametrize("name", ["GO:MF", "GO:CC"])
def test_built_in_packs_are_of_this_form(name: str) -> None:
    collection = builtin_gene_sets("human", name)
    packed = pack_bytes(collection)
    back = read_pack(io.BytesIO(packed), name, collection.source)
    built_in = builtin_file(f"go_{name[-2:].lower()}_human.npz").read_bytes()
    with np.load(io.BytesIO(built_in)) as stored, np.load(io.BytesIO(packed)) as again:
        assert stored.files == again.files
        assert all(np.array_equal(stored[key], again[key]) for key in stored.files)
    assert (back.set_ids, back.set_names, back.genes) == (collection.set_ids, collection.set_names, collection.genes)
    assert np.array_equal(back.indices, collection.indices)
    assert np.array_equal(back.offsets, collection.offsets)


def test_systematic_names_stand_where_the_table_has_them() -> None:
    collection = collection_of({"S": ["CDC28", "TFC3", "tRNA"]})
    packed = pack_bytes(collection, ["YBR160W", "YAL001C", ""])
    assert read_pack(io.BytesIO(packed), "S", "", ["TFC3", "CDC28"]).genes == ("CDC28", "TFC3", "tRNA")
    renamed = read_pack(io.BytesIO(packed), "S", "", ["YBR160W", "YAL001C", "CDC28"])
    assert (renamed.genes, renamed.id_kind) == (("YBR160W", "YAL001C", "tRNA"), "")


def test_renaming_joins_and_leaves_out() -> None:
    collection = collection_of({"S1": ["1", "2", "3"], "S2": ["3"]})
    renamed, n_lost = rename_genes(collection, {"1": "B", "2": "B", "4": "C"})
    assert (members_of(renamed), n_lost, renamed.id_kind) == ({"S1": {"B"}}, 1, "symbol")


# --- damage


def test_every_cut_of_a_pack_is_told() -> None:
    packed = builtin_file("go_cc_human.npz").read_bytes()
    for end in (0, 1, 100, len(packed) // 2, len(packed) - 1):
        with pytest.raises(ValueError, match="no gene-set pack"):
            read_pack(io.BytesIO(packed[:end]), "GO:CC", "")
