"""The design coach: what a sample sheet, with its counts where they are given, can answer and find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from heatleaf.analysis.design_advice import pairing_findings, power_facts, replicate_findings
from heatleaf.analysis.run import sheet_of
from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import prepare_study
from heatleaf.errors import UserError
from heatleaf.interpret.coach import cross_table_lines, power_finding, question_option, question_text
from heatleaf.interpret.groups import cramers_v
from heatleaf.interpret.samples import CONFOUNDED, confounding_findings
from heatleaf.interpret.words import count_of
from heatleaf.model import CountTable, Design, Message, SampleSheet
from heatleaf.stats import fit_counts, wald_test
from heatleaf.stats.contrast import default_contrasts
from heatleaf.stats.design import build_design
from heatleaf.stats.formula import quote_name
from heatleaf.stats.power import study_power
from heatleaf.stats.propose import grouping_columns, propose_design
from heatleaf.stats.questions import cross_table, list_questions


@dataclass(frozen=True)
class Advice:
    """What the coach says: sections of a title and its lines each, and what was noticed on the way."""

    sections: tuple[tuple[str, tuple[str, ...]], ...]
    messages: tuple[Message, ...]


def advise(
    samples: SampleSheet | pd.DataFrame,
    counts: CountTable | pd.DataFrame | None = None,
    settings: Settings | None = None,
) -> Advice:
    """Say what a sample sheet can answer, what it cannot, and with counts which changes the study can find.

    Parameters
    ----------
    samples : SampleSheet or data frame indexed by sample
    counts : CountTable or data frame of genes x samples, optional
        Their dispersions tell the power.
    settings : Settings, optional
        Of its fields the design, the references, the comparisons and alpha matter.

    Returns
    -------
    Advice

    Raises
    ------
    UserError
        Refusals of the sheet and the counts. A design that cannot be fitted is explained and not refused.
    """
    settings = settings or Settings()
    table = CountTable.from_frame(counts) if isinstance(counts, pd.DataFrame) else counts
    if isinstance(samples, pd.DataFrame):
        samples = sheet_of(samples, table.sample_ids if table is not None else tuple(map(str, samples.index)))
    sections = [("Samples", _describe(samples))]
    formula, messages = settings.design, list(samples.messages)
    if not formula:
        proposed, said = propose_design(samples, settings.contrasts[0][0] if settings.contrasts else None)
        formula, messages = proposed or "", [*messages, *said]
    try:
        design = build_design(samples, formula, dict(settings.references)) if formula else None
    except UserError as error:
        sections.append((f"Why {formula} cannot be fitted", (str(error), *_tables_of(samples, error))))
        formula, design = propose_design(samples)[0] or "", None
    tested = _tested(design) if design is not None else ""
    sections += _design_sections(samples, design, tested)
    sections += _question_sections(samples, formula, dict(settings.references))
    if table is not None and design is not None:
        sections.append(("Power", _power_lines(table, samples, replace(settings, design=formula))))
    return Advice(tuple(section for section in sections if section[1]), tuple(messages))


def _describe(samples: SampleSheet) -> tuple[str, ...]:
    """Say of each column how the program reads it."""
    grouping = grouping_columns(samples)
    size = f"{count_of(len(samples.sample_ids), 'sample')}, {count_of(len(samples.columns), 'column')}"
    lines = [f"{size} beside the names."]
    for name, values in samples.columns.items():
        distinct = dict.fromkeys(values)
        if name in grouping:
            kind = ", ".join(f"{level} ({values.count(level)})" for level in sorted(distinct))
        elif len(distinct) == 1:
            kind = f"the same in all samples ({values[0] or 'empty'})"
        elif samples.numbers(name) is not None:
            kind = "numbers"
        else:
            kind = f"{len(distinct)} different values: does not group the samples"
        lines.append(f"{name}: {kind}")
    return tuple(lines)


def _tested(design: Design) -> str:
    return default_contrasts(design)[0].factor


def _design_sections(samples: SampleSheet, design: Design | None, tested: str) -> list[tuple[str, tuple[str, ...]]]:
    if design is None:
        return [("What it cannot tell apart", tuple(_following(samples, grouping_columns(samples))))]
    contrasts = default_contrasts(design)
    told = [finding.text for finding in pairing_findings(samples, design, tested)]
    told += [finding.text for contrast in contrasts[:1] for finding in replicate_findings(design, contrast)]
    cannot = [finding.text for finding in confounding_findings(samples, tested)]
    cannot += _following(samples, [tested])
    notes = [message.text for message in design.messages if message.level == "warning"]
    return [(f"The design {design.formula}", (*told, *notes)), ("What it cannot tell apart", tuple(cannot))]


def _following(samples: SampleSheet, tested: Iterable[str]) -> list[str]:
    """Return the cross tables of columns that follow one of these, each pair once."""
    columns = grouping_columns(samples)
    names = [name for name in tested if name in columns]
    pairs = {tuple(sorted((name, one))): (name, one) for one in names for name in columns if name != one}
    followed = [pair for pair in pairs.values() if cramers_v(columns[pair[0]], columns[pair[1]]) >= CONFOUNDED]
    return [line for pair in followed for line in cross_table_lines(cross_table(samples, *pair))]


def _tables_of(samples: SampleSheet, error: UserError) -> list[str]:
    """Return the cross tables of the columns that a refusal names."""
    if error.code != "not_full_rank":
        return []
    words = set(error.what.replace(",", " ").replace("=", " ").replace(":", " ").split())
    named = [name for name in samples.columns if name in words or quote_name(name) in words]
    pairs = [(one, other) for i, one in enumerate(named) for other in named[i + 1 :]]
    return [line for pair in pairs for line in cross_table_lines(cross_table(samples, *pair))]


def _question_sections(
    samples: SampleSheet, formula: str, references: Mapping[str, str]
) -> list[tuple[str, tuple[str, ...]]]:
    """List the questions of the design, or of each design that could be meant."""
    formulas = [formula] if formula else []
    if not formulas:
        proposals = [propose_design(samples, name)[0] for name in grouping_columns(samples)]
        formulas = [proposal for proposal in dict.fromkeys(proposals) if proposal]
    options: dict[str, str] = {}
    for each in formulas:
        for question in list_questions(samples, each, references):
            options.setdefault(question_text(question), question_option(question))
    lines = [line for text, option in options.items() for line in (text, f"  {option}")]
    return [("What it can answer, and the options to type", tuple(lines))]


def _power_lines(counts: CountTable, samples: SampleSheet, settings: Settings) -> tuple[str, ...]:
    study = prepare_study(counts, samples, settings)
    if study.design is None:
        return ()
    fit = fit_counts(study.counts, study.design)
    lines = []
    for contrast in study.contrasts:
        power = study_power(fit, wald_test(fit, contrast, alpha=settings.alpha, shrink=False))
        if power is not None:
            title = f"{contrast.title}: " if len(study.contrasts) > 1 else ""
            lines.append(f"{title}{power_finding(power_facts(power), contrast).text}")
    return tuple(lines)
