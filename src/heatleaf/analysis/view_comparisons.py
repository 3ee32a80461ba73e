"""A comparison as the browser draws it: the points of its volcano and MA plot, and its gene sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.result import Analysis, ComparisonResult
from heatleaf.analysis.view_sets import ranked_records, set_records
from heatleaf.viewer.encode import encode_array, shorten

N_SETS = 60  # of a list; its table holds all
N_BITS = 10  # of each number: three digits, in half of the room


def describe_comparison(analysis: Analysis, comparison: ComparisonResult) -> dict[str, object]:
    """Describe a comparison; genes without a count have no place in its plots and are left out."""
    result, contrast = comparison.differential, comparison.differential.contrast
    shown = np.flatnonzero(result.base_mean > 0)
    status = _taken(result.status, shown)
    statuses = {name: number for number, name in enumerate(dict.fromkeys(status))}
    numbers = {
        "base_mean": result.base_mean,
        "log2_fold_change": result.log2_fold_change,
        "shrunken": result.lfc_shrunken,
        "log10_p": -result.log10_p,
    }
    return {
        "name": contrast.name,
        "title": contrast.title,
        "tested": contrast.tested_level,
        "reference": contrast.reference_level,
        "factor": contrast.factor,
        "alpha": result.alpha,
        "gene_ids": _taken(result.gene_ids, shown),
        "gene_names": _taken(analysis.gene_names, shown),
        **{name: _encode(values[shown].astype(np.float32)) for name, values in numbers.items()},
        "padj": _encode(result.padj[shown]),  # which can be far smaller than the smallest number of 32 bits
        "status": encode_array(np.array([statuses[name] for name in status]), "uint8"),
        "statuses": list(statuses),
        "is_called": encode_array(result.is_significant[shown], "uint8"),
        "volcano_caption": comparison.volcano_caption,
        "ma_caption": comparison.ma_caption,
        "enrichment": _describe_sets(comparison),
    }


def _encode(values: NDArray[np.floating[Any]]) -> dict[str, object]:
    return encode_array(shorten(values, N_BITS), "float64" if values.dtype == np.float64 else "float32")


def _describe_sets(comparison: ComparisonResult) -> dict[str, object]:
    alpha = comparison.differential.alpha
    lists = {
        side: set_records(comparison.enrichment[side], alpha, N_SETS) if side in comparison.enrichment else []
        for side in ("up", "down")
    }
    return {**lists, "ranked": ranked_records(comparison.ranked, alpha, N_SETS)}


def _taken(names: Sequence[str], rows: np.ndarray) -> list[str]:
    return [names[i] for i in rows.tolist()]
