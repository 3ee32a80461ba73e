"""Which columns of a sample sheet are drawn above a heatmap without being asked for."""

from __future__ import annotations

from heatleaf.model import SampleSheet

MAX_ANNOTATIONS = 3
MAX_LEVELS = 8


def annotation_columns(
    samples: SampleSheet, group: str = "", first: tuple[str, ...] = ()
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the columns that group samples, those named first before others, without the one that splits."""
    names = [name for name in dict.fromkeys([*first, *samples.columns]) if name != group]
    kept = [(name, samples.columns[name]) for name in names if _is_grouping(samples.columns[name])]
    return tuple(kept[:MAX_ANNOTATIONS])


def _is_grouping(values: tuple[str, ...]) -> bool:
    n_levels = len(set(values))
    return 1 < n_levels <= MAX_LEVELS and n_levels < len(values) and "" not in values
