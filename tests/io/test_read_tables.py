"""Reading tables: round trips, fuzz, layouts, real files."""

# ruff: noqa: E501 - small tables are written as one line

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.io import ReadOptions, count_table, read_counts, read_expression
from heatleaf.model import ValueKind

TABLE = b"gene_id\tS1\tS2\tS3\n" + b"".join(b"G%d\t%d\t%d\t%d\n" % (i, i, 3 * i % 11, 10**i % 97) for i in range(40))
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read_bytes(data: bytes, folder: Path, name: str = "table.tsv", **options: object) -> object:
    """Read bytes as a file."""
    path = folder / name
    path.write_bytes(data)
    return read_expression(path, ReadOptions(**options))  # type: ignore[arg-type]


def codes(table: object) -> set[str]:
    """Return the codes of the messages of a table."""
    return {message.code for message in table.messages}  # type: ignore[attr-defined]


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)


@FUZZ
@given(
    st.lists(st.tuples(st.integers(0, 10**15), st.integers(0, 99)), min_size=2, max_size=30),
    st.sampled_from(["\t", ",", ";"]),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
    st.booleans(),
)
def test_written_counts_are_read_back(
    tmp_path: Path, rows: list[tuple[int, int]], delimiter: str, end: bytes, quoted: bool
) -> None:
    mark = '"' if quoted else ""
    lines = [delimiter.join([f"{mark}gene_id{mark}", "S1", "S2"])]
    lines += [delimiter.join([f"{mark}G{i}{mark}", str(a), str(b)]) for i, (a, b) in enumerate(rows)]
    table = read_bytes(end.join(line.encode() for line in [*lines, ""]), tmp_path)
    assert table.values.tolist() == [list(map(float, row)) for row in rows]
    assert table.gene_ids == tuple(f"G{i}" for i in range(len(rows)))
    assert table.sample_ids == ("S1", "S2")


@FUZZ
@given(st.data())
def test_damaged_files_give_a_table_or_a_refusal(tmp_path: Path, data: st.DataObject) -> None:
    """B86 d: byte flips, truncations and line swaps never end in another exception."""
    content = bytearray(TABLE)
    for _ in range(data.draw(st.integers(1, 4))):
        kind = data.draw(st.sampled_from(["flip", "cut", "swap", "insert"]))
        at = data.draw(st.integers(0, max(len(content) - 1, 0)))
        if kind == "flip" and content:
            content[at] = data.draw(st.sampled_from(list(b'\t\n\r",.-+eE0Z \x00\xff#;')))
        elif kind == "cut":
            del content[at:]
        elif kind == "insert":
            content[at:at] = data.draw(st.binary(max_size=6))
        else:
            lines = bytes(content).split(b"\n")
            i = data.draw(st.integers(0, len(lines) - 1))
            lines[0], lines[i] = lines[i], lines[0]
            content = bytearray(b"\n".join(lines))
    for name in ("t.tsv", "t.csv.gz"):
        try:
            table = read_bytes(bytes(content), tmp_path, name)
        except UserError as error:
            assert str(error)
        else:
            assert table.values.shape == (len(table.gene_ids), len(table.sample_ids))


@FUZZ
@given(st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_damaged_gzip_gives_a_table_or_a_refusal(tmp_path: Path, at: int, patch: bytes) -> None:
    content = bytearray(gzip.compress(TABLE, mtime=0))
    at %= len(content)
    content[at : at + len(patch)] = patch
    try:
        read_bytes(bytes(content), tmp_path, "t.tsv.gz")
    except UserError as error:
        assert str(error)


@FUZZ
@given(st.lists(names, min_size=2, max_size=12, unique_by=lambda name: name.casefold()))
def test_names_are_read_as_they_stand(tmp_path: Path, genes: list[str]) -> None:
    text = "gene_id\tS1\n" + "".join(f'"{gene.replace(chr(34), chr(34) * 2)}"\t{i}\n' for i, gene in enumerate(genes))
    try:
        table = read_bytes(text.encode(), tmp_path)
    except UserError as error:
        assert error.code in {"gene_near_duplicate", "table_header_only", "name_hostile"}, str(error)
    else:
        assert [*table.gene_ids, *table.summary_rows] == genes


def test_chunks_do_not_change_the_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_bytes(TABLE, tmp_path)
    monkeypatch.setattr("heatleaf.io.text.CHUNK", 64)
    for data in (TABLE, TABLE.replace(b"\n", b"\r\n"), TABLE.replace(b"\n", b"\r")):
        pieces = read_bytes(data, tmp_path)
        assert np.array_equal(whole.values, pieces.values) and whole.gene_ids == pieces.gene_ids
        assert whole.line_numbers == pieces.line_numbers == tuple(range(2, 42))


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress, lambda data: gzip.compress(data) * 2])
def test_compressed_tables_are_expanded(tmp_path: Path, compress: object) -> None:
    once = read_bytes(TABLE, tmp_path)
    try:
        table = read_bytes(compress(TABLE), tmp_path, "t.tsv.gz")  # type: ignore[operator]
    except UserError as error:
        assert error.code == "header_repeated"  # two streams one after the other are two tables
    else:
        assert np.array_equal(table.values, once.values)


def test_missing_cells_are_kept_for_heatmaps_and_refused_as_counts(tmp_path: Path) -> None:
    table = read_bytes(TABLE + b"X\t\tNA\t1\n", tmp_path)
    assert np.isnan(table.values[-1]).tolist() == [True, True, False]
    with pytest.raises(UserError, match="2 empty values") as caught:
        count_table(table)
    assert caught.value.code == "value_missing"


def test_symbols_and_annotation_are_told_apart(tmp_path: Path) -> None:
    text = b"gene_id\tgene_name\tentrez_id\tLength\tS1\tS2\n"
    text += b"".join(b"ENSG%011d\tSYM%d\t%d\t%d\t%d\t7\n" % (i, i, 100 + i, 900 + i, i) for i in range(20))
    table = read_bytes(text, tmp_path)
    assert table.sample_ids == ("S1", "S2")
    assert table.gene_symbols[:2] == ("SYM0", "SYM1")
    said = " ".join(message.text for message in table.messages)
    assert "2 annotation columns set aside (entrez_id, Length)" in said
    assert "gene symbols taken from column 'gene_name'" in said


def test_gene_column_may_be_chosen(tmp_path: Path) -> None:
    text = b"name\tid\tS1\n" + b"".join(b"N%d\tI%d\t%d\n" % (i, i, i) for i in range(5))
    assert read_bytes(text, tmp_path, gene_column="id").gene_ids[0] == "I0"
    with pytest.raises(UserError, match="there is no column 'x' for the gene ids"):
        read_bytes(text, tmp_path, gene_column="x")


def test_row_numbers_of_pandas_are_no_gene_ids(tmp_path: Path) -> None:
    text = b",gene,S1,S2\n" + b"".join(b"%d,G%d,%d,1\n" % (i, i, i) for i in range(9))
    table = read_bytes(text, tmp_path, "t.csv")
    assert table.gene_ids[0] == "G0" and table.sample_ids == ("S1", "S2")


def test_latin_1_is_read_when_told(tmp_path: Path) -> None:
    table = read_bytes(TABLE + b"caf\xe9\t1\t2\t3\n", tmp_path, encoding="latin-1")
    assert table.gene_ids[-1] == "café"


def test_transposed_tables_are_turned(tmp_path: Path) -> None:
    text = b"sample,ENSG00000000003,ENSG00000000005\nS1,1,2\nS2,3,4\nS3,5,6\n"
    table = read_bytes(text, tmp_path, "t.csv", transpose=True)
    assert table.gene_ids == ("ENSG00000000003", "ENSG00000000005") and table.sample_ids == ("S1", "S2", "S3")
    assert table.values.tolist() == [[1, 3, 5], [2, 4, 6]]


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_gct(tmp_path: Path, version: str) -> None:
    if version == "1.2":
        text = b"#1.2\n2\t3\nName\tDescription\ta\tb\tc\nENSG00000000003\tTSPAN6\t1\t2\t3\nENSG00000000005\tTNMD\t4\t5\t6\n"
    else:
        text = b"#1.3\n2\t3\t1\t1\nid\tgene_symbol\ta\tb\tc\ngroup\tna\tx\ty\tx\n"
        text += b"ENSG00000000003\tTSPAN6\t1\t2\t3\nENSG00000000005\tTNMD\t4\t5\t6\n"
    table = read_bytes(text, tmp_path, "t.gct")
    assert table.values.tolist() == [[1, 2, 3], [4, 5, 6]] and table.gene_symbols == ("TSPAN6", "TNMD")
    assert table.format_name.startswith("GCT") and table.sample_ids == ("a", "b", "c")
    with pytest.raises(UserError, match="line 2 announces 9 samples"):
        read_bytes(text.replace(b"\n2\t3", b"\n2\t9", 1), tmp_path, "t.gct")


def test_titles_above_the_header_of_a_workbook_are_skipped_and_told(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    rows = [["Supplementary Table 1"], [], ["Raw counts"], ["gene", "S1", "S2"], ["A", 1, 2], ["B", 3, 40], ["C", 5, 6]]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("counts")
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
    table = read_expression(path)
    assert table.gene_ids == ("A", "B", "C")
    assert table.sample_ids == ("S1", "S2")
    assert table.line_numbers == (5, 6, 7)
    said = [message.text for message in table.messages if message.code == "workbook"]
    assert "t.xlsx: 2 title rows above the header skipped (first: 'Supplementary Table 1')." in said


def test_workbook_is_read_as_text_first(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("counts")
        for i, line in enumerate([["gene", "S1", "S2"], ["007", 1, 2.5], ["SEPT2", "3", 1e-7], ['a"b', 0, 4]]):
            for j, cell in enumerate(line):
                sheet.write(i + 2, j, cell) if not isinstance(cell, str) else sheet.write_string(i + 2, j, cell)
    table = read_expression(path)
    assert table.gene_ids == ("007", "SEPT2", 'a"b') and table.line_numbers == (4, 5, 6)
    assert table.values.tolist() == [[1, 2.5], [3, 1e-7], [0, 4]]


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda rng: rng.poisson(50, (300, 6)), ValueKind.COUNTS),
        (lambda rng: (lambda x: x / x.sum(0) * 1e6)(rng.gamma(1, 1, (300, 6))), ValueKind.TPM),
        (lambda rng: rng.normal(8, 2, (300, 6)), ValueKind.LOG),
        (lambda rng: (lambda x: (x - x.mean(1, keepdims=True)) / x.std(1, ddof=1, keepdims=True))(rng.normal(8, 2, (300, 6))), ValueKind.Z_SCORES),
        (lambda rng: rng.gamma(1, 1000, (300, 6)), ValueKind.NORMALISED),
    ],
)  # fmt: skip
def test_kind_of_values_is_recognised(tmp_path: Path, make: object, kind: ValueKind) -> None:
    values = make(np.random.default_rng(3))  # type: ignore[operator]
    frame = pd.DataFrame(values, index=[f"G{i}" for i in range(300)], columns=list("abcdef"))
    frame.to_csv(tmp_path / "t.csv")
    table = read_expression(tmp_path / "t.csv")
    assert table.value_kind is kind
    assert np.array_equal(table.values, frame.to_numpy(dtype=float))
    assert "value_kind" in codes(table)


def test_source_is_hashed_as_stored(tmp_path: Path) -> None:
    import hashlib

    stored = gzip.compress(TABLE)
    table = read_bytes(stored, tmp_path, "t.tsv.gz")
    assert table.sources[0].sha256 == hashlib.sha256(stored).hexdigest() and table.sources[0].size == len(stored)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("airway/counts.csv.gz", (64102, 8)),
        ("pasilla/pasilla_gene_counts.tsv", (14599, 7)),
        ("gse96870/counts.csv.gz", (41786, 22)),
        ("hapmap/counts.csv.gz", (52580, 170)),
    ],
)
def test_real_matrices_equal_pandas(data: Path, name: str, shape: tuple[int, int]) -> None:
    counts = read_counts(data / name)
    expected = pd.read_csv(data / name, sep="," if "csv" in name else "\t", index_col=0)
    assert counts.counts.shape == shape and np.array_equal(counts.counts, expected.to_numpy())
    assert counts.gene_ids == tuple(expected.index) and counts.sample_ids == tuple(expected.columns)


@pytest.mark.data
def test_real_vst_matrix_equals_float(data: Path) -> None:
    table = read_expression(data / "planted200/vst.csv")
    lines = (data / "planted200/vst.csv").read_text().splitlines()[1:]
    assert table.value_kind is ValueKind.LOG
    assert table.values.tolist() == [[float(cell) for cell in line.split(",")[1:]] for line in lines]
