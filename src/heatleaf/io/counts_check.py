"""What counts must be before they may be tested (requirements B30, B44-B46, B50-B59)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model import CountTable, ExpressionTable, Message, ValueKind, note, warning

MAX_EXACT = 2**53
R_LIMIT = 2**31 - 1  # R's integers, in which DESeq2 keeps its counts
FEW_GENES = 100
LIBRARY_RATIO = 50


def count_table(expression: ExpressionTable) -> CountTable:
    """Check that the values of a table are counts and return them as such.

    Estimated counts of a quantifier are rounded to whole numbers, and a note says how many were.

    Raises
    ------
    UserError
        value_kind, value_missing, value_negative, value_fraction, value_large, counts_zero, few_genes.
    """
    values = expression.values
    where = _where(expression)
    _refuse_missing(expression, where)
    if expression.value_kind is not ValueKind.COUNTS:
        _refuse_kind(expression, where)
    _refuse_large(expression, where)
    messages = list(expression.messages)
    if expression.value_kind is ValueKind.ESTIMATED_COUNTS:
        whole = np.rint(values)
        n_changed = int(np.count_nonzero(whole != values))
        what = f"{n_changed:,} of {values.size:,} estimated counts were fractional and are rounded to whole counts"
        messages.append(note("value_rounded", what, where=where))
        values = whole
    counts = values.astype(np.int64)
    messages += _check_size(counts, where)
    return CountTable(
        expression.gene_ids,
        expression.sample_ids,
        counts,
        expression.gene_symbols,
        expression.summary_rows,
        expression.format_name,
        expression.sources,
        tuple(messages),
    )


def check_counts(counts: CountTable) -> tuple[Message, ...]:
    """Check the samples that will be analysed, after a sample sheet has chosen them (requirements B53-B56, B59).

    Raises
    ------
    UserError
        sample_zero, sample_identical (all samples), gene_constant (no gene varies).
    """
    library_sizes = counts.counts.sum(axis=0)
    empty = [name for name, size in zip(counts.sample_ids, library_sizes, strict=True) if not size]
    if empty:
        more = f"; {len(empty)} such samples" if len(empty) > 1 else ""
        raise UserError(
            "sample_zero", f"sample {empty[0]} has no reads (sum 0){more}", fix="exclude it in the sample sheet"
        )
    if counts.n_samples == 1:
        return (note("one_sample", "the table has one sample: figures can be drawn, nothing can be tested"),)
    messages = [*_check_identical(counts, library_sizes)]
    varies = (counts.counts != counts.counts[:, :1]).any()
    if not varies:
        raise UserError("gene_constant", "no gene varies between samples", fix="check how the table was made")
    low, high = int(np.argmin(library_sizes)), int(np.argmax(library_sizes))
    if library_sizes[high] > LIBRARY_RATIO * library_sizes[low]:
        span = f"from {_in_words(library_sizes[low])} ({counts.sample_ids[low]}) to {_in_words(library_sizes[high])}"
        what = f"library sizes range {span} ({counts.sample_ids[high]})"
        messages.append(warning("library_size", what, fix="check the smallest samples; leave failed ones out"))
    return tuple(messages)


def _check_identical(counts: CountTable, library_sizes: NDArray[np.int64]) -> list[Message]:
    """Tell of samples with the same counts, refusing if all are the same (requirement B55)."""
    seen: dict[int, list[int]] = {}
    pairs: list[tuple[str, str]] = []
    for i_sample, size in enumerate(library_sizes.tolist()):
        for i_other in seen.setdefault(size, []):
            if np.array_equal(counts.counts[:, i_sample], counts.counts[:, i_other]):
                pairs.append((counts.sample_ids[i_other], counts.sample_ids[i_sample]))
                break
        else:
            seen[size].append(i_sample)
    if len(pairs) == counts.n_samples - 1:
        raise UserError("sample_identical", "all samples have identical counts", fix="check how the table was made")
    return [warning("sample_identical", f"{a} and {b} are identical: was one file copied?") for a, b in pairs]


def _check_size(counts: NDArray[np.int64], where: str) -> list[Message]:
    if not counts.any():
        fix = "check strandedness and annotation of the counting step"
        raise UserError("counts_zero", "all counts are zero", where=where, fix=fix)
    n_genes = len(counts)
    if n_genes == 1:
        what = "1 gene: size factors need at least 2 (and sensibly > 1,000) genes"
        raise UserError("few_genes", what, where=where, fix="give the table of all genes")
    messages = []
    if n_genes < FEW_GENES:
        what = f"{n_genes} genes only; normalisation and testing borrow strength from thousands"
        messages.append(warning("few_genes", what, where=where, fix="give the table of all genes"))
    n_large = int(np.count_nonzero(counts > R_LIMIT))
    if n_large:
        what = f"{n_large:,} counts exceed 2^31; accepted (R's DESeq2 would fail)"
        messages.append(note("value_large", what, where=where))
    return messages


def _refuse_missing(table: ExpressionTable, where: str) -> None:
    is_missing = np.isnan(table.values)
    if is_missing.any():
        n_missing = int(np.count_nonzero(is_missing))
        what = f"{n_missing:,} empty value{'s' if n_missing > 1 else ''} (first: {_place(table, is_missing)})"
        raise UserError("value_missing", what, where=where, fix="counts must be complete; 0 means no reads")


def _refuse_kind(table: ExpressionTable, where: str) -> None:
    """Refuse values that are not counts, saying what they are (requirements B30, B45, B46)."""
    values, kind = table.values, table.value_kind
    is_fraction = values != np.floor(values)
    n_fraction = int(np.count_nonzero(is_fraction))
    share = n_fraction / values.size
    is_negative = values < 0
    if kind is ValueKind.TPM or (kind in (ValueKind.LOG, ValueKind.Z_SCORES) and share > 0.5):
        detail = {
            ValueKind.TPM: "column sums are all 1,000,000 (TPM)",
            ValueKind.LOG: f"all lie between {values.min():.4g} and {values.max():.4g} (log scale)",
            ValueKind.Z_SCORES: "each row has mean 0 and standard deviation 1 (z-scores)",
        }[kind]
        named = "TPM" if kind is ValueKind.TPM else f"{kind} values" if kind is ValueKind.LOG else str(kind)
        raise UserError(
            "value_kind",
            f"values are not counts: {share:.0%} are fractional, {detail}",
            where=where,
            fix=f"use the raw counts; differential testing on {named} is not supported",
        )
    if is_negative.any():
        n_negative = int(np.count_nonzero(is_negative))
        more = f"; {n_negative:,} negative values in all" if n_negative > 1 else ""
        value = values[is_negative][0]
        what = f"{_place(table, is_negative)}: {value:.10g}{more}"
        fix = "counts cannot be negative (log-ratios or background-corrected data?); use the raw counts"
        raise UserError("value_negative", what, where=where, fix=fix)
    if n_fraction and kind is not ValueKind.ESTIMATED_COUNTS:
        first = values[is_fraction][0]
        what = f"{n_fraction:,} of {values.size:,} values are fractional "
        what += f"(first {first:.10g}, {_place(table, is_fraction)})"
        fix = "use the raw counts; for salmon, kallisto and RSEM give their own files, which are rounded with a note"
        raise UserError("value_fraction", what, where=where, fix=fix)


def _refuse_large(table: ExpressionTable, where: str) -> None:
    """Refuse counts or sums that a float64 cannot hold exactly; 2^53 itself may be a rounded neighbour."""
    is_large = table.values >= MAX_EXACT
    if is_large.any():
        value = table.values[is_large][0]
        what = f"value {value:.10g} exceeds 2^53 and cannot be represented exactly ({_place(table, is_large)})"
        raise UserError("value_large", what, where=where, fix="check the column; give the raw counts")
    sums = table.values.sum(axis=0)
    if (sums >= MAX_EXACT).any():
        i_sample = int(np.argmax(sums))
        what = f"the counts of sample {table.sample_ids[i_sample]} add up to {sums[i_sample]:.10g}, beyond 2^53"
        raise UserError("value_large", what, where=where, fix="check the column; give the raw counts")


def _place(table: ExpressionTable, is_bad: NDArray[np.bool_]) -> str:
    """Name gene, sample and file line of the first cell that is marked."""
    i_gene, i_sample = divmod(int(np.argmax(is_bad)), is_bad.shape[1])
    line = f", line {table.line_numbers[i_gene]:,}" if table.line_numbers else ""
    return f"gene {table.gene_ids[i_gene]}, sample {table.sample_ids[i_sample]}{line}"


def _where(table: ExpressionTable) -> str:
    from pathlib import PurePath

    return PurePath(table.sources[0].path).name if len(table.sources) == 1 else ""


def _in_words(size: int) -> str:
    return f"{size / 1e6:,.1f} M" if size >= 10_000_000 else f"{size:,}"
