"""Whether values are counts: complete, whole, exact, not negative (requirements B30, B44-B46, B50, B51).

What counts must be like to be analysed is in `stats.quality`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.model import CountTable, ExpressionTable, Message, ValueKind, note

MAX_EXACT = 2**53
R_LIMIT = 2**31 - 1  # R's integers, in which DESeq2 keeps its counts


def count_table(expression: ExpressionTable) -> CountTable:
    """Check that the values of a table are counts and return them as such.

    Estimated counts of a quantifier are rounded to whole numbers, and a note says how many were.

    Raises
    ------
    UserError
        value_kind, value_missing, value_negative, value_fraction, value_large.
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
    messages += _note_large(counts, where)
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


def _note_large(counts: NDArray[np.int64], where: str) -> list[Message]:
    """Tell of counts beyond R's integers (requirement B50)."""
    n_large = int(np.count_nonzero(counts > R_LIMIT))
    if not n_large:
        return []
    what = f"{n_large:,} count{' exceeds' if n_large == 1 else 's exceed'} 2^31; accepted (R's DESeq2 would fail)"
    return [note("value_large", what, where=where)]


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
    return table.sources[0].name if len(table.sources) == 1 else ""
