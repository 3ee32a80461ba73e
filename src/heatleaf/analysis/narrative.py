"""Sentences about the whole study: its samples, its test, its methods, its title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from heatleaf.analysis.overview import Overview
from heatleaf.analysis.reads_beside import reads_facts
from heatleaf.analysis.result import HeatmapResult
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study
from heatleaf.analysis.testing import StudyTests
from heatleaf.cluster.bootstrap import affordable_draws
from heatleaf.cluster.stability import N_RESAMPLES
from heatleaf.interpret.cautions import no_test_finding
from heatleaf.interpret.methods import MethodFacts, methods_text
from heatleaf.interpret.omnibus import omnibus_findings
from heatleaf.interpret.reads import methods_of_reads
from heatleaf.interpret.samples import agreement_findings, library_findings, separation_findings
from heatleaf.interpret.sex import sex_findings
from heatleaf.model import DifferentialResult, Finding


def study_title(study: Study) -> str:
    """Name the study by what is compared, else by its size."""
    size = f"{study.counts.n_genes:,} genes, {study.counts.n_samples:,} samples"
    if not study.contrasts:
        return f"Expression of {size}"
    return f"{', '.join(contrast.title for contrast in study.contrasts)} ({size})"


def tell_test(study: Study, results: Sequence[DifferentialResult]) -> tuple[Finding, ...]:
    """Say that no test was made, where none was."""
    return () if results else no_test_finding(study.no_test)


def tell_omnibus(study: Study, tests: StudyTests) -> tuple[Finding, ...]:
    """Say what the tests of all levels at once found."""
    told = [omnibus_findings(result, tests.results, study.gene_names) for result in tests.omnibus]
    return tuple(finding for findings in told for finding in findings)


def tell_samples(study: Study, overview: Overview) -> tuple[Finding, ...]:
    """Say how deep, how alike and how separate the samples are."""
    counts = study.counts
    groups = study.group_values if study.group else None
    findings = [*library_findings(counts.sample_ids, counts.counts.sum(axis=0))]
    if overview.scores is not None and overview.explained is not None:
        findings += separation_findings(
            overview.scores,
            overview.explained,
            study.samples,
            preferred=study.group,
            lib_sizes=counts.counts.sum(axis=0),
        )
    findings += agreement_findings(counts.sample_ids, overview.correlation, groups)
    return (*findings, *sex_findings(counts.sample_ids, study.gene_names, counts.counts, study.samples))


def describe_methods(
    study: Study,
    tests: StudyTests,
    heatmap: HeatmapResult,
    settings: Settings,
    versions: Mapping[str, str],
    resources: Sequence[Mapping[str, str]],
) -> str:
    """Write the methods paragraph from what was really done."""
    codes = {message.code for message in study.messages}
    fit, reads = tests.fit, reads_facts(study.counts)
    done = {
        "rounded_estimates": "value_rounded" in codes,
        "positive_counts": "size_factors_positive" in codes,
        "differential": fit is not None,
        "outlier_replacement": fit is not None and bool(fit.replaced.any()),
        "independent_filtering": fit is not None,
        "omnibus": bool(tests.omnibus),
        "given_size_factors": bool(settings.given_size_factors),
        "batch_removed": bool(settings.remove_batch),
        "shrinkage": fit is not None,
        "second_opinions": bool(tests.opinions),
        "optimal_leaf_order": True,
        "silhouette": not settings.clusters,
        "kmeans": settings.row_clustering == "kmeans",
        "stability": any(block.stability is not None for block in heatmap.spec.row_blocks),
        "branch_support": any(tree.support is not None for tree in heatmap.spec.column_trees),
        "enrichment": bool(heatmap.enrichment),
        "call_bias": bool(heatmap.enrichment) and bool(settings.bias),
        "ranked": fit is not None and bool(heatmap.enrichment),
    }
    return methods_text(
        MethodFacts(
            versions=versions,
            n_genes=study.counts.n_genes,
            n_samples=study.counts.n_samples,
            used=frozenset(step for step, was_done in done.items() if was_done),
            design=study.design.formula if study.design else "",
            contrasts=[contrast.title for contrast in study.contrasts],
            alpha=settings.alpha,
            n_variable=heatmap.spec.n_genes,
            metric=settings.metric,
            linkage_method=settings.linkage_method,
            n_resamples=N_RESAMPLES,
            n_bootstraps=affordable_draws(heatmap.spec.matrix.size),
            set_sizes=(settings.min_set_size, settings.max_set_size),
            seed=settings.seed,
            resources=resources,
            quantification=methods_of_reads(reads) if reads else "",
        )
    )
