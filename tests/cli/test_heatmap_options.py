"""The options of `heatleaf heatmap`: each reaches the figure, and those that exclude each other are refused."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from heatleaf.cli import main
from heatleaf.io import read_memberships

SAMPLES = [f"s{i}" for i in range(8)]


@pytest.fixture()
def table(tmp_path: Path) -> Path:
    """Forty genes on a log scale: half of them rise in the last four samples, the others fall."""
    rng = np.random.default_rng(2)
    rises = np.arange(40)[:, None] % 2 == (np.arange(8) >= 4)
    values = 8 + 2 * rises + rng.normal(0, 0.3, (40, 8))
    rows = [f"g{i}\t" + "\t".join(f"{value:.4f}" for value in row) for i, row in enumerate(values)]
    path = tmp_path / "values.tsv"
    path.write_text("\n".join(["gene\t" + "\t".join(SAMPLES), *rows, ""]))
    return path


def words_of(table: Path, *options: str) -> str:
    """Draw as SVG and return its texts, one line each."""
    figure = table.with_name("figure.svg")
    assert main(["heatmap", str(table), "-o", str(figure), *options]) == 0
    return "\n".join(re.findall(r"<text[^>]*>([^<]*)</text>", figure.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--breaks", "quantile"), "Colours: spaced by quantiles of the values."),
        (("--breaks=-3,-1,0,1,3",), "Colours: spaced by given breaks."),
        (("--normalise", "quantile"), "row z-score (log scale, quantile-normalised)"),
        (("--metric", "kendall", "--linkage", "average"), "Genes: 1 − Kendall correlation (τb), average linkage"),
        (("--fuzzy", "2"), "membership of its cluster"),
        (("--kmeans", "2"), "Genes: k-means"),
    ],
)
def test_the_figure_says_what_was_asked_for(table: Path, options: tuple[str, ...], sentence: str) -> None:
    assert sentence in words_of(table, *options)


def test_memberships_are_exported(table: Path) -> None:
    words_of(table, "--fuzzy", "2", "--export", str(table.with_name("out")))
    gene_ids, memberships = read_memberships(table.with_name("out") / "heatmap_memberships.tsv")
    assert len(gene_ids) == 40 and memberships.shape == (40, 2)
    np.testing.assert_allclose(memberships.sum(axis=1), 1.0)


def test_two_ways_of_making_blocks_are_refused(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["heatmap", str(table), "-o", "figure.svg", "--kmeans", "2", "--fuzzy", "2"]) == 2
    assert "argument --fuzzy: not allowed with argument --kmeans" in capsys.readouterr().err
