"""Gene sets that two tests name, against a hand-made table and on real data."""

from __future__ import annotations

import pandas as pd
from interpret_cases import CONTRAST

from heatleaf.interpret.agreed_sets import agreed_sets, agreement_of_sets
from heatleaf.model import EnrichmentTable

CALLED = EnrichmentTable(
    "genes",
    "tested",
    pd.DataFrame(
        {
            "set_id": ["A", "B", "C", "D", "E"],
            "set_name": list("abcde"),
            "overlap": [8, 7, 6, 5, 4],
            "set_size": [20, 20, 20, 20, 20],
            "padj": [1e-9, 1e-4, 0.01, 0.3, 0.01],
        }
    ),
)
RANKED = pd.DataFrame(
    {
        "set_id": ["A", "B", "C", "D", "E"],
        "set_name": list("abcde"),
        "NES": [1.5, 2.5, 2.0, 3.0, -2.0],
        "padj": [0.01, 0.01, 0.01, 0.001, 0.01],
        "leading_edge": ["r;s;t", "x;y;z", "x;y;q", "d;d2", "e"],
    }
)


def test_the_steepest_come_first_and_what_says_the_same_is_left_out() -> None:
    both = agreed_sets(CALLED, RANKED, is_up=True, alpha=0.05)
    assert both["set_id"].tolist() == ["B", "A"]  # D is not called; C shares x and y with B; E leans down
    assert both["overlap"].tolist() == [7, 8] and both["padj_called"].tolist() == [1e-4, 1e-9]
    shuffled = RANKED.sample(frac=1, random_state=3)
    assert agreed_sets(CALLED, shuffled, is_up=True, alpha=0.05)["set_id"].tolist() == ["B", "A"]


def test_each_side_has_its_sentence_and_no_side_none() -> None:
    up, down = agreement_of_sets({"up": CALLED, "down": CALLED}, RANKED, CONTRAST, alpha=0.05)
    assert up.text == (
        "Named by both tests, over-representation and rank of all genes, as higher in treated are 2 distinct gene "
        "sets, steepest first: b (7 of 20 genes, adjusted p-value 1.0 × 10⁻⁴); a (8 of 20 genes, adjusted p-value "
        "1.0 × 10⁻⁹)."
    )
    assert up.numbers["NES b"] == 2.5 and up.numbers["padj a"] == 1e-9 and up.numbers["n_sets"] == 2
    assert "as lower in treated is 1 distinct gene set: e (4 of 20" in down.text
    assert agreement_of_sets({"up": CALLED}, RANKED, CONTRAST, alpha=1e-6) == ()
    assert agreement_of_sets({"up": CALLED}, None, CONTRAST, alpha=0.05) == ()
