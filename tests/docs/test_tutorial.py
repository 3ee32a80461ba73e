"""docs/tutorial.md: its commands are run on the real data, and print what it says they print."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from heatleaf.cli import main

TUTORIAL = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\n\$ (heatleaf [^\n]*)\n(.*?)^```$", TUTORIAL, flags=re.MULTILINE | re.DOTALL)
QUOTED = [line[2:] for line in TUTORIAL.splitlines() if line.startswith("> ")]


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.timeout(600)
def test_the_tutorial_prints_what_it_shows(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(data / "airway" / "counts.csv.gz", "airway_counts.csv.gz")
    shutil.copy(data / "airway" / "metadata.csv", "airway_samples.csv")
    assert [shlex.split(command)[1] for command, _ in BLOCKS] == ["design", "run", "why", "gene", "heatmap", "verify"]
    for command, shown in BLOCKS:
        code = main(shlex.split(command)[1:])
        said = capsys.readouterr()
        assert code == 0, said.err
        text = words(said.err + said.out)
        for line in shown.splitlines():
            assert line == "..." or words(line) in text, f"{command}: {line}"
    findings = Path("results/tables/findings.tsv").read_text(encoding="utf-8")
    for line in QUOTED:
        assert line in findings or line.startswith(("In airway", "paired by", "(16 of 41")), line
    # the sentence of section 6 is ours; its numbers are those of the findings
    for number in ("4,028", "16,793", "2,211", "1,817", "16 of 41", "6.1 × 10⁻⁴"):
        assert number in findings and number in " ".join(QUOTED)
    assert "30,633 have no reads and 16,676 have too few reads to decide" in findings
    assert "Stability 0.63 (1: always found again): its pattern holds, its edge is uncertain" in words(findings)
