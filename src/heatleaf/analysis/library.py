"""Single steps for scripts and small commands: one test, one enrichment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from heatleaf.analysis.call_bias import name_values
from heatleaf.analysis.enrichment import collection_asked, read_or_find
from heatleaf.analysis.run import sheet_of
from heatleaf.analysis.set_names import settle_names
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study, prepare_study
from heatleaf.analysis.testing import StudyTests, make_tests
from heatleaf.enrich import over_represent_lists
from heatleaf.errors import UserError
from heatleaf.model import CountTable, DifferentialResult, EnrichmentTable, OmnibusResult, SampleSheet
from heatleaf.resources import audit_genes
from heatleaf.resources import gene_sets as find_gene_sets


def differential(
    counts: CountTable | pd.DataFrame,
    samples: SampleSheet | pd.DataFrame,
    design: str,
    contrast: tuple[str, str, str] | str | Sequence[float],
) -> DifferentialResult:
    """Test which genes differ between two levels of a factor, or in any other comparison of a design.

    Parameters
    ----------
    counts : CountTable or data frame of genes x samples
    samples : SampleSheet or data frame indexed by sample
    design : str
        A formula, "~ batch + condition".
    contrast : (factor, tested level, reference level), a sum, or one number per coefficient
        A sum of groups such as "treated:B - control:B" or "mean(low, high) - none"; see `heatleaf.stats.comparison`.

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
    settings = Settings(design=design)
    if isinstance(contrast, str):
        settings = replace(settings, comparisons=(contrast,))
    elif len(contrast) == 3 and all(isinstance(part, str) for part in contrast):
        settings = replace(settings, contrasts=(tuple(map(str, contrast)),))  # type: ignore[arg-type]
    else:
        settings = replace(settings, comparisons=(", ".join(repr(float(weight)) for weight in contrast),))
    _, tests = _test_tables(counts, samples, settings)
    return tests.results[0]


def omnibus(
    counts: CountTable | pd.DataFrame,
    samples: SampleSheet | pd.DataFrame,
    design: str,
    variable: str = "",
    *,
    reduced: str = "",
) -> OmnibusResult:
    """Test all levels of a variable at once, as for three or more groups or a time course.

    Parameters
    ----------
    counts : CountTable or data frame of genes x samples
    samples : SampleSheet or data frame indexed by sample
    design : str
        A formula, "~ sex + time".
    variable : str
        Left out of the design with all its interactions, and so tested.
    reduced : str
        In place of a variable, a formula to test against: "~ line + time" for the interaction of both.

    Returns
    -------
    OmnibusResult
        Its `table` has the column names of DESeq2, and a fold change per level.

    Raises
    ------
    UserError
        Refusals of the counts and the design; contrast: a variable or reduced design that is not part of the design.

    Notes
    -----
    Likelihood-ratio test (Love, Huber & Anders 2014, Genome Biology 15:550, Methods).
    """
    if bool(variable) == bool(reduced):
        raise TypeError("give either the name of a variable or reduced=FORMULA")
    settings = Settings(design=design, omnibus=(variable,) if variable else (), reduced=reduced)
    _, tests = _test_tables(counts, samples, settings)
    return tests.omnibus[0]


def _test_tables(
    counts: CountTable | pd.DataFrame, samples: SampleSheet | pd.DataFrame, settings: Settings
) -> tuple[Study, StudyTests]:
    counts = CountTable.from_frame(counts) if isinstance(counts, pd.DataFrame) else counts
    sheet = sheet_of(samples, counts.sample_ids) if isinstance(samples, pd.DataFrame) else samples
    return compare_levels(counts, sheet, settings)


def compare_levels(counts: CountTable, samples: SampleSheet | None, settings: Settings) -> tuple[Study, StudyTests]:
    """Settle the question and test it; without a design there are no results, and the study says why."""
    study = prepare_study(counts, samples, settings)
    tests = make_tests(study, settings)
    said = tests.fit.messages if tests.fit is not None else ()
    return replace(study, messages=study.messages + said), tests


def enrich_list(
    genes: Sequence[str],
    universe: Sequence[str],
    *,
    organism: str = "",
    gene_sets: Sequence[Path] = (),
    allow_unmapped: bool = False,
    bias: Path | None = None,
) -> EnrichmentTable:
    """Test a list of genes against gene sets: of GMT files, and of an organism (GO:BP if none is named).

    With an organism, ids, former symbols and aliases are brought to current symbols, unless the sets use the ids.
    bias : a table of a length or mean count per gene, to be corrected for.

    Raises
    ------
    UserError
        no_genes: the list is empty or outside the universe. gene_sets_overlap, organism: as in `enrich`, `resources`.
        gene_ids_unmapped: the organism has fewer than half of the universe; not with `allow_unmapped`.
    """
    known = set(universe)
    inside = [gene for gene in genes if gene in known]
    if not inside:
        raise UserError(
            "no_genes",
            f"none of the {len(genes):,} genes is among the {len(universe):,} of the background",
            fix="give as background all genes that were tested, named the same way",
        )
    collections = tuple(read_or_find(path, organism, universe) for path in gene_sets)
    if organism and not any(collection_asked(path) for path in gene_sets):
        collections += find_gene_sets(organism, ("GO:BP",), universe)
    audit = audit_genes(universe, organism) if organism else None
    names, collections = settle_names(audit, universe, collections, asked=True, strict=not allow_unmapped)
    name_of = dict(zip(universe, names, strict=True))
    lists = {"genes": [name_of[gene] for gene in inside]}
    values = name_values(universe, names, bias) if bias else None
    table = over_represent_lists(lists, collections, names, bias=values)["genes"]
    return replace(table, messages=(*(audit.messages if audit else ()), *table.messages))
