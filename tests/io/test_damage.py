"""Damaged files of every format: each is read or refused in a sentence, never a traceback (requirements 2, test d)."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.io import (
    ReadOptions,
    read_cls,
    read_clusters,
    read_counts,
    read_expression,
    read_gct,
    read_gene_list,
    read_gene_sets,
    read_newick,
    read_samples,
    read_tree_view,
)

ROUNDS = 100
Files = dict[str, bytes]


def lines(*rows: object) -> bytes:
    return "".join(f"{row}\n" for row in rows).encode()


def workbook() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("counts")
        for i, row in enumerate([["gene", "S1", "S2"], *[[f"G{i}", i, 2 * i + 1] for i in range(12)]]):
            page.write_row(i, 0, row)
    return target.getvalue()


QUANT = [f"ENST0000000000{i}\t90{i}\t80{i}\t{i}.5\t{i}.25" for i in range(8)]
KALLISTO = [f"ENST0000000000{i}\t90{i}\t80{i}\t{i}.25\t{i}.5" for i in range(8)]
STAR = [*(f"N_{name}\t5\t5\t5" for name in ("unmapped", "multimapping", "noFeature", "ambiguous"))]
STAR += [f"G{i}\t{10 + i}\t{i % 2}\t{9 + i}" for i in range(9)]
RSEM = [f"G{i}\tT{i},U{i}\t900\t800\t{i}.5\t1.5\t2.5" for i in range(9)]
TX2GENE = lines("tx\tgene", *(f"ENST0000000000{i}\tG{i // 2}" for i in range(8)))

CDT = lines(
    "GID\tgene_id\tNAME\tGWEIGHT\tS1\tS2",
    "AID\t\t\t\tARRY0X\tARRY1X",
    "EWEIGHT\t\t\t\t1\t1",
    *(f"GENE{i}X\tG{i}\tA{i}\t1\t{i}.5\t{'' if i == 2 else i}" for i in range(4)),
)
GTR = lines("NODE1X\tGENE0X\tGENE1X\t0.9", "NODE2X\tGENE2X\tGENE3X\t0.75", "NODE3X\tNODE1X\tNODE2X\t-0.75")
ATR = lines("NODE1X\tARRY0X\tARRY1X\t0.5")

FORMATS: dict[str, Files] = {
    "matrix": {"counts.tsv": lines("gene\tS1\tS2\tS3", *(f"G{i}\t{i}\t{i * 7 % 5}\t3" for i in range(12)))},
    "csv": {"counts.csv": lines('"gene","S1","S2"', *(f'"G{i}",{i},{i * 7 % 5}.0' for i in range(12)))},
    "featureCounts": {
        "fc.txt": lines(
            "# Program:featureCounts v2.0",
            "Geneid\tChr\tStart\tEnd\tStrand\tLength\t/p/a.bam\t/p/b.bam",
            *(f"G{i}\tchr1;chr1\t1;5\t3;9\t+;+\t8\t{i}\t{i + 2}" for i in range(12)),
        )
    },
    "HTSeq": {
        f"in/{name}.htseq.txt": lines(*(f"G{i}\t{i * k}" for i in range(12)), "__no_feature\t5", "__ambiguous\t1")
        for k, name in enumerate("abc", 1)
    },
    "STAR": {f"in/{name}ReadsPerGene.out.tab": lines(*STAR) for name in "ab"},
    "RSEM": {
        f"in/{name}.genes.results": lines(
            "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM", *RSEM
        )
        for name in "ab"
    },
    "salmon": {
        f"in/{name}/quant.sf": lines("Name\tLength\tEffectiveLength\tTPM\tNumReads", *QUANT) for name in "ab"
    },
    "kallisto": {
        f"in/{name}/abundance.tsv": lines("target_id\tlength\teff_length\test_counts\ttpm", *KALLISTO) for name in "ab"
    },
    "GCT": {
        "m.gct": lines("#1.2", "9\t2", "Name\tDescription\tS1\tS2", *(f"G{i}\td{i}\t{i}\t{i + 1}" for i in range(9)))
    },
    "xlsx": {"m.xlsx": workbook()},
    "sheet": {"samples.csv": lines("sample,condition,age", *(f"S{i},{'ab'[i % 2]},{30 + i}" for i in range(6)))},
    "GMT": {"sets.gmt": lines("A\tfirst\tG1\tG2\tG3", "B\thttp://x\tG4", "C\t\tG1\tG5")},
    "list": {"genes.txt": lines("gene_id\tlfc", "G1\t2", "G2\t-1")},
    "CDT": {"m.cdt": CDT},
    "CDT with trees": {"m.cdt": CDT, "m.gtr": GTR, "m.atr": ATR},
    "GCT 1.3": {
        "m.gct": lines("#1.3", "2\t2\t1\t1", "id\tcluster\tS1\tS2", "kind\tna\ta\t", "G1\t1\t0.5\tNaN", "G2\t2\t1\t2")
    },
    "Newick": {"t.nwk": lines("((a:0.1,'b c':0.1):1.65,('it''s':0.25,d:0.25):1.5);")},
    "CLS": {"m.cls": lines("3 2 1", "# b a", "0 0 1")},
    "clusters": {"c.tsv": lines("gene_id\tgene_symbol\tcluster\tposition", "G1\tA\t1\t1", "G2\t\t2\t2")},
}  # fmt: skip


def read_table(path: Path) -> None:
    options = ReadOptions(tx2gene=path.parent / "tx2gene.tsv" if path.is_dir() else None)
    read_expression(path, options)
    read_counts(path, options)


READERS: dict[str, Callable[[Path], object]] = {
    "sheet": lambda path: (read_samples(path), read_samples(path, sample_ids=[f"S{i}" for i in range(6)])),
    "GMT": read_gene_sets,
    "list": read_gene_list,
    "CDT": read_expression,
    "CDT with trees": read_tree_view,
    "GCT 1.3": read_gct,
    "Newick": read_newick,
    "CLS": read_cls,
    "clusters": read_clusters,
}


def lay_out(files: Files, folder: Path) -> Path:
    """Write the files; return what a reader is given: the one file, or the folder `in`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "tx2gene.tsv").write_bytes(TX2GENE)
    return folder / "in" if (folder / "in").is_dir() else folder / next(iter(files))


@pytest.mark.parametrize("name", FORMATS)
def test_the_files_are_good_before_they_are_damaged(name: str, tmp_path: Path) -> None:
    READERS.get(name, read_table)(lay_out(FORMATS[name], tmp_path))


def flip(content: bytes, at: int, byte: int) -> bytes:
    return content[:at] + bytes([byte]) + content[at + 1 :]


def cut(content: bytes, at: int, byte: int) -> bytes:
    return content[:at]


SPLINTERS = (b"\t", b"\n", b'"', b",", b"\r", b"NA", b"-", b"1e9", b"\xff\xfe", b"\0")


def insert(content: bytes, at: int, byte: int) -> bytes:
    return content[:at] + SPLINTERS[byte % len(SPLINTERS)] + content[at:]


def swap(content: bytes, at: int, byte: int) -> bytes:
    rows = content.split(b"\n")
    i, j = at % len(rows), byte % len(rows)
    rows[i], rows[j] = rows[j], rows[i]
    return b"\n".join(rows)


def double(content: bytes, at: int, byte: int) -> bytes:
    rows = content.split(b"\n")
    i = at % len(rows)
    return b"\n".join([*rows[:i], rows[i], *rows[i:]])


def drop(content: bytes, at: int, byte: int) -> bytes:
    rows = content.split(b"\n")
    del rows[at % len(rows)]
    return b"\n".join(rows)


damage = st.tuples(st.sampled_from([flip, cut, insert, swap, double, drop]), st.integers(0, 10**4), st.integers(0, 255))


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_files_are_read_or_refused(name: str, tmp_path: Path) -> None:
    files = FORMATS[name]
    reader = READERS.get(name, read_table)

    @settings(max_examples=ROUNDS, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(sorted(files)), st.lists(damage, min_size=1, max_size=3))
    def check(victim: str, damages: list[tuple[Callable[[bytes, int, int], bytes], int, int]]) -> None:
        content = files[victim]
        for change, at, byte in damages:
            content = change(content, at % (len(content) + 1), byte) if content else b""
        path = lay_out({**files, victim: content}, tmp_path)
        try:
            reader(path)
        except UserError as refusal:
            assert str(refusal).endswith((".", "?"))

    check()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("matrix", b"G7\t7\t", b"G7\t8\t"),
        ("csv", b'"G7",7,', b'"G7",8,'),
        ("featureCounts", b"\t8\t7\t", b"\t8\t8\t"),
        ("GCT", b"d7\t7\t", b"d7\t8\t"),
    ],
)
def test_a_changed_digit_changes_one_value_and_nothing_else(name: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    """Damage that leaves a good table is read as it stands: no silent repair."""
    path = lay_out(FORMATS[name], tmp_path)
    before = read_expression(path)
    path.write_bytes(path.read_bytes().replace(old, new))
    after = read_expression(path)
    assert (before.gene_ids, before.sample_ids) == (after.gene_ids, after.sample_ids)
    assert np.argwhere(before.values != after.values).tolist() == [[7, 0]]
