"""The pattern of a block of genes over the samples, in numbers and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.interpret.groups import FOLLOWS, Follows, best_column, not_compared
from heatleaf.interpret.words import count_of, listing, numeral, percent, short_listing, signed
from heatleaf.model import SampleSheet

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pattern:
    """How a block of genes runs over the samples.

    profile : float64 array of shape (n_samples,), mean of the row z-scores. follows : the column it follows, or None.
    high, low : levels with a mean profile above and below zero, by falling mean. effect : median over genes of the mean
    of `high` minus the mean of `low`, log2 units. agreeing, n_high : samples of `high` above the mean of `low`;
    agreeing_low, n_low : samples of `low` below the mean of `high`. blocks : where samples are paired or blocked, in
    how many blocks `high` lies above `low`, how many have both, and the column that names them.
    extreme : position of the sample with the largest |profile|.
    """

    profile: FloatArray
    follows: Follows | None
    high: tuple[str, ...]
    low: tuple[str, ...]
    effect: float
    agreeing: int
    n_high: int
    agreeing_low: int
    n_low: int
    extreme: int
    blocks: tuple[int, int, str] | None = None

    @property
    def one_sample_share(self) -> float:
        """Share of the variance of the profile that lies in its most extreme sample, 0-1; 0 for a flat profile."""
        total = float((self.profile**2).sum())
        return float(self.profile[self.extreme] ** 2) / total if total > 0 else 0.0


def z_rows(values: FloatArray) -> FloatArray:
    """Return row z-scores, shape (n_genes, n_samples), by n - 1 degrees of freedom; a constant row becomes zeros."""
    centred = values - values.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).sum(axis=1, keepdims=True) / max(values.shape[1] - 1, 1))
    z_scores: FloatArray = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
    return z_scores


def find_pattern(values: FloatArray, samples: SampleSheet | None, preferred: str = "", block: str = "") -> Pattern:
    """Find which column of the sheet the mean profile of some genes follows, and how.

    Parameters
    ----------
    values : float64 array of shape (n_genes, n_samples)
        Expression on a log2 scale (VST), samples in the order of the sheet.
    preferred : str
        The tested variable.
    block : str
        The column that pairs or blocks the samples of the tested variable, "" where none does.
    """
    profile = z_rows(values).mean(axis=0)
    follows = best_column(profile, samples, preferred)
    extreme = int(np.argmax(np.abs(profile)))
    if samples is None or follows is None or follows.adjusted < FOLLOWS or not follows.levels:
        return Pattern(profile, follows, (), (), 0.0, 0, 0, 0, 0, extreme)
    labels = np.asarray(samples.columns[follows.column], dtype=str)
    high, low = _split_levels(profile, labels, follows.levels)
    is_high, is_low = np.isin(labels, high), np.isin(labels, low)
    effect = float(np.median(values[:, is_high].mean(axis=1) - values[:, is_low].mean(axis=1)))
    agreeing = int((profile[is_high] > profile[is_low].mean()).sum())
    agreeing_low = int((profile[is_low] < profile[is_high].mean()).sum())
    n_high, n_low = int(is_high.sum()), int(is_low.sum())
    blocks = _blocks(profile, (is_high, is_low), samples.columns[block], block) if block else None
    if follows.column != preferred:
        blocks = None
    return Pattern(profile, follows, high, low, effect, agreeing, n_high, agreeing_low, n_low, extreme, blocks)


def _blocks(
    profile: FloatArray, sides: tuple[NDArray[np.bool_], NDArray[np.bool_]], names: Sequence[str], column: str
) -> tuple[int, int, str] | None:
    """Count the blocks in which the high side lies above the low one; None where no two blocks have both."""
    labels = np.asarray(names, dtype=str)
    pairs = [[side & (labels == name) for side in sides] for name in dict.fromkeys(names)]
    steps = [profile[high].mean() - profile[low].mean() for high, low in pairs if high.any() and low.any()]
    return (sum(step > 0 for step in steps), len(steps), column) if len(steps) > 1 else None


def _split_levels(
    profile: FloatArray, labels: NDArray[np.str_], levels: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split levels, by falling mean, at the widest step between neighbouring means."""
    means = [float(profile[labels == level].mean()) for level in levels]
    widest = int(np.argmax(-np.diff(means))) + 1
    return tuple(levels[:widest]), tuple(levels[widest:])


def has_pattern(values: FloatArray, pattern: Pattern, groups: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which genes, rows of values, are high in the very groups in which the mean profile is.

    As of the profile, the widest step between neighbouring group means must part `high` from `low`; all True where the
    pattern names no groups.
    """
    if not pattern.high or not pattern.low:
        return np.ones(len(values), dtype=bool)
    labels = np.asarray(groups, dtype=str)
    high, low = (_group_means(values, labels, levels) for levels in (pattern.high, pattern.low))
    step = high.min(axis=1) - low.max(axis=1)
    steps = np.diff(np.sort(np.concatenate([high, low], axis=1), axis=1), axis=1)
    agrees: NDArray[np.bool_] = (step > 0) & (step >= steps.max(axis=1) - 1e-12)
    return agrees


def _group_means(values: FloatArray, labels: NDArray[np.str_], levels: Sequence[str]) -> FloatArray:
    return np.column_stack([values[:, labels == level].mean(axis=1) for level in levels])


def pattern_words(
    pattern: Pattern, sample_ids: Sequence[str], reference: str = "", *, samples: SampleSheet | None = None
) -> str:
    """Say a pattern as the predicate of a sentence: "is higher in treated than in untreated ..."."""
    follows = pattern.follows
    if pattern.high and pattern.low:
        return _levels_words(pattern, reference)
    if follows is not None and follows.adjusted >= FOLLOWS:
        return f"changes with {follows.column} ({percent(follows.share)} of its variance)"
    side = "highest" if pattern.profile[pattern.extreme] > 0 else "lowest"
    sheet = "follows no column of the sample sheet" if follows is not None else not_compared(samples)
    mean_z = signed(float(pattern.profile[pattern.extreme]))
    return f"{sheet}; it is {side} in sample {sample_ids[pattern.extreme]} (mean z {mean_z})"


def is_told_low(pattern: Pattern, reference: str = "") -> bool:
    """Tell whether a pattern is said by its low side: the reference is high or, without one, fewer levels are low."""
    if reference in (*pattern.high, *pattern.low):
        return reference in pattern.high
    return len(pattern.low) < len(pattern.high)


def _levels_words(pattern: Pattern, reference: str) -> str:
    """Say which levels differ, from the side of the tested level: the reference stands after "than"."""
    column = pattern.follows.column if pattern.follows else ""
    if is_told_low(pattern, reference):
        levels = f"lower in {short_listing(pattern.low)} than in {_others(pattern.high, column)}"
        certain, effect = f"{pattern.agreeing_low} of {count_of(pattern.n_low, 'sample')}", -pattern.effect
    else:
        levels = f"higher in {short_listing(pattern.high)} than in {_others(pattern.low, column)}"
        certain, effect = f"{pattern.agreeing} of {count_of(pattern.n_high, 'sample')}", pattern.effect
    if pattern.blocks:
        certain = f"{pattern.blocks[0]} of {pattern.blocks[1]} levels of {pattern.blocks[2]}"
    return f"is {levels}, in {certain} (median {signed(effect)} log2)"


def _others(levels: Sequence[str], column: str) -> str:
    return listing(levels) if len(levels) < 3 else f"the {numeral(len(levels))} other levels of {column}"
