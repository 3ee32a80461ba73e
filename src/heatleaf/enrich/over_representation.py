"""Over-representation: are more genes of a set among the chosen genes than chance would put there?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heatleaf.enrich.adjustment import adjust_bh
from heatleaf.enrich.call_bias import call_weights
from heatleaf.enrich.hypergeometric import hypergeometric_tail
from heatleaf.enrich.membership import Membership, map_collections
from heatleaf.enrich.redundancy import SetMembers, drop_redundant
from heatleaf.enrich.wallenius import wallenius_tail
from heatleaf.errors import UserError
from heatleaf.model import EnrichmentTable, GeneSetCollection, Message, note
from heatleaf.model.gene_sets import ENRICHMENT_COLUMNS

# R's usual bounds for GO: fewer genes say little, more say nothing in particular.
MIN_SIZE = 10
MAX_SIZE = 500
# Further columns where a bias is corrected for, before the p-value.
BIAS_COLUMNS = ("bias_odds", "pvalue_uncorrected")

FloatArray = NDArray[np.float64]


def over_representation(
    genes: Sequence[str],
    sets: GeneSetCollection,
    universe: Sequence[str],
    *,
    bias: Mapping[str, float] | None = None,
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
    bias : mapping of gene to float
        A length, mean count or the like on which being chosen depends; see `over_represent_lists`.
    min_size, max_size : int
        Smallest and largest set, in genes of the universe.

    Returns
    -------
    DataFrame
        Columns ENRICHMENT_COLUMNS, `represented_by` and `stands_for` (see `drop_redundant`), one row per set, by
        padj, p and set id; `genes` in the order they were given.

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
    return over_represent_lists({"genes": genes}, [sets], universe, bias=bias, min_size=min_size, max_size=max_size)[
        "genes"
    ].frame


def over_represent_lists(
    gene_lists: Mapping[str, Sequence[str]],
    collections: Sequence[GeneSetCollection],
    universe: Sequence[str],
    *,
    bias: Mapping[str, float] | None = None,
    min_size: int = MIN_SIZE,
    max_size: int = MAX_SIZE,
    below: float = np.inf,
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
    bias : mapping of gene to float
        A length, mean count or the like on which being in a list depends, to be corrected for; genes without a value
        count like the gene in the middle.
    min_size, max_size : int
        Smallest and largest set, in genes of the universe.
    below : float
        Only sets with an adjusted p-value below this get a row, or are named in `stands_for`.

    Returns
    -------
    dict of str to EnrichmentTable
        One table per list, in the order given; empty lists give tables with p = 1 (N34). The further columns
        `represented_by` and `stands_for` are explained in `drop_redundant`. With a bias, `bias_odds` says how much
        more readily members of the set are called than other genes, `pvalue_uncorrected` what `pvalue` would be
        without.

    Raises
    ------
    UserError
        gene_sets_overlap: no gene of the universe is in any set. option: sizes that leave no set possible, or a bias
        that names none of the genes.

    Notes
    -----
    One look through the members of all sets for the genes of all lists, and one call for all tails. With a bias: how
    readily each gene is called is fitted for each list (`call_weights`), the members of a set get the odds of their
    mean weight over the mean weight of all other genes, and p is the tail of Wallenius' distribution (Young et al.
    2010, Genome Biology 11:R14, Methods).
    """
    check_sizes(min_size, max_size)
    names = tuple(filter(None, dict.fromkeys(universe)))
    position = {gene: i for i, gene in enumerate(names)}
    memberships, messages = map_collections(collections, position)
    tested = TestedSets.of(collections, [members.keep_sizes(min_size, max_size) for members in memberships], names)
    if bias is not None:
        messages += _describe_bias(bias, names)
    values = None if bias is None else np.array([bias.get(name, np.nan) for name in names], dtype=np.float64)
    ranks = [_ranks(genes, position) for genes in gene_lists.values()]
    members = SetMembers.of(collections)
    columns = _test(tested, ranks, values)
    return {
        label: EnrichmentTable(
            label,
            f"{len(names):,} genes",
            drop_redundant(_sorted_frame(tested, own, below), members),
            messages + _describe(genes, position),
        )
        for (label, genes), own in zip(gene_lists.items(), columns, strict=True)
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


def _describe_bias(bias: Mapping[str, float], names: Sequence[str]) -> tuple[Message, ...]:
    """Tell of genes whose length or mean is not known; refuse if that is all of them."""
    n_known = sum(bool(np.isfinite(bias.get(name, np.nan))) for name in names)
    if names and not n_known:
        what = f"the lengths or means to correct for name none of the {len(names):,} tested genes"
        raise UserError("option", what, where="--bias", fix="name the genes as in the table of tested genes")
    if n_known == len(names):
        return ()
    what = f"{len(names) - n_known:,} of {len(names):,} tested genes have no length or mean to correct for"
    return (note("gene_sets", f"{what}; they count like the gene in the middle"),)


@dataclass(frozen=True, eq=False)
class TestedSets:
    """Sets of all collections that are tested, set after set, and the universe.

    names : genes of the universe. labels : columns that are the same for every list; object arrays of shape (n_sets,).
    sizes : int64 array of shape (n_sets,). genes : int64 array of shape (n_members,), positions in names.
    ends : where the sets of each collection end. id_rank : int64 array of shape (n_sets,), place of each id in order.
    """

    names: tuple[str, ...]
    labels: Mapping[str, NDArray[np.object_]]
    sizes: NDArray[np.int64]
    genes: NDArray[np.int64]
    ends: tuple[int, ...]
    id_rank: NDArray[np.int64]

    @classmethod
    def of(
        cls, collections: Sequence[GeneSetCollection], memberships: Sequence[Membership], names: tuple[str, ...]
    ) -> TestedSets:
        """Put the sets of all collections one after the other."""
        pairs = list(zip(collections, memberships, strict=True))
        ids, set_names, of = (
            np.concatenate([np.empty(0, dtype=object), *parts])
            for parts in (
                [np.array(one.set_ids, dtype=object)[members.sets] for one, members in pairs],
                [np.array(one.set_names, dtype=object)[members.sets] for one, members in pairs],
                [np.full(len(members.sets), one.name, dtype=object) for one, members in pairs],
            )
        )
        empty = np.empty(0, dtype=np.int64)
        id_rank = np.empty(len(ids), dtype=np.int64)
        id_rank[np.argsort(ids, kind="stable")] = np.arange(len(ids))
        return cls(
            names,
            {"collection": of, "set_id": ids, "set_name": set_names},
            np.concatenate([empty, *(members.sizes for members in memberships)]),
            np.concatenate([empty, *(members.genes for members in memberships)]),
            tuple(np.cumsum([len(members.sets) for members in memberships]).tolist()),
            id_rank,
        )


@dataclass(frozen=True, eq=False)
class _Hits:
    """Members found, set after set, in the order of the list within a set.

    genes : int64 array of shape (n_hits,), positions in the universe. overlap : int64 array of shape (n_sets,).
    """

    genes: NDArray[np.int64]
    overlap: NDArray[np.int64]


def _test(
    tested: TestedSets, ranks: Sequence[NDArray[np.int64]], bias: FloatArray | None
) -> list[tuple[dict[str, NDArray[Any]], NDArray[np.int64]]]:
    """Test all lists; return the columns of each and the members found, sets in the order in which they are tested."""
    if not ranks:
        return []
    hits = _find_hits(tested, ranks)
    overlap = np.array([one.overlap for one in hits])
    n_genes = np.array([np.count_nonzero(rank >= 0) for rank in ranks])
    n_all = len(tested.names)
    uncorrected = hypergeometric_tail(overlap, tested.sizes, n_genes[:, np.newaxis], n_all)
    columns = []
    for i, rank in enumerate(ranks):
        p_value = uncorrected[i]
        own: dict[str, NDArray[Any]] = {
            "overlap": overlap[i],
            "set_size": tested.sizes,
            "n_genes": np.full(len(tested.sizes), n_genes[i]),
            "universe_size": np.full(len(tested.sizes), n_all),
            "fold_enrichment": overlap[i] * (n_all / max(n_genes[i], 1)) / tested.sizes,
        }
        if bias is not None:
            own["bias_odds"] = _bias_odds(tested, call_weights(bias, rank >= 0))
            own["pvalue_uncorrected"] = p_value
            p_value = wallenius_tail(overlap[i], tested.sizes, n_genes[i], n_all, own["bias_odds"])
        own["pvalue"], own["padj"] = p_value, _adjust_within(p_value, tested.ends)
        columns.append((own, hits[i].genes))
    return columns


def _find_hits(tested: TestedSets, ranks: Sequence[NDArray[np.int64]]) -> list[_Hits]:
    """Look once through all members for those in any list, then give each list its own."""
    in_any = np.logical_or.reduce([rank >= 0 for rank in ranks])
    at = np.flatnonzero(in_any[tested.genes])
    rows = np.searchsorted(np.cumsum(tested.sizes), at, side="right")
    genes = tested.genes[at]
    found = []
    for rank in ranks:
        place = rank[genes]
        is_hit = np.flatnonzero(place >= 0)
        # one number that sorts by set, and within a set by place in the list
        order = np.argsort(rows[is_hit] * len(rank) + place[is_hit], kind="stable")
        found.append(_Hits(genes[is_hit[order]], np.bincount(rows[is_hit], minlength=len(tested.sizes))))
    return found


def _bias_odds(tested: TestedSets, weights: FloatArray) -> FloatArray:
    """Return how much likelier members of each set are to be called than other genes (Young et al. 2010)."""
    starts = np.cumsum(tested.sizes) - tested.sizes
    inside = np.add.reduceat(weights[tested.genes], starts) if len(starts) else np.empty(0)
    n_outside = len(weights) - tested.sizes
    outside = (weights.sum() - inside) / np.maximum(n_outside, 1)
    odds: FloatArray = np.where(n_outside > 0, inside / tested.sizes / np.where(n_outside > 0, outside, 1.0), 1.0)
    return odds


def _adjust_within(p_value: FloatArray, ends: Sequence[int]) -> FloatArray:
    """Adjust p-values within each collection."""
    parts = np.split(p_value, ends[:-1]) if ends else [p_value]
    return np.concatenate([adjust_bh(part) for part in parts])


def _sorted_frame(
    tested: TestedSets, found: tuple[Mapping[str, NDArray[Any]], NDArray[np.int64]], below: float
) -> pd.DataFrame:
    """Put a list's columns into a table, by padj, p and set id."""
    own, genes = found
    kept = np.flatnonzero(~(own["padj"] >= below))
    order = kept[np.lexsort((tested.id_rank[kept], own["pvalue"][kept], own["padj"][kept]))]
    extra = [name for name in BIAS_COLUMNS if name in own]
    at = ENRICHMENT_COLUMNS.index("pvalue")
    columns = (*ENRICHMENT_COLUMNS[:at], *extra, *ENRICHMENT_COLUMNS[at:])
    every = {name: column[order] for name, column in {**tested.labels, **own}.items()}
    every["genes"] = join_genes(tested.names, genes, np.cumsum(own["overlap"])[order], every["overlap"])
    return pd.DataFrame({name: every[name] for name in columns})


def join_genes(
    names: Sequence[str], genes: NDArray[np.int64], ends: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.object_]:
    """Join the names of runs of genes with ";".

    genes : positions in `names`, run after run. ends, lengths : of the runs that are wanted, shape (n_runs,)
    """
    joined = np.full(len(ends), "", dtype=object)
    for row in np.flatnonzero(lengths).tolist():
        end = ends[row]
        joined[row] = ";".join([names[gene] for gene in genes[end - lengths[row] : end].tolist()])
    return joined
