"""The command line at the limits of the machine: no room on the disk, no memory, names of every kind, real tables."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from heatleaf.cli import main

LIMITED = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))
from heatleaf.cli import main
sys.exit(main({arguments!r}))
"""


def write_table(path: Path, n_genes: int = 120, n_samples: int = 6) -> Path:
    rng = np.random.default_rng(2)
    counts = rng.negative_binomial(5, 0.05, (n_genes, n_samples)) + 1
    header = "\t".join(["gene", *(f"{'ab'[i % 2]}_{i}" for i in range(n_samples))])
    rows = ("\t".join([f"G{i}", *map(str, row)]) for i, row in enumerate(counts.tolist()))
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def write_sheet(path: Path) -> Path:
    path.write_text("".join(["sample,group\n", *(f"{'ab'[i % 2]}_{i},{'ab'[i % 2]}\n" for i in range(6))]), "utf-8")
    return path


def test_a_disk_without_room_is_said_before_the_analysis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # R6
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(total=1, used=1, free=3_000_000))
    out = tmp_path / "a" / "out"
    assert main(["run", str(write_table(tmp_path / "counts.tsv")), "-o", str(out)]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == (
        f"heatleaf: error [output_write] {out}: about 15 MB are needed, 3 MB are free. "
        "Fix: free some space, or give another folder."
    )
    assert not out.parent.exists()


def test_the_phase_in_which_memory_ended_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # R21
    def exhaust(*arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr("heatleaf.analysis.run.fit_vst", exhaust)
    out = tmp_path / "out"
    assert main(["run", str(write_table(tmp_path / "counts.tsv")), "-o", str(out)]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(
        "heatleaf: error [memory] there is not enough memory for this table (phase: transformation). Fix: "
    )
    assert not out.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_AS is POSIX")
@pytest.mark.parametrize("megabytes", [480, 560])
def test_too_little_memory_is_said_in_a_sentence(tmp_path: Path, megabytes: int) -> None:  # R21
    table = write_table(tmp_path / "counts.tsv", 30_000, 20)
    arguments = ["heatmap", str(table), "-o", str(tmp_path / "out.png"), "--genes", "top:2000"]
    code = LIMITED.format(limit=megabytes << 20, arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode < 0 or "OpenBLAS" in done.stderr or "libscipy" in done.stderr:
        assert not (tmp_path / "out.png").exists()
        pytest.skip("a library ended the process before Python was told")
    if done.returncode:
        assert done.returncode == 1, done.stderr
        assert "heatleaf: error [memory] there is not enough memory for this table" in done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "out.png").exists() == (done.returncode == 0)


@pytest.mark.parametrize(
    "name",
    [
        "with spaces.tsv",
        " spaces around .tsv ",
        "UPPER and lower.TSV",
        "-leading.tsv",
        unicodedata.normalize("NFC", "caf\u00e9.tsv"),
        unicodedata.normalize("NFD", "caf\u00e9.tsv"),
        "\u8ba1\u6570.tsv",
        "x" * 200 + ".tsv",
        "no_ending",
        "100%.tsv",
        "[a]*?.tsv",
        "; rm -rf $(x).tsv",
        "../up/counts.tsv",
    ],
)
def test_inputs_of_any_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # R32
    for folder in ("here", "up"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    table = write_table(Path(name))
    sheet = write_sheet(Path("samples.csv"))
    given = f"./{name}" if name.startswith("-") else name
    assert main(["differential", given, str(sheet), "-o", "out/table.tsv"]) == 0, capsys.readouterr().err
    assert f"{table.name}: plain table recognised" in " ".join(capsys.readouterr().err.split())


def test_links_to_inputs_are_followed_and_never_replaced(tmp_path: Path) -> None:  # R3, R32
    table, sheet = write_table(tmp_path / "counts.tsv"), write_sheet(tmp_path / "samples.csv")
    link = tmp_path / "link.tsv"
    link.symlink_to(table)
    assert main(["differential", str(link), str(sheet), "-o", str(tmp_path / "out.tsv")]) == 0
    assert main(["differential", str(link), str(sheet), "-o", str(table)]) == 1
    assert table.read_text(encoding="utf-8").startswith("gene\t")


@pytest.mark.parametrize("kind", ["fifo", "dangling", "too long"])
def test_paths_that_are_no_files_are_refused(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # R32
    path = tmp_path / ("x" * 300 if kind == "too long" else "counts.tsv")
    if kind == "dangling":
        path.symlink_to(tmp_path / "none")
    if kind == "fifo":
        if not hasattr(os, "mkfifo"):
            pytest.skip("no fifos here")
        os.mkfifo(path)
    assert main(["heatmap", str(path), "-o", str(tmp_path / "o.png")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("heatleaf: error [")
    assert not (tmp_path / "o.png").exists()


def test_heatmaps_of_a_real_table(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Simulated log values with planted blocks: the blocks are drawn whole."""
    table, sheet = data / "planted200" / "vst.csv", data / "planted200" / "samples.csv"
    figure = tmp_path / "heatmap.svg"
    options = ["--split-columns", "condition", "--linkage", "average", "--metric", "correlation", "--clusters", "5"]
    assert main(["heatmap", str(table), str(sheet), "-o", str(figure), *options]) == 0
    assert f"{figure}: 200 genes x 12 samples" in capsys.readouterr().out
    assert figure.stat().st_size > 20_000
