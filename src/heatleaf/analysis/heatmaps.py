"""From a choice of genes to a heatmap: scale, cluster, cut, order, say what each block does, describe the figure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.clustering import cluster_genes, cluster_samples
from heatleaf.analysis.enrichment import GeneSetTester
from heatleaf.analysis.layouts import column_layout, row_layout, stability_facts
from heatleaf.analysis.result import HeatmapResult
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study
from heatleaf.cluster import Clustering
from heatleaf.cluster.bootstrap import affordable_draws
from heatleaf.figures.heatmap.spec import HeatmapLook, RowFacts, build_heatmap_spec
from heatleaf.interpret.captions import (
    batch_words,
    caption_heatmap_differential,
    caption_heatmap_variable,
    describe_clustering,
    stability_note,
)
from heatleaf.interpret.cards import card_finding
from heatleaf.interpret.cautions import figure_notes, heatmap_cautions
from heatleaf.interpret.clusters import ClusterFacts, make_cards
from heatleaf.interpret.heatmaps import HeatmapFacts
from heatleaf.interpret.samples import confounded_columns
from heatleaf.model import DifferentialResult, Finding
from heatleaf.stats import z_scores
from heatleaf.stats.questions import find_pairings

FloatArray = NDArray[np.float64]
MAX_CHANGES = 3  # strips of fold changes beside one heatmap


@dataclass(frozen=True, eq=False)
class Choice:
    """Which genes a heatmap shows, and why.

    rows : positions in the count table. mark_scores : larger is named first, one per row.
    result : the comparison for whose difference the genes were chosen, or None.
    changes : the comparisons whose fold changes to show beside, of more than MAX_CHANGES the first.
    """

    key: str
    title: str
    rows: NDArray[np.intp]
    mark_scores: FloatArray
    result: DifferentialResult | None = None
    changes: tuple[DifferentialResult, ...] = ()


def make_heatmap(
    choice: Choice, study: Study, vst: FloatArray, settings: Settings, tester: GeneSetTester
) -> tuple[HeatmapResult, tuple[Finding, ...]]:
    """Make a heatmap and the findings that rest on it.

    vst : float64 array of shape (n_genes, n_samples), all genes of the study.
    """
    values = vst[choice.rows]
    z = z_scores(values)
    gene_ids = tuple(study.counts.gene_ids[i] for i in choice.rows)
    genes, samples = cluster_genes(z, study, settings), cluster_samples(z, study, settings)
    known = _cluster_facts(choice, study, values, genes)
    n_draws = affordable_draws(z.size) if any(tree.support is not None for tree in samples.trees) else 0
    enrichment = tester.test_clusters(known.clusters)
    facts = replace(known, enrichment=enrichment, alpha=settings.alpha)
    cards = make_cards(facts)
    spec = build_heatmap_spec(
        z,
        (gene_ids, [study.gene_names[i] for i in choice.rows], study.counts.sample_ids),
        row_layout(genes),
        column_layout(samples, study.group, study.group_levels),
        facts=_row_facts(choice, values),
        look=HeatmapLook(
            title=choice.title,
            value_label="row z-score (VST)",
            palette=settings.palette,
            limit_quantile=settings.limit_quantile,
            meanings=tuple(card.label for card in cards),
            annotations=study.annotations,
        ),
    )
    about = HeatmapFacts(
        key=choice.key,
        n_genes=spec.n_genes,
        n_samples=spec.n_samples,
        n_clusters=genes.n_clusters,
        metric=settings.metric,
        linkage_method=settings.linkage_method,
        limit=spec.scale.high,
        clipped_share=spec.scale.share_clipped,
        group_name=spec.group_name,
        chosen_for=choice.result.contrast.title if choice.result else "",
        clusters_chosen_by="user" if settings.clusters else "data",
        silhouette=genes.silhouette,
        row_clustering=settings.row_clustering,
        stability=facts.stability,
        n_bootstraps=n_draws,
        factor=facts.factor,
        confounded=facts.confounded,
        nothing_differs=facts.nothing_differs,
    )
    notes = (*_footnotes(choice, study, settings), *stability_note(facts.stability, study.group))
    spec = replace(spec, footnotes=(*notes, *figure_notes(about, cards)))
    caption = _caption(choice, about, settings)
    result = HeatmapResult(
        choice.key, choice.title, spec, facts.clusters, caption, enrichment, cards, genes, facts, tester
    )
    return result, (*map(card_finding, cards), *heatmap_cautions(about, cards))


def _caption(choice: Choice, about: HeatmapFacts, settings: Settings) -> str:
    if choice.result is None:
        return caption_heatmap_variable(about) + batch_words(settings.remove_batch)
    n_significant = int(choice.result.is_significant.sum())
    caption = caption_heatmap_differential(about, alpha=settings.alpha, n_significant=n_significant)
    return caption + batch_words(settings.remove_batch)


def _cluster_facts(choice: Choice, study: Study, values: FloatArray, genes: Clustering) -> ClusterFacts:
    contrast = study.contrasts[0] if study.contrasts else None
    if choice.result is not None:
        contrast = choice.result.contrast
    return ClusterFacts(
        clusters=genes.clusters([study.counts.gene_ids[i] for i in choice.rows]),
        values=values[genes.order],
        gene_names=[study.gene_names[i] for i in choice.rows[genes.order]],
        sample_ids=study.counts.sample_ids,
        samples=study.samples,
        factor=contrast.factor if contrast else study.group,
        reference=contrast.reference_level if contrast else "",
        file=f"tables/{choice.key}_clusters.tsv",
        stability=stability_facts(genes.stability),
        block=_block(study),
        confounded=confounded_columns(study.samples, study.group),
        nothing_differs=tuple(one.contrast.title for one in choice.changes if not one.is_significant.any()),
    )


def _block(study: Study) -> str:
    """Name the column of the design whose levels pair the samples, or ""."""
    if study.design is None or study.samples is None:
        return ""
    pairings = [one for one in find_pairings(study.samples, study.group) if one.is_single]
    return next((pairing.variable for pairing in pairings if pairing.variable in study.design.factors), "")


def _row_facts(choice: Choice, values: FloatArray) -> RowFacts:
    mean = values.mean(axis=1)
    changes = [
        (f"log2 FC (shrunken), {result.contrast.title}", result.lfc_shrunken[choice.rows])
        for result in choice.changes[:MAX_CHANGES]
    ]
    if not changes:
        return RowFacts(choice.mark_scores, mean)
    (label, change), *further = changes
    return RowFacts(choice.mark_scores, mean, change, label, tuple(further))


def _footnotes(choice: Choice, study: Study, settings: Settings) -> tuple[str, ...]:
    columns = f"samples clustered within {study.group}" if study.group else "samples clustered"
    parted = "k-means, then " if settings.row_clustering == "kmeans" else ""
    made = f"Genes: {parted}{describe_clustering(settings.metric, settings.linkage_method)}; {columns}."
    made += batch_words(settings.remove_batch)
    if choice.result is None:
        return (f"Chosen by variance, without regard to groups. {made}",)
    return (
        f"These genes were chosen because they differ in {choice.result.contrast.title}: "
        f"that the groups separate here is no evidence. {made}",
    )
