"""Refused designs, formulas and contrasts: requirements B69-B82, S16; code and sentence of each."""

from __future__ import annotations

import pytest

from heatleaf.errors import UserError
from heatleaf.model import SampleSheet
from heatleaf.stats.contrast import build_contrast
from heatleaf.stats.design import build_design
from heatleaf.stats.formula import MAX_LENGTH, parse_formula


def make_sheet(columns: dict[str, list[str]]) -> SampleSheet:
    n_samples = len(next(iter(columns.values())))
    names = tuple(f"S{i}" for i in range(1, n_samples + 1))
    return SampleSheet(names, {name: tuple(values) for name, values in columns.items()})


def words(text: str) -> list[str]:
    return text.split()


DESIGNS = {
    "B69": (
        {"condition": words("a a b b"), "lane": words("1 2 1 2")},
        "~ batch + condition",
        "design_column",
        "design uses 'batch'; columns are: condition, lane. Fix: ",
    ),
    "B69 case": ({"condition": words("a a b b")}, "~ Condition", "design_column", "Fix: did you mean condition?"),
    "B70": (
        {"condition": ["a", "a", "", "b"]},
        "~ condition",
        "design_missing",
        "condition is empty for S3. Fix: fill it or leave the sample out.",
    ),
    "B70 NA": ({"condition": words("a NA b NA")}, "~ condition", "design_missing", "condition is empty for S2, S4."),
    "B71": (
        {"condition": ["treated"] * 6},
        "~ condition",
        "one_level",
        "condition has one value ('treated') in all 6 samples; nothing to compare.",
    ),
    "B71 number": ({"dose": ["5"] * 4}, "~ dose", "one_level", "dose has one value ('5') in all 4 samples"),
    "B72": (
        {"condition": words("a b")},
        "~ condition",
        "few_replicates",
        "no replicates: 2 samples, 2 coefficients; dispersion cannot be estimated. "
        "Fix: figures without p values: --no-test.",
    ),
    "B75": (
        {"condition": ["ctrl", "ctrl ", "kd", "kd"]},
        "~ condition",
        "level_near_duplicate",
        "levels 'ctrl' and 'ctrl ' of condition differ by a space.",
    ),
    "B75 groups": (
        {"condition": ["ctrl", "ctrl", "ctrl ", "ctrl ", "kd", "kd"]},
        "~ condition",
        "level_near_duplicate",
        "levels 'ctrl' and 'ctrl ' of condition differ by a space.",
    ),
    "B75 within": (
        {"age": ["2 months", "2months", "9", "9"]},
        "~ C(age)",
        "level_near_duplicate",
        "levels '2 months' and '2months' of age differ by a space.",
    ),
    "B76": (
        {"condition": words("a a b b")},
        "~ condition",
        "reference_level",
        "'c' is not a level of condition. Levels: a, b.",
    ),
    "B77": (
        {"condition": words("control control treated treated"), "batch": words("x x y y")},
        "~ batch + condition",
        "not_full_rank",
        "condition and batch carry the same information: every treated sample is in batch y. Fix: remove batch",
    ),
    "B77 nested": (
        {"condition": words("a a a a b b b b"), "donor": words("d1 d1 d2 d2 d3 d3 d4 d4")},
        "~ condition + donor",
        "not_full_rank",
        "donor and condition carry the same information: every sample of donor d1 has condition a",
    ),
    "B77 numbers": (
        {"age": words("1 2 3 4 5 6"), "months": words("12 24 36 48 60 72")},
        "~ age + months",
        "not_full_rank",
        "age and months carry the same information (the coefficients age, months cannot be told apart)",
    ),
    "B77 empty cell": (
        {"genotype": words("WT WT WT WT KO KO"), "time": words("0h 0h 8h 8h 0h 0h")},
        "~ genotype * time",
        "not_full_rank",
        "no sample has genotype=KO and time=8h. Fix: drop the interaction.",
    ),
    "B78": (
        {"a": words("x x y y"), "b": words("p q r r"), "c": words("k l l k")},
        "~ a * b + c",
        "too_many_coefficients",
        "the design ~ a * b + c has 7 coefficients for 4 samples.",
    ),
    "B81": (
        {"sample": words("a b c d e f")},
        "~ sample",
        "many_levels",
        "'sample' has a different value in each row; it cannot be a factor.",
    ),
    "B81 many": (
        {"id": [f"i{i}" for i in range(60)] + ["i0"]},
        "~ id",
        "many_levels",
        "'id' has 60 different values in 61 samples; it cannot be a factor.",
    ),
}


@pytest.mark.parametrize("case", DESIGNS)
def test_design_is_refused(case: str) -> None:
    columns, formula, code, text = DESIGNS[case]
    references = {"condition": "c"} if case == "B76" else {}
    with pytest.raises(UserError) as refusal:
        build_design(make_sheet(columns), formula, references)
    assert refusal.value.code == code
    assert text in str(refusal.value)


def test_reference_of_a_variable_that_is_not_used() -> None:
    with pytest.raises(UserError, match="which the design ~ condition does not use") as refusal:
        build_design(make_sheet({"condition": words("a a b b")}), "~ condition", {"conditon": "a"})
    assert refusal.value.code == "reference_level"
    assert "did you mean condition?" in str(refusal.value)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("~ condition + :", "~ condition + : at position 14 unexpected ':'."),
        ("~ condition +", "at position 13 ends where a column name is expected"),
        ("", "the formula at position 0 ends where a column name is expected"),
        ("~", "at position 1 ends"),
        ("~ 1", "~ 1 names no column"),
        ("~ a + 2", "at position 6 unexpected '2'"),
        ("~ 24h", "at position 2 unexpected '24h'"),
        ("~ a % b", "at position 4 unexpected '%'"),
        ("counts ~ a", "at position 7 unexpected '~'"),
        ("~ (a + b", "at position 8 ends"),
        ("~ a)", "at position 3 unexpected ')'"),
        ("~ a:1", "at position 4 unexpected '1'"),
        ("~ (0 + a)", "at position 3 unexpected '0'"),
        ("~ a b", "at position 4 unexpected 'b'"),
        ("~ log(a)", "at position 2 unexpected 'log'"),
        ("~ C(a + b)", "at position 6 unexpected '+'"),
        ("~ `cell line", "at position 2 has a back-quote that is not closed"),
        ("~ __import__('os').system('ls')", "at position 13 unexpected '''"),
        ("~ a.__class__.__mro__[1]", "unexpected '['"),
        ("~ a; b", "unexpected ';'"),
        ("~ a\x00", "unexpected"),
        ("~ " + "(" * 30 + "a" + ")" * 30, "unexpected '('"),
        ("~ a*b*c*d*e*f*g*h*i", "the formula has more than 200 terms"),
        ("~ " + " + ".join(["a"] * 200), f"characters, more than {MAX_LENGTH}"),
    ],
)
def test_formula_is_refused(formula: str, text: str) -> None:  # B82, S16, S20
    with pytest.raises(UserError) as refusal:
        parse_formula(formula)
    assert refusal.value.code == "formula"
    assert text in str(refusal.value)


@pytest.mark.parametrize(
    ("factor", "tested", "reference", "text"),
    [
        (
            "condition",
            "treatd",
            "control",
            "'treatd' is not a level of condition. Levels: control, treated. Fix: did you mean treated?",
        ),
        ("condition", "treated", "b", "'b' is not a level of condition. Levels: control, treated."),
        ("dose", "1", "0", "'dose' is not a factor of the design ~ age + condition. Factors: condition, age."),
        ("condition", "treated", "treated", "'treated' of condition is compared with itself."),
        ("age", "old", "0", "age is used as a number and 'old' is not a number."),
        ("age", "nan", "0", "'nan' is not a number."),
    ],
)
def test_contrast_is_refused(factor: str, tested: str, reference: str, text: str) -> None:  # B79
    sheet = make_sheet({"condition": words("control control treated treated"), "age": words("3 1 4 2")})
    with pytest.raises(UserError) as refusal:
        build_contrast(build_design(sheet, "~ age + condition"), factor, tested, reference)
    assert refusal.value.code == "contrast"
    assert text in str(refusal.value)
