"""GCT files of both versions and CLS files: all digits, all that is known of genes and samples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clustered_cases import matrices, names, small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.io import read_cls, read_expression, read_gct, write_cls, write_gct
from heatleaf.model import ClusteredMatrix

MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

GCT = "\n".join(
    [
        "#1.3",
        "4\t3\t2\t3",
        "id\tgene_symbol\tcluster\tS2\tS1\tS3",
        "column_group\tna\tna\ttreated\ttreated\tcontrol",
        "cell\tna\tna\tA549\t\tHeLa S3",
        "dose\tna\tna\t1\t2\t0",
        "ENSG1\tTP53\t1\t1.5\t-0.5\t-1",
        "ENSG2\t\t1\t1\t0.30000000000000004\t-1",
        'ENSG3\t"HLA-""A"""\t2\t-1\t0.25\tNaN',
        "ENSG4\tMYC\t2\t-1\t0.5\t0.5",
        "",
    ]
)


def read_text(text: str, folder: Path) -> ClusteredMatrix:
    (folder / "x.gct").write_text(text, encoding="utf-8")
    return read_gct(folder / "x.gct")


@MANY
@given(matrices())
def test_what_was_written_is_read_back(tmp_path: Path, given: ClusteredMatrix) -> None:
    """R9: everything but the trees, for which the format has no place."""
    write_gct(tmp_path / "x.gct", given)
    back = read_gct(tmp_path / "x.gct")
    assert (back.gene_ids, back.gene_symbols) == (given.gene_ids, given.gene_symbols)
    assert (back.sample_ids, back.column_groups) == (given.sample_ids, given.column_groups)
    assert dict(back.sample_columns) == dict(given.sample_columns)
    assert list(back.sample_columns) == list(given.sample_columns)
    assert np.array_equal(back.values, given.values, equal_nan=True)
    assert back.clusters.labels.tolist() == given.clusters.labels.tolist() and back.messages == ()


@MANY
@given(matrices())
def test_version_2_brings_ids_symbols_and_values_back(tmp_path: Path, given: ClusteredMatrix) -> None:
    named = replace(given, gene_symbols=tuple("" if name.lower() == "na" else name for name in given.gene_symbols))
    write_gct(tmp_path / "x.gct", named, version="1.2")
    back = read_gct(tmp_path / "x.gct")
    assert (back.gene_ids, back.gene_symbols, back.sample_ids) == (
        named.gene_ids,
        named.gene_symbols,
        named.sample_ids,
    )
    assert np.array_equal(back.values, named.values, equal_nan=True)


def test_files_are_as_the_format_has_them(tmp_path: Path) -> None:
    write_gct(tmp_path / "x.gct", small())
    assert (tmp_path / "x.gct").read_text(encoding="utf-8") == GCT
    write_gct(tmp_path / "x.gct", small(), version="1.2")
    lines = (tmp_path / "x.gct").read_text(encoding="utf-8").split("\n")
    assert lines[:3] == ["#1.2", "4\t3", "Name\tDescription\tS2\tS1\tS3"]
    assert lines[4] == "ENSG2\tna\t1\t0.30000000000000004\t-1"


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_gct_is_read_as_an_expression_table(tmp_path: Path, version: str) -> None:
    write_gct(tmp_path / "x.gct", small(), version=version)  # type: ignore[arg-type]
    table = read_expression(tmp_path / "x.gct")
    assert (table.gene_ids, table.sample_ids) == (small().gene_ids, small().sample_ids)
    assert np.array_equal(table.values, small().values, equal_nan=True)
    assert table.gene_symbols == small().gene_symbols, "na says that there is no description"


def test_a_gct_of_another_program_is_read(tmp_path: Path) -> None:
    """Dimensions apart by blanks; clusters of another kind and other columns of genes are told of."""
    text = "#1.3\n2 2 3 1\nid\tpr_gene_symbol\tcluster\tDescription\ta\tb\ngroup\tna\tna\tna\tx\t\n"
    back = read_text(text + "G1\tA\t2\tone\t1\t\nG2\tB\t1\ttwo\t3\tNA\n", tmp_path)
    assert back.gene_symbols == ("one", "two") and back.clusters.n_clusters == 1
    assert back.sample_columns == {"group": ("x", "")} and back.column_groups == ()
    assert np.array_equal(back.values, [[1, np.nan], [3, np.nan]], equal_nan=True)
    assert [message.text for message in back.messages] == [
        "x.gct: 2 annotation columns of the genes set aside (pr_gene_symbol, cluster)."
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "sentence"),
    [
        ("#1.3", "#1.1", "format", r"x\.gct: is not a GCT file of version 1\.2 or 1\.3\. Fix: a GCT file begins with"),
        ("4\t3\t2\t3", "4\tthree\t2\t3", "format", r"line 2 does not hold the dimensions of a GCT file"),
        ("4\t3\t2\t3", "4\t0\t2\t3", "no_values", r"x\.gct: line 2 announces no samples"),
        ("4\t3\t2\t3", "4\t9\t2\t3", "row_length", r"line 3 has 6 names, but line 2 announces 9 samples and 3 other"),
        ("4\t3\t2\t3", "5\t3\t2\t3", "row_length", r"has 4 rows of genes, but line 2 announces 5\. Fix: export"),
        ("4\t3\t2\t3", "4\t3\t2\t2", "row_length", r"has 5 rows of genes, but line 2 announces 4"),
        ("\t0.5\t0.5\n", "\t0.5\n", "row_length", r"x\.gct line 10: has 5 fields, the header has 6"),
        ("A549\t\tHeLa S3", "A549\t", "row_length", r"x\.gct line 5: has 5 fields, the header has 6"),
        ("dose", "cell", "column_duplicate", r"x\.gct line 6: a second row of annotation is called 'cell'"),
        ("0.25", "low", "value_text", r"x\.gct line 9, column 5: 'low' is not a number"),
        ("0.25", "0,25", "value_separator", r"line 9, column 5: '0,25' has a decimal comma"),
        ("ENSG3", "ENSG1", "gene_duplicate", r"x\.gct: 1 gene name occurs more than once"),
        ("S3\n", "S1\n", "sample_duplicate", r"x\.gct: 1 sample name occurs more than once"),
    ],
)
def test_files_that_do_not_hold_together_are_refused(
    tmp_path: Path, old: str, new: str, code: str, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence) as refusal:
        read_text(GCT.replace(old, new), tmp_path)
    assert refusal.value.code == code and refusal.value.fix


def test_a_gct_that_is_cut_off_is_refused_as_a_table_too(tmp_path: Path) -> None:
    (tmp_path / "x.gct").write_text(GCT[: GCT.index("ENSG4")], encoding="utf-8")
    with pytest.raises(
        UserError, match=r"x\.gct: has 3 rows of genes, but line 2 announces 4\. Fix: export"
    ) as refusal:
        read_expression(tmp_path / "x.gct")
    assert refusal.value.code == "row_length"


@pytest.mark.parametrize(
    ("changes", "version", "code", "sentence"),
    [
        ({"sample_ids": ("a\tb", "c", "d")}, "1.3", "name_hostile", r"x\.gct: the sample name 'a\\tb' holds a tab"),
        ({"column_groups": ("a\n", "c", "d")}, "1.3", "name_hostile", r"the column group 'a\\n' holds a tab"),
        ({"sample_columns": {"k\r": ("", "", "")}}, "1.3", "name_hostile", r"the annotation 'k\\r' holds"),
        ({"sample_columns": {"column_group": ("", "", "")}}, "1.3", "column_duplicate", r"is called column_group"),
        (
            {"gene_symbols": ("na", "", "", "")},
            "1.2",
            "name_hostile",
            r"is 'na', which means none .* Fix: write version",
        ),
    ],
)
def test_what_the_format_cannot_hold_is_refused(
    tmp_path: Path, changes: dict[str, object], version: str, code: str, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence) as refusal:
        write_gct(tmp_path / "x.gct", replace(small(), **changes), version=version)  # type: ignore[arg-type]
    assert refusal.value.code == code and not list(tmp_path.iterdir())


@MANY
@given(st.lists(names.filter(lambda name: name.split() == [name] and not name.isdigit()), min_size=1, max_size=8))
def test_classes_come_back(tmp_path: Path, groups: list[str]) -> None:
    write_cls(tmp_path / "x.cls", groups)
    assert read_cls(tmp_path / "x.cls") == tuple(groups)


def test_classes_are_numbered_by_first_appearance(tmp_path: Path) -> None:
    """GSEA gives the first name of line 2 to the first label of line 3."""
    write_cls(tmp_path / "x.cls", ["b", "b", "a"])
    assert (tmp_path / "x.cls").read_text(encoding="utf-8") == "3 2 1\n# b a\n0 0 1\n"
    (tmp_path / "x.cls").write_text("3\t2\t1\n#b a\nb b a\n", encoding="utf-8")
    assert read_cls(tmp_path / "x.cls") == ("b", "b", "a")
    write_cls(tmp_path / "x.cls", ["0", "1", "10", "0"])
    assert read_cls(tmp_path / "x.cls") == ("0", "1", "10", "0")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("3 2 1\n# b a\n", r"x\.cls line 1: is no CLS file: it has three lines, of which the second begins with #"),
        ("3 2 1\nb a\n0 0 1\n", r"line 1: is no CLS file"),
        (" \n", r"line 1: is no CLS file"),
        ("three 2 1\n# b a\n0 0 1\n", r"line 1: line 1 holds the numbers of samples and classes"),
        ("4 2 1\n# b a\n0 0 1\n", r"x\.cls line 3: has 3 samples where 4 are announced\. Fix: export"),
        ("3 3 1\n# b a\n0 0 1\n", r"line 2: has 2 classes where 3 are announced"),
        ("3 2 1\n# b a\n0 1 2\n", r"line 3: has 3 classes where 2 are announced"),
        ("3 2 1\n# b b\n0 0 1\n", r"line 2: has 1 classes where 2 are announced"),
        ("3 2 1\n# b a\n1 1 0\n", r"line 3: the classes do not appear in the order of line 2.*Fix: name the classes"),
        ("3 2 1\n# b a\na a b\n", r"line 3: the classes do not appear in the order of line 2"),
        ("#numeric\n#TP53\n1 2 3\n", r"line 1: holds continuous phenotypes, not classes"),
    ],
)
def test_cls_files_that_do_not_hold_together_are_refused(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "x.cls").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=sentence) as refusal:
        read_cls(tmp_path / "x.cls")
    assert refusal.value.code == "format" and refusal.value.fix


def test_classes_that_programs_would_misread_are_refused(tmp_path: Path) -> None:
    for groups, code, sentence in (
        (["T cell"], "name_hostile", r"x\.cls: the group 'T cell' holds a blank.*Fix: write it with _"),
        (
            ["1", "0"],
            "name_hostile",
            r"the group '1' would be taken for the number of another.*Fix: write it as a word",
        ),
        (["a", ""], "name_empty", r"x\.cls: a sample has no group\. Fix: give each sample a group"),
    ):
        with pytest.raises(UserError, match=sentence) as refusal:
            write_cls(tmp_path / "x.cls", groups)
        assert refusal.value.code == code
