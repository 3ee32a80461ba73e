"""What the samples show before any test: depth, agreement of replicates, what separates them, confounding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from heatleaf.interpret.groups import (
    FOLLOWS,
    Follows,
    adjusted_share,
    best_column,
    cramers_v,
    groupings,
    not_compared,
    tells,
)
from heatleaf.interpret.words import count_of, decimal, millions, percent, short_listing
from heatleaf.model import Finding, SampleSheet

FloatArray = NDArray[np.float64]
SIZE_FACTORS = "tables/size_factors.tsv"
DISTANCES = "figures/sample_distances.svg"
PCA = "figures/pca.svg"
UNEVEN = 4.0  # largest over smallest library from which the difference is worth a caution
OUTLIER_FENCE = 3.5  # modified z-score of Iglewicz & Hoaglin 1993
OUTLIER_GAP = 0.02  # a correlation this close to the others is no outlier, however tight they are
HARDLY = 0.8  # what parts replicates, as a share of what parts samples of different groups: above, little is gained
MIN_DEPTHS = 6  # with fewer samples an axis follows the depth by chance
CONFOUNDED = 0.8  # Cramér's V from which two columns are said to follow each other


def library_findings(sample_ids: Sequence[str], lib_sizes: NDArray[np.int64]) -> tuple[Finding, ...]:
    """Say how deep the libraries are.

    Parameters
    ----------
    lib_sizes : int64 array of shape (n_samples,)
        Column sums of the counts.
    """
    low, high = int(np.argmin(lib_sizes)), int(np.argmax(lib_sizes))
    ratio = float(lib_sizes[high] / lib_sizes[low])
    many = ", which size factors correct for" if ratio < UNEVEN else ""
    text = (
        f"The {count_of(len(sample_ids), 'sample has', 'samples have')} {millions(lib_sizes[low])} ({sample_ids[low]}) "
        f"to {millions(lib_sizes[high])} ({sample_ids[high]}) counted reads{many}."
    )
    if len(sample_ids) == 1:
        text = f"The one sample, {sample_ids[0]}, has {millions(lib_sizes[0])} counted reads."
    if ratio >= UNEVEN:
        text = (
            f"{text[:-1]}: {decimal(ratio)} times as many. Genes of low count are seen less well in the smaller ones."
        )
    numbers = {"smallest": int(lib_sizes[low]), "largest": int(lib_sizes[high]), "ratio": ratio}
    level = "caution" if ratio >= UNEVEN else "finding"
    return (Finding("samples", "library_sizes", text, numbers, SIZE_FACTORS, level),)  # type: ignore[arg-type]


def separation_findings(
    scores: FloatArray,
    explained: FloatArray,
    samples: SampleSheet | None,
    *,
    preferred: str = "",
    lib_sizes: NDArray[np.int64] | None = None,
) -> tuple[Finding, ...]:
    """Say which column of the sheet the first two principal components follow.

    Parameters
    ----------
    scores : float64 array of shape (n_samples, n_components)
    explained : float64 array of shape (n_components,)
        Share of the variance, 0-1.
    preferred : str
        The tested variable; it is named first where two columns say the same.
    lib_sizes : int64 array of shape (n_samples,), optional
        Column sums of the counts: what follows no column may follow the depth of the libraries.
    """
    found = []
    for axis in range(min(2, scores.shape[1])):
        follows = best_column(scores[:, axis], samples, preferred)
        key, share = f"pca_axis_{axis + 1}", float(explained[axis])
        if lib_sizes is not None and (follows is None or follows.adjusted < FOLLOWS):
            depth = _depth_share(scores[:, axis], lib_sizes)
            if depth >= FOLLOWS:
                text = f"{_axis_start(axis + 1, share)} follows the number of counted reads, which accounts for "
                text += f"{percent(depth)} of it: it tells how deep the libraries are, not what was done to them."
                numbers: dict[str, float | int | str] = {"axis": axis + 1, "variance": share, "share": depth}
                found.append(Finding("samples", key, text, numbers, PCA, "caution"))
                continue
        text, numbers = _axis_sentence(axis + 1, share, follows, samples)
        found.append(Finding("samples", key, text, numbers, PCA))
    return tuple(found)


def _depth_share(values: FloatArray, lib_sizes: NDArray[np.int64]) -> float:
    """Share of the variance of values that the logarithm of the library sizes accounts for, adjusted."""
    depth = np.log(np.maximum(lib_sizes, 1))
    if len(values) < MIN_DEPTHS or np.ptp(depth) == 0 or np.ptp(values) == 0:
        return 0.0
    return adjusted_share(float(np.corrcoef(values, depth)[0, 1] ** 2), len(values), 2)


def _axis_start(axis: int, explained: float) -> str:
    which = "largest" if axis == 1 else "second largest"
    return f"The {which} difference between the samples (PC{axis}, {percent(explained)} of the variance)"


def _axis_sentence(
    axis: int, explained: float, follows: Follows | None, samples: SampleSheet | None
) -> tuple[str, dict[str, float | int | str]]:
    start = _axis_start(axis, explained)
    numbers: dict[str, float | int | str] = {"axis": axis, "variance": explained}
    if follows is None:
        return f"{start} {not_compared(samples)}.", numbers
    numbers |= {"column": follows.column, "share": follows.share, "adjusted_share": follows.adjusted}
    if follows.adjusted < FOLLOWS:
        return f"{start} follows no column of the sample sheet.", numbers
    return (
        f"{start} follows {follows.column}{_ends(follows)}, which accounts for {percent(follows.share)} of it.",
        numbers,
    )


def _ends(follows: Follows) -> str:
    if len(follows.levels) > 2:
        return f" (from {follows.levels[-1]} to {follows.levels[0]})"
    return f" ({follows.levels[0]} against {follows.levels[1]})" if follows.levels else ""


def agreement_findings(
    sample_ids: Sequence[str], correlation: FloatArray, groups: Sequence[str] | None
) -> tuple[Finding, ...]:
    """Say how alike replicates are, and which sample stands apart.

    Parameters
    ----------
    correlation : float64 array of shape (n_samples, n_samples)
        Pearson correlation of samples on the VST scale.
    groups : sequence of str, optional
        The group of each sample; None takes all samples as one group.
    """
    labels = np.asarray(groups if groups is not None else [""] * len(sample_ids), dtype=str)
    within = (labels[:, None] == labels[None, :]) & ~np.eye(len(labels), dtype=bool)
    found: list[Finding] = []
    if groups is not None and within.any():
        found.append(_replicate_finding(correlation, within))
    return (*found, *_outlier_findings(sample_ids, correlation))


def _replicate_finding(correlation: FloatArray, within: NDArray[np.bool_]) -> Finding:
    between = ~within & ~np.eye(len(within), dtype=bool)
    inside = float(np.median(correlation[within]))
    numbers: dict[str, float | int | str] = {"median_within": inside}
    if not between.any():
        text = f"Samples of one group correlate at {decimal(inside, 3)} (median, VST scale)."
        return Finding("samples", "agreement", text, numbers, DISTANCES)
    outside = float(np.median(correlation[between]))
    numbers["median_between"] = outside
    if inside <= outside:
        text = "Replicates are no more alike than samples of different groups"
    elif 1 - inside > HARDLY * (1 - outside):
        text = "Replicates are hardly more alike than samples of different groups"
    else:
        text = "Replicates are more alike than samples of different groups"
    medians = (decimal(inside, 3), decimal(outside, 3))
    shown = f"median correlation {medians[0]} against {medians[1]}, VST scale"
    text += f" ({shown})." if medians[0] != medians[1] else f" (median correlation {medians[0]} in both, VST scale)."
    return Finding("samples", "agreement", text, numbers, DISTANCES, "caution" if inside <= outside else "finding")


def _outlier_findings(sample_ids: Sequence[str], correlation: FloatArray) -> tuple[Finding, ...]:
    if len(sample_ids) < 4:
        return ()
    masked = np.where(np.eye(len(sample_ids), dtype=bool), np.nan, correlation)
    nearness = np.nanmedian(masked, axis=1)
    middle = float(np.median(nearness))
    spread = float(np.median(np.abs(nearness - middle)))
    fence = middle - max(OUTLIER_FENCE * spread / 0.6745, OUTLIER_GAP)
    apart = {sample_ids[i]: float(nearness[i]) for i in np.argsort(nearness, kind="stable") if nearness[i] < fence}
    return (_outlier_finding(apart, middle),) if apart else ()


def _outlier_finding(apart: Mapping[str, float], middle: float) -> Finding:
    """Name the samples that stand apart with their median correlation, least alike first."""
    numbers: dict[str, float | int | str] = {f"median {name}": value for name, value in apart.items()}
    numbers["usual"] = middle
    (first, nearness), *others = apart.items()
    text = (
        f"Sample {first} stands apart: it correlates with the others at {decimal(nearness, 3)}, where "
        f"{decimal(middle, 3)} is usual. Check it before trusting what rests on it."
    )
    if others:
        named = short_listing([f"{name} ({decimal(value, 3)})" for name, value in apart.items()])
        text = (
            f"{count_of(len(apart), 'sample')} stand apart: {named} correlate with the others less than the usual "
            f"{decimal(middle, 3)}. Check them before trusting what rests on them."
        )
    return Finding("samples", "outlier_sample", text, numbers, DISTANCES, "caution")


def confounded_columns(samples: SampleSheet | None, factor: str) -> tuple[str, ...]:
    """Return the columns of the sheet that follow the tested variable closely."""
    if samples is None or factor not in samples.columns:
        return ()
    others = groupings(samples, (name for name in samples.columns if name != factor))
    return tuple(n for n in others if cramers_v(samples.columns[factor], samples.columns[n]) >= CONFOUNDED)


def confounding_findings(samples: SampleSheet | None, factor: str) -> tuple[Finding, ...]:
    """Warn of columns of the sheet that follow the tested variable."""
    if samples is None or factor not in samples.columns:
        return ()
    tested = samples.columns[factor]
    found = []
    for column in confounded_columns(samples, factor):
        association = cramers_v(tested, samples.columns[column])
        same = association > 1 - 1e-9
        text = (
            f"{column} follows {factor} ({_together(column, samples.columns[column], tested)}): an effect of {factor} "
            f"cannot be told from {'one' if same else 'much of one'} of {column}."
        )
        numbers: dict[str, float | int | str] = {"column": column, "factor": factor, "cramers_v": association}
        found.append(Finding("design", "confounded", text, numbers, "run.json", "caution"))
    return tuple(found)


def _together(column: str, values: Sequence[str], tested: Sequence[str]) -> str:
    """Say how the groups of a column lie in those of the tested one: "every treated sample has batch 2, ..."."""
    if tells(values, tested) and not tells(tested, values):
        return f"each {column} holds samples of one group only"
    parts = []
    for level in dict.fromkeys(tested):
        inside = Counter(value for value, group in zip(values, tested, strict=True) if group == level)
        usual, n_usual = inside.most_common(1)[0]
        word = "every" if n_usual == inside.total() else "nearly every" if 4 * n_usual > 3 * inside.total() else "most"
        parts.append(f"{word} {level} sample{'s have' if word == 'most' else ' has'} {column} {usual}")
    return short_listing(parts)
