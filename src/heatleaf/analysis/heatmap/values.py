"""From what a table holds to what a heatmap colours: a log scale first, then each gene scaled."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from heatleaf.model import Message, ValueKind, note
from heatleaf.stats import size_factors, z_scores
from heatleaf.stats.quantiles import quantile_normalise

FloatArray = NDArray[np.float64]
Scaling = Literal["z-score", "centre", "none"]
SCALINGS: tuple[Scaling, ...] = ("z-score", "centre", "none")
Normalisation = Literal["none", "quantile"]
NORMALISATIONS: tuple[Normalisation, ...] = ("none", "quantile")
_MIN_GENES_FOR_VST = 100  # below, a dispersion trend cannot be seen


def to_log_scale(values: FloatArray, kind: ValueKind) -> tuple[FloatArray, str, list[Message]]:
    """Transform values by what they are; return them with the name of their scale and what was done (B30)."""
    if kind in (ValueKind.LOG, ValueKind.Z_SCORES):
        words = "on a log scale" if kind is ValueKind.LOG else str(kind)
        return (
            values,
            "log scale",
            [note("value_kind", f"the values are {words}: drawn without further transformation")],
        )
    if kind in (ValueKind.TPM, ValueKind.NORMALISED):
        return np.log2(values + 1), "log2(x + 1)", [note("value_kind", f"the values are {kind}: log2(x + 1) was taken")]
    from heatleaf.stats import vst  # it loads what fits models, which no other scale needs

    counts = np.round(values).astype(np.int64)
    if len(counts) < _MIN_GENES_FOR_VST:
        logs = np.log2(counts / size_factors(counts) + 1)
        what = f"the values are {kind} of few genes: normalised, then log2(x + 1) was taken"
        return logs, "log2(x + 1)", [note("value_kind", what)]
    what = f"the values are {kind}: normalised and variance-stabilised (VST)"
    return vst(counts), "VST", [note("value_kind", what)]


def normalise(logs: FloatArray, how: Normalisation) -> tuple[FloatArray, str, list[Message]]:
    """Normalise values on a log scale; return them with what their scale is called then, and what was done."""
    if how == "none":
        return logs, "", []
    what = "quantile normalisation gave all samples the same distribution of values"
    fix = "it takes away what all genes share; leave it out where conditions change most genes"
    return quantile_normalise(logs), ", quantile-normalised", [note("value_kind", what, fix=fix)]


def scale_rows(logs: FloatArray, scaling: Scaling) -> FloatArray:
    """Scale each gene over its known values: "z-score" to mean 0 and standard deviation 1, "centre" to mean 0."""
    if scaling == "none":
        return logs
    if scaling == "z-score":
        return z_scores(logs)
    n_known = np.maximum(np.isfinite(logs).sum(axis=1, keepdims=True), 1)
    centred: FloatArray = logs - np.nansum(logs, axis=1, keepdims=True) / n_known
    return centred


def scale_label(scaling: Scaling, log_label: str, kind: ValueKind) -> str:
    """Name what the colours show."""
    if kind is ValueKind.Z_SCORES:
        return "z-score"
    words = {"z-score": f"row z-score ({log_label})", "centre": f"{log_label}, less the mean of the gene"}
    return words.get(scaling, log_label)
