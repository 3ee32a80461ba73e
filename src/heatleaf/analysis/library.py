"""Single steps for scripts and small commands: one test, one enrichment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from heatleaf.analysis.run import sheet_of
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study, prepare_study
from heatleaf.enrich import over_represent_lists
from heatleaf.errors import UserError
from heatleaf.io import read_gene_sets
from heatleaf.model import CountTable, DifferentialResult, EnrichmentTable, SampleSheet
from heatleaf.resources import gene_sets as builtin_gene_sets
from heatleaf.stats import fit_counts, wald_test


def differential(
    counts: CountTable | pd.DataFrame,
    samples: SampleSheet | pd.DataFrame,
    design: str,
    contrast: tuple[str, str, str],
) -> DifferentialResult:
    """Test which genes differ between two levels of a factor.

    Parameters
    ----------
    counts : CountTable or data frame of genes x samples
    samples : SampleSheet or data frame indexed by sample
    design : str
        A formula, "~ batch + condition".
    contrast : (factor, tested level, reference level)

    Returns
    -------
    DifferentialResult
        Its `table` has the column names of DESeq2.

    Raises
    ------
    UserError
        Refusals of the counts, the design and the contrast.

    Notes
    -----
    Negative binomial GLM with moderated dispersions and Wald tests (Love, Huber & Anders 2014, Genome Biology 15:550).
    """
    counts = CountTable.from_frame(counts) if isinstance(counts, pd.DataFrame) else counts
    sheet = sheet_of(samples, counts.sample_ids) if isinstance(samples, pd.DataFrame) else samples
    settings = Settings(design=design, contrasts=(contrast,))
    _, results = compare_levels(counts, sheet, settings)
    return results[0]


def compare_levels(
    counts: CountTable, samples: SampleSheet | None, settings: Settings
) -> tuple[Study, tuple[DifferentialResult, ...]]:
    """Settle the question and test it; without a design there are no results, and the study says why."""
    study = prepare_study(counts, samples, settings)
    if study.design is None:
        return study, ()
    fit = fit_counts(study.counts, study.design)
    results = tuple(wald_test(fit, contrast, alpha=settings.alpha) for contrast in study.contrasts)
    return replace(study, messages=study.messages + fit.messages), results


def enrich_list(
    genes: Sequence[str], universe: Sequence[str], *, organism: str = "", gene_sets: Sequence[Path] = ()
) -> EnrichmentTable:
    """Test a list of genes against built-in gene sets of an organism or GMT files.

    Raises
    ------
    UserError
        no_genes: the list is empty or outside the universe. gene_sets_overlap, organism: as in `enrich`, `resources`.
    """
    known = set(universe)
    inside = [gene for gene in genes if gene in known]
    if not inside:
        raise UserError(
            "no_genes",
            f"none of the {len(genes):,} genes is among the {len(universe):,} of the background",
            fix="give as background all genes that were tested, named the same way",
        )
    collections = tuple(read_gene_sets(path) for path in gene_sets)
    if organism:
        collections += builtin_gene_sets(organism, ("GO:BP",))
    return over_represent_lists({"genes": inside}, collections, universe)["genes"]
