"""Whether a design can be fitted, and if not, why, in terms of the sample sheet."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model import Factor, Message, warning
from heatleaf.stats.coding import Coding

TOLERANCE = 1e-9  # of a column's length: what is left of it below this is rounding


def require_estimable(coding: Coding, matrix: NDArray[np.float64]) -> None:
    """Refuse a model matrix without full column rank (B77) or without a residual degree of freedom (B72, B78).

    Raises
    ------
    UserError
        too_many_coefficients, not_full_rank, few_replicates.
    """
    n_samples, n_coefficients = matrix.shape
    if n_coefficients > n_samples:
        raise UserError(
            "too_many_coefficients",
            f"the design {coding.formula.text} has {n_coefficients} coefficients for {n_samples} samples",
            fix="leave variables or interactions out of the design",
        )
    aliased = aliased_column(matrix)
    if aliased is not None:
        _refuse_rank(coding, matrix, aliased)
    if n_coefficients == n_samples:
        raise UserError(
            "few_replicates",
            f"no replicates: {n_samples} samples, {n_coefficients} coefficients; dispersion cannot be estimated",
            fix="figures without p values: --no-test",
        )


def aliased_column(matrix: NDArray[np.float64]) -> int | None:
    """Return the first column that the columns before it determine, or None at full column rank.

    matrix : float64 array of shape (n_samples, n_coefficients).
    """
    scaled = matrix / np.maximum(np.linalg.norm(matrix, axis=0), np.finfo(float).tiny)
    basis = np.zeros((matrix.shape[0], 0))
    for i_column in range(matrix.shape[1]):
        rest = scaled[:, i_column]
        for _ in range(2):  # twice is enough (Giraud, Langou & Rozloznik 2005)
            rest = rest - basis @ (basis.T @ rest)
        length = float(np.linalg.norm(rest))
        if length < TOLERANCE:
            return i_column
        basis = np.column_stack([basis, rest / length])
    return None


def _refuse_rank(coding: Coding, matrix: NDArray[np.float64], aliased: int) -> None:
    """Explain an aliased column by an empty combination, by two factors, or by the columns involved."""
    weights = np.linalg.lstsq(matrix[:, :aliased], matrix[:, aliased], rcond=None)[0]
    involved = [*np.flatnonzero(np.abs(weights) > 1e-8), aliased]
    blocks = coding.block_of_column
    variables = list(dict.fromkeys(name for i in involved for name in blocks[i].variables))
    empty = _empty_combination(coding, blocks[aliased].variables)
    if empty:
        raise UserError("not_full_rank", f"no sample has {empty}", fix="drop the interaction")
    factors = [coding.factors[name] for name in variables if name in coding.factors]
    for i_factor, one in enumerate(factors):
        for other in factors[i_factor + 1 :]:
            _refuse_nested(one, other)
    names = ", ".join(coding.names[i] for i in involved)
    raise UserError(
        "not_full_rank",
        f"{' and '.join(variables) or 'the columns'} carry the same information "
        f"(the coefficients {names} cannot be told apart)",
        fix=f"remove one of {', '.join(variables)} from the design",
    )


def _empty_combination(coding: Coding, variables: tuple[str, ...]) -> str:
    """Name a combination of levels of an interaction that no sample has, or return ""."""
    factors = [coding.factors[name] for name in variables if name in coding.factors]
    if len(factors) < 2:
        return ""
    present = set(zip(*(factor.values for factor in factors), strict=True))
    absent = [cell for cell in product(*(factor.levels for factor in factors)) if cell not in present]
    if not absent:
        return ""
    cells = [" and ".join(f"{f.name}={level}" for f, level in zip(factors, cell, strict=True)) for cell in absent]
    more = f" ({len(cells) - 1} more empty combinations, such as {cells[1]})" if len(cells) > 1 else ""
    return cells[0] + more


def determines(one: Factor, other: Factor) -> bool:
    """Return whether the level of `one` fixes the level of `other`."""
    return len(set(zip(one.values, other.values, strict=True))) == len(set(one.values))


def _refuse_nested(one: Factor, other: Factor) -> None:
    """Refuse two factors of which one fixes the other."""
    if determines(one, other) and determines(other, one):
        raise UserError("not_full_rank", same_information(other, one), fix=_remedy(other, one))
    for inner, outer in ((one, other), (other, one)):
        if determines(inner, outer):
            example = f"every sample of {inner.name} {inner.levels[0]} has {outer.name} {_level_with(inner, outer)}"
            raise UserError(
                "not_full_rank",
                f"{inner.name} and {outer.name} carry the same information: {example}, "
                f"so that {inner.name} tells {outer.name}",
                fix=_remedy(inner, outer),
            )


def same_information(one: Factor, other: Factor) -> str:
    """Return the sentence that two factors carry the same information, with an example."""
    level = one.levels[-1]
    return (
        f"{one.name} and {other.name} carry the same information: every {level} sample is in "
        f"{other.name} {_level_with(one, other)}"
    )


def _level_with(one: Factor, other: Factor) -> str:
    """Return the level of `other` that goes with the level of `one` that examples show."""
    level = one.levels[-1] if determines(other, one) else one.levels[0]
    return other.values[one.values.index(level)]


def _remedy(one: Factor, other: Factor) -> str:
    return (
        f"remove {other.name} or {one.name} from the design; the data cannot tell their effects apart, "
        f"which only other samples could mend"
    )


def warn_single_samples(coding: Coding) -> list[Message]:
    """Warn of levels with one sample (B72)."""
    return [
        warning("few_replicates", f"level '{level}' of {name} has one sample; its variance is borrowed from the others")
        for name, factor in coding.factors.items()
        for level in factor.levels
        if factor.values.count(level) == 1
    ]


def check_pairs(coding: Coding) -> list[Message]:
    """Warn of pairs that are not complete (B80).

    A factor counts as pairing where at least half of its levels have each level of the last factor exactly once.
    """
    if len(coding.factors) < 2:
        return []
    *blocks, tested = coding.factors.values()
    messages = []
    for block in blocks:
        cells = Counter(zip(block.values, tested.values, strict=True))
        held = {level: [cells[level, other] for other in tested.levels] for level in block.levels}
        complete = [level for level, sizes in held.items() if set(sizes) == {1}]
        if 2 * len(complete) < len(held) or len(complete) < 2:
            continue
        messages += [_unpaired(block, tested, level, sizes) for level, sizes in held.items() if 0 in sizes]
    return messages


def _unpaired(block: Factor, tested: Factor, level: str, sizes: list[int]) -> Message:
    n_held = sum(size > 0 for size in sizes)
    word = "two" if len(sizes) == 2 else str(len(sizes))
    return warning(
        "unpaired",
        f"{block.name} {level} has only {'one' if n_held == 1 else n_held} of the {word} levels of {tested.name}",
        fix=f"leave the sample out, or check the column {block.name}",
    )
