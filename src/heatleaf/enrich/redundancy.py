"""Redundancy: terms that say the same because the same genes are behind them."""

from __future__ import annotations

import numpy as np
import pandas as pd

SIMILAR = 0.5  # share of the smaller hit list from which two terms are taken to tell one story


def drop_redundant(table: pd.DataFrame, *, similarity: float = SIMILAR, max_terms: int = 1000) -> pd.DataFrame:
    """Mark each term with the better term that has much the same genes behind it.

    Parameters
    ----------
    table : DataFrame
        Enrichment results in order of significance, with `set_id` and `genes` (or `leading_edge`) joined by ";".
        Pass only the rows to be told of: those that are significant.
    similarity : float
        Overlap coefficient, fraction 0-1: shared genes over the genes of the smaller list.
    max_terms : int
        Only so many first terms are compared; later ones are represented by none and not kept.

    Returns
    -------
    DataFrame
        The rows given with two more columns: `is_kept`, and `represented_by`, the set id of the kept term (a kept
        term represents itself; "" for rows without genes or after max_terms).

    Notes
    -----
    Greedy: from the most significant on, a term is kept unless a kept one shares at least `similarity` of the smaller
    of both hit lists. Only genes among the hits count, so two terms that share an uninteresting part of their members
    stay apart. O(terms x kept terms) in bit operations.

    Examples
    --------
    >>> table = pd.DataFrame({"set_id": ["A", "B", "C"], "genes": ["x;y;z", "x;y", "u;v"]})
    >>> drop_redundant(table)["represented_by"].tolist()
    ['A', 'A', 'C']
    """
    column = "genes" if "genes" in table else "leading_edge"
    hits = [frozenset(str(text).split(";")) - {""} for text in table[column]]
    set_ids = [str(set_id) for set_id in table["set_id"]]
    kept: list[int] = []
    represented = np.full(len(table), "", dtype=object)
    for i, genes in enumerate(hits[:max_terms]):
        if not genes:
            continue
        better = next((j for j in kept if _overlap_coefficient(genes, hits[j]) >= similarity), i)
        represented[i] = set_ids[better]
        if better == i:
            kept.append(i)
    is_kept = np.isin(np.arange(len(table)), kept)
    return table.assign(is_kept=is_kept, represented_by=represented)


def _overlap_coefficient(genes: frozenset[str], others: frozenset[str]) -> float:
    return len(genes & others) / min(len(genes), len(others))
