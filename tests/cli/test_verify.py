"""heatleaf verify (R7, P21): a run comes out again; what was changed, or cannot come again, is named with a reason."""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from heatleaf.analysis.settings import Settings
from heatleaf.cli import main, run
from heatleaf.cli.options import settings_from
from heatleaf.report import repeat_command

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with inputs in a folder of their own, and options of every kind."""
    root = tmp_path_factory.mktemp("project")
    (root / "raw").mkdir()
    rng = np.random.default_rng(3)
    mean = rng.lognormal(5, 1, (120, 1)) * np.where((np.arange(120) < 30)[:, None] & (np.arange(6) > 2), 4, 1)
    rows = [f"ENSG{i:011}.{i % 3};" + ";".join(map(str, row)) for i, row in enumerate(rng.poisson(mean).tolist())]
    (root / "raw/counts.txt").write_text("\n".join(["gene;a1;a2;a3;b1;b2;b3", *rows]) + "\n", encoding="utf-8")
    sheet = "".join(f"{g}{i},{g}\n" for g in "ab" for i in (1, 2, 3))
    (root / "raw/sheet.csv").write_text(f"id,group\n{sheet}", encoding="utf-8")
    sets = "planted\t\t" + "\t".join(f"ENSG{i:011}" for i in range(30)) + "\n"
    (root / "raw/sets.gmt").write_text(sets + sets.replace("planted", "other").replace("ENSG00000000000", "G"), "utf-8")
    words = ["run", "raw/counts.txt", "raw/sheet.csv", "-o", "out", "--delimiter", ";", "--strip-version"]
    words += ["--gene-sets", "raw/sets.gmt", "--seed", "7", "--min-set-size", "5", "--contrast", "group", "b", "a"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert main(words) == 0
    return root


@pytest.fixture
def project(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy, elsewhere, to which the test may do as it likes."""
    shutil.copytree(finished, tmp_path / "moved")
    monkeypatch.chdir(tmp_path / "moved")
    return tmp_path / "moved"


def test_run_json_holds_what_a_repetition_needs(finished: Path) -> None:
    record = json.loads((finished / "out/run.json").read_text(encoding="utf-8"))
    assert record["command"] == (
        "heatleaf run raw/counts.txt raw/sheet.csv -o DIR --delimiter ';' --strip-version --contrast group b a "
        "--gene-sets raw/sets.gmt --min-set-size 5 --seed 7"
    )
    assert [(one["role"], one["file"]) for one in record["inputs"]] == [
        ("counts", "counts.txt"), ("samples", "sheet.csv"), ("gene sets", "sets.gmt"),
    ]  # fmt: skip
    assert record["hashes"].keys() == set(record["files"]) - {"run.json"}
    assert str(finished) not in (finished / "out/report.html").read_text(encoding="utf-8")


# One value that is no default for each setting.
OTHER = {
    "design": "~ a + b", "contrasts": (("a", "x y", "z"), ("b", "1", "2")), "comparisons": ("mean(low, high) - none",),
    "omnibus": ("time",), "reduced": "~ a", "fit_type": "local", "size_factors": "poscounts", "remove_batch": "b",
    "references": (("a", "z"),), "organism": "mouse", "gene_sets": (Path("s t.gmt"), Path("GO:MF")),
    "allow_unmapped": True, "bias": "mean", "alpha": 0.1, "top": 80, "clusters": 4, "row_clustering": "kmeans",
    "linkage_method": "average", "metric": "correlation", "max_memory": 10**9, "palette": "red-black-green",
    "limit_quantile": 0.95, "min_set_size": 5, "max_set_size": 99, "seed": 7, "test": False, "second_opinions": True,
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in Settings.__dataclass_fields__ if name != "given_size_factors"])
def test_the_command_holds_every_setting(name: str) -> None:
    """What stands in run.json as the command gives the same settings when it is read again; a new setting needs it too.

    Size factors that were given stand in a table of the run, as the test below shows.
    """
    settings = Settings(**{name: OTHER[name]})
    assert settings != Settings()
    parser = argparse.ArgumentParser()
    run.add_arguments(parser)
    command = repeat_command(SimpleNamespace(settings=settings, counts=SimpleNamespace(sources=()), samples=None))
    assert settings_from(parser.parse_args(["counts.tsv", *shlex.split(command)[2:]])) == settings


def test_given_size_factors_are_found_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("factors.csv").write_text("sample,size_factor\na1,1\na2,0.5\na3,2\nb1,1\nb2,1.25\nb3,0.1\n", encoding="utf-8")
    words = [
        "run",
        "raw/counts.txt",
        "raw/sheet.csv",
        "-o",
        "given",
        "--delimiter",
        ";",
        "--size-factors",
        "factors.csv",
    ]
    assert main([*words, "--quiet"]) == 0
    Path("factors.csv").unlink()
    assert main(["verify", "given", "--quiet"]) == 0
    assert "come out again" in capsys.readouterr().out


def test_a_run_comes_out_again_elsewhere(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "out", "--quiet"]) == 0
    said = capsys.readouterr()
    n_files = len(json.loads(Path("out/run.json").read_text(encoding="utf-8"))["files"])
    assert said.out == f"All {n_files} files are as the run left them and come out again.\n"
    assert said.err == ""


def test_what_was_changed_is_named_with_its_reason(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Path("out/tables/vst.tsv").open("a", encoding="utf-8") as handle:
        handle.write("more\n")
    Path("out/methods.md").unlink()
    content = Path("raw/counts.txt").read_text(encoding="utf-8").replace("ENSG00000000050.2;", "ENSG00000000050.2;1")
    Path("raw/counts.txt").write_text(content, encoding="utf-8")
    record = Path("out/run.json").read_text(encoding="utf-8")
    Path("out/run.json").write_text(record.replace('"scipy": "', '"scipy": "0.'), encoding="utf-8")
    assert main(["verify", "out", "--quiet"]) == 1
    said = capsys.readouterr()
    assert "Changed since the run: tables/vst.tsv\n" in said.out
    assert "Gone since the run: methods.md\n" in said.out
    assert "Different when run again: " in said.out
    assert "Why that may be: counts.txt is not the file that was read (counts, SHA-256 " in said.out
    assert "Why that may be: scipy was 0." in said.out
    assert said.err.startswith("heatleaf: error [not_repeated] out: ")
    assert "files are not what the run makes of these inputs. Fix: run again into this folder to renew" in said.err


def test_inputs_are_found_or_asked_for(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("raw").rename("kept")
    assert main(["verify", "out", "--quiet"]) == 1
    assert capsys.readouterr().err == (
        "heatleaf: error [file_missing] counts.txt, which the run read, is not found. "
        "Fix: give the folder that it lies in with --inputs.\n"
    )
    assert main(["verify", "out", "--quiet", "--inputs", "kept"]) == 0


def test_a_command_of_another_version_is_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = Path("out/run.json").read_text(encoding="utf-8").replace("--seed 7", "--sEEd 7")
    Path("out/run.json").write_text(record, encoding="utf-8")
    assert main(["verify", "out"]) == 1
    assert "error [output_folder] out: the command in its run.json is not understood" in capsys.readouterr().err
