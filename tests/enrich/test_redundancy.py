from __future__ import annotations

import gzip
import lzma
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.enrich import drop_redundant, over_representation
from heatleaf.enrich.redundancy import SetMembers
from heatleaf.model import GeneSetCollection


@given(st.lists(st.sets(st.sampled_from("abcdefgh"), max_size=6), max_size=12))
def test_kept_terms_differ_and_dropped_terms_have_a_kept_one(hits: list[set[str]]) -> None:
    names = [f"S{i}" for i in range(len(hits))]
    table = pd.DataFrame({"set_id": names, "genes": [";".join(sorted(genes)) for genes in hits]})
    marked = drop_redundant(table, similarity=0.5)
    genes_of = dict(zip(names, hits, strict=True))
    kept = list(marked.loc[marked["represented_by"] == marked["set_id"], "set_id"])
    for i, one in enumerate(kept):
        for other in kept[:i]:
            assert len(genes_of[one] & genes_of[other]) < 0.5 * min(len(genes_of[one]), len(genes_of[other]))
    for name, better in zip(names, marked["represented_by"], strict=True):
        assert better in kept if genes_of[name] else better == ""
        assert not better or len(genes_of[name] & genes_of[better]) >= 0.5 * min(
            len(genes_of[name]), len(genes_of[better])
        )


def test_the_first_of_similar_terms_is_kept() -> None:
    table = pd.DataFrame({"set_id": ["A", "B", "C", "D"], "genes": ["x;y;z", "x;y", "u;v;w", "w;x;k"]})
    marked = drop_redundant(table)
    assert marked["represented_by"].tolist() == ["A", "A", "C", "D"]
    assert "represented_by" not in table


def test_leading_edges_serve_as_genes() -> None:
    table = pd.DataFrame({"set_id": ["A", "B"], "leading_edge": ["x;y", "y"]})
    assert drop_redundant(table)["represented_by"].tolist() == ["A", "A"]


def test_an_empty_table_stays_empty() -> None:
    assert drop_redundant(pd.DataFrame({"set_id": [], "genes": []})).empty


def test_terms_after_the_first_few_are_not_compared() -> None:
    table = pd.DataFrame({"set_id": ["A", "B", "C"], "genes": ["x", "x", "y"]})
    assert drop_redundant(table, max_terms=2)["represented_by"].tolist() == ["A", "A", ""]


def collection_of(**members: str) -> GeneSetCollection:
    return GeneSetCollection.from_sets("demo", [(name, name, list(genes)) for name, genes in members.items()])


def test_a_small_term_is_not_dropped_for_a_large_unrelated_one() -> None:
    """Three of four genes found of S are in L, but S is another thing: one in four of its members is."""
    sets = collection_of(L="abcdefghijklmnop", S="abcquvwxyz12")
    table = pd.DataFrame({"collection": "demo", "set_id": ["L", "S"], "genes": ["a;b;c;d;e;f;g;h", "a;b;c;q"]})
    assert drop_redundant(table)["represented_by"].tolist() == ["L", "L"]
    assert drop_redundant(table, SetMembers.of([sets]))["represented_by"].tolist() == ["L", "S"]


def test_an_ancestor_and_a_descendant_with_the_same_genes_are_one() -> None:
    sets = collection_of(CHILD="abcdef", PARENT="abcdefghijklmnopqrst", OTHER="uvwxyz")
    table = pd.DataFrame(
        {"collection": "demo", "set_id": ["CHILD", "PARENT", "OTHER"], "genes": ["a;b;c;d", "a;b;c;d;m", "u;v"]}
    )
    marked = drop_redundant(table, SetMembers.of([sets]))
    assert marked["represented_by"].tolist() == ["CHILD", "CHILD", "OTHER"]
    assert marked["stands_for"].tolist() == ["PARENT", "", ""]


def test_the_nearest_of_kept_terms_represents() -> None:
    table = pd.DataFrame({"set_id": ["A", "B", "C"], "genes": ["a;b;c;d;e;f", "u;v;w;x;y;z", "a;b;c;u;v;w;x"]})
    assert drop_redundant(table)["represented_by"].tolist() == ["A", "B", "B"]


def test_genes_of_two_collections_are_compared_by_name() -> None:
    one = collection_of(S="abcdef")
    other = GeneSetCollection.from_sets("other", [("T", "t", list("fedcba")), ("S", "s", list("uvwxyz"))])
    table = pd.DataFrame(
        {"collection": ["demo", "other", "other"], "set_id": ["S", "T", "S"], "genes": ["a;b;c", "a;b;c", "a;b;c"]}
    )
    assert drop_redundant(table, SetMembers.of([one, other]))["represented_by"].tolist() == ["S", "S", "S"]


def test_terms_that_nobody_calls_are_neither_marked_nor_listed() -> None:
    table = pd.DataFrame(
        {"set_id": ["A", "B", "C", "D"], "genes": ["x;y", "x;y", "x;y", "x;y"], "padj": [0.01, 0.04, 0.1, 0.3]}
    )
    marked = drop_redundant(table)
    assert marked["represented_by"].tolist() == ["A", "A", "A", ""]
    assert marked["stands_for"].tolist() == ["B", "", "", ""]


@pytest.mark.data
def test_airway_terms_become_what_a_person_would_name(data: Path) -> None:
    """The glucocorticoid response is among the first ten that are kept; no two kept terms say the same."""
    gold = data / "airway" / "gold" / "enrichment"
    with lzma.open(data / "genesets" / "GO_BP.human.ensembl.gmt.xz", "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    sets = GeneSetCollection.from_sets("GO:BP", [(row[0], row[1], row[2:]) for row in rows])
    universe = gzip.decompress((gold / "universe_tested.txt.gz").read_bytes()).decode().split()
    frame = over_representation((gold / "de_up.txt").read_text().split(), sets, universe)
    called = frame[frame["padj"] < 0.05]
    kept = called[called["represented_by"] == called["set_id"]].set_index("set_id")
    assert len(called) > 150
    assert len(kept) < 50
    assert "cellular response to glucocorticoid stimulus" in list(kept["set_name"].head(10))
    listed = [set_id for text in kept["stands_for"] for set_id in text.split(";") if set_id]
    assert sorted([*kept.index, *listed]) == sorted(called["set_id"])
    members = dict(zip(sets.set_ids, map(set, sets.members), strict=True))
    found = {set_id: set(genes.split(";")) for set_id, genes in kept["genes"].items()}
    for one, other in combinations(kept.index, 2):
        same_genes = len(found[one] & found[other]) >= 0.5 * min(len(found[one]), len(found[other]))
        smaller = min(len(members[one]), len(members[other]))
        assert not (same_genes and len(members[one] & members[other]) >= smaller / 3)
        assert len(found[one] & found[other]) < 0.67 * max(len(found[one]), len(found[other]))
