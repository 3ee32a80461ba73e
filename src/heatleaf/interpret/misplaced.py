"""Samples that stand with the other group in the strongest genes of a comparison: mixed up, or not affected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from heatleaf.interpret.words import listing, thousands, verb
from heatleaf.model import Finding

MIN_GENES = 3
_SHARE = 0.4  # of the genes; a sample that chance puts on the other side is there in few of them
_MAX_SAMPLES = 2  # more are no mix-up but a weak comparison


def find_misplaced(
    values: NDArray[np.float64], tested: NDArray[np.intp], reference: NDArray[np.intp]
) -> dict[int, int]:
    """Return the samples that lie nearer to the median of the other group than of their own, with in how many genes.

    Parameters
    ----------
    values : float64 array of shape (n_genes, n_samples)
        Of the strongest genes of the comparison, on a log scale.
    tested, reference : positions of the samples

    Returns
    -------
    dict
        Position -> number of genes, for samples misplaced in MIN_GENES and 40 % of the genes. Empty where a group has
        fewer than three samples, whose median would be the sample in question, or where more than two samples are
        misplaced: then it is the comparison that is weak.
    """
    if min(len(tested), len(reference)) < MIN_GENES:
        return {}
    found: dict[int, int] = {}
    for own, other in ((tested, reference), (reference, tested)):
        to_own = np.abs(values[:, own] - np.median(values[:, own], axis=1, keepdims=True))
        to_other = np.abs(values[:, own] - np.median(values[:, other], axis=1, keepdims=True))
        n_genes = (to_other < to_own).sum(axis=0)
        found |= {
            int(i): int(n) for i, n in zip(own, n_genes, strict=True) if n >= max(MIN_GENES, _SHARE * len(values))
        }
    return found if len(found) <= _MAX_SAMPLES else {}


def misplaced_words(found: dict[int, int], sample_ids: Sequence[str]) -> str:
    """Say which samples stand with the other group, or nothing."""
    if not found:
        return ""
    first, *others = [f"{sample_ids[i]} (in {thousands(n)}" for i, n in found.items()]
    named = listing([f"{first} of these genes)", *(f"{other})" for other in others)])
    is_one = len(found) == 1
    return (
        f"{named} {verb(len(found), 'lies', 'lie')} nearer to the other group: look whether "
        f"{'it was' if is_one else 'they were'} swapped, or did not respond."
    )


def misplaced_findings(found: dict[int, int], sample_ids: Sequence[str], title: str) -> tuple[Finding, ...]:
    """Caution where samples stand with the other group. title : of the comparison."""
    if not found:
        return ()
    text = f"Strongest genes of {title}: {misplaced_words(found, sample_ids)}"
    numbers: dict[str, float | int | str] = {f"genes {sample_ids[i]}": n for i, n in found.items()}
    return (Finding("samples", "misplaced_sample", text, numbers, "tables/normalized_counts.tsv", "caution"),)
