"""What an earlier run left in a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from heatleaf.io.old_results import find_old_results, remove_old_results, tell_old_results


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "results"
    for name in ("figures/volcano_a.pdf", "figures/pca.pdf", "tables/A.tsv", "tables/mine.tsv", "notes.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (tmp_path / "outside.tsv").write_text("outside")
    return root


def record(folder: Path, files: object, program: str = "heatleaf") -> None:
    (folder / "run.json").write_text(json.dumps({"program": program, "files": files}))


def test_what_the_new_run_does_not_write_is_removed_and_nothing_else(folder: Path) -> None:
    record(folder, ["figures/volcano_a.pdf", "figures/pca.pdf", "figures/gone.pdf", "run.json"])
    old = find_old_results(folder, ["figures/pca.pdf", "run.json"])
    assert old == ("figures/volcano_a.pdf",)
    remove_old_results(folder, old)
    left = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert left == {"figures/pca.pdf", "tables/A.tsv", "tables/mine.tsv", "notes.txt", "run.json"}
    assert [message.text for message in tell_old_results(old)] == [
        "1 file of an earlier run in this folder, which this run does not make, removed (first: figures/volcano_a.pdf)."
    ]


def test_a_name_in_other_case_may_be_the_same_file(folder: Path) -> None:
    record(folder, ["tables/A.tsv"])
    assert find_old_results(folder, ["tables/a.tsv"]) == ()


@pytest.mark.parametrize(
    "files",
    [
        [
            "../outside.tsv",
            "tables/../../outside.tsv",
            "tables/..",
            "notes.txt",
            "/etc/hostname",
            "tables",
            "",
            7,
            None,
        ],
        {"tables/mine.tsv": 1},
        None,
    ],
)
def test_a_record_cannot_point_elsewhere(folder: Path, files: object) -> None:  # R3
    record(folder, files)
    assert find_old_results(folder, []) == ()


def test_a_linked_folder_is_left_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.pdf").write_text("x")
    (folder / "figures" / "pca.pdf").unlink()
    (folder / "figures" / "volcano_a.pdf").unlink()
    (folder / "figures").rmdir()
    (folder / "figures").symlink_to(tmp_path / "elsewhere")
    record(folder, ["figures/x.pdf"])
    assert find_old_results(folder, []) == ()


def test_records_that_are_none(folder: Path) -> None:
    assert find_old_results(folder, []) == ()
    record(folder, ["tables/mine.tsv"], program="other")
    assert find_old_results(folder, []) == ()
    (folder / "run.json").write_bytes(b"\xff{")
    assert find_old_results(folder, []) == ()
    assert tell_old_results(()) == ()
