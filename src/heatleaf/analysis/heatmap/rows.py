"""Which genes of a table a heatmap shows, which of them can be clustered, and what is said of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.interpret.words import count_of, verb
from heatleaf.model import ExpressionTable, Message, note, warning
from heatleaf.stats import most_variable

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
ALL_GENES = "all"
_TOP = "top:"


@dataclass(frozen=True, eq=False)
class RowChoice:
    """Rows of a table to draw.

    clustered : rows whose pattern can be compared, most telling or as named first. parked : rows that were asked for
    but have no pattern (constant, or fewer than two values); they stand below the others.
    """

    clustered: IntArray
    parked: IntArray
    messages: tuple[Message, ...] = ()


def choose_rows(logs: FloatArray, table: ExpressionTable, genes: str | Sequence[str]) -> RowChoice:
    """Choose the rows to draw.

    Parameters
    ----------
    logs : float64 array of shape (n_genes, n_samples) on a log scale, NaN where missing; the table's rows.
    genes : "all", "top:N" for the N with the largest variance among complete genes, or names (ids or symbols).

    Raises
    ------
    UserError
        option: not top:N. no_genes: none of the genes is there, or none varies.
    """
    has_pattern = _has_pattern(logs)
    if isinstance(genes, str) and genes != ALL_GENES:
        choice = _top_rows(logs, table, genes, has_pattern)
    else:
        rows, messages = (np.arange(len(logs)), []) if genes == ALL_GENES else _named_rows(genes, table)
        parked = rows[~has_pattern[rows]]
        choice = RowChoice(rows[has_pattern[rows]], parked, (*messages, *_tell_parked(parked, table)))
    if not len(choice.clustered) and not len(choice.parked):
        raise UserError("no_genes", "no gene is left to draw: none varies between the samples", where=table.format_name)
    return choice


def _has_pattern(logs: FloatArray) -> NDArray[np.bool_]:
    """Tell which rows have two values that differ."""
    highest = np.max(logs, axis=1, where=~np.isnan(logs), initial=-np.inf)
    lowest = np.min(logs, axis=1, where=~np.isnan(logs), initial=np.inf)
    return np.asarray(highest > lowest)


def _top_rows(logs: FloatArray, table: ExpressionTable, wanted: str, has_pattern: NDArray[np.bool_]) -> RowChoice:
    number = wanted.removeprefix(_TOP)
    if not (wanted.startswith(_TOP) and number.isdigit() and int(number) > 0):
        raise UserError("option", f"'{wanted}' is not top:N", where="--genes", fix="write top:500, all, or name a file")
    is_complete = np.asarray(~np.isnan(logs).any(axis=1))
    rows = np.flatnonzero(has_pattern & is_complete)
    chosen = rows[most_variable(logs[rows], min(int(number), len(rows)))] if len(rows) else rows
    messages = []
    missing, constant = np.flatnonzero(~is_complete), np.flatnonzero(is_complete & ~has_pattern)
    if len(missing):
        are = verb(len(missing), "has missing values and is", "have missing values and are")
        what = f"{count_of(len(missing), 'gene')} {are} not drawn (first: {table.gene_ids[missing[0]]})"
        messages.append(warning("not_shown", what, fix="--genes all, or a list of genes, draws them too"))
    if len(constant):
        are = verb(len(constant), "does not vary and is", "do not vary and are")
        what = f"{count_of(len(constant), 'gene')} {are} not drawn (first: {table.gene_ids[constant[0]]})"
        messages.append(note("gene_constant", what))
    return RowChoice(chosen, np.zeros(0, dtype=np.intp), tuple(messages))


def _tell_parked(parked: IntArray, table: ExpressionTable) -> list[Message]:
    if not len(parked):
        return []
    have = verb(
        len(parked),
        "does not vary or has fewer than two values: it stands",
        "do not vary or have fewer than two values: they stand",
    )
    what = f"{count_of(len(parked), 'gene')} {have} below, not clustered (first: {table.gene_ids[parked[0]]})"
    return [note("gene_constant", what)]


def _named_rows(names: Sequence[str], table: ExpressionTable) -> tuple[IntArray, list[Message]]:
    position = {symbol: i for i, symbol in enumerate(table.gene_symbols) if symbol}
    position |= {gene_id: i for i, gene_id in enumerate(table.gene_ids)}
    unknown = [name for name in names if name not in position]
    alike = _differing_by_case(unknown, position)
    if len(unknown) == len(names):
        first = f" (first: {names[0]})" if names else ""
        raise UserError(
            "no_genes",
            f"none of the {count_of(len(names), 'gene')} is in the table{first}",
            where="--genes",
            fix=alike or f"name genes as the table does, such as {table.gene_ids[0]}",
        )
    rows = np.array(list(dict.fromkeys(position[name] for name in names if name in position)), dtype=np.intp)
    if not unknown:
        return rows, []
    are = verb(len(unknown), "is", "are")
    what = f"{len(unknown):,} of {len(names):,} genes {are} not in the table (first: {', '.join(unknown[:5])})"
    return rows, [warning("not_shown", what, fix=alike)]


def _differing_by_case(unknown: Sequence[str], position: Mapping[str, int]) -> str:
    """Name the first genes that the table has in other upper and lower case, "" where there are none."""
    if not unknown:
        return ""
    folded = {name.casefold(): name for name in position}
    pairs = [(name, folded[name.casefold()]) for name in unknown if name.casefold() in folded]
    if not pairs:
        return ""
    shown = ", ".join(f"{known} for {name}" for name, known in pairs[:5])
    return f"mind upper and lower case; did you mean {shown}?"
