"""The label of a cluster is the same on the figure, in the cards and in the table; the airway study in words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from heatleaf.analysis.reading import reading_facts
from heatleaf.analysis.result import Analysis
from heatleaf.analysis.run import analyse
from heatleaf.analysis.settings import Settings
from heatleaf.interpret.order import by_question, forbids
from heatleaf.io import read_counts, read_samples
from heatleaf.report.tables import cards_table, comparison_tables
from heatleaf.resources import demo_study


@pytest.fixture(scope="module")
def demo() -> Analysis:
    study = demo_study()
    return analyse(study.counts, study.samples)


def test_one_label_on_figure_card_and_table(demo: Analysis) -> None:
    heatmaps = {"heatmap": demo.heatmap, "heatmap_x": demo.comparisons[0].heatmap}
    for heatmap in heatmaps.values():
        assert heatmap is not None
        assert [card.label for card in heatmap.cards] == [block.meaning for block in heatmap.spec.row_blocks]
        assert [card.n_genes for card in heatmap.cards] == [block.size for block in heatmap.spec.row_blocks]
        assert [card.stability for card in heatmap.cards] == [block.stability for block in heatmap.spec.row_blocks]
    table = cards_table(heatmaps.items()).frame  # type: ignore[arg-type]
    labels = [card.label for heatmap in heatmaps.values() if heatmap for card in heatmap.cards]
    assert table["label"].tolist() == labels
    assert table["heatmap"].unique().tolist() == list(heatmaps)
    first = demo.heatmap.cards[0]
    enriched = demo.heatmap.enrichment[1].frame.set_index("set_name")
    for term in first.terms:
        assert (enriched.loc[term.name, "overlap"], enriched.loc[term.name, "padj"]) == (term.overlap, term.padj)


def test_examples_of_the_reading_help_are_those_of_the_tables(demo: Analysis) -> None:
    facts = reading_facts(demo)
    assert facts is not None and facts.small is not None and facts.card is not None
    place = list(demo.gene_names).index(facts.row.name)
    assert facts.row.change == demo.comparisons[0].differential.log2_fold_change[place]
    counts = dict(zip(demo.counts.sample_ids, demo.norm_counts[place], strict=True))
    assert (counts[facts.high], counts[facts.low]) == facts.row.counts
    block = demo.heatmap.spec.row_blocks[facts.card.number - 1]
    row = block.start + facts.row.place - 1
    assert demo.heatmap.spec.row_names[row] == facts.row.name
    assert max(demo.heatmap.spec.matrix[row]) == facts.row.z[0]
    assert abs(facts.small.change or 9) < abs(facts.row.change or 0) / 2


def test_each_finding_answers_a_question(demo: Analysis) -> None:
    told = [one for one in demo.findings if one.level == "finding" and not one.key.startswith("cluster_")]
    grouped = by_question(told)
    assert [question for question, _ in grouped] == [
        "What changed?", "What do these genes do?", "What separates the samples?", "How good are the data?",
        "What could the study find?",
    ]  # fmt: skip
    assert sum(len(found) for _, found in grouped) == len(told)
    assert not any(forbids(finding) for finding in demo.findings)


@pytest.mark.data
@pytest.mark.slow
def test_airway_names_the_glucocorticoid_response(data: Path) -> None:
    """Dexamethasone is a glucocorticoid: the genes that it raises must say so, with the numbers of the tables."""
    counts = read_counts(data / "airway/counts.csv.gz")
    samples = read_samples(data / "airway/metadata.csv", sample_ids=counts.sample_ids)
    found = analyse(counts, samples, Settings(design="~ celltype + dex", contrasts=(("dex", "treated", "control"),)))
    (said,) = [one for one in found.findings if one.key == "both_tests_up"]
    name = "cellular response to glucocorticoid stimulus"
    assert f"{name} (16 of 41 genes, adjusted p-value 6.1 × 10⁻⁴)" in said.text
    tables = {table.name: table.frame for table in comparison_tables(found.comparisons[0], "dex")}
    up = tables["enrichment_dex_up"].set_index("set_name").loc[name]
    assert (said.numbers[f"overlap {name}"], said.numbers[f"padj {name}"]) == (up["overlap"], up["padj"])
    ranked = tables["gsea_dex"].set_index("set_name").loc[name]
    assert said.numbers[f"NES {name}"] == ranked["NES"] > 1.8 and ranked["padj"] < 0.05
    patterns = pd.Series({card.number: card.follows for card in found.heatmap.cards})
    assert set(patterns) >= {"celltype", "dex"}
    assert any(one.key == "cluster_follows_other" and "celltype, not dex" in one.text for one in found.findings)
