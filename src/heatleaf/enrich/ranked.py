"""Ranked enrichment: do the genes of a set gather at one end of the list of all genes?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heatleaf.enrich.adjustment import adjust_bh
from heatleaf.enrich.chance import Chance, compare_with_chance
from heatleaf.enrich.membership import Membership, map_collections
from heatleaf.enrich.over_representation import MAX_SIZE, check_sizes, join_genes
from heatleaf.enrich.redundancy import SetMembers, drop_redundant
from heatleaf.enrich.running_sum import RunningSums, running_sums
from heatleaf.errors import UserError
from heatleaf.model import GeneSetCollection

# Sets of fewer genes give scores that a single gene decides (the default of GSEA).
MIN_SIZE = 15
N_PERMUTATIONS = 400
RANKED_COLUMNS = (
    "collection",
    "set_id",
    "set_name",
    "set_size",
    "direction",
    "ES",
    "NES",
    "pvalue",
    "pvalue_error",
    "padj",
    "n_leading",
    "leading_edge",
    "represented_by",
    "stands_for",
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def ranked_enrichment(
    scores: pd.Series[float] | Mapping[str, float],
    sets: GeneSetCollection,
    *,
    rng: np.random.Generator,
    n_permutations: int = N_PERMUTATIONS,
    min_size: int = MIN_SIZE,
    max_size: int = MAX_SIZE,
) -> pd.DataFrame:
    """Test whether the genes of each set gather at the top or at the bottom of a ranking.

    Parameters
    ----------
    scores : Series or mapping of gene to float
        A signed score per gene, such as the Wald statistic, for all tested genes, named as in the sets. Genes with
        equal scores keep the order in which they are given.
    sets : GeneSetCollection
        The sets; each is restricted to the genes with a score before its size is judged.
    rng : numpy Generator
        Source of randomness; the same seed gives the same table (R13).
    n_permutations : int
        Even random sets per set size of a grid; more sets are drawn where scores are rare.
    min_size, max_size : int
        Smallest and largest set, in genes with a score.

    Returns
    -------
    DataFrame
        Columns RANKED_COLUMNS, one row per set, by padj, p, falling |NES| and set id. `pvalue_error`: the
        standard error of the p-value as a share of it. `leading_edge`: members up to the peak of the running sum,
        outermost first, joined by ";". `represented_by`, `stands_for`: see `drop_redundant`.

    Raises
    ------
    UserError
        ranking: a score is missing or infinite, all are equal, or there are fewer than 3. gene_duplicate: a gene with
        two scores. gene_sets_overlap: no gene is in any set. option: sizes or permutations that cannot be used.

    Notes
    -----
    Weighted running sum (Subramanian et al. 2005, p = 1) against random sets of the same size; random scores of the
    same sign are the reference: NES is ES over their mean, the p-value the share of them that are as far out. It is
    estimated from even and tilted random sets together (`random_sets`), in place of the adaptive multilevel splitting
    of Korotkevich et al. 2021 (fgsea); decision 006 has the errors. It is never 0 (N29): a score out of reach takes
    the p-value of the furthest random score. Benjamini-Hochberg over the collection.

    Examples
    --------
    >>> scores = {f"g{i}": float(i) for i in range(40)}
    >>> sets = GeneSetCollection.from_sets("demo", [("S1", "top", [f"g{i}" for i in range(20, 40)])])
    >>> ranked_enrichment(scores, sets, rng=np.random.default_rng(1))["direction"].tolist()
    ['up']
    """
    check_sizes(min_size, max_size)
    if n_permutations < 1:
        raise UserError("option", f"{n_permutations} permutations cannot give a p-value", fix="give 100 or more")
    genes, values = rank_genes(scores)
    position = {gene: i for i, gene in enumerate(genes)}
    (members,), _ = map_collections([sets], position)
    members = _sort_members(members.keep_sizes(min_size, min(max_size, len(genes) - 1)))
    if not len(members.sets):
        return pd.DataFrame(columns=list(RANKED_COLUMNS))
    weights = np.abs(values)
    found = running_sums(members, weights)
    chance = compare_with_chance(found.score, members.sizes, weights, n_permutations, rng)
    return _ranked_table(sets, members, genes, found, chance)


def best_scores(names: Sequence[str], scores: Iterable[float]) -> dict[str, float]:
    """Give each name one score: that of largest absolute value, the first of equal ones.

    For tables whose ids map to symbols several to one. Names "" and scores that are NaN are left out.

    Examples
    --------
    >>> best_scores(["A", "B", "A", ""], [1.0, 2.0, -3.0, 9.0])
    {'A': -3.0, 'B': 2.0}
    """
    best: dict[str, float] = {}
    for name, score in zip(names, scores, strict=True):
        if name and score == score and (name not in best or abs(score) > abs(best[name])):
            best[name] = float(score)
    return best


def rank_genes(scores: pd.Series[float] | Mapping[str, float]) -> tuple[list[str], FloatArray]:
    """Order genes by falling score; equal scores keep their order. Returns names, and scores of shape (n_genes,).

    Raises
    ------
    UserError
        gene_duplicate. ranking: a score that is not finite, or fewer than three genes or two different scores.
    """
    names = [str(name) for name in scores.keys()]  # noqa: SIM118 - a Series iterates over values
    values = np.array(list(scores.values()) if isinstance(scores, Mapping) else scores.to_numpy(), dtype=np.float64)
    if len(set(names)) < len(names):
        first = next(name for i, name in enumerate(names) if name in set(names[:i]))
        what = f"{_have(len(names) - len(set(names)))} more than one score (first: {first})"
        raise UserError("gene_duplicate", what, fix="give one score per gene (heatleaf.enrich.best_scores)")
    if not np.isfinite(values).all():
        missing = [names[i] for i in np.flatnonzero(~np.isfinite(values))]
        what = f"{_have(len(missing))} no finite score (first: {', '.join(missing[:3])})"
        raise UserError("ranking", what, fix="leave out the genes that were not tested")
    if len(values) < 3 or values.min() == values.max():
        what = f"{_have(len(values))} too few different scores to be ranked ({len(np.unique(values))})"
        raise UserError("ranking", what, fix="give the scores of all tested genes, such as the Wald statistic")
    order = np.argsort(-values, kind="stable")
    return [names[i] for i in order.tolist()], values[order]


def _have(n_genes: int) -> str:
    return f"{n_genes:,} {'gene has' if n_genes == 1 else 'genes have'}"


def _sort_members(members: Membership) -> Membership:
    """Put the members of each set in the order of their ranks."""
    rows = np.repeat(np.arange(len(members.sets)), members.sizes)
    return Membership(members.sets, members.genes[np.lexsort((members.genes, rows))], members.sizes)


def _ranked_table(
    sets: GeneSetCollection,
    members: Membership,
    genes: Sequence[str],
    found: RunningSums,
    chance: Chance,
) -> pd.DataFrame:
    """Put the results of one collection into a table, most significant first."""
    normalised = found.score / chance.mean
    columns = {
        "collection": sets.name,
        "set_id": [sets.set_ids[i] for i in members.sets],
        "set_name": [sets.set_names[i] for i in members.sets],
        "set_size": members.sizes,
        "direction": np.where(found.score > 0, "up", "down").astype(object),
        "ES": found.score,
        "NES": normalised,
        "pvalue": chance.p_value,
        "pvalue_error": chance.error,
        "padj": adjust_bh(chance.p_value),
        "n_leading": found.peak,
        "leading_edge": _leading_edges(members, genes, found),
    }
    frame = pd.DataFrame(columns)
    order = np.lexsort((frame["set_id"].to_numpy(), -np.abs(normalised), frame["pvalue"], frame["padj"]))
    return drop_redundant(frame.iloc[order].reset_index(drop=True), SetMembers.of([sets]))


def _leading_edges(members: Membership, genes: Sequence[str], found: RunningSums) -> list[str]:
    """Join the members of each set from its end of the list up to the peak."""
    starts = np.repeat(np.cumsum(members.sizes) - members.sizes, found.peak)
    step = np.arange(len(starts)) - np.repeat(np.cumsum(found.peak) - found.peak, found.peak)
    from_bottom = starts + np.repeat(members.sizes, found.peak) - 1 - step
    at = np.where(np.repeat(found.score > 0, found.peak), starts + step, from_bottom)
    joined: list[str] = join_genes(genes, members.genes[at], np.cumsum(found.peak), found.peak).tolist()
    return joined
