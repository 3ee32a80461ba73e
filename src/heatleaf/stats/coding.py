"""Treatment coding of a formula: which columns the model matrix has, and their values at any combination of levels.

A factor within a term is coded by contrasts (one column per level but the reference) where the rest of its span is
held by an earlier term, and by all its levels elsewhere, so that the matrix has no redundant column by construction.
The span of A:B is {1, A, B, A:B}; what is new of it is joined into the fewest blocks (the rule of patsy, "Redundancy
and categorical factors"; the same columns as R where R's are of full rank).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from heatleaf.model import Factor
from heatleaf.stats.formula import Formula, Term

FloatArray = NDArray[np.float64]

# Beyond these a covariate is standardised for fitting: squared columns then span more than 1e6 of the intercept's.
MAX_MEAN, MAX_SPREAD, MIN_SPREAD = 1000.0, 1000.0, 1e-3


@dataclass(frozen=True)
class Scale:
    """Mean and standard deviation by which a covariate is standardised."""

    centre: float
    spread: float


@dataclass(frozen=True)
class Block:
    """Columns of one term: its variables, and those of its factors that are coded by all their levels."""

    variables: Term
    full: frozenset[str]


def wide_scale(values: FloatArray) -> Scale | None:
    """Return how to standardise a covariate of wide scale, or None where it is fitted as it is; values (n_samples,)."""
    centre, spread = float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else 1.0
    is_wide = abs(centre) > MAX_MEAN or spread > MAX_SPREAD or 0 < spread < MIN_SPREAD
    return Scale(centre, spread) if is_wide and spread > 0 else None


@dataclass(frozen=True, eq=False)
class Coding:
    """A formula with its variables, ready to make rows of the model matrix."""

    formula: Formula
    factors: Mapping[str, Factor]
    covariates: Mapping[str, tuple[float, ...]]
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, formula: Formula, factors: Mapping[str, Factor], covariates: Mapping[str, tuple[float, ...]]) -> Coding:
        """Find the blocks of columns of each term."""
        return cls(formula, factors, covariates, tuple(_find_blocks(formula, frozenset(factors))))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients, as DESeq2 spells them."""
        return tuple(name for block in self.blocks for name in self._block_names(block))

    @property
    def block_of_column(self) -> tuple[Block, ...]:
        """The block of each column."""
        return tuple(block for block in self.blocks for _ in self._block_names(block))

    def interact(self, one: str, other: str) -> bool:
        """Return whether two variables occur together in a term."""
        return one != other and any(one in term and other in term for term in self.formula.terms)

    def matrix(self) -> FloatArray:
        """Return the model matrix of the samples, shape (n_samples, n_coefficients)."""
        codes: dict[str, FloatArray] = {}
        for name, factor in self.factors.items():
            position = {level: i for i, level in enumerate(factor.levels)}
            codes[name] = np.array([position[level] for level in factor.values], dtype=np.float64)
        return self.rows({**codes, **{name: np.array(values) for name, values in self.covariates.items()}})

    def row(self, places: Mapping[str, float]) -> FloatArray:
        """Return the row at some places, and at the reference levels and mean covariates of the other variables.

        places : position of the level of a factor, or value of a covariate, by name.
        """
        default = {name: 0.0 for name in self.factors}
        default |= {name: float(np.mean(values)) for name, values in self.covariates.items()}
        matrix = self.rows({name: np.array([value]) for name, value in (default | dict(places)).items()})
        return matrix.reshape(-1)

    def rows(self, values: Mapping[str, FloatArray]) -> FloatArray:
        """Return rows of the model matrix for level positions (factors) and values (covariates)."""
        n_rows = len(next(iter(values.values())))
        parts = [self._block_columns(block, values, n_rows) for block in self.blocks]
        return np.ascontiguousarray(np.concatenate(parts, axis=1))

    def _block_columns(self, block: Block, values: Mapping[str, FloatArray], n_rows: int) -> FloatArray:
        columns: FloatArray = np.ones((n_rows, 1))
        for name in block.variables:
            part = self._variable_columns(name, values[name], is_full=name in block.full)
            # the levels of the first variable run fastest, as in R
            columns = (part[:, :, None] * columns[:, None, :]).reshape(n_rows, -1)
        return columns

    def _variable_columns(self, name: str, values: FloatArray, *, is_full: bool) -> FloatArray:
        if name in self.factors:
            levels = np.arange(0 if is_full else 1, len(self.factors[name].levels))
            indicators: FloatArray = (values[:, None] == levels[None, :]).astype(np.float64)
            return indicators
        scale = wide_scale(np.array(self.covariates[name])) or Scale(0.0, 1.0)
        scaled: FloatArray = (values - scale.centre) / scale.spread
        return scaled.reshape(-1, 1)

    def _block_names(self, block: Block) -> list[str]:
        if not block.variables:
            return ["Intercept"]
        if len(block.variables) == 1 and block.variables[0] in self.factors and not block.full:
            name = block.variables[0]
            reference, *others = self.factors[name].levels
            return [f"{name}_{level}_vs_{reference}" for level in others]
        names = [""]
        for name in block.variables:
            parts = self._variable_names(name, is_full=name in block.full)
            names = [f"{before}.{part}" if before else part for part in parts for before in names]
        return names

    def _variable_names(self, name: str, *, is_full: bool) -> list[str]:
        if name not in self.factors:
            return [name]
        return [f"{name}{level}" for level in self.factors[name].levels[0 if is_full else 1 :]]


def _find_blocks(formula: Formula, factors: frozenset[str]) -> list[Block]:
    """Return the blocks of all terms, in order."""
    used: set[tuple[frozenset[str], frozenset[str]]] = set()  # (covariates, factors) of each part of the span so far
    blocks = []
    for term in formula.terms:
        covariates = frozenset(term) - factors
        within = [name for name in term if name in factors]
        new = [
            frozenset(part)
            for size in range(len(within) + 1)
            for part in combinations(within, size)
            if (covariates, frozenset(part)) not in used
        ]
        used |= {(covariates, part) for part in new}
        for full, reduced in _join_parts(new, within):
            names = tuple(name for name in term if name in covariates or name in full or name in reduced)
            blocks.append(Block(names, full))
    return blocks


def _join_parts(parts: list[frozenset[str]], order: list[str]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Join parts of a span, sorted by size, into (fully coded, contrast coded) factors of each block."""
    joined = [(frozenset[str](), part) for part in parts]
    for name in order:
        kept: list[tuple[frozenset[str], frozenset[str]]] = []
        for full, reduced in joined:
            partner = (full, reduced - {name})
            if name in reduced and partner in kept:
                kept[kept.index(partner)] = (full | {name}, reduced - {name})
            else:
                kept.append((full, reduced))
        joined = kept
    return joined
