"""Sentences of the design coach, word for word, with their numbers."""

from __future__ import annotations

import shlex

import numpy as np
import pytest

from heatleaf.interpret.coach import (
    PowerFacts,
    ReplicateFacts,
    cross_table_lines,
    further_questions,
    pairing_finding,
    power_finding,
    question_option,
    question_text,
    replicate_finding,
)
from heatleaf.model import Contrast, CrossTable, Pairing, Question

CONTRAST = Contrast("dex", "treated", "control", np.array([0.0, 1.0]), ("s3", "s4"), ("s1", "s2"))


@pytest.mark.parametrize(
    ("kind", "words", "text"),
    [
        ("levels", ("dex", "treated", "control"), "Which genes differ between treated and control (dex)?"),
        ("omnibus", ("time", "0h", "8h", "24h"), "Which genes differ between any of the three levels of time?"),
        (
            "several",
            ("dose", "none", "low", "high"),
            "Which genes differ between none and the mean of low and high (dose)?",
        ),
        ("slope", ("age",), "Which genes change with age (log2 fold change per unit)?"),
        ("interaction", ("dex", "line"), "For which genes does the effect of dex depend on line?"),
        (
            "within",
            ("dex", "treated", "control", "line", "B"),
            "Which genes differ between treated and control within line B alone?",
        ),
        ("other", ("sex", "F", "M"), "Which genes differ between M and F (sex)?"),
    ],
)
def test_questions(kind: str, words: tuple[str, ...], text: str) -> None:
    assert question_text(Question(kind, words, "~ x", ())) == text


@pytest.mark.parametrize("formula", ["~ a + b", "~ `cell line` + b", "~ `it's` * b", '~ `"` + b'])
def test_options_reach_the_program_as_they_are(formula: str) -> None:
    question = Question("levels", ("b", "x y", "z"), formula, (("--contrast", "b", "x y", "z"),))
    assert shlex.split(question_option(question)) == ["--design", formula, "--contrast", "b", "x y", "z"]


def test_pairs() -> None:
    whole = pairing_finding(Pairing("donor", "dex", 4, 4, True, ()), "~ donor + dex", is_used=True)
    assert whole.text == (
        "Pairs: each of the four levels of donor was seen under every level of dex; ~ donor + dex compares within "
        "donor, so that differences between its levels do not blur the change."
    )
    assert (whole.level, whole.numbers["whole"]) == ("finding", 4)
    unused = pairing_finding(Pairing("donor", "dex", 4, 4, True, ()), "~ donor + dex", is_used=False)
    assert unused.text == (
        "Pairs: each of the four levels of donor was seen under every level of dex, but the design leaves donor out; "
        '--design "~ donor + dex" would compare within donor.'
    )
    assert unused.level == "caution"
    broken = pairing_finding(Pairing("donor", "dex", 3, 4, True, ("d4",)), "~ donor + dex", is_used=True)
    assert broken.text.startswith(
        "Pairs: 3 of 4 levels of donor were seen under each level of dex, d4 was not, and tells little of the change "
        "within donor; ~ donor + dex compares within donor"
    )


@pytest.mark.parametrize(
    ("loss", "df", "said"),
    [
        ([0.15, 0.15, 0.15, 0.15], 2, "Losing any one sample would widen the standard errors by 15 %; one more in"),
        ([0.05, 0.05, 0.29, 0.05], 2, "Losing s3 would cost most, 29 % wider standard errors; one more in"),
        ([0.2, 0.2, np.inf, 0.2], 2, "Losing s3 would make the comparison impossible; one more in"),
        ([0.2, 0.2, 0.2, 0.2], 1, "Losing any one sample would leave no replicate to estimate noise from; one more in"),
    ],
)
def test_replicates(loss: list[float], df: int, said: str) -> None:
    finding = replicate_finding(ReplicateFacts(CONTRAST, ("s1", "s2", "s3", "s4"), loss, df))
    assert finding is not None
    plural = "degree" if df == 1 else "degrees"
    assert finding.text.startswith(
        f"Replicates: 2 samples of treated, 2 of control, {df} residual {plural} of freedom. "
    )
    assert said in finding.text
    assert finding.text.endswith("one more in each group would narrow them by about 18 %.")  # 1 - sqrt(2 / 3)


def test_comparisons_without_groups_have_no_replicates() -> None:
    slope = Contrast("age", "1", "0", np.array([0.0, 1.0]))
    assert replicate_finding(ReplicateFacts(slope, ("s1",), [0.1], 3)) is None


def test_power() -> None:
    levels = [(10.0, float("inf"), 17), (100.0, 1.63, 3), (1000.0, 1.27, 2)]
    facts = PowerFacts(4.0, 0.012, False, levels, 0.744, [(4, 0.744), (6, 0.8), (8, 0.84), (10, 0.87)])
    finding = power_finding(facts, CONTRAST)
    assert finding.text == (
        "Power: genes are called here up to p = 0.012. The smallest change found with 80 % power is 1.3-fold at a mean "
        "count of 1,000, 1.6-fold at a mean count of 100 and none of any size at a mean count of 10. A 2-fold change "
        "is found with that power in 74 % of the tested genes; 6 samples a group would make it 80 %, 10 samples a "
        "group would make it 87 %. A 2-fold change needs 17 samples a group at a mean count of 10, 3 at 100 and 2 at "
        "1,000."
    )
    assert finding.numbers["samples_for_twofold at 10"] == 17
    assert "fold_change at 10" not in finding.numbers
    assumed = power_finding(PowerFacts(3.0, 0.0047, True, [], 0.5, []), CONTRAST)
    assert assumed.text == (
        "Power: if one gene in ten changes, genes are called up to p = 0.0047. A 2-fold change is found with 80 % "
        "power in 50 % of the tested genes."
    )


def test_a_cross_table_is_aligned() -> None:
    table = CrossTable("batch", "condition", ("1", "22"), ("control", "kd"), ((3, 0), (0, 12)))
    assert cross_table_lines(table) == [
        "batch \\ condition  control  kd",
        "1                        3   0",
        "22                       0  12",
    ]


def test_further_questions_are_few() -> None:
    question = Question("interaction", ("dex", "line"), "~ line * dex", (("--reduced", "~ line + dex"),))
    said = further_questions([question] * 5)
    assert said.count("--reduced") == 2
    assert said.startswith('For which genes does the effect of dex depend on line? (--design "~ line * dex" --reduced')
