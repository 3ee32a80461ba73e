"""Which gene each transcript is of, from a GTF file (Ensembl, GENCODE, RefSeq, yeast)."""

from __future__ import annotations

import re
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.source import Source
from heatleaf.io.text import read_chunks

TRANSCRIPT = re.compile(rb'transcript_id "([^"]+)"')
GENE = re.compile(rb'gene_id "([^"]+)"')
NAME = re.compile(rb'gene_name "([^"]+)"')
FEATURES = (b"\ttranscript\t", b"\texon\t", b"\tCDS\t", b"\tmRNA\t")
LINE = re.compile(rb"[^\t\n]+\t[^\t\n]*\t[A-Za-z_]+\t\d+\t\d+\t[^\t\n]*\t[-+.?]\t[012.]\t")


def is_annotation(text: bytes) -> bool:
    """Return whether the first line of a text, after comments, is one of a GTF or GFF file."""
    lines = (line for line in text.split(b"\n") if line.strip() and not line.startswith(b"#"))
    return LINE.match(next(lines, b"")) is not None


def read_transcript_genes(path: Path) -> dict[str, str]:
    """Read transcript_id -> gene_id.

    Raises
    ------
    UserError
        format: no line has both, as in GFF3 files.
    """
    source = Source(Path(path))
    source.refuse_other_kinds()
    genes: dict[bytes, bytes] = {}
    for chunk in read_chunks(source):
        for line in chunk.text.split(b"\n"):
            if not any(feature in line for feature in FEATURES):
                continue
            transcript, gene = TRANSCRIPT.search(line), GENE.search(line)
            if transcript and gene:
                genes.setdefault(transcript[1], gene[1])
    if not genes:
        raise UserError(
            "format",
            "has no lines with transcript_id and gene_id",
            where=source.name,
            fix="give a GTF file (not GFF3), as Ensembl and GENCODE offer it",
        )
    return {transcript.decode(): gene.decode() for transcript, gene in genes.items()}


def read_gene_names(path: Path) -> dict[str, str]:
    """Read gene_id -> gene_name of an annotation, from its lines of genes, else of exons; {} of another file."""
    source = Source(Path(path))
    if not is_annotation(source.head):
        return {}
    for feature in (b"\tgene\t", b"\texon\t"):
        names: dict[bytes, bytes] = {}
        for chunk in read_chunks(Source(Path(path))):
            for line in chunk.text.split(b"\n"):
                if (
                    feature in line
                    and (gene := GENE.search(line))
                    and gene[1] not in names
                    and (name := NAME.search(line))
                ):
                    names[gene[1]] = name[1]
        if names:
            return {gene.decode(): name.decode() for gene, name in names.items()}
    return {}
