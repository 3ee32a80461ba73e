"""Verdicts and sentences on second opinions: right words, and each number of a sentence also in its numbers."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from interpret_cases import CONTRAST, make_result

from heatleaf.interpret.second_opinions import (
    leave_one_out_findings,
    leave_one_out_messages,
    opinion_findings,
    opinion_verdicts,
)
from heatleaf.model import DifferentialResult
from heatleaf.model.second_opinions import AlternativeTest, LeaveOneOut, SecondOpinions

NA = float("nan")


def other(method, padj: list[float], lfc: list[float]) -> AlternativeTest:
    values = np.array(padj)
    return AlternativeTest(method, np.where(np.isnan(values), np.nan, lfc), values / 2, values)


def opinions_of(result: DifferentialResult, voom: list[float], quasi: list[float], lfc=None) -> SecondOpinions:
    effects = list(result.log2_fold_change) if lfc is None else lfc
    tests = other("voom", voom, effects), other("quasi_likelihood", quasi, effects)
    return SecondOpinions(result, *tests, opinion_verdicts(result, tests))


def numbers_of(text: str) -> set[str]:
    return {number.replace(",", "") for number in re.findall(r"\d[\d,]*(?!\d*\.)", re.sub(r"\d+(\.\d+)? %", "", text))}


@pytest.mark.parametrize(
    ("padj", "status", "voom", "quasi", "verdict"),
    [
        (0.01, "tested", 0.01, 0.01, "called by all three"),
        (0.2, "tested", 0.2, 0.2, "called by none"),
        (0.01, "tested", 0.2, 0.2, "called by Wald test; not by voom and quasi-likelihood"),
        (0.2, "tested", 0.01, 0.01, "called by voom and quasi-likelihood; not by Wald test"),
        (0.01, "tested", 0.01, 0.2, "called by Wald test and voom; not by quasi-likelihood"),
        (0.01, "tested", NA, NA, "called by Wald test; not tested by voom and quasi-likelihood"),
        (NA, "low_mean", 0.01, 0.2, "called by voom; not by quasi-likelihood; not tested by Wald test (too few reads)"),
        (NA, "outlier", 0.01, 0.01, "called by voom and quasi-likelihood; not tested by Wald test (outlier in s3)"),
        (NA, "not_converged", 0.3, 0.3, "called by none; not tested by Wald test (fit did not converge)"),
        (NA, "all_zero", NA, NA, "not tested"),
    ],
)
def test_verdicts(padj: float, status: str, voom: float, quasi: float, verdict: str) -> None:
    result = replace(make_result([padj], [1.0], [status]), outlier_sample=("s3",))
    assert opinions_of(result, [voom], [quasi]).verdicts == (verdict,)


def test_opposite_directions_are_said() -> None:
    result = make_result([0.01, 0.01], [1.0, 1.0])
    verdicts = opinions_of(result, [0.01, 0.01], [0.01, 0.01], lfc=[-1.0, 1.0]).verdicts
    assert verdicts == ("called by all three; in opposite directions", "called by all three")


def test_agreement_is_counted() -> None:
    result = make_result([0.001, 0.002, 0.003, 0.004, 0.6, NA], [1.0, -2, 1, 1, 1, 1], ["tested"] * 5 + ["low_mean"])
    opinions = opinions_of(result, [0.01, 0.01, 0.3, NA, 0.01, 0.9], [0.01, 0.3, 0.3, NA, 0.01, 0.9])
    agreement, strongest = opinion_findings(opinions, [f"GENE{i}" for i in range(6)])
    assert agreement.text == (
        "treated vs untreated: of 4 called genes, 1 (25 %) is called by both second opinions too (voom and "
        "quasi-likelihood), 1 by one of them and 2 by neither, 1 of them with too few counts for these tests. "
        "1 gene that the Wald test does not call is called by both."
    )
    assert strongest.text == (
        "treated vs untreated: of the 4 called genes of smallest p-value, 2 rest on the Wald test alone: GENE2 and "
        "GENE3. Look at their counts, sample by sample, before building on them."
    )
    assert (strongest.key, strongest.level) == ("rests_on_one", "caution")
    assert agreement.rests_on == "tables/second_opinions_dex_treated_vs_untreated.tsv"
    for finding in (agreement, strongest):
        words = re.sub(r"GENE\d", "", finding.text)
        assert numbers_of(words) <= {str(value) for value in finding.numbers.values()}


def test_the_strongest_that_agree_are_told() -> None:
    result = make_result([0.001, 0.002], [1.0, -2])
    names = ["A", "B"]
    told = opinion_findings(opinions_of(result, [0.01, 0.01], [0.01, 0.2]), names)[1]
    assert told.text == (
        "treated vs untreated: of the 2 called genes of smallest p-value, none rests on one method alone; all three "
        "methods call 1 of 2 of them."
    )
    assert told.key == "strongest_agreed"
    assert "call all of them" in opinion_findings(opinions_of(result, [0.01, 0.01], [0.01, 0.01]), names)[1].text
    one = opinion_findings(opinions_of(make_result([0.01], [1.0]), [0.01], [0.01]), ["A"])[1]
    assert one.text == "treated vs untreated: the one called gene does not rest on one method alone."


def test_nothing_called_is_told() -> None:
    (told,) = opinion_findings(opinions_of(make_result([0.9, 0.2], [0.1, 1]), [0.9, 0.01], [0.9, 0.2]), ["A", "B"])
    assert told.text == (
        "treated vs untreated: the Wald test calls no gene; of the second opinions voom calls 1 and quasi-likelihood 0."
    )


def left_out(n_genes: int, lost: dict[str, int], gained: dict[str, int] | None = None) -> LeaveOneOut:
    """Each sample loses the given number of called genes, the last ones first, and gains as many as are given."""
    calls = np.zeros((len(lost), 2 * n_genes), dtype=bool)
    for i, (sample, n_lost) in enumerate(lost.items()):
        calls[i, : n_genes - n_lost] = True
        calls[i, n_genes : n_genes + (gained or {}).get(sample, 0)] = True
    return LeaveOneOut(CONTRAST, tuple(lost), {}, np.arange(2 * n_genes) < n_genes, calls)


def tell(left: LeaveOneOut):
    n = len(left.is_called)
    padj = np.where(left.is_called, np.linspace(1e-9, 0.04, n), 0.5)
    result = make_result(list(padj), [1.0] * n)
    return leave_one_out_findings(left, result, [f"gene-{'x' * i}" for i in range(n)])


def test_a_sample_that_decides_is_named() -> None:
    (told,) = tell(left_out(100, {"a": 2, "b": 30, "c": 4}))
    assert told.text == (
        "treated vs untreated: 70 of 100 called genes (70 %) stay called whichever one of 3 samples is left out (each "
        "refit has a sample less and finds fewer for that alone). Without b, 30 of 100 are no longer called; no other "
        "sample takes more than 4 with it. Look at b before building on these genes."
    )
    assert (told.key, told.level) == ("one_sample_decides", "caution")
    assert told.rests_on == "tables/leave_one_out_dex_treated_vs_untreated.tsv"
    assert numbers_of(told.text) <= {str(value) for value in told.numbers.values()}


def test_samples_that_weigh_alike_are_told() -> None:
    (told,) = tell(left_out(100, {"a": 12, "b": 20, "c": 15}, {"a": 9, "b": 1, "c": 2}))
    assert "A sample takes between 12 (a) and 20 (b) with it; no single one decides." in told.text
    assert "a hides genes: without it 9 more are called, and no other sample hides more than 2." in told.text
    assert (told.key, told.level) == ("leave_one_out", "finding")
    assert numbers_of(told.text) <= {str(value) for value in told.numbers.values()}


def test_strong_genes_that_need_every_sample_are_named() -> None:
    (told,) = tell(left_out(3, {"a": 1, "b": 0}))
    assert told.text.endswith("Of the 3 of smallest p-value 1 needs every sample: gene-xx.")


def test_calls_that_nothing_shakes() -> None:
    (told,) = tell(left_out(3, {"a": 0, "b": 0}))
    assert "3 of 3 called genes (100 %) stay called" in told.text
    assert told.text.endswith("No sample takes a call with it.")


def test_one_refit_compares_with_no_other() -> None:
    (told,) = tell(left_out(3, {"a": 1}))
    assert "Without a, 1 of 3 is no longer called." in told.text


def test_no_calls_or_no_refits_say_nothing() -> None:
    left = left_out(3, {"a": 1})
    result = make_result([0.5] * 6, [1.0] * 6)
    assert leave_one_out_findings(replace(left, is_called=np.zeros(6, dtype=bool)), result, ["g"] * 6) == ()
    empty = replace(left, sample_ids=(), called_without=np.zeros((0, 6), dtype=bool))
    assert leave_one_out_findings(empty, result, ["g"] * 6) == ()


def test_samples_that_stay_are_told_with_the_reason() -> None:
    """B77."""
    left = replace(left_out(3, {"a": 1}), kept_in={"b": "without b ~ batch cannot be estimated"})
    (message,) = leave_one_out_messages(left)
    assert (message.level, message.code) == ("note", "not_full_rank")
    assert message.text == "b could not be left out in turn: without b ~ batch cannot be estimated."
    assert leave_one_out_messages(left_out(3, {"a": 1})) == ()


def test_tables_count_what_a_sample_makes_alone() -> None:
    left = LeaveOneOut(
        CONTRAST,
        ("a", "b"),
        {"c": "why"},
        np.array([True, True, True, False, False]),
        np.array([[True, False, False, True, True], [True, True, False, False, True]]),
    )
    table = left.table
    assert table.columns.tolist() == [
        "sample", "called", "no_longer_called", "newly_called", "made_by_it_alone", "unmade_by_it_alone", "note"
    ]  # fmt: skip
    assert table.iloc[:2, 1:6].to_numpy(int).tolist() == [[3, 2, 2, 1, 1], [3, 1, 1, 0, 0]]
    assert table.iloc[2]["sample"] == "c"
    assert table.iloc[2]["note"] == "why"
    assert left.n_calling.tolist() == [2, 1, 0, 1, 2]
