"""The genes that comparisons share, as a table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.result_figures import ResultFigures
from heatleaf.report.tables import OutputTable

_DIRECTIONS = {1: "up", 0: "opposite", -1: "down"}


def overlap_tables(analysis: Analysis, further: ResultFigures) -> Iterator[OutputTable]:
    """Yield the genes of each exclusive intersection, largest first; nothing where there is one comparison.

    `direction` is up or down where the gene changes so in all comparisons of its intersection, else opposite.
    """
    if further.overlap is None:
        return
    sets = further.overlap.intersections
    titles = [comparison.differential.contrast.title for comparison in analysis.comparisons]
    # within a set: up, opposite, down, each in the order of the count table
    genes = [one.genes[np.argsort(-one.directions, kind="stable")] for one in sets]
    directions = [-np.sort(-one.directions, kind="stable") for one in sets]
    rows = np.concatenate([np.empty(0, dtype=np.intp), *genes]).tolist()
    yield OutputTable(
        "overlap",
        "Genes called in exactly these comparisons",
        {
            "intersection": np.repeat(np.arange(1, len(sets) + 1), [one.n_genes for one in sets]),
            "comparisons": [text for one in sets for text in [_words(one.members, titles)] * one.n_genes],
            "direction": [_DIRECTIONS[int(sign)] for signs in directions for sign in signs],
            "gene_id": [analysis.counts.gene_ids[i] for i in rows],
            "gene_symbol": [analysis.counts.gene_symbols[i] for i in rows],
        },
    )


def _words(members: tuple[int, ...], titles: list[str]) -> str:
    return "; ".join(titles[i] for i in members)
