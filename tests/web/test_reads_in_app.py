"""A folder of reads in the app: its plan, its check, its counts and its answer (requirements R14, R15, R23, S17)."""

from __future__ import annotations

import gzip
import importlib.util
import shutil
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from app_process import RunningApp, running

from heatleaf.cli import main
from heatleaf.errors import UserError
from heatleaf.reads import workflow
from heatleaf.web.desk import Desk
from heatleaf.web.progress import StudyProgress
from heatleaf.web.reads_said import check_said
from heatleaf.web.record import StudyRecord
from reads_cases import Library, make_transcriptome, write_sample

needs_engine = pytest.mark.skipif(
    shutil.which("kallisto") is None or importlib.util.find_spec("snakemake") is None,
    reason="needs kallisto on PATH and the extra 'reads'",
)


def make_reads(folder: Path, n_reads: int = 400) -> tuple[Path, Path]:
    """Write six samples of two groups, and their transcripts."""
    folder.mkdir(exist_ok=True)
    made = make_transcriptome(folder)
    for i in range(6):
        group = "control" if i < 3 else "treated"
        sequences = made.sequences if i < 3 else made.sequences + made.sequences[:6] * 4
        write_sample(folder / "reads", f"{group}_{i % 3 + 1}", sequences, Library(n_reads=n_reads, seed=i))
    return folder / "reads", made.path


def name_folder(app: RunningApp, folder: Path) -> Any:
    """Name a folder, and return the study when it is understood."""
    return app.settle(app.ask("POST", "/api/studies", {"folder": str(folder)}).json["id"])


def say(app: RunningApp, study_id: str, **said: Any) -> Any:
    """Say what reads are compared with, and return the study when they are checked."""
    answer = app.ask("POST", f"/api/studies/{study_id}/read", {"repairs": {"reads": said}})
    assert answer.status == 200, answer.body
    return app.settle(study_id)


def family(study: Path) -> list[psutil.Process]:
    """Return the processes that name a folder in their command."""
    return [
        one for one in psutil.process_iter(["cmdline"]) if any(str(study) in word for word in one.info["cmdline"] or ())
    ]


def test_the_plan_is_shown_before_transcripts_are_named(app: RunningApp, tmp_path: Path) -> None:
    reads, _ = make_reads(tmp_path)
    study = name_folder(app, reads)
    assert study["state"] == "unclear" and study["error"] is None
    assert study["understood"]["sentences"][0].startswith("Reads: 6 samples (6 paired, 0 single) in 12 files, ")
    assert study["reads"]["check"] is None and study["reads"]["transcriptomes"] == []
    assert study["reads"]["samples"][0] == {
        "sample": "control_1",
        "is_paired": True,
        "n_lanes": 1,
        "files": ["control_1_R1.fastq.gz", "control_1_R2.fastq.gz"],
        "size": sum(path.stat().st_size for path in reads.glob("control_1_R*")),
    }
    assert [(one["name"], one["is_reference"]) for one in study["groups"]["levels"]] == [
        ("control", True),
        ("treated", False),
    ]
    refused = app.ask("POST", f"/api/studies/{study['id']}/analyse", {})
    assert refused.status == 409 and refused.json["code"] == "state"


def test_the_check_is_shown_and_groups_are_kept(app: RunningApp, tmp_path: Path) -> None:
    reads, transcripts = make_reads(tmp_path)
    study = name_folder(app, reads)
    levels = [
        {"name": "a", "samples": ["control_1", "control_2", "treated_3"]},
        {"name": "b", "samples": ["treated_1", "treated_2"]},
    ]
    app.ask("POST", f"/api/studies/{study['id']}/groups", {"levels": levels, "reference": "b"})
    app.settle(study["id"])
    study = say(app, study["id"], transcripts=[str(transcripts)])
    assert study["state"] == "ready", study["error"]
    first = study["reads"]["check"][0]
    assert first["sample"] == "control_1" and first["is_counted"]
    assert (first["n_reads"], first["read_length"]) == (400, 75)
    assert first["strandedness"] == "reverse" and first["mapped_share"] > 0.95 and first["adapter_share"] == 0
    assert [one["name"] for one in study["groups"]["levels"]] == ["a", "b"]
    assert study["groups"]["unassigned"] == ["control_3"]
    assert study["comparisons"][0]["sentence"] == "Which genes differ between a and b (group)?"
    assert "Transcripts: cdna.fa.gz." in study["understood"]["sentences"]


def test_a_sheet_among_the_reads_tells_the_groups(app: RunningApp, tmp_path: Path) -> None:
    reads, _ = make_reads(tmp_path)
    names = [f"{group}_{i}" for group in ("control", "treated") for i in (1, 2, 3)]
    lines = [f"{name}\t{'wt' if i % 2 else 'mutant'}" for i, name in enumerate(names)]
    (reads / "samples.tsv").write_text("\n".join(["sample\tgenotype", *lines]) + "\n")
    (reads / "md5.txt").write_text("d41d8cd9  control_1_R1.fastq.gz\n")
    study = name_folder(app, reads)
    assert {one["label"]: one["role"] for one in study["files"]} == {"md5.txt": "ignored", "samples.tsv": "samples"}
    assert study["groups"]["column"] == "genotype"
    assert {one["name"] for one in study["groups"]["levels"]} == {"wt", "mutant"}


@pytest.mark.parametrize("said", [{"organism": "yeast"}, {"organism": "unicorn"}, {"transcripts": ["none.fa"]}])
def test_transcripts_that_are_not_there_are_refused_as_on_the_command_line(
    app: RunningApp, tmp_path: Path, said: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    reads, _ = make_reads(tmp_path)
    said = {
        name: [str(tmp_path / one) for one in value] if name == "transcripts" else value for name, value in said.items()
    }
    words = ["--organism", said["organism"]] if "organism" in said else ["--transcripts", said["transcripts"][0]]
    assert main(["quantify", str(reads), "-o", str(tmp_path / "out"), *words]) == 1
    line = capsys.readouterr().err.strip().splitlines()[-1]
    study = say(app, name_folder(app, reads)["id"], **said)
    assert study["state"] == "unclear"
    assert line == f"heatleaf: error [{study['error']['code']}] {study['error']['error']}"


@pytest.mark.parametrize(
    ("said", "code", "sentence"),
    [
        ({"transcripts": ["cdna.fa"]}, "file_missing", "'cdna.fa' is not the full path of a file."),
        ({"annotation": "x.gtf"}, "file_missing", "'x.gtf' is not the full path of a file."),
        ({"transcripts": "/cdna.fa"}, "option", "what is said of the reads is not understood."),
        ({"transcripts": ["/cdna\0.fa"]}, "option", "what is said of the reads is not understood."),
        ({"executor": "command"}, "option", "what is said of the reads is not understood."),
        ({"organism": 7}, "option", "what is said of the reads is not understood."),
        ({"fragment_length": -1}, "option", "the length of fragments is a number of bases up to 10,000."),
        ([], "option", "what is said of the reads is not understood."),
    ],
)
def test_what_cannot_be_said_of_reads(said: Any, code: str, sentence: str) -> None:  # S17
    with pytest.raises(UserError) as refused:
        check_said(said)
    assert refused.value.code == code and str(refused.value).startswith(sentence)


def test_a_truncated_file_is_refused_and_the_plan_stays(app: RunningApp, tmp_path: Path) -> None:  # R14
    reads, transcripts = make_reads(tmp_path)
    path = reads / "treated_2_R1.fastq.gz"
    path.write_bytes(path.read_bytes()[:-300])
    study = say(app, name_folder(app, reads)["id"], transcripts=[str(transcripts)])
    assert study["state"] == "unclear" and study["error"]["code"] == "gzip_damaged"
    assert study["error"]["error"].startswith("line ")
    assert "of treated_2_R1.fastq.gz: ends early or is damaged" in study["error"]["error"]
    assert len(study["reads"]["samples"]) == 6 and study["reads"]["check"] is None


def test_transcripts_without_genes_are_refused_before_the_check(app: RunningApp, tmp_path: Path) -> None:
    reads, transcripts = make_reads(tmp_path)
    bare = tmp_path / "bare.fa"
    lines = gzip.decompress(transcripts.read_bytes()).decode().splitlines()
    bare.write_text("\n".join(line.split()[0] for line in lines) + "\n")
    study = say(app, name_folder(app, reads)["id"], transcripts=[str(bare)])
    assert study["state"] == "unclear" and study["error"]["code"] == "transcript_level"
    assert study["error"]["error"].startswith("bare.fa: the headers name no genes (T0.1, ...). Fix: give --annotation")
    table = tmp_path / "genes.tsv"
    table.write_text("transcript_id\tgene_id\n" + "".join(f"T{i}.1\tG{i // 2}\n" for i in range(30)))
    study = say(app, study["id"], transcripts=[str(bare)], annotation=str(table))
    assert study["state"] == "ready", study["error"]
    assert "Genes of transcripts: genes.tsv." in study["understood"]["sentences"]


def test_progress_tells_samples_as_they_come() -> None:
    progress = StudyProgress()
    events = [("start", "checking reads"), ("progress", "1 of 2 samples"), ("end", "2 samples")]
    for event in (*events, ("start", "quantify"), ("progress", "1 of 2: S1, 400 reads, 99.0% mapped; about 3 s left")):
        progress.take(*event)
    told = progress.to_json()
    assert told["phases"][0]["done"] and not told["phases"][1]["done"]
    assert told["phases"][1]["said"] == ["1 of 2: S1, 400 reads, 99.0% mapped; about 3 s left"]
    assert told["share"] == pytest.approx(0.09 + 0.39, abs=0.011)


@needs_engine
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_from_reads_to_the_answer_as_on_the_command_line(app: RunningApp, tmp_path: Path) -> None:
    reads, transcripts = make_reads(tmp_path)
    study_id = say(app, name_folder(app, reads)["id"], transcripts=[str(transcripts)])["id"]
    study = app.settle(app.analyse(study_id, settings={"clusters": 2})["id"])
    assert study["state"] == "done", study["error"]
    quantify = next(one for one in study["progress"]["phases"] if one["name"] == "quantify")
    assert (
        len(quantify["said"]) == 6 and quantify["said"][-1].startswith("6 of 6: ") and "% mapped" in quantify["said"][0]
    )
    result = app.ask("GET", f"/api/studies/{study_id}/result").json
    assert {"reads_quality", "reads_samples"} <= {one["name"] for one in result["figures"]}
    assert result["command"].splitlines() == [
        "heatleaf quantify reads -o quantified --transcripts cdna.fa.gz",
        "heatleaf run quantified/counts.tsv -o DIR --clusters 2",
    ]
    out, own = tmp_path / "out", app.studies / study_id / "result"
    assert (
        main(["run", str(reads), "--transcripts", str(transcripts), "-o", str(out), "--clusters", "2", "--quiet"]) == 0
    )
    names = [path.relative_to(out).as_posix() for path in sorted(out.glob("tables/*.tsv"))]
    for name in (*names, "quantified/counts.tsv", "quantified/tpm.tsv", "quantified/qc.tsv"):
        assert (own / name).read_bytes() == (out / name).read_bytes(), name
    counts = next(one for one in result["tables"] if one["name"] == "counts")
    answer = app.ask("GET", f"/api/studies/{study_id}/files/{counts['id']}")
    assert answer.body == (own / "quantified" / "counts.tsv").read_bytes()
    again = app.settle(app.analyse(study_id, settings={"clusters": 3})["id"])
    assert again["state"] == "done" and "quantify" not in [one["name"] for one in again["progress"]["phases"]]


@needs_engine
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_cancelled_work_leaves_no_process_and_goes_on(tmp_path: Path) -> None:  # R15, R23
    reads, transcripts = make_reads(tmp_path / "study", n_reads=60_000)
    with running(tmp_path / "studies") as app:
        study_id = say(app, name_folder(app, reads)["id"], transcripts=[str(transcripts)])["id"]
        app.ask("POST", f"/api/studies/{study_id}/analyse", {})
        done = app.studies / study_id
        records = "quantified_*/transcripts/*/heatleaf.json"
        while not list(done.glob(records)) and app.study(study_id)["state"] != "done":
            time.sleep(0.05)
        began = time.monotonic()
        app.ask("POST", f"/api/studies/{study_id}/cancel")
        assert app.settle(study_id)["state"] == "cancelled" and time.monotonic() - began < 2
        while family(done) and time.monotonic() - began < 15:
            time.sleep(0.1)
        assert not family(done)
        kept = list(done.glob(records))
        assert kept
    with running(tmp_path / "studies") as app:
        study = app.analyse(study_id)
        assert study["state"] == "done", study["error"]
        plan = next(one for one in study["progress"]["phases"] if one["name"] == "plan the work")
        assert f"{len(kept)} of them done before" in plan["detail"]


def test_without_the_extra_the_sentence_is_that_of_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reads, transcripts = make_reads(tmp_path)
    monkeypatch.setattr(workflow, "find_spec", lambda name: None)
    words = ["quantify", str(reads), "--transcripts", str(transcripts), "-o", str(tmp_path / "out")]
    assert main([*words, "--quiet"]) == 1
    line = capsys.readouterr().err.strip().splitlines()[-1]
    repairs = {"reads": {"transcripts": [str(transcripts)]}}
    record = StudyRecord("id", "name", "now", "queued", folder=str(reads), repairs=repairs)
    request = {"op": "analyse", "folder": str(tmp_path / "study"), "record": record.to_json()}
    with pytest.raises(UserError) as refused:
        Desk(lambda *_, **__: {}).do(request, lambda event, text: None)
    assert line == f"heatleaf: error [tool] {refused.value}"
    assert str(refused.value) == (
        "the extra 'reads' is not installed (missing: snakemake, cutadapt, psutil). Fix: pip install 'heatleaf[reads]'."
    )


def test_the_sentence_without_kallisto_is_that_of_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reads, transcripts = make_reads(tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert (
        main(["quantify", str(reads), "--transcripts", str(transcripts), "-o", str(tmp_path / "out"), "--quiet"]) == 1
    )
    line = capsys.readouterr().err.strip().splitlines()[-1]
    with running(tmp_path / "studies") as app:
        study_id = say(app, name_folder(app, reads)["id"], transcripts=[str(transcripts)])["id"]
        study = app.analyse(study_id)
    assert study["state"] == "failed" and study["error"]["code"] == "tool"
    assert line == f"heatleaf: error [tool] {study['error']['error']}"
