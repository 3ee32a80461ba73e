"""The workflow on a real Slurm cluster of one machine: killed jobs, a drained node (issue 7; R14, R18)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flow_reads import kallisto_by_hand, make_study, require_tools, run_engine, start_engine, wait_for
from slurm_cluster import SlurmCluster, alone, missing_for_slurm

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmCluster]:
    pytest.importorskip("fcntl", reason="POSIX only")
    pytest.importorskip("snakemake_executor_plugin_slurm")
    with alone():
        if reason := missing_for_slurm():
            pytest.skip(reason)
        with SlurmCluster(tmp_path_factory.mktemp("slurm")) as running:
            yield running


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_study(tmp_path_factory.mktemp("study"), n_samples=2)


@pytest.fixture
def environment(cluster: SlurmCluster, tmp_path: Path) -> dict[str, str]:
    """An environment whose kallisto waits before it quantifies, as long as the file `hold` is there."""
    kallisto = require_tools()
    slow = tmp_path / "bin" / "kallisto"
    slow.parent.mkdir()
    wait = f'[ "$1" != quant ] || while [ -e {tmp_path}/hold ]; do sleep 0.1; done'
    slow.write_text(f'#!/bin/sh\n{wait}\nexec {kallisto} "$@"\n')
    slow.chmod(0o755)
    path = f"{slow.parent}:{os.environ['PATH']}"
    return {**cluster.environment, "PATH": path, "HEATLEAF_RESOURCES": str(tmp_path / "cache")}


def test_a_job_killed_on_the_way_is_done_again(
    cluster: SlurmCluster, study: tuple[Path, Path], environment: dict[str, str], tmp_path: Path
) -> None:
    reads, fasta = study
    hold = tmp_path / "hold"
    hold.touch()
    child = start_engine(reads, fasta, tmp_path / "out", "executor=slurm", environment=environment)
    assert wait_for(lambda: cluster.job_ids("RUNNING"))
    (killed,) = cluster.job_ids("RUNNING")
    cluster.run("scancel", killed)
    hold.unlink()
    said, _ = child.communicate(timeout=300)
    assert child.returncode == 0, said
    assert "2 of 2: " in said
    for name in ("S1", "S2"):
        files = [reads / f"{name}_R{mate}.fastq.gz" for mate in (1, 2)]
        ours = (tmp_path / "out" / "transcripts" / name / "abundance.tsv").read_bytes()
        assert ours == kallisto_by_hand(require_tools(), tmp_path / name, fasta, files)


def test_jobs_wait_for_a_drained_node(
    cluster: SlurmCluster, study: tuple[Path, Path], environment: dict[str, str], tmp_path: Path
) -> None:
    node = f"NodeName={cluster.host}"
    cluster.run("scontrol", "update", node, "State=drain", "Reason=test")
    try:
        child = start_engine(*study, tmp_path / "out", "executor=slurm", environment=environment)
        assert wait_for(lambda: cluster.job_ids("PENDING"))
        assert not cluster.job_ids("RUNNING")
    finally:
        cluster.run("scontrol", "update", node, "State=resume")
    said, _ = child.communicate(timeout=300)
    assert child.returncode == 0, said
    assert (tmp_path / "out" / "counts.tsv").is_file()


def test_jobs_are_cancelled_when_the_command_is_killed(
    cluster: SlurmCluster, study: tuple[Path, Path], environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "hold").touch()
    child = start_engine(*study, tmp_path / "out", "executor=slurm", environment=environment)
    assert wait_for(lambda: cluster.job_ids("RUNNING"))
    child.kill()
    child.communicate()
    assert wait_for(lambda: not cluster.job_ids("RUNNING,PENDING"))
    (tmp_path / "hold").unlink()
    said = run_engine(*study, tmp_path / "out", "executor=slurm", environment=environment)
    assert "end 2 samples quantified" in said, said


def test_the_profile_says_what_was_asked(
    cluster: SlurmCluster, study: tuple[Path, Path], environment: dict[str, str], tmp_path: Path
) -> None:
    said = run_engine(
        *study, tmp_path / "out", "executor=slurm", "partition=nowhere", "max_retries=0", environment=environment
    )
    assert "refused [workflow] the workflow ended with exit code 1" in said
    profile = (tmp_path / "out" / "work" / "profile" / "config.yaml").read_text()
    assert "\"slurm_partition='nowhere'\"" in profile
    assert "slurm-status-command: squeue" in profile
    shown = subprocess.run(["squeue", "-h"], env=environment, capture_output=True, text=True, check=True)
    assert not shown.stdout
