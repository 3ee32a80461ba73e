"""The genes of an annotation (GTF, as Ensembl and GENCODE give it): id, symbol and biotype."""

from __future__ import annotations

import re
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.gtf import LINE
from heatleaf.io.source import Source
from heatleaf.io.text import read_chunks

_GENE = re.compile(rb'gene_id "([^"]+)"')
_NAME = re.compile(rb'gene_name "([^"]+)"')
_BIOTYPE = re.compile(rb'gene_(?:bio)?type "([^"]+)"')


def read_gene_features(path: Path | str) -> list[tuple[str, str, str]]:
    """Read (gene id, symbol, biotype) of the lines of feature `gene`, by id; "" for what a line does not say.

    Raises
    ------
    UserError
        format, with file and line: a line that is none of a GTF file; no genes.
    """
    source = Source(Path(path))
    source.refuse_other_kinds()
    rows: dict[str, tuple[str, str, str]] = {}
    for chunk in read_chunks(source):
        for number, line in enumerate(chunk.text.split(b"\n")[:-1], start=chunk.line):
            if not line or line.startswith(b"#"):
                continue
            if not LINE.match(line):
                raise _damaged(
                    "ends early or is damaged: a line is none of a GTF file", f"{source.name} line {number:,}"
                )
            if b"\tgene\t" in line and (match := _GENE.search(line)):
                gene_id = match[1].decode()
                rows[gene_id] = (gene_id, _text(_NAME, line), _text(_BIOTYPE, line))
    if not rows:
        raise _damaged("has no genes", source.name)
    return [rows[gene_id] for gene_id in sorted(rows)]


def _text(pattern: re.Pattern[bytes], line: bytes) -> str:
    match = pattern.search(line)
    return match[1].decode() if match else ""


def _damaged(what: str, where: str) -> UserError:
    return UserError("format", what, where=where, fix="download it again; heatleaf resources fetch does that")
