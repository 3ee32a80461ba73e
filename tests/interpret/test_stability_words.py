"""What is said of clusters that return, or do not, when samples and genes are drawn anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from heatleaf.interpret import ClusterFacts, HeatmapFacts, cluster_findings, heatmap_cautions
from heatleaf.interpret.captions import caption_heatmap_variable, stability_note
from heatleaf.interpret.heatmaps import StabilityFacts
from heatleaf.interpret.methods import MethodFacts, methods_text
from heatleaf.model import Clusters

STABILITY = StabilityFacts((0.92, 0.7, 0.41), 50)
FACTS = HeatmapFacts("heatmap", 500, 8, 3, "euclidean", "ward", 2.0, 0.0, "dex", stability=STABILITY, n_bootstraps=200)


@pytest.mark.parametrize(
    ("number", "end"),
    [
        (1, "Stability 0.92 (1: always found again): stable."),
        (2, "Stability 0.70 (1: always found again): its pattern holds, its edge is uncertain."),
        (3, "Stability 0.41 (1: always found again): weak, do not lean on it."),
    ],
)  # fmt: skip
def test_each_cluster_says_how_stable_it_is(number: int, end: str) -> None:
    values = np.array([[0.0, 0, 1, 1], [1, 1, 0, 0], [0, 1, 0, 1]])
    clusters = Clusters(("A", "B", "C"), np.array([1, 2, 3]))
    found = cluster_findings(ClusterFacts(clusters, values, ["A", "B", "C"], ("w", "x", "y", "z"), stability=STABILITY))
    assert found[number - 1].text.endswith(end)
    assert found[number - 1].numbers["stability"] == STABILITY.shares[number - 1]


def test_unstable_clusters_are_named_before_what_hides_less() -> None:
    """heatmap.md 2.3, 3: clustering always finds clusters; k is a choice; stability is shown."""
    cautions = heatmap_cautions(FACTS)
    assert [caution.key for caution in cautions][:2] == ["unstable_clusters", "z_hides_magnitude"]
    assert cautions[0].text == (
        "Cluster 3 is weak (stability below 0.6): with other samples and genes drawn from these, other genes stand "
        "together. Take genes there one by one; fewer clusters (--clusters) may hold."
    )
    assert cautions[0].numbers == {"cluster 3": 0.41}


def test_all_and_several_clusters_that_do_not_hold() -> None:
    def said(*shares: float, chosen_for: str = "") -> str:
        facts = replace(FACTS, stability=StabilityFacts(shares, 50), chosen_for=chosen_for)
        return next(caution.text for caution in heatmap_cautions(facts) if caution.key == "unstable_clusters")

    assert said(0.1, 0.2, 0.3).startswith("None of the 3 clusters is stable (stability below 0.6): with other")
    assert said(0.1, 0.9, 0.3).startswith("Clusters 1 and 3 are weak (stability")
    chosen = said(0.1, 0.9, 0.3, chosen_for="treated vs untreated")
    assert chosen.startswith("In the heatmap of genes that differ (treated vs untreated), clusters 1 and 3 are weak")


def test_clusters_that_hold_need_no_caution() -> None:
    held = replace(FACTS, stability=StabilityFacts((0.9, 0.8, 0.6), 50))
    for facts in (held, replace(FACTS, stability=None)):
        assert "unstable_clusters" not in [caution.key for caution in heatmap_cautions(facts)]


def test_the_caption_says_what_the_numbers_are_and_are_not() -> None:
    caption = caption_heatmap_variable(FACTS)
    assert (
        "Stability: mean Jaccard similarity of a cluster with its best match when samples and genes are drawn anew, "
        "50 times; below 0.6 it is weak. At branches of samples: approximately unbiased support in %, by multiscale "
        "bootstrap of the genes (10 × 200 draws); of other samples it says nothing."
    ) in caption
    few = replace(FACTS, n_samples=6, stability=StabilityFacts((0.9, 0.8, 0.7), 50, is_within_groups=True))
    words = (
        "anew (samples within dex), 50 times; below 0.6 it is weak; with so few samples it comes out rather too high."
    )
    assert words in caption_heatmap_variable(few)
    bare = caption_heatmap_variable(replace(FACTS, stability=None, n_bootstraps=0))
    assert "Stability" not in bare and "branches" not in bare


def test_one_line_below_the_figure() -> None:
    within = StabilityFacts((0.9,), 50, is_within_groups=True)
    assert stability_note(within, "dex") == (
        "Stability: mean Jaccard similarity of a cluster with its best match in 50 draws of samples within dex and of "
        "genes; weak below 0.6.",
    )
    assert stability_note(None) == ()


def test_the_caption_and_the_caution_name_kmeans() -> None:
    facts = replace(FACTS, row_clustering="kmeans")
    assert "Genes are parted by k-means into 3 clusters numbered from the top, and ordered within them" in (
        caption_heatmap_variable(facts)
    )
    assert any("k-means always gives clusters" in caution.text for caution in heatmap_cautions(facts))


def test_methods_name_what_was_measured() -> None:
    used = frozenset({"kmeans", "stability", "branch_support"})
    text = methods_text(MethodFacts({"heatleaf": "1"}, 500, 8, used, n_resamples=50, n_bootstraps=200, seed=7))
    for words in (
        "parted by k-means (the best of 50 starts by k-means++; Arthur & Vassilvitskii 2007) and clustered hier",
        "mean Jaccard similarity with its best match in 50 draws of samples and genes (Hennig 2007)",
        "random seed 7.",
        "10 scales from 0.5 to 1.4, 200 draws each; Shimodaira 2002; Suzuki & Shimodaira 2006",
        "- Rao JNK, Wu CFJ (1988).",
    ):
        assert words in text
    assert "Hennig" not in methods_text(MethodFacts({"heatleaf": "1"}, 500, 8, frozenset()))
