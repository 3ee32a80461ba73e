"""From annotations and an ontology to gene sets: a gene of a term is a gene of all its ancestors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model import Annotations, GeneSetCollection, Message, Ontology, note

IntArray = NDArray[np.int64]

NAMESPACES = {"GO:BP": "biological_process", "GO:MF": "molecular_function", "GO:CC": "cellular_component"}
# Files of one release name the same terms; an ontology a year older lacks a few in a thousand.
_UNKNOWN_SHARE = 0.05
_SHOWN = 3


def propagate(ontology: Ontology, annotations: Annotations) -> dict[str, GeneSetCollection]:
    """Make gene sets of the three parts of the Gene Ontology.

    Parameters
    ----------
    ontology : Ontology
        Without circles.
    annotations : Annotations
        Direct ones; former ids of terms are understood.

    Returns
    -------
    dict of GeneSetCollection
        "GO:BP", "GO:MF", "GO:CC"; sets by id, members by symbol in code-point order, terms without genes left out.

    Raises
    ------
    UserError
        gene_sets: more than one in twenty terms is not in the ontology.

    Notes
    -----
    Relations within one part only, as in GO.db (GOBPANCESTOR and its like). O(n_annotations x ancestors per term).
    """
    direct, terms, messages = _known_terms(ontology, annotations)
    order = np.array(sorted(range(len(annotations.gene_symbols)), key=annotations.gene_symbols.__getitem__))
    genes = tuple(annotations.gene_symbols[i] for i in order.tolist())
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    offsets, ancestors = ancestors_of(ontology)
    n_each = np.diff(offsets)[terms]
    first = np.repeat(offsets[terms] - np.cumsum(n_each) + n_each, n_each)
    of_term = ancestors[first + np.arange(len(first))]
    # One number for each pair of term and gene, so that sorting finds doubles; np.unique hashes them, 5 times slower.
    pairs = of_term * np.int64(len(genes)) + np.repeat(rank[annotations.genes[direct]], n_each)
    pairs.sort()
    set_of, gene_of = np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], len(genes))
    return {name: _collection(name, ontology, (genes, set_of, gene_of), messages) for name in NAMESPACES}


def ancestors_of(ontology: Ontology) -> tuple[IntArray, IntArray]:
    """Return for each term itself and all its ancestors, as offsets (n_terms + 1,) and positions, sorted."""
    n_terms = len(ontology.term_ids)
    parents_of: list[list[int]] = [[] for _ in range(n_terms)]
    spaces = ontology.namespaces
    for child, parent in zip(ontology.children.tolist(), ontology.parents.tolist(), strict=True):
        if spaces[child] == spaces[parent]:
            parents_of[child].append(parent)
    found: dict[int, frozenset[int]] = {}
    for start in range(n_terms):
        waiting = [start]
        while waiting:
            term = waiting[-1]
            open_parents = [parent for parent in parents_of[term] if parent not in found]
            if open_parents:
                waiting += open_parents
                continue
            waiting.pop()
            if term not in found:
                found[term] = frozenset({term}).union(*(found[parent] for parent in parents_of[term]))
    rows = [sorted(found[term]) for term in range(n_terms)]
    offsets = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    return offsets, np.array([term for row in rows for term in row], dtype=np.int64)


def _known_terms(ontology: Ontology, annotations: Annotations) -> tuple[NDArray[np.intp], IntArray, list[Message]]:
    """Return which annotations name a term of the ontology, the position of that term, and what was left out."""
    position = {term_id: i for i, term_id in enumerate(ontology.term_ids)}
    current = [ontology.alternative_ids.get(term_id, term_id) for term_id in annotations.term_ids]
    place = np.array([position.get(term_id, -1) for term_id in current], dtype=np.int64)
    unknown = [term_id for term_id, at in zip(annotations.term_ids, place.tolist(), strict=True) if at < 0]
    if len(unknown) > _UNKNOWN_SHARE * len(place):
        what = f"{len(unknown):,} of {len(place):,} annotated terms are not in the ontology (first: {unknown[0]})"
        raise UserError("gene_sets", what, fix="take ontology and annotations of one release")
    direct = np.flatnonzero(place[annotations.terms] >= 0)
    messages = list(annotations.messages)
    if unknown:
        n_obsolete = len(ontology.obsolete_ids.intersection(unknown))
        n_lost = len(annotations.terms) - len(direct)
        what = (
            f"{n_lost:,} annotations with {len(unknown):,} terms that the ontology does not hold ({n_obsolete:,} "
            f"obsolete; first: {', '.join(unknown[:_SHOWN])}) are left out"
        )
        messages.append(note("gene_sets", what))
    return direct, place[annotations.terms[direct]], messages


def _collection(
    name: str,
    ontology: Ontology,
    members: tuple[tuple[str, ...], IntArray, IntArray],
    messages: list[Message],
) -> GeneSetCollection:
    """Take the sets of one part of the ontology, by id."""
    genes, set_of, gene_of = members
    is_part = np.array([space == NAMESPACES[name] for space in ontology.namespaces], dtype=bool)
    by_id = sorted(np.flatnonzero(is_part).tolist(), key=ontology.term_ids.__getitem__)
    starts = np.searchsorted(set_of, by_id, side="left")
    ends = np.searchsorted(set_of, by_id, side="right")
    kept = [i for i, n_genes in enumerate((ends - starts).tolist()) if n_genes]
    chosen = [by_id[i] for i in kept]
    slices = [gene_of[starts[i] : ends[i]] for i in kept]
    flat = np.concatenate(slices) if slices else np.empty(0, dtype=np.int64)
    is_used = np.zeros(len(genes), dtype=bool)  # a gene of one part need not be one of another
    is_used[flat] = True
    return GeneSetCollection(
        name,
        tuple(ontology.term_ids[term] for term in chosen),
        tuple(ontology.names[term] for term in chosen),
        tuple(genes[i] for i in np.flatnonzero(is_used).tolist()),
        np.cumsum([0, *map(len, slices)], dtype=np.int64),
        (np.cumsum(is_used) - 1).astype(np.int32)[flat],
        "symbol",
        messages=tuple(messages),
    )
