"""What a heatmap needs, checked before any work: names that are known, and samples to compare."""

from __future__ import annotations

from collections.abc import Sequence

from heatleaf.cluster.leaf_order import METHODS as ORDERS
from heatleaf.cluster.linkage import METHODS
from heatleaf.errors import UserError
from heatleaf.figures.palettes import heat_palette

__all__ = ["METRICS", "ORDERS", "require_choices", "require_one_of", "require_two_samples"]

METRICS = ("euclidean", "correlation", "spearman", "kendall", "cosine", "sqeuclidean", "cityblock")
_NOT_FOR_WARD = ("sqeuclidean", "cityblock")


def require_choices(palette: str, linkage_method: str, metric: str) -> None:
    """Refuse a palette, linkage or metric that is not known, or a metric that the linkage is not defined for.

    Raises
    ------
    UserError
        option, naming the choices.
    """
    heat_palette(palette)
    require_one_of("linkage", linkage_method, METHODS)
    require_one_of("metric", metric, METRICS)
    if linkage_method == "ward" and metric in _NOT_FOR_WARD:
        others = [name for name in METRICS if name not in _NOT_FOR_WARD]
        what = f"ward linkage is not defined for the metric '{metric}'"
        fix = f"choose one of: {', '.join(others)}; or another linkage, such as average"
        raise UserError("option", what, where="--metric", fix=fix)


def require_two_samples(sample_ids: Sequence[str]) -> None:
    """Refuse a heatmap of one sample: each gene is shown against its mean over the samples (requirement B59).

    Raises
    ------
    UserError
        one_sample.
    """
    if len(sample_ids) < 2:
        what = f"one sample ({', '.join(sample_ids)}): a heatmap shows how genes differ between samples"
        raise UserError("one_sample", what, fix="give a table of two samples or more")


def require_one_of(option: str, name: str, known: Sequence[str]) -> None:
    """Refuse a name that is not one of those known (code "option"), naming the choices."""
    if name not in known:
        what = f"'{name}' is not a {option}"
        raise UserError("option", what, where=f"--{option}", fix=f"choose one of: {', '.join(known)}")
