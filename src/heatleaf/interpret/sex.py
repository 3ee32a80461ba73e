"""The likely sex of samples, as XIST and genes of the Y chromosome tell it (human and mouse symbols)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from heatleaf.interpret.groups import is_grouping, tells
from heatleaf.interpret.words import count_of, listing, short_listing, verb
from heatleaf.model import Finding, SampleSheet

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Y_GENES = frozenset({"RPS4Y1", "DDX3Y", "KDM5D", "USP9Y", "UTY", "EIF1AY", "EIF2S3Y"})  # in the male part of Y
MIN_SEEN = 5.0  # counts per million that XIST in a female and the Y genes in a male reach at least
APART = 4.0  # log2 units by which one kind exceeds the other in each sample: 16-fold, far from a tie
SEX_COLUMNS = frozenset({"sex", "gender"})
COUNTS = "tables/normalized_counts.tsv"


def likely_sex(gene_names: Sequence[str], counts: IntArray) -> tuple[str, ...]:
    """Return "female" or "male" for each sample, () where the genes do not decide for every one.

    Parameters
    ----------
    counts : int64 array of shape (n_genes, n_samples)

    Notes
    -----
    XIST is transcribed from the inactive X chromosome only, Y genes from a Y chromosome only. Both kinds must be seen
    in some sample, and in each sample one of them must exceed the other 16-fold.
    """
    upper = [name.upper() for name in gene_names]
    is_xist = np.array([name == "XIST" for name in upper])
    is_y = np.array([name in Y_GENES for name in upper])
    lib_sizes = counts.sum(axis=0)
    if not is_xist.any() or is_y.sum() < 2 or (lib_sizes == 0).any():
        return ()
    xist, y = (counts[rows].sum(axis=0) / lib_sizes * 1e6 for rows in (is_xist, is_y))
    if min(xist.max(), y.max()) < MIN_SEEN:
        return ()
    excess = np.log2(xist + 0.1) - np.log2(y + 0.1)
    if (np.abs(excess) < APART).any() or (excess > 0).all() or (excess < 0).all():
        return ()
    return tuple("female" if value > 0 else "male" for value in excess)


def sex_findings(
    sample_ids: Sequence[str], gene_names: Sequence[str], counts: IntArray, samples: SampleSheet | None
) -> tuple[Finding, ...]:
    """Say which samples are female and male where genes tell, and which of them the sheet calls otherwise.

    counts : int64 array of shape (n_genes, n_samples).
    """
    sexes = likely_sex(gene_names, counts)
    if not sexes:
        return ()
    columns = samples.columns if samples is not None else {}
    stated = [name for name in columns if name.strip().lower() in SEX_COLUMNS]
    if stated:
        return _contradictions(sample_ids, sexes, columns[stated[0]], stated[0])
    fewer = "female" if sexes.count("female") <= sexes.count("male") else "male"
    other = "male" if fewer == "female" else "female"
    n_fewer = sexes.count(fewer)
    named = _named([sample_ids[i] for i, sex in enumerate(sexes) if sex == fewer], sexes, fewer, samples)
    text = (
        f"XIST and genes of the Y chromosome say that {named} {verb(n_fewer, 'is', 'are')} {fewer} and the others "
        f"{other}: such genes part the samples whatever was done to them."
    )
    return (Finding("samples", "sex", text, {"female": sexes.count("female"), "male": sexes.count("male")}, COUNTS),)


def _named(chosen: Sequence[str], sexes: Sequence[str], sex: str, samples: SampleSheet | None) -> str:
    """Name samples by the groups that they fill, else by themselves."""
    columns = samples.columns if samples is not None else {}
    for values in columns.values():
        if len(set(values)) > 2 and is_grouping(values) and tells(values, sexes):
            levels = dict.fromkeys(value for value, one in zip(values, sexes, strict=True) if one == sex)
            return f"the {count_of(len(chosen), 'sample')} of {short_listing(tuple(levels))}"
    return short_listing(chosen)


def _contradictions(
    sample_ids: Sequence[str], sexes: Sequence[str], stated: Sequence[str], column: str
) -> tuple[Finding, ...]:
    said = [{"f": "female", "m": "male"}.get(value.strip().lower()[:1], "") for value in stated]
    wrong = [i for i, (one, other) in enumerate(zip(sexes, said, strict=True)) if other and one != other]
    if not wrong:
        return ()
    named = short_listing([f"{sample_ids[i]} ({stated[i]})" for i in wrong])
    kinds = listing(sorted({sexes[i] for i in wrong}))
    text = (
        f"XIST and genes of the Y chromosome contradict the column {column} for {named}: by these genes "
        f"{verb(len(wrong), 'it is', 'they are')} {kinds}. Check whether samples were exchanged."
    )
    return (Finding("samples", "sex_contradicts", text, {"samples": len(wrong)}, COUNTS, "caution"),)
