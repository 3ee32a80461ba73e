"""The work on one sample, without Snakemake: faults of reads and of tools, and what counts as done (B86, R19, R37)."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flow_reads import make_sample, make_study, make_transcripts, require_kallisto

from heatleaf.errors import UserError
from heatleaf.reads.check import check_reads
from heatleaf.reads.index import has_index, make_index
from heatleaf.reads.jobs import Batch, Place, Quant, SampleJob, read_batch, split_batches, write_batch
from heatleaf.reads.plan import find_reads
from heatleaf.reads.planning import WorkPlan, plan_work
from heatleaf.reads.profile import ADAPTERS, SECOND_ADAPTERS
from heatleaf.reads.records import current_record, read_record
from heatleaf.reads.reference import Reference
from heatleaf.reads.sample_work import quantify_sample
from heatleaf.reads.samples import ReadsPlan
from heatleaf.reads.settings import QuantifySettings
from heatleaf.reads.step import main as run_step
from heatleaf.reads.workflow import prepare_workflow
from heatleaf.reads.workflow_process import alone_in


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def planned(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> WorkPlan:
    """One sample to do, with its index made."""
    require_kallisto()
    monkeypatch.setenv("HEATLEAF_RESOURCES", str(cache))
    reads, fasta = make_study(tmp_path, n_samples=1)
    return plan_small(tmp_path, reads, fasta)


def plan_small(folder: Path, reads: Path, fasta: Path, **settings: object) -> WorkPlan:
    from heatleaf.reads.engine import index_job

    reference = Reference((fasta,))
    todo = plan_work(find_reads(reads), reference, None, QuantifySettings(**settings), folder / "out")  # type: ignore[arg-type]
    make_index(index_job(todo, reference, folder / "out", hours=1.0))
    return todo


def refusal(planned: WorkPlan) -> UserError:
    with pytest.raises(UserError) as caught:
        quantify_sample(planned.jobs[0], planned.batches[0].place)
    assert not (planned.batches[0].place.results / "S1").exists()
    return caught.value


def rewrite(job: SampleJob, i_file: int, change: object) -> None:
    path = Path(job.files[i_file])
    path.write_bytes(gzip.compress(change(gzip.decompress(path.read_bytes()))))  # type: ignore[operator]


def test_results_are_current_by_content(planned: WorkPlan) -> None:
    job, place = planned.jobs[0], planned.batches[0].place
    quantify_sample(job, place)
    folder = place.results / "S1"
    record = read_record(folder)
    assert record is not None
    assert record == current_record(folder, job)
    assert (record.n_reads, record.n_used, record.n_with_adapter) == (1500, 1500, None)
    assert 0 < record.n_mapped <= 1500
    first = Path(job.files[0])
    os.utime(first, ns=(1, 1))
    assert current_record(folder, job) is not None
    assert read_record(folder) == replace(record, files=(replace(record.files[0], mtime_ns=1), record.files[1]))
    bytes_before = first.read_bytes()
    first.write_bytes(bytes_before[:-1] + bytes([bytes_before[-1] ^ 1]))
    assert current_record(folder, job) is None
    first.write_bytes(bytes_before)
    assert current_record(folder, job) is not None
    assert current_record(folder, replace(job, quant=replace(job.quant, version="9.9"))) is None
    (folder / "abundance.tsv").write_text("cut")
    assert current_record(folder, job) is None


def test_a_record_that_is_not_understood_counts_as_none(planned: WorkPlan) -> None:
    job, place = planned.jobs[0], planned.batches[0].place
    quantify_sample(job, place)
    path = place.results / "S1" / "heatleaf.json"
    for text in ("", "{}", '{"schema": 99}', json.dumps({**json.loads(path.read_text()), "more": 1})):
        path.write_text(text)
        assert read_record(path.parent) is None


def test_a_file_that_ends_early(planned: WorkPlan) -> None:
    path = Path(planned.jobs[0].files[0])
    path.write_bytes(path.read_bytes()[:-2000])
    error = refusal(planned)
    assert error.code == "gzip_damaged"
    assert str(error).startswith("line ")
    assert "of S1_R1.fastq.gz: ends early or is damaged" in str(error)


def test_a_file_that_ends_within_a_record(planned: WorkPlan) -> None:
    rewrite(planned.jobs[0], 1, lambda text: text[:-60])
    error = refusal(planned)
    assert error.code == "fastq"
    assert str(error).startswith("line 6,000 of S1_R2.fastq.gz: ")


def test_mates_of_unequal_number(planned: WorkPlan) -> None:
    rewrite(planned.jobs[0], 1, lambda text: b"\n".join(text.split(b"\n")[:4000]) + b"\n")
    error = refusal(planned)
    assert error.code == "mates"
    expected = "S1_R1.fastq.gz: 1,500 reads, and 1,000 in S1_R2.fastq.gz: mates must have the same number."
    assert str(error).startswith(expected)


def test_a_file_that_is_gone(planned: WorkPlan) -> None:
    Path(planned.jobs[0].files[1]).unlink()
    error = refusal(planned)
    assert error.code == "file_missing"
    assert "S1_R2.fastq.gz: the file of reads is gone. Fix: put it back." in str(error)


def test_an_index_that_is_not_whole(planned: WorkPlan) -> None:
    (planned.index / "transcripts.idx").write_bytes(b"short")
    assert not has_index(planned.index)
    error = refusal(planned)
    assert error.code == "tool"
    assert "the index of the transcripts is not there, or not whole. Fix: run the same command again" in str(error)
    assert plan_small(planned.batches[0].place.results.parents[1], *_study(planned)).needs_index
    assert has_index(planned.index)


def _study(planned: WorkPlan) -> tuple[Path, Path]:
    reads = Path(planned.jobs[0].files[0]).parent
    return reads, reads.parent / "transcripts.fa"


def test_a_sample_of_another_organism_has_zeros(planned: WorkPlan, tmp_path: Path) -> None:
    others = make_transcripts(tmp_path / "others.fa", seed=9)
    reads, _ = _study(planned)
    make_sample(reads, "S1", others, seed=1)
    quantify_sample(planned.jobs[0], planned.batches[0].place)
    record = read_record(planned.batches[0].place.results / "S1")
    assert record is not None
    assert (record.n_mapped, record.mapped_share) == (0, 0.0)


def test_trimmed_reads(planned: WorkPlan, tmp_path: Path) -> None:
    pytest.importorskip("cutadapt")
    todo = plan_small(tmp_path, *_study(planned), trim="always", scratch="$SCRATCH_OF_TEST/x")
    job, place = todo.jobs[0], todo.batches[0].place
    assert len(job.quant.adapters) == 2
    os.environ["SCRATCH_OF_TEST"] = str(tmp_path / "node")
    try:
        quantify_sample(job, place)
    finally:
        del os.environ["SCRATCH_OF_TEST"]
    record = read_record(place.results / "S1")
    assert record is not None
    assert record.n_with_adapter is not None
    assert record.n_with_adapter > 0
    assert record.n_reads == 1500 >= record.n_used >= record.n_mapped
    assert list((tmp_path / "node" / "x").iterdir()) == []  # trimmed reads are removed


def test_a_step_tells_the_fault_and_goes_on_and_retries_what_was_killed_only(planned: WorkPlan, tmp_path: Path) -> None:
    reads, fasta = _study(planned)
    make_sample(reads, "S2", make_transcripts(tmp_path / "again.fa"), seed=5)
    (reads / "S1_R1.fastq.gz").write_bytes(b"no reads")
    todo = plan_small(tmp_path, reads, fasta, threads=1, executor="slurm")
    (batch,) = todo.batches
    write_batch(batch, tmp_path)
    path = tmp_path / f"{batch.name}.json"
    assert read_batch(path) == batch
    assert run_step(["quantify", str(path)]) == 1
    assert (batch.place.results / "S2" / "abundance.tsv").is_file()
    reason = json.loads((batch.place.failures / "S1.json").read_text())
    assert (reason["code"], reason["is_final"]) == ("fastq", True)
    make_sample(reads, "S1", make_transcripts(tmp_path / "again.fa"), seed=5)
    assert run_step(["quantify", str(path)]) == 1  # final: no retry of the same run looks at it again
    (batch.place.failures / "S1.json").write_text(json.dumps({**reason, "is_final": False}))
    assert run_step(["quantify", str(path)]) == 0
    assert list(batch.place.failures.iterdir()) == []


def test_the_workflow_is_prepared_from_a_clean_slate(planned: WorkPlan, tmp_path: Path) -> None:
    from heatleaf.reads.engine import gather_job, index_job

    work = tmp_path / "out" / "work"
    left = [work / "done" / "abc", work / ".snakemake" / "locks" / "0.lock", work / "failed" / "S1.json"]
    left.append(tmp_path / "out" / "transcripts" / ".heatleaf-tmp-1" / "abundance.tsv")
    for path in left:
        path.parent.mkdir(parents=True)
        path.touch()
    reference = Reference((_study(planned)[1],))
    gather = gather_job(tmp_path / "out", reference, planned, QuantifySettings())
    prepare_workflow(
        work, planned, index_job(planned, reference, tmp_path / "out", hours=1.0), gather, QuantifySettings()
    )
    assert not any(path.exists() for path in left)
    config = json.loads((work / "workflow.json").read_text())
    assert list(config["batches"]) == [planned.batches[0].name]


def test_batches_are_even_and_complete() -> None:
    quant = Quant("kallisto", "1", "key", is_paired=True)
    samples = [SampleJob(f"S{i}", (), quant) for i in range(10)]
    sizes = [100, 1, 1, 1, 1, 1, 1, 1, 50, 50]
    batches = split_batches(samples, sizes, 3)
    assert sorted(sample.sample_id for batch in batches for sample in batch) == sorted(f"S{i}" for i in range(10))
    assert [sample.sample_id for sample in batches[0]] == ["S0"]
    assert len(split_batches(samples[:2], sizes[:2], 5)) == 2
    assert split_batches([], [], 5) == []
    place = Place("k", "i", "f", "s", 1.0)
    names = {Batch(place, tuple(batch)).name for batch in batches}
    assert len(names) == 3


@pytest.mark.parametrize("limit", [300, 900])
def test_a_full_disk_is_told_and_nothing_half_is_left(planned: WorkPlan, tmp_path: Path, limit: int) -> None:
    """R5: files may not grow beyond a limit that the log, or kallisto, runs into."""
    (batch,) = planned.batches
    write_batch(batch, tmp_path)
    code = (
        f"import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
        f"from heatleaf.reads.step import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "quantify", str(tmp_path / f"{batch.name}.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    told = batch.place.failures / "S1.json"
    said = told.read_text() if told.exists() else done.stderr
    assert "the disk or the quota is full" in said or "SIGXFSZ), a file grew beyond the limit" in said
    assert not batch.place.results.exists() or list(batch.place.results.iterdir()) == []
    quantify_sample(planned.jobs[0], batch.place)
    assert read_record(batch.place.results / "S1") is not None


def test_a_table_that_kallisto_cut_short_is_no_result(planned: WorkPlan) -> None:
    """kallisto does not notice that a disk is full (R5)."""
    job, place = planned.jobs[0], planned.batches[0].place
    quantify_sample(job, place)
    folder = place.results / "S1"
    assert planned.tool.finish(folder)["n_reads"] == 1500
    table = (folder / "abundance.tsv").read_bytes()
    for cut in (table[:-1], table[: table.rindex(b"T39")], b""):
        (folder / "abundance.tsv").write_bytes(cut)
        with pytest.raises(UserError) as caught:
            planned.tool.finish(folder)
        assert caught.value.code == "output_write"
        assert "kallisto did not write all of its results: the disk or the quota may be full" in str(caught.value)


def test_a_name_that_cannot_be_a_folder_is_refused(planned: WorkPlan, tmp_path: Path) -> None:
    """S17, for plans that were not made by `find_reads`."""
    reads, fasta = _study(planned)
    (sample,) = find_reads(reads).samples
    for name in ("; rm -rf ~", "$(x)", "{wildcards}", "--help", "../S1", ".S1", "a" * 65, ""):
        plan = ReadsPlan((replace(sample, sample_id=name),))
        with pytest.raises(UserError, match="cannot be a file name") as caught:
            plan_work(plan, Reference((fasta,)), None, QuantifySettings(), tmp_path / "out")
        assert caught.value.code == "sample_name"


def test_a_process_of_a_former_run_is_waited_for(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from heatleaf.reads.workflow_process import alone_in\n"
        "with alone_in(Path(sys.argv[1])):\n    print('here', flush=True)\n    time.sleep(2)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "work")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as former:
        assert former.stdout is not None
        assert former.stdout.readline() == "here\n"
        with alone_in(tmp_path / "work"):
            former.wait(20)  # it has given the lock back and ends


def test_what_the_check_found_settles_what_settings_leave_open(planned: WorkPlan, tmp_path: Path) -> None:
    reads, fasta = _study(planned)
    plan, reference = find_reads(reads), Reference((fasta,))
    check = check_reads(plan, reference)

    def quant(**settings: object) -> Quant:
        given = QuantifySettings(**settings)  # type: ignore[arg-type]
        return plan_work(plan, reference, check, given, tmp_path / "out").jobs[0].quant

    assert quant().adapters == (ADAPTERS["Illumina"], SECOND_ADAPTERS["Illumina"])
    assert quant().trimmer.startswith("cutadapt ")
    assert quant(trim="never") == planned.jobs[0].quant
    assert quant().strandedness == ""
    assert quant(strandedness="auto").strandedness == "forward"
    assert quant(strandedness="reverse").strandedness == "reverse"
