"""Single-sample files of quantifiers: found in a folder, joined over samples, brought from transcripts to genes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.columns import QUANTIFIER_COLUMNS, Columns, Format, assign_columns, recognise_format, shorten_paths
from heatleaf.io.gene_names import check_sample_names
from heatleaf.io.layout import detect_layout
from heatleaf.io.options import ReadOptions
from heatleaf.io.rows import RawTable
from heatleaf.io.settle import About, Rows, settle
from heatleaf.io.source import Source
from heatleaf.io.text import read_chunks
from heatleaf.io.transcripts import genes_of_transcripts, length_scaled_counts
from heatleaf.model import ExpressionTable, Message, SourceFile, note

SINGLE_SAMPLE = (*QUANTIFIER_COLUMNS, Format.HTSEQ, Format.FEATURECOUNTS)
TRANSCRIPT_LEVEL = (Format.SALMON, Format.KALLISTO)
STRAND_RATIO = 5  # requirement B28
MAX_DEPTH = 3  # FOLDER/sample/quant.sf, and one level for a quantifier's own output folder
NAME_ENDS = re.compile(
    r"(?:[._-]?(?:ReadsPerGene\.out\.tab|(?:genes|isoforms)\.results|quant(?:\.genes)?\.sf|abundance\.tsv|"
    r"featureCounts\.txt|htseq\.(?:out|txt|tsv|counts?)|htseq|counts?\.(?:txt|tsv|csv)|txt|tsv|csv|tab|out|counts?|xlsx?))$",
    re.IGNORECASE,
)
GENERIC_NAMES = frozenset({"", "count", "counts", "value", "values", "reads", "read_count", "raw_count", "expression"})
IGNORED_ENDS = [
    ".json",
    ".log",
    ".html",
    ".bam",
    ".bai",
    ".h5",
    ".pdf",
    ".png",
    ".summary",
    ".fastq",
    ".fq",
    ".fasta",
    ".fa",
    ".gtf",
    ".gff",
    ".gff3",
    ".md",
    ".bed",
    ".bw",
    ".r",
    ".py",
    ".final.out",
]


@dataclass(frozen=True)
class ParsedFile:
    """One file, read and understood, before its names and values are settled. `sample` : from the file's name."""

    kind: Format
    sample: str
    name: str
    columns: Columns
    raw: RawTable
    file: SourceFile
    messages: tuple[Message, ...]


def sample_name_of(path: Path) -> str:
    """Name a sample by its file without the quantifier's ending, or by the folder of a file that is named like all."""
    name = re.sub(r"\.(?:gz|bz2|xz)$", "", path.name, flags=re.IGNORECASE)
    stem = NAME_ENDS.sub("", name)
    if stem:
        return stem
    is_common = re.match(r"quant|abundance|genes\.results|isoforms|readspergene", name, re.IGNORECASE)
    return path.absolute().parent.name if is_common else name.split(".")[0]


def find_quantifier_files(folder: Path) -> tuple[Format, list[Path], tuple[Message, ...]]:
    """Find the files of one quantifier in a folder and the folders within it.

    Raises
    ------
    UserError
        file_is_folder (nothing is understood), format (several quantifiers), files_differ (a sample that is damaged).
    """
    found: dict[Format, list[Path]] = defaultdict(list)
    others = []
    for path in _candidates(folder):
        kind = _format_of(path)
        if kind is None:
            others.append(path)
        else:
            found[kind].append(path)
    where = f"{folder.name}/"
    if not found:
        fix = "give one table, or the folder of salmon, kallisto, STAR, RSEM, HTSeq or featureCounts results"
        raise UserError("file_is_folder", "is a folder without results that are understood", where=where, fix=fix)
    if len(found) > 1:
        shown = ", ".join(f"{len(paths)} of {kind}" for kind, paths in found.items())
        raise UserError(
            "format", f"holds several kinds of results: {shown}", where=where, fix="give one of its folders"
        )
    kind, paths = next(iter(found.items()))
    _refuse_damaged(others, paths, kind, where)
    messages: tuple[Message, ...] = ()
    if others:
        shown = ", ".join(path.name for path in others[:5])
        messages = (note("format", f"{len(others)} other files ignored ({shown})", where=where),)
    return kind, paths, messages


def _refuse_damaged(others: Sequence[Path], paths: Sequence[Path], kind: Format, where: str) -> None:
    """Refuse a file that has the name of the others' results and does not hold any: its sample would be left out."""
    names = {path.name for path in paths}
    if damaged := [path for path in others if path.name in names]:
        shown = ", ".join(f"{path.parent.name}/{path.name}" for path in damaged[:5])
        what = f"{len(damaged)} of {len(damaged) + len(paths)} files of {kind} cannot be read as such ({shown})"
        raise UserError("files_differ", what, where=where, fix="make it again, or move it away to leave its sample out")


def join_files(
    kind: Format, files: Sequence[ParsedFile], where: str, options: ReadOptions, messages: tuple[Message, ...]
) -> ExpressionTable:
    """Join single-sample files into one table of genes x samples.

    Raises
    ------
    UserError
        files_differ, sample_duplicate, strandedness, transcript_level, and the codes of `settle`.
    """
    genes, values = _stack(kind, files, where)
    samples, renamed = _sample_names(kind, files, where)
    found = [*messages, *_first_of_each(files), *renamed]
    rows = Rows(genes, [], np.empty(0), np.zeros(len(genes), dtype=np.int64))
    if kind in TRANSCRIPT_LEVEL:
        rows, told = _to_genes(genes, values, files[0].name, options)
    elif kind is Format.STAR:
        chosen, told = _choose_strand(genes, values, samples, options, where)
        rows = replace(rows, values=chosen)
    else:
        rows, told = replace(rows, values=np.ascontiguousarray(values.reshape(len(genes), -1))), []
    if len(files) == 1 and len(files[0].raw.lines) == len(rows.genes):
        rows = replace(rows, lines=files[0].raw.lines)
    sources = tuple(file.file for file in files)
    is_estimate = kind in (*TRANSCRIPT_LEVEL, Format.RSEM)
    about = About(where, _format_words(kind, len(files)), sources, (*found, *told), is_estimate=is_estimate)
    return settle(rows, samples, about, options)


def _candidates(folder: Path) -> list[Path]:
    """Return the files that may be results, in the order of their names."""
    depth = len(folder.parts)
    paths = [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and len(path.parts) - depth <= MAX_DEPTH
        and not any(part.startswith(".") for part in path.parts[depth:])
        and not re.sub(r"\.(?:gz|bz2|xz)$", "", path.name.lower()).endswith(tuple(IGNORED_ENDS))
    ]
    of_transcripts = {path.parent for path in paths if path.name in ("quant.sf", "quant.sf.gz")}
    paths = [path for path in paths if not (path.name.startswith("quant.genes.sf") and path.parent in of_transcripts)]
    return sorted(paths, key=lambda path: path.parts)


def _format_of(path: Path) -> Format | None:
    """Say of which quantifier a file is, None if of none."""
    try:
        source = Source(path)
        if source.is_workbook:
            return None
        source.refuse_other_kinds()
        layout = detect_layout(b"".join(chunk.text for chunk in islice(read_chunks(source), 1)), source.name)
        kind = recognise_format(layout, source.name)
        if kind is Format.MATRIX and layout.n_columns == 2:
            assign_columns(layout, kind, "", source.name, ReadOptions())
            return Format.HTSEQ
    except UserError:
        return None
    return kind if kind in SINGLE_SAMPLE else None


def _stack(kind: Format, files: Sequence[ParsedFile], where: str) -> tuple[list[str], NDArray[np.float64]]:
    """Return the names of the first file and the values as (n_names, n_columns, n_files), matched by name."""
    first = files[0].raw.genes
    position = {name: i for i, name in enumerate(first)}
    blocks = []
    for file in files:
        values = file.raw.values
        if file.raw.genes != first:
            order = [position.get(name, -1) for name in file.raw.genes]
            if sorted(order) != list(range(len(first))):
                raise _differ(files[0], file, where)
            values = values[np.argsort(order)]
        blocks.append(values)
    if kind in QUANTIFIER_COLUMNS:
        return first, np.stack(blocks, axis=2)
    return first, np.concatenate(blocks, axis=1)


def _differ(first: ParsedFile, other: ParsedFile, where: str) -> UserError:
    lacking = sorted(set(first.raw.genes) ^ set(other.raw.genes))
    example = f" (for example '{lacking[0]}')" if lacking else ""
    return UserError(
        "files_differ",
        f"the results of {first.sample} and {other.sample} list different names: {len(first.raw.genes):,} and "
        f"{len(other.raw.genes):,}, {len(lacking):,} in one only{example}",
        where=where,
        fix="quantify all samples with the same annotation",
    )


def _sample_names(kind: Format, files: Sequence[ParsedFile], where: str) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    """Name the samples by their columns where these say something, else by their files."""
    names: list[str] = []
    for file in files:
        columns = file.columns.names
        is_generic = kind in QUANTIFIER_COLUMNS or all(name.lower() in GENERIC_NAMES for name in columns)
        names += [file.sample] if is_generic else columns
    messages: tuple[Message, ...] = ()
    samples = tuple(names)
    if kind is Format.FEATURECOUNTS:
        samples, messages = shorten_paths(names, where)
    check_sample_names(samples, range(1, len(samples) + 1), where)
    if kind in QUANTIFIER_COLUMNS or kind is Format.HTSEQ:
        messages = (note("format", f"samples named by their files: {', '.join(samples[:6])}", where=where),)
    return samples, messages


def _first_of_each(files: Sequence[ParsedFile]) -> list[Message]:
    """Return the messages of all files, each sentence once."""
    seen: dict[tuple[str, str], Message] = {}
    for file in files:
        for message in file.messages:
            seen.setdefault((message.code, message.what), message)
    return list(seen.values())


def _to_genes(
    transcripts: list[str], values: NDArray[np.float64], name: str, options: ReadOptions
) -> tuple[Rows, list[Message]]:
    gene_of, told = genes_of_transcripts(transcripts, name, options)
    length, abundance, counts = values[:, 0], values[:, 1], values[:, 2]
    is_mapped = np.array([gene is not None for gene in gene_of])
    group: dict[str, int] = {}
    group_of_row = np.array([group.setdefault(gene, len(group)) for gene in gene_of if gene is not None])
    scaled = length_scaled_counts(length[is_mapped], abundance[is_mapped], counts[is_mapped], group_of_row)
    what = (
        f"{len(group_of_row):,} transcripts summed to {len(group):,} genes; counts scaled by TPM and average gene "
        "length (Soneson, Love & Robinson 2015)"
    )
    rows = Rows(list(group), [], scaled, np.zeros(len(group), dtype=np.int64))
    return rows, [*told, note("transcript_level", what, where=name)]


def _choose_strand(
    genes: list[str], values: NDArray[np.float64], samples: tuple[str, ...], options: ReadOptions, where: str
) -> tuple[NDArray[np.float64], list[Message]]:
    """Choose one of STAR's three columns by the option, or by the sums of the stranded ones (requirement B28)."""
    strands = QUANTIFIER_COLUMNS[Format.STAR]
    is_gene = np.array([not name.startswith("N_") for name in genes])
    sums = values[is_gene].sum(axis=0)
    shown = f"sums unstranded {sums[0].sum():,.0f} / forward {sums[1].sum():,.0f} / reverse {sums[2].sum():,.0f}"
    strand = options.strand
    if strand is None:
        forward, reverse = (sums[1] >= STRAND_RATIO * sums[2]).all(), (sums[2] >= STRAND_RATIO * sums[1]).all()
        if forward == reverse:
            raise UserError(
                "strandedness",
                f"three count columns, and the strand is not clear for {len(samples)} samples: {shown}",
                where=where,
                fix="--strand unstranded, forward or reverse",
            )
        strand = "forward" if forward else "reverse"
    words = "unstranded" if strand == "unstranded" else f"{strand}-stranded"
    chosen = np.ascontiguousarray(values[:, strands.index(strand)])
    return chosen, [note("strandedness", f"{words} counts taken ({shown})", where=where)]


def _format_words(kind: Format, n_files: int) -> str:
    return str(kind) if n_files == 1 else f"{kind} ({n_files} files)"
