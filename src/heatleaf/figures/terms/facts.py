"""What the figures are told of a gene set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heatleaf.figures.text import wrap


@dataclass(frozen=True)
class TermFacts:
    """A gene set that stands out among the genes higher (direction 1) or lower (-1).

    leader : id of the more certain set that has much the same genes, its own where there is none.
    genes : those found. n_found, set_size : number of genes found, and of the set. change : median log2 fold change of
    the genes found, NaN where unknown.
    """

    set_id: str
    name: str
    direction: int
    leader: str
    genes: tuple[str, ...]
    n_found: int
    set_size: int
    fold: float
    padj: float
    change: float

    @property
    def is_leader(self) -> bool:
        """Tell whether no more certain set has much the same genes."""
        return self.leader == self.set_id


@dataclass(frozen=True)
class Sides:
    """What was compared: title and factor of the comparison, and in words which genes are higher and lower."""

    title: str
    factor: str
    higher: str
    lower: str

    def words(self, direction: int) -> str:
        """Name the genes of a direction."""
        return self.higher if direction > 0 else self.lower


def split_sides(terms: Sequence[TermFacts], n_terms: int) -> tuple[tuple[TermFacts, ...], tuple[TermFacts, ...]]:
    """Take the first terms of both directions, half each, and more of one where the other has fewer."""
    up, down = ([term for term in terms if term.direction == direction] for direction in (1, -1))
    n_up = min(len(up), max(n_terms - n_terms // 2, n_terms - len(down)))
    return tuple(up[:n_up]), tuple(down[: n_terms - n_up])


def wrap_name(name: str, width: float, size: float, *, max_lines: int, bold: bool = False) -> tuple[str, ...]:
    """Break the name of a set into lines; a set without a name is said to be one."""
    return wrap(name, width, size, bold=bold, max_lines=max_lines) or ("(no name)",)
