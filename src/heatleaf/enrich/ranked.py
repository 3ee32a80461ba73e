"""Ranked enrichment: do the genes of a set gather at one end of the list of all genes?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heatleaf.enrich.adjustment import adjust_bh
from heatleaf.enrich.membership import Membership, map_collections
from heatleaf.enrich.over_representation import MAX_SIZE, check_sizes, join_runs
from heatleaf.enrich.rank_bins import HighSets
from heatleaf.enrich.rare_scores import tail_probabilities
from heatleaf.enrich.running_sum import RunningSums, chance_scores, running_sums
from heatleaf.errors import UserError
from heatleaf.model import GeneSetCollection

# Sets of fewer genes give scores that a single gene decides (the default of GSEA).
MIN_SIZE = 15
N_PERMUTATIONS = 1000
# A p-value that rests on fewer random sets than this (a standard error of a third) is estimated by importance sampling.
FEWEST_REACHED = 10
RANKED_COLUMNS = (
    "collection",
    "set_id",
    "set_name",
    "set_size",
    "direction",
    "enrichment_score",
    "normalised_score",
    "pvalue",
    "pvalue_error",
    "padj",
    "n_leading",
    "leading_edge",
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
    n_workers: int = 2,
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
        Random sets per set size.
    min_size, max_size : int
        Smallest and largest set, in genes with a score.
    n_workers : int
        Threads; the result does not depend on it (R12).

    Returns
    -------
    DataFrame
        Columns RANKED_COLUMNS, one row per set, by padj, p, falling |normalised score| and set id. `pvalue_error`: the
        standard error of the p-value as a share of it. `leading_edge`: members up to the peak of the running sum,
        outermost first, joined by ";".

    Raises
    ------
    UserError
        ranking: a score is missing or infinite, all are equal, or there are fewer than 3. gene_duplicate: a gene with
        two scores. gene_sets_overlap: no gene is in any set. option: sizes or permutations that cannot be used.

    Notes
    -----
    Weighted running sum (Subramanian et al. 2005, p = 1) against random sets of the same size; random scores of the
    same sign are the reference. The normalised score is the score over their mean. The p-value is
    (1 + those at least as extreme) / (1 + all of them) where at least FEWEST_REACHED are as extreme; smaller ones
    are estimated by importance sampling (`rare_scores`), in place of the adaptive multilevel splitting that
    Korotkevich et al. 2021 (fgsea) use for the same purpose. A p-value is never 0 (N29): where a score is out of reach
    of the sampling it is 1 / (1 + random scores of the sign). Benjamini-Hochberg over the collection.

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
    set_sizes, row = np.unique(members.sizes, return_inverse=True)
    by_chance, extremes = chance_scores(weights, set_sizes, n_permutations, rng)
    tested = _compare(found.score, by_chance, row)
    jobs = _rare_jobs(tested, found.score, row, zip(extremes, rng.spawn(len(set_sizes)), strict=True))
    tested = _refine(tested, found.score, members.sizes, weights, jobs, n_workers)
    return _ranked_table(sets, members, genes, found, tested)


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
    """Order genes by falling score; equal scores keep their order. Refuse what cannot be ranked."""
    names = [str(name) for name in scores.keys()]  # noqa: SIM118 - a Series iterates over values
    values = np.array(list(scores.values()) if isinstance(scores, Mapping) else scores.to_numpy(), dtype=np.float64)
    if len(set(names)) < len(names):
        first = next(name for i, name in enumerate(names) if name in set(names[:i]))
        what = f"{len(names) - len(set(names)):,} genes have more than one score (first: {first})"
        raise UserError("gene_duplicate", what, fix="give one score per gene (heatleaf.enrich.best_scores)")
    if not np.isfinite(values).all():
        missing = [names[i] for i in np.flatnonzero(~np.isfinite(values))]
        what = f"{len(missing):,} genes have no finite score (first: {', '.join(missing[:3])})"
        raise UserError("ranking", what, fix="leave out the genes that were not tested")
    if len(values) < 3 or values.min() == values.max():
        what = f"{len(values):,} genes with {len(np.unique(values))} different scores cannot be ranked"
        raise UserError("ranking", what, fix="give the scores of all tested genes, such as the Wald statistic")
    order = np.argsort(-values, kind="stable")
    return [names[i] for i in order.tolist()], values[order]


def _sort_members(members: Membership) -> Membership:
    """Put the members of each set in the order of their ranks."""
    rows = np.repeat(np.arange(len(members.sets)), members.sizes)
    return Membership(members.sets, members.genes[np.lexsort((members.genes, rows))], members.sizes)


@dataclass(frozen=True, eq=False)
class _Tested:
    """Scores against chance; arrays of shape (n_sets,).

    n_reached : random scores at least as extreme. share_same : share of random scores with the sign of the score.
    """

    p_value: FloatArray
    error: FloatArray
    normalised: FloatArray
    n_reached: IntArray
    share_same: FloatArray


@dataclass(frozen=True, eq=False)
class _RareJob:
    """Sets of one size and sign whose p-values are to be estimated, as positions, and what the estimate starts from."""

    sets: IntArray
    is_up: bool
    high_sets: HighSets
    rng: np.random.Generator


def _compare(score: FloatArray, by_chance: FloatArray, row: IntArray) -> _Tested:
    """Compare scores with random scores of the same size and sign.

    by_chance : float64 array of shape (n_sizes, n_permutations). row : int64 array of shape (n_sets,), rows of it.
    """
    is_up = score > 0
    n_up = (by_chance > 0).sum(axis=1)
    n_down = by_chance.shape[1] - n_up
    mean_up = np.where(by_chance > 0, by_chance, 0).sum(axis=1) / np.maximum(n_up, 1)
    mean_down = np.where(by_chance > 0, 0, by_chance).sum(axis=1) / np.maximum(n_down, 1)
    n_same = np.where(is_up, n_up[row], n_down[row])
    n_reached = _count_reached(score, by_chance, row)
    mean = np.where(is_up, mean_up[row], -mean_down[row])
    p_value = (n_reached + 1) / (n_same + 1)
    return _Tested(
        p_value,
        np.sqrt((1 - p_value) / (n_reached + 1)),
        np.divide(score, mean, out=np.full(len(score), np.nan), where=mean > 0),
        n_reached,
        np.maximum(n_same, 1) / by_chance.shape[1],
    )


def _count_reached(score: FloatArray, by_chance: FloatArray, row: IntArray) -> IntArray:
    """Count random scores of the same size that are at least as extreme, on the same side."""
    # a set tied with a random one counts as reached: 1e-12 is far above the rounding of the sums
    bound = np.abs(score) - 1e-12
    ordered = np.sort(by_chance, axis=1)
    n_reached = np.empty(len(score), dtype=np.int64)
    for i in range(len(ordered)):
        at = np.flatnonzero(row == i)
        above = ordered.shape[1] - np.searchsorted(ordered[i], bound[at], side="left")
        below = np.searchsorted(ordered[i], -bound[at], side="right")
        n_reached[at] = np.where(score[at] > 0, above, below)
    return n_reached


def _rare_jobs(
    tested: _Tested,
    score: FloatArray,
    row: IntArray,
    by_size: Iterable[tuple[tuple[HighSets, HighSets], np.random.Generator]],
) -> list[_RareJob]:
    """Gather the sets that too few random sets reach, by size and sign.

    Each size and sign has its own generator, so that neither order nor number of threads matters.
    """
    is_rare = (tested.n_reached < FEWEST_REACHED) & (score != 0)
    groups = [
        _RareJob(np.flatnonzero(is_rare & (row == i) & (is_up == (score > 0))), is_up, high_sets, generator)
        for i, (extremes, rng) in enumerate(by_size)
        for is_up, high_sets, generator in zip((True, False), extremes, rng.spawn(2), strict=True)
    ]
    return [job for job in groups if len(job.sets)]


def _refine(
    tested: _Tested, score: FloatArray, sizes: IntArray, weights: FloatArray, jobs: Sequence[_RareJob], n_workers: int
) -> _Tested:
    """Estimate p-values that too few random sets reach, all sets of one size and sign together."""

    def estimate(job: _RareJob) -> tuple[FloatArray, FloatArray]:
        from_end = weights if job.is_up else weights[::-1]
        return tail_probabilities(from_end, int(sizes[job.sets[0]]), np.abs(score[job.sets]), job.rng, job.high_sets)

    with ThreadPoolExecutor(n_workers) as pool:
        estimates = list(pool.map(estimate, jobs))
    p_value, error = tested.p_value.copy(), tested.error.copy()
    for job, (tail, tail_error) in zip(jobs, estimates, strict=True):
        known = job.sets[~np.isnan(tail)]
        p_value[known] = np.minimum(tail[~np.isnan(tail)] / tested.share_same[known], 1.0)
        error[known] = tail_error[~np.isnan(tail)]
    return replace(tested, p_value=p_value, error=error)


def _ranked_table(
    sets: GeneSetCollection,
    members: Membership,
    genes: Sequence[str],
    found: RunningSums,
    tested: _Tested,
) -> pd.DataFrame:
    """Put the results of one collection into a table, most significant first."""
    columns = {
        "collection": sets.name,
        "set_id": [sets.set_ids[i] for i in members.sets],
        "set_name": [sets.set_names[i] for i in members.sets],
        "set_size": members.sizes,
        "direction": np.where(found.score > 0, "up", "down").astype(object),
        "enrichment_score": found.score,
        "normalised_score": tested.normalised,
        "pvalue": tested.p_value,
        "pvalue_error": tested.error,
        "padj": adjust_bh(tested.p_value),
        "n_leading": found.peak,
        "leading_edge": _leading_edges(members, genes, found),
    }
    frame = pd.DataFrame(columns, columns=list(RANKED_COLUMNS))
    order = np.lexsort((frame["set_id"].to_numpy(), -np.abs(tested.normalised), frame["pvalue"], frame["padj"]))
    return frame.iloc[order].reset_index(drop=True)


def _leading_edges(members: Membership, genes: Sequence[str], found: RunningSums) -> list[str]:
    """Join the members of each set from its end of the list up to the peak."""
    starts = np.repeat(np.cumsum(members.sizes) - members.sizes, found.peak)
    step = np.arange(len(starts)) - np.repeat(np.cumsum(found.peak) - found.peak, found.peak)
    from_bottom = starts + np.repeat(members.sizes, found.peak) - 1 - step
    at = np.where(np.repeat(found.score > 0, found.peak), starts + step, from_bottom)
    return join_runs([genes[i] for i in members.genes[at].tolist()], found.peak)
