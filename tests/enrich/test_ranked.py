"""Ranked enrichment: R13, N29, GSEA's reference scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest
from scipy.stats import t as student

from heatleaf.enrich import RANKED_COLUMNS, best_scores, ranked_enrichment
from heatleaf.errors import UserError
from heatleaf.model import GeneSetCollection

GENES = [f"g{i:03d}" for i in range(600)]
SCORES = dict(zip(GENES, np.linspace(5, -5, 600).tolist(), strict=True))
SETS = GeneSetCollection.from_sets(
    "demo",
    [
        ("TOP", "at the top", GENES[:60:2]),
        ("BOTTOM", "at the bottom", GENES[-60::2]),
        ("SPREAD", "all over", GENES[::20]),
        ("SMALL", "too small", GENES[:5]),
    ],
)


def table_of(seed: int = 1, **options: int) -> pd.DataFrame:
    return ranked_enrichment(SCORES, SETS, rng=np.random.default_rng(seed), **options).set_index("set_id")


def test_one_row_per_set_of_fitting_size() -> None:
    table = ranked_enrichment(SCORES, SETS, rng=np.random.default_rng(1))
    assert tuple(table.columns) == RANKED_COLUMNS
    assert sorted(table["set_id"]) == ["BOTTOM", "SPREAD", "TOP"]
    assert "SMALL" in table_of(min_size=5).index


def test_directions_and_leading_edges() -> None:
    table = table_of()
    assert table.loc["TOP", "direction"] == "up"
    assert table.loc["BOTTOM", "direction"] == "down"
    assert table.loc["TOP", "leading_edge"].split(";") == GENES[:60:2]
    assert table.loc["BOTTOM", "leading_edge"].split(";")[0] == "g598"
    assert table.loc["BOTTOM", "n_leading"] == 30
    assert table.loc["TOP", "NES"] > 2
    assert table.loc["BOTTOM", "NES"] < -2


def test_p_values_are_small_where_they_should_be_and_never_zero_n29() -> None:
    table = table_of()
    assert 0 < table.loc["TOP", "pvalue"] < 1e-10
    assert 0 < table.loc["BOTTOM", "pvalue"] < 1e-10
    assert table.loc["SPREAD", "pvalue"] > 0.05
    assert (table["pvalue_error"] >= 0).all()


def test_the_seed_alone_decides_r13() -> None:
    pd.testing.assert_frame_equal(table_of(seed=4), table_of(seed=4))
    assert table_of(seed=4).loc["SPREAD", "pvalue"] != table_of(seed=5).loc["SPREAD", "pvalue"]


def test_a_series_is_taken_like_a_mapping() -> None:
    table = ranked_enrichment(pd.Series(SCORES), SETS, rng=np.random.default_rng(1))
    pd.testing.assert_frame_equal(table.set_index("set_id"), table_of())


def test_tied_scores_keep_their_order() -> None:
    scores = {"a": 0.0, "b": 2.0, "c": 2.0, "d": -1.0}
    sets = GeneSetCollection.from_sets("demo", [("S", "s", ["c", "b"])])
    (row,) = ranked_enrichment(scores, sets, rng=np.random.default_rng(1), min_size=1).to_dict("records")
    assert row["leading_edge"] == "b;c"


def test_null_p_values_are_even() -> None:
    rng = np.random.default_rng(7)
    rows = [(f"S{i:03d}", "random", rng.choice(GENES, 20, replace=False).tolist()) for i in range(300)]
    table = ranked_enrichment(SCORES, GeneSetCollection.from_sets("random", rows), rng=rng)
    assert 0.42 < table["pvalue"].mean() < 0.58
    assert (table["pvalue"] < 0.05).mean() < 0.1
    assert table["padj"].min() > 0.001


def test_null_p_values_are_uniform_for_uneven_weights() -> None:
    """Scores like Wald statistics, sets of many sizes, six runs: no share of small p is off by more than chance."""
    quantiles = (np.arange(3_000) + 0.5) / 3_000
    scores = dict(zip([f"g{i}" for i in range(3_000)], student.ppf(quantiles, 4).tolist(), strict=True))
    rng = np.random.default_rng(5)
    found = []
    for seed in range(6):
        rows = [
            (f"S{i}", "random", rng.choice(list(scores), int(k), replace=False).tolist())
            for i, k in enumerate(np.geomspace(15, 300, 500))
        ]
        sets = GeneSetCollection.from_sets("random", rows)
        found.append(ranked_enrichment(scores, sets, rng=np.random.default_rng(seed))["pvalue"].to_numpy())
    p_value = np.concatenate(found)
    assert kstest(p_value, "uniform").statistic < 0.035
    for alpha, tolerance in ((0.1, 0.025), (0.01, 0.008)):
        assert (p_value < alpha).mean() == pytest.approx(alpha, abs=tolerance)


def test_no_fitting_set_gives_an_empty_table() -> None:
    table = table_of(min_size=200)
    assert len(table) == 0
    assert list(table.columns) == [name for name in RANKED_COLUMNS if name != "set_id"]


def test_best_scores_keep_the_largest_of_each_name() -> None:
    assert best_scores(["A", "B", "A", "", "C"], [1.0, 2.0, -3.0, 9.0, np.nan]) == {"A": -3.0, "B": 2.0}


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "gold_name"),
    [("h.all.v7.0.symbols.gmt", "hallmark"), ("ReactomePathways_2024-09-18.gmt", "reactome")],
)
def test_airway_equals_the_reference_scores(data: Path, file: str, gold_name: str) -> None:
    """Scores to the nine digits that are stored; normalised scores and p against 1,000 random sets of gseapy."""
    gold = data / "airway" / "gold" / "enrichment"
    scores = pd.read_csv(gold / "ranked_stat_symbol.csv.gz", keep_default_na=False, index_col=0)["stat"].astype(float)
    rows = [line.rstrip("\n").split("\t") for line in (data / "genesets" / file).read_text().splitlines()]
    sets = GeneSetCollection.from_sets(gold_name, [(row[0], row[0], [g for g in row[2:] if g]) for row in rows])
    table = ranked_enrichment(scores, sets, rng=np.random.default_rng(1), min_size=10).set_index("set_id")
    expected = pd.read_csv(gold / f"preranked_{gold_name}_cameraPR_and_ES.csv.gz").set_index("set")
    assert set(table.index) == set(expected.index)
    np.testing.assert_allclose(table.loc[expected.index, "ES"], expected["ES_weight1"], atol=1e-9)
    other = pd.read_csv(gold / f"gseapy_prerank_{gold_name}.csv.gz").set_index("Term")
    ours = table.reindex(other.index)
    np.testing.assert_allclose(ours["NES"], other["NES"], atol=0.1)
    np.testing.assert_allclose(ours["pvalue"], other["NOM p-val"], atol=0.15)
    same = [
        set(a.split(";")) == set(b.split(";")) for a, b in zip(ours["leading_edge"], other["Lead_genes"], strict=True)
    ]
    assert np.mean(same) > 0.98


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        ({"a": 1.0, "b": float("nan"), "c": 2.0}, "1 gene has no finite score (first: b)"),
        ({"a": float("inf"), "b": 1.0, "c": 2.0, "d": -np.inf}, "2 genes have no finite score (first: a, d)"),
        ({"a": 1.0, "b": 1.0, "c": 1.0}, "3 genes have too few different scores to be ranked (1)"),
        ({"a": 1.0}, "1 gene has too few different scores to be ranked (1)"),
        ({}, "0 genes have too few different scores to be ranked (0)"),
    ],
)
def test_scores_that_cannot_be_ranked_are_refused_n29(scores: dict[str, float], sentence: str) -> None:
    with pytest.raises(UserError) as refusal:
        ranked_enrichment(scores, SETS, rng=np.random.default_rng(1))
    assert refusal.value.code == "ranking"
    assert str(refusal.value).startswith(sentence)


def test_a_gene_with_two_scores_is_refused() -> None:
    with pytest.raises(UserError) as refusal:
        ranked_enrichment(pd.Series([1.0, 2.0, 3.0], index=["a", "b", "a"]), SETS, rng=np.random.default_rng(1))
    assert refusal.value.code == "gene_duplicate"
    assert str(refusal.value).startswith("1 gene has more than one score (first: a)")


def test_no_permutations_are_refused() -> None:
    with pytest.raises(UserError) as refusal:
        table_of(n_permutations=0)
    assert refusal.value.code == "option"
    assert str(refusal.value).startswith("0 permutations cannot give a p-value")


def test_ids_that_do_not_meet_are_refused_b84() -> None:
    with pytest.raises(UserError) as refusal:
        ranked_enrichment({"x": 1.0, "y": 2.0, "z": 3.0}, SETS, rng=np.random.default_rng(1))
    assert refusal.value.code == "gene_sets_overlap"
    assert str(refusal.value).startswith("0 of 3 tested genes occur in demo")
