"""Tables taken over from the folder before are the same to the byte, and only those with the same content are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from heatleaf.analysis.result import Analysis
from heatleaf.io.table_writer import format_columns, format_table
from heatleaf.report import written
from heatleaf.report.folder import write_folder
from heatleaf.report.tables import OutputTable
from heatleaf.report.workbook import write_workbook
from heatleaf.report.written import FolderBefore, WrittenTables, is_same_table


def table(values: list[float], texts: list[str], name: str = "t", title: str = "T") -> OutputTable:
    return OutputTable(name, title, {"gene_id": np.array(texts, dtype=object), "x": np.array(values)})


def test_cells_decide_to_the_bit() -> None:
    nan, first = float("nan"), table([1.0, float("nan")], ["a", "b"])
    assert is_same_table(first, table([1.0, nan], ["a", "b"]))
    for other in (
        table([1.0, 2.0], ["a", "b"]),
        table([1.0 + 2**-52, nan], ["a", "b"]),
        table([1.0, nan], ["a", "c"]),
        table([1.0, nan], ["a", "b"], name="u"),
        table([1.0, nan], ["a", "b"], title="U"),
        table([1.0], ["a"]),
        OutputTable("t", "T", {"x": first.columns["x"], "gene_id": first.columns["gene_id"]}),
        OutputTable("t", "T", {"gene_id": ["a", "b"], "x": [1.0, nan]}),  # type: ignore[dict-item]
    ):
        assert not is_same_table(first, other)


def test_only_what_differs_is_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(written, "format_columns", lambda columns: made.append("text") or format_columns(columns))
    monkeypatch.setattr(
        written, "write_workbook", lambda tables, title: made.append("workbook") or write_workbook(tables, title)
    )
    tables, kept = [table([1.0], ["a"]), table([2.0], ["a"], name="u")], WrittenTables()
    first = kept.texts(tables), kept.workbook(tables, "title")
    assert made == ["text", "text", "workbook"]
    again = [table([1.0], ["a"]), table([2.0], ["a"], name="u")]
    assert (kept.texts(again), kept.workbook(again, "title")) == first and len(made) == 3
    changed = [again[0], table([3.0], ["a"], name="u")]
    assert kept.texts(changed) == {one.name: format_table(one.frame) for one in changed}
    assert kept.workbook(changed, "title") == write_workbook(changed, "title")
    assert made[3:] == ["text", "workbook"]
    kept.workbook(changed, "another title")
    kept.workbook(changed[:1], "another title")
    assert made[5:] == ["workbook", "workbook"]


def test_a_folder_after_another_is_as_one_by_itself(tmp_path: Path, analysis: Analysis) -> None:  # R7
    before = FolderBefore()
    folders = [tmp_path / name for name in ("first", "second", "alone")]
    for folder, kept in zip(folders, (before, before, None), strict=True):
        folder.mkdir()
        write_folder(analysis, folder, before=kept)
    contents = [
        {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
        for folder in folders
    ]
    assert contents[0] == contents[1] == contents[2]
