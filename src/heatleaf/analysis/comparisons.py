"""One comparison: its figures, the heatmap of its genes, its gene sets, and what to say of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heatleaf.analysis.call_bias import MEAN
from heatleaf.analysis.enrichment import GeneSetTester
from heatleaf.analysis.heatmaps import Choice, make_heatmap
from heatleaf.analysis.result import ComparisonResult, HeatmapResult
from heatleaf.analysis.result_figures import read_result_p_values, sides_of, top_genes
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study
from heatleaf.enrich import call_trend
from heatleaf.figures.ma.spec import build_ma_spec
from heatleaf.figures.volcano.spec import build_volcano_spec
from heatleaf.interpret.agreed_sets import agreement_of_sets
from heatleaf.interpret.captions import caption_ma, caption_volcano
from heatleaf.interpret.cautions import replicate_cautions, universe_caution
from heatleaf.interpret.comparisons import name_comparison
from heatleaf.interpret.differential import differential_findings
from heatleaf.interpret.gene_sets import bias_findings, gene_set_findings, ranked_findings
from heatleaf.interpret.misplaced import find_misplaced, misplaced_findings
from heatleaf.interpret.p_values import p_value_findings
from heatleaf.interpret.samples import confounding_findings
from heatleaf.model import DifferentialResult, Finding

MAX_HEATMAP_GENES = 500


def make_comparison(
    result: DifferentialResult,
    study: Study,
    vst: NDArray[np.float64],
    settings: Settings,
    tester: GeneSetTester,
) -> tuple[ComparisonResult, tuple[Finding, ...]]:
    """Make everything of one comparison but its ranked gene sets, and the cautions that its heatmap has of its own."""
    enrichment = tester.test_directions(result)
    heatmap: HeatmapResult | None = None
    said: tuple[Finding, ...] = ()
    if int(result.is_significant.sum()) >= 2:
        choice = _differential_genes(result, study)
        heatmap, said = make_heatmap(choice, study, vst, settings, tester)
    comparison = ComparisonResult(
        differential=result,
        volcano=build_volcano_spec(result),
        ma=build_ma_spec(result),
        volcano_caption=caption_volcano(result),
        ma_caption=caption_ma(result),
        heatmap=heatmap,
        enrichment=enrichment,
        tester=tester,
    )
    # Of this heatmap only the caution that is its own: the others stand with the first heatmap.
    own = tuple(finding for finding in said if finding.key == "chosen_because_different")
    return comparison, (*_misplaced(result, study, vst), *own)


def _misplaced(result: DifferentialResult, study: Study, vst: NDArray[np.float64]) -> tuple[Finding, ...]:
    """Caution of samples that stand with the other group in the genes that the figure of the strongest shows."""
    sample_ids = study.counts.sample_ids
    found = find_misplaced(vst[top_genes(result)], *sides_of(result.contrast, sample_ids))
    return misplaced_findings(found, sample_ids, result.contrast.title)


def tell_comparison(comparison: ComparisonResult, study: Study, settings: Settings) -> tuple[Finding, ...]:
    """Say what one comparison found."""
    result = comparison.differential
    contrast = result.contrast
    findings = list(differential_findings(result, study.gene_names))
    n_called = {"up": int(result.is_up.sum()), "down": int(result.is_down.sum())}
    findings += gene_set_findings(comparison.enrichment, contrast, n_called, alpha=settings.alpha)
    if comparison.enrichment:
        findings.append(universe_caution(_universe_size(comparison), int(np.isfinite(result.padj).sum())))
        findings += _bias(result, settings)
    if comparison.ranked is not None:
        findings += ranked_findings(comparison.ranked, contrast, alpha=settings.alpha)
    findings += agreement_of_sets(comparison.enrichment, comparison.ranked, contrast, alpha=settings.alpha)
    sides = (len(contrast.tested_samples), len(contrast.reference_samples))
    findings += replicate_cautions(contrast, *sides) if all(sides) else ()
    findings += confounding_findings(study.samples, contrast.factor)
    findings += p_value_findings(read_result_p_values(result)[0], contrast)
    return name_comparison(findings, contrast.title) if len(study.contrasts) > 1 else tuple(findings)


def _bias(result: DifferentialResult, settings: Settings) -> tuple[Finding, ...]:
    """Say how much calls depend on the mean count of genes."""
    tested = np.isfinite(result.padj)
    trend = call_trend(result.base_mean[tested], result.is_significant[tested])
    rates = (trend.low_rate, trend.high_rate)
    return bias_findings(rates, trend.p_value, result.contrast, corrected=settings.bias == MEAN)


def _universe_size(comparison: ComparisonResult) -> int:
    """Return the number of names against which gene sets were counted, as the tables say it."""
    sizes = [int(size) for table in comparison.enrichment.values() for size in table.frame["universe_size"].unique()]
    return max(sizes, default=0)


def _differential_genes(result: DifferentialResult, study: Study) -> Choice:
    """Take the called genes, the most certain where there are too many."""
    called = result.rank_order[: int(result.is_significant.sum())]
    rows = called[:MAX_HEATMAP_GENES]
    strength = np.abs(result.lfc_shrunken[rows]) * np.sqrt(np.minimum(-result.log10_p[rows], 50.0))
    named = np.array([bool(study.counts.gene_symbols[i]) for i in rows])
    which = f"all {len(rows):,}" if len(rows) == len(called) else f"the {len(rows):,} most certain of {len(called):,}"
    return Choice(
        key=f"heatmap_{result.contrast.name}",
        title=f"Heatmap of {which} genes that differ: {result.contrast.title}",
        rows=rows,
        mark_scores=np.nan_to_num(strength) * np.where(named | ~named.any(), 1.0, 0.1),
        result=result,
        changes=(result,),
    )
