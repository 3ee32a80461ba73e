"""Annotations handed on to ancestors: against brute force, and against R's GO.db and org.Hs.eg.db."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.io.obo import read_ontology
from heatleaf.model import Annotations, Ontology
from heatleaf.resources.propagation import ancestors_of, propagate

SPACES = ("biological_process", "molecular_function", "cellular_component")


def ontology_of(
    n_terms: int, edges: list[tuple[int, int]], spaces: list[str] | None = None, **more: object
) -> Ontology:
    pairs = np.array(edges, dtype=np.int32).reshape(-1, 2)
    ids = tuple(f"GO:{i:07d}" for i in range(n_terms))
    named = tuple(f"term {i}" for i in range(n_terms))
    return Ontology(ids, named, tuple(spaces or [SPACES[0]] * n_terms), pairs[:, 0], pairs[:, 1], **more)


def annotations_of(pairs: list[tuple[str, str]]) -> Annotations:
    genes = tuple(dict.fromkeys(gene for gene, _ in pairs))
    terms = tuple(dict.fromkeys(term for _, term in pairs))
    rows = sorted({(genes.index(gene), terms.index(term)) for gene, term in pairs})
    numbers = np.array(rows, dtype=np.int32).reshape(-1, 2)
    return Annotations(genes, ("",) * len(genes), terms, numbers[:, 0], numbers[:, 1])


def sets_of(collection) -> dict[str, set[str]]:
    return dict(zip(collection.set_ids, map(set, collection.members), strict=True))


# --- laws


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Ontology, Annotations]:
    n_terms = draw(st.integers(1, 12))
    edges = draw(
        st.sets(
            st.tuples(st.integers(0, n_terms - 1), st.integers(0, n_terms - 1)).filter(lambda edge: edge[0] > edge[1])
        )
    )
    spaces = draw(st.lists(st.sampled_from(SPACES), min_size=n_terms, max_size=n_terms))
    pair = st.tuples(st.sampled_from("abcdef"), st.integers(0, n_terms - 1).map(lambda i: f"GO:{i:07d}"))
    return ontology_of(n_terms, sorted(edges), spaces), annotations_of(draw(st.lists(pair, min_size=1, max_size=15)))


@given(graphs())
def test_propagation_equals_walking_up_from_each_annotation(case: tuple[Ontology, Annotations]) -> None:
    ontology, annotations = case
    expected: dict[str, set[str]] = {}
    for gene, term in zip(annotations.genes.tolist(), annotations.terms.tolist(), strict=True):
        waiting = [ontology.term_ids.index(annotations.term_ids[term])]
        while waiting:
            at = waiting.pop()
            expected.setdefault(ontology.term_ids[at], set()).add(annotations.gene_symbols[gene])
            for child, parent in zip(ontology.children.tolist(), ontology.parents.tolist(), strict=True):
                if child == at and ontology.namespaces[parent] == ontology.namespaces[at]:
                    waiting.append(parent)
    collections = propagate(ontology, annotations)
    found = {}
    for collection in collections.values():
        assert list(collection.set_ids) == sorted(collection.set_ids)
        assert all(list(members) == sorted(set(members)) for members in collection.members)
        assert list(collection.genes) == sorted(set().union(*collection.members))
        found |= sets_of(collection)
    assert found == expected


def test_a_deep_chain_needs_no_recursion() -> None:
    n_terms = 5000
    offsets, ancestors = ancestors_of(ontology_of(n_terms, [(i + 1, i) for i in range(n_terms - 1)]))
    assert ancestors[offsets[-2] :].tolist() == list(range(n_terms))


# --- former and lost terms


def test_former_ids_are_understood_and_lost_ones_counted() -> None:
    more = {"alternative_ids": {"GO:9000001": "GO:0000001"}, "obsolete_ids": frozenset({"GO:9000002"})}
    ontology = ontology_of(30, [(1, 0)], **more)
    pairs = [("a", "GO:9000001"), ("b", "GO:9000002"), *((f"g{i}", f"GO:{i:07d}") for i in range(2, 30))]
    collections = propagate(ontology, annotations_of(pairs))
    assert sets_of(collections["GO:BP"])["GO:0000000"] == {"a"}
    assert [message.text for message in collections["GO:BP"].messages] == [
        "1 annotations with 1 terms that the ontology does not hold (1 obsolete; first: GO:9000002) are left out."
    ]


def test_an_ontology_that_does_not_fit_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        propagate(ontology_of(1, []), annotations_of([("a", "GO:0000000"), ("b", "GO:0000007")]))
    assert caught.value.code == "gene_sets"
    assert str(caught.value) == (
        "1 of 2 annotated terms are not in the ontology (first: GO:0000007). "
        "Fix: take ontology and annotations of one release."
    )


# --- real data


def read_rows(path: Path) -> list[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        return [line.rstrip("\n").split("\t") for line in lines]


@pytest.mark.data
def test_relations_equal_those_of_the_r_package(data: Path) -> None:
    ontology = read_ontology(data / "genesets" / "go_from_GO.db_3.16.obo.gz")
    ids = np.array(ontology.term_ids)
    ours = set(zip(ids[ontology.children].tolist(), ids[ontology.parents].tolist(), strict=True))
    theirs = {(row[0], row[1]) for row in read_rows(data / "genesets" / "go_edges.tsv.gz")}
    assert ours == {edge for edge in theirs if edge[1] != "all"}  # R's parent of the three roots


@pytest.mark.data
@pytest.mark.slow
def test_no_pair_differs_from_the_r_packages(data: Path) -> None:
    """GO2ALL tables of org.Hs.eg.db 3.16.0 over GO.db 3.16.0: 1.7 million pairs of gene and term."""
    folder = data / "genesets"
    symbols = {row[0]: row[2] for row in read_rows(folder / "human_entrez_ensembl_symbol.tsv.gz")}
    rows = read_rows(folder / "human_direct_GO.entrez.tsv.gz")
    genes = list(dict.fromkeys(symbols.get(row[0], row[0]) for row in rows))
    terms = list(dict.fromkeys(row[1] for row in rows))
    gene_at, term_at = ({name: i for i, name in enumerate(names)} for names in (genes, terms))
    numbers = sorted({(gene_at[symbols.get(row[0], row[0])], term_at[row[1]]) for row in rows})
    direct = np.array(numbers, dtype=np.int32)
    annotations = Annotations(tuple(genes), ("",) * len(genes), tuple(terms), direct[:, 0], direct[:, 1])
    collections = propagate(read_ontology(folder / "go_from_GO.db_3.16.obo.gz"), annotations)
    for name, collection in collections.items():
        with lzma.open(folder / f"GO_{name[-2:]}.human.symbol.gmt.xz", "rt", encoding="utf-8") as lines:
            cells = [line.rstrip("\n").split("\t") for line in lines]
        assert sets_of(collection) == {row[0]: set(row[2:]) for row in cells}
        assert dict(zip(collection.set_ids, collection.set_names, strict=True)) == {row[0]: row[1] for row in cells}
