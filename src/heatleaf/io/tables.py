"""Any table of expression values, or folder of a quantifier's results, becomes an ExpressionTable or a CountTable.

1. `source` opens and expands, `text` (or `workbook`) makes lines; 2. `layout` tells delimiter and header; 3. `columns`
tells the format and what each column is; 4. `rows` reads every cell; 5. `settle` makes the table of it, `quantifiers`
before it joins files and goes from transcripts to genes; 6. `counts_check` refuses what is not counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import numpy as np

from heatleaf.errors import UserError
from heatleaf.io.cdt import detect_cdt_layout, is_cdt, names_apart
from heatleaf.io.columns import (
    QUANTIFIER_COLUMNS,
    Format,
    assign_columns,
    recognise_format,
    refuse_transposed,
    shorten_paths,
)
from heatleaf.io.counts_check import count_table
from heatleaf.io.gct import detect_gct_layout, is_gct, is_version_2, require_rows, without_na
from heatleaf.io.gene_names import check_sample_names
from heatleaf.io.gtf import is_annotation
from heatleaf.io.layout import Layout, detect_layout
from heatleaf.io.options import ReadOptions
from heatleaf.io.pipeline_folder import find_merged_table, find_tx2gene
from heatleaf.io.quantifiers import (
    TRANSCRIPT_LEVEL,
    ParsedFile,
    find_quantifier_files,
    join_files,
    sample_name_of,
)
from heatleaf.io.rows import MAX_COLUMNS, MAX_ROWS, RawTable, read_rows
from heatleaf.io.settle import About, Rows, settle
from heatleaf.io.source import Source, is_folder
from heatleaf.io.summary import is_summary
from heatleaf.io.text import Chunk, read_chunks
from heatleaf.model import CountTable, ExpressionTable, note

DEFAULT = ReadOptions()
N_FIRST = 10  # lines that the layout must see
N_OTHER = 20  # columns that are not samples: names, annotation


def read_counts(path: Path | str, options: ReadOptions = DEFAULT) -> CountTable:
    """Read a table or a folder of counts.

    Raises
    ------
    UserError
        Every code of `read_expression` and of `count_table`.
    """
    return count_table(read_expression(path, options))


def read_expression(path: Path | str, options: ReadOptions = DEFAULT) -> ExpressionTable:
    """Read any table of expression values: plain, GCT, CDT, workbook, or what a quantifier wrote (a file or a folder).

    The format, the delimiter and the kind of values are recognised from the content and named in the messages.

    Raises
    ------
    UserError
        The codes of requirements B1-B43 and B47-B49: what, where (line, gene, sample) and how to fix it.
    """
    path = Path(path)
    if is_folder(path):
        return _read_folder(path, options)
    parsed = _parse(path, options)
    if parsed.kind in QUANTIFIER_COLUMNS:
        return join_files(parsed.kind, [parsed], parsed.name, options, ())
    return _finish_transposed(parsed, options) if options.transpose else _finish(parsed, options)


def _read_folder(folder: Path, options: ReadOptions) -> ExpressionTable:
    """Read the table of genes of a pipeline, else the files of one quantifier, sample by sample."""
    if (merged := find_merged_table(folder)) is not None:
        return _finish(replace(_parse(merged, options), kind=Format.MERGED), options)
    kind, paths, messages = find_quantifier_files(folder)
    if kind in TRANSCRIPT_LEVEL and not (options.tx2gene or options.annotation) and (beside := find_tx2gene(folder)):
        options = replace(options, tx2gene=beside)
        messages = (*messages, note("transcript_level", f"genes of transcripts taken from {beside.name}"))
    files = [_parse(each, options) for each in paths]
    return join_files(kind, files, f"{folder.name}/", options, messages)


def _parse(path: Path, options: ReadOptions) -> ParsedFile:
    """Read one file and say what its columns are."""
    source = Source(path, options.max_input_bytes)
    _refuse_annotation(source)
    chunks, delimiter = _lines_of(source, options)
    first = _first_rows(chunks)
    if is_gct(first.text):
        kind = Format.GCT
        layout = detect_gct_layout(first.text, source.name)
    elif is_cdt(first.text):
        kind = Format.CDT
        layout = detect_cdt_layout(first.text, source.name)
    else:
        layout = detect_layout(first.text, source.name, delimiter)
        kind = recognise_format(layout, source.name)
    _refuse_wide(layout, source.name, options)
    sample = sample_name_of(path)
    columns = assign_columns(layout, kind, sample, source.name, options)
    raw = read_rows(chain([first], chunks), layout, columns, source.name)
    require_rows(len(raw.genes), layout, source.name)
    raw.symbols = _known_symbols(raw, kind, layout)
    messages = (*source.messages, *layout.messages, *columns.messages)
    return ParsedFile(kind, sample, source.name, columns, raw, source.file, messages)


def _known_symbols(raw: RawTable, kind: Format, layout: Layout) -> list[str]:
    """Return the symbols without what a format writes where there is none."""
    if kind is Format.CDT:
        return names_apart(raw.symbols, raw.genes)
    return without_na(raw.symbols) if is_version_2(layout) else raw.symbols


def _refuse_annotation(source: Source) -> None:
    if is_annotation(source.head):
        what = "is an annotation (GTF or GFF), not a count table"
        fix = "give the count table; for counts of transcripts add the annotation with --annotation"
        raise UserError("file_kind", what, where=source.name, fix=fix)


def _lines_of(source: Source, options: ReadOptions) -> tuple[Iterator[Chunk], str | None]:
    if source.is_workbook:
        from heatleaf.io.workbook import read_sheet

        return read_sheet(source, options.sheet), "\t"
    source.refuse_other_kinds()
    return read_chunks(source, options.encoding), options.delimiter


def _first_rows(chunks: Iterator[Chunk]) -> Chunk:
    """Join the first chunks until they hold a header and some rows, or all there is."""
    texts, n_lines, line = [], 0, 1
    for chunk in chunks:
        texts.append(chunk.text)
        line = chunk.line if len(texts) == 1 else line
        n_lines += sum(1 for row in islice(_body_lines(chunk.text), N_FIRST))
        if n_lines >= N_FIRST:
            break
    return Chunk(b"".join(texts), line)


def _body_lines(text: bytes) -> Iterator[bytes]:
    """Return the lines that are neither blank nor comments."""
    stripped = text.strip()
    return (line for line in stripped.split(b"\n") if line and not line.startswith(b"#")) if stripped else iter(())


def _refuse_wide(layout: Layout, name: str, options: ReadOptions) -> None:
    limit = MAX_ROWS if options.transpose else MAX_COLUMNS
    if layout.n_columns <= limit + N_OTHER:
        return
    if not options.transpose and layout.header:
        refuse_transposed(layout, 0, name)
    what = f"has {layout.n_columns:,} columns; at most {limit:,} are read"
    raise UserError("too_large", what, where=name, fix="split the table, or choose samples")


def _finish(parsed: ParsedFile, options: ReadOptions) -> ExpressionTable:
    """Make a table of a file with one column per sample."""
    samples, messages = parsed.columns.names, parsed.messages
    if parsed.kind is Format.FEATURECOUNTS:
        samples, shortened = shorten_paths(samples, parsed.name)
        messages = (*messages, *shortened)
    check_sample_names(samples, [int(i) + 1 for i in parsed.columns.values], parsed.name)
    raw = parsed.raw
    is_htseq = parsed.kind is Format.MATRIX and len(samples) == 1 and is_summary(raw.genes).any()
    about = About(
        parsed.name,
        str(Format.HTSEQ if is_htseq else parsed.kind),
        (parsed.file,),
        messages,
        is_estimate=parsed.kind is Format.MERGED,
        n_written_as_decimal=raw.n_written_as_decimal,
    )
    return settle(Rows(raw.genes, raw.symbols, raw.values, raw.lines), samples, about, options)


def _finish_transposed(parsed: ParsedFile, options: ReadOptions) -> ExpressionTable:
    """Make a table of a file with one row per sample."""
    raw, genes = parsed.raw, list(parsed.columns.names)
    check_sample_names(raw.genes, raw.lines.tolist(), parsed.name)
    message = note("transposed", "rows and columns exchanged (--transpose)", where=parsed.name)
    values = np.ascontiguousarray(raw.values.T)
    rows = Rows(genes, [], values, np.zeros(len(genes), dtype=np.int64))
    about = About(
        parsed.name,
        str(parsed.kind),
        (parsed.file,),
        (*parsed.messages, message),
        n_written_as_decimal=raw.n_written_as_decimal,
    )
    return settle(rows, tuple(raw.genes), about, options)
