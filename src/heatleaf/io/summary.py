"""Rows that count reads outside genes: HTSeq's `__no_feature`, STAR's `N_unmapped` (requirement B27)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

HTSEQ_ROWS = ("no_feature", "ambiguous", "too_low_aQual", "not_aligned", "alignment_not_unique")
STAR_ROWS = ("N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous")
CERTAIN = frozenset(STAR_ROWS) | frozenset(f"__{name}" for name in HTSEQ_ROWS)
BARE = frozenset(HTSEQ_ROWS)


def is_summary(names: Sequence[str]) -> NDArray[np.bool_]:
    """Say which rows are summaries; names without the underscores count only if two of them occur."""
    present = set(names)
    known = CERTAIN & present
    if len(bare := BARE & present) >= 2:
        known = known | bare
    return np.array([name in known for name in names]) if known else np.zeros(len(names), dtype=bool)
