"""The folder of an exported heatmap: tables, lists, and every format at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clustered_cases import HOSTILE, matrices, small
from hypothesis import HealthCheck, given, settings

from heatleaf.errors import UserError
from heatleaf.io import (
    export_clustered,
    read_cls,
    read_clusters,
    read_expression,
    read_gct,
    read_gene_list,
    read_gene_lists,
    read_matrix,
    read_newick,
    read_tree_view,
    write_clusters,
    write_gene_lists,
    write_matrix,
)
from heatleaf.model import ClusteredMatrix

MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

FILES = [
    "heatmap.atr",
    "heatmap.cdt",
    "heatmap.cls",
    "heatmap.gct",
    "heatmap.gtr",
    "heatmap_clusters.tsv",
    "heatmap_columns.nwk",
    "heatmap_genes/cluster_1.txt",
    "heatmap_genes/cluster_2.txt",
    "heatmap_matrix.tsv",
    "heatmap_rows.nwk",
]


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@MANY
@given(matrices())
def test_tables_and_lists_come_back(tmp_path: Path, given: ClusteredMatrix) -> None:
    """R9, R11: the same names, numbers and order."""
    write_matrix(tmp_path / "m.tsv", given)
    table = read_matrix(tmp_path / "m.tsv")
    assert (table.gene_ids, table.gene_symbols, table.sample_ids) == (
        given.gene_ids,
        given.gene_symbols,
        given.sample_ids,
    )
    assert np.array_equal(table.values, given.values, equal_nan=True)
    write_clusters(tmp_path / "c.tsv", given)
    clusters, symbols = read_clusters(tmp_path / "c.tsv")
    assert clusters.gene_ids == given.gene_ids and symbols == given.gene_symbols
    assert np.array_equal(clusters.labels, given.clusters.labels)
    if not any(name[0] in "#\ufeff" for name in given.gene_ids):
        for path in tmp_path.glob("genes/*"):
            path.unlink()
        write_gene_lists(tmp_path / "genes", given)
        lists = read_gene_lists(tmp_path / "genes")
        assert lists.gene_ids == given.gene_ids and np.array_equal(lists.labels, given.clusters.labels)


def test_a_folder_holds_every_format(tmp_path: Path) -> None:
    paths, messages = export_clustered(tmp_path, small())
    assert files_of(tmp_path) == FILES == sorted(path.relative_to(tmp_path).as_posix() for path in paths)
    assert messages == ()
    for back in (read_tree_view(tmp_path / "heatmap.cdt"), read_gct(tmp_path / "heatmap.gct")):
        assert back.gene_ids == small().gene_ids and np.array_equal(back.values, small().values, equal_nan=True)
    assert np.array_equal(read_newick(tmp_path / "heatmap_rows.nwk").linkage, small().row_linkage)
    assert np.array_equal(read_newick(tmp_path / "heatmap_columns.nwk").linkage, small().column_linkage)
    assert read_cls(tmp_path / "heatmap.cls") == small().column_groups
    assert (tmp_path / "heatmap_genes/cluster_2.txt").read_text(encoding="utf-8") == "ENSG3\nENSG4\n"
    assert read_gene_list(tmp_path / "heatmap_genes/cluster_2.txt") == ("ENSG3", "ENSG4")
    assert (tmp_path / "heatmap_clusters.tsv").read_text(encoding="utf-8").split("\n")[:2] == [
        "gene_id\tgene_symbol\tcluster\tposition",
        "ENSG1\tTP53\t1\t1",
    ]
    table = read_expression(tmp_path / "heatmap_matrix.tsv")
    assert table.gene_symbols == small().gene_symbols and table.sample_ids == small().sample_ids


def test_the_same_bytes_for_the_same_heatmap(tmp_path: Path) -> None:
    """R7: no clock, no order of hashing."""
    first, second = (export_clustered(tmp_path / name, small())[0] for name in "ab")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_files_of_an_earlier_export_are_not_left_beside_the_new(tmp_path: Path) -> None:
    (tmp_path / "heatmap_genes").mkdir()
    for name in ("heatmap_genes/cluster_9.txt", "heatmap_genes/my.txt", "heatmap_genes/cluster_1.txt.bak", "other.gtr"):
        (tmp_path / name).write_text("mine\n", encoding="utf-8")
    export_clustered(tmp_path, small())
    one = replace(
        small(), row_linkage=None, column_linkage=None, column_groups=(), cluster_numbers=np.ones(4, dtype=np.int64)
    )
    export_clustered(tmp_path, one)
    kept = {"other.gtr", "heatmap_genes/my.txt", "heatmap_genes/cluster_1.txt.bak"}
    made = {"heatmap.cdt", "heatmap.gct", "heatmap_clusters.tsv", "heatmap_matrix.tsv", "heatmap_genes/cluster_1.txt"}
    assert set(files_of(tmp_path)) == kept | made


def test_groups_that_cls_cannot_hold_are_told_and_all_else_is_written(tmp_path: Path) -> None:
    _, messages = export_clustered(tmp_path, replace(small(), column_groups=("T cell", "T cell", "B cell")))
    assert files_of(tmp_path) == [name for name in FILES if name != "heatmap.cls"]
    assert [message.text for message in messages] == [
        "heatmap.cls: not written: the group 'T cell' holds a blank, at which a CLS file splits names. "
        "Fix: write it with _ or - in the sample sheet."
    ]
    assert messages[0].code == "name_hostile" and messages[0].level == "warning"
    assert read_gct(tmp_path / "heatmap.gct").column_groups == ("T cell", "T cell", "B cell")


def test_every_hostile_name_survives_every_format(tmp_path: Path) -> None:
    """B41: formulas, quotes, commas, parentheses and spaces are names like others."""
    gene_ids = tuple(name for name in HOSTILE if name[0] not in "#\ufeff")
    given = ClusteredMatrix(gene_ids, HOSTILE, np.arange(len(gene_ids) * len(HOSTILE)).reshape(len(gene_ids), -1) / 7)
    export_clustered(tmp_path, given)
    for back in (
        read_tree_view(tmp_path / "heatmap.cdt"),
        read_gct(tmp_path / "heatmap.gct"),
        read_matrix(tmp_path / "heatmap_matrix.tsv"),
    ):
        assert (back.gene_ids, back.sample_ids) == (gene_ids, HOSTILE) and np.array_equal(back.values, given.values)


@pytest.mark.parametrize(
    ("old", "new", "code", "sentence"),
    [
        (
            "gene_symbol",
            "symbol",
            "format",
            r"c\.tsv: does not have the columns gene_id, gene_symbol, cluster, position",
        ),
        ("position", "position\tx", "format", r"does not have the columns"),
        ("ENSG3", "ENSG1", "gene_duplicate", r"c\.tsv: 1 gene name occurs more than once"),
        ("MYC\t2\t4", "MYC\t4\t4", "clusters", r"c\.tsv line 5: gene ENSG4: clusters count 1, 2, 3 .* Fix: sort"),
        ("MYC\t2\t4", "MYC\t2\t5", "clusters", r"c\.tsv line 5: gene ENSG4"),
        ("TP53\t1\t1", "TP53\t0\t1", "clusters", r"c\.tsv line 2: gene ENSG1"),
        ("MYC\t2\t4", "MYC\t2\tlast", "value_text", r"c\.tsv line 5, column 4: 'last' is not a number"),
        ("MYC\t2\t4", "MYC\t2", "row_length", r"c\.tsv line 5: has 3 fields, the header has 4"),
        ("MYC\t2\t4", "MYC\t\t4", "clusters", r"c\.tsv line 5: gene ENSG4"),
    ],
)
def test_cluster_tables_that_do_not_hold_together_are_refused(
    tmp_path: Path, old: str, new: str, code: str, sentence: str
) -> None:
    path = tmp_path / "c.tsv"
    write_clusters(path, small())
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(UserError, match=sentence) as refusal:
        read_clusters(path)
    assert refusal.value.code == code and refusal.value.fix


def test_lists_of_genes_that_do_not_hold_together_are_refused(tmp_path: Path) -> None:
    write_gene_lists(tmp_path / "genes", small())
    second = tmp_path / "genes" / "cluster_2.txt"
    second.write_text("ENSG1\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"genes: 1 gene name occurs more than once \(first: 'ENSG1'") as refusal:
        read_gene_lists(tmp_path / "genes")
    assert refusal.value.code == "gene_duplicate"
    second.rename(tmp_path / "genes" / "cluster_3.txt")
    for folder, absent in (("genes", 2), ("empty", 1)):
        with pytest.raises(
            UserError, match=rf"{folder}: cluster_{absent}\.txt is not there\. Fix: give the folder"
        ) as refusal:
            read_gene_lists(tmp_path / folder)
        assert refusal.value.code == "file_missing"
    with pytest.raises(UserError, match=r"the gene id '#1' begins with a sign .* Fix: rename the gene") as refusal:
        write_gene_lists(tmp_path / "genes", replace(small(), gene_ids=("#1", "b", "c", "d"), row_linkage=None))
    assert refusal.value.code == "name_hostile"


def test_a_disk_that_fails_leaves_no_half_of_a_file(tmp_path: Path) -> None:
    """R1, R5: a file in place of the folder."""
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match=r"heatmap_matrix\.tsv: cannot be written to") as refusal:
        export_clustered(tmp_path / "out", small())
    assert refusal.value.code == "output_write" and files_of(tmp_path) == ["out"]
