"""Annotations of genes with terms of the Gene Ontology, in GAF files (versions 2.0 to 2.2)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np

from heatleaf.errors import UserError
from heatleaf.io.source import Source
from heatleaf.io.text import read_chunks
from heatleaf.model import Annotations, Message, note

N_COLUMNS = (15, 17)  # GAF 1.0 had 15, all since have 17
_MEND = "download it again; heatleaf resources fetch does that"
_GO_ID = re.compile(r"GO:\d{7}")
_HEADER = re.compile(r"!\s*(gaf-version|date-generated|generated-by|date|Date)\s*:\s*(.*\S)")
_ASPECTS = frozenset("PFC")
# Complexes are no genes, and no count table has a row for one.
_NO_GENES = frozenset({"protein_complex", "complex", "protein-containing complex"})


@dataclass
class _Tally:
    """What is gathered from the lines; pairs are one number, gene * 2**32 + term, so that a set finds doubles fast."""

    genes: defaultdict[str, int]
    terms: defaultdict[str, int]
    pairs: set[int] = field(default_factory=set)
    loci: dict[int, str] = field(default_factory=dict)
    other_taxa: Counter[str] = field(default_factory=Counter)
    n_not: int = 0
    n_complexes: int = 0


def read_annotations(path: Path | str, taxa: Collection[int] = (), locus_pattern: str = "") -> Annotations:
    """Read which gene was annotated with which term; every evidence code counts.

    Parameters
    ----------
    path : path
        Plain or compressed.
    taxa : collection of int
        Numbers of the NCBI taxonomy that are kept; none keeps all.
    locus_pattern : str
        Regular expression of systematic names (of yeast, for example), looked for among id, symbol and synonyms.

    Returns
    -------
    Annotations
        Genes by symbol in the order of the file. Left out and counted in notes: annotations with NOT, protein
        complexes, other taxa.

    Raises
    ------
    UserError
        format, with file and line: no GAF file, a line with another number of columns, a term that is none, a row
        without a symbol; organism: no row is of the taxa; and the refusals of any file.

    Notes
    -----
    GO Annotation File format 2.2. O(lines): about 4 s for a million of them.
    """
    source = Source(Path(path))
    source.refuse_other_kinds()
    tally = _Tally(defaultdict(count().__next__), defaultdict(count().__next__))
    header: dict[str, str] = {}
    wanted = frozenset(f"taxon:{taxon}" for taxon in taxa)
    locus = re.compile(locus_pattern) if locus_pattern else None
    for chunk in read_chunks(source):
        for number, line in enumerate(chunk.text.decode().split("\n")[:-1], start=chunk.line):
            if line.startswith("!"):
                _read_header(line, header)
            elif line:
                if "gaf-version" not in header:
                    what = "is not a GAF file: it does not begin with !gaf-version"
                    raise _damaged(what, source.name, number)
                _read_row(line, tally, (wanted, locus), f"{source.name} line {number:,}")
    _require_rows(tally, taxa, source.name)
    return _assemble(tally, header, source.name)


def _read_header(line: str, header: dict[str, str]) -> None:
    if match := _HEADER.match(line):
        header.setdefault(match[1].lower(), match[2])


def _read_row(line: str, tally: _Tally, kept: tuple[frozenset[str], re.Pattern[str] | None], where: str) -> None:
    cells = line.split("\t")
    if len(cells) not in N_COLUMNS:
        what = f"ends early or is damaged: a line has {len(cells)} columns, not {N_COLUMNS[1]}"
        raise UserError("format", what, where=where, fix=_MEND)
    symbol, qualifier, term = cells[2], cells[3], cells[4]
    if term not in tally.terms and not _GO_ID.fullmatch(term):
        raise UserError("format", f"'{term[:20]}' in column 5 is not a GO id", where=where, fix=_MEND)
    if not symbol or cells[8] not in _ASPECTS:
        what = "has no gene symbol in column 3" if not symbol else f"'{cells[8][:20]}' in column 9 is none of P, F, C"
        raise UserError("format", what, where=where, fix=_MEND)
    wanted, locus = kept
    taxon = cells[12].partition("|")[0]
    if wanted and taxon not in wanted:
        tally.other_taxa[taxon] += 1
    elif "NOT" in qualifier:
        tally.n_not += 1
    elif cells[11] in _NO_GENES:
        tally.n_complexes += 1
    else:
        gene = tally.genes[symbol]
        tally.pairs.add((gene << 32) + tally.terms[term])
        if locus is not None and gene not in tally.loci:
            tally.loci[gene] = _locus_of(cells, locus)


def _locus_of(cells: list[str], locus: re.Pattern[str]) -> str:
    names = (cells[2], cells[1], *cells[10].split("|"))
    return next((name for name in names if locus.fullmatch(name)), "")


def _require_rows(tally: _Tally, taxa: Collection[int], name: str) -> None:
    if tally.pairs:
        return
    if tally.other_taxa:
        (found, _), *_ = tally.other_taxa.most_common(1)
        asked = ", ".join(str(taxon) for taxon in taxa)
        what = f"holds annotations of {found}, not of taxon {asked}"
        raise UserError("organism", what, where=name, fix="give the file of the organism that is fetched")
    raise _damaged("has no annotations", name)


def _assemble(tally: _Tally, header: dict[str, str], name: str) -> Annotations:
    pairs = np.fromiter(tally.pairs, dtype=np.int64, count=len(tally.pairs))
    pairs.sort()
    date = header.get("date-generated", header.get("date", ""))
    return Annotations(
        tuple(tally.genes),
        tuple(tally.loci.get(gene, "") for gene in range(len(tally.genes))),
        tuple(tally.terms),
        (pairs >> 32).astype(np.int32),
        (pairs & 0xFFFFFFFF).astype(np.int32),
        date[:10],
        tuple(_messages(tally, name)),
    )


def _messages(tally: _Tally, name: str) -> list[Message]:
    left_out = {
        "that say NOT": tally.n_not,
        "of protein complexes": tally.n_complexes,
        "of other organisms": tally.other_taxa.total(),
    }
    return [
        note("gene_sets", f"{n:,} annotations {words} are left out", where=name) for words, n in left_out.items() if n
    ]


def _damaged(what: str, name: str, line: int = 0) -> UserError:
    return UserError("format", what, where=f"{name} line {line:,}" if line else name, fix=_MEND)
