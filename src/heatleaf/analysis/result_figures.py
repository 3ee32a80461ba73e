"""Figures that look behind the tests: dispersions, p-values, the strongest genes, what comparisons share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.gene_plots import groups_of_analysis, result_line
from heatleaf.analysis.plate import Plate
from heatleaf.analysis.reads_beside import ReadFigures, make_read_figures
from heatleaf.analysis.term_figures import TermFigures, make_cluster_terms, make_term_figures
from heatleaf.figures.dispersion.spec import DispersionEstimates, DispersionSpec, build_dispersion_spec
from heatleaf.figures.gene.spec import GeneCounts, GenesSpec, SampleGroups, build_genes_spec
from heatleaf.figures.overlap.spec import GeneSetShare, OverlapSpec, build_overlap_spec
from heatleaf.figures.p_values.spec import PValuesSpec, build_p_values_spec
from heatleaf.figures.terms.clusters.spec import ClusterTermsSpec
from heatleaf.interpret.captions import caption_dispersion, caption_genes, caption_p_values
from heatleaf.interpret.differential import rank_by_effect
from heatleaf.interpret.dispersion import describe_dispersions
from heatleaf.interpret.overlap import Intersection, caption_overlap, find_intersections
from heatleaf.interpret.p_values import PValueReading, bin_p_values, read_p_values
from heatleaf.model import Contrast, DifferentialResult
from heatleaf.stats.null_share import null_share

if TYPE_CHECKING:
    from heatleaf.analysis.result import Analysis
    from heatleaf.stats import CountsFit

N_TOP_GENES = 12


@dataclass(frozen=True, eq=False)
class OverlapFigure(Plate[OverlapSpec]):
    """What comparisons share, and the genes of each intersection."""

    intersections: tuple[Intersection, ...]


@dataclass(frozen=True, eq=False)
class ResultFigures:
    """The further figures of an analysis; p_values, genes and terms hold one per comparison, in its order.

    dispersion : None without a fit. genes : None for a comparison without a call. overlap : None for one comparison.
    cluster_terms : of the first heatmap, None where no gene set stands out in a cluster. reads : None where the counts
    are not those of `heatleaf quantify`.
    """

    dispersion: Plate[DispersionSpec] | None
    p_values: tuple[Plate[PValuesSpec], ...]
    genes: tuple[Plate[GenesSpec] | None, ...]
    overlap: OverlapFigure | None
    terms: tuple[TermFigures, ...] = ()
    cluster_terms: Plate[ClusterTermsSpec] | None = None
    reads: ReadFigures | None = None


def make_result_figures(analysis: Analysis) -> ResultFigures:
    """Describe the further figures of a finished analysis."""
    results = [comparison.differential for comparison in analysis.comparisons]
    groups = groups_of_analysis(analysis)
    return ResultFigures(
        dispersion=_dispersion(analysis.fit) if analysis.fit is not None else None,
        p_values=tuple(_p_values(result) for result in results),
        genes=tuple(_top_genes(result, analysis, groups) for result in results),
        overlap=_overlap(results) if len(results) > 1 else None,
        terms=tuple(make_term_figures(one, analysis.settings.alpha) for one in analysis.comparisons),
        cluster_terms=make_cluster_terms(analysis.heatmap, analysis.settings.alpha),
        reads=make_read_figures(analysis.counts),
    )


def _dispersion(fit: CountsFit) -> Plate[DispersionSpec]:
    estimates = DispersionEstimates(
        fit.base_mean, fit.dispersion_gene_wise, fit.dispersion_trend, fit.dispersion, fit.is_dispersion_outlier
    )
    formula = fit.design.formula
    facts = describe_dispersions(
        fit.base_mean, fit.dispersion_trend, fit.is_dispersion_outlier, np.isfinite(fit.dispersion)
    )
    return Plate(build_dispersion_spec(estimates, formula=formula), caption_dispersion(facts, formula))


def read_result_p_values(result: DifferentialResult) -> tuple[PValueReading, float]:
    """Read the p-values of the tested genes of a comparison; also the share of them that does not differ."""
    tested = result.p_value[np.isfinite(result.padj)]
    share = null_share(tested)
    return read_p_values(bin_p_values(tested), share), share


def _p_values(result: DifferentialResult) -> Plate[PValuesSpec]:
    is_tested = np.isfinite(result.padj)
    reading, share = read_result_p_values(result)
    tested, aside = bin_p_values(result.p_value[is_tested]), bin_p_values(result.p_value[~is_tested])
    spec = build_p_values_spec(result.contrast, tested, aside, null_share=share)
    return Plate(spec, caption_p_values(result, reading))


def _top_genes(result: DifferentialResult, analysis: Analysis, groups: SampleGroups) -> Plate[GenesSpec] | None:
    rows = top_genes(result)
    if not rows:
        return None
    counts = analysis.counts
    shown = [
        GeneCounts(counts.gene_ids[i], counts.gene_symbols[i], analysis.norm_counts[i], (result_line(result, i),))
        for i in rows
    ]
    contrast = result.contrast
    subtitle = f"{groups.group.name}; normalised counts, log scale" if groups.group else "normalised counts, log scale"
    spec = build_genes_spec(shown, groups, title=f"Strongest genes: {contrast.title}", subtitle=subtitle)
    sides = sides_of(contrast, counts.sample_ids)
    return Plate(spec, caption_genes(result, analysis.vst[rows], sides, sample_ids=counts.sample_ids))


def top_genes(result: DifferentialResult, n_genes: int = N_TOP_GENES) -> list[int]:
    """Return the strongest genes, higher ones first: half from each side, more from one where the other has fewer."""
    up, down = ([int(i) for i in rank_by_effect(result, called)] for called in (result.is_up, result.is_down))
    n_up = min(len(up), max(n_genes - n_genes // 2, n_genes - len(down)))
    return up[:n_up] + down[: n_genes - n_up]


def sides_of(contrast: Contrast, sample_ids: Sequence[str]) -> list[NDArray[np.intp]]:
    """Return the positions of the samples that are compared; empty where the comparison names no groups."""
    names = np.array(sample_ids, dtype=object)
    sides = (contrast.tested_samples, contrast.reference_samples)
    return [np.flatnonzero(np.isin(names, np.array(side, dtype=object))) for side in sides]


def _overlap(results: Sequence[DifferentialResult]) -> OverlapFigure:
    intersections = find_intersections(results)
    shares = [GeneSetShare(one.members, one.count(1), one.count(-1), one.count(0)) for one in intersections]
    spec = build_overlap_spec([result.contrast.title for result in results], shares, alpha=results[0].alpha)
    return OverlapFigure(spec, caption_overlap(intersections, results), intersections)
