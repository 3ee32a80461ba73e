"""The last step of reading: names, summaries, duplicates and the kind of values are settled, and a table is made."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.gene_names import check_gene_names, refuse_duplicates, strip_versions
from heatleaf.io.options import ReadOptions
from heatleaf.io.summary import is_summary
from heatleaf.io.value_kind import describe_values, recognise_values
from heatleaf.model import ExpressionTable, Message, SourceFile, ValueKind, note


@dataclass(frozen=True)
class Rows:
    """Genes with their values.

    symbols : one per gene, or () where there are none. values : float64 array of shape (n_genes, n_samples).
    lines : file line of each gene, 0 where genes are not lines of one file.
    """

    genes: list[str]
    symbols: list[str]
    values: NDArray[np.float64]
    lines: NDArray[np.int64]

    def take(self, chosen: NDArray[np.intp]) -> Rows:
        """Return some of the rows."""
        positions = chosen.tolist()
        symbols = [self.symbols[i] for i in positions] if self.symbols else []
        return Rows([self.genes[i] for i in positions], symbols, self.values[chosen], self.lines[chosen])


@dataclass(frozen=True)
class About:
    """What is known of the rows: where they come from, and what the format says of their values."""

    where: str
    format_name: str
    sources: tuple[SourceFile, ...]
    messages: tuple[Message, ...]
    is_estimate: bool = False
    n_written_as_decimal: int = 0


def settle(rows: Rows, samples: tuple[str, ...], about: About, options: ReadOptions) -> ExpressionTable:
    """Make the table.

    Raises
    ------
    UserError
        table_header_only, name_empty, name_hostile, gene_near_duplicate, gene_duplicate.
    """
    where = about.where
    size = f"{_plural(len(rows.genes), 'row')}, {_plural(len(samples), 'sample')}"
    found = [note("format", f"{about.format_name} recognised: {size}", where=where), *about.messages]
    rows, summaries, message = _split_summaries(rows, where)
    if not rows.genes:
        raise UserError("table_header_only", "has summary rows but no genes", where=where, fix="re-export it")
    found += message
    if options.strip_version:
        rows, message = _strip_versions(rows, options, where)
        found += message
    found += check_gene_names(rows.genes, rows.lines.tolist(), where)
    rows, message = _settle_duplicates(rows, options, where)
    kind = recognise_values(rows.values, is_estimate=about.is_estimate)
    found += [*message, note("value_kind", describe_values(kind, rows.values), where=where)]
    if kind is ValueKind.COUNTS and about.n_written_as_decimal:
        what = (
            f"{about.n_written_as_decimal:,} whole counts are written with a decimal point or an exponent (10.0, 1e3)"
        )
        found.append(note("value_fraction", f"{what}; accepted", where=where))
    return ExpressionTable(
        tuple(rows.genes),
        samples,
        rows.values,
        kind,
        tuple(rows.symbols),
        summaries,
        about.format_name,
        about.sources,
        tuple(found),
        tuple(rows.lines.tolist()) if rows.lines.any() else (),
    )


def _split_summaries(rows: Rows, where: str) -> tuple[Rows, dict[str, tuple[float, ...]], list[Message]]:
    """Take the counting summaries out of the genes (requirement B27)."""
    is_extra = is_summary(rows.genes)
    if not is_extra.any():
        return rows, {}, []
    extra = rows.take(np.flatnonzero(is_extra))
    summaries = {name: tuple(values) for name, values in zip(extra.genes, extra.values.tolist(), strict=True)}
    what = f"{_plural(len(extra.genes), 'summary row')} kept out of the analysis and shown in QC"
    message = note("summary_rows", f"{what} ({', '.join(extra.genes)})", where=where)
    return rows.take(np.flatnonzero(~is_extra)), summaries, [message]


def _strip_versions(rows: Rows, options: ReadOptions, where: str) -> tuple[Rows, list[Message]]:
    """Take versions off Ensembl ids, refusing ids that become one by it unless they are to be added (B39)."""
    genes, n_stripped = strip_versions(rows.genes)
    if not n_stripped:
        return rows, [note("gene_version", "no id carries an Ensembl version", where=where)]
    n_merged = len(set(rows.genes)) - len(set(genes))
    if n_merged and options.duplicates == "refuse":
        seen: dict[str, str] = {}
        pairs = zip(genes, rows.genes, strict=True)
        first, other = next((seen[new], old) for new, old in pairs if seen.setdefault(new, old) != old)
        what = (
            f"{_plural(n_merged, 'id')} would occur twice without their versions (first: '{first}' and '{other}', "
            "such as GENCODE's copies on chromosome Y, _PAR_Y)"
        )
        raise UserError("gene_version", what, where=where, fix="--duplicates sum adds them; or keep the versions")
    message = note("gene_version", f"versions taken off {_plural(n_stripped, 'Ensembl id')}", where=where)
    return replace(rows, genes=genes), [message]


def _settle_duplicates(rows: Rows, options: ReadOptions, where: str) -> tuple[Rows, list[Message]]:
    """Refuse gene ids that occur twice, or add them up where the user says so (requirement B31)."""
    if options.duplicates == "refuse":
        refuse_duplicates(rows.genes, rows.lines.tolist(), where)
        return rows, []
    group: dict[str, int] = {}
    group_of_row = [group.setdefault(name, len(group)) for name in rows.genes]
    if len(group) == len(rows.genes):
        return rows, []
    kept = rows.take(np.unique(group_of_row, return_index=True)[1])
    values = np.zeros_like(kept.values)
    np.add.at(values, group_of_row, rows.values)
    n_added = len(rows.genes) - len(group)
    what = f"{_plural(n_added, 'repeated row')} added to the first of the same gene; {len(group):,} genes remain"
    return Rows(kept.genes, kept.symbols, values, kept.lines), [note("gene_duplicate", what, where=where)]


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
