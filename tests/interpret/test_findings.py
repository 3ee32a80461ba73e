"""The sentences: right words, and each number of a sentence also in its numbers."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from interpret_cases import CONTRAST, make_result

from heatleaf.enrich import drop_redundant
from heatleaf.interpret import (
    ClusterFacts,
    HeatmapFacts,
    agreement_findings,
    arrange_findings,
    cluster_findings,
    cluster_meanings,
    confounding_findings,
    differential_findings,
    gene_set_findings,
    heatmap_cautions,
    library_findings,
    no_test_finding,
    ranked_findings,
    replicate_cautions,
    separation_findings,
    top_terms,
    universe_caution,
)
from heatleaf.interpret.cautions import z_bound
from heatleaf.interpret.comparisons import name_comparison
from heatleaf.model import Clusters, EnrichmentTable, Finding, SampleSheet
from heatleaf.model.gene_sets import ENRICHMENT_COLUMNS

SAMPLES = tuple(f"s{i}" for i in range(8))
FACTS = HeatmapFacts("heatmap", 500, 8, 4, "correlation", "average", 2.0, 0.034, "dex")


def terms(*rows: tuple[str, float, str]) -> EnrichmentTable:
    data = [("GO", n, n, len(g.split(";")), 50, 20, 1000, 4.0, q / 2, q, g) for n, q, g in rows]
    frame = drop_redundant(pd.DataFrame(data, columns=list(ENRICHMENT_COLUMNS)))
    return EnrichmentTable("genes", "tested genes", frame)


# differential


def test_counts_and_the_strongest_genes() -> None:
    result = make_result([1e-30, 1e-4, 0.2, 0.01, 1e-9], [2.5, 0.4, 3.0, -1.2, -3.0])
    counts, strongest = differential_findings(result, ["ACTB", "B", "C", "D", "E"])
    assert counts.text == (
        "treated vs untreated: 4 genes differ at an adjusted p-value below 0.05, 80 % of 5 tested: 2 higher and 2 "
        "lower "
        "in treated."
    )
    assert strongest.text == (
        "Strongest by effect and certainty: higher in treated are ACTB (+2.5, 1.0 × 10⁻³⁰) and B (+0.4, 1.0 × 10⁻⁴); "
        "lower in treated are E (−3.0, 1.0 × 10⁻⁹) and D (−1.2, 0.010) (log2 fold change, adjusted p-value)."
    )
    assert counts.numbers == {
        "up": 2, "down": 2, "tested": 5, "alpha": 0.05, "contrast": "treated vs untreated",
    }  # fmt: skip
    assert strongest.numbers["log2_fold_change E"] == -3.0
    assert counts.rests_on == "tables/differential_dex_treated_vs_untreated.tsv"


def test_one_gene_reads_as_one_gene() -> None:
    result = make_result([1e-30, 0.5], [2.5, 0.1])
    counts, strongest = differential_findings(result, ["A", "B"])
    assert "1 gene differs" in counts.text
    assert "higher in treated is A (+2.5, 1.0 × 10⁻³⁰) (log2" in strongest.text


def test_nothing_significant_is_a_result_too() -> None:  # N34
    (nothing,) = differential_findings(make_result([0.2, 0.4], [1, -1]), ["A", "B"])
    assert nothing.level == "caution"
    assert nothing.text.startswith(
        "treated vs untreated: no gene differs at an adjusted p-value below 0.05 among 2 tested. The smallest adjusted "
        "p-value is 0.20. This too is a result:"
    )


def test_no_gene_could_be_tested() -> None:
    (nothing, left) = differential_findings(make_result([np.nan], [np.nan], ["all_zero"]), ["A"])
    assert "among 0 tested. This too" in nothing.text
    assert left.text == "1 gene of 1 has no adjusted p-value: 1 has no reads. The column status says which."


def test_what_was_left_out() -> None:
    status = ["tested", "all_zero", "all_zero", "low_mean", "outlier", "not_converged"]
    result = make_result([0.01] + [np.nan] * 5, [1.0] * 6, status)
    left = differential_findings(result, list("ABCDEF"))[-1]
    assert left.text == (
        "5 genes of 6 have no adjusted p-value: 2 have no reads, 1 has too few reads to decide (mean normalised count "
        "below 3.2), 1 rests on one outlying count and 1 fit did not converge. The column status says which."
    )


# samples


def test_libraries() -> None:
    (even,) = library_findings(["a", "b"], np.array([20_000_000, 31_400_000]))
    assert even.text == (
        "The 2 samples have 20.0 million (a) to 31.4 million (b) counted reads, which size factors correct for."
    )
    (uneven,) = library_findings(["a", "b"], np.array([1_000_000, 9_100_000]))
    assert uneven.level == "caution"
    assert "9.1 times as many" in uneven.text
    (single,) = library_findings(["a"], np.array([5]))
    assert single.text == "The one sample, a, has 5 counted reads."


def test_what_separates_the_samples(sheet: SampleSheet) -> None:
    dex, donor = np.tile([0.0, 9.0], 4), np.repeat([0.0, 1.0, 5.0, 3.0], 2)
    scores = np.column_stack([dex + 0.1 * donor, donor])
    first, second = separation_findings(scores, np.array([0.6, 0.2]), sheet, preferred="dex")
    assert first.text == (
        "The largest difference between the samples (PC1, 60 % of the variance) follows dex (treated against "
        "untreated), which accounts for 99.8 % of it."
    )
    assert second.text.endswith("follows donor (from d0 to d2), which accounts for 100 % of it.")
    (none,) = separation_findings(np.arange(3.0)[:, None], np.array([1.0]), None)
    assert none.text.endswith("was not compared with a sample sheet.")
    alone = SampleSheet(("a", "b", "c"), {"group": ("x", "y", "z")})
    (undivided,) = separation_findings(np.arange(3.0)[:, None], np.array([1.0]), alone)
    assert undivided.text.endswith(
        "cannot be compared with the sample sheet, of which no column gives most groups several samples."
    )
    random = np.array([3.0, 1, 2, 2, 1, 3, 2, 2])[:, None]
    assert separation_findings(random, np.array([0.5]), sheet)[0].text.endswith(
        "follows no column of the sample sheet."
    )


def test_an_outlier_sample_is_named() -> None:
    correlation = np.full((6, 6), 0.97) + np.random.default_rng(0).uniform(0, 0.002, (6, 6))
    correlation[2], correlation[:, 2] = 0.7, 0.7
    np.fill_diagonal(correlation, 1)
    (outlier,) = agreement_findings(list("abcdef"), correlation, None)
    assert outlier.text == (
        "Sample c stands apart: it correlates with the others at 0.700, where 0.971 is usual. Check it before trusting "
        "what rests on it."
    )


def test_replicates_that_are_no_more_alike_than_others() -> None:
    correlation = np.array([[1, 0.8, 0.9, 0.9], [0.8, 1, 0.9, 0.9], [0.9, 0.9, 1, 0.8], [0.9, 0.9, 0.8, 1]])
    (found,) = agreement_findings(list("abcd"), correlation, list("xxyy"))
    assert found.level == "caution"
    assert found.text == (
        "Replicates are no more alike than samples of different groups (median correlation 0.800 against 0.900, VST "
        "scale)."
    )
    (good,) = agreement_findings(list("abcd"), correlation, list("xyxy"))
    assert good.level == "finding"
    assert good.text.startswith("Replicates are more alike than")


def test_correlations_that_read_the_same_are_not_set_against_each_other() -> None:
    correlation = np.full((4, 4), 0.9970)
    correlation[[0, 1, 2, 3], [1, 0, 3, 2]] = 0.9971
    np.fill_diagonal(correlation, 1)
    (found,) = agreement_findings(list("abcd"), correlation, list("xxyy"))
    assert found.text == (
        "Replicates are hardly more alike than samples of different groups (median correlation 0.997 in both, VST "
        "scale)."
    )


def test_a_batch_that_follows_the_condition(sheet: SampleSheet) -> None:
    assert confounding_findings(sheet, "dex") == ()
    batch = SampleSheet(sheet.sample_ids, {**sheet.columns, "batch": ("1", "2") * 4})
    (found,) = confounding_findings(batch, "dex")
    assert found.text == (
        "batch follows dex (every untreated sample has batch 1 and every treated sample has batch 2): an effect of dex "
        "cannot be told from one of batch."
    )
    assert found.numbers["cramers_v"] == pytest.approx(1)


def test_a_batch_that_nearly_follows_the_condition() -> None:
    samples = tuple(f"s{i}" for i in range(20))
    columns = {"dex": ("u",) * 10 + ("t",) * 10, "batch": ("1",) * 10 + ("2",) * 9 + ("1",)}
    (found,) = confounding_findings(SampleSheet(samples, columns), "dex")
    assert found.text == (
        "batch follows dex (every u sample has batch 1 and nearly every t sample has batch 2): an effect of dex cannot "
        "be told from much of one of batch."
    )
    lanes = {"dex": ("u", "t") * 10, "lane": ("1", "2", "3", "4") * 5}
    (nested,) = confounding_findings(SampleSheet(samples, lanes), "dex")
    assert nested.text.startswith("lane follows dex (each lane holds samples of one group only): ")


def test_a_column_that_names_nearly_every_sample_explains_nothing() -> None:
    samples = tuple(f"s{i}" for i in range(20))
    people = tuple(f"p{i // 2}" if i < 6 else f"p{i}" for i in range(20))
    sheet = SampleSheet(samples, {"person": people, "dex": ("u", "t") * 10})
    assert confounding_findings(sheet, "dex") == ()
    scores = np.arange(20.0)[:, None] // 2
    assert "no column of the sample sheet" in separation_findings(scores, np.array([0.5]), sheet)[0].text


# clusters


def cluster_facts(sheet: SampleSheet | None, **extra: object) -> ClusterFacts:
    rng = np.random.default_rng(1)
    dex, donor = np.tile([0.0, 2.0], 4), np.repeat([0.0, 0.0, 3.0, 0.0], 2)
    noise = rng.normal(0, 0.1, (9, 8))
    values = np.vstack([np.tile(dex, (4, 1)), np.tile(-dex, (3, 1)), np.tile(donor, (2, 1))]) + noise
    clusters = Clusters(tuple(f"g{i}" for i in range(9)), np.repeat([1, 2, 3], [4, 3, 2]))
    names = ["ACTB", "g1", "MYC", "TP53", "A", "B", "C", "D", "E"]
    return ClusterFacts(clusters, values, names, SAMPLES, sheet, "dex", "untreated", **extra)  # type: ignore[arg-type]


def test_clusters_say_their_pattern_their_genes_and_their_set(sheet: SampleSheet) -> None:
    table = terms(("response to steroid", 1e-8, "ACTB;MYC;TP53"), ("copy", 1e-7, "ACTB;MYC"), ("other", 1e-6, "Q;R"))
    up, down, donor = cluster_findings(cluster_facts(sheet, enrichment={1: table, 2: terms(("x", 0.4, "A"))}))
    assert re.fullmatch(
        r"Cluster 1 \(4 genes\) is higher in treated than in untreated, in 4 of 4 samples \(median \+2\.\d log2\)\. "
        r"Leading genes: (ACTB|MYC|TP53), (ACTB|MYC|TP53), (ACTB|MYC|TP53), g1\. "
        r"Most over-represented: response to steroid \(3 of 50 genes, adjusted p-value 1\.0 × 10⁻⁸; also other\)\.",
        up.text,
    )
    assert "Cluster 2 (3 genes) is lower in treated than in untreated, in 4 of 4 samples (median −" in down.text
    assert "No gene set is over-represented. 3 genes can hardly show a gene set." in down.text
    assert "is higher in d2 than in the three other levels of donor" in donor.text and "in 2 of 2 samples" in donor.text
    assert up.rests_on == "tables/heatmap_clusters.tsv (cluster 1)"
    assert up.numbers["agreeing"] == 4 and up.numbers["samples"] == 4 and up.numbers["padj"] == 1e-8


def test_short_meanings_for_the_figure(sheet: SampleSheet) -> None:
    up, down, donor = cluster_meanings(cluster_facts(sheet, enrichment={1: terms(("steroid", 1e-8, "A"))}))
    assert re.fullmatch(r"up in treated, \+2\.\d log2; steroid", up)
    assert re.fullmatch(r"down in treated, −(1\.9|2\.\d) log2", down)
    assert donor.startswith("high in d2, +")


def test_clusters_without_a_sheet() -> None:
    first = cluster_findings(cluster_facts(None))[0]
    assert "was not compared with a sample sheet; it is " in first.text


# gene sets


def test_gene_sets_up_and_down() -> None:
    table = terms(("steroid", 3e-8, "A;B"), ("redundant", 1e-6, "A"), ("muscle", 0.01, "C;D"), ("no", 0.7, "E"))
    up, down = gene_set_findings(
        {"up": table, "down": terms(("no", 0.7, "E"))}, CONTRAST, {"up": 20, "down": 30}, alpha=0.05
    )
    assert up.text == (
        "Among the 20 genes higher in treated, 2 distinct gene sets are over-represented at 0.05 (3 counting all): "
        "steroid (2 of 50 genes, 4.0-fold, adjusted p-value 3.0 × 10⁻⁸); muscle (2 of 50 genes, 4.0-fold, adjusted "
        "p-value 0.010)."
    )
    assert down.text == "Among the 30 genes lower in treated, none of 1 gene set is over-represented at 0.05."
    assert [term.name for term in top_terms(table, 0.05, 9)] == ["steroid", "muscle"]


def test_too_few_genes_for_gene_sets() -> None:
    found = gene_set_findings({"up": terms(), "down": terms()}, CONTRAST, {"up": 1, "down": 0}, alpha=0.05)
    assert [f.text for f in found] == ["Only 1 gene is higher in treated: too few to ask which gene sets they share."]


def test_ranked_gene_sets() -> None:
    ranked = pd.DataFrame(
        {
            "set_id": ["A", "B", "C", "D"],
            "set_name": ["a", "much like a", "b", "c"],
            "NES": [2.0, 1.9, -1.9, 1.0],
            "padj": [0.001, 0.001, 0.01, 0.6],
            "represented_by": ["A", "A", "C", "D"],
        }
    )
    (found,) = ranked_findings(ranked, CONTRAST, alpha=0.05)
    assert found.text == (
        "Over all genes ranked by the test, 1 distinct set leans towards higher in treated (2 counting all), first: a; "
        "1 distinct set leans towards higher in untreated, first: b."
    )
    (none,) = ranked_findings(ranked[ranked["padj"] > 0.1], CONTRAST, alpha=0.05)
    assert none.text.endswith("no gene set leans towards either end at 0.05.")


# cautions


@pytest.mark.parametrize("n", [3, 6, 12])
def test_the_bound_of_a_z_score_is_reached_and_not_passed(n: int) -> None:
    values = np.zeros(n)
    values[0] = 1
    z = (values - values.mean()) / values.std(ddof=1)
    assert z.max() == pytest.approx(z_bound(n))
    random = np.random.default_rng(n).standard_cauchy((500, n))
    scores = (random - random.mean(axis=1, keepdims=True)) / random.std(axis=1, ddof=1, keepdims=True)
    assert np.abs(scores).max() <= z_bound(n) + 1e-9


def test_the_cautions_of_a_heatmap() -> None:
    keys = [f.key for f in heatmap_cautions(FACTS)]
    assert keys == ["z_hides_magnitude", "cluster_number", "small_n", "clipped"]
    chosen = HeatmapFacts("h", 90, 20, 1, "correlation", "average", 2.0, 0.0, chosen_for="treated vs untreated")
    first, *rest = heatmap_cautions(chosen)
    assert first.text == (
        "The heatmap of genes that differ (treated vs untreated) shows genes chosen for that difference. Such genes "
        "separate the groups even in pure noise, so the separation is no evidence."
    )
    assert [f.key for f in rest] == ["z_hides_magnitude"]
    assert all(f.level == "caution" for f in (first, *rest))
    assert "With 8 samples no z-score can exceed 2.47" in heatmap_cautions(FACTS)[2].text


def test_reasons_and_replicates() -> None:
    (none,) = no_test_finding("there is no sample sheet")
    assert none.text.startswith("No differential test was made: there is no sample sheet.")
    assert replicate_cautions(CONTRAST, 3, 4) == ()
    (few,) = replicate_cautions(CONTRAST, 1, 2)
    assert few.text.startswith("treated has 1 sample and untreated has 2 samples: the variance")
    assert "12,438 genes" in universe_caution(12438, 12438).text
    assert "12,431 gene names of the 12,438 genes that were tested" in universe_caution(12431, 12438).text


# order


def test_findings_come_answer_first_and_clusters_stay() -> None:
    many = [Finding("samples", "library_sizes", "libraries")]
    many += [Finding("clusters", f"cluster_{i}", f"cluster {i}") for i in range(1, 12)]
    many += [Finding("clusters", "small_n", "small", level="caution"), Finding("differential", "counts", "counts")]
    many += [Finding("differential", "counts", "counts"), Finding("design", "confounded", "batch", level="caution")]
    arranged = arrange_findings(many)
    clusters = [f"cluster_{i}" for i in range(1, 12)]
    assert [f.key for f in arranged] == ["confounded", "counts", *clusters, "library_sizes", "small_n"]
    assert arrange_findings(arranged) == arranged
    assert arrange_findings([]) == ()


def test_cautions_are_never_crowded_out() -> None:
    many = [Finding("gene_sets", "ranked", f"sets {i}") for i in range(30)]
    many += [Finding("gene_sets", "universe", f"caution {i}", level="caution") for i in range(9)]
    many += [Finding("clusters", "clipped", f"{i} clipped", level="caution") for i in range(3)]
    arranged = arrange_findings(many, limit=14)
    assert len(arranged) == 14
    assert sum(f.level == "caution" for f in arranged) == 8
    assert len(arrange_findings(many[30:])) == 10  # clipped is said of the first heatmap only


def test_each_sentence_names_its_comparison() -> None:
    found = [
        Finding("differential", "strongest", "Strongest by effect: A."),
        Finding("differential", "few_replicates", "Day8 has 2 samples."),
        Finding("differential", "counts", "Day8 vs Day0: 4 genes differ."),
        Finding("design", "confounded", "batch follows time."),
    ]
    assert [f.text for f in name_comparison(found, "Day8 vs Day0")] == [
        "Day8 vs Day0: strongest by effect: A.",
        "Day8 vs Day0: Day8 has 2 samples.",
        "Day8 vs Day0: 4 genes differ.",
        "batch follows time.",
    ]


def test_leading_genes_agree_with_the_sentence_of_their_cluster(sheet: SampleSheet) -> None:
    """Genes that are strong but high elsewhere, as those of the sex chromosomes, do not stand for a cluster."""
    donor = np.repeat([3.0, 0.0, 0.0, 0.0], 2)
    elsewhere = np.repeat([6.0, 6.0, 0.0, 6.0], 2)
    noise = np.random.default_rng(3).normal(0, 0.05, (8, 8))
    values = np.vstack([np.tile(donor, (7, 1)), elsewhere]) + noise
    names = [*"ABCDEFG", "RPS4Y1"]
    clusters = Clusters(tuple(f"g{i}" for i in range(8)), np.ones(8, dtype=np.int64))
    (found,) = cluster_findings(ClusterFacts(clusters, values, names, SAMPLES, sheet, "dex", "untreated"))
    assert "is higher in d0 than in" in found.text
    assert "RPS4Y1" not in found.text
