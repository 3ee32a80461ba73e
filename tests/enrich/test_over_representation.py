"""Over-representation tables: N28, N34, B84, B85."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heatleaf.enrich import over_represent_lists, over_representation
from heatleaf.enrich.adjustment import adjust_bh
from heatleaf.errors import UserError
from heatleaf.model import GeneSetCollection
from heatleaf.model.gene_sets import ENRICHMENT_COLUMNS

UNIVERSE = [f"g{i}" for i in range(100)]
SETS = GeneSetCollection.from_sets(
    "demo",
    [
        ("S1", "the first ten", UNIVERSE[:10]),
        ("S2", "every second", UNIVERSE[::2]),
        ("S3", "all", UNIVERSE),
        ("S4", "half of it unknown", [*UNIVERSE[:5], *(f"x{i}" for i in range(5))]),
    ],
)


def table_of(genes: list[str], **sizes: int) -> pd.DataFrame:
    return over_representation(genes, SETS, UNIVERSE, **sizes).set_index("set_id")


def test_one_row_per_set_and_the_named_columns() -> None:
    table = over_representation(UNIVERSE[:10], SETS, UNIVERSE, min_size=1)
    assert tuple(table.columns) == (*ENRICHMENT_COLUMNS, "represented_by", "stands_for")
    assert sorted(table["set_id"]) == ["S1", "S2", "S3", "S4"]
    assert table["padj"].is_monotonic_increasing


def test_sets_are_restricted_to_the_universe_before_their_size_is_judged() -> None:
    assert "S4" not in table_of(UNIVERSE[:10]).index
    assert table_of(UNIVERSE[:10], min_size=5).loc["S4", "set_size"] == 5
    assert "S3" not in table_of(UNIVERSE[:10], max_size=99).index


def test_values_by_hand() -> None:
    row = table_of(UNIVERSE[:10]).loc["S1"]
    assert (row["overlap"], row["set_size"], row["n_genes"], row["universe_size"]) == (10, 10, 10, 100)
    assert row["fold_enrichment"] == pytest.approx(10.0)
    assert row["pvalue"] == pytest.approx(1 / 17310309456440, rel=1e-11)
    assert table_of(UNIVERSE[:10]).loc["S3", "pvalue"] == 1.0


def test_genes_are_named_in_the_order_of_the_list() -> None:
    assert table_of(["g4", "g90", "g2", "g3"]).loc["S1", "genes"] == "g4;g2;g3"


def test_neither_order_nor_repeats_change_the_numbers() -> None:
    numbers = ["overlap", "set_size", "pvalue", "padj"]
    table = over_representation(UNIVERSE[:9], SETS, UNIVERSE)
    again = over_representation(UNIVERSE[8::-1] * 2, SETS, [*UNIVERSE[::-1], *UNIVERSE, ""])
    pd.testing.assert_frame_equal(table[["set_id", *numbers]], again[["set_id", *numbers]])


def test_lists_tested_together_equal_lists_tested_alone() -> None:
    lists = {"a": UNIVERSE[:10], "b": UNIVERSE[20:50:2], "none": []}
    together = over_represent_lists(lists, [SETS], UNIVERSE)
    assert list(together) == ["a", "b", "none"]
    for label, genes in lists.items():
        pd.testing.assert_frame_equal(together[label].frame, over_representation(genes, SETS, UNIVERSE))
        assert together[label].universe_label == "100 genes"


@pytest.mark.parametrize("below", [0.0, 1e-9, 0.5, 2.0])
def test_a_bound_leaves_out_rows_and_changes_none(below: float) -> None:
    lists = {"a": UNIVERSE[:10], "b": UNIVERSE[20:50:2]}
    whole = over_represent_lists(lists, [SETS], UNIVERSE, min_size=1)
    bounded = over_represent_lists(lists, [SETS], UNIVERSE, min_size=1, below=below)
    for label, table in whole.items():
        expected = table.frame[table.frame["padj"] < below].drop(columns="stands_for")
        found = bounded[label].frame.drop(columns="stands_for")
        assert found.to_dict("records") == expected.to_dict("records")


def test_the_first_distinct_sets_are_those_of_the_table() -> None:
    table = over_represent_lists({"a": UNIVERSE[:10]}, [SETS], UNIVERSE, min_size=1)["a"]
    for alpha, n_sets in ((1.1, 1), (1.1, 9), (0.05, 9), (0.0, 9)):
        assert table.first_distinct(alpha, n_sets) == table.distinct(alpha).head(n_sets).to_dict("records")


def test_collections_are_adjusted_apart() -> None:
    other = GeneSetCollection.from_sets("other", [("T1", "the first ten", UNIVERSE[:10])])
    frame = over_represent_lists({"a": UNIVERSE[:10]}, [SETS, other], UNIVERSE)["a"].frame
    row = frame[frame["collection"] == "other"].iloc[0]
    assert row["padj"] == row["pvalue"]


def test_an_empty_list_gives_a_table_of_ones_n34() -> None:
    table = table_of([])
    assert (table["pvalue"] == 1).all()
    assert (table["overlap"] == 0).all()
    assert (table["fold_enrichment"] == 0).all()


def test_no_set_of_that_size_gives_an_empty_table() -> None:
    table = over_representation(UNIVERSE[:3], SETS, UNIVERSE, min_size=60, max_size=61)
    assert len(table) == 0
    assert tuple(table.columns) == (*ENRICHMENT_COLUMNS, "represented_by", "stands_for")


def test_no_lists_give_no_tables() -> None:
    assert over_represent_lists({}, [SETS], UNIVERSE) == {}


def test_bh_by_hand() -> None:
    assert adjust_bh(np.array([0.01, 0.04, 0.03, 0.5])).tolist() == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert adjust_bh(np.array([])).tolist() == []
    assert adjust_bh(np.array([1.0, 1.0])).tolist() == [1.0, 1.0]


@pytest.mark.data
@pytest.mark.parametrize("universe", ["all_tested", "tested_and_annotated"])
def test_airway_equals_r(data: Path, universe: str) -> None:
    """phyper and p.adjust on GO BP: twelve digits are stored, so 1e-10 relative."""
    gold = data / "airway" / "gold" / "enrichment"
    with lzma.open(data / "genesets" / "GO_BP.human.ensembl.gmt.xz", "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    sets = GeneSetCollection.from_sets("GO:BP", [(row[0], row[1], row[2:]) for row in rows])
    tested = gzip.decompress((gold / "universe_tested.txt.gz").read_bytes()).decode().split()
    annotated = set().union(*sets.members)
    genes = tested if universe == "all_tested" else [gene for gene in tested if gene in annotated]
    lists = {name: (gold / f"de_{name}.txt").read_text().split() for name in ("all", "up", "down", "padj05")}
    tables = over_represent_lists(lists, [sets], genes)
    for name in lists:
        expected = pd.read_csv(gold / f"ora_GOBP_{name}_universe_{universe}.csv.gz")
        frame = tables[name].frame.set_index("set_id").loc[expected["set"]]
        assert len(tables[name].frame) == len(expected)
        assert (frame["overlap"].to_numpy() == expected["k"].to_numpy()).all()
        assert (frame["set_size"].to_numpy() == expected["K"].to_numpy()).all()
        np.testing.assert_allclose(frame["pvalue"], expected["pvalue"], rtol=1e-10)
        np.testing.assert_allclose(frame["padj"], expected["padj"], rtol=1e-10)
        np.testing.assert_allclose(frame["fold_enrichment"], expected["fold"], rtol=1e-10)


def test_genes_outside_the_universe_are_told_of() -> None:
    (message,) = over_represent_lists({"a": ["g1", "x1"]}, [SETS], UNIVERSE)["a"].messages
    assert (message.level, message.code) == ("note", "gene_sets_overlap")
    assert message.text == "1 of the chosen genes are not in the universe and are not counted (first: x1)."


def test_ids_that_do_not_meet_are_refused_b84() -> None:
    universe = [f"ENSG{i:011d}" for i in range(50)]
    with pytest.raises(UserError) as refusal:
        over_representation(universe[:5], SETS, universe)
    assert refusal.value.code == "gene_sets_overlap"
    assert str(refusal.value) == (
        "0 of 50 tested genes occur in demo. Your ids look like Ensembl, the sets use symbols. "
        "Fix: use gene sets with the ids of the table, or a table with the ids of the sets."
    )


def test_ids_that_hardly_meet_are_warned_of_b84() -> None:
    universe = [*UNIVERSE[:5], *(f"y{i}" for i in range(95))]
    (message,) = over_represent_lists({"a": ["g1"]}, [SETS], universe)["a"].messages
    assert message.level == "warning"
    assert message.text.startswith("5 of 100 tested genes occur in demo.")


def test_ids_that_meet_without_case_only_are_refused_b85() -> None:
    universe = [gene.upper() for gene in UNIVERSE]
    with pytest.raises(UserError) as refusal:
        over_representation(universe[:5], SETS, universe)
    assert "100 do when case is ignored: mouse data with human sets?" in str(refusal.value)


@pytest.mark.parametrize(("min_size", "max_size"), [(0, 10), (10, 9)])
def test_impossible_sizes_are_refused(min_size: int, max_size: int) -> None:
    with pytest.raises(UserError) as refusal:
        over_representation([], SETS, UNIVERSE, min_size=min_size, max_size=max_size)
    assert refusal.value.code == "option"
    assert f"at least {min_size} and at most {max_size} genes" in str(refusal.value)


def test_a_bias_alone_makes_no_set_stand_out() -> None:
    """Genes are called by their length only; sets of long genes stand out until it is corrected for."""
    rng = np.random.default_rng(3)
    genes = [f"g{i}" for i in range(6_000)]
    length = np.linspace(1, 10, 6_000)
    called = [gene for gene, is_called in zip(genes, rng.random(6_000) < 0.03 * length, strict=True) if is_called]
    sets = GeneSetCollection.from_sets(
        "demo",
        [(f"L{i}", "long", rng.choice(genes, 60, replace=False, p=length**2 / (length**2).sum())) for i in range(100)],
    )
    bias = dict(zip(genes, length.tolist(), strict=True))
    table = over_representation(called, sets, genes, bias=bias)
    plain = over_representation(called, sets, genes).set_index("set_id").loc[table["set_id"]]
    np.testing.assert_allclose(table["pvalue_uncorrected"], plain["pvalue"], rtol=1e-12)
    assert tuple(table.columns[:12]) == (*ENRICHMENT_COLUMNS[:8], "bias_odds", "pvalue_uncorrected", "pvalue", "padj")
    assert (table["pvalue_uncorrected"] < 0.05).mean() > 0.2
    assert (table["pvalue"] < 0.05).mean() < 0.12
    assert 0.35 < table["pvalue"].mean() < 0.65
    assert (table["bias_odds"] > 1.1).all()


def test_a_bias_that_changes_nothing_leaves_p_nearly_alone() -> None:
    rng = np.random.default_rng(4)
    bias = {gene: float(value) for gene, value in zip(UNIVERSE, rng.random(100), strict=True)}
    same = dict.fromkeys(UNIVERSE, 2.0)
    table = over_representation(UNIVERSE[:9], SETS, UNIVERSE, bias=same)
    np.testing.assert_allclose(table["pvalue"], table["pvalue_uncorrected"], rtol=1e-9)
    np.testing.assert_allclose(table["bias_odds"], 1.0)
    assert (over_representation([], SETS, UNIVERSE, bias=bias)["pvalue"] == 1).all()


def test_genes_without_a_length_are_told_of() -> None:
    bias = dict.fromkeys(UNIVERSE[:90], 1.0) | {UNIVERSE[0]: float("nan")}
    (message,) = over_represent_lists({"a": UNIVERSE[:5]}, [SETS], UNIVERSE, bias=bias)["a"].messages
    assert (message.level, message.code) == ("note", "gene_sets")
    assert message.text.startswith("11 of 100 tested genes have no length or mean to correct for")


def test_lengths_of_other_genes_are_refused() -> None:
    with pytest.raises(UserError) as refusal:
        over_representation(UNIVERSE[:5], SETS, UNIVERSE, bias={"x": 1.0})
    assert refusal.value.code == "option"
    assert str(refusal.value).startswith("--bias: the lengths or means to correct for name none of the 100 tested")


@pytest.mark.data
def test_airway_by_length_agrees_with_goseq(data: Path) -> None:
    """Weights of our own: 95 % of p within 0.2 in log10 above 1e-4, and the same sets first.

    Below 1e-4 BiasedUrn at its default precision stops its sums too early (see test_wallenius).
    """
    gold = data / "airway" / "gold" / "enrichment"
    with lzma.open(data / "genesets" / "GO_BP.human.ensembl.gmt.xz", "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    sets = GeneSetCollection.from_sets("GO:BP", [(row[0], row[1], row[2:]) for row in rows])
    weights = pd.read_csv(gold / "goseq_pwf.csv.gz").set_index("gene_id")
    weights = weights[weights.index.isin(sets.genes)]
    expected = pd.read_csv(gold / "goseq_GOBP_wallenius_own_gmt.csv.gz").set_index("category")
    expected = expected[expected["numInCat"].between(10, 500)]
    bias = weights["bias.data"].to_dict()
    called = list(weights.index[weights["DEgenes"] == 1])
    ours = over_representation(called, sets, list(weights.index), bias=bias).set_index("set_id").loc[expected.index]
    assert (ours["overlap"] == expected["numDEInCat"]).all()
    assert (ours["set_size"] == expected["numInCat"]).all()
    log_ours, log_theirs = np.log10(ours["pvalue"]), np.log10(expected["over_represented_pvalue"])
    middling = expected["over_represented_pvalue"] > 1e-4
    assert (log_ours - log_theirs)[middling].abs().quantile(0.95) < 0.2
    assert np.corrcoef(log_ours, log_theirs)[0, 1] > 0.99
    first = set(ours["pvalue"].nsmallest(100).index)
    assert len(first & set(expected["over_represented_pvalue"].nsmallest(100).index)) > 85
