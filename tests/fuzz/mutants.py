# ruff: noqa: E501 - files in one line each
"""Good files of every kind that is read, the ways of damaging them, and what must hold for each damaged one.

Shared by the bounded tests here and by benchmarks/soak.py. A mutant is made from a seed alone, so that one that fails
can be made again.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import json
import lzma
import random
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from heatleaf.errors import CATALOGUE, UserError
from heatleaf.io import ReadOptions, read_counts, read_expression
from heatleaf.io.finished_run import open_run
from heatleaf.io.gaf import read_annotations
from heatleaf.io.gene_info import read_gene_info
from heatleaf.io.gene_values import read_gene_values
from heatleaf.io.gtf import read_gene_names, read_transcript_genes
from heatleaf.io.obo import read_ontology
from heatleaf.io.old_results import find_old_results
from heatleaf.io.pathway_table import read_pathway_table
from heatleaf.io.size_factor_file import read_size_factors

sys.path.insert(0, str(Path(__file__).parents[1] / "io"))
from test_damage import FORMATS, READERS, Files, lines, read_table

PLAIN = FORMATS["matrix"]["counts.tsv"]
MATRIX = lines("gene\tS1\tS2\tS3", *(f"Gene{i}\t{i * 3}\t{i * 7 % 5}.25\t1e{i % 4}" for i in range(14)))
GTF = lines(
    *(
        f'1\tx\t{kind}\t1\t9\t.\t+\t.\tgene_id "G{i // 2}"; transcript_id "ENST0000000000{i}"; gene_name "N{i // 2}";'
        for i in range(8)
        for kind in ("gene", "transcript", "exon")
    )
)
OBO = lines(
    "format-version: 1.2",
    "data-version: releases/2024-06-17",
    *(f"\n[Term]\nid: GO:000000{i}\nname: t{i}\nnamespace: biological_process\nis_a: GO:000000{i // 2} ! x" for i in range(2, 7)),
    "\n[Term]\nid: GO:0000001\nname: root\nnamespace: biological_process",
    "\n[Term]\nid: GO:0000008\nname: part\nnamespace: biological_process\nrelationship: part_of GO:0000003 ! y",
)  # fmt: skip
GAF = lines(
    "!gaf-version: 2.2",
    "!date-generated: 2024-06-10",
    *(
        f"SGD\tS{i}\tTFC{i}\tpart_of\tGO:000000{i}\tPMID:1\tIDA\t\tC\t\tYAL00{i}C|F\tgene\ttaxon:559292\t20240101\tSGD\t\t"
        for i in range(6)
    ),
)
GENE_INFO = lines(
    "#tax_id\tGeneID\tSymbol\tLocusTag\tSynonyms\tdbXrefs",
    *(f"9606\t{i}\tSYM{i}\t-\t-\tMIM:1|Ensembl:ENSG0000000000{i}" for i in range(1, 8)),
)
PATHWAYS = lines(
    *(f"ENSG0000000000{i}\tR-HSA-{i % 3}\thttps://x/{i % 3}\tPathway {i % 3}\tTAS\tHomo sapiens" for i in range(9))
)
RECORD = json.dumps(
    {"schema_version": 1, "program": "heatleaf", "samples": {"sample_ids": ["S1"]}, "files": ["tables/a.tsv"]}, indent=2
).encode()
FINISHED = {
    "out/run.json": RECORD,
    "out/tables/normalized_counts.tsv": lines("gene_id\tgene_symbol\tS1", "G1\tA\t1.5", '"G\t2"\tB\t2', "G3\t\tNA"),
}


@dataclass(frozen=True)
class Kind:
    """Files that a reader is given the first of (or its folder, as told by `at`), and the reader."""

    files: Files
    read: Callable[[Path], object]
    at: str = ""

    def place(self, folder: Path) -> Path:
        return folder / (self.at or next(iter(self.files)))


def read_finished(folder: Path) -> None:
    finished = open_run(folder)
    find_old_results(folder, ())
    for name in ("G1", "A", "G\t2"):
        for gene_id, _ in finished.find_gene(name):
            finished.row("tables/normalized_counts.tsv", gene_id)


def read_with(table: str, annotation: str = "") -> Callable[[Path], None]:
    def read(path: Path) -> None:
        named = {"annotation": path.parent / annotation} if annotation else {"tx2gene": path.parent / table}
        read_counts(path, ReadOptions(**named))

    return read


KINDS: dict[str, Kind] = {
    name: Kind(files, READERS.get(name, read_table), "in" if next(iter(files)).startswith("in/") else "")
    for name, files in FORMATS.items()
    if name not in ("salmon", "kallisto")
}
KINDS |= {
    "plain": Kind({"counts.tsv": MATRIX}, read_expression),
    "gzip": Kind({"counts.tsv.gz": gzip.compress(PLAIN, mtime=0)}, read_table),
    "bzip2": Kind({"counts.tsv.bz2": bz2.compress(PLAIN)}, read_table),
    "xz": Kind({"counts.tsv.xz": lzma.compress(PLAIN)}, read_table),
    "UTF-16": Kind({"counts.tsv": PLAIN.decode().encode("utf-16")}, read_table),
    "salmon": Kind(
        {**FORMATS["salmon"], "tx2gene.tsv": lines("tx,gene", *(f"ENST0000000000{i},G{i // 2}" for i in range(8)))},
        read_with("tx2gene.tsv"),
        "in",
    ),
    "kallisto": Kind({**FORMATS["kallisto"], "genes.gtf": GTF}, read_with("", "genes.gtf"), "in"),
    "GTF": Kind({"genes.gtf": GTF}, lambda path: (read_transcript_genes(path), read_gene_names(path))),
    "OBO": Kind({"go.obo": OBO}, read_ontology),
    "GAF": Kind({"sgd.gaf": GAF}, read_annotations),
    "gene_info": Kind({"gene_info.tsv": GENE_INFO}, lambda path: read_gene_info(path, (9606,))),
    "pathways": Kind({"reactome.txt": PATHWAYS}, lambda path: read_pathway_table(path, "Homo sapiens", r"ENSG\d+")),
    "lengths": Kind({"lengths.tsv": lines("gene\tlength", *(f"G{i}\t{i * 100 + 1}" for i in range(9)))}, read_gene_values),
    "size factors": Kind({"factors.csv": lines("sample,size_factor", "S1,0.5", "S2,1.5")}, read_size_factors),
    "finished run": Kind(FINISHED, read_finished, "out"),
}  # fmt: skip

TOKENS = [
    b"\t", b"\n", b"\r\n", b"\r", b'"', b",", b";", b" ", b"NA", b"nan", b"-1", b"1e400", b"0x1F", b"1,5", b"inf", b"",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"#", b"=1+1", b"1-Mar", b"\xc3", b"\xe2\x80\xae", b"(" * 50, b")" * 50, b":",
    b"99999999999999999999", b"__no_feature", b"1.5", b"gene_id", b"<html>", b"PK\x03\x04", b"\x1f\x8b\x08", b"[", b"{", b"null",
]  # fmt: skip


def mutate(content: bytes, rng: random.Random) -> bytes:
    """Damage a file once: bytes, tokens, lines, fields, length."""
    way = rng.randrange(10)
    at = rng.randrange(len(content) + 1)
    if way == 0:
        return content[:at] + bytes([rng.randrange(256)]) + content[at + 1 :]
    if way == 1:
        return (
            content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]
            if at < len(content)
            else b""
        )
    if way == 2:
        return content[:at]
    if way == 3:
        return content[:at] + rng.choice(TOKENS) + content[at:]
    if way == 4:
        other = rng.randrange(len(content) + 1)
        return content[: min(at, other)] + content[max(at, other) :]
    rows = content.split(b"\n")
    i, j = rng.randrange(len(rows)), rng.randrange(len(rows))
    if way == 5:
        rows[i], rows[j] = rows[j], rows[i]
    elif way == 6:
        rows.insert(i, rows[j])
    elif way == 7:
        del rows[i]
    elif way == 8:
        cells = rows[i].split(b"\t")
        cells[rng.randrange(len(cells))] = rng.choice(TOKENS)
        rows[i] = b"\t".join(cells)
    else:
        rows[i] = rows[i] * rng.choice([2, 3, 100])
    return b"\n".join(rows)


def make_mutant(name: str, seed: int) -> tuple[str, Files]:
    """Return the file of a kind that was damaged, one to three times, and all its files."""
    rng = random.Random(f"{name} {seed}")
    files = KINDS[name].files
    victim = rng.choice(sorted(files))
    content = files[victim]
    for _ in range(rng.randint(1, 3)):
        content = mutate(content, rng)
    return victim, {**files, victim: content}


def check_mutant(name: str, seed: int, folder: Path) -> str:
    """Read a mutant; return the code of the refusal or "" where it was read. Raises where neither is right."""
    kind = KINDS[name]
    victim, files = make_mutant(name, seed)
    for file, content in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    try:
        found = kind.read(kind.place(folder))
    except UserError as refusal:
        text = str(refusal)
        assert refusal.code in CATALOGUE and text.endswith((".", "?")) and "\0" not in text, text
        assert len(text) < 5_000, f"a refusal of {len(text)} characters"
        return refusal.code
    if name == "plain":
        check_values(files[victim], found)
    return ""


PLAIN_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?(e[0-9])?")


def check_values(content: bytes, found: object) -> None:
    """Compare what was read with a simple second reading, where the file is simple enough for one."""
    text = content.decode("utf-8", errors="replace")
    if re.search(r"[\"#\r\x00\ufffd\ufeff]|__|,|;", text) or "\n\n" in text.strip("\n"):
        return
    rows = list(csv.reader(text.strip("\n").split("\n"), delimiter="\t", quoting=csv.QUOTE_NONE))
    if len({len(row) for row in rows}) != 1 or len(rows) < 3 or len(rows[0]) < 3:
        return
    body = [row[1:] for row in rows[1:]]
    if not all(PLAIN_NUMBER.fullmatch(cell) for row in body for cell in row):
        return
    names = [*rows[0], *(row[0] for row in rows)]
    if "gene_id" in rows[0] or not all(re.fullmatch(r"[A-Za-z]\w*", name) for name in names):
        return
    expected = np.array([[float(cell) for cell in row] for row in body])
    assert (list(found.gene_ids), list(found.sample_ids)) == ([row[0] for row in rows[1:]], rows[0][1:])
    np.testing.assert_array_equal(found.values, expected)
