"""Figures of gene sets of a finished analysis: what stands out, how it hangs together, and the genes behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heatleaf.analysis.enrichment import GeneSetTester
from heatleaf.analysis.plate import Plate
from heatleaf.analysis.result import ComparisonResult, HeatmapResult
from heatleaf.enrich import best_scores
from heatleaf.enrich.redundancy import SIMILAR, overlap_coefficients
from heatleaf.enrich.running_sum import running_path
from heatleaf.figures.terms.clusters.spec import ClusterTerm, ClusterTermsSpec, build_cluster_terms_spec
from heatleaf.figures.terms.dots.spec import TermDotsSpec, build_term_dots_spec
from heatleaf.figures.terms.facts import Sides, TermFacts, split_sides
from heatleaf.figures.terms.genes.spec import TermGenesSpec, build_term_genes_spec
from heatleaf.figures.terms.map.spec import TermMapSpec, build_term_map_spec
from heatleaf.figures.terms.running.spec import RankedSet, RunningSpec, build_running_spec
from heatleaf.interpret.term_captions import (
    caption_cluster_terms,
    caption_running,
    caption_term_dots,
    caption_term_genes,
    caption_term_map,
    why_no_map,
    why_no_running,
    why_no_terms,
)
from heatleaf.model import DifferentialResult, EnrichmentTable

MAX_MAPPED = 60  # sets of a map
MAX_RANKED = 6  # panels of running scores
MAX_NETWORK_TERMS = 6
GENES_PER_TERM = 10
TERMS_PER_CLUSTER = 4
_DIRECTIONS = (("up", 1), ("down", -1))


@dataclass(frozen=True, eq=False)
class TermFigures:
    """Figures of the gene sets of one comparison, None where there is nothing to draw; `reasons` say why.

    clusters : of the comparison's own heatmap.
    """

    dots: Plate[TermDotsSpec] | None = None
    map: Plate[TermMapSpec] | None = None
    genes: Plate[TermGenesSpec] | None = None
    running: Plate[RunningSpec] | None = None
    clusters: Plate[ClusterTermsSpec] | None = None
    reasons: tuple[str, ...] = field(default=())


def make_term_figures(comparison: ComparisonResult, alpha: float) -> TermFigures:
    """Describe the figures of the gene sets of a comparison."""
    tester = comparison.tester
    if tester is None or not tester.collections:
        return TermFigures()
    result = comparison.differential
    rows = _best_rows(tester, result)
    sides = _sides(result)
    terms = _terms(comparison.enrichment, result, rows, alpha)
    distinct = [term for term in terms if term.is_leader]
    clusters = make_cluster_terms(comparison.heatmap, alpha) if comparison.heatmap is not None else None
    ranked, running = comparison.ranked, None
    if ranked is not None:
        running = _running(ranked[ranked["padj"] < alpha], tester, result, sides)
    reasons = [] if distinct else [why_no_terms(alpha)]
    reasons += [why_no_map()] if len(terms) == 1 else []
    reasons += [why_no_running(alpha)] if ranked is not None and running is None else []
    if not distinct:
        return TermFigures(running=running, clusters=clusters, reasons=tuple(reasons))
    return TermFigures(
        dots=Plate(build_term_dots_spec(distinct, sides, alpha=alpha), caption_term_dots(result, len(distinct), alpha)),
        map=_map(terms, result, sides, _n_called(comparison.enrichment, alpha)) if len(terms) > 1 else None,
        genes=_genes(distinct, result, rows, sides),
        running=running,
        clusters=clusters,
        reasons=tuple(reasons),
    )


def make_cluster_terms(heatmap: HeatmapResult, alpha: float) -> Plate[ClusterTermsSpec] | None:
    """Describe which gene sets stand out in which cluster of a heatmap; None for one cluster or no set."""
    called = {number: _called_sets(table, alpha) for number, table in heatmap.enrichment.items()}
    chosen: dict[tuple[str, str], None] = {}
    for number in sorted(called):
        first = heatmap.enrichment[number].distinct(alpha).head(TERMS_PER_CLUSTER)
        chosen |= dict.fromkeys(zip(first["set_id"], first["set_name"], strict=True))
    if not chosen or heatmap.clusters.n_clusters < 2:
        return None
    found = [
        ClusterTerm(name, tuple(called.get(number, {}).get(set_id) for number in _numbers(heatmap)))
        for set_id, name in chosen
    ]
    sizes = [len(heatmap.clusters.members(number)) for number in _numbers(heatmap)]
    spec = build_cluster_terms_spec(found, sizes, title=heatmap.title)
    return Plate(spec, caption_cluster_terms(len(found), len(sizes), TERMS_PER_CLUSTER, alpha))


def _numbers(heatmap: HeatmapResult) -> range:
    return range(1, heatmap.clusters.n_clusters + 1)


def _called_sets(table: EnrichmentTable, alpha: float) -> dict[str, tuple[int, float]]:
    """Genes found and adjusted p-value of each set that is called."""
    frame = table.frame[table.frame["padj"] < alpha].drop_duplicates("set_id")
    values = zip(frame["overlap"].tolist(), frame["padj"].tolist(), strict=True)
    return dict(zip(frame["set_id"], values, strict=True))


def _sides(result: DifferentialResult) -> Sides:
    level = result.contrast.tested_level
    return Sides(result.contrast.title, result.contrast.factor, f"Higher in {level}", f"Lower in {level}")


def _best_rows(tester: GeneSetTester, result: DifferentialResult) -> dict[str, int]:
    """Find the row of each name of the gene sets: of several that of the largest statistic."""
    rows = np.flatnonzero(np.isfinite(result.stat) & np.isfinite(result.padj))
    by_size = rows[np.argsort(np.abs(result.stat[rows]), kind="stable")]
    return {tester.names[i]: i for i in by_size.tolist() if tester.names[i]}


def _shown_change(result: DifferentialResult) -> NDArray[np.float64]:
    """The fold change to show: shrunken where there is one."""
    return np.where(np.isfinite(result.lfc_shrunken), result.lfc_shrunken, result.log2_fold_change)


def _terms(
    enrichment: Mapping[str, EnrichmentTable], result: DifferentialResult, rows: Mapping[str, int], alpha: float
) -> list[TermFacts]:
    """Collect the sets called in both directions that were compared for redundancy, most certain first."""
    change = _shown_change(result)
    terms = []
    for key, direction in _DIRECTIONS:
        if key not in enrichment:
            continue
        frame = enrichment[key].frame
        called = frame[(frame["padj"] < alpha) & (frame["represented_by"] != "")]
        is_distinct = called["represented_by"] == called["set_id"]
        called = called[is_distinct | (np.arange(len(called)) < MAX_MAPPED)]
        for row in called.to_dict("records"):
            genes = tuple(gene for gene in str(row["genes"]).split(";") if gene)
            changes = [change[rows[gene]] for gene in genes if gene in rows]
            terms.append(
                TermFacts(
                    str(row["set_id"]), str(row["set_name"]), direction, str(row["represented_by"]), genes,
                    int(row["overlap"]), int(row["set_size"]), float(row["fold_enrichment"]), float(row["padj"]),
                    float(np.median(changes)) if changes else float("nan"),
                )
            )  # fmt: skip
    return terms


def _n_called(enrichment: Mapping[str, EnrichmentTable], alpha: float) -> int:
    return sum(int((table.frame["padj"] < alpha).sum()) for table in enrichment.values())


def _map(terms: Sequence[TermFacts], result: DifferentialResult, sides: Sides, n_called: int) -> Plate[TermMapSpec]:
    shown = [term for side in split_sides(terms, MAX_MAPPED) for term in side]
    shared = overlap_coefficients([term.genes for term in shown])
    links = [
        (i, j)
        for i, j in combinations(range(len(shown)), 2)
        if shared[i, j] >= SIMILAR and shown[i].direction == shown[j].direction
    ]
    spec = build_term_map_spec(shown, links, sides, n_called=n_called)
    return Plate(spec, caption_term_map(result, len(shown), SIMILAR))


def _genes(
    distinct: Sequence[TermFacts], result: DifferentialResult, rows: Mapping[str, int], sides: Sides
) -> Plate[TermGenesSpec]:
    shown = [term for side in split_sides(distinct, MAX_NETWORK_TERMS) for term in side]
    change = _shown_change(result)
    score = np.nan_to_num(np.abs(change * result.log10_p))
    chosen: dict[str, float] = {}
    for term in shown:
        ordered = sorted((gene for gene in term.genes if gene in rows), key=lambda gene: (-score[rows[gene]], gene))
        chosen |= {gene: float(change[rows[gene]]) for gene in ordered[:GENES_PER_TERM]}
    spec = build_term_genes_spec(shown, chosen, sides)
    return Plate(spec, caption_term_genes(result, len(shown), GENES_PER_TERM))


def _running(
    called: pd.DataFrame, tester: GeneSetTester, result: DifferentialResult, sides: Sides
) -> Plate[RunningSpec] | None:
    """Trace the most certain distinct sets of both ends; None where no set leans towards an end."""
    distinct = called[called["represented_by"] == called["set_id"]]
    ends = [distinct[distinct["NES"] > 0], distinct[distinct["NES"] < 0]]
    n_up = min(len(ends[0]), max(MAX_RANKED // 2, MAX_RANKED - len(ends[1])))
    shown = [*ends[0].head(n_up).to_dict("records"), *ends[1].head(MAX_RANKED - n_up).to_dict("records")]
    if not shown:
        return None
    rows = np.flatnonzero(np.isfinite(result.stat) & np.isfinite(result.padj))
    scores = best_scores([tester.names[i] for i in rows], result.stat[rows])
    names, values = list(scores), np.array(list(scores.values()))
    order = np.argsort(-values, kind="stable")
    rank = {names[i]: place for place, i in enumerate(order.tolist())}
    sets = []
    for row in shown:
        members = tester.members(str(row["collection"]), str(row["set_id"]))
        ranks = np.array(sorted(rank[name] for name in members if name in rank), dtype=np.int64)
        path = running_path(ranks, np.abs(values[order]))
        sets.append(
            RankedSet(
                str(row["set_name"]), ranks, path, int(row["n_leading"]), float(row["ES"]), float(row["NES"]),
                float(row["padj"]),
            )
        )  # fmt: skip
    spec = build_running_spec(sets, values[order], sides)
    return Plate(spec, caption_running(result, len(sets), len(distinct)))
