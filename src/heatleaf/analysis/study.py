"""The question, made ready: samples, names of genes, design and comparisons, and all that was noticed on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from heatleaf.analysis.annotations import annotation_columns
from heatleaf.analysis.settings import Settings
from heatleaf.errors import UserError
from heatleaf.interpret.coach import further_questions
from heatleaf.model import Contrast, CountTable, Design, Message, SampleSheet, note
from heatleaf.resources.gene_identity import GeneIdentity, identify_genes
from heatleaf.resources.gene_verdicts import GeneAudit, audit_genes
from heatleaf.stats.comparison import build_comparison
from heatleaf.stats.contrast import build_contrast, default_contrasts
from heatleaf.stats.design import build_design, is_missing, require_complete
from heatleaf.stats.groups import infer_groups
from heatleaf.stats.propose import propose_design
from heatleaf.stats.quality import check_confounding, check_counts
from heatleaf.stats.questions import list_questions


@dataclass(frozen=True, eq=False)
class Study:
    """Counts with the question asked of them.

    samples : None when nothing is known of them. design : None when no test is made; no_test says why.
    audit : what became of each gene id, None where the organism is not known.
    gene_names : the symbol of each gene, its id where there is none. group : the column that splits the samples, or "".
    """

    counts: CountTable
    samples: SampleSheet | None
    identity: GeneIdentity
    audit: GeneAudit | None
    gene_names: tuple[str, ...]
    design: Design | None
    contrasts: tuple[Contrast, ...]
    group: str
    no_test: str
    messages: tuple[Message, ...]

    @property
    def group_values(self) -> tuple[str, ...]:
        """The group of each sample, "" for each when there is none."""
        if self.samples is None or not self.group:
            return ("",) * self.counts.n_samples
        return self.samples.columns[self.group]

    @property
    def group_levels(self) -> tuple[str, ...]:
        """Levels of the group, the reference first."""
        if self.design is not None and self.group in self.design.factors:
            return self.design.factors[self.group].levels
        return tuple(dict.fromkeys(self.group_values))

    @property
    def annotations(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Further groupings of the samples: those of the design first, then other columns with few levels."""
        if self.samples is None:
            return ()
        return annotation_columns(self.samples, self.group, tuple(self.design.factors) if self.design else ())


def prepare_study(counts: CountTable, samples: SampleSheet | None, settings: Settings) -> Study:
    """Check the counts, name the genes, and settle design and comparisons.

    Raises
    ------
    UserError
        Any refusal of `stats.quality`, `stats.design` and `stats.contrast`.
    """
    messages = list(counts.messages)
    if samples is None:
        samples = infer_groups(counts.sample_ids)
    messages += samples.messages
    counts = counts if counts.sample_ids == samples.sample_ids else counts.take_samples(samples.sample_ids)
    messages += check_counts(counts, for_test=settings.test)
    identity = identify_genes(counts.gene_ids, settings.organism)
    audit = audit_genes(counts.gene_ids, identity.organism) if identity.organism else None
    messages += [*identity.messages, *(audit.messages if audit else ())]
    counts = replace(counts, gene_symbols=_symbols(counts, audit))
    design, contrasts, no_test = _question(samples, settings, messages)
    messages += check_confounding(samples, design) if design else ()
    group = contrasts[0].factor if contrasts else _single_group(samples)
    names = tuple(symbol or gene_id for symbol, gene_id in zip(counts.gene_symbols, counts.gene_ids, strict=True))
    known = samples if samples.columns else None
    return Study(counts, known, identity, audit, names, design, contrasts, group, no_test, tuple(messages))


def no_counts(sample_ids: Sequence[str]) -> CountTable:
    """Return a table of samples whose counts are still to come: it has no genes."""
    return CountTable((), tuple(sample_ids), np.zeros((0, len(sample_ids)), dtype=np.int64))


def ask_before_counts(sample_ids: Sequence[str], samples: SampleSheet | None, settings: Settings) -> Study:
    """Settle design and comparisons of samples whose counts are still to come: a study without genes.

    Raises
    ------
    UserError
        Any refusal of `stats.design` and `stats.contrast`.
    """
    samples = samples or infer_groups(sample_ids)
    messages = [*samples.messages]
    design, contrasts, no_test = _question(samples, settings, messages)
    messages += check_confounding(samples, design) if design else ()
    group = contrasts[0].factor if contrasts else _single_group(samples)
    known = samples if samples.columns else None
    identity = GeneIdentity("unknown", "", 0.0, 0)
    return Study(
        no_counts(samples.sample_ids), known, identity, None, (), design, contrasts, group, no_test, tuple(messages)
    )


def _symbols(counts: CountTable, audit: GeneAudit | None) -> tuple[str, ...]:
    """Take the symbols of the table where it brings them, else those of the built-in table."""
    if any(counts.gene_symbols) or audit is None:
        return counts.gene_symbols
    return audit.symbols


def _question(
    samples: SampleSheet, settings: Settings, messages: list[Message]
) -> tuple[Design | None, tuple[Contrast, ...], str]:
    """Settle the design and the comparisons; without a design say why there is no test."""
    if not settings.test:
        return None, (), "it was switched off with --no-test"
    if not samples.columns:
        _refuse_asked_without_sheet(settings)
        messages.append(note("no_test", "no differential test is made: nothing says which samples belong together"))
        return None, (), "nothing says which samples belong together"
    formula = settings.design
    if not formula:
        proposed, said = propose_design(samples, settings.contrasts[0][0] if settings.contrasts else None)
        messages += said
        if proposed is None:
            _refuse_gaps(samples)
            return None, (), "the sheet does not say which comparison is meant"
        formula = proposed
        messages += _further_questions(samples, formula, settings)
    design = build_design(samples, formula, dict(settings.references))
    messages += [message for message in design.messages if not _is_answered(message, settings)]
    contrasts = tuple(build_contrast(design, *contrast) for contrast in settings.contrasts)
    contrasts += tuple(build_comparison(design, text) for text in settings.comparisons)
    return design, contrasts or default_contrasts(design), ""


def _refuse_gaps(samples: SampleSheet) -> None:
    """Refuse a sheet whose only groups have samples missing: the comparison that is meant would silently not be made.

    Raises
    ------
    UserError
        design_missing (B70).
    """
    known = {name: {value for value in values if not is_missing(value)} for name, values in samples.columns.items()}
    grouping = [name for name, levels in known.items() if 1 < len(levels) <= len(samples.sample_ids) / 2]
    for name in grouping[:1]:
        require_complete(samples, name)


def _further_questions(samples: SampleSheet, formula: str, settings: Settings) -> list[Message]:
    """Note what else the sheet could answer, with the options; all of it is told by `heatleaf design`."""
    questions = list_questions(samples, formula, dict(settings.references))
    other = further_questions([question for question in questions if question.kind in ("interaction", "several")])
    if not other:
        return []
    return [note("design_chosen", f"this sheet can also answer: {other}", fix="heatleaf design SAMPLES for all of it")]


def _is_answered(message: Message, settings: Settings) -> bool:
    """Return whether a message tells which level is the reference where --contrast names it already."""
    asked = {f"--reference {factor}=" for factor, _, _ in settings.contrasts}
    return message.code == "reference_level" and any(message.fix.startswith(option) for option in asked)


def _refuse_asked_without_sheet(settings: Settings) -> None:
    options = {
        "--design": settings.design,
        "--contrast": settings.contrasts,
        "--compare": settings.comparisons,
        "--omnibus": settings.omnibus,
        "--reduced": settings.reduced,
    }
    asked = next((option for option, value in options.items() if value), "")
    if asked:
        raise UserError(
            "design_column",
            f"{asked} was given, but there is no sample sheet and the sample names tell no groups",
            fix="give a sheet with one row per sample after the count table",
        )


def _single_group(samples: SampleSheet) -> str:
    """Name the one column that groups samples, or ""."""
    n_samples = len(samples.sample_ids)
    grouping = [name for name, values in samples.columns.items() if 1 < len(set(values)) <= n_samples / 2]
    return grouping[0] if len(grouping) == 1 else ""
