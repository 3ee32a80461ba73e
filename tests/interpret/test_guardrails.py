"""Each guardrail speaks on data where it must, and is silent where it must not (heatmap.md 2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from heatleaf.enrich import drop_redundant
from heatleaf.interpret import ClusterFacts, HeatmapFacts, heatmap_cautions
from heatleaf.interpret.cautions import figure_notes
from heatleaf.interpret.clusters import make_cards
from heatleaf.interpret.heatmaps import StabilityFacts
from heatleaf.model import Clusters, EnrichmentTable, SampleSheet
from heatleaf.model.gene_sets import ENRICHMENT_COLUMNS

SAMPLES = tuple(f"s{i}" for i in range(8))
FACTS = HeatmapFacts("heatmap", 24, 8, 2, "euclidean", "ward", 2.0, 0.0, "dex", factor="dex")
DEX = np.tile([0.0, 2.0], 4)
BATCH = np.repeat([0.0, 2.0], 4)
SPIKE = np.eye(8)[5] * 4


def facts(*patterns: np.ndarray, n_genes: int = 12, **extra: object) -> ClusterFacts:
    """Blocks of genes that follow these patterns, in samples of two treatments crossed with two batches."""
    noise = np.random.default_rng(2).normal(0, 0.1, (n_genes * len(patterns), 8))
    values = np.repeat(np.array(patterns), n_genes, axis=0) + noise
    ids = [f"g{i}" for i in range(len(values))]
    sheet = SampleSheet(SAMPLES, {"dex": ("untreated", "treated") * 4, "batch": ("1",) * 4 + ("2",) * 4})
    clusters = Clusters(tuple(ids), np.repeat(np.arange(1, len(patterns) + 1), n_genes))
    return ClusterFacts(clusters, values, ids, SAMPLES, sheet, "dex", "untreated", **extra)  # type: ignore[arg-type]


def sets(padj: float) -> EnrichmentTable:
    row = ("GO", "a", "a set", 2, 50, 20, 1000, 4.0, padj / 2, padj, "g1;g2")
    return EnrichmentTable("genes", "tested", drop_redundant(pd.DataFrame([row], columns=list(ENRICHMENT_COLUMNS))))


def keys(about: HeatmapFacts, given: ClusterFacts | None = None) -> list[str]:
    return [caution.key for caution in heatmap_cautions(about, make_cards(given) if given else ())]


def note(about: HeatmapFacts, given: ClusterFacts) -> str:
    return " ".join(figure_notes(about, make_cards(given)))


def test_clusters_that_follow_the_batch() -> None:
    mixed, clean = facts(DEX, BATCH), facts(DEX, -DEX)
    assert "cluster_follows_other" in keys(FACTS, mixed) and "cluster_follows_other" not in keys(FACTS, clean)
    said = next(one for one in heatmap_cautions(FACTS, make_cards(mixed)) if one.key == "cluster_follows_other")
    assert said.text == ("Cluster 2 (12 of 24 genes) follows batch, not dex: what it shows is no effect of dex.")
    assert said.numbers == {"column": "batch", "clusters": 1, "n_genes": 12}
    assert "C2 follows batch, not dex." in note(FACTS, mixed) and "follows" not in note(FACTS, clean)
    assert make_cards(mixed)[1].caveats == ("It follows batch, not dex: it shows no effect of dex.",)
    assert make_cards(mixed)[0].caveats == ()


def test_one_sample_that_makes_a_cluster() -> None:
    of_one, of_all = make_cards(facts(SPIKE, DEX))
    assert "One sample makes it: s5 has 8" in of_one.caveats[0]
    assert of_one.label == "highest in s5" and of_one.numbers["one_sample_share"] > 0.6
    assert not of_all.caveats


@pytest.mark.parametrize(("n_genes", "padj", "speaks"), [(5, 0.5, True), (12, 0.5, False), (5, 0.01, False)])
def test_too_few_genes_for_gene_sets(n_genes: int, padj: float, *, speaks: bool) -> None:
    given = facts(DEX, -DEX, n_genes=n_genes, enrichment={1: sets(padj), 2: sets(0.001)})
    assert ("few_genes_for_sets" in keys(FACTS, given)) == speaks
    assert ("C1: too few genes to ask for gene sets" in note(FACTS, given)) == speaks
    assert any("can hardly show a gene set" in text for text in make_cards(given)[0].caveats) == speaks


def test_a_cluster_without_gene_sets_asked_for_is_not_called_too_small() -> None:
    assert "few_genes_for_sets" not in keys(FACTS, facts(DEX, -DEX, n_genes=5))


def test_a_batch_that_cannot_be_told_from_the_treatment() -> None:
    confounded = replace(FACTS, confounded=("batch",))
    assert "batch follows dex: what looks like dex here may be batch." in figure_notes(confounded)
    assert not any("may be" in line for line in figure_notes(FACTS))
    (card,) = make_cards(facts(DEX, confounded=("batch",)))
    assert card.caveats == ("It could as well follow batch, which cannot be told from dex here.",)


def test_nothing_significant_is_said_on_the_figure() -> None:  # N34
    nothing = replace(FACTS, nothing_differs=("treated vs untreated",))
    assert figure_notes(nothing)[-1] == "No gene differs in treated vs untreated: these patterns show no effect."
    assert not any("No gene" in line for line in figure_notes(FACTS))
    (card,) = make_cards(facts(DEX, nothing_differs=("treated vs untreated",)))
    assert "chance makes one so" in card.caveats[0]


@pytest.mark.parametrize(("n_samples", "words"), [(6, "6 samples no z exceeds 2.04"), (12, "exceeds 3.18"), (13, "")])
def test_the_bound_of_a_z_score_stands_below_small_figures(n_samples: int, words: str) -> None:
    (colours, *_) = figure_notes(replace(FACTS, n_samples=n_samples))
    assert words in colours and ("exceeds" in colours) == bool(words)
    assert ("small_n" in keys(replace(FACTS, n_samples=n_samples))) == bool(words)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"clipped_share": 0.034}, "clipped"),
        ({"chosen_for": "treated vs untreated"}, "chosen_because_different"),
        ({"stability": StabilityFacts((0.9, 0.41), 50)}, "unstable_clusters"),
    ],
)
def test_cautions_of_how_it_was_made(change: dict[str, object], key: str) -> None:
    assert key in keys(replace(FACTS, **change))  # type: ignore[arg-type]
    assert key not in keys(replace(FACTS, stability=StabilityFacts((0.9, 0.8), 50)))


def test_magnitude_and_choice_are_always_said() -> None:
    assert figure_notes(replace(FACTS, n_samples=40, silhouette=0.4)) == (
        "Colours compare each gene with its own mean; amounts stand in the log2 strips.",
        "2 clusters are a choice (mean silhouette width 0.40).",
    )
    assert len(figure_notes(replace(FACTS, n_clusters=1))) == 1
    assert {"z_hides_magnitude", "cluster_number"} <= set(keys(FACTS))


def blocks(pattern: Sequence[float]) -> str:
    given = facts(np.array(pattern), block="donor")
    columns = {**given.samples.columns, "donor": tuple(f"d{i // 2}" for i in range(8))}  # type: ignore[union-attr]
    return make_cards(replace(given, samples=SampleSheet(SAMPLES, columns)))[0].pattern


def test_pairs_are_counted_within() -> None:
    assert "is higher in treated than in untreated, in 4 of 4 levels of donor (median +1.9 log2)" in blocks(DEX)
    assert "in 3 of 4 levels of donor" in blocks([0, 2, 0, 2, 0, 2, 0.5, 0.2])
