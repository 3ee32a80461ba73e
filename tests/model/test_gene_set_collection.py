"""Collections of gene sets: names once, members by number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.model import GeneSetCollection

SETS = st.lists(st.lists(st.text("abc", min_size=1, max_size=2), max_size=6), max_size=6)


@given(SETS)
def test_members_are_given_back_without_repeats(sets: list[list[str]]) -> None:
    collection = GeneSetCollection.from_sets("demo", [(f"S{i}", "", genes) for i, genes in enumerate(sets)])
    assert collection.members == tuple(tuple(dict.fromkeys(genes)) for genes in sets)
    assert collection.genes == tuple(dict.fromkeys(gene for genes in sets for gene in genes))
    assert collection.offsets.tolist() == np.cumsum([0, *map(len, collection.members)]).tolist()


def test_members_cannot_be_written_to() -> None:
    collection = GeneSetCollection.from_sets("demo", [("S1", "first", ["a", "b"])])
    for array in (collection.offsets, collection.indices):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize(
    ("offsets", "indices", "sentence"),
    [([0], [], "differ in number"), ([0, 1], [0, 0], "do not cover"), ([1, 2], [0, 0], "do not cover")],
)
def test_arrays_that_do_not_fit_are_refused(offsets: list[int], indices: list[int], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        GeneSetCollection("demo", ("S1",), ("first",), ("a",), np.array(offsets), np.array(indices, dtype=np.int64))


def test_a_set_defined_twice_is_refused() -> None:
    with pytest.raises(UserError) as refusal:
        GeneSetCollection.from_sets("demo", [("B", "", ["a"]), ("A", "", ["a"]), ("B", "", ["b"])])
    assert refusal.value.code == "gene_sets"
    assert str(refusal.value).startswith("the set 'B' is defined more than once in demo")
