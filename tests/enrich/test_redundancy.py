from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.enrich import drop_redundant


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
