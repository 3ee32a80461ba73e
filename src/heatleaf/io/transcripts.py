"""From transcripts to genes: which gene a transcript is of, and counts that allow for transcript length."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heatleaf.errors import UserError
from heatleaf.io.gtf import is_annotation, read_transcript_genes
from heatleaf.io.layout import split_line
from heatleaf.io.options import ReadOptions
from heatleaf.io.source import Source
from heatleaf.io.text import read_text
from heatleaf.model import Message, note, warning

VERSION = re.compile(r"\.\d+$")
GENE_HEADERS = frozenset({"gene", "gene_id", "geneid", "gene_ids", "ensembl_gene_id", "ensgene"})


def genes_of_transcripts(
    transcripts: Sequence[str], name: str, options: ReadOptions
) -> tuple[list[str | None], list[Message]]:
    """Return the gene of each transcript, None where the map does not know it.

    Raises
    ------
    UserError
        transcript_level: no map was given, or none of the transcripts is in it.
    """
    source = options.tx2gene or options.annotation
    if source is None:
        what = f"transcript-level table ({transcripts[0]}, ...)"
        raise UserError(
            "transcript_level",
            what,
            where=name,
            fix="give --tx2gene (transcript and gene), or --annotation (a GTF file)",
        )
    ids = [transcript.split("|")[0] for transcript in transcripts]  # GENCODE's names: transcript|gene|...
    known = set(ids)
    gene_of, messages = _read_map(source, "--tx2gene" if options.tx2gene else "--annotation", known)
    genes: list[str | None] = [gene_of.get(transcript) for transcript in ids]
    n_exact = sum(gene is not None for gene in genes)
    if n_exact < len(ids):
        loose = _without_versions(ids, gene_of)
        n_loose = sum(gene is not None for gene in loose)
        if n_loose > n_exact:
            what = f"{n_loose - n_exact:,} transcripts found after leaving the version (.1, .2) away"
            messages.append(note("gene_version", what, where=name))
            genes = [exact or other for exact, other in zip(genes, loose, strict=True)]
    return genes, messages + _tell_unmapped(transcripts, genes, name, Path(source).name)


def length_scaled_counts(
    length: NDArray[np.float64],
    abundance: NDArray[np.float64],
    counts: NDArray[np.float64],
    gene_of_transcript: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Return gene counts proportional to gene TPM times average gene length, with the sample's total of counts.

    Parameters
    ----------
    length, abundance, counts : float64 arrays of shape (n_transcripts, n_samples), in bases (effective), TPM, reads.
    gene_of_transcript : int array of shape (n_transcripts,), positions 0 .. n_genes - 1.

    Returns
    -------
    float64 array of shape (n_genes, n_samples).

    Notes
    -----
    The gene length of a sample is the mean effective length of its transcripts, weighted by their abundance; where a
    gene has no abundance in a sample, it is the geometric mean over the other samples, and where it has none in any,
    the plain mean over transcripts and samples. So a change of isoforms does not look like a change of expression.

    References
    ----------
    Soneson, Love & Robinson 2015, F1000Research 4:1521, "lengthScaledTPM".
    """
    n_genes = int(gene_of_transcript.max()) + 1

    def gene_sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.zeros((n_genes, values.shape[1]))
        np.add.at(sums, gene_of_transcript, values)
        return sums

    n_transcripts = np.bincount(gene_of_transcript, minlength=n_genes)
    plain = gene_sums(length.mean(axis=1, keepdims=True))[:, 0] / n_transcripts
    scaled = scale_by_length(gene_sums(abundance), gene_sums(abundance * length), plain)
    return scaled * total_factors(counts.sum(axis=0), scaled.sum(axis=0))


def scale_by_length(
    gene_abundance: NDArray[np.float64], weighted: NDArray[np.float64], plain: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return gene TPM times average gene length, of any number of genes at a time; see `length_scaled_counts`.

    Parameters
    ----------
    gene_abundance, weighted : float64 arrays of shape (n_genes, n_samples): sums over the transcripts of a gene of TPM,
        and of TPM times effective length.
    plain : float64 array of shape (n_genes,): mean effective length over transcripts and samples, in bases.

    Returns
    -------
    float64 array of shape (n_genes, n_samples).
    """
    has_abundance = gene_abundance > 0
    gene_length = np.divide(weighted, gene_abundance, out=np.ones_like(weighted), where=has_abundance)
    n_known = has_abundance.sum(axis=1)
    geometric = np.exp((np.log(gene_length) * has_abundance).sum(axis=1) / np.maximum(n_known, 1))
    filler = np.where(n_known > 0, geometric, plain)
    average = np.where(has_abundance, gene_length, filler[:, None]).mean(axis=1)
    scaled: NDArray[np.float64] = gene_abundance * average[:, None]
    return scaled


def total_factors(totals: NDArray[np.float64], scaled_totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each sample is multiplied by so that its sum is its total of counts; 0 for a sample without any.

    totals, scaled_totals : float64 arrays of shape (n_samples,).
    """
    factors: NDArray[np.float64] = np.divide(totals, scaled_totals, out=np.zeros_like(totals), where=scaled_totals > 0)
    return factors


def _read_map(path: Path, option: str, known: set[str]) -> tuple[Mapping[str, str], list[Message]]:
    """Read a table or an annotation as what it is, whichever of the two options named it."""
    source = Source(path)
    holds_annotation = is_annotation(source.head)
    gene_of = read_transcript_genes(path) if holds_annotation else _read_tx2gene(path, known)
    if holds_annotation == (option == "--annotation"):
        return gene_of, []
    kind = "an annotation (GTF)" if holds_annotation else "a table of transcripts and genes"
    return gene_of, [note("format", f"is {kind}, given with {option}; read as such", where=source.name)]


def _read_tx2gene(path: Path, transcripts: set[str]) -> dict[str, str]:
    """Read a table of transcripts and genes; the column that holds the transcripts is told by its content."""
    source = Source(Path(path))
    source.refuse_other_kinds()
    lines = [line for line in read_text(source).split("\n") if line and not line.startswith("#")]
    if not lines:
        what = "has no table of transcripts and genes: all lines are comments or blank"
        raise UserError("file_empty", what, where=source.name, fix="export it again")
    delimiter = max("\t,; ", key=lines[0].count)
    rows = [split_line(line, delimiter) for line in lines]
    width = min(map(len, rows))
    if width < 2:
        raise UserError("transcript_level", "needs a column of transcripts and one of genes", where=source.name)
    bare = {VERSION.sub("", name) for name in transcripts}
    hits = [sum(VERSION.sub("", row[i]) in bare for row in rows) for i in range(width)]
    i_transcript = int(np.argmax(hits))
    header = [cell.lower() for cell in rows[0]]
    named = [i for i, cell in enumerate(header[:width]) if cell in GENE_HEADERS and i != i_transcript]
    i_gene = named[0] if named else (1 if i_transcript == 0 else 0)
    return {row[i_transcript]: row[i_gene] for row in rows if row[i_gene]}


def _without_versions(ids: Sequence[str], gene_of: Mapping[str, str]) -> list[str | None]:
    """Look up transcripts by their ids without version; what becomes ambiguous is not taken."""
    bare: dict[str, str | None] = {}
    for transcript, gene in gene_of.items():
        key = VERSION.sub("", transcript)
        bare[key] = gene if bare.get(key, gene) == gene else None
    return [bare.get(VERSION.sub("", transcript)) for transcript in ids]


def _tell_unmapped(transcripts: Sequence[str], genes: Sequence[str | None], name: str, map_name: str) -> list[Message]:
    unmapped = [transcript for transcript, gene in zip(transcripts, genes, strict=True) if gene is None]
    if len(unmapped) == len(transcripts):
        raise UserError(
            "transcript_level",
            f"none of {len(transcripts):,} transcripts ({transcripts[0]}, ...) is in {map_name}",
            where=name,
            fix="give the annotation that the transcripts were quantified with",
        )
    if not unmapped:
        return []
    what = f"{len(unmapped):,} of {len(transcripts):,} transcripts are not in {map_name} and are left out"
    return [warning("transcript_level", f"{what} (first: {unmapped[0]})", where=name)]
