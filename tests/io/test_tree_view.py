"""CDT tables and their trees: what was written comes back, and what does not fit is refused with its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clustered_cases import matrices, small
from hypothesis import HealthCheck, given, settings

from heatleaf.errors import UserError
from heatleaf.io import read_expression, read_tree_view, write_tree_view
from heatleaf.model import ClusteredMatrix

MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

CDT = "\n".join(
    [
        "GID\tgene_id\tNAME\tGWEIGHT\tS2\tS1\tS3",
        "AID\t\t\t\tARRY0X\tARRY1X\tARRY2X",
        "EWEIGHT\t\t\t\t1\t1\t1",
        "GENE0X\tENSG1\tTP53\t1\t1.5\t-0.5\t-1",
        "GENE1X\tENSG2\tENSG2\t1\t1\t0.30000000000000004\t-1",
        'GENE2X\tENSG3\t"HLA-""A"""\t1\t-1\t0.25\t',
        "GENE3X\tENSG4\tMYC\t1\t-1\t0.5\t0.5",
        "",
    ]
)
GTR = "NODE1X\tGENE0X\tGENE1X\t0.9\nNODE2X\tGENE2X\tGENE3X\t0.75\nNODE3X\tNODE1X\tNODE2X\t-0.75\n"
ATR = "NODE1X\tARRY0X\tARRY1X\t0.5\nNODE2X\tNODE1X\tARRY2X\t-6.5\n"


def lay_out(folder: Path, cdt: str = CDT, gtr: str = GTR, atr: str = ATR) -> Path:
    for name, text in (("x.cdt", cdt), ("x.gtr", gtr), ("x.atr", atr)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "x.cdt"


def is_same_table(first: ClusteredMatrix, second: ClusteredMatrix) -> bool:
    names = (first.gene_ids, first.sample_ids) == (second.gene_ids, second.sample_ids)
    return names and np.array_equal(first.values, second.values, equal_nan=True)


def is_same_tree(first: np.ndarray | None, second: np.ndarray | None) -> bool:
    return first is second is None or (first is not None and second is not None and np.array_equal(first, second))


@MANY
@given(matrices())
def test_what_was_written_is_read_back(tmp_path: Path, given: ClusteredMatrix) -> None:
    """R9: values, heights and the order of merges to the last bit; only a symbol that repeats the id is none."""
    write_tree_view(tmp_path / "x.cdt", given)
    back = read_tree_view(tmp_path / "x.cdt")
    assert is_same_table(given, back) and back.messages == ()
    assert is_same_tree(given.row_linkage, back.row_linkage)
    assert is_same_tree(given.column_linkage, back.column_linkage)
    pairs = zip(given.gene_symbols, given.gene_ids, strict=True)
    assert back.gene_symbols == tuple("" if symbol == gene_id else symbol for symbol, gene_id in pairs)


def test_files_are_as_cluster_3_writes_them(tmp_path: Path) -> None:
    paths = write_tree_view(tmp_path / "x.cdt", small())
    assert [path.name for path in paths] == ["x.gtr", "x.atr", "x.cdt"]
    assert [path.read_text(encoding="utf-8") for path in paths] == [GTR, ATR, CDT]


def test_without_trees_there_are_no_keys(tmp_path: Path) -> None:
    plain = replace(small(), row_linkage=None, column_linkage=None)
    assert [path.name for path in write_tree_view(tmp_path / "x.cdt", plain)] == ["x.cdt"]
    lines = (tmp_path / "x.cdt").read_text(encoding="utf-8").split("\n")
    assert lines[0] == "gene_id\tNAME\tGWEIGHT\tS2\tS1\tS3" and lines[1] == "EWEIGHT\t\t\t1\t1\t1"


def test_a_cdt_is_read_as_an_expression_table(tmp_path: Path) -> None:
    table = read_expression(lay_out(tmp_path))
    assert table.format_name.startswith("CDT") and table.sample_ids == ("S2", "S1", "S3")
    assert table.gene_ids == small().gene_ids and table.gene_symbols == ("TP53", "", 'HLA-"A"', "MYC")
    assert np.array_equal(table.values, small().values, equal_nan=True)


def test_a_pcl_of_another_program_is_read(tmp_path: Path) -> None:
    """Cluster 3.0's input: no keys, weights that differ, rows and columns of further annotation."""
    text = "YORF\tNAME\tCHR\tGWEIGHT\ta\tb\nTIME\t\t\t\t0\t5\nEWEIGHT\t\t\t\t1.0\t2\n"
    text += "G1\tone\tI\t1\t1\t\nG2\tG2\tII\t0.5\t3\t4\n"
    back = read_tree_view(lay_out(tmp_path, text))
    assert back.gene_ids == ("G1", "G2") and back.gene_symbols == ("one", "") and back.row_linkage is None
    assert np.array_equal(back.values, [[1, np.nan], [3, 4]], equal_nan=True)
    assert [message.text for message in back.messages] == ["x.cdt: set aside: CHR, GWEIGHT, TIME, EWEIGHT."]
    assert np.array_equal(read_expression(tmp_path / "x.cdt").values, back.values, equal_nan=True)


def test_a_table_without_weights_is_read_as_java_treeview_does(tmp_path: Path) -> None:
    lines = [line.split("\t") for line in CDT.split("\n") if not line.startswith("EWEIGHT")]
    cdt = "\n".join("\t".join(cells[:3] + cells[4:]) for cells in lines)
    back = read_tree_view(lay_out(tmp_path, cdt))
    assert is_same_table(back, small()) and is_same_tree(back.row_linkage, small().row_linkage)


def test_trees_with_a_header_are_read(tmp_path: Path) -> None:
    """Java TreeView's extended form: columns by name, with a colour of each node."""
    rows = [line.split("\t") for line in GTR.split("\n")[:-1]]
    extended = "NODEID\tNODECOLOR\tLEFT\tRIGHT\tCORRELATION\n"
    extended += "".join(f"{node}\t#FF0000\t{left}\t{right}\t{value}\n" for node, left, right, value in rows)
    assert is_same_tree(read_tree_view(lay_out(tmp_path, gtr=extended)).row_linkage, small().row_linkage)
    path = lay_out(tmp_path, gtr=extended.replace("CORRELATION", "TIME"))
    with pytest.raises(UserError, match=r"x\.gtr: line 1 has no column CORRELATION\. Fix: export") as refusal:
        read_tree_view(path)
    assert refusal.value.code == "format"


def test_names_that_other_programs_would_split_are_refused(tmp_path: Path) -> None:
    given = replace(small(), gene_ids=("a\tb", "c\nd", "e", "f"))
    with pytest.raises(
        UserError, match=r"x\.cdt: the gene id 'a\\tb' holds a tab.*\(2 such names\)\. Fix: rename"
    ) as refusal:
        write_tree_view(tmp_path / "x.cdt", given)
    assert refusal.value.code == "name_hostile" and not list(tmp_path.iterdir())
    with pytest.raises(
        UserError, match=r"the trees are found by the ending \.cdt\. Fix: name the file x\.cdt"
    ) as refusal:
        write_tree_view(tmp_path / "x.v2", small())
    assert refusal.value.code == "option"


def test_a_tree_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    path = lay_out(tmp_path)
    (tmp_path / "x.gtr").unlink()
    what = (
        r"x\.gtr: not found, although x\.cdt refers to it \(GID\): it holds the tree of the genes\. Fix: put it beside"
    )
    with pytest.raises(UserError, match=what) as refusal:
        read_tree_view(path)
    assert refusal.value.code == "file_missing"
    assert read_expression(path).gene_ids == small().gene_ids


@pytest.mark.parametrize(
    ("gtr", "code", "sentence"),
    [
        (GTR[: GTR.index("NODE3X")], "clusters", r"x\.gtr: joins 3 of the 4 rows or columns of x\.cdt; it is cut off"),
        (GTR[:-9], "row_length", r"x\.gtr line 3: has 3 fields; a merge has a node"),
        (GTR.replace("GENE3X", "GENE9X"), "clusters", r"x\.gtr line 2: GENE9X is neither in x\.cdt nor a node"),
        (GTR.replace("GENE3X", "NODE3X"), "clusters", r"x\.gtr line 2: NODE3X is neither in x\.cdt nor a node"),
        (GTR.replace("GENE3X", ""), "clusters", r"x\.gtr line 2: an empty cell is neither"),
        (GTR.replace("GENE3X", "GENE0X"), "clusters", r"x\.gtr line 2: GENE0X is joined a second time"),
        (GTR.replace("GENE3X", "GENE2X"), "clusters", r"x\.gtr line 2: GENE2X is joined a second time"),
        (GTR.replace("NODE2X\tGENE2X", "NODE1X\tGENE2X"), "clusters", r"line 2: NODE1X is defined a second time"),
        (GTR + "NODE4X\tNODE3X\tNODE2X\t-1\n", "clusters", r"x\.gtr line 4: NODE2X is joined a second time"),
        (GTR.replace("0.75", "high"), "value_text", r"x\.gtr line 2: the similarity 'high' is not a number"),
        (GTR.replace("0.75", "nan"), "value_text", r"x\.gtr line 2: the similarity 'nan' is not a number"),
        (GTR.replace("0.75", "1e999"), "value_text", r"the similarity '1e999' is not a number"),
        (GTR.replace("GENE1X", "GENE3X", 1).replace("GENE2X\tGENE3X", "GENE2X\tGENE1X"), "clusters",
         r"x\.cdt: the displayed order does not follow the tree: the branches of merge 1 cross\. Fix: order"),
    ],
)  # fmt: skip
def test_trees_that_do_not_fit_are_refused(tmp_path: Path, gtr: str, code: str, sentence: str) -> None:
    path = lay_out(tmp_path, gtr=gtr)
    with pytest.raises(UserError, match=sentence) as refusal:
        read_tree_view(path)
    assert refusal.value.code == code and refusal.value.fix


@pytest.mark.parametrize(
    ("old", "new", "code", "sentence"),
    [
        ("\t1\t-1\t0.5\t0.5\n", "\t1\t-1\n", "row_length", r"x\.cdt line 7: has 5 fields, the header has 7"),
        ("\t0.25\t", "\tlow\t", "value_text", r"x\.cdt line 6, column 6: 'low' is not a number"),
        ("ENSG3", "ENSG1", "gene_duplicate", r"x\.cdt: 1 gene name occurs more than once \(first: 'ENSG1', 2 times\)"),
        ("S3", "S1", "sample_duplicate", r"x\.cdt: 1 sample name occurs more than once"),
        ("ENSG3", "", "name_empty", r"x\.cdt: gene 3 has no name"),
        ("GENE3X", "GENE0X", "clusters", r"x\.cdt: 1 GID or AID name occurs more than once \(first: 'GENE0X'"),
        ("\tARRY2X", "", "row_length", r"x\.cdt line 2: the row AID has 6 fields, the header has 7"),
        ("\tS2\tS1\tS3", "", "no_values", r"x\.cdt: has columns of genes but none of samples"),
        (CDT[CDT.index("GENE0X") :], "", "table_header_only", r"x\.cdt: .*no gene rows"),
    ],
)
def test_tables_that_do_not_hold_together_are_refused(
    tmp_path: Path, old: str, new: str, code: str, sentence: str
) -> None:
    path = lay_out(tmp_path, CDT.replace(old, new))
    with pytest.raises(UserError, match=sentence) as refusal:
        read_tree_view(path)
    assert refusal.value.code == code and refusal.value.fix
