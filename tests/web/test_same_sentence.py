"""The same sentence in the browser as on the command line, for every bad input (style P6)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from heatleaf.cli import main
from heatleaf.web.desk import Desk
from heatleaf.web.record import StudyFile, StudyRecord

BAD_INPUT = Path(__file__).parents[1] / "bad_input"


def load(name: str) -> ModuleType:
    """Load the cases of another folder of tests."""
    spec = importlib.util.spec_from_file_location(f"bad_input_{name}", BAD_INPUT / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TABLES = [
    case
    for case in load("test_tables").CASES
    if case.level == "refusal" and case.reader == "counts" and not case.options
]
SHEETS = load("test_sample_sheets").CASES


def on_the_page(tmp_path: Path, *names: str) -> dict[str, Any]:
    """Read files as the worker does for a page; return the error."""
    files = tuple(StudyFile(name, name, f"input/{name}", (tmp_path / "input" / name).stat().st_size) for name in names)
    record = StudyRecord("id", "name", "now", "reading", files)
    request = {"op": "read", "folder": str(tmp_path), "record": record.to_json()}
    found: dict[str, Any] = Desk(lambda *_, **__: {}).do(request, lambda event, text: None)
    return dict(found["error"] or {})


def on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], *names: str) -> tuple[str, str]:
    """Give the files to `heatleaf run`; return code and sentence."""
    paths = [str(tmp_path / "input" / name) for name in names]
    assert main(["run", *paths, "-o", str(tmp_path / "out"), "--quiet"]) == 1
    line = capsys.readouterr().err.strip().splitlines()[-1]
    assert line.startswith("heatleaf: error [")
    code, _, sentence = line.removeprefix("heatleaf: error [").partition("] ")
    return code, sentence


@pytest.mark.parametrize("case", TABLES, ids=lambda case: case.id)
def test_a_bad_table(case: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "input").mkdir()
    path = tmp_path / "input" / case.name
    if isinstance(case.content, bytes):
        path.write_bytes(case.content)
    elif not case.content(path).is_file():
        pytest.skip("a folder, or a file that is not there, cannot be dropped")
    code, sentence = on_the_command_line(tmp_path, capsys, case.name)
    error = on_the_page(tmp_path, case.name)
    # Where both files are arguments the command line adds which goes first; on the page there is no order.
    assert (error["code"], error["error"].rstrip(".")) == (
        code,
        sentence.partition("; a sample sheet goes")[0].rstrip("."),
    )


@pytest.mark.parametrize("case", SHEETS)
def test_a_bad_sheet(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, ids, _, _ = SHEETS[case]
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "samples.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    ids = ids or ("S1", "S2", "S3", "S4")
    rows = [f"g{i}," + ",".join(str(20 + i * (j + 3) % 17) for j in range(len(ids))) for i in range(150)]
    (tmp_path / "input" / "counts.csv").write_text("\n".join(["gene," + ",".join(ids), *rows]) + "\n")
    code, sentence = on_the_command_line(tmp_path, capsys, "counts.csv", "samples.csv")
    error = on_the_page(tmp_path, "counts.csv", "samples.csv")
    assert (error.get("code"), error.get("error")) == (code, sentence)
