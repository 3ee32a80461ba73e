"""Which genes several comparisons call: exclusive intersections, with the direction of the change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.interpret.words import count_of, percent, short_listing, thousands, verb
from heatleaf.model import DifferentialResult


@dataclass(frozen=True, eq=False)
class Intersection:
    """Genes called in exactly these comparisons.

    members : positions of the comparisons, rising. genes : positions of the genes, in the order of the count table.
    directions : int8 per gene: 1 up in all of them, -1 down in all, 0 where they differ.
    """

    members: tuple[int, ...]
    genes: NDArray[np.intp]
    directions: NDArray[np.int8]

    @property
    def n_genes(self) -> int:
        """Number of genes."""
        return len(self.genes)

    def count(self, direction: int) -> int:
        """Count the genes of one direction."""
        return int((self.directions == direction).sum())


def find_intersections(results: Sequence[DifferentialResult]) -> tuple[Intersection, ...]:
    """Sort called genes by the comparisons that call them; the largest set first.

    Parameters
    ----------
    results : comparisons of one count table

    Returns
    -------
    tuple of Intersection
        Each called gene is in exactly one. Sets of one size: fewer comparisons first, then in their order.

    Notes
    -----
    Exclusive intersections as UpSet draws them (Lex et al. 2014, IEEE Trans. Vis. Comput. Graph. 20:1983). Sets without
    a gene are not listed, so their number is at most that of the genes however many comparisons there are.
    """
    called = np.array([result.is_up.astype(np.int8) - result.is_down.astype(np.int8) for result in results])
    genes = np.flatnonzero(called.any(axis=0))
    sets: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for gene, row in zip(genes.tolist(), (called[:, genes] != 0).T, strict=True):
        sets[tuple(np.flatnonzero(row).tolist())].append(gene)
    found = [_intersection(members, np.array(rows, dtype=np.intp), called) for members, rows in sets.items()]
    return tuple(sorted(found, key=lambda one: (-one.n_genes, len(one.members), one.members)))


def _intersection(members: tuple[int, ...], genes: NDArray[np.intp], called: NDArray[np.int8]) -> Intersection:
    total = called[list(members)][:, genes].sum(axis=0)
    directions = np.where(np.abs(total) == len(members), np.sign(total), 0).astype(np.int8)
    return Intersection(members, genes, directions)


def caption_overlap(intersections: Sequence[Intersection], results: Sequence[DifferentialResult]) -> str:
    """Describe the figure of intersections and say what it shows."""
    n_genes = sum(one.n_genes for one in intersections)
    alpha = results[0].alpha
    what = (
        f"Genes called (adjusted p-value below {alpha:g}) in {count_of(len(results), 'comparison')}. Each column is a "
        "combination of comparisons, marked by dots; its bar counts the genes called in exactly these, by "
        "the direction of their change."
    )
    if not n_genes:
        return f"{what} No gene is called in any of them."
    in_all = next((one for one in intersections if len(one.members) == len(results)), None)
    n_all = in_all.n_genes if in_all else 0
    every = "both" if len(results) == 2 else "all of them"
    shared = (
        f" Of {count_of(n_genes, 'gene')} called at all, {thousands(n_all)} "
        f"({percent(n_all / n_genes)}) {verb(n_all, 'is', 'are')} called in {every}"
    )
    if in_all and in_all.count(0):
        n_opposite = in_all.count(0)
        shared += f", {thousands(n_opposite)} of them in opposite directions"
    largest = intersections[0]
    titles = short_listing([results[i].contrast.title for i in largest.members])
    only = " only" if len(largest.members) == 1 else ""
    return f"{what}{shared}. The largest set, {count_of(largest.n_genes, 'gene')}, is called in {titles}{only}."
