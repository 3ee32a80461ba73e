"""Levels that are probably one level (B75)."""

from __future__ import annotations

import pytest

from heatleaf.errors import UserError
from heatleaf.model import SampleSheet
from heatleaf.stats.design import build_design
from heatleaf.stats.levels import is_slip


def sheet_of(*levels: str) -> SampleSheet:
    ids = tuple(f"S{i}" for i in range(1, len(levels) + 1))
    return SampleSheet(ids, {"dex": levels}, source="/data/samples.csv")


@pytest.mark.parametrize(
    ("one", "other"),
    [("treatd", "treated"), ("treared", "treated"), ("traeted", "treated"), ("Treated", "treatedd"),
     ("wild_type", "wild-type"), ("wildtype", "wild type"), ("treatd_2h", "treated_2h"), ("ctl_x", "ctrl_x")],
)  # fmt: skip
def test_slips(one: str, other: str) -> None:
    assert is_slip(one, other)
    assert is_slip(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("day1", "day2"), ("day1", "day11"), ("CD8+", "CD8-"), ("donorA", "donorB"), ("KO", "KI"), ("siRNA", "shRNA"),
     ("sexual", "asexual"), ("ethanol", "methanol"), ("stage_I", "stage_II"), ("treated", "untreated"), ("2h", "24h"),
     ("1.5", "15"), ("N61311", "N61331"), ("KO1_a", "KO_a")],
)  # fmt: skip
def test_levels_that_differ_on_purpose(one: str, other: str) -> None:
    assert not is_slip(one, other)
    assert not is_slip(other, one)


@pytest.mark.parametrize(
    ("odd", "text"),
    [
        (
            "treatd",
            "samples.csv, sample S6: level 'treatd' of dex has one sample and is nearly 'treated' (2 samples). "
            "Fix: did you mean 'treated'?",
        ),
        (
            "treated ",
            "samples.csv, sample S6: levels 'treated' and 'treated ' of dex differ by a space. Fix: write",
        ),
        ("Treated ", "of dex differ by a space and by upper and lower case. Fix: write them alike: is 'Treated '"),
        ("Treated", "levels 'Treated' and 'treated' of dex differ by upper and lower case. Fix: write them alike"),
    ],
)
def test_a_slip_in_one_cell_is_refused(odd: str, text: str) -> None:
    with pytest.raises(UserError) as refusal:
        build_design(sheet_of("control", "control", "control", "treated", "treated", odd), "~ dex")
    assert refusal.value.code == "level_near_duplicate"
    assert text in str(refusal.value)


def test_a_name_of_several_samples_is_a_group() -> None:
    design = build_design(sheet_of(*["control"] * 2, *["treated"] * 2, *["treatd"] * 2), "~ dex")
    assert design.factors["dex"].levels == ("control", "treatd", "treated")
