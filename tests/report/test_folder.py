"""The folder of design.md, section 3."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from report_cases import make_analysis

from heatleaf.analysis.result import Analysis
from heatleaf.analysis.settings import Settings
from heatleaf.io.atomic import OutputFolder
from heatleaf.model import Finding
from heatleaf.report import write_folder
from heatleaf.report.command import repeat_command
from heatleaf.report.run_json import RunFacts, run_record

NAME = "dex_treated_vs_untreated"


def test_the_folder_holds_what_the_contract_names(folder: Path) -> None:
    figures = ["heatmap", *(f"{kind}_{NAME}" for kind in ("volcano", "ma", "genes", "p_values"))]
    figures += ["term_clusters", "pca", "sample_distances"]
    tables = [
        f"differential_{NAME}", f"enrichment_{NAME}_up", f"enrichment_{NAME}_down", "cluster_enrichment",
        "normalized_counts", "vst", "size_factors", "heatmap_matrix", "heatmap_clusters", "cluster_cards", "findings",
    ]  # fmt: skip
    expected = {f"figures/{name}.{ending}" for name in figures for ending in ("pdf", "svg", "png")}
    expected |= {f"tables/{name}.tsv" for name in tables}
    expected |= {"report.html", "results.xlsx", "run.json", "methods.md"}
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == expected


def test_two_runs_differ_in_run_json_only(folder: Path, analysis: Analysis, tmp_path: Path) -> None:  # R7, R10
    command, times = "heatleaf run counts.tsv -o run", {"started": "2026-02-02T00:00:00Z"}
    with OutputFolder(tmp_path / "again") as again:
        files = write_folder(analysis, again, command=command, times=times)
    for path in files:
        same = path.read_bytes() == (folder / path.relative_to(again.path)).read_bytes()
        assert same != (path.name == "run.json"), path


def test_tables_read_back(folder: Path, analysis: Analysis) -> None:
    table = pd.read_csv(folder / f"tables/differential_{NAME}.tsv", sep="\t")
    header = "gene_id gene_symbol baseMean log2FoldChange lfcSE stat pvalue padj log2FoldChangeShrunken status note"
    assert " ".join(table.columns) == header
    assert len(table) == 400
    assert table["padj"].dropna().is_monotonic_increasing
    matrix = pd.read_csv(folder / "tables/heatmap_matrix.tsv", sep="\t")
    assert tuple(matrix["gene_id"]) == analysis.heatmap.spec.row_ids
    np.testing.assert_array_equal(matrix.iloc[:, 2:].to_numpy(), analysis.heatmap.spec.matrix)
    clusters = pd.read_csv(folder / "tables/heatmap_clusters.tsv", sep="\t")
    assert list(clusters["position"]) == list(range(1, 61))
    assert clusters["cluster"].is_monotonic_increasing
    enriched = pd.read_csv(folder / "tables/cluster_enrichment.tsv", sep="\t")
    assert list(enriched.columns[:4]) == ["cluster", "collection", "set_id", "set_name"]


def test_findings_rest_on_files_that_exist(folder: Path) -> None:
    findings = pd.read_csv(folder / "tables/findings.tsv", sep="\t")
    assert {"text", "numbers", "rests_on", "level"} <= set(findings.columns)
    for place in findings["rests_on"]:
        assert (folder / place.split(" (")[0]).is_file(), place


def test_run_json_is_strict_sorted_and_complete(folder: Path) -> None:  # P21, R13, R29, R35
    def refuse(token: str) -> float:
        raise AssertionError(token)

    text = (folder / "run.json").read_text(encoding="utf-8")
    record = json.loads(text, parse_constant=refuse)
    assert list(record) == sorted(record)
    assert record["schema_version"] == 1
    assert record["inputs"][0] == {"role": "counts", "file": "counts.tsv", "sha256": "0" * 64, "size": 1234}
    assert record["times"] == {"started": "2026-01-01T00:00:00Z"}
    assert [message["level"] for message in record["messages"]] == ["note", "warning"]
    assert record["messages"][1]["text"] == "level 'C' has one sample. Fix: add samples."
    assert all((folder / name).is_file() for name in record["files"])
    assert record["samples"]["sample_ids"][1] == "SRR1039509" and record["samples"]["columns"]["dex"][1] == "treated"
    assert record["group"] == "dex" and record["factors"] == {"dex": ["untreated", "treated"]}
    assert all((folder / comparison["table"]).is_file() for comparison in record["comparisons"])
    assert record["seed"] == 1 and record["versions"]["heatleaf"] == "0.1.0"


def test_numbers_that_are_none_are_null_in_run_json(analysis: Analysis) -> None:  # R29
    numbers = {
        "nan": float("nan"),
        "up": np.float64("inf"),
        "down": -np.inf,
        "n": np.int64(3),
        "share": np.float64(0.5),
    }
    odd = replace(analysis, findings=(Finding("samples", "odd", "Odd.", numbers),))
    safe = {result.differential.contrast.name: "x" for result in odd.comparisons}
    text = run_record(odd, RunFacts("", {}, {}), safe=safe).decode("utf-8")
    assert not re.search(r"NaN|Infinity", text)
    assert json.loads(text)["findings"][0]["numbers"] == {"nan": None, "up": None, "down": None, "n": 3, "share": 0.5}


def test_level_names_become_file_names_and_are_said(tmp_path: Path) -> None:  # S17
    analysis = make_analysis(tested="10 µM/a", nothing=True)
    files = write_folder(analysis, tmp_path)
    assert (tmp_path / "tables/differential_dex_10_M_a_vs_untreated.tsv") in files
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert "'dex_10 µM/a_vs_untreated' is 'dex_10_M_a_vs_untreated'" in record["messages"][-1]["text"]
    first = next(f for f in record["findings"] if f["key"] == "nothing")
    assert first["rests_on"] == "tables/differential_dex_10_M_a_vs_untreated.tsv"


def test_an_analysis_without_test_sheet_and_pca(without_comparisons: Analysis, tmp_path: Path) -> None:  # N34
    files = write_folder(without_comparisons, tmp_path)
    names = {path.name for path in files}
    assert "pca.svg" not in names and "heatmap.svg" in names
    assert "differential" not in " ".join(names)


def test_the_command_that_repeats_an_analysis(analysis: Analysis) -> None:
    assert repeat_command(analysis, "out") == "heatleaf run counts.tsv samples.csv -o out"
    settings = Settings(
        design="~ a + b", contrasts=(("a", "x y", "z"),), references=(("a", "z"),), gene_sets=(Path("s.gmt"),),
        alpha=0.1, clusters=4, test=False,
    )  # fmt: skip
    assert repeat_command(replace(analysis, settings=settings), "out dir") == (
        "heatleaf run counts.tsv samples.csv -o 'out dir' --contrast a 'x y' z --reference a=z --gene-sets s.gmt "
        "--clusters 4 --no-test --design '~ a + b' --alpha 0.1"
    )


def test_results_of_an_earlier_run_do_not_stay(
    analysis: Analysis, without_comparisons: Analysis, tmp_path: Path
) -> None:
    with OutputFolder(tmp_path / "run") as folder:
        first = write_folder(analysis, folder)
        (folder.path / "tables/mine.tsv").write_text("mine")
        assert not folder.messages
        second = write_folder(without_comparisons, folder)
    left = {path for path in folder.path.rglob("*") if path.is_file()}
    assert left == {*second, folder.path / "tables/mine.tsv"}
    n_gone = len(set(first) - set(second))
    (message,) = folder.messages
    assert message.code == "output_folder"
    assert message.text.startswith(f"{n_gone} files of an earlier run in this folder")
    record = json.loads((folder.path / "run.json").read_text())
    assert record["messages"][-1]["text"] == message.text
