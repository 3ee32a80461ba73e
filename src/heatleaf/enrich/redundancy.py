"""Redundancy: terms that say the same because the same genes are behind them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heatleaf.model.gene_sets import gene_numbers

SIMILAR = 0.5  # share of the smaller hit list from which two terms are taken to tell one story


MAX_TERMS = 300  # a reader is shown some twenty terms; those come from the first few dozen


def drop_redundant(table: pd.DataFrame, *, similarity: float = SIMILAR, max_terms: int = MAX_TERMS) -> pd.DataFrame:
    """Mark each term with the better term that has much the same genes behind it.

    Parameters
    ----------
    table : DataFrame
        Enrichment results in order of significance, with `set_id` and `genes` (or `leading_edge`) joined by ";".
    similarity : float
        Overlap coefficient, fraction 0-1: shared genes over the genes of the smaller list.
    max_terms : int
        Only so many first terms are compared; later ones are represented by none.

    Returns
    -------
    DataFrame
        The rows given with one more column: `represented_by`, the set id of the kept term (a kept term represents
        itself; "" for rows without genes or after max_terms).

    Notes
    -----
    Greedy: from the most significant on, a term is kept unless a kept one shares at least `similarity` of the smaller
    of both hit lists. Only genes among the hits count, so two terms that share an uninteresting part of their members
    stay apart. A mark depends on the terms before it only, so any first rows of the table carry the marks they would
    have alone. O(max_terms^2 x genes) in one matrix product.

    Examples
    --------
    >>> table = pd.DataFrame({"set_id": ["A", "B", "C"], "genes": ["x;y;z", "x;y", "u;v"]})
    >>> drop_redundant(table)["represented_by"].tolist()
    ['A', 'A', 'C']
    """
    column = "genes" if "genes" in table else "leading_edge"
    first = table[column].head(max_terms)
    hits = [[gene for gene in str(text).split(";") if gene] for text in first]
    set_ids = table["set_id"].head(max_terms).tolist()
    is_similar = overlap_coefficients(hits) >= similarity
    represented = np.full(len(table), "", dtype=object)
    kept: list[int] = []
    for i in np.flatnonzero([len(genes) > 0 for genes in hits]).tolist():
        better = next((j for j in kept if is_similar[i, j]), i)
        represented[i] = set_ids[better]
        if better == i:
            kept.append(i)
    return table.assign(represented_by=represented)


def overlap_coefficients(hits: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """Shared genes of each two lists over the genes of the shorter; 0 where a list is empty."""
    number = gene_numbers()
    columns = [list(map(number.__getitem__, genes)) for genes in hits]
    holds = np.zeros((len(hits), len(number)), dtype=np.float32)
    for row, genes in zip(holds, columns, strict=True):
        row[genes] = 1
    sizes = holds.sum(axis=1)
    coefficients: NDArray[np.float32] = (holds @ holds.T) / np.maximum(np.minimum.outer(sizes, sizes), 1)
    return coefficients
