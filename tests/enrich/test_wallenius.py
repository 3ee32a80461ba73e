"""Draws in which members weigh more, or less: against the exact recursion and the hypergeometric tail."""

from __future__ import annotations

import lzma
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.enrich.hypergeometric import hypergeometric_tail
from heatleaf.enrich.wallenius import wallenius_tail


def exact_tail(overlap: int, set_size: int, n_drawn: int, universe_size: int, odds: float) -> float:
    """Follow the draws one by one: how likely each number of members is after each; only sums of positive terms."""
    members = np.arange(set_size + 1)
    likely = np.zeros(set_size + 1)
    likely[0] = 1.0
    for step in range(n_drawn):
        of_members = odds * (set_size - members)
        of_others = np.maximum(universe_size - set_size - (step - members), 0)
        share = of_members / np.maximum(of_members + of_others, 1e-300)
        rise = likely * share
        likely = likely * np.where(of_members + of_others > 0, 1 - share, 0.0)
        likely[1:] += rise[:-1]
    return float(likely[overlap:].sum())


@given(st.integers(1, 30), st.integers(1, 60), st.floats(0.05, 20), st.floats(0, 1), st.floats(0, 1))
def test_equals_the_exact_recursion(
    set_size: int, n_others: int, odds: float, drawn_share: float, overlap_share: float
) -> None:
    universe_size = set_size + n_others
    n_drawn = round(drawn_share * universe_size)
    overlap = round(overlap_share * min(set_size, n_drawn))
    expected = exact_tail(overlap, set_size, n_drawn, universe_size, odds)
    assert float(wallenius_tail(overlap, set_size, n_drawn, universe_size, odds)) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(
    ("case", "odds"),
    [
        ((9, 41, 381, 18_000), 1.3),
        ((31, 294, 381, 18_000), 0.7),
        ((12, 14, 2_500, 12_438), 1.8),
        ((250, 500, 2_500, 12_438), 1.2),
        ((911, 2_885, 3_409, 12_438), 1.0069),
    ],
)
def test_equals_the_exact_recursion_in_a_study(case: tuple[int, int, int, int], odds: float) -> None:
    """Down to 1e-40, where the default precision of BiasedUrn leaves p three times too small or worse."""
    assert float(wallenius_tail(*case, odds)) == pytest.approx(exact_tail(*case, odds), rel=1e-9)


@pytest.mark.parametrize(
    ("case", "odds", "expected"),
    [
        ((1, 10, 8, 100), 2.0, 0.810801908319),
        ((4, 10, 20, 100), 1.5, 0.272979975118),
        ((60, 500, 2_500, 12_438), 0.5, 0.215810765796),
        ((15, 20, 16, 50), 4.0, 0.00446713999959),
    ],
)
def test_equals_biased_urn(case: tuple[int, int, int, int], odds: float, expected: float) -> None:
    """Of R: dWNCHypergeo(k, m, N - m, n, odds, 1e-13) + pWNCHypergeo(..., lower.tail = FALSE); BiasedUrn 2.0."""
    assert float(wallenius_tail(*case, odds)) == pytest.approx(expected, rel=1e-10)


@pytest.mark.data
def test_airway_equals_goseq_with_its_weights(data: Path) -> None:
    """p of all GO BP sets: to 1e-6 above 0.1, to 2e-4 above 0.01.

    Further out BiasedUrn at its default precision of 1e-7 falls short by up to 4.5 times (GO:0050794: 1.14e-9 for
    5.16e-9, which it gives too at 1e-13); there the exact recursion decides, to 1e-9.
    """
    gold = data / "airway" / "gold" / "enrichment"
    expected = pd.read_csv(gold / "goseq_GOBP_wallenius_own_gmt.csv.gz").set_index("category")
    with lzma.open(data / "genesets" / "GO_BP.human.ensembl.gmt.xz", "rt", encoding="utf-8") as lines:
        members = {row[0]: row[2:] for row in (line.rstrip("\n").split("\t") for line in lines)}
    genes = pd.read_csv(gold / "goseq_pwf.csv.gz").set_index("gene_id")
    middle = genes.loc[
        genes["bias.data"] == np.sort(genes["bias.data"].dropna())[len(genes["bias.data"].dropna()) // 2]
    ]
    weights = genes["pwf"].fillna(middle["pwf"].iloc[0])
    weights = weights[weights.index.isin(set().union(*members.values()))]
    n_genes, by_gene = len(weights), weights.to_dict()
    inside = np.array([sum(by_gene.get(gene, 0.0) for gene in members[set_id]) for set_id in expected.index])
    sizes, found = expected["numInCat"].to_numpy(), expected["numDEInCat"].to_numpy()
    outside = np.where(sizes < n_genes, (weights.sum() - inside) / np.maximum(n_genes - sizes, 1), weights.mean())
    odds = inside / sizes / outside
    n_called = int(genes["DEgenes"][weights.index].sum())
    ours = wallenius_tail(found, sizes, n_called, n_genes, odds)
    theirs = expected["over_represented_pvalue"].to_numpy()
    off = np.abs(ours / theirs - 1)
    assert np.quantile(off[theirs > 0.1], 0.99) < 1e-6
    assert off[theirs > 0.01].max() < 2e-4
    assert np.abs(np.log10(ours / theirs)).max() < 0.7
    for i in np.argsort(-off)[:3].tolist():
        assert ours[i] == pytest.approx(exact_tail(found[i], sizes[i], n_called, n_genes, odds[i]), rel=1e-9)


def test_even_odds_are_hypergeometric() -> None:
    rng = np.random.default_rng(1)
    set_size, n_drawn = rng.integers(1, 600, 2_000), rng.integers(1, 3_000, 2_000)
    share = np.minimum(1, n_drawn / 12_000 * rng.choice([1, 3], 2_000))
    overlap = np.minimum(rng.binomial(set_size, share), n_drawn)
    expected = hypergeometric_tail(overlap, set_size, n_drawn, 12_000)
    np.testing.assert_allclose(wallenius_tail(overlap, set_size, n_drawn, 12_000, 1.0), expected, rtol=1e-9)
    assert expected.min() < 1e-100


def test_higher_odds_make_an_overlap_likelier() -> None:
    tails = wallenius_tail(20, 100, 500, 10_000, np.geomspace(0.01, 100, 30))
    assert (np.diff(tails) >= 0).all()
    assert (np.diff(tails[:15]) > 0).all()


@pytest.mark.parametrize(
    ("case", "expected"), [((0, 5, 3, 10), 1.0), ((1, 5, 6, 6), 1.0), ((5, 5, 5, 5), 1.0), ((0, 0, 3, 5), 1.0)]
)
def test_what_is_certain_has_probability_one(case: tuple[int, int, int, int], expected: float) -> None:
    assert float(wallenius_tail(*case, 3.0)) == expected


def test_what_is_out_of_range_is_never_zero() -> None:
    assert 0 < float(wallenius_tail(500, 500, 500, 100_000, 0.001)) < 1e-300


@pytest.mark.parametrize(
    ("case", "odds", "sentence"),
    [
        ((1, 11, 3, 10), 1.0, "larger than the universe"),
        ((4, 5, 3, 10), 1.0, "larger than the set or the list"),
        ((1, 5, 3, 10), 0.0, "odds must be positive and finite"),
        ((1, 5, 3, 10), np.nan, "odds must be positive and finite"),
    ],
)
def test_impossible_numbers_are_errors(case: tuple[int, int, int, int], odds: float, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        wallenius_tail(*case, odds)
