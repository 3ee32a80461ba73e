"""Formulas, model matrices, contrasts and proposed designs."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.model import SampleSheet
from heatleaf.stats.contrast import build_contrast, default_contrasts
from heatleaf.stats.design import build_design
from heatleaf.stats.formula import parse_formula, quote_name
from heatleaf.stats.propose import propose_design

FACTORIAL = {
    "g": "A A A A B B B B C C C C A A A A B B B B C C C C",
    "t": "x y x y x y x y x y x y x y x y x y x y x y x y",
    "b": "p p q q p p q q p p q q p p q q p p q q p p q q",
    "u": "3 1 4 1 5 9 2 6 5 3 5 8 9 7 9 3 2 3 8 4 6 2 6 4",
}
FORMULAS = [
    "~ g",
    "~ 0 + g",
    "g - 1",
    "~ g + t",
    "~ 0 + g + t",
    "~ g * t",
    "~ g:t",
    "~ 0 + g:t",
    "~ g + g:t",
    "~ u",
    "~ 0 + u + g",
    "~ u * g",
    "~ 0 + u:g",
    "~ u + g:t",
    "~ t:u + g",
    "~ g * t * b",
    "~ g * t * b - g:t:b",
    "~ (g + t):b",
    "~ g:t + t:b",
    "~ (g + t) * b - t:b",
]


def make_sheet(**columns: str) -> SampleSheet:
    split = {name: tuple(text.split()) for name, text in columns.items()}
    n_samples = len(next(iter(split.values())))
    return SampleSheet(tuple(f"s{i}" for i in range(1, n_samples + 1)), split)


@pytest.fixture(scope="module")
def factorial() -> SampleSheet:
    return make_sheet(**FACTORIAL)


def codes(sheet_or_design: object) -> list[str]:
    return [message.code for message in sheet_or_design.messages]


# --- laws


@pytest.mark.parametrize("formula", FORMULAS)
def test_matrix_spans_what_formulaic_spans(factorial: SampleSheet, formula: str) -> None:
    import formulaic

    design = build_design(factorial, formula)
    frame = factorial.frame.assign(u=[float(text) for text in factorial.columns["u"]])
    oracle = np.asarray(formulaic.model_matrix(formula, frame), dtype=float)
    rank = np.linalg.matrix_rank
    assert design.model_matrix.shape == oracle.shape
    assert rank(design.model_matrix) == rank(np.hstack([design.model_matrix, oracle])) == design.model_matrix.shape[1]
    assert len(set(design.coefficient_names)) == len(design.coefficient_names) == design.model_matrix.shape[1]


@pytest.mark.parametrize("formula", [f for f in FORMULAS if "g" in f])
def test_contrast_is_a_difference_of_fitted_values(factorial: SampleSheet, formula: str) -> None:
    design = build_design(factorial, formula)
    coefficients = np.random.default_rng(1).normal(size=len(design.coefficient_names))
    forth = build_contrast(design, "g", "C", "A")
    back = build_contrast(design, "g", "A", "C")
    assert forth.name == "g_C_vs_A"
    np.testing.assert_array_equal(forth.vector, -back.vector)
    through_b = build_contrast(design, "g", "C", "B").vector + build_contrast(design, "g", "B", "A").vector
    np.testing.assert_allclose(forth.vector @ coefficients, through_b @ coefficients, rtol=1e-12)


@pytest.mark.parametrize("formula", ["~ g * t", "~ 0 + g:t", "~ g:t", "~ g + g:t"])
def test_contrast_of_an_interacting_factor_holds_at_the_reference_of_the_other(
    factorial: SampleSheet, formula: str
) -> None:
    design = build_design(factorial, formula)
    cells = list(zip(factorial.columns["g"], factorial.columns["t"], strict=True))
    rows = {cell: design.model_matrix[cells.index(cell)] for cell in [("A", "x"), ("C", "x")]}
    np.testing.assert_array_equal(build_contrast(design, "g", "C", "A").vector, rows["C", "x"] - rows["A", "x"])
    notes = [message.text for message in design.messages if message.code == "contrast"]
    assert "g interacts with t: its comparisons hold at t = x." in notes


def test_contrast_does_not_depend_on_the_coding(factorial: SampleSheet) -> None:
    y = np.random.default_rng(2).normal(size=24)
    changes = []
    for formula in ["~ t + g", "~ 0 + g + t", "~ g + t", "~ 0 + t + g"]:
        design = build_design(factorial, formula)
        fit = np.linalg.lstsq(design.model_matrix, y, rcond=None)[0]
        changes.append(build_contrast(design, "g", "B", "A").vector @ fit)
    np.testing.assert_allclose(changes, changes[0], rtol=1e-10)


def test_scaled_covariate_keeps_its_meaning_per_unit() -> None:
    # B74: the change per day is the same whether the covariate is scaled for fitting or not
    days = np.array([9000.0, 12000.0, 7000.0, 15000.0, 9900.0, 8100.0])
    sheet = make_sheet(
        age_days=" ".join(str(day) for day in days),
        age_kilodays=" ".join(str(day / 1000) for day in days),
        dex="no yes no yes no yes",
    )
    y = np.random.default_rng(3).normal(size=6)
    slopes = []
    for name, factor in [("age_days", 1.0), ("age_kilodays", 1e-3)]:
        design = build_design(sheet, f"~ {name} + dex")
        fit = np.linalg.lstsq(design.model_matrix, y, rcond=None)[0]
        slopes.append(build_contrast(design, name, "1", "0").vector @ fit * factor)
    np.testing.assert_allclose(slopes[0], slopes[1], rtol=1e-9)
    assert np.linalg.cond(build_design(sheet, "~ age_days + dex").model_matrix) < 10


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    # B82, S16
    try:
        formula = parse_formula(text)
    except UserError as error:
        assert error.code == "formula"
    else:
        assert formula.variables


@given(st.text(min_size=1, max_size=20).filter(lambda name: "`" not in name))
def test_quoted_names_are_read_back(name: str) -> None:
    assert parse_formula(f"~ 0 + {quote_name(name)}").variables == (name,)


@given(st.data())
def test_any_design_has_full_rank_or_is_refused(draw: st.DataObject) -> None:
    n_samples = draw.draw(st.integers(2, 14))
    columns = {
        name: tuple(draw.draw(st.lists(st.sampled_from(levels), min_size=n_samples, max_size=n_samples)))
        for name, levels in {"a": ("x", "y"), "b": ("p", "q", "r"), "u": ("1", "2", "30000")}.items()
    }
    sheet = SampleSheet(tuple(map(str, range(n_samples))), columns)
    formula = draw.draw(st.sampled_from(["~ a", "~ a + b", "~ 0 + b", "~ a * b", "~ a:b", "~ a * u + b", "~ C(u) + a"]))
    try:
        design = build_design(sheet, formula)
    except UserError as error:
        assert error.what
        return
    scaled = design.model_matrix / np.linalg.norm(design.model_matrix, axis=0)
    assert np.linalg.matrix_rank(scaled) == scaled.shape[1] < n_samples
    for contrast in default_contrasts(design):
        assert contrast.vector.shape == (scaled.shape[1],)
        assert contrast.vector.any()


# --- reference values


@pytest.mark.parametrize(
    ("formula", "terms"),
    [
        ("~ a", [(), ("a",)]),
        ("a + 0", [("a",)]),
        ("~ -1 + a", [("a",)]),
        ("~ a - 1 + 1", [(), ("a",)]),
        ("~ a - 0", [(), ("a",)]),
        ("~ a * b", [(), ("a",), ("b",), ("a", "b")]),
        ("~ a:b + a", [(), ("a",), ("a", "b")]),
        ("~ b + a:b + b:a", [(), ("b",), ("b", "a")]),
        ("~ a:a", [(), ("a",)]),
        ("~ (a + b + c) * (a + b + c) - a:c", [(), ("a",), ("b",), ("c",), ("a", "b"), ("b", "c")]),
        ("~ `cell line` + C(dose) + num.reps", [(), ("cell line",), ("dose",), ("num.reps",)]),
    ],
)
def test_terms(formula: str, terms: list[tuple[str, ...]]) -> None:
    assert list(parse_formula(formula).terms) == terms


def test_coefficients_are_spelled_as_deseq2_spells_them() -> None:
    sheet = make_sheet(genotype="WT WT WT KO KO KO WT KO", time="0h 8h 24h 0h 8h 24h 0h 0h", age="1 2 3 4 5 6 7 9")
    assert build_design(sheet, "~ genotype * time + age").coefficient_names == (
        "Intercept",
        "genotype_KO_vs_WT",
        "time_8h_vs_0h",
        "time_24h_vs_0h",
        "age",
        "genotypeKO.time8h",
        "genotypeKO.time24h",
    )
    assert build_design(sheet, "~ 0 + genotype").coefficient_names == ("genotypeWT", "genotypeKO")


@pytest.mark.parametrize(
    ("folder", "sheet_name", "formula", "columns"),
    [
        ("airway", "metadata.csv", "~ celltype + dex", ["dextreated"]),
        ("pasilla", "pasilla_sample_annotation.csv", "~ type + condition", ["conditiontreated"]),
        ("gse96870", "metadata.csv", "~ sex + time", ["timeDay4", "timeDay8"]),
    ],
)
def test_designs_of_the_reference_results(
    data: Path, folder: str, sheet_name: str, formula: str, columns: list[str]
) -> None:
    from heatleaf.io.samples import read_samples

    with (data / folder / "gold" / "design_matrix.csv").open() as handle:
        rows = list(csv.DictReader(handle))
    sheet = read_samples(data / folder / sheet_name, sample_ids=[row["sample"] for row in rows])
    chosen, messages = propose_design(sheet)
    assert chosen == formula
    assert [message.code for message in messages] == ["design_chosen"]
    design = build_design(sheet, formula)
    gold = np.array([[float(row[name]) for name in row if name != "sample"] for row in rows])
    contrasts = default_contrasts(design)
    np.testing.assert_array_equal(design.model_matrix[:, -len(columns) :], gold[:, -len(columns) :])
    assert np.linalg.matrix_rank(np.hstack([gold, design.model_matrix])) == gold.shape[1]
    assert len(contrasts) == len(columns)
    np.testing.assert_array_equal(contrasts[-1].vector, np.eye(gold.shape[1])[-1])


def test_hapmap_has_several_questions(data: Path) -> None:
    from heatleaf.io.samples import read_samples

    chosen, messages = propose_design(read_samples(data / "hapmap" / "metadata.csv"))
    assert chosen is None
    assert messages[0].code == "no_test"
    assert '--design "~ study + gender"' in messages[0].text


# --- the design proposed


@pytest.mark.parametrize(
    ("columns", "formula"),
    [
        ({"condition": "a a b b"}, "~ condition"),
        ({"anything": "a a b b"}, "~ anything"),
        ({"tissue": "l l l k k k", "treatment": "c t c t c t"}, "~ tissue + treatment"),
        ({"one": "a a a b b b", "two": "ctrl kd ctrl kd ctrl kd"}, "~ one + two"),
        ({"dose": "0 0 10 10"}, "~ C(dose)"),
        ({"batch": "1 2 1 2 1 2", "condition": "a a a b b b"}, "~ C(batch) + condition"),
        ({"batch": "1 1 1 2 2 2", "condition": "a a a b b b"}, "~ condition"),
        ({"condition": "a a a b b b", "replicate": "1 2 3 1 2 3"}, "~ condition"),
        ({"condition": "a a a b b b", "donor": "d1 d2 d3 d1 d2 d3"}, "~ donor + condition"),
        ({"condition": "a a a b b b", "RIN": "8 8 9 8 9 9"}, "~ condition"),
        ({"condition": "a a a b b b", "number of lanes": "2 2 1 2 1 1"}, "~ condition"),
        ({"cell type": "x x y y x x y y", "genotype": "WT KO WT KO WT KO WT KO"}, "~ `cell type` + genotype"),
        ({"treatment": "c c c t t t", "timepoint": "0 1 2 0 1 2"}, "~ C(timepoint) + treatment"),
        (
            {
                "patient": "p1 p1 p2 p2 p3 p3 p4 p4",
                "tissue": "tumor normal tumor normal tumor normal tumor normal",
                "stage": "I I II II I I II II",
            },
            "~ patient + tissue",
        ),
        ({"infection": "no no yes yes yes yes", "day": "d0 d0 d4 d4 d8 d8"}, "~ day"),
        ({"condition": "a a b b", "donor": "d1 d2 d1 d2"}, "~ condition"),  # a block would leave one degree of freedom
        ({"condition": "a a a a b b b b", "cage": "c1 c2 c3 c4 c5 c1 c2 c3"}, "~ condition"),  # a block of many levels
    ],
)
def test_proposed_design(columns: dict[str, str], formula: str) -> None:
    sheet = make_sheet(**columns)
    chosen, messages = propose_design(sheet)
    assert chosen == formula
    assert messages[0].code == "design_chosen"
    assert build_design(sheet, chosen).model_matrix.shape[0] == len(sheet.sample_ids)


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"genotype": "WT WT KO KO WT WT KO KO", "time": "0h 8h 0h 8h 0h 8h 0h 8h"}, '--design "~ time + genotype"'),
        ({"name": "a b c d"}, "no column of the sample sheet groups the samples with replicates"),
        ({"condition": "a a a a"}, "no column of the sample sheet groups the samples"),
    ],
)
def test_no_design_is_proposed(columns: dict[str, str], text: str) -> None:
    chosen, messages = propose_design(make_sheet(**columns))
    assert chosen is None
    assert (messages[0].level, messages[0].code) == ("warning", "no_test")
    assert text in messages[0].text


def test_the_column_of_a_comparison_is_tested() -> None:
    sheet = make_sheet(genotype="WT WT KO KO WT WT KO KO", time="0h 8h 0h 8h 0h 8h 0h 8h")
    assert propose_design(sheet, "genotype")[0] == "~ time + genotype"
    assert propose_design(sheet, "time")[0] == "~ genotype + time"
    assert propose_design(sheet, "absent")[0] is None
    assert propose_design(make_sheet(name="a b c d"), "name")[1][0].what.startswith("no differential test: name leaves")


# --- notes and warnings


@pytest.mark.parametrize(
    ("columns", "formula", "code", "text"),
    [
        (
            {"dose": "1 2 3 1 2 3"},
            "~ dose",
            "factor_numeric",  # B73
            "'dose' is numeric with 3 values: used as a number (one slope). Fix: for groups write C(dose).",
        ),
        (
            {"age_days": "9000 9001 8999 9300 9000 8700"},
            "~ age_days",
            "covariate_scaled",  # B74
            "'age_days' has mean 9,000; centred and scaled for fitting",
        ),
        (
            {"c": "a a b b C"},
            "~ c",
            "few_replicates",  # B72
            "level 'C' of c has one sample; its variance is borrowed from the others.",
        ),
        ({"c": "ctrl ctrl Ctrl Ctrl kd kd"}, "~ c", "level_near_duplicate", "'Ctrl' and 'ctrl' of c differ by upper"),
        ({"c": "treated treated untreated untreated"}, "~ c", "reference_level", "'untreated' reads like the control"),
        ({"c": "a a b b"}, "~ c", "reference_level", "no level of c reads like a control; the reference is 'a'"),
        (
            {"subject": "P1 P1 P2 P2 P3 P4 P4", "c": "a b a b a a b"},
            "~ subject + c",
            "unpaired",  # B80
            "subject P3 has only one of the two levels of c",
        ),
    ],
)
def test_messages(columns: dict[str, str], formula: str, code: str, text: str) -> None:
    design = build_design(make_sheet(**columns), formula)
    assert text in " | ".join(message.text for message in design.messages if message.code == code)


def test_reference_given_and_control_mentioned() -> None:  # B76
    sheet = make_sheet(condition="abc abc control control")
    design = build_design(sheet, "~ condition", {"condition": "abc"})
    assert design.factors["condition"].levels == ("abc", "control")
    assert "'control' is a level of condition but the reference is 'abc'" in design.messages[0].text
    assert "--reference condition=control" in design.messages[0].text
    assert not build_design(sheet, "~ condition", {"condition": "control"}).messages


def test_a_reference_makes_numbers_levels() -> None:
    design = build_design(make_sheet(dose="0 0 10 10 5 5"), "~ dose", {"dose": "0"})
    assert design.factors["dose"].levels == ("0", "5", "10")


def test_forced_factor_keeps_natural_order() -> None:
    design = build_design(make_sheet(dose="2 2 10 10 5 5"), "~ C(dose)")
    assert design.factors["dose"].levels == ("2", "5", "10")


def test_slope_is_the_default_comparison_of_a_covariate() -> None:
    (contrast,) = default_contrasts(build_design(make_sheet(age="1 2 3 4"), "~ age"))
    np.testing.assert_array_equal(contrast.vector, [0, 1])
    assert contrast.name == "age_1_vs_0"


def test_individuals_nested_in_groups() -> None:
    # the vignette of DESeq2, "Group-specific condition effects, individuals nested within groups"
    sheet = make_sheet(
        grp="X X X X X X Y Y Y Y Y Y", ind="1 1 2 2 3 3 1 1 2 2 3 3", cnd="A B A B A B A B A B A B"
    )  # fmt: skip
    design = build_design(sheet, "~ grp + grp:C(ind) + grp:cnd")
    assert design.coefficient_names == (
        "Intercept",
        "grp_Y_vs_X",
        "grpX.ind2",
        "grpY.ind2",
        "grpX.ind3",
        "grpY.ind3",
        "grpX.cndB",
        "grpY.cndB",
    )
    np.testing.assert_array_equal(build_contrast(design, "cnd", "B", "A").vector, np.eye(8)[6])


def test_names_with_underscores_are_no_numbers() -> None:
    design = build_design(make_sheet(g="1_1 1_1 1_2 1_2"), "~ g")
    assert design.factors["g"].levels == ("1_1", "1_2")
    assert propose_design(make_sheet(g="1_1 1_1 1_2 1_2"))[0] == "~ g"


def test_design_holds_no_pandas(factorial: SampleSheet) -> None:
    design = build_design(factorial, "~ g + u")
    assert isinstance(design.model_matrix, np.ndarray)
    assert not isinstance(design.model_matrix, pd.DataFrame)
    assert design.covariates["u"][:3] == (3.0, 1.0, 4.0)
