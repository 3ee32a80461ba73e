"""docs/heatmap.md: its Python runs as written, its commands are understood, the options that it names exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heatleaf import Heatmap
from heatleaf.cli import make_parser

PAGE = (Path(__file__).parents[2] / "docs" / "heatmap.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^    (heatleaf heatmap [^\n]*)", PAGE, flags=re.MULTILINE)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rng = np.random.default_rng(1)
    is_treated = np.arange(8) >= 4
    means = 100 * np.where(np.arange(400)[:, None] % 4 == 0, 1 + 3 * is_treated, 1)
    counts = rng.negative_binomial(8, 8 / (8 + means))
    names = [f"s{i}" for i in range(8)]
    pd.DataFrame(counts, [f"GENE{i}" for i in range(400)], names).to_csv(tmp_path / "counts.csv")
    sheet = pd.DataFrame({"condition": np.where(is_treated, "treated", "control"), "batch": list("abababab")}, names)
    sheet.to_csv(tmp_path / "samples.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_python_of_the_page_runs_from_top_to_bottom(study: Path) -> None:
    assert len(BLOCKS) >= 6
    names: dict[str, object] = {}
    for block in BLOCKS:
        exec(compile(block, "docs/heatmap.md", "exec"), names)  # the page's own code
    written = {path.name for path in study.iterdir()}
    assert {"heatmap.pdf", "annotated.png", "both.pdf", "column.pdf", "as_seen.png", "for_others"} <= written


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_page_run(command: str, study: Path) -> None:
    args = make_parser().parse_args(shlex.split(command)[1:])
    args.run(args)
    assert all(path.exists() for path in args.output)


def test_every_option_and_step_that_the_page_names_exists(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        make_parser().parse_args(["heatmap", "--help"])
    offered = capsys.readouterr().out
    assert [option for option in set(re.findall(r"`(--[a-z-]+)", PAGE)) if f"{option} " not in offered] == []
    steps = {name for name in re.findall(r"(?:`|\.)([a-z_]+)\(", PAGE) if not hasattr(pd.DataFrame, name)}
    assert steps <= set(dir(Heatmap)) | {"read_csv"}
