"""File names from names of levels."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from heatleaf.report.names import name_messages, safe_name, safe_names


@given(st.lists(st.text(max_size=300), unique=True, max_size=8))
def test_safe_names_are_safe_and_differ(names: list[str]) -> None:  # S17
    safe = safe_names(names)
    assert len({name.lower() for name in safe.values()}) == len(names)
    for name in safe.values():
        assert name and len(name) <= 110
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
        assert name[0] not in ".-"


def test_ordinary_names_stay() -> None:
    assert safe_names(["dex_treated_vs_control"]) == {"dex_treated_vs_control": "dex_treated_vs_control"}
    assert name_messages(safe_names(["a_b"])) == ()


def test_changed_names_are_said() -> None:
    safe = safe_names(["dose_10 µM_vs_0", "dose_10 nM_vs_0", "dose_10_M_vs_0"])
    assert safe["dose_10 µM_vs_0"] == "dose_10_M_vs_0"
    assert safe["dose_10_M_vs_0"] == "dose_10_M_vs_0_2"
    (said,) = name_messages(safe)
    assert said.code == "output_folder"
    assert said.text.startswith(
        "file names hold letters, digits, . _ - only: 'dose_10 µM_vs_0' is 'dose_10_M_vs_0', 'dose_10 nM"
    )


def test_paths_cannot_leave_the_folder() -> None:
    assert "/" not in safe_name("../../etc/passwd")
    assert safe_name("") == "_"
