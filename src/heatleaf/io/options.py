"""What a user may say about a table; everything is recognised from the content when nothing is said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

MAX_INPUT_BYTES = 10_000_000_000  # requirement S11: what a file may expand to


@dataclass(frozen=True)
class ReadOptions:
    """How to read a table; every field may be left at its default.

    delimiter : one character. encoding : a Python codec name, for text that is not UTF-8. sheet : of a workbook.
    transpose : samples are in rows. duplicates : what to do with a gene id that occurs more than once.
    strand : which of STAR's three columns. tx2gene, annotation : transcript -> gene as a table or as a GTF file.
    max_input_bytes : limit of the expanded size. gene_column : the column that holds the gene ids.
    strip_version : take versions off Ensembl ids (ENSG00000000003.14).
    """

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    transpose: bool = False
    duplicates: Literal["refuse", "sum"] = "refuse"
    strand: Literal["unstranded", "forward", "reverse"] | None = None
    tx2gene: Path | None = None
    annotation: Path | None = None
    max_input_bytes: int = MAX_INPUT_BYTES
    gene_column: str | None = None
    strip_version: bool = False
