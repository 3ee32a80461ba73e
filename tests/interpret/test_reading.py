"""How to read this very heatmap: its own genes, samples and numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heatleaf.interpret.cards import ClusterCard
from heatleaf.interpret.reading import ExampleRow, ReadingFacts, colour_words, reading_help

CARD = ClusterCard(2, 30, "up in treated", "is higher in treated than in control", stability=0.63, verdict="stable")
FACTS = ReadingFacts(
    n_genes=500,
    n_samples=8,
    colours=("red", "white", "blue"),
    limit=2.0,
    row=ExampleRow("DUSP1", 3, (1.6, -1.1), (4210.0, 310.4), 3.0, 2e-90),
    high="SRR1039509",
    low="SRR1039508",
    card=CARD,
    small=ExampleRow("CILP", 9, (1.5, -1.0), (50.0, 40.0), 0.4, 0.3),
    border=("ACTB", "MYC"),
    groups=("control", "treated"),
    differing=361,
    comparison="treated vs control",
)


def test_each_step_speaks_of_this_heatmap() -> None:
    steps = dict(reading_help(FACTS))
    assert list(steps) == [
        "Rows and columns", "One cell", "Colour is not amount", "A cluster", "Neighbours and trees",
        "What it does not say",
    ]  # fmt: skip
    assert steps["One cell"] == (
        "DUSP1, row 3 of C2, is deep red in SRR1039509: 1.6 standard deviations above its own mean over these samples "
        "(z +1.6). In SRR1039508 it is pale blue (z −1.1). Behind these colours stand 4,210 and 310 normalised counts. "
        "Beyond z = ±2 the colour stays the same."
    )
    assert (
        "DUSP1 changes 8.0-fold (log2 +3.0) and CILP 1.3-fold (log2 +0.4) in treated vs control"
        in (steps["Colour is not amount"])
    )
    assert "shares 63 % of the genes that either of the two holds (stable)" in steps["A cluster"]
    assert "ACTB and MYC are neighbours on the page" in steps["Neighbours and trees"]
    assert "Of the 500 genes here 361 differ in treated vs control" in steps["What it does not say"]


def test_what_is_not_known_is_not_spoken_of() -> None:
    bare = replace(FACTS, card=None, small=None, border=(), groups=(), differing=None)
    steps = dict(reading_help(bare))
    assert "A cluster" not in steps
    assert steps["One cell"].startswith("DUSP1 is deep red")
    assert "Two genes of one colour may change" in steps["Colour is not amount"]
    assert "group" not in steps["Rows and columns"]
    assert steps["What it does not say"].startswith("A colour is no test: that two groups look different")


@pytest.mark.parametrize(
    ("z", "words"),
    [(2.5, "deep red"), (0.9, "pale red"), (0.1, "nearly white"), (-0.9, "pale blue"), (-2, "deep blue")],
)
def test_colours_by_name(z: float, words: str) -> None:
    assert colour_words(z, FACTS) == words
