"""Why a gene is called, or not, or has no adjusted p-value: a note for each gene, and a paragraph for one.

Notes stand in tables that other programs read, so they are plain ASCII; paragraphs quote them word for word.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.model import DifferentialResult, Evidence

FloatArray = NDArray[np.float64]

LARGE_CHANGE = 1.0  # log2 units: two-fold
MOSTLY_COUNTING = 0.5  # share of the variance above which few reads are the reason
DISAGREE = 2.0  # times the dispersion that is usual at that mean
NEAR = 1.5  # fold: samples nearer to what the design expects are not worth a name
MAX_LISTED = 12  # samples of a group whose counts are listed one by one


def gene_notes(result: DifferentialResult, evidence: Evidence) -> tuple[str, ...]:
    """Say in a few words why each gene is called, or not, or has no p-value.

    Returns
    -------
    tuple of str
        In the order of the result; status all_zero, outlier, not_converged and low_mean are told apart from genes that
        were tested, and among these large changes that are not called say what makes them uncertain.
    """
    columns = (
        result.log2_fold_change,
        result.lfc_se,
        result.stat,
        result.p_value,
        result.base_mean,
        evidence.cooks,
        evidence.p_without_cooks,
        evidence.padj_unfiltered,
        evidence.counting_share,
        evidence.dispersion,
        evidence.usual_dispersion,
        evidence.needed_lfc,
    )
    called = result.is_significant.tolist()
    shape = (f"{result.filter_threshold:.3g}", f"{evidence.cooks_cutoff:.3g}")
    rows = zip(result.status, result.outlier_sample, called, *(column.tolist() for column in columns), strict=True)
    return tuple(_note(_Row(*row), shape) if row[0] != "all_zero" else NO_READS for row in rows)


NO_READS = "no p-value: no reads in any sample"


@dataclass(slots=True)
class _Row:
    """The numbers of one gene; not frozen, which would take 3 times as long for 60,000 of them."""

    status: str
    outlier_sample: str
    is_called: bool
    lfc: float
    se: float
    stat: float
    p: float
    mean: float
    cooks: float
    p_without_cooks: float
    padj_unfiltered: float
    counting_share: float
    dispersion: float
    usual: float
    needed: float


def _note(row: _Row, shape: tuple[str, str]) -> str:
    threshold, cutoff = shape
    if row.status == "outlier":
        return _outlier_note(row, cutoff)
    if row.status == "not_converged":
        return "no p-value: the fit did not converge"
    if row.status == "low_mean":
        return (
            f"set aside before adjustment: mean count {row.mean:.3g} is below {threshold}; p = {row.p:.2g}, "
            f"adjusted without this filter {row.padj_unfiltered:.2g}"
        )
    times = f"{abs(row.stat):.2f} times its standard error ({row.se:.2f})"
    if row.is_called:
        return f"called: the change ({row.lfc:+.2f}) is {times}; {row.needed / row.se:.2f} times was enough"
    if row.lfc == 0:
        return "not called: no reads in the compared groups, or no change at all"
    if abs(row.lfc) < LARGE_CHANGE:
        return f"not called: the change ({row.lfc:+.2f}) is {times}; {row.needed / row.se:.2f} times was needed"
    return f"not called: a large change ({row.lfc:+.2f}) but {times}, as {_uncertainty(row)}"


def _outlier_note(row: _Row, cutoff: str) -> str:
    if row.cooks != row.cooks or row.p_without_cooks != row.p_without_cooks:
        return f"no p-value: all its reads are one outlying count, in {row.outlier_sample}"
    return (
        f"no p-value: the count in {row.outlier_sample} is far from its replicates (Cook's distance {row.cooks:.3g}, "
        f"cut-off {cutoff}); without this check p = {row.p_without_cooks:.2g}"
    )


def _uncertainty(row: _Row) -> str:
    """Say where a large standard error comes from."""
    if row.counting_share >= MOSTLY_COUNTING:
        return f"reads are few (mean count {row.mean:.3g}; {100 * row.counting_share:.0f} % of the noise is counting)"
    if row.dispersion >= DISAGREE * row.usual:
        return f"its replicates disagree (dispersion {row.dispersion:.2g}, {row.usual:.2g} is usual at this mean)"
    return f"replicates are few for its usual noise (a change of {row.needed:.2f} was needed)"


@dataclass(frozen=True, eq=False)
class GeneFacts:
    """What is known of one gene in one comparison.

    values : the row of the differential table by column name, NaN where NA. sides : tested and reference level.
    norm_counts : of all samples, in the order of sample_ids. groups : of each sample by the compared variable, "" where
    that is a number; levels : in the order to be told. blocks : name of a further factor of the design -> its level in
    each sample. model_matrix : of the design, shape (n_samples, n_coefficients).
    """

    gene_id: str
    gene_symbol: str
    sides: tuple[str, str]
    alpha: float
    values: Mapping[str, float]
    note: str
    sample_ids: Sequence[str]
    norm_counts: FloatArray
    groups: Sequence[str]
    levels: Sequence[str]
    blocks: Mapping[str, Sequence[str]]
    model_matrix: FloatArray

    @property
    def name(self) -> str:
        """The symbol with the id, or the id alone."""
        has_symbol = self.gene_symbol and self.gene_symbol != self.gene_id
        return f"{self.gene_symbol} ({self.gene_id})" if has_symbol else self.gene_id


def explain_gene(facts: GeneFacts) -> str:
    """Say in a paragraph why a gene is called, or not, with its numbers and its counts.

    Returns
    -------
    str
        Sentences on one line each: the note; the numbers of the test; the counts of each group; the pairs, where the
        design has them; the sample that lies farthest from what the design expects.
    """
    tested, reference = facts.sides
    lines = [f"{facts.name}, {tested} vs {reference}: {facts.note or 'nothing was noted'}."]
    lines += [_numbers(facts)] if np.isfinite(facts.values["log2FoldChange"]) else []
    if facts.norm_counts.any():
        lines += [_counts(facts, level) for level in facts.levels] if any(facts.groups) else [_all_counts(facts)]
        lines += _pairs(facts)
        lines.append(_farthest(facts))
    return "\n".join(lines)


def _numbers(facts: GeneFacts) -> str:
    values = facts.values
    lfc, shrunken = values["log2FoldChange"], values["log2FoldChangeShrunken"]
    told = f"log2 fold change {lfc:+.2f} ({_times(lfc)}), standard error {values['lfcSE']:.2f}"
    if np.isfinite(shrunken):
        told += f", shrunken {shrunken:+.2f}"
    p = f"p = {values['pvalue']:.2g}" if np.isfinite(values["pvalue"]) else "no p-value"
    padj = f"adjusted {values['padj']:.2g}" if np.isfinite(values["padj"]) else "no adjusted p-value"
    called = f" (called below {facts.alpha:g})" if np.isfinite(values["padj"]) else ""
    return f"Mean count {values['baseMean']:.4g}; {told}; {p}, {padj}{called}."


def _times(lfc: float) -> str:
    return f"{2.0 ** abs(lfc):.3g} times {'more' if lfc > 0 else 'less'}"


def _counts(facts: GeneFacts, level: str) -> str:
    inside = [i for i, group in enumerate(facts.groups) if group == level]
    return f"Normalised counts in {level}: {_listed(facts, inside)}."


def _all_counts(facts: GeneFacts) -> str:
    return f"Normalised counts: {_listed(facts, range(len(facts.sample_ids)))}."


def _listed(facts: GeneFacts, samples: Sequence[int]) -> str:
    counts = facts.norm_counts[list(samples)]
    if len(samples) > MAX_LISTED:
        low, middle, high = np.quantile(counts, [0.0, 0.5, 1.0])
        return f"median {_count(middle)}, from {_count(low)} to {_count(high)} in {len(samples)} samples"
    return ", ".join(f"{_count(facts.norm_counts[i])} ({facts.sample_ids[i]})" for i in samples)


def _count(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _pairs(facts: GeneFacts) -> list[str]:
    """Say in how many pairs the tested sample is higher, where each level of a block holds one sample of both sides."""
    tested, reference = facts.sides
    for name, block in facts.blocks.items():
        pairs = [_pair(facts, block, level) for level in dict.fromkeys(block)]
        whole = [pair for pair in pairs if pair is not None]
        if len(whole) < 2 or 2 * len(whole) < len(pairs):
            continue
        higher, lower = sum(a > b for a, b in whole), sum(a < b for a, b in whole)
        side, n = ("higher", higher) if higher >= lower else ("lower", lower)
        changes = [np.log2((a + 0.5) / (b + 0.5)) for a, b in whole]
        return [
            f"Within pairs ({name}) it is {side} in {tested} than in {reference} in {n} of {len(whole)}: log2 changes "
            f"from {min(changes):+.1f} to {max(changes):+.1f}."
        ]
    return []


def _pair(facts: GeneFacts, block: Sequence[str], level: str) -> tuple[float, float] | None:
    sides = []
    for side in facts.sides:
        inside = [i for i, of in enumerate(block) if of == level and facts.groups[i] == side]
        if len(inside) != 1:
            return None
        sides.append(float(facts.norm_counts[inside[0]]))
    return sides[0], sides[1]


def _farthest(facts: GeneFacts) -> str:
    """Name the sample that lies farthest from the mean that the design gives it, on the log2 scale."""
    log_counts = np.log2(facts.norm_counts + 0.5)
    fitted = facts.model_matrix @ np.linalg.lstsq(facts.model_matrix, log_counts, rcond=None)[0]
    distance = log_counts - fitted
    farthest = int(np.argmax(np.abs(distance)))
    spread = float(np.sqrt(np.sum(distance**2) / max(len(distance) - facts.model_matrix.shape[1], 1)))
    fold = float(2 ** abs(distance[farthest]))
    if fold < NEAR:
        return f"All samples lie within {fold:.2f}-fold of what the design expects."
    side = "above" if distance[farthest] > 0 else "below"
    return (
        f"Farthest from what the design expects is {facts.sample_ids[farthest]}, {fold:.1f}-fold {side}; replicates "
        f"scatter {2**spread:.1f}-fold (standard deviation)."
    )


def similar_names(word: str, names: Sequence[str], n_most: int = 4) -> str:
    """Return "did you mean x or y?" for a name that is nearly one of those known, else ""."""
    folded = {name.casefold(): name for name in names}
    key = word.casefold()
    # comparing with all names takes a second for 60,000: those of another length or start are not near
    likely = [name for name in folded if abs(len(name) - len(key)) <= 2 and name[:1] == key[:1]]
    near = difflib.get_close_matches(key, likely, n=n_most, cutoff=0.7)
    return f"did you mean {' or '.join(folded[name] for name in near)}?" if near else ""
