"""Reading back single genes of a finished run, and folders that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from heatleaf.errors import UserError
from heatleaf.io.finished_run import NORM_COUNTS, number, open_run
from heatleaf.io.table_writer import write_table

GENES = ["g1", "g10", 'with"quote', "tab\there", "last"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tables").mkdir()
    record = {"schema_version": 1, "samples": {"sample_ids": ["a", "b"], "columns": {}}}
    (tmp_path / "run.json").write_text(json.dumps(record), encoding="utf-8")
    frame = pd.DataFrame(
        {
            "gene_id": GENES,
            "gene_symbol": ["TP53", "Actb", "x", "", "actb"],
            "a": [0.1 + 0.2, 2, 3, 4, 5],
            "b": [1e-9] + [0.0] * 4,
        }
    )
    write_table(frame, tmp_path / NORM_COUNTS)
    return tmp_path


def test_each_gene_is_found_as_it_was_written(folder: Path) -> None:
    run = open_run(folder)
    assert [gene_id for gene_id, _ in run.gene_names()] == GENES
    assert run.norm_counts("g1") == [0.1 + 0.2, 1e-9]
    assert [run.norm_counts(gene)[0] for gene in GENES[1:]] == [2, 3, 4, 5]
    assert run.row(NORM_COUNTS, "g") == {}
    assert run.row(NORM_COUNTS, "g10")["gene_symbol"] == "Actb"


def test_genes_are_found_by_id_and_by_symbol_in_any_case(folder: Path) -> None:
    run = open_run(folder)
    assert run.find_gene("TP53") == [("g1", "TP53")] == run.find_gene("tp53") == run.find_gene("G1")
    assert run.find_gene("actb") == [("last", "actb")]  # the exact symbol before one in another case
    assert run.find_gene("ACTB") == [("g10", "Actb"), ("last", "actb")]
    assert run.find_gene("nothing") == []


def test_missing_cells_are_nan() -> None:
    assert number("NA") != number("NA")
    assert number("1e-320") == 1e-320


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        (None, "file_missing", "is not a folder that heatleaf run left: it has no run.json. Fix: give the folder that"),
        ("{", "output_folder", "run.json cannot be read. Fix: run heatleaf again into this folder."),
        ("[]", "output_folder", "run.json cannot be read"),
        ('{"schema_version": 99}', "output_folder", "was written by another version of heatleaf (schema 99)"),
        ('{"schema_version": 1}', "output_folder", "was written by another version of heatleaf (schema 1)"),
    ],
)
def test_other_folders_are_refused(tmp_path: Path, text: str | None, code: str, sentence: str) -> None:
    """A run.json of another version is refused by name (R38)."""
    if text is not None:
        (tmp_path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        open_run(tmp_path)
    assert caught.value.code == code
    assert sentence in str(caught.value)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_a_whole_folder_of_another_version_is_refused(folder: Path, version: object) -> None:
    """R38: the version alone decides."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps({**record, "schema_version": version}), encoding="utf-8")
    with pytest.raises(UserError, match=rf"written by another version of heatleaf \(schema {version}\)") as caught:
        open_run(folder)
    assert caught.value.code == "output_folder"


def test_a_folder_without_its_tables_is_refused(folder: Path) -> None:
    (folder / NORM_COUNTS).unlink()
    with pytest.raises(UserError, match=r"tables/normalized_counts.tsv is not in") as caught:
        open_run(folder).norm_counts("g1")
    assert caught.value.code == "file_missing"
