"""Correcting gene-set tests for lengths or means: from the command line to the tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heatleaf.analysis.call_bias import name_values
from heatleaf.analysis.library import enrich_list
from heatleaf.cli import main
from heatleaf.errors import UserError

GENES = [f"g{i}" for i in range(400)]


def write(folder: Path) -> dict[str, Path]:
    """Write a list of mostly long genes, and sets of long and of any genes."""
    rng = np.random.default_rng(1)
    length = np.linspace(1, 10, len(GENES))
    called = [gene for gene, is_called in zip(GENES, rng.random(len(GENES)) < length / 20, strict=True) if is_called]
    files = {name: folder / name for name in ("genes.txt", "all.txt", "sets.gmt", "length.tsv")}
    files["genes.txt"].write_text("\n".join(called))
    files["all.txt"].write_text("\n".join(GENES))
    files["sets.gmt"].write_text("LONG\tlong\t" + "\t".join(GENES[300:]) + "\nANY\tany\t" + "\t".join(GENES[::8]))
    rows = [f"{gene}\t{value:.3f}" for gene, value in zip(GENES, length.tolist(), strict=True)]
    files["length.tsv"].write_text("gene\tlength\n" + "\n".join(rows))
    return files


def test_the_option_corrects_the_p_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = write(tmp_path)
    words = ["enrich", str(files["genes.txt"]), "--background", str(files["all.txt"])]
    words += ["--gene-sets", str(files["sets.gmt"])]
    assert main([*words, "-o", str(tmp_path / "plain.tsv")]) == 0
    assert main([*words, "--bias", str(files["length.tsv"]), "-o", str(tmp_path / "corrected.tsv")]) == 0
    plain, corrected = (
        pd.read_csv(tmp_path / f"{name}.tsv", sep="\t").set_index("set_id") for name in ("plain", "corrected")
    )
    assert plain.loc["LONG", "pvalue"] < 1e-3
    assert corrected.loc["LONG", "pvalue"] > 0.05
    assert corrected.loc["LONG", "bias_odds"] > 1.5
    assert corrected.loc["LONG", "pvalue_uncorrected"] == pytest.approx(plain.loc["LONG", "pvalue"])
    assert "bias_odds" not in plain


def test_versions_of_ids_do_not_matter_and_the_largest_of_a_name_counts(tmp_path: Path) -> None:
    path = tmp_path / "length.tsv"
    path.write_text("gene\tlength\nENSG1.4\t10\nENSG2.1\t30\nC\t5\n")
    assert name_values(("ENSG1.7", "ENSG2", "ENSG3"), ("A", "A", "C"), path) == {"A": 30.0, "C": 5.0}


def test_lengths_of_other_genes_are_refused(tmp_path: Path) -> None:
    files = write(tmp_path)
    files["length.tsv"].write_text("gene\tlength\nx\t10\n")
    with pytest.raises(UserError) as refusal:
        enrich_list(GENES[:50], GENES, gene_sets=[files["sets.gmt"]], bias=files["length.tsv"])
    assert refusal.value.code == "option"
    assert "names none of the 400 genes (first: x)" in str(refusal.value)
