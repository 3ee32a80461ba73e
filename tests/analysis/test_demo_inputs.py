"""What the demonstration starts from, and what it says where it cannot start from reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from heatleaf.analysis import demo_inputs
from heatleaf.io import read_counts
from heatleaf.resources import demo_study


def test_without_the_engine_it_starts_from_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert demo_inputs.why_no_reads() == "the extra for reads is not installed (pip install 'heatleaf[reads]')"
    inputs = demo_inputs.write_demo_counts(demo_study(), tmp_path / "input")
    assert inputs.transcripts is None
    assert (read_counts(inputs.source).counts == demo_study().counts.counts).all()


def test_without_a_quantifier_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """pip may look at nothing, and nothing is on PATH or in the cache."""
    pytest.importorskip("snakemake")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(tmp_path / "kept"))
    assert demo_inputs.must_fetch_kallisto()
    assert "kallisto is not on PATH and could not be fetched" in demo_inputs.why_no_reads()


def test_reads_are_left_as_a_user_could_have_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("heatleaf.resources.demo_reads.DemoReads.__init__.__defaults__", (500,))
    inputs = demo_inputs.write_demo_reads(demo_study(), tmp_path / "input")
    names = sorted(path.relative_to(tmp_path / "input").as_posix() for path in (tmp_path / "input").rglob("*.*"))
    assert names == [
        "demo_samples.tsv",
        "demo_transcripts.fa.gz",
        *(f"reads/sample{i}.fastq.gz" for i in range(1, 7)),
    ]
    assert inputs.source == tmp_path / "input/reads" and inputs.transcripts is not None
