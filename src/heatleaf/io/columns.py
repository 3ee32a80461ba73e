"""Which format a table has and which of its columns are genes, symbols, values or annotation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.cdt import cdt_columns
from heatleaf.io.gene_names import looks_like_genes
from heatleaf.io.layout import Layout
from heatleaf.io.options import ReadOptions
from heatleaf.io.parse_cell import MISSING, is_number_like
from heatleaf.model import Message, note

FEATURECOUNTS_COLUMNS = ("geneid", "chr", "start", "end", "strand", "length")
GENE_COLUMNS = ("gene_id", "geneid", "ensembl_gene_id", "ensgene", "ensembl_id", "ensembl", "gene")
SYMBOL_COLUMNS = frozenset(
    [
        "gene_name",
        "gene_symbol",
        "symbol",
        "symbols",
        "genename",
        "genesymbol",
        "hgnc_symbol",
        "mgi_symbol",
        "gene_names",
        "external_gene_name",
        "gene.name",
        "gene.symbol",
    ]
)
ANNOTATION_COLUMNS = frozenset(
    [
        "entrez",
        "entrez_id",
        "entrezid",
        "entrez_gene_id",
        "entrezgene",
        "entrezgene_id",
        "ncbi_gene_id",
        "geneid",
        "gene_id",
        "length",
        "gene_length",
        "genelength",
        "transcript_length",
        "effective_length",
        "efflength",
        "eff_length",
        "width",
        "chr",
        "chrom",
        "chromosome",
        "chromosome_name",
        "seqnames",
        "start",
        "end",
        "strand",
        "start_position",
        "end_position",
        "gene_start",
        "gene_end",
        "exon_length",
        "gc",
        "gc_content",
        "percentage_gene_gc_content",
        "hgnc_id",
    ]
)


class Format(StrEnum):
    """Formats that are recognised from their content."""

    MATRIX = "plain table"
    FEATURECOUNTS = "featureCounts table"
    HTSEQ = "HTSeq counts"
    STAR = "STAR ReadsPerGene"
    RSEM = "RSEM genes.results"
    SALMON = "salmon quant.sf"
    KALLISTO = "kallisto abundance.tsv"
    MERGED = "merged quantifier table (gene_id, gene_name)"
    GCT = "GCT"
    CDT = "CDT (Cluster 3.0, Java TreeView)"


QUANTIFIER_COLUMNS: dict[Format, tuple[str, ...]] = {
    # length, abundance, counts of transcripts; counts of genes
    Format.SALMON: ("effectivelength", "tpm", "numreads"),
    Format.KALLISTO: ("eff_length", "tpm", "est_counts"),
    Format.RSEM: ("expected_count",),
    Format.STAR: ("unstranded", "forward", "reverse"),
}


@dataclass(frozen=True)
class Columns:
    """Positions of the columns in the file; values in the order of their names."""

    gene: int
    symbol: int | None
    values: NDArray[np.intp]
    names: tuple[str, ...]
    messages: tuple[Message, ...] = ()


def recognise_format(layout: Layout, where: str) -> Format:
    """Name the format of a table from its comments and its header.

    Raises
    ------
    UserError
        transcript_level: a merged table of transcripts.
    """
    header = tuple(name.lower() for name in layout.header)
    if not header:
        return Format.STAR if layout.n_columns == 4 else Format.HTSEQ
    for kind, first in ((Format.SALMON, "name"), (Format.KALLISTO, "target_id"), (Format.RSEM, "gene_id")):
        if header[0] == first and set(QUANTIFIER_COLUMNS[kind]) <= set(header):
            return kind
    is_transcripts = header[:2] in {("tx", "gene_id"), ("transcript_id", "gene_id"), ("tx_id", "gene_id")}
    if is_transcripts:
        what = f"transcript-level table ({layout.rows[0][0]}, ...)"
        fix = "give the table of genes that was written beside it"
        raise UserError("transcript_level", what, where=where, fix=fix)
    if header[:6] == FEATURECOUNTS_COLUMNS or any("featureCounts" in line for line in layout.comments):
        return Format.FEATURECOUNTS
    if header[0] == "gene_id" and header[1] in {"gene_name", "transcript_id(s)"}:
        return Format.MERGED
    return Format.MATRIX


def assign_columns(layout: Layout, kind: Format, sample: str, name: str, options: ReadOptions) -> Columns:
    """Say which column holds what.

    Raises
    ------
    UserError
        option (gene_column is not there), no_values, transposed.
    """
    if not layout.header:
        names = QUANTIFIER_COLUMNS[kind] if kind is Format.STAR else (sample,)
        return Columns(0, None, np.arange(1, layout.n_columns), names)
    lower = tuple(column.lower() for column in layout.header)
    if layout.gct_meta is not None:
        first = 1 + layout.gct_meta
        symbol = 1 if layout.gct_meta and lower[1] in SYMBOL_COLUMNS | {"description"} else None
        return Columns(0, symbol, np.arange(first, layout.n_columns), layout.header[first:])
    if kind is Format.CDT:
        cdt = cdt_columns(layout.header)
        values = np.arange(cdt.first_sample, layout.n_columns)
        return Columns(cdt.gene, cdt.name, values, layout.header[cdt.first_sample :])
    if kind in QUANTIFIER_COLUMNS:
        chosen = QUANTIFIER_COLUMNS[kind]
        return Columns(0, None, np.array([lower.index(column) for column in chosen]), chosen)
    gene = _gene_column(layout, lower, name, options)
    if not options.transpose:
        refuse_transposed(layout, gene, name)
    is_text = _text_columns(layout)
    aside = [
        i
        for i, column in enumerate(lower)
        if i != gene and (is_text[i] or column in ANNOTATION_COLUMNS or _is_index(layout, i, gene))
    ]
    values = np.array([i for i in range(len(lower)) if i != gene and i not in aside], dtype=np.intp)
    if not len(values):
        raise UserError(
            "no_values", "has no column of numbers", where=name, fix="check the delimiter and what the columns hold"
        )
    symbol = next((i for i in aside if lower[i] in SYMBOL_COLUMNS), None)
    if symbol is None and kind is Format.MATRIX and gene and lower[0] in SYMBOL_COLUMNS:
        symbol = 0
    shown = [layout.header[i] or f"column {i + 1}" for i in aside if i != symbol]
    messages = _note_aside(shown, layout.header[symbol] if symbol is not None else "", kind, name)
    return Columns(gene, symbol, values, tuple(layout.header[i] for i in values), messages)


def refuse_transposed(layout: Layout, gene: int, name: str) -> None:
    """Refuse a table whose columns are named like genes and whose rows are not (requirement B25)."""
    columns = [column for i, column in enumerate(layout.header) if i != gene]
    rows = [row[gene] for row in layout.rows if len(row) > gene]
    is_wide = len(columns) >= 1000 and len(columns) > 10 * len(rows)
    if looks_like_genes(rows) or not (is_wide or looks_like_genes(columns)):
        return
    raise UserError(
        "transposed",
        f"this looks transposed: {len(rows):,} rows named like samples ({rows[0]} … {rows[-1]}), "
        f"{len(columns):,} columns named like genes ({columns[0]} …)",
        where=name,
        fix="--transpose",
    )


def shorten_paths(names: Sequence[str], where: str) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    """Shorten featureCounts' paths of alignments to sample names, refusing if two become one (requirement B26)."""
    short = tuple(
        re.sub(r"\.(?:bam|sam|cram)$", "", re.split(r"[/\\]", name)[-1], flags=re.IGNORECASE) for name in names
    )
    if short == tuple(names):
        return short, ()
    if len(set(short)) < len(set(names)):
        first = next(name for name in short if short.count(name) > 1)
        both = [name for name, cut in zip(names, short, strict=True) if cut == first]
        raise UserError(
            "sample_duplicate",
            f"the columns {both[0]} and {both[1]} would both be called {first}",
            where=where,
            fix="rename them in the header",
        )
    i_first = next(i for i, name in enumerate(names) if name != short[i])
    what = f"sample names shortened from {names[i_first]} to {short[i_first]} ({len(short)} samples)"
    return short, (note("format", what, where=where),)


def _gene_column(layout: Layout, lower: tuple[str, ...], name: str, options: ReadOptions) -> int:
    if options.gene_column is not None:
        if options.gene_column not in layout.header:
            shown = ", ".join(column for column in layout.header[:6] if column)
            raise UserError(
                "option",
                f"there is no column '{options.gene_column}' for the gene ids",
                where=name,
                fix=f"choose one of: {shown}",
            )
        return layout.header.index(options.gene_column)
    if _is_index(layout, 0, -1):
        return 1
    is_text = _text_columns(layout)
    leading = next((i for i, text in enumerate(is_text) if not text), len(is_text))
    named = [lower.index(column) for column in GENE_COLUMNS if column in lower[: max(leading, 1)]]
    return named[0] if named else 0


def _is_index(layout: Layout, column: int, gene: int) -> bool:
    """Whether the first column only numbers the rows 1, 2, 3 ... and the ids stand in the second."""
    if column != 0 or gene == 0 or len(layout.rows) < 2 or len(layout.header) < 3 or layout.header[0]:
        return False
    cells = [row[0] for row in layout.rows]
    is_running = any(cells == [str(i + first) for i in range(len(cells))] for first in (0, 1))
    return is_running and not is_number_like(layout.rows[0][1])


def _text_columns(layout: Layout) -> list[bool]:
    """Say which columns hold words: most of their first cells that are not empty are no numbers."""
    n_columns = len(layout.header)
    rows = [row for row in layout.rows if len(row) == n_columns]
    flags = []
    for cells in zip(*rows, strict=True):
        known = [cell for cell in cells if cell.strip() not in MISSING]
        flags.append(bool(known) and 2 * sum(map(is_number_like, known)) < len(known))
    return flags or [False] * n_columns


def _note_aside(shown: list[str], symbol: str, kind: Format, where: str) -> tuple[Message, ...]:
    found = []
    if symbol:
        found.append(note("format", f"gene symbols taken from column '{symbol}'", where=where))
    if shown:
        words = f"{len(shown)} annotation column{'s' if len(shown) > 1 else ''} set aside"
        found.append(note("format", f"{words} ({', '.join(shown[:6])})", where=where))
    return tuple(found)
