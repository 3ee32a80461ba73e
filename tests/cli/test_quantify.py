"""The command from reads to counts, and `run` from reads to results, as a user types them."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from reads_cases import Library, make_transcriptome, write_sample

needs_engine = pytest.mark.skipif(
    shutil.which("kallisto") is None or importlib.util.find_spec("snakemake") is None,
    reason="needs kallisto on PATH and the extra 'reads'",
)


def heatleaf(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "heatleaf", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def study(tmp_path: Path) -> tuple[Path, Path]:
    """Six samples of 400 pairs of 30 made transcripts, and the transcripts."""
    made = make_transcriptome(tmp_path)
    for i in range(6):
        group = "control" if i < 3 else "treated"
        sequences = made.sequences if i < 3 else made.sequences + made.sequences[:6] * 4
        write_sample(tmp_path / "reads", f"{group}_{i % 3 + 1}", sequences, Library(n_reads=400, seed=i))
    return tmp_path / "reads", made.path


def test_the_plan_is_shown_before_any_work(study: tuple[Path, Path], tmp_path: Path) -> None:
    reads, transcripts = study
    done = heatleaf("quantify", reads, "--transcripts", transcripts, "-o", tmp_path / "out", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "6 samples (6 paired, 0 single) in 12 files" in done.stdout
    assert "control_1: control_1_R1.fastq.gz + control_1_R2.fastq.gz" in done.stdout
    assert "Transcripts: cdna.fa.gz" in done.stdout
    assert "Quantified by kallisto on this machine; adapters are cut off where they are found" in done.stdout
    assert not (tmp_path / "out").exists()


def test_the_check_alone(study: tuple[Path, Path], tmp_path: Path) -> None:
    reads, transcripts = study
    done = heatleaf("quantify", reads, "--transcripts", transcripts, "-o", tmp_path / "out", "--check-only")
    assert done.returncode == 0, done.stderr
    row = next(line for line in done.stdout.splitlines() if line.strip().startswith("treated_2 "))
    assert row.split() == ["treated_2", "400", "75", "40", "0%", "reverse", "100%"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            (),
            "option",
            "no transcripts are given that reads could be compared with. Fix: give --transcripts cdna.fa.gz",
        ),
        (
            ("--organism", "yeast"),
            "resources",
            "the transcripts of yeast were not fetched yet. Fix: heatleaf resources",
        ),
        (("--organism", "unicorn"), "organism", "nothing is known of the organism 'unicorn'"),
        (("--transcripts", "none.fa"), "file_missing", "none.fa: file not found in"),
    ],
)
def test_refusals_before_work(
    study: tuple[Path, Path], tmp_path: Path, words: tuple[str, ...], code: str, said: str
) -> None:
    done = heatleaf("quantify", study[0], "-o", tmp_path / "out", *words)
    assert done.returncode == 1
    assert f"heatleaf: error [{code}]" in done.stderr and said in done.stderr


def test_run_says_where_transcripts_make_no_sense(tmp_path: Path) -> None:
    (tmp_path / "counts.csv").write_text("gene,s1,s2\nA,1,2\n")
    done = heatleaf("run", tmp_path / "counts.csv", "--transcripts", "x.fa", "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "error [option] counts.csv: --transcripts is given, and there are no reads" in done.stderr


@needs_engine
def test_reads_to_results_in_one_command(study: tuple[Path, Path], tmp_path: Path) -> None:
    """A sheet of reads is also the sheet of groups; what was quantified is read again by `run` without any option."""
    reads, transcripts = study
    rows = [f"{path.name[:-12]},{path.name},{path.name.replace('R1', 'R2')}" for path in sorted(reads.glob("*R1*"))]
    sheet = reads / "sheet.csv"
    lines = [f"{row},{'wild' if row.startswith('control') else 'mutant'}" for row in rows]
    sheet.write_text("\n".join(["sample,fastq_1,fastq_2,genotype", *lines]) + "\n")
    out = tmp_path / "out"
    done = heatleaf("run", sheet, "--transcripts", transcripts, "-o", out, "--clusters", "2")
    assert done.returncode == 0, done.stderr
    counts = pd.read_csv(out / "quantified/counts.tsv", sep="\t", index_col="gene_id")
    assert list(counts.columns[1:]) == [row.split(",")[0] for row in rows]
    assert counts["gene_name"].str.startswith("SYM").all()
    assert (counts.iloc[:, 1:].sum() > 390).all()
    record = json.loads((out / "quantified/reads_check.json").read_text())
    assert [sample["strandedness"] for sample in record["samples"]] == ["reverse"] * 6
    assert (out / "tables/heatmap_matrix.tsv").is_file() and (out / "report.html").is_file()
    assert "genotype" in done.stderr
    verified = heatleaf("verify", out)
    assert verified.returncode == 0, verified.stderr
    again = heatleaf("run", out / "quantified", "-o", tmp_path / "again", "--clusters", "2")
    assert again.returncode == 0, again.stderr
    first, second = (folder / "tables/heatmap_matrix.tsv" for folder in (out, tmp_path / "again"))
    assert first.read_bytes() == second.read_bytes()
