"""What a sheet can answer: each question with options that work, pairs that are seen, and cross tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from heatleaf.io import read_samples
from heatleaf.model import SampleSheet
from heatleaf.stats.comparison import build_comparison
from heatleaf.stats.contrast import build_contrast
from heatleaf.stats.design import build_design
from heatleaf.stats.propose import propose_design
from heatleaf.stats.questions import cross_table, find_pairings, list_questions
from heatleaf.stats.reduction import leave_out, reduce_to


def make_sheet(**columns: str) -> SampleSheet:
    split = {name: tuple(text.split()) for name, text in columns.items()}
    n_samples = len(next(iter(split.values())))
    return SampleSheet(tuple(f"s{i}" for i in range(1, n_samples + 1)), split)


SHEETS = {
    "two groups": make_sheet(condition="control control control treated treated treated"),
    "pairs": make_sheet(donor="d1 d1 d2 d2 d3 d3 d4 d4", dex="untreated treated " * 4),
    "time course": make_sheet(time="0h 0h 0h 8h 8h 8h 24h 24h 24h", batch="1 2 3 1 2 3 1 2 3"),
    "crossed": make_sheet(line="A A A A B B B B", dex="control control treated treated " * 2),
    "hostile": make_sheet(**{"cell line": "a-1 a-1 a-1 b+2 b+2 b+2", "the drug": "1 2 1 2 1 2"}),
    "slope": make_sheet(dose="0 1 2 3 4 5", line="A A A B B B"),
    "three factors": make_sheet(
        condition="ctrl ctrl ctrl ctrl kd kd kd kd", sex="F M F M F M F M", batch="1 1 2 2 1 1 2 2"
    ),
}


def ask(sheet: SampleSheet, question) -> None:
    design = build_design(sheet, question.design)
    for option, *arguments in question.options:
        if option == "--contrast":
            build_contrast(design, *arguments)
        elif option == "--compare":
            build_comparison(design, *arguments)
        elif option == "--omnibus":
            leave_out(design, *arguments)
        else:
            assert option == "--reduced"
            reduce_to(design, *arguments)


@pytest.mark.parametrize("name", SHEETS)
def test_each_question_can_be_asked(name: str) -> None:
    sheet = SHEETS[name]
    formula = propose_design(sheet)[0] or "~ dose + line"
    questions = list_questions(sheet, formula)
    assert questions
    for question in questions:
        ask(sheet, question)
    assert len({(question.kind, question.words) for question in questions}) == len(questions)


def kinds(name: str, formula: str) -> list[tuple[str, ...]]:
    return [(question.kind, *question.words) for question in list_questions(SHEETS[name], formula)]


def test_what_each_kind_of_sheet_can_answer() -> None:
    assert kinds("two groups", "~ condition") == [("levels", "condition", "treated", "control")]
    assert kinds("time course", "~ batch + time") == [
        ("levels", "time", "8h", "0h"),
        ("levels", "time", "24h", "0h"),
        ("levels", "time", "24h", "8h"),
        ("omnibus", "time", "0h", "8h", "24h"),
        ("several", "time", "0h", "8h", "24h"),
        ("slope", "batch"),
    ]
    crossed = kinds("crossed", "~ line + dex")
    assert ("interaction", "dex", "line") in crossed
    assert ("within", "dex", "treated", "control", "line", "B") in crossed
    assert ("slope", "dose") in kinds("slope", "~ line + dose")


def test_an_interaction_needs_two_samples_of_each_combination() -> None:
    """One sample of each combination of donor and treatment leaves no noise to test an interaction against."""
    assert not [question for question in list_questions(SHEETS["pairs"], "~ donor + dex") if "*" in question.design]


def test_numbers_of_levels_and_shared_levels_name_their_factor() -> None:
    sheet = make_sheet(one="a a b b c c a a b b c c", two="a b a b a b a b a b a b", dose="1 1 2 2 3 3 1 1 2 2 3 3")
    questions = list_questions(sheet, "~ two + one")
    (several,) = [question for question in questions if question.kind == "several"]
    assert several.options == (("--compare", "mean(one=b, c) - one=a"),)


# --- pairs


def test_pairs_are_seen() -> None:
    (pairing,) = find_pairings(SHEETS["pairs"], "dex")
    assert (pairing.variable, pairing.n_whole, pairing.n_levels, pairing.is_single) == ("donor", 4, 4, True)
    assert find_pairings(SHEETS["two groups"], "condition") == ()
    (block,) = find_pairings(SHEETS["crossed"], "dex")
    assert not block.is_single


def test_a_broken_pair_still_is_a_paired_study() -> None:
    """Of donor d4 one sample is missing: the others are pairs, and the design compares within them (B80)."""
    sheet = make_sheet(
        donor="d1 d1 d2 d2 d3 d3 d4", dex="untreated treated untreated treated untreated treated treated"
    )
    (pairing,) = find_pairings(sheet, "dex")
    assert (pairing.n_whole, pairing.n_levels, pairing.broken) == (3, 4, ("d4",))
    assert propose_design(sheet)[0] == "~ donor + dex"
    codes = [message.code for message in build_design(sheet, "~ donor + dex").messages]
    assert "unpaired" in codes


def test_donors_of_one_group_each_are_no_pairs() -> None:
    sheet = make_sheet(donor="d1 d1 d2 d2 d3 d3 d4 d4", condition="a a a a b b b b")
    assert find_pairings(sheet, "condition") == ()
    assert propose_design(sheet)[0] == "~ condition"


def test_a_cross_table_counts_the_samples() -> None:
    table = cross_table(SHEETS["crossed"], "line", "dex")
    assert (table.row_levels, table.column_levels) == (("A", "B"), ("control", "treated"))
    assert table.counts == ((2, 2), (2, 2))


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "formula", "tested", "block", "is_single"),
    [
        ("airway/metadata.csv", "~ celltype + dex", "dex", "celltype", True),
        ("pasilla/pasilla_sample_annotation.csv", "~ type + condition", "condition", "type", False),
        ("gse96870/metadata.csv", "~ sex + time", "time", "sex", False),
    ],
)
def test_real_sheets(data: Path, file: str, formula: str, tested: str, block: str, is_single: bool) -> None:
    sheet = read_samples(data / file)
    assert propose_design(sheet)[0] == formula
    assert [(p.variable, p.is_single) for p in find_pairings(sheet, tested)] == [(block, is_single)]
    for question in list_questions(sheet, formula):
        ask(sheet, question)
