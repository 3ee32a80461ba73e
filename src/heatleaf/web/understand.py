"""What was understood of a study's files, in words and lists for the page: the table, the groups, the questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from heatleaf.analysis.settings import Settings
from heatleaf.analysis.study import Study, prepare_study
from heatleaf.errors import UserError
from heatleaf.interpret.coach import question_text
from heatleaf.interpret.words import count_of
from heatleaf.model import CountTable, Message, Question, SampleSheet
from heatleaf.stats.propose import grouping_columns, propose_design
from heatleaf.stats.questions import list_questions

N_ROWS = 8  # first rows of the table that are shown
N_SAMPLES = 12  # columns of these rows
N_LEVELS = 50


@dataclass(frozen=True, eq=False)
class Understanding:
    """What is known after reading; what could not be read is None, and `error` says why."""

    counts: CountTable | None = None
    sheet: SampleSheet | None = None
    study: Study | None = None
    error: UserError | None = None


def settle_study(counts: CountTable, sheet: SampleSheet | None, settings: Settings) -> Understanding:
    """Settle design and comparisons as an analysis will, keeping what is known where that is refused."""
    try:
        return Understanding(counts, sheet, prepare_study(counts, sheet, settings))
    except UserError as error:
        return Understanding(counts, sheet, None, error)


def describe(known: Understanding, settings: Settings, groups: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the part of a study that reading tells, as JSON values."""
    counts, study = known.counts, known.study
    if counts is None:
        return {}
    sheet = known.sheet if study is None else (study.samples or known.sheet)
    messages = study.messages if study is not None else (*counts.messages, *(sheet.messages if sheet else ()))
    return {
        "understood": {
            "sentences": _sentences(counts, known.sheet, study),
            "rows": first_rows(counts),
            "n_genes": counts.n_genes,
            "n_samples": counts.n_samples,
            "organism": study.identity.organism if study is not None else "",
            "value_kind": "counts",
            "format": counts.format_name,
            "warnings": [message_json(message) for message in dict.fromkeys(messages)],
        },
        "groups": describe_groups(counts, sheet, study, groups),
        "comparisons": describe_questions(sheet, study, settings),
        "design": study.design.formula if study is not None and study.design is not None else "",
        "designs": describe_designs(sheet),
        "no_test": study.no_test if study is not None else "",
    }


def message_json(message: Message) -> dict[str, str]:
    """Return a warning or note as JSON values, with the sentence that the command line prints."""
    return {"level": message.level, "code": message.code, "text": message.text}


def first_rows(counts: CountTable) -> list[list[str]]:
    """Return the header and the first rows of the table as it was read."""
    samples = list(counts.sample_ids[:N_SAMPLES])
    rows = [
        [counts.gene_ids[i], *map(str, counts.counts[i, :N_SAMPLES].tolist())]
        for i in range(min(N_ROWS, counts.n_genes))
    ]
    return [["gene", *samples], *rows]


def _sentences(counts: CountTable, sheet: SampleSheet | None, study: Study | None) -> list[str]:
    size = f"{count_of(counts.n_genes, 'gene')} in {count_of(counts.n_samples, 'sample')}"
    told = [f"{counts.format_name[:1].upper()}{counts.format_name[1:]}: {size}."]
    if sheet is not None:
        columns = ", ".join(sheet.columns) or "none"
        told.append(f"Sample sheet: {count_of(len(sheet.sample_ids), 'sample')}, columns {columns}.")
    if study is not None and study.identity.organism:
        told.append(f"The genes are of {study.identity.organism}.")
    if study is not None and study.contrasts:
        titles = "; ".join(contrast.title for contrast in study.contrasts)
        told.append(f"The comparison is {titles}, by the design {study.design.formula if study.design else ''}.")
    elif study is not None:
        told.append(f"No differential test: {study.no_test}.")
    return told


def describe_groups(
    counts: CountTable, sheet: SampleSheet | None, study: Study | None, edited: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the samples as chips in their groups."""
    columns = list(grouping_columns(sheet)) if sheet is not None and sheet.columns else []
    column = edited["column"] if edited else (study.group if study is not None else "")
    column = column or (columns[0] if columns else "")
    if edited is not None:
        placed = {str(level["name"]): set(level["samples"]) for level in edited["levels"]}
        levels = {level: [one for one in counts.sample_ids if one in names] for level, names in placed.items()}
        reference = str(edited.get("reference") or "")
    else:
        levels = _levels(sheet, column)
        reference = study.group_levels[0] if study is not None and study.group == column and study.group_levels else ""
    assigned = {name for names in levels.values() for name in names}
    return {
        "column": column or "group",
        "columns": columns,
        "levels": [
            {"name": name, "samples": names, "is_reference": name == reference} for name, names in levels.items()
        ],
        "unassigned": [name for name in counts.sample_ids if name not in assigned],
    }


def _levels(sheet: SampleSheet | None, column: str) -> dict[str, list[str]]:
    levels: dict[str, list[str]] = {}
    if sheet is not None and column in sheet.columns:
        for sample_id, level in zip(sheet.sample_ids, sheet.columns[column], strict=True):
            levels.setdefault(level, []).append(sample_id)
    return levels if len(levels) <= N_LEVELS else {}


def describe_questions(sheet: SampleSheet | None, study: Study | None, settings: Settings) -> list[dict[str, Any]]:
    """Return what the sheet can answer in plain words; those that an analysis would ask now are chosen."""
    if sheet is None or study is None or study.design is None:
        return []
    questions = list_questions(sheet, study.design.formula, dict(settings.references))
    chosen = {(one.factor, one.tested_level, one.reference_level) for one in study.contrasts}
    return [_question(question, chosen) for question in questions]


def _question(question: Question, chosen: set[tuple[str, str, str]]) -> dict[str, Any]:
    asks: dict[str, Any] = {"design": question.design}
    triple: Sequence[str] = ("", "", "")
    for option, *words in question.options:
        if option == "--contrast":
            asks.setdefault("contrasts", []).append(list(words))
            triple = words
        elif option in ("--compare", "--omnibus"):
            asks.setdefault("comparisons" if option == "--compare" else "omnibus", []).append(words[0])
        else:
            asks["reduced"] = words[0]
    factor, tested, reference = triple
    return {
        "key": " ".join([question.design, *(word for option in question.options for word in option)]),
        "sentence": question_text(question),
        "kind": question.kind,
        "factor": factor,
        "tested": tested,
        "reference": reference,
        "asks": asks,
        "chosen": tuple(triple) in chosen,
    }


def describe_designs(sheet: SampleSheet | None) -> list[dict[str, str]]:
    """Return the designs that could be meant, each with the column that it tests; the proposed one first."""
    if sheet is None:
        return []
    designs: dict[str, dict[str, str]] = {}
    proposed = propose_design(sheet)[0]
    for name in grouping_columns(sheet):
        formula, messages = propose_design(sheet, name)
        if formula:
            why = "; ".join(message.what for message in messages) or f"{name} is tested"
            designs.setdefault(formula, {"formula": formula, "column": name, "why": why})
    return sorted(designs.values(), key=lambda one: one["formula"] != proposed)
