"""Groups read from sample names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.stats.groups import control_likeness, guess_reference, infer_groups, natural_key

# --- laws

GROUP_NAMES = st.sampled_from(["ctrl", "kd", "WT", "KO", "day0", "day8", "TGFb_48h", "tumor", "KO 24h"])


@given(
    st.lists(GROUP_NAMES, min_size=2, max_size=5, unique=True), st.integers(2, 5), st.sampled_from(["_", ".", " ", "-"])
)
def test_names_of_group_and_number_give_the_groups(groups: list[str], n_replicates: int, sign: str) -> None:
    ids = [f"{group}{sign}{i}" for group in groups for i in range(1, n_replicates + 1)]
    sheet = infer_groups(ids)
    assert sheet.columns["group"] == tuple(group for group in groups for _ in range(n_replicates))
    assert sheet.sample_ids == tuple(ids)


@given(st.lists(st.text(max_size=12), max_size=8, unique=True))
def test_any_names_give_groups_or_a_reason(ids: list[str]) -> None:
    sheet = infer_groups(ids)
    assert len(sheet.messages) == 1
    assert sheet.origin == "names"
    assert sheet.messages[0].code == ("groups_inferred" if sheet.columns else "groups_unclear")
    if sheet.columns:
        sizes = [sheet.columns["group"].count(group) for group in set(sheet.columns["group"])]
        assert len(sizes) >= 2
        assert min(sizes) >= 2


# --- reference values


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        ("ctrl_1 ctrl_2 kd_1 kd_2", "ctrl ctrl kd kd"),
        ("kd_1 ctrl_1 kd_2 ctrl_2", "kd ctrl kd ctrl"),
        ("WT_REP1 WT_REP2 RAP1_REP1 RAP1_REP2", "WT WT RAP1 RAP1"),
        ("A1 A2 B1 B2", "A A B B"),
        ("treated1 treated2 treated3 untreated1 untreated2", "treated treated treated untreated untreated"),
        ("day0_rep1 day0_rep2 day8_rep1 day8_rep2", "day0 day0 day8 day8"),
        ("D0_1 D0_2 D7_1 D7_2", "D0 D0 D7 D7"),
        ("0h.1 0h.2 24h.1 24h.2", "0h 0h 24h 24h"),
        ("S1_control S2_control S3_kd S4_kd", "control control kd kd"),
        ("1-ctrl 2-ctrl 3-kd 4-kd", "ctrl ctrl kd kd"),
        ("ctrl_1_S1 ctrl_2_S2 kd_1_S3 kd_2_S4", "ctrl ctrl kd kd"),
        ("ctrl_1_S1_L001_R1_001 ctrl_2_S2_L001_R1_001 kd_1_S3_L001_R1_001 kd_2_S4_L001_R1_001", "ctrl ctrl kd kd"),
        ("ctrl_a ctrl_b kd_a kd_b", "ctrl ctrl kd kd"),
        ("rep1_ctrl rep2_ctrl rep1_kd rep2_kd", "ctrl ctrl kd kd"),
        ("WT_101 WT_102 KO_201 KO_202", "WT WT KO KO"),
        ("Ctrl_rep1 Ctrl_rep2 TGFb_48h_rep1 TGFb_48h_rep2", "Ctrl Ctrl TGFb_48h TGFb_48h"),
    ],
)
def test_groups(names: str, groups: str) -> None:
    sheet = infer_groups(names.split())
    assert dict(sheet.columns) == {"group": tuple(groups.split())}


def test_groups_are_told() -> None:
    message = infer_groups(["KO 24h 1", "KO 24h 2", "WT 0h 1", "WT 0h 2"]).messages[0]
    assert (message.level, message.code) == ("warning", "groups_inferred")
    assert message.text == (
        "2 groups were read from the sample names: KO 24h: KO 24h 1, KO 24h 2; WT 0h: WT 0h 1, WT 0h 2. "
        "Fix: give a sample sheet if this is not the design of the experiment."
    )


def test_subjects_become_a_column() -> None:
    sheet = infer_groups(["donor1_ctrl", "donor1_drug", "donor2_ctrl", "donor2_drug", "donor3_ctrl", "donor3_drug"])
    assert sheet.columns["group"] == ("ctrl", "drug") * 3
    assert sheet.columns["donor"] == ("donor1", "donor1", "donor2", "donor2", "donor3", "donor3")
    assert "2 groups were read from the sample names, and the column 'donor'" in sheet.messages[0].text


# --- edge cases


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ("", "the names do not consist of a group and a replicate number"),
        ("only", "the names do not consist of a group"),
        (
            "sample1 sample2 sample3 sample4 sample5 sample6",
            "they share one name, 'sample', and differ in a number only",
        ),
        ("SRR1039508 SRR1039509 SRR1039512", "they share one name, 'SRR'"),
        ("M_NA06985 M_NA06986 P_NA18486 P_NA18487", "their numbers are too long for replicate numbers"),
        ("S1_1 S1_2 S2_1 S2_2", "'S1' does not read like a group"),
        ("ctrl_1 ctrl_2 kd_1", "'kd' would be a group of one sample"),
        ("ctrl1_1 ctrl1_2 kd1_1 kd1_2 kd2_1 kd2_2", "'kd1' and 'kd2' could be groups or replicates with several runs"),
        ("ctrl_1 Ctrl_2 ctrl_3 Ctrl_4", "the groups differ by upper and lower case only"),
        ("ctrl_1 ctrl.1 kd_1 kd.1", "a replicate number occurs twice in one group"),
        ("liver kidney brain lung", "the names do not consist of a group"),
        ("d0 d7 d14", "they share one name, 'd'"),
    ],
)
def test_groups_are_unclear(names: str, reason: str) -> None:
    sheet = infer_groups(names.split())
    assert not sheet.columns
    assert (sheet.messages[0].level, sheet.messages[0].code) == ("note", "groups_unclear")
    assert "no groups can be read from the sample names" in sheet.messages[0].text
    assert reason in sheet.messages[0].text


@pytest.mark.parametrize(
    ("levels", "reference"),
    [
        ("treated untreated", "untreated"),
        ("trt untrt", "untrt"),
        ("Day8 Day4 Day0", "Day0"),
        ("dex control", "control"),
        ("KO WT", "WT"),
        ("InfluenzaA NonInfected", "NonInfected"),
        ("KO_0h KO_24h WT_0h WT_24h", "WT_0h"),
        ("siCtrl siTP53", "siCtrl"),
        ("DMSO drug", "DMSO"),
        ("24h 0h 8h", "0h"),
        ("shRNA-1 scramble", "scramble"),
        ("wild-type mutant", "wild-type"),
        ("10 0 100", "0"),
        ("drug1 ctrl1", "ctrl1"),
        ("d4 d1", None),
        ("brain liver", None),
        ("", None),
    ],
)
def test_reference_is_guessed(levels: str, reference: str | None) -> None:
    assert guess_reference(levels.split()) == reference


def test_a_word_within_another_is_no_control() -> None:
    assert control_likeness("normalised") == 0
    assert control_likeness("mocking") == 0


def test_natural_order() -> None:
    assert sorted(["d10", "d2", "D1", "d1.5"], key=natural_key) == ["D1", "d1.5", "d2", "d10"]
