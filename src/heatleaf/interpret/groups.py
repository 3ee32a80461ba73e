"""How much of the variation of some values follows a column of the sample sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.model import SampleSheet

FloatArray = NDArray[np.float64]
FOLLOWS = 0.5  # adjusted share of variance from which values are said to follow a column
MAX_LEVELS = 12  # a column of more groups names samples rather than what was done to them


@dataclass(frozen=True)
class Follows:
    """How values follow a column: `share` is eta squared (groups) or r squared (numbers), 0-1.

    adjusted : the same after taking off what as many groups would explain by chance, at most 1.
    levels : the groups by falling mean of the values, () for a column of numbers.
    """

    column: str
    share: float
    adjusted: float
    levels: tuple[str, ...]


def eta_squared(values: FloatArray, groups: Sequence[str]) -> float:
    """Return the share of the variance of values, shape (n_samples,), that lies between groups; 0 if constant."""
    _, index = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    sizes = np.bincount(index)
    means = np.bincount(index, weights=values) / sizes
    total = float(((values - values.mean()) ** 2).sum())
    between = float((sizes * (means - values.mean()) ** 2).sum())
    return min(between / total, 1.0) if total > 0 else 0.0


def adjusted_share(share: float, n_samples: int, n_parameters: int) -> float:
    """Adjust a share of variance for the number of groups (Ezekiel's adjusted R squared)."""
    freedom = n_samples - n_parameters
    return 1 - (1 - share) * (n_samples - 1) / freedom if freedom > 0 else 0.0


def is_grouping(values: Sequence[str]) -> bool:
    """Tell whether a column divides the samples into groups of which something can be said.

    At least two and at most MAX_LEVELS groups, most of them with two samples or more: what is high in a group of one
    sample is high in that sample, which explains nothing.
    """
    sizes = Counter(values)
    repeated = sum(size > 1 for size in sizes.values())
    return "" not in sizes and 1 < len(sizes) <= MAX_LEVELS and 2 * repeated > len(sizes)


def is_measurement(samples: SampleSheet, column: str) -> bool:
    """Tell whether a column is a measured number rather than a label: numbers, mostly different."""
    values = samples.columns[column]
    return samples.numbers(column) is not None and len(set(values)) > max(4, len(values) // 2)


def follow_column(values: FloatArray, samples: SampleSheet, column: str) -> Follows | None:
    """Measure how values, shape (n_samples,), follow one column; None where the column cannot divide the samples."""
    if is_measurement(samples, column):
        numbers = np.array(samples.numbers(column))
        if np.ptp(numbers) == 0 or np.ptp(values) == 0:
            return None
        share = float(np.corrcoef(values, numbers)[0, 1] ** 2)
        return Follows(column, share, adjusted_share(share, len(values), 2), ())
    groups = samples.columns[column]
    if not is_grouping(groups):
        return None
    share = eta_squared(values, groups)
    return Follows(column, share, adjusted_share(share, len(values), len(set(groups))), by_mean(values, groups))


def not_compared(samples: SampleSheet | None) -> str:
    """Say why values follow no column of a sheet: there is none, or none of its columns can divide the samples."""
    if samples is not None:
        return "cannot be compared with the sample sheet, of which no column gives most groups several samples"
    return "was not compared with a sample sheet"


def by_mean(values: FloatArray, groups: Sequence[str]) -> tuple[str, ...]:
    """Return the groups by falling mean of their values (n_samples,); ties in the order of first appearance."""
    labels = np.asarray(groups, dtype=str)
    means = {level: float(values[labels == level].mean()) for level in dict.fromkeys(groups)}
    return tuple(sorted(means, key=lambda level: -means[level]))


def best_column(values: FloatArray, samples: SampleSheet | None, preferred: str = "") -> Follows | None:
    """Return the column that values (n_samples,) follow best, by adjusted share; `preferred` wins ties."""
    if samples is None or len(values) < 3:
        return None
    found = [follow for name in samples.columns if (follow := follow_column(values, samples, name)) is not None]
    return max(found, key=lambda f: (round(f.adjusted, 9), f.column == preferred), default=None)


def cramers_v(first: Sequence[str], second: Sequence[str]) -> float:
    """Return Cramér's V of two groupings: 0 unrelated, 1 where one tells the other."""
    rows, i_row = np.unique(np.asarray(first, dtype=str), return_inverse=True)
    columns, i_column = np.unique(np.asarray(second, dtype=str), return_inverse=True)
    counts = np.zeros((len(rows), len(columns)))
    np.add.at(counts, (i_row, i_column), 1)
    expected = counts.sum(1, keepdims=True) * counts.sum(0, keepdims=True) / counts.sum()
    chi_squared = float(((counts - expected) ** 2 / expected).sum())
    smaller = min(len(rows), len(columns)) - 1
    return float(np.sqrt(chi_squared / (counts.sum() * smaller))) if smaller > 0 else 0.0


def tells(first: Sequence[str], second: Sequence[str]) -> bool:
    """Tell whether each group of the first lies within one group of the second."""
    return len(set(zip(first, second, strict=True))) == len(set(first))


def groupings(samples: SampleSheet, columns: Iterable[str]) -> tuple[str, ...]:
    """Return those columns that divide the samples into groups and are not measurements."""
    return tuple(c for c in columns if is_grouping(samples.columns[c]) and not is_measurement(samples, c))
