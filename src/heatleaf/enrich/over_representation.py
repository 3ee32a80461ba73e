"""Over-representation: are more genes of a set among the chosen genes than chance would put there?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heatleaf.enrich.adjustment import adjust_bh
from heatleaf.enrich.hypergeometric import hypergeometric_tail
from heatleaf.enrich.membership import Membership, map_collections
from heatleaf.enrich.redundancy import drop_redundant
from heatleaf.errors import UserError
from heatleaf.model import EnrichmentTable, GeneSetCollection, Message, note
from heatleaf.model.gene_sets import ENRICHMENT_COLUMNS

# R's usual bounds for GO: fewer genes say little, more say nothing in particular.
MIN_SIZE = 10
MAX_SIZE = 500


def over_representation(
    genes: Sequence[str],
    sets: GeneSetCollection,
    universe: Sequence[str],
    *,
    min_size: int = MIN_SIZE,
    max_size: int = MAX_SIZE,
) -> pd.DataFrame:
    """Test which gene sets are over-represented among some genes.

    Parameters
    ----------
    genes : sequence of str
        The chosen genes, named as in the sets; those outside the universe are not counted.
    sets : GeneSetCollection
        The sets; each is restricted to the universe before its size is judged.
    universe : sequence of str
        All genes that could have been chosen: those that were tested, not the whole genome.
    min_size, max_size : int
        Smallest and largest set, in genes of the universe.

    Returns
    -------
    DataFrame
        Columns ENRICHMENT_COLUMNS and `represented_by` (see `drop_redundant`), one row per set, by padj, p and set id;
        `genes` in the order they were given.

    Raises
    ------
    UserError
        gene_sets_overlap: no gene of the universe is in any set. option: sizes that leave no set possible.

    Notes
    -----
    One-sided hypergeometric (Fisher) test; Benjamini-Hochberg over the sets of the collection.

    Examples
    --------
    >>> sets = GeneSetCollection.from_sets("demo", [("S1", "first", ["a", "b"])])
    >>> table = over_representation(["a", "b"], sets, list("abcd"), min_size=1)
    >>> round(float(table["pvalue"][0]), 4)
    0.1667
    """
    return over_represent_lists({"genes": genes}, [sets], universe, min_size=min_size, max_size=max_size)["genes"].frame


def over_represent_lists(
    gene_lists: Mapping[str, Sequence[str]],
    collections: Sequence[GeneSetCollection],
    universe: Sequence[str],
    *,
    min_size: int = MIN_SIZE,
    max_size: int = MAX_SIZE,
) -> dict[str, EnrichmentTable]:
    """Test several lists of genes against several collections in one pass.

    Parameters
    ----------
    gene_lists : mapping of str to sequence of str
        Genes by label, named as in the sets. A caller whose tables use other ids passes the symbols of the genes.
    collections : sequence of GeneSetCollection
        The sets; p-values are adjusted within each collection and each list.
    universe : sequence of str
        All genes that could have been in a list; repeated and empty names count once and not at all.
    min_size, max_size : int
        Smallest and largest set, in genes of the universe.

    Returns
    -------
    dict of str to EnrichmentTable
        One table per list, in the order given; empty lists give tables with p = 1 (N34). The further column
        `represented_by` is explained in `drop_redundant`.

    Raises
    ------
    UserError
        gene_sets_overlap: no gene of the universe is in any set. option: sizes that leave no set possible.

    Notes
    -----
    O(members of all sets x lists).
    """
    check_sizes(min_size, max_size)
    names = tuple(dict.fromkeys(gene for gene in universe if gene))
    position = {gene: i for i, gene in enumerate(names)}
    memberships, messages = map_collections(collections, position)
    ranks = [_ranks(genes, position) for genes in gene_lists.values()]
    by_collection = [
        _test_collection(collection, members.keep_sizes(min_size, max_size), ranks, names)
        for collection, members in zip(collections, memberships, strict=True)
    ]
    return {
        label: EnrichmentTable(
            label,
            f"{len(names):,} genes",
            drop_redundant(_join([frames[i] for frames in by_collection])),
            messages + _describe(genes, position),
        )
        for i, (label, genes) in enumerate(gene_lists.items())
    }


def check_sizes(min_size: int, max_size: int) -> None:
    """Refuse sizes that no set can have."""
    if not 1 <= min_size <= max_size:
        what = f"gene sets of at least {min_size} and at most {max_size} genes do not exist"
        raise UserError("option", what, fix="give a smallest size of 1 or more, and a largest size not below it")


def _ranks(genes: Sequence[str], position: Mapping[str, int]) -> NDArray[np.int64]:
    """Place of each gene of the universe in the list, counted from 0; -1 where it is not in the list."""
    found = [position[gene] for gene in dict.fromkeys(genes) if gene in position]
    rank = np.full(len(position), -1, dtype=np.int64)
    rank[found] = np.arange(len(found))
    return rank


def _describe(genes: Sequence[str], position: Mapping[str, int]) -> tuple[Message, ...]:
    """Tell of chosen genes that are not in the universe."""
    outside = [gene for gene in dict.fromkeys(genes) if gene and gene not in position]
    if not outside:
        return ()
    first = ", ".join(outside[:3])
    what = f"{len(outside):,} of the chosen genes are not in the universe and are not counted (first: {first})"
    return (note("gene_sets_overlap", what),)


def _test_collection(
    collection: GeneSetCollection,
    members: Membership,
    ranks: Sequence[NDArray[np.int64]],
    names: Sequence[str],
) -> list[pd.DataFrame]:
    """Test all lists against one collection, all tails in one call."""
    rows = np.repeat(np.arange(len(members.sets)), members.sizes)
    hits = [_hits_in_list_order(rank[members.genes], rows) for rank in ranks]
    overlap = [np.bincount(rows[hit], minlength=len(members.sets)) for hit in hits]
    n_genes = [int((rank >= 0).sum()) for rank in ranks]
    if not ranks:
        return []
    tails = hypergeometric_tail(np.array(overlap), members.sizes, np.array(n_genes)[:, np.newaxis], len(names))
    labels = {
        "collection": collection.name,
        "set_id": [collection.set_ids[i] for i in members.sets],
        "set_name": [collection.set_names[i] for i in members.sets],
        "set_size": members.sizes,
        "universe_size": len(names),
    }
    return [
        pd.DataFrame(
            {
                **labels,
                "overlap": overlap[i],
                "n_genes": n_genes[i],
                "fold_enrichment": overlap[i] * (len(names) / max(n_genes[i], 1)) / members.sizes,
                "pvalue": tails[i],
                "padj": adjust_bh(tails[i]),
                "genes": join_runs([names[g] for g in members.genes[hits[i]].tolist()], overlap[i]),
            },
            columns=list(ENRICHMENT_COLUMNS),
        )
        for i in range(len(ranks))
    ]


def _hits_in_list_order(member_rank: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.intp]:
    """Positions of the members that are in the list, set after set, in the order of the list within a set."""
    hits = np.flatnonzero(member_rank >= 0)
    return hits[np.lexsort((member_rank[hits], rows[hits]))]


def join_runs(words: Sequence[str], lengths: NDArray[np.int64]) -> list[str]:
    """Join consecutive runs of words with ";"."""
    ends = np.cumsum(lengths).tolist()
    return [";".join(words[end - n : end]) for end, n in zip(ends, lengths.tolist(), strict=True)]


def _join(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put the tables of collections together, by padj, p and set id."""
    if not frames:
        return pd.DataFrame(columns=list(ENRICHMENT_COLUMNS))
    frame = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    return frame.sort_values(["padj", "pvalue", "set_id"], kind="stable", ignore_index=True)
