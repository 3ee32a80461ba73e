"""The command line as a user meets it: real processes, real files, the folder that is left, the exit codes."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest

from heatleaf.cli import main

pytestmark = pytest.mark.xdist_group("command line")

# design.md, section 3
CONTRACT = {
    "report.html",
    "results.xlsx",
    "run.json",
    "methods.md",
    *(f"figures/heatmap.{kind}" for kind in ("pdf", "svg", "png")),
    *(f"figures/heatmap_condition_treated_vs_control.{kind}" for kind in ("pdf", "svg", "png")),
    *(f"figures/volcano_condition_treated_vs_control.{kind}" for kind in ("pdf", "svg", "png")),
    *(f"figures/ma_condition_treated_vs_control.{kind}" for kind in ("pdf", "svg", "png")),
    *(f"figures/pca.{kind}" for kind in ("pdf", "svg", "png")),
    *(f"figures/sample_distances.{kind}" for kind in ("pdf", "svg", "png")),
    "tables/differential_condition_treated_vs_control.tsv",
    "tables/enrichment_condition_treated_vs_control_up.tsv",
    "tables/enrichment_condition_treated_vs_control_down.tsv",
    "tables/gsea_condition_treated_vs_control.tsv",
    "tables/cluster_enrichment.tsv",
    "tables/normalized_counts.tsv",
    "tables/vst.tsv",
    "tables/size_factors.tsv",
    "tables/heatmap_matrix.tsv",
    "tables/heatmap_clusters.tsv",
    "tables/findings.tsv",
}


def heatleaf(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "heatleaf", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo, run once as a user would: the folder and what was printed."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    done = heatleaf("demo", "-o", folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout + done.stderr


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path]:
    """300 genes x 6 samples, a third of the genes four times higher in treated."""
    rng = np.random.default_rng(5)
    mean = rng.lognormal(5, 1, (300, 1)) * np.where((np.arange(300) < 100)[:, None] & (np.arange(6) > 2), 4, 1)
    counts = rng.negative_binomial(10, 10 / (10 + mean))
    names = [f"s{i}" for i in range(1, 7)]
    table, sheet = tmp_path / "counts.tsv", tmp_path / "samples.csv"
    pd.DataFrame(counts, index=pd.Index([f"gene{i}" for i in range(300)], name="gene"), columns=names).to_csv(
        table, sep="\t"
    )
    rows = [f"{name},{'treated' if i > 2 else 'control'}" for i, name in enumerate(names)]
    sheet.write_text("\n".join(["id,condition", *rows]) + "\n", encoding="utf-8")
    return table, sheet


def test_the_demo_leaves_the_whole_folder(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    left = set(files_of(folder))
    assert left >= CONTRACT
    assert not [name for name in left if ".heatleaf" in name]


def test_the_demo_says_what_was_found_and_where_to_look(demo: tuple[Path, str]) -> None:
    folder, said = demo
    assert "Simulated demonstration data" in said
    assert "genes differ at an adjusted p-value below 0.05" in said
    assert f"Open {folder / 'report.html'}" in said
    for phase in ("reading", "differential expression", "heatmaps", "writing"):
        assert phase in said


def test_the_demo_finds_what_was_planted(demo: tuple[Path, str]) -> None:
    """Each planted programme is the best term of a cluster, and those that all samples tell stand among the tested."""
    from heatleaf.resources import demo_study

    folder, _ = demo
    tables = folder / "tables"
    planted = {effect.programme for effect in demo_study().truth.values()} - {"scattered"}
    clusters = pd.read_csv(tables / "cluster_enrichment.tsv", sep="\t")
    best = clusters.sort_values("pvalue").groupby("cluster").head(1)
    assert planted <= set(best.loc[best["padj"] < 1e-10, "set_id"])
    tested = pd.concat(
        pd.read_csv(tables / f"enrichment_condition_treated_vs_control_{side}.tsv", sep="\t") for side in ("up", "down")
    )
    found = set(tested.loc[tested["padj"] < 1e-10, "set_id"])
    assert len(planted & found) >= 3


def test_tables_hold_what_the_contract_says(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    table = pd.read_csv(folder / "tables/differential_condition_treated_vs_control.tsv", sep="\t")
    assert list(table.columns) == [
        "gene_id", "gene_symbol", "baseMean", "log2FoldChange", "lfcSE", "stat", "pvalue", "padj",
        "log2FoldChangeShrunken", "status", "note",
    ]  # fmt: skip
    clusters = pd.read_csv(folder / "tables/heatmap_clusters.tsv", sep="\t")
    assert list(clusters.columns) == ["gene_id", "gene_symbol", "cluster", "position"]
    assert clusters["cluster"].is_monotonic_increasing
    matrix = pd.read_csv(folder / "tables/heatmap_matrix.tsv", sep="\t")
    assert matrix.iloc[:, 0].tolist() == clusters["gene_id"].tolist()
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert run["schema_version"] == 1


def test_same_input_gives_the_same_bytes_anywhere(small: tuple[Path, Path], tmp_path: Path) -> None:
    """R7, R10, R34: another folder, time zone, locale and hash seed change nothing but the times in run.json."""
    table, sheet = small
    one, other = tmp_path / "one", tmp_path / "a" / "two"
    first = heatleaf("run", table, sheet, "-o", one, PYTHONHASHSEED="0", TZ="UTC", LANG="C.UTF-8")
    second = heatleaf("run", table, sheet, "-o", other, PYTHONHASHSEED="77", TZ="Asia/Tokyo", LC_ALL="tr_TR.UTF-8")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    left, right = files_of(one), files_of(other)
    assert left.keys() == right.keys()
    assert {name for name in left if left[name] != right[name]} <= {"run.json"}


def test_inputs_are_never_changed(small: tuple[Path, Path], tmp_path: Path) -> None:
    """R3."""
    table, sheet = small
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in small]
    for path in small:
        path.chmod(0o444)
    assert heatleaf("run", table, sheet, "-o", tmp_path / "out", "--quiet").returncode == 0
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in small] == before


def test_without_a_sheet_and_without_groups_there_is_no_test(small: tuple[Path, Path], tmp_path: Path) -> None:
    done = heatleaf("run", small[0], "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "No differential test was made" in done.stdout
    names = set(files_of(tmp_path / "out"))
    assert "figures/heatmap.pdf" in names
    assert not [name for name in names if "differential" in name or "volcano" in name]


def test_quiet_prints_the_summary_only(small: tuple[Path, Path], tmp_path: Path) -> None:
    done = heatleaf("run", *small, "-o", tmp_path / "out", "--quiet")
    assert done.stderr == ""
    assert "genes differ" in done.stdout


def test_a_refusal_is_one_sentence_and_leaves_nothing(
    small: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    code = main(["run", str(small[0]), str(small[1]), "-o", str(out), "--contrast", "condition", "treatd", "control"])
    assert code == 1
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith("heatleaf: error [contrast] ")
    assert said.endswith("did you mean treated?")
    assert not out.exists()


def test_blocks_of_genes_by_kmeans(small: tuple[Path, Path], tmp_path: Path) -> None:
    done = heatleaf("run", *small, "-o", tmp_path / "out", "--row-clustering", "kmeans", "--clusters", "3")
    assert done.returncode == 0, done.stderr
    assert "parted by k-means" in (tmp_path / "out" / "methods.md").read_text(encoding="utf-8")
    clusters = (tmp_path / "out" / "tables" / "heatmap_clusters.tsv").read_text(encoding="utf-8").splitlines()
    assert clusters[0] == "gene_id\tgene_symbol\tcluster\tposition"
    assert [line.split("\t")[2] for line in clusters[1:]] == sorted(line.split("\t")[2] for line in clusters[1:])
    assert {line.split("\t")[2] for line in clusters[1:]} == {"1", "2", "3"}


def test_wrong_usage_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run"]) == 2
    assert main(["run", "counts.tsv", "-o", "x", "--clusters", "many"]) == 2
    assert "neither auto nor a number" in capsys.readouterr().err


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    done = heatleaf("run", tmp_path / "none.tsv", "-o", tmp_path / "out", "--debug")
    assert "Traceback" in done.stderr
    plain = heatleaf("run", tmp_path / "none.tsv", "-o", tmp_path / "out")
    assert plain.returncode == 1
    assert "Traceback" not in plain.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_exits_with_130_and_leaves_nothing_half_written(
    small: tuple[Path, Path], tmp_path: Path, number: signal.Signals
) -> None:
    """R16."""
    out = tmp_path / "out"
    child = subprocess.Popen(
        [sys.executable, "-m", "heatleaf", "run", *map(str, small), "-o", str(out)], stderr=subprocess.PIPE, text=True
    )
    assert child.stderr is not None
    assert "reading" in child.stderr.readline()
    child.send_signal(number)
    _, rest = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "interrupted" in rest
    assert not [path for path in out.rglob("*") if path.is_file()]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_while_files_are_written_takes_the_processes_that_draw_along(
    small: tuple[Path, Path], tmp_path: Path, number: signal.Signals
) -> None:
    """R16: what has its name is whole, nothing else is left, and no process goes on."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "heatleaf", "run", *map(str, small), "-o", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        family: list[psutil.Process] = []
        while not list(out.rglob("*.tsv")):
            assert child.poll() is None, child.stderr.read()
            family = psutil.Process(child.pid).children(recursive=True) or family
            time.sleep(0.01)
        child.send_signal(number)
        said = child.stderr.read()
        assert child.wait(30) == 130, said
    assert "heatleaf: interrupted; nothing half-written is left" in said
    assert "Traceback" not in said
    assert family
    _, alive = psutil.wait_procs(family, 2)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
    assert not list(out.rglob(".heatleaf*"))
    assert not (out / "run.json").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="closed pipes are POSIX")
@pytest.mark.parametrize(
    ("words", "unbuffered"),
    [("run", ""), ("run", "1"), ("--help", ""), ("resources list", ""), ("resources list", "1")],
)
def test_a_closed_pipe_ends_quietly(words: str, unbuffered: str, small: tuple[Path, Path], tmp_path: Path) -> None:
    """R33: nobody reads any more, which is noticed when a line is printed or, of what is kept, at the end."""
    more = [*map(str, small), "-o", str(tmp_path / "out"), "--quiet"] if words == "run" else []
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "heatleaf", *words.split(), *more]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, env=environment, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("name", ["with spaces", "-leading-dash", "μυ-ünïcode", "a" * 120])
def test_folders_of_any_name(small: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    """R32."""
    done = heatleaf("run", *small, f"--output={tmp_path / name}", "--quiet")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / name / "report.html").stat().st_size > 10_000


def test_times_stand_in_run_json_only(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    year = str(time.gmtime().tm_year)
    for name in ("tables/findings.tsv", "tables/size_factors.tsv", "methods.md"):
        assert f"{year}-" not in (folder / name).read_text(encoding="utf-8")


def test_single_steps_write_their_table(small: tuple[Path, Path], tmp_path: Path) -> None:
    table = tmp_path / "differential.tsv"
    done = heatleaf("differential", *small, "--design", "~ condition", "-o", table)
    assert done.returncode == 0, done.stderr
    assert "genes up" in done.stdout
    assert pd.read_csv(table, sep="\t")["padj"].lt(0.05).sum() > 50

    genes, universe, sets = tmp_path / "genes.txt", tmp_path / "all.txt", tmp_path / "sets.gmt"
    genes.write_text("\n".join(f"gene{i}" for i in range(60)), encoding="utf-8")
    universe.write_text("\n".join(f"gene{i}" for i in range(300)), encoding="utf-8")
    members = "\t".join(f"gene{i}" for i in range(50))
    sets.write_text(f"planted\tmade\t{members}\nother\tmade\t" + members.replace("gene", "gene1") + "\n", "utf-8")
    enriched = tmp_path / "enriched.tsv"
    done = heatleaf("enrich", genes, "--background", universe, "--gene-sets", sets, "-o", enriched)
    assert done.returncode == 0, done.stderr
    assert pd.read_csv(enriched, sep="\t").loc[0, "set_id"] == "planted"


@pytest.mark.parametrize("ending", ["pdf", "svg", "png"])
def test_one_heatmap_of_any_table(small: tuple[Path, Path], tmp_path: Path, ending: str) -> None:
    figure = tmp_path / f"figure.{ending}"
    done = heatleaf("heatmap", *small, "-o", figure, "--split-columns", "condition", "--genes", "top:80")
    assert done.returncode == 0, done.stderr
    assert "80 genes x 6 samples" in done.stdout
    assert figure.stat().st_size > 5_000


def test_a_heatmap_in_an_unknown_format_is_refused(small: tuple[Path, Path], tmp_path: Path) -> None:
    done = heatleaf("heatmap", *small, "-o", tmp_path / "figure.docx")
    assert done.returncode == 1
    assert "'docx' is not a format of figures. Fix: name the file .pdf, .svg, .png, .html." in done.stderr
    assert not (tmp_path / "figure.docx").exists()
