"""One analysis, from counts to findings, in ordered phases.

1 checks and design  2 differential fit and tests, second opinions where asked for  3 variance-stabilising
transformation  4 gene sets  5 heatmaps  6 samples: principal components and distances  7 ranked gene sets (begun
beside 5)  8 findings and methods
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heatleaf.analysis.beside import Beside
from heatleaf.analysis.choices import require_choices, require_two_samples
from heatleaf.analysis.comparisons import make_comparison, tell_comparison
from heatleaf.analysis.design_advice import tell_design
from heatleaf.analysis.display import display_values
from heatleaf.analysis.enrichment import GeneSetTester, collect_gene_sets
from heatleaf.analysis.heatmaps import Choice, make_heatmap
from heatleaf.analysis.narrative import describe_methods, study_title, tell_omnibus, tell_samples, tell_test
from heatleaf.analysis.opinions import ask_if_possible, tell_opinions
from heatleaf.analysis.overview import Overview, look_at_samples
from heatleaf.analysis.progress import Progress, Report, silent
from heatleaf.analysis.provenance import used_resources, used_versions
from heatleaf.analysis.result import Analysis, ComparisonResult, HeatmapResult
from heatleaf.analysis.reuse import STAGES, Reuse
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study, prepare_study
from heatleaf.analysis.testing import StudyTests, make_tests
from heatleaf.errors import UserError
from heatleaf.interpret.captions import batch_words
from heatleaf.interpret.order import arrange_findings
from heatleaf.model import CountTable, Finding, Message, SampleSheet
from heatleaf.resources.fetched import fetched_resources
from heatleaf.stats import VarianceStabilised, fit_vst, most_variable

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Telling:
    """What accompanies an analysis: where its progress is told, what was asked, what is kept."""

    progress: Progress
    settings: Settings
    reuse: Reuse


@dataclass(frozen=True, eq=False)
class Interpretation:
    """What a tested study shows: heatmap, comparisons, samples, sentences, and what was noticed of its gene sets."""

    heatmap: HeatmapResult
    comparisons: tuple[ComparisonResult, ...]
    overview: Overview
    findings: tuple[Finding, ...]
    messages: tuple[Message, ...]


def analyse(
    counts: CountTable | pd.DataFrame,
    samples: SampleSheet | pd.DataFrame | None = None,
    settings: Settings | None = None,
    *,
    report: Report = silent,
    reuse: Reuse | None = None,
) -> Analysis:
    """Analyse a count table completely: tests, heatmaps, gene sets, figures, findings.

    Parameters
    ----------
    counts : CountTable or data frame of genes x samples
        Raw counts.
    samples : SampleSheet, data frame indexed by sample, or None
        None reads the groups from the sample names, if they tell them.
    settings : Settings, optional
        By default the defaults of `Settings`.
    report : callable
        Called with ("start", phase) and ("end", what it found).
    reuse : Reuse, optional
        What the analysis before has kept, of the same counts and samples; values are those of a fresh analysis.

    Returns
    -------
    Analysis

    Raises
    ------
    UserError
        Whatever the input does not allow; the codes are in `heatleaf.errors`.
    """
    settings = settings or Settings()
    require_choices(settings.palette, settings.linkage_method, settings.metric)
    counts = CountTable.from_frame(counts) if isinstance(counts, pd.DataFrame) else counts
    sheet = sheet_of(samples, counts.sample_ids) if isinstance(samples, pd.DataFrame) else samples
    telling = Telling(Progress(report), settings, reuse or Reuse())
    study = _prepare(counts, sheet, telling)
    tests, doubts = _ask_others(study, _test(study, telling), telling)
    vst, shown = _transform(study, tests, telling)
    seen = _interpret(study, tests, shown, telling)
    return _gather(telling, study, tests, doubts, vst=vst, seen=seen)


def go_on_from(study: Study, counts: CountTable, samples: SampleSheet | None, settings: Settings) -> Reuse:
    """Let `analyse` go on from a study that `prepare_study` made of these counts, samples and settings."""
    reuse = Reuse()
    _take_study(reuse, (counts, samples), settings, lambda: study)
    return reuse


def _take_study(
    reuse: Reuse, given: tuple[CountTable, SampleSheet | None], settings: Settings, make: Callable[[], Study]
) -> Study:
    return reuse.take("study", settings, given, make, also=(fetched_resources(),))


def sheet_of(samples: pd.DataFrame, sample_ids: tuple[str, ...]) -> SampleSheet:
    """Match a data frame of samples to the samples of a table by the names of its index."""
    position = {str(name): i for i, name in enumerate(samples.index)}
    unknown = [name for name in sample_ids if name not in position]
    if unknown:
        raise UserError(
            "sheet_lacks",
            f"{len(unknown):,} samples of the counts are not in the index of the samples (first: {unknown[0]})",
            fix="index the data frame of samples by the column names of the counts",
        )
    rows = samples.iloc[[position[name] for name in sample_ids]]
    columns = {str(name): tuple("" if pd.isna(value) else str(value) for value in rows[name]) for name in rows.columns}
    return SampleSheet(sample_ids, columns)


def _prepare(counts: CountTable, sheet: SampleSheet | None, telling: Telling) -> Study:
    progress, settings = telling.progress, telling.settings
    with progress.phase("checks and design"):
        study = _take_study(telling.reuse, (counts, sheet), settings, lambda: prepare_study(counts, sheet, settings))
        require_two_samples(study.counts.sample_ids)
        progress.say(study.design.formula if study.design else f"no test: {study.no_test}")
    return study


def _test(study: Study, telling: Telling) -> StudyTests:
    progress, settings, reuse = telling.progress, telling.settings, telling.reuse

    def make() -> StudyTests:
        return make_tests(study, settings, reuse)

    fit_asked = tuple(getattr(settings, name) for name in STAGES["fit"])
    if study.design is None:
        return reuse.take("tests", settings, (study,), make, also=fit_asked)
    with progress.phase("differential expression"):
        tests = reuse.take("tests", settings, (study,), make, also=fit_asked)
        called = [
            f"{result.contrast.title}: {int(result.is_up.sum()):,} up, {int(result.is_down.sum()):,} down"
            for result in tests.results
        ]
        called += [f"{result.title}: {int(result.is_significant.sum()):,}" for result in tests.omnibus]
        progress.say("; ".join(called))
    return tests


def _ask_others(study: Study, tests: StudyTests, telling: Telling) -> tuple[StudyTests, tuple[Message, ...]]:
    """Add second opinions where they were asked for."""
    progress, settings = telling.progress, telling.settings
    if not (settings.second_opinions and tests.results):
        return tests, ()
    with progress.phase(f"second opinions, and without each of {study.counts.n_samples:,} samples"):
        opinions, messages = telling.reuse.take(
            "opinions", settings, (study, tests.results), lambda: ask_if_possible(study, tests.results)
        )
        agreed = [f"{int(one.calls.all(axis=0).sum()):,} genes called by all three methods" for one in opinions]
        progress.say("; ".join(agreed) or "not possible")
    return replace(tests, opinions=opinions), messages


def _transform(study: Study, tests: StudyTests, telling: Telling) -> tuple[VarianceStabilised, FloatArray]:
    """Return the VST and the values that figures show: the same, with a batch removed where that was asked for."""
    settings, reuse, factors = telling.settings, telling.reuse, tests.size_factors
    with telling.progress.phase("transformation"):
        vst = reuse.take("vst", settings, (study.counts, factors), lambda: fit_vst(study.counts, factors))
        shown = reuse.take("shown", settings, (study, vst), lambda: display_values(study, vst.values, settings))
        telling.progress.say(f"VST of {study.counts.n_genes:,} genes x {study.counts.n_samples:,} samples")
    return vst, shown


def _interpret(study: Study, tests: StudyTests, vst: FloatArray, telling: Telling) -> Interpretation:
    progress, settings, reuse = telling.progress, telling.settings, telling.reuse
    with progress.phase("gene sets"):
        tester = reuse.take("tester", settings, (study, tests.results), lambda: _tester(study, tests, settings))
        progress.say(", ".join(f"{len(sets.set_ids):,} of {sets.name}" for sets in tester.collections) or "none")
    ranking = _begin_ranking(tester, tests, telling)
    with progress.phase("heatmaps"):
        made_of = (study, tests.results, vst, tester)
        heatmap, findings = reuse.take(
            "heatmap",
            settings,
            made_of,
            lambda: make_heatmap(_most_variable(study, tests, vst, settings), study, vst, settings, tester),
        )
        made = reuse.take(
            "comparisons",
            settings,
            made_of,
            lambda: [make_comparison(result, study, vst, settings, tester) for result in tests.results],
        )
        progress.say(f"{heatmap.spec.n_genes:,} genes in {heatmap.clusters.n_clusters} clusters")
    overview = _look_at_samples(study, vst, telling)
    with progress.phase("ranked gene sets"):
        ranked = reuse.take("ranked", settings, (tester, tests.results), ranking)
    comparisons = tuple(replace(one, ranked=table) for (one, _), table in zip(made, ranked, strict=True))
    told = [*tell_test(study, tests.results), *tell_omnibus(study, tests), *tell_design(study, tests), *findings]
    told += tell_samples(study, overview)
    told += tell_opinions(tests.opinions, study)
    for comparison, (_, own) in zip(comparisons, made, strict=True):
        told += (*tell_comparison(comparison, study, settings), *own)
    tables = [*heatmap.enrichment.values(), *(table for one in comparisons for table in one.enrichment.values())]
    said = (*tester.messages, *(message for table in tables for message in table.messages))
    return Interpretation(heatmap, comparisons, overview, arrange_findings(told), said)


def _look_at_samples(study: Study, vst: FloatArray, telling: Telling) -> Overview:
    removed = batch_words(telling.settings.remove_batch)
    with telling.progress.phase("samples"):
        overview = telling.reuse.take("overview", telling.settings, (study, vst), lambda: look_at_samples(study, vst))
    return replace(
        overview,
        pca_caption=overview.pca_caption and overview.pca_caption + removed,
        distances_caption=overview.distances_caption + removed,
    )


def _gather(
    telling: Telling,
    study: Study,
    tests: StudyTests,
    doubts: tuple[Message, ...],
    *,
    vst: VarianceStabilised,
    seen: Interpretation,
) -> Analysis:
    """Put together what is returned: each message once, and how it was made."""
    messages = [*study.messages, *vst.messages, *seen.messages, *(tests.fit.messages if tests.fit else ())]
    messages += [*(message for result in tests.results for message in result.messages), *doubts]
    settings = telling.settings
    versions, resources = used_versions(), used_resources(study, settings)
    return Analysis(
        title=study_title(study),
        settings=settings,
        counts=study.counts,
        samples=study.samples,
        design=study.design,
        size_factors=tests.size_factors,
        norm_counts=study.counts.counts / tests.size_factors,
        vst=vst.values,
        gene_names=study.gene_names,
        organism=study.identity.organism,
        gene_audit=study.audit,
        heatmap=seen.heatmap,
        comparisons=seen.comparisons,
        fit=tests.fit,
        omnibus=tests.omnibus,
        powers=tests.powers,
        opinions=tests.opinions,
        pca=seen.overview.pca,
        pca_caption=seen.overview.pca_caption,
        distances=seen.overview.distances,
        distances_caption=seen.overview.distances_caption,
        findings=seen.findings,
        messages=tuple(dict.fromkeys(messages)),
        methods=describe_methods(study, tests, seen.heatmap, settings, versions, resources),
        versions=versions,
        resources=resources,
    )


def _tester(study: Study, tests: StudyTests, settings: Settings) -> GeneSetTester:
    return GeneSetTester.of(study, collect_gene_sets(study, settings), _universe(study, tests), settings)


def _begin_ranking(
    tester: GeneSetTester, tests: StudyTests, telling: Telling
) -> Callable[[], list[pd.DataFrame | None]]:
    """Begin to rank gene sets beside the heatmaps, unless that is known; return what waits for the end."""
    if telling.reuse.has("ranked", telling.settings, (tester, tests.results)):
        return list
    return Beside(lambda: [tester.test_ranked(result) for result in tests.results]).result


def _universe(study: Study, tests: StudyTests) -> NDArray[np.bool_]:
    """Genes that could have been chosen: those tested for any comparison, else those seen in two samples."""
    if tests.results:
        return np.asarray(np.isfinite([result.padj for result in tests.results]).any(axis=0), dtype=bool)
    return np.asarray((study.counts.counts > 0).sum(axis=1) >= 2, dtype=bool)


def _most_variable(study: Study, tests: StudyTests, vst: FloatArray, settings: Settings) -> Choice:
    varying = np.flatnonzero(np.ptp(vst, axis=1) > 0)
    if not len(varying):
        what = "no gene varies between samples once library sizes are allowed for"
        raise UserError("gene_constant", what, fix="check how the table was made")
    rows = varying[most_variable(vst[varying], min(settings.top, len(varying)))]
    n_varying = f"the {len(rows):,} most variable" if len(rows) < len(varying) else f"all {len(rows):,} varying"
    # Genes that have a symbol are worth more to a reader than bare ids.
    named = np.array([bool(study.counts.gene_symbols[i]) for i in rows], dtype=bool)
    scores = vst[rows].var(axis=1) * np.where(named | ~named.any(), 1.0, 0.1)
    return Choice(
        "heatmap", f"Heatmap of {n_varying} of {study.counts.n_genes:,} genes", rows, scores, changes=tests.results
    )
