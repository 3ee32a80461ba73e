"""The transcripts that reads are compared with, and the gene of each: from the headers of the FASTA file, or a GTF.

Headers are understood as Ensembl (gene:...), GENCODE (transcript|gene|...), RefSeq ((SYMBOL), mRNA) and gffread
(gene=...) write them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.gtf import read_gene_names
from heatleaf.io.options import ReadOptions
from heatleaf.io.source import Source
from heatleaf.io.text import Chunk, read_chunks
from heatleaf.io.transcripts import genes_of_transcripts
from heatleaf.model import Message, note

_HEADER = re.compile(rb"^>([^\n]*)", re.MULTILINE)
_GENE = re.compile(r"\bgene[:=]([^\s;]+)")
_SYMBOL = re.compile(r"\b(?:gene_symbol:|gene_name=)([^\s;]+)")
_REFSEQ = re.compile(r"\(([^()\s]+)\)(?:, transcript variant [^,]+)?, (?:mRNA|ncRNA|\w+ RNA|rRNA|misc_RNA)")
_VERSION = re.compile(r"(?<=\d)\.\d+(?=$|_PAR_Y$)")
_GENCODE_PARTS = 7
_GENOME_LENGTH = 50_000  # mean bases of a sequence: human transcripts have 1,600, the longest (TTN) 110,000
_NO_LIMIT = 1 << 62


@dataclass(frozen=True)
class Reference:
    """Where the transcripts are.

    transcripts : FASTA files, plain or gzip. annotation : GTF, or a table of transcripts and genes; None where the
    headers name the genes. organism, release : "" where nobody said.
    """

    transcripts: tuple[Path, ...]
    annotation: Path | None = None
    organism: str = ""
    release: str = ""


@dataclass(frozen=True)
class TranscriptGenes:
    """The gene of each transcript, in the order of the FASTA files.

    transcript_ids : the first word of the header, as kallisto and salmon write it. gene_ids : without Ensembl versions,
    None where the annotation does not know the transcript. gene_symbols : "" where the header says none.
    """

    transcript_ids: tuple[str, ...]
    gene_ids: tuple[str | None, ...]
    gene_symbols: tuple[str, ...]
    messages: tuple[Message, ...] = ()

    @property
    def tx2gene(self) -> dict[str, str]:
        """Transcript to gene, of those whose gene is known."""
        pairs = zip(self.transcript_ids, self.gene_ids, strict=True)
        return {transcript: gene for transcript, gene in pairs if gene is not None}

    @property
    def symbol_of(self) -> dict[str, str]:
        """Gene id to symbol, of those that have one."""
        pairs = zip(self.gene_ids, self.gene_symbols, strict=True)
        return {gene: symbol for gene, symbol in pairs if gene is not None and symbol}


def transcript_genes(reference: Reference) -> TranscriptGenes:
    """Read which gene each transcript is of.

    Raises
    ------
    UserError
        transcripts: no FASTA, a genome, an id that occurs twice; transcript_level: the headers name no genes and no
        annotation is given, or none of the transcripts is in it; and the refusals of any file.
    """
    headers = [header for path in reference.transcripts for header in read_headers(path)]
    ids = tuple(header.split(None, 1)[0] if header.strip() else "" for header in headers)
    _refuse_repeated(ids, reference)
    parsed = [parse_header(header) for header in headers]
    name = reference.transcripts[0].name
    if reference.annotation is None:
        genes, messages = _genes_of_headers(ids, [gene for gene, _ in parsed], name)
    else:
        genes, messages = genes_of_transcripts(ids, name, ReadOptions(annotation=reference.annotation))
    symbols = tuple(symbol for _, symbol in parsed)
    if reference.annotation is not None and not any(symbols):
        names = read_gene_names(reference.annotation)
        symbols = tuple(names.get(gene or "", "") for gene in genes)
    stable = tuple(None if gene is None else _VERSION.sub("", gene) for gene in genes)
    return TranscriptGenes(ids, stable, symbols, tuple(messages))


def _genes_of_headers(ids: Sequence[str], genes: Sequence[str], name: str) -> tuple[list[str | None], list[Message]]:
    """Take the genes that the headers name, and a transcript without one as a gene itself."""
    n_named = sum(map(bool, genes))
    if not n_named:
        what = f"the headers name no genes ({ids[0]}, ...)"
        fix = "give --annotation (the GTF file of the same release, or a table of transcripts and genes)"
        raise UserError("transcript_level", what, where=name, fix=fix)
    if n_named == len(ids):
        return list(genes), []
    what = f"{len(ids) - n_named:,} of {len(ids):,} transcripts name no gene and are taken as genes themselves"
    told = note("transcript_level", what, where=name)
    return [gene or own for gene, own in zip(genes, ids, strict=True)], [told]


def parse_header(header: str) -> tuple[str, str]:
    """Return the gene id (without an Ensembl version) and the symbol of a header, "" where it does not say.

    Examples
    --------
    >>> parse_header("ENST1.2 cdna chromosome:GRCh38:1:1:9:1 gene:ENSG05.3 gene_symbol:ACTB description:actin")
    ('ENSG05', 'ACTB')
    >>> parse_header("ENST1.2|ENSG05.3|OTTG1|OTTT1|ACTB-201|ACTB|1812|protein_coding|")
    ('ENSG05', 'ACTB')
    >>> parse_header("NM_1.5 Homo sapiens actin beta (ACTB), mRNA")
    ('ACTB', 'ACTB')
    """
    parts = header.split("|")
    if len(parts) >= _GENCODE_PARTS:
        return _VERSION.sub("", parts[1]), parts[5]
    gene, symbol = _GENE.search(header), _SYMBOL.search(header)
    if gene:
        return _VERSION.sub("", gene[1]), symbol[1] if symbol else ""
    refseq = _REFSEQ.search(header)
    return (refseq[1], refseq[1]) if refseq else ("", "")


def read_headers(path: Path) -> list[str]:
    """Return the headers of a FASTA file, without ">".

    Raises
    ------
    UserError
        transcripts: no FASTA, or a genome.
    """
    headers: list[str] = []
    n_bytes = 0
    for chunk in fasta_chunks(path):
        headers += [match[1].decode().rstrip("\r") for match in _HEADER.finditer(chunk.text)]
        n_bytes += len(chunk.text)
    is_genome = n_bytes > _GENOME_LENGTH * len(headers) or " dna:chromosome" in headers[0]
    if is_genome:
        what = f"holds a genome ({len(headers):,} sequences), not transcripts"
        fix = "give the file of transcripts: cdna.all.fa.gz at Ensembl, transcripts.fa.gz at GENCODE"
        raise UserError("transcripts", what, where=path.name, fix=fix)
    return headers


def fasta_chunks(path: Path) -> Iterator[Chunk]:
    """Yield the lines of a FASTA file in chunks, after a look at whether it is one.

    Raises
    ------
    UserError
        transcripts.
    """
    source = Source(path, _NO_LIMIT)
    if not source.head.startswith(b">"):
        shown = source.head[:30].split(b"\n")[0].decode("utf-8", "replace")
        what = f"is not FASTA: it starts with '{shown}', not with '>'"
        fix = "give the file of transcripts: cdna.all.fa.gz at Ensembl, transcripts.fa.gz at GENCODE"
        raise UserError("transcripts", what, where=path.name, fix=fix)
    yield from read_chunks(source)


def _refuse_repeated(ids: tuple[str, ...], reference: Reference) -> None:
    again = [name for name, n_times in Counter(ids).items() if n_times > 1]
    if again:
        what = f"the transcript '{again[0]}' occurs twice ({len(again):,} such ids)"
        where = " and ".join(path.name for path in reference.transcripts)
        raise UserError("transcripts", what, where=where, fix="give each file of transcripts once")
