"""What --help promises is what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from heatleaf.analysis.choices import METRICS
from heatleaf.cli import main, options
from heatleaf.cluster.linkage import METHODS
from heatleaf.figures.palettes import HEAT_PALETTES


def test_help_lists_the_choices() -> None:
    assert tuple(HEAT_PALETTES) == options.PALETTES
    assert METRICS == options.METRICS
    assert METHODS == options.LINKAGES


def test_a_missing_background_is_refused_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "genes.txt").write_text("TP53\n")
    assert main(["enrich", str(tmp_path / "genes.txt"), "-o", str(tmp_path / "out.tsv")]) == 1
    assert (
        "error [option] --background: the background is missing: a gene set is over-represented only against all genes "
        "that were tested. Fix: give them with --background FILE"
    ) in capsys.readouterr().err
