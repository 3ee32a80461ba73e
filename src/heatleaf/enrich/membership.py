"""Gene sets against a universe: which genes of the universe each set holds, and whether the ids meet at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model import GeneSetCollection, Message, warning

# Below this share of the smaller side the ids hardly meet (B84).
LEAST_SHARE = 0.2
# Agreement that appears only when case is ignored points to another organism (B85).
_CASE_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Membership:
    """Members of sets as positions in a universe, set after set.

    sets : int64 array of shape (n_sets,), positions of the sets in their collection.
    genes : int64 array of shape (n_members,), positions in the universe.
    sizes : int64 array of shape (n_sets,), genes of each set within the universe.
    """

    sets: NDArray[np.int64]
    genes: NDArray[np.int64]
    sizes: NDArray[np.int64]

    def keep_sizes(self, min_size: int, max_size: int) -> Membership:
        """Return the sets of min_size to max_size genes."""
        kept = (self.sizes >= min_size) & (self.sizes <= max_size)
        return Membership(self.sets[kept], self.genes[np.repeat(kept, self.sizes)], self.sizes[kept])


def map_members(collection: GeneSetCollection, universe: Mapping[str, int]) -> Membership:
    """Restrict sets to a universe, given as the position of each gene; one look-up per gene, then O(members)."""
    n_genes = len(collection.genes)
    # millions of members: four bytes each are read in half the time of eight
    place = np.fromiter(map(universe.get, collection.genes, repeat(-1)), dtype=np.int32, count=n_genes)
    genes = place[collection.indices]
    at = np.flatnonzero(genes >= 0)
    sizes = np.diff(np.searchsorted(at, collection.offsets))
    return Membership(np.arange(len(sizes)), genes[at].astype(np.int64), sizes)


def map_collections(
    collections: Sequence[GeneSetCollection], universe: Mapping[str, int]
) -> tuple[list[Membership], tuple[Message, ...]]:
    """Restrict collections to a universe, and warn where the ids of the sets and the genes hardly meet (B84, B85).

    Parameters
    ----------
    collections : sequence of GeneSetCollection
        The sets.
    universe : mapping of str to int
        Position of each gene, named as in the sets (symbols for built-in sets).

    Returns
    -------
    list of Membership, tuple of Message
        One membership per collection, sets of all sizes; warnings gene_sets_overlap.

    Raises
    ------
    UserError
        gene_sets_overlap: no gene of the universe is in any set of any collection.
    """
    memberships = [map_members(collection, universe) for collection in collections]
    n_found = [len(universe.keys() & set(collection.genes)) for collection in collections]
    messages = tuple(
        _overlap_warning(collection, found, frozenset(universe))
        for collection, found in zip(collections, n_found, strict=True)
        if _is_small(found, len(universe), collection)
    )
    if messages and universe and not any(n_found):
        raise UserError(messages[0].code, messages[0].what, where=messages[0].where, fix=messages[0].fix)
    return memberships, messages


def _is_small(found: int, n_genes: int, collection: GeneSetCollection) -> bool:
    """Tell whether few of the genes, and few of the members of the sets, are found on the other side."""
    if found and found >= LEAST_SHARE * n_genes:
        return False
    return not found or found < LEAST_SHARE * len(collection.genes)


def _overlap_warning(collection: GeneSetCollection, found: int, genes: frozenset[str]) -> Message:
    members = frozenset(collection.genes)
    what = f"{found:,} of {len(genes):,} tested genes occur in {collection.name}"
    folded = {gene.casefold() for gene in genes}
    n_folded = len(folded & {member.casefold() for member in members})
    if n_folded > max(found, _CASE_SHARE * min(len(genes), len(members))):
        what += f"; {n_folded:,} do when case is ignored: mouse data with human sets?"
        return warning("gene_sets_overlap", what, fix="use gene sets of the organism of the table")
    kinds = _kind_words(genes), _kind_words(members)
    if kinds[0] != kinds[1]:
        what += f". Your ids look like {kinds[0]}, the sets use {kinds[1]}"
    fix = "use gene sets with the ids of the table, or a table with the ids of the sets"
    return warning("gene_sets_overlap", what, fix=fix)


def _kind_words(names: frozenset[str]) -> str:
    """Say what most names look like."""
    n_ensembl = sum(re.match(r"ENS[A-Z]*\d{11}", name) is not None for name in names)
    n_digits = sum(name.isdigit() for name in names)
    words = {"Ensembl": n_ensembl, "Entrez": n_digits, "symbols": len(names) - n_ensembl - n_digits}
    return max(words, key=lambda kind: words[kind])
