"""Comparisons written as sums of groups, cells and coefficients: laws, an R reference, and refusals (B79)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.errors import UserError
from heatleaf.model import Design, SampleSheet
from heatleaf.stats.comparison import build_comparison
from heatleaf.stats.contrast import build_contrast
from heatleaf.stats.design import build_design


def make_sheet(**columns: str) -> SampleSheet:
    split = {name: tuple(text.split()) for name, text in columns.items()}
    n_samples = len(next(iter(split.values())))
    return SampleSheet(tuple(f"s{i}" for i in range(1, n_samples + 1)), split)


CROSSED = make_sheet(line="A A A A B B B B", dex="control control treated treated " * 2)
DOSES = make_sheet(dose="none low mid high " * 3, batch="p p p p q q q q r r r r")


@pytest.fixture(scope="module")
def crossed() -> Design:
    return build_design(CROSSED, "~ line * dex")


@pytest.fixture(scope="module")
def doses() -> Design:
    return build_design(DOSES, "~ batch + dose")


def fitted(design: Design, cell_means: dict[tuple[str, ...], float], names: tuple[str, ...]) -> np.ndarray:
    """Coefficients of the design whose fitted values are these cell means."""
    rows = zip(*(design.factors[name].values for name in names), strict=True)
    values = np.array([cell_means[row] for row in rows])
    return np.linalg.lstsq(design.model_matrix, values, rcond=None)[0]


MEANS = {("A", "control"): 1.0, ("A", "treated"): 4.0, ("B", "control"): 2.5, ("B", "treated"): 7.25}


@pytest.mark.parametrize("formula", ["~ line * dex", "~ 0 + line:dex", "~ line:dex", "~ dex + line + line:dex"])
@pytest.mark.parametrize(
    ("text", "expected", "title"),
    [
        ("treated:B - control:B", 4.75, "treated:B vs control:B"),
        ("B:treated-B:control", 4.75, "B:treated vs B:control"),
        ("line=B:dex=treated - A:control", 6.25, "line=B:dex=treated vs A:control"),
        (
            "(treated:B - control:B) - (treated:A - control:A)",
            1.75,
            "(treated:B - control:B) vs (treated:A - control:A)",
        ),
        ("mean(treated:A, treated:B) - mean(control:A, control:B)", 3.875, None),
        ("treated:A/2 + treated:B/2 - control:A/2 - 0.5*control:B", 3.875, None),
        ("-control:A + treated:A", 3.0, "treated:A vs control:A"),
        ("2 * (treated:A - control:A)", 6.0, None),
    ],
)
def test_a_sum_of_cells_is_the_sum_of_their_means(formula: str, text: str, expected: float, title: str | None) -> None:
    """In every coding of the same model the contrast gives the same sum of cell means."""
    design = build_design(CROSSED, formula)
    contrast = build_comparison(design, text)
    assert contrast.vector @ fitted(design, MEANS, ("line", "dex")) == pytest.approx(expected, abs=1e-12)
    if title:
        assert contrast.title == title


def test_levels_give_what_the_contrast_of_levels_gives(doses: Design) -> None:
    for tested, reference in (("high", "none"), ("mid", "low"), ("none", "high")):
        plain = build_contrast(doses, "dose", tested, reference)
        written = build_comparison(doses, f"{tested} - {reference}")
        np.testing.assert_array_equal(plain.vector, written.vector)
        assert (plain.name, plain.title) == (written.name, written.title)
        assert plain.tested_samples == written.tested_samples
        assert plain.reference_samples == written.reference_samples


def test_several_groups_against_one(doses: Design) -> None:
    contrast = build_comparison(doses, "mean(low, mid, high) - none")
    named = dict(zip(doses.coefficient_names, contrast.vector.tolist(), strict=True))
    assert {name: round(weight, 12) for name, weight in named.items() if weight} == {
        "dose_low_vs_none": pytest.approx(1 / 3),
        "dose_mid_vs_none": pytest.approx(1 / 3),
        "dose_high_vs_none": pytest.approx(1 / 3),
    }
    assert contrast.factor == "dose"
    assert contrast.reference_samples == ("s1", "s5", "s9")
    assert len(contrast.tested_samples) == 9


def test_coefficients_by_name_and_by_number(doses: Design) -> None:
    names = doses.coefficient_names
    numbers = [0.0] * len(names)
    numbers[names.index("dose_high_vs_none")], numbers[names.index("dose_low_vs_none")] = 1.0, -1.0
    by_number = build_comparison(doses, numbers)
    by_text = build_comparison(doses, ", ".join(f"{number:g}" for number in numbers))
    by_name = build_comparison(doses, "dose_high_vs_none - dose_low_vs_none")
    np.testing.assert_array_equal(by_number.vector, numbers)
    np.testing.assert_array_equal(by_text.vector, numbers)
    np.testing.assert_array_equal(by_name.vector, numbers)
    assert by_number.title == by_name.title == "dose_high_vs_none vs dose_low_vs_none"
    assert by_number.factor == "dose"
    assert by_number.tested_samples == ()


def test_the_interaction_is_its_coefficient(crossed: Design) -> None:
    written = build_comparison(crossed, "(treated:B - control:B) - (treated:A - control:A)")
    by_name = build_comparison(crossed, "lineB.dextreated")
    np.testing.assert_allclose(written.vector, by_name.vector, atol=1e-12)
    assert by_name.title == "lineB.dextreated vs 0"


def test_names_with_signs_and_numbers_are_found() -> None:
    """The longest known name is taken, so that a minus within a name is not a minus; numbers need their factor."""
    sheet = make_sheet(drug="IL-6 IL-6 none none IL-10 IL-10", hours="8h 24h 8h 24h 8h 24h", dose="1 1 0 0 2 2")
    design = build_design(sheet, "~ drug + hours")
    assert build_comparison(design, "IL-6 - none").title == "IL-6 vs none"
    assert build_comparison(design, "IL-10-IL-6").vector @ [0, 5, 3, 0] == -2
    assert build_comparison(design, "24h - 8h").factor == "hours"
    assert build_comparison(design, "`IL-6` - `none`").title == "IL-6 vs none"
    numeric = build_design(sheet, "~ C(dose)")
    assert build_comparison(numeric, "dose=2 - dose=1").vector.tolist() == [0, -1, 1]
    assert build_comparison(numeric, "`2` - `1`").vector.tolist() == [0, -1, 1]
    assert build_comparison(numeric, "mean(dose=1, dose=2) - dose=0").vector.tolist() == [0, 0.5, 0.5]
    slope = build_design(sheet, "~ dose")
    assert build_comparison(slope, "dose=2 - dose=0.5").vector.tolist() == [0, 1.5]


@given(st.lists(st.integers(-3, 3), min_size=4, max_size=4), st.randoms(use_true_random=False))
def test_weights_are_linear(weights: list[int], random: object) -> None:
    """Whatever integers stand before the cells, the contrast is that combination, or refused as no comparison."""
    design = build_design(CROSSED, "~ line * dex")
    cells = ["control:A", "treated:A", "control:B", "treated:B"]
    text = " + ".join(f"({weight}) * {cell}" for weight, cell in zip(weights, cells, strict=True))
    text = text.replace("(-", "(0 - ")
    order = [("A", "control"), ("A", "treated"), ("B", "control"), ("B", "treated")]
    expected = sum(weight * MEANS[cell] for weight, cell in zip(weights, order, strict=True))
    if sum(weights) or not any(weights):
        with pytest.raises(UserError) as caught:
            build_comparison(design, text)
        assert caught.value.code == "contrast"
    else:
        contrast = build_comparison(design, text)
        assert contrast.vector @ fitted(design, MEANS, ("line", "dex")) == pytest.approx(expected, abs=1e-9)


REFUSALS = {
    "unknown group": ("treatd - control", "'treatd' is not a group of the design ~ line * dex. Groups are line: A, B; "
                      "dex: control, treated. Coefficients are Intercept, line_B_vs_A, dex_treated_vs_control, "
                      "lineB.dextreated. Fix: did you mean treated?"),
    "unknown level": ("dex=tr - control", "'tr' is not a level of dex. Levels: control, treated. Fix: "),
    "a factor": ("dex - control", "'dex' is a variable of the design, not a group of samples. "
                 "Fix: name a level of it: control, treated."),
    "no comparison": ("treated", "the weights of the groups in 'treated' sum to 1, not to 0. Fix: take away as much"),
    "too much": ("treated:A + treated:B - control:A", "sum to 1, not to 0"),
    "the intercept": ("1, 0, 0, 0", "sum to 1, not to 0"),
    "itself": ("treated - treated", "'treated - treated' compares nothing: its weights sum to zero"),
    "zeros": ("0, 0, 0, 0", "compares nothing"),
    "few numbers": ("0, 1", "2 numbers for 4 coefficients. Fix: give one number for each of Intercept, line_B_vs_A, "),
    "two levels": ("treated:control - A", "names two levels of dex in one cell"),
    "a coefficient in a cell": ("lineB.dextreated:A - B", "joins a coefficient and a level"),
    "open bracket": ("(treated - control", "ends where ')' is expected"),
    "product": ("treated * control", "multiplies two groups"),
    "division": ("treated / control", "divides by something else than a number"),
    "division by 0": ("treated/0 - control/0", "divides by something else than a number"),
    "number and group": ("treated - 1", "adds a number to a group"),
    "numbers": ("3 - 1", "holds numbers and no group"),
    "nothing": ("treated -", "ends where a group is expected"),
    "sign": ("treated - )", "unexpected ')' where a group is expected"),
    "code": ("__import__('os') - control", "is not a group of the design"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_compared_is_refused(crossed: Design, name: str) -> None:
    text, sentence = REFUSALS[name]
    with pytest.raises(UserError) as caught:
        build_comparison(crossed, text)
    assert caught.value.code == "contrast"
    assert sentence in str(caught.value)


def test_an_empty_cell_and_a_shared_level_are_refused() -> None:
    sheet = make_sheet(line="A A A A B B", dex="no no yes yes no no", other="no yes no yes no yes")
    design = build_design(sheet, "~ line + dex + other")
    with pytest.raises(UserError, match="no sample has line=B and dex=yes"):
        build_comparison(design, "dex=yes:B - dex=no:B")
    with pytest.raises(UserError, match=r"'yes' is a level of dex and of other. Fix: write dex=yes or other=yes."):
        build_comparison(design, "yes - no")


@given(st.text(alphabet="AB:treatedcontrol+-*/(),.=` 012mean", max_size=30))
def test_any_text_is_a_comparison_or_a_refusal(text: str) -> None:
    try:
        contrast = build_comparison(build_design(CROSSED, "~ line * dex"), text)
    except UserError as error:
        assert error.code == "contrast"
    else:
        assert contrast.vector.any()
