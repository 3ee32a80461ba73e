"""`heatleaf why` and `heatleaf design` as a user meets them, and the same words from Python and the report."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import heatleaf
from heatleaf.cli import main
from heatleaf.errors import UserError
from heatleaf.io import read_counts, read_samples
from heatleaf.report import write_folder

pytestmark = pytest.mark.xdist_group("command line")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """400 genes x 9 samples, three doses, a gene with an outlier and one without reads."""
    folder = tmp_path_factory.mktemp("inputs")
    rng = np.random.default_rng(9)
    mean = rng.lognormal(4, 2, (400, 1)) * np.where(np.arange(400)[:, None] < 80, [1, 1, 1, 2, 2, 2, 5, 5, 5], 1)
    counts = rng.negative_binomial(10, 10 / (10 + mean))
    counts[390] = [30, 32, 29, 31, 33, 30, 28, 35, 4000]
    counts[399] = 0
    names = [f"s{i}" for i in range(1, 10)]
    frame = pd.DataFrame(counts, index=pd.Index([f"gene{i}" for i in range(400)], name="gene"), columns=names)
    frame.to_csv(folder / "counts.tsv", sep="\t")
    rows = [f"{name},{dose}" for name, dose in zip(names, np.repeat(["none", "low", "high"], 3), strict=True)]
    (folder / "samples.csv").write_text("\n".join(["id,dose", *rows]) + "\n", encoding="utf-8")
    return folder / "counts.tsv", folder / "samples.csv"


@pytest.fixture(scope="module")
def finished(inputs: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory):
    counts = read_counts(inputs[0])
    analysis = heatleaf.analyse(counts, read_samples(inputs[1], sample_ids=counts.sample_ids))
    folder = tmp_path_factory.mktemp("finished") / "out"
    folder.mkdir()
    write_folder(analysis, folder)
    return analysis, folder


@pytest.mark.parametrize("gene", ["gene3", "GENE390", "gene399", "gene200", "gene85"])
def test_the_folder_and_python_say_the_same(finished, capsys: pytest.CaptureFixture[str], gene: str) -> None:
    analysis, folder = finished
    assert main(["why", gene, str(folder)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said == " ".join(analysis.why(gene).split())
    assert said.count("gene") >= 2  # both comparisons


def test_each_table_has_a_note_for_each_gene(finished) -> None:
    _, folder = finished
    table = pd.read_csv(folder / "tables/differential_dose_high_vs_none.tsv", sep="\t").set_index("gene_id")
    assert table.columns[-1] == "note"
    assert table["note"].notna().all()
    assert table.loc["gene399", "note"] == "no p-value: no reads in any sample"
    assert "the count in s9 is far from its replicates (Cook's distance" in table.loc["gene390", "note"]
    called = table["padj"] < 0.05
    assert table.loc[called, "note"].str.startswith("called: ").all()
    assert not table.loc[~called, "note"].str.startswith("called: ").any()


def test_three_levels_are_tested_at_once(finished) -> None:
    analysis, folder = finished
    (result,) = analysis.omnibus
    table = pd.read_csv(folder / "tables/omnibus_dose.tsv", sep="\t")
    assert len(table) == 400
    told = [finding for finding in analysis.findings if finding.key == "omnibus"]
    assert told[0].numbers["called"] == int((table["padj"] < 0.05).sum()) > 40
    assert told[0].rests_on == "tables/omnibus_dose.tsv"
    assert result.levels == ("none", "high", "low")


def test_power_stands_in_its_table(finished) -> None:
    analysis, folder = finished
    table = pd.read_csv(folder / "tables/power.tsv", sep="\t")
    assert set(table["comparison"]) == {"high vs none", "low vs none"}
    assert (table["smallest_fold_change"] > 1).all()
    assert any(finding.key == "power" for finding in analysis.findings)


def test_unknown_genes_are_refused_with_near_names(finished, capsys: pytest.CaptureFixture[str]) -> None:
    analysis, folder = finished
    assert main(["why", "gen390", str(folder)]) == 1
    said = capsys.readouterr().err
    assert "error [no_genes] no gene of this run has the id or symbol 'gen390'. Fix: did you mean gene390" in said
    with pytest.raises(UserError, match="no gene of this run has the id or symbol 'nothing'"):
        analysis.why("nothing")


def test_a_folder_without_a_test_has_nothing_to_explain(
    inputs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *map(str, inputs), "-o", str(tmp_path / "out"), "--no-test", "--quiet"]) == 0
    assert main(["why", "gene1", str(tmp_path / "out")]) == 1
    assert "error [no_test] this run made no differential test, so there is nothing" in capsys.readouterr().err


def test_one_table_of_any_comparison(inputs: tuple[Path, Path], tmp_path: Path, capsys) -> None:
    """Sums, coefficients and reduced designs reach the table, and equal what Python gives."""
    table, sheet = map(str, inputs)
    out = tmp_path / "table.tsv"
    asked = ["differential", table, sheet, "-o", str(out), "--design", "~ dose"]
    assert main([*asked, "--compare", "mean(low, high) - none"]) == 0
    assert "mean(low, high) vs none: " in capsys.readouterr().out
    counts = read_counts(inputs[0])
    samples = read_samples(inputs[1], sample_ids=counts.sample_ids)
    python = heatleaf.differential(counts, samples, "~ dose", "mean(low, high) - none")
    written = pd.read_csv(out, sep="\t")
    np.testing.assert_allclose(written["log2FoldChange"], python.table["log2FoldChange"])
    by_weights = heatleaf.differential(counts, samples, "~ dose", [0, 0.5, 0.5])
    np.testing.assert_allclose(by_weights.p_value, python.p_value)
    for option in (["--omnibus", "dose"], ["--reduced", "~ 1"]):
        assert main([*asked, *option]) == 0
        assert "any difference between none, high, low (dose): " in capsys.readouterr().out
        assert "log2FoldChange_dose_low_vs_none" in pd.read_csv(out, sep="\t").columns
    both = (
        heatleaf.omnibus(counts, samples, "~ dose", "dose"),
        heatleaf.omnibus(counts, samples, "~ dose", reduced="~ 1"),
    )
    np.testing.assert_array_equal(both[0].p_value, both[1].p_value)
    assert main([*asked, "--compare", "mean(lo, high) - none"]) == 1
    assert "error [contrast] 'lo' is not a group of the design ~ dose. Groups are dose: none, high, low." in (
        capsys.readouterr().err
    )
    assert main([*asked, "--omnibus", "dose", "--reduced", "~ 1"]) == 1
    assert "--omnibus: 2 tests were asked for, and one table holds one." in capsys.readouterr().err


def test_the_coach_speaks_of_sheet_and_counts(inputs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    table, sheet = map(str, inputs)
    assert main(["design", sheet, table]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for part in (
        "dose: high (3), low (3), none (3)",
        "Replicates: 3 samples of high, 3 of none, 6 residual degrees of freedom. Losing one of s1, s2, s3, s7 and 2 "
        "others would cost most, 12 % wider standard errors;",
        'Which genes differ between none and the mean of high and low (dose)? --design "~ dose" --compare '
        '"mean(high, low) - none"',
        "high vs none: Power: genes are called here up to p =",
    ):
        assert part in said
    assert main(["design", sheet]) == 0
    assert "Power" not in capsys.readouterr().out


def test_the_coach_explains_a_design_that_cannot_be_fitted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The columns are named, and the cross table shows why (B77)."""
    sheet = tmp_path / "samples.csv"
    sheet.write_text("id,batch,condition\na,1,x\nb,1,x\nc,2,y\nd,2,y\n", encoding="utf-8")
    assert main(["design", str(sheet), "--design", "~ C(batch) + condition"]) == 0
    said = capsys.readouterr().out
    assert "Why ~ C(batch) + condition cannot be fitted" in said
    assert "condition and batch carry the same information: every y sample is in batch 2." in said
    assert "batch \\ condition  x  y" in said and "1                  2  0" in said


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "files", "genes"),
    [
        (
            "airway",
            ("counts.csv.gz", "metadata.csv"),
            {
                "ENSG00000000005": "no p-value: no reads in any sample",
                "tspan6": "called: the change (-0.38) is 3.79 times its standard error (0.10)",
                "ENSG00000089127": "not called: a large change (-1.35) but 2.51 times its standard error (0.54), as",
                "ENSG00000196611": "as its replicates disagree (dispersion 0.21, 0.016 is usual at this mean)",
                "ENSG00000132518": "set aside before adjustment: mean count 5.65 is below 7.13; p = 8.8e-06",
            },
        ),
        (
            "gse96870",
            ("counts.csv.gz", "metadata.csv"),
            {"8030474K03Rik": "GSM2545345 is far from its replicates (Cook's distance 4.73, cut-off 4.58)"},
        ),
    ],
)
def test_real_genes_of_each_kind(
    data: Path, tmp_path: Path, capsys, name: str, files: tuple[str, str], genes: dict[str, str]
) -> None:
    """The answer from the folder takes under a second of this process, and holds the reason that DESeq2's table has."""
    out = tmp_path / "out"
    assert main(["run", *(str(data / name / file) for file in files), "-o", str(out), "--quiet"]) == 0
    for gene, reason in genes.items():
        capsys.readouterr()
        began = time.process_time()
        assert main(["why", gene, str(out)]) == 0
        assert time.process_time() - began < 1.0
        assert reason in " ".join(capsys.readouterr().out.split())
