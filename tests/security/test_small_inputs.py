"""Small files made to cost much (S20): each is answered soon, with a table or a refusal."""

# ruff: noqa: E501 - one case per line reads as a table

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from heatleaf.errors import UserError
from heatleaf.io import read_counts, read_expression, read_gene_sets, read_newick, read_samples
from heatleaf.io.obo import read_ontology

N = 200_000
CASES: dict[str, tuple[str, Callable[[Path], object], bytes]] = {
    "many quotes": ("t.tsv", read_expression, b'gene\ta\n"' + b'""' * N + b'"\t1\n'),
    "open quotes": ("t.tsv", read_expression, b"gene\ta\n" + b'"x\t1\n' * N),
    "many tabs": ("t.tsv", read_expression, b"gene" + b"\t" * N + b"\n"),
    "many empty lines": ("t.tsv", read_expression, b"\n" * 10 * N),
    "many comments": ("t.tsv", read_expression, b"#\n" * 5 * N),
    "one gene over and over": ("t.tsv", read_counts, b"gene\ta\n" + b"x\t1\n" * N),
    "genes that differ by case": ("t.tsv", read_counts, b"gene\ta\n" + b"".join(b"aB%x\t1\naB%X\t1\n" % (i, i) for i in range(20_000))),
    "deep tree": ("t.nwk", read_newick, b"(" * N + b"a" + b":1)" * N + b";"),
    "open tree": ("t.nwk", read_newick, b"(" * N),
    "wide tree": ("t.nwk", read_newick, b"(" + b",".join(b"l%d:1" % i for i in range(20_000)) + b");"),
    "sheet of one wide cell": ("s.csv", read_samples, b"sample,group\ns1," + b"x" * N + b"\n"),
    "sheet with many columns": ("s.csv", read_samples, b"sample" + b"".join(b",c%d" % i for i in range(20_000)) + b"\ns1" + b",1" * 20_000 + b"\n"),
    "many empty sets": ("s.gmt", read_gene_sets, b"".join(b"S%d\t\n" % i for i in range(N))),
    "one set of many genes": ("s.gmt", read_gene_sets, b"S\t\t" + b"\t".join(b"g%d" % i for i in range(N)) + b"\n"),
    "circle of terms": ("t.obo", read_ontology, b"format-version: 1.2\n\n" + b"".join(b"[Term]\nid: X:%d\nname: n\nis_a: X:%d\n\n" % (i, (i + 1) % 5_000) for i in range(5_000))),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_small_hostile_files_are_answered_soon(name: str, tmp_path: Path) -> None:
    """S20: processor time, so that a busy machine does not fail the test."""
    file, reader, content = CASES[name]
    path = tmp_path / file
    path.write_bytes(content)
    started = time.process_time()
    try:
        reader(path)
    except UserError as refusal:
        assert len(str(refusal)) < 2_000  # the refusal itself stays readable
    assert time.process_time() - started < 10
