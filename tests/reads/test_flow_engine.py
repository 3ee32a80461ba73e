"""Whole runs of the workflow: resumed after any kill, by content, with the numbers of kallisto (R14, R18, R19, S17)."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from flow_reads import (
    kallisto_by_hand,
    make_sample,
    make_study,
    make_transcripts,
    require_tools,
    result_bytes,
    run_engine,
    start_engine,
    wait_for,
)

from heatleaf.reads import engine, workflow
from heatleaf.reads.engine import dry_plan, quantify
from heatleaf.reads.plan import find_reads
from heatleaf.reads.reference import Reference
from heatleaf.reads.settings import QuantifySettings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SETTINGS = QuantifySettings(threads=2)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    require_tools()
    return make_study(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def undisturbed(study: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    environment = {**os.environ, "HEATLEAF_RESOURCES": str(folder / "cache")}
    said = run_engine(*study, folder / "out", "trim=always", environment=environment)
    assert "end 3 samples quantified" in said, said
    return result_bytes(folder / "out")


def has_temporary(folder: Path) -> bool:
    return folder.is_dir() and any(path.name.startswith(".heatleaf-tmp-") for path in folder.iterdir())


def n_done(out: Path) -> int:
    return len(list((out / "transcripts").glob("S*/heatleaf.json")))


MOMENTS: dict[str, Callable[[Path], object]] = {
    "plan": lambda folder: (folder / "out" / "work" / "workflow.json").exists(),
    "index": lambda folder: has_temporary(folder / "cache" / "indices"),
    "trim": lambda folder: (folder / "out" / "work" / "scratch").exists(),
    "quantify": lambda folder: n_done(folder / "out") >= 1,
    "gather": lambda folder: n_done(folder / "out") == 3,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_kill_at_any_rule_then_the_same_command_gives_the_same_bytes(
    moment: str, study: tuple[Path, Path], undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    environment = {**os.environ, "HEATLEAF_RESOURCES": str(tmp_path / "cache")}
    child = start_engine(*study, tmp_path / "out", "trim=always", environment=environment)
    assert wait_for(lambda: MOMENTS[moment](tmp_path) or child.poll() is not None)
    started = psutil.Process(child.pid).children(recursive=True) if child.poll() is None else []
    child.send_signal(signal.SIGKILL)
    child.communicate()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "transcripts").glob("S*/abundance.tsv")}
    said = run_engine(*study, tmp_path / "out", "trim=always", environment=environment)
    assert "end 3 samples quantified" in said or "3 of them done before" in said, said
    assert result_bytes(tmp_path / "out") == undisturbed
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())  # what was done is not done again
    assert not any(process.is_running() and process.status() != "zombie" for process in started)
    assert not (tmp_path / "out" / "work" / "scratch").exists()


def test_a_killed_snakemake_is_told_in_words_and_resumed(
    study: tuple[Path, Path], undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    environment = {**os.environ, "HEATLEAF_RESOURCES": str(tmp_path / "cache")}
    child = start_engine(*study, tmp_path / "out", "trim=always", environment=environment)
    assert wait_for(lambda: (tmp_path / "out" / "work" / "scratch").exists())
    (snakemake,) = psutil.Process(child.pid).children()
    snakemake.kill()
    said, _ = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "refused [workflow] the workflow ended with signal 9 (SIGKILL)" in said
    assert "run the same command again: it goes on" in said
    run_engine(*study, tmp_path / "out", "trim=always", environment=environment)
    assert result_bytes(tmp_path / "out") == undisturbed


def test_names_of_folders_are_never_read_as_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """S17: blanks, quotes, braces and dollars in paths of reads, transcripts, results and cache."""
    kallisto = require_tools()
    reads, fasta = make_study(tmp_path / "a b; touch $(x) 'q' {wildcards} --help", n_samples=1)
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(tmp_path / "ca che {y}"))
    out = tmp_path / 'o"u t {batch} $HOME'
    done = quantify(find_reads(reads), Reference((fasta,)), None, SETTINGS, out)
    assert [record.n_reads for record in done.samples] == [1500]
    files = [reads / f"S1_R{mate}.fastq.gz" for mate in (1, 2)]
    assert (out / "transcripts/S1/abundance.tsv").read_bytes() == kallisto_by_hand(
        kallisto, tmp_path / "h", fasta, files
    )


def test_only_what_changed_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R19: a touched input makes no work, a changed byte that of its sample, other transcripts that of all."""
    require_tools()
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(tmp_path / "cache"))
    reads, fasta = make_study(tmp_path)
    out = tmp_path / "out"

    def run() -> dict[str, int]:
        quantify(find_reads(reads), Reference((fasta,)), None, SETTINGS, out)
        return {path.parent.name: path.stat().st_mtime_ns for path in out.glob("transcripts/*/abundance.tsv")}

    first = run()
    known = json.loads((out / "quantify.json").read_text())
    assert [sample["sample_id"] for sample in known["samples"]] == ["S1", "S2", "S3"]
    assert known["quantifier"]["name"] == "kallisto"
    with monkeypatch.context() as patched:
        patched.setattr(engine, "run_workflow", lambda *_: pytest.fail("the workflow was run"))
        for path in [*reads.iterdir(), fasta]:
            path.touch()
        assert run() == first
    sequences = make_transcripts(fasta)
    make_sample(reads, "S2", sequences, seed=77)
    second = run()
    assert {name for name in first if first[name] != second[name]} == {"S2"}
    fasta.write_bytes(fasta.read_bytes().rsplit(b">", 1)[0])
    third = run()
    assert all(third[name] != second[name] for name in second)


def test_a_damaged_sample_stops_itself_only_and_is_mended(tmp_path: Path) -> None:
    """B86, R37: the others are kept, the fault is told with its line, and the next run does the rest."""
    require_tools()
    environment = {**os.environ, "HEATLEAF_RESOURCES": str(tmp_path / "cache")}
    reads, fasta = make_study(tmp_path)
    victim = reads / "S2_R2.fastq.gz"
    whole = victim.read_bytes()
    victim.write_bytes(whole[: len(whole) // 2])
    said = run_engine(reads, fasta, tmp_path / "out", environment=environment)
    assert "refused [gzip_damaged] line " in said
    assert "of S2_R2.fastq.gz: ends early or is damaged" in said
    assert "(1 of 3 samples could not be quantified: S2)" in said
    assert n_done(tmp_path / "out") == 2
    assert not (tmp_path / "out" / "counts.tsv").exists()
    victim.write_bytes(whole)
    said = run_engine(reads, fasta, tmp_path / "out", environment=environment)
    assert re.search(r"3 samples \(\d+ kB\), 2 of them done before", said)
    assert "end 3 samples quantified" in said


def test_the_plan_of_ten_thousand_samples_is_few_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_tools()
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(tmp_path / "cache"))
    fasta = tmp_path / "transcripts.fa"
    make_transcripts(fasta)
    reads = tmp_path / "reads"
    reads.mkdir()
    for i in range(10_000):
        path = reads / f"S{i}.fastq"
        path.write_bytes(b"")
        os.truncate(path, 100_000_000)  # sparse
    settings = QuantifySettings(executor="slurm", trim="never")
    text = dry_plan(find_reads(reads), Reference((fasta,)), None, settings, tmp_path / "out")
    assert text.startswith("10,000 samples (1,000.0 GB), in 400 jobs of about 0.5 GB of memory, by kallisto ")
    assert not (tmp_path / "out").exists()


def test_two_runs_into_one_folder(study: tuple[Path, Path], tmp_path: Path) -> None:
    environment = {**os.environ, "HEATLEAF_RESOURCES": str(tmp_path / "cache")}
    child = start_engine(*study, tmp_path / "out", environment=environment)
    try:
        assert wait_for(lambda: (tmp_path / "out" / "work" / "workflow.json").exists())
        said = run_engine(*study, tmp_path / "out", environment=environment)
        assert "refused [output_running]" in said
        assert "another run is writing into this folder" in said
    finally:
        said, _ = child.communicate(timeout=120)
    assert "end 3 samples quantified" in said


@pytest.mark.data
def test_yeast_reads_give_the_numbers_of_kallisto_and_agree_with_salmon(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np
    import pandas as pd
    from scipy.stats import spearmanr

    kallisto = require_tools()
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(tmp_path / "cache"))
    root = data / "reads_yeast_chrI"
    fasta = root / "ref" / "transcriptome.fasta"
    reference = Reference((fasta,), root / "ref" / "genes.gtf")
    done = quantify(find_reads(root / "fastq"), reference, None, SETTINGS, tmp_path / "out")
    assert len(done.samples) == 4
    plan = {sample.sample_id: sample for sample in find_reads(root / "fastq").samples}
    for record in done.samples:
        sample = plan[record.sample_id]
        table = tmp_path / "out" / "transcripts" / record.sample_id / "abundance.tsv"
        single = [] if sample.is_paired else ["--single", "-l", "200", "-s", "30"]
        files = [file.path for file in sample.files]
        assert table.read_bytes() == kallisto_by_hand(kallisto, tmp_path / record.sample_id, fasta, files, *single)
        ours = pd.read_csv(table, sep="\t", index_col="target_id")["est_counts"]
        gold = record.sample_id.removesuffix(".mapped_only")
        if record.quant.version == "0.48.0":
            theirs = pd.read_csv(root / "gold" / "kallisto" / gold / "abundance.tsv.gz", sep="\t", index_col=0)
            np.testing.assert_allclose(ours, theirs["est_counts"], rtol=1e-6, atol=1e-6)
        salmon = pd.read_csv(root / "gold" / "salmon" / gold / "quant.sf.gz", sep="\t", index_col=0)["NumReads"]
        is_expressed = (salmon >= 10) & (ours.reindex(salmon.index) >= 10)
        correlation = spearmanr(ours.reindex(salmon.index)[is_expressed], salmon[is_expressed]).statistic
        print(f"{record.sample_id}: Spearman {correlation:.4f} with salmon, {is_expressed.sum()} transcripts")
        assert correlation > 0.95, record.sample_id


def test_a_small_machine_needs_a_shell_and_nothing_else(
    study: tuple[Path, Path], undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    """Without bash and `which`, which Snakemake's executor for Slurm calls when it is imported."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "kallisto"):
        (programs / name).symlink_to(shutil.which(name) or pytest.skip(f"{name} is not on PATH"))
    environment = {**os.environ, "HEATLEAF_RESOURCES": str(tmp_path / "cache"), "PATH": str(programs)}
    said = run_engine(*study, tmp_path / "out", "trim=always", environment=environment)
    assert "end 3 samples quantified" in said, said
    assert result_bytes(tmp_path / "out") == undisturbed


def test_the_environment_of_the_workflow_has_no_foreign_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNAKEMAKE_PROFILE", "elsewhere")
    assert "SNAKEMAKE_PROFILE" not in workflow._environment()


def test_jobs_may_be_submitted_by_any_command(
    study: tuple[Path, Path], undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    """The command gets a job script, as qsub does; here a shell runs it at once."""
    pytest.importorskip("snakemake_executor_plugin_cluster_generic")
    environment = {**os.environ, "HEATLEAF_RESOURCES": str(tmp_path / "cache")}
    settings = ("executor=command", "submit_command=sh", "trim=always")
    said = run_engine(*study, tmp_path / "out", *settings, environment=environment)
    assert "end 3 samples quantified" in said, said
    assert result_bytes(tmp_path / "out") == undisturbed


def test_salmon_gives_the_same_kind_of_folder(study: tuple[Path, Path], tmp_path: Path) -> None:
    if shutil.which("salmon") is None:
        pytest.skip("salmon is not on PATH")
    environment = {**os.environ, "HEATLEAF_RESOURCES": str(tmp_path / "cache")}
    said = run_engine(*study, tmp_path / "out", "quantifier=salmon", environment=environment)
    assert "end 3 samples quantified" in said, said
    header, first, *_ = (tmp_path / "out" / "transcripts" / "S1" / "abundance.tsv").read_text().split("\n")
    assert header == "target_id\tlength\teff_length\test_counts\ttpm"
    assert first.startswith("T0.1\t900\t")
    known = json.loads((tmp_path / "out" / "quantify.json").read_text())
    assert known["quantifier"]["name"] == "salmon"
    assert all(sample["mapped_share"] > 0.5 for sample in known["samples"])
