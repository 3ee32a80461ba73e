"""Figure legends and the methods text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from interpret_cases import make_result

from heatleaf.interpret import (
    HeatmapFacts,
    MethodFacts,
    caption_distances,
    caption_heatmap_differential,
    caption_heatmap_table,
    caption_heatmap_variable,
    caption_ma,
    caption_pca,
    caption_volcano,
    methods_text,
)
from heatleaf.interpret.methods import REFERENCES, USED_STEPS
from heatleaf.interpret.reads import ReadsFacts, methods_of_reads

FACTS = HeatmapFacts("heatmap", 500, 8, 4, "correlation", "average", 2.0, 0.034, "dex", "treated vs untreated")
VERSIONS = {"heatleaf": "0.1.0", "numpy": "2.4.6"}


def cited(text: str) -> set[str]:
    body, references = text.split("## References")
    in_list = {key for key, reference in REFERENCES.items() if reference in references}
    in_body = {key for key in REFERENCES if key in body}
    assert in_list == in_body
    return in_list


def test_only_what_was_used_is_cited() -> None:
    bare = methods_text(MethodFacts(VERSIONS, 100, 6, frozenset()))
    assert cited(bare) == {"Anders & Huber 2010", "Love et al. 2014"}
    assert "No differential test was made." in bare
    by_both = [methods_of_reads(ReadsFacts(tool, "1.0", "t.fa", 2, [0.8])) for tool in ("kallisto", "salmon")]
    facts = MethodFacts(
        VERSIONS, 100, 6, USED_STEPS, "~ dex", ["treated vs untreated"], quantification=" ".join(by_both)
    )
    full = methods_text(facts)
    assert cited(full) == set(REFERENCES)


@pytest.mark.parametrize(
    ("step", "reference"),
    [
        ("optimal_leaf_order", "Bar-Joseph et al. 2001"),
        ("rounded_estimates", "Soneson et al. 2015"),
        ("ranked", "Subramanian et al. 2005"),
        ("silhouette", "Rousseeuw 1987"),
    ],
)
def test_each_step_brings_its_reference(step: str, reference: str) -> None:
    assert reference in cited(methods_text(MethodFacts(VERSIONS, 100, 6, frozenset({step}))))


def test_a_correction_for_the_ease_of_calls_is_named_and_cited() -> None:
    plain = methods_text(MethodFacts(VERSIONS, 100, 6, frozenset({"enrichment"})))
    corrected = methods_text(MethodFacts(VERSIONS, 100, 6, frozenset({"enrichment", "call_bias"})))
    assert "was tested by the hypergeometric distribution against" in plain
    assert "Wallenius non-central hypergeometric distribution" in corrected
    assert cited(corrected) - cited(plain) == {"Young et al. 2010"}


def test_the_methods_say_who_computed() -> None:
    text = methods_text(
        MethodFacts(
            VERSIONS, 64102, 8, frozenset({"differential", "shrinkage"}), "~ celltype + dex", ["a vs b", "c vs b"],
            resources=[{"name": "GO", "release": "2023-01", "licence": "CC BY 4.0"}, {"name": "mine.gmt"}],
        )
    )  # fmt: skip
    assert "Counts of 64,102 genes in 8 samples were analysed." in text
    assert "Differential expression (a vs b and c vs b)" in text
    assert "design `~ celltype + dex`" in text
    assert "All numbers were computed by Heatleaf 0.1.0 with numpy 2.4.6." in text
    assert "R and its packages were not used." in text
    assert "Data used: GO (2023-01, CC BY 4.0) and mine.gmt." in text
    assert text.endswith("\n") and text.startswith("# Methods\n")


def test_an_unknown_step_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match=r"not known: \['magic'\]"):
        MethodFacts(VERSIONS, 1, 1, frozenset({"magic"}))


def test_heatmap_captions() -> None:
    variable = caption_heatmap_variable(FACTS)
    assert "500 genes whose expression varies most over 8 samples" in variable
    assert "1 − Pearson correlation, average linkage, optimal leaf order), cut into 4 clusters" in variable
    assert "limited at ±2.00 (3.4 % of the cells lie beyond)" in variable
    differential = caption_heatmap_differential(FACTS, alpha=0.05, n_significant=2000)
    assert "500 genes that differ in treated vs untreated" in differential
    assert "(the most certain of 2,000)" in differential
    assert differential.endswith(
        "These genes were chosen because they differ between the groups; that the groups separate here is therefore no "
        "evidence."
    )
    assert "all 500 genes that differ" in caption_heatmap_differential(FACTS, alpha=0.05, n_significant=500)
    assert caption_heatmap_table(FACTS).startswith("Heatmap of 500 genes over 8 samples.")


def test_plot_captions() -> None:
    result = make_result([1e-30, 1e-4, 0.2], [2.5, 0.4, 3.0])
    assert "2 genes higher and no genes lower in treated" in caption_volcano(result)
    assert "log2 fold change, shrunken (above) and maximum likelihood (below), of 3 genes" in caption_ma(result)
    assert "took no fold change beyond two-fold (2 genes) to less than half of it" in caption_ma(result)
    halved = replace(result, lfc_shrunken=np.array([2.4, 0.4, 0.2]))
    assert caption_ma(halved).endswith(
        "Of 2 genes estimated beyond two-fold, 1 is shrunken to less than half: too uncertain to rank by (median of "
        "their mean counts: 100)."
    )
    unshrunken = replace(result, lfc_shrunken=np.full(3, np.nan))
    assert "log2 fold change, maximum likelihood, of 3" in caption_ma(unshrunken), "the words follow what is drawn"
    assert "hrunk" not in caption_ma(unshrunken)
    assert "PC1 60 % and PC2 20 %" in caption_pca(500, np.array([0.6, 0.2]), "dex")
    assert "Distances between 8 samples (Euclidean distance" in caption_distances(8)


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (
            "omnibus",
            "All levels of a variable at once were tested by likelihood-ratio tests against the design without it",
        ),
        ("given_size_factors", "Library sizes were normalised by size factors, which were given."),
        (
            "batch_removed",
            "not from the tests, differences between batches were taken by a linear model (Ritchie et al.",
        ),
    ],
)
def test_methods_say_what_was_chosen_by_option(step: str, sentence: str) -> None:
    used = frozenset({"differential", step})
    text = methods_text(MethodFacts(versions={}, n_genes=10, n_samples=4, used=used, design="~ x"))
    assert sentence in text
    assert sentence not in methods_text(MethodFacts(versions={}, n_genes=10, n_samples=4, used=used - {step}))
