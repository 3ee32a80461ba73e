"""Symbols of NCBI (Entrez) gene ids, in NCBI's gene_info files."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from heatleaf.errors import UserError
from heatleaf.io.source import Source
from heatleaf.io.text import read_chunks

HEADER = "#tax_id\tGeneID\tSymbol\tLocusTag"


def read_gene_info(path: Path | str, taxa: Collection[int]) -> dict[str, str]:
    """Read gene id -> symbol of the given taxa.

    Raises
    ------
    UserError
        format, with file and line: no gene_info file, a line that is cut; organism: no row is of the taxa.
    """
    source = Source(Path(path))
    source.refuse_other_kinds()
    wanted = {str(taxon) for taxon in taxa}
    symbols: dict[str, str] = {}
    n_columns = 0
    for chunk in read_chunks(source):
        for number, line in enumerate(chunk.text.decode().split("\n")[:-1], start=chunk.line):
            cells = line.split("\t")
            if not n_columns:
                n_columns = len(cells) if line.startswith(HEADER) else -1
            elif len(cells) == n_columns and cells[0] in wanted and cells[2] != "-":
                symbols[cells[1]] = cells[2]
            if len(cells) != n_columns:
                what = (
                    "is not a gene_info file" if n_columns < 0 else f"a line has {len(cells)} columns, not {n_columns}"
                )
                fix = "download it again; heatleaf resources fetch does that"
                raise UserError("format", what, where=f"{source.name} line {number:,}", fix=fix)
    if not symbols:
        what = f"holds no genes of taxon {', '.join(sorted(wanted))}"
        raise UserError("organism", what, where=source.name, fix="give the file of the organism that is fetched")
    return symbols
