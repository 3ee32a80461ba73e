"""What changed between two finished analyses, told from their folders."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from heatleaf.analysis.compare import Shift, _rand_index, compare_runs
from heatleaf.errors import UserError

GENES = [f"g{i}" for i in range(30)]


def folder(path: Path, padj: Mapping[str, float], clusters: Mapping[str, int], **record: Any) -> Path:
    """Write the part of a result that is compared."""
    (path / "tables").mkdir(parents=True)
    table = "tables/differential_group_b_vs_a.tsv"
    lines = ["gene_id\tgene_symbol\tlog2FoldChange\tpadj"]
    lines += [f"{g}\t{g.upper()}\t{(-1) ** i * (1 + i / 10)}\t{padj.get(g, 0.9)}" for i, g in enumerate(GENES)]
    (path / table).write_text("\n".join([*lines, "g99\t\t0.5\tNA"]) + "\n")
    rows = [f"{gene}\t\t{number}\t1" for gene, number in clusters.items()]
    (path / "tables/heatmap_clusters.tsv").write_text(
        "\n".join(["gene_id\tgene_symbol\tcluster\tposition", *rows]) + "\n"
    )
    terms: Sequence[str] = record.pop("terms", [])
    text = "".join(f"{name}\t0.01\n" for name in terms)
    (path / "tables/enrichment_group_b_vs_a_up.tsv").write_text(f"set_name\tpadj\n{text}nothing\t0.5\n")
    comparison = {"name": "group_b_vs_a", "table": table, "tested_level": "b", "reference_level": "a", "alpha": 0.05}
    values = {
        "schema_version": 1,
        "samples": {"sample_ids": ["s1", "s2", "s3"]},
        "inputs": [{"role": "counts", "sha256": "x"}],
        "settings": {"alpha": 0.05, "top": 500, "max_memory": 1},
        "design": "~ group",
        "comparisons": [comparison],
        "versions": {"heatleaf": "0.1.0"},
        "resources": [],
        **record,
    }
    (path / "run.json").write_text(json.dumps(values))
    return path


def test_the_same_result_is_told_to_be_the_same(tmp_path: Path) -> None:
    padj, clusters = {"g1": 0.01, "g2": 0.02}, {"g1": 1, "g2": 2, "g3": 2}
    one, other = (folder(tmp_path / name, padj, clusters, terms=["growth"]) for name in "ab")
    found = compare_runs(one, other)
    assert found["sentences"] == [
        "Both rest on the same counts.",
        "b vs a: the same 2 genes are called.",
        "Heatmap: 2 clusters before, 2 now; 3 genes in both, 0 no longer, 0 new.",
        "Their clusters are the same: adjusted Rand index 1.00 (1: the same parts, 0: as by chance).",
        "b vs a, gene sets among the genes that are higher: 1 before, 1 now, 100 % of all in both.",
    ]
    assert found["changes"] == [] and json.loads(json.dumps(found, allow_nan=False)) == found


def test_what_changed_is_named(tmp_path: Path) -> None:
    one = folder(
        tmp_path / "a",
        {"g1": 0.01, "g2": 0.02, "g3": 0.001},
        {"g1": 1, "g2": 1, "g3": 2, "g4": 2},
        terms=["growth", "death"],
    )
    other = folder(
        tmp_path / "b", {"g2": 0.02, "g7": 0.03}, {"g1": 1, "g2": 2, "g3": 1, "g5": 2}, terms=["death", "sleep"],
        samples={"sample_ids": ["s1", "s3"]}, inputs=[{"role": "counts", "sha256": "y"}], design="~ batch + group",
        settings={"alpha": 0.05, "top": 50, "max_memory": 2},
    )  # fmt: skip
    found = compare_runs(one, other)
    assert found["changes"] == [["design", "~ group", "~ batch + group"], ["top", "500", "50"]]
    for sentence in (
        "The counts are not the same file.",
        "The second is without 1 sample: s2.",
        "Top: 500 before, 50 now.",
        "b vs a: 3 genes called before, 2 now; 1 in both, 2 no longer, 1 new.",
        "No longer called, most certain first: G1 and G3.",
        "Newly called, most certain first: G7.",
        "The log2 fold changes of all tested genes correlate with r = 1.00.",
        "Heatmap: 2 clusters before, 2 now; 3 genes in both, 1 no longer, 1 new.",
        "b vs a, gene sets among the genes that are higher: 2 before, 2 now, 33 % of all in both; no longer, first: "
        "growth; new, first: sleep.",
    ):
        assert sentence in found["sentences"], found["sentences"]
    genes = found["genes"]["group_b_vs_a"]
    assert genes["lost"][0]["gene_id"] == "g1" and genes["lost"][0]["after"] == [-1.1, 0.9]


def test_analyses_without_a_common_comparison(tmp_path: Path) -> None:
    one = folder(tmp_path / "a", {}, {}, comparisons=[])
    other = folder(tmp_path / "b", {}, {})
    said = "The two analyses have no comparison in common, so that no genes can be compared."
    assert said in compare_runs(one, other)["sentences"]


def test_a_folder_that_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"it has no run\.json") as caught:
        compare_runs(folder(tmp_path / "a", {}, {}), tmp_path / "b")
    assert caught.value.code == "file_missing"


def test_lists_are_compared_in_their_order() -> None:
    assert Shift.between(["a", "b", "c"], ["c", "d", "a"]) == Shift(("a", "c"), ("b",), ("d",))


@pytest.mark.parametrize(
    ("before", "after", "index"),
    [
        ("1122", "2211", 1.0),
        ("1112", "1222", -0.3333),
        ("1122", "1212", -0.5),
        ("1111", "1111", 1.0),
        ("1", "1", None),
        # Hubert & Arabie 1985 as computed by hand: 2 pairs in both, 6 and 3 in the sides, of 15
        ("111222", "111123", 0.1667),
    ],
)
def test_rand_index(before: str, after: str, index: float | None) -> None:
    assert _rand_index(before, after) == index
