"""docs/requirements.md: every id is listed once, names tests that exist, and those tests' files cite the id."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([RSBN]\d+) \| ([^|\n]+) \| ([^|\n]+) \|$", PAGE, flags=re.MULTILINE)
IDS = [f"{letter}{i}" for letter, last in (("R", 40), ("S", 27), ("B", 86), ("N", 35)) for i in range(1, last + 1)]
REASONS = ("does not apply: ", "pending: app", "pending: reads")


@cache
def text_of(file: str) -> str:
    return (ROOT / "tests" / file).read_text(encoding="utf-8")


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse(text_of(file))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


def cites(text: str, requirement: str) -> bool:
    """Whether a text names an id, by itself or within a range such as N1-N14."""
    letter, number = requirement[0], int(requirement[1:])
    named = re.findall(rf"(?<![A-Za-z0-9]){letter}(\d+)(?:-{letter}?(\d+))?(?!\d)", text, flags=re.IGNORECASE)
    return any(int(first) <= number <= int(last or first) for first, last in named)


def test_every_requirement_is_listed_once_and_in_order() -> None:
    assert [requirement for requirement, _, _ in ROWS] == IDS


@pytest.mark.parametrize(("requirement", "what", "shown"), ROWS, ids=[row[0] for row in ROWS])
def test_what_shows_a_requirement_exists_and_cites_it(requirement: str, what: str, shown: str) -> None:
    named = re.findall(r"`([^`]+)`", shown)
    if not named:
        assert shown.startswith(REASONS), shown
        return
    for name in named:
        if "::" not in name:
            assert (ROOT / name).is_file(), name
            continue
        file, _, test = name.partition("::")
        assert test in names_in(file), name
        assert cites(text_of(file), requirement), f"{file} does not cite {requirement}"


def test_citations_are_recognised() -> None:
    assert cites('"""N1-N14."""', "N7") and cites("# R7, R12", "R12") and cites("def test_x_s14()", "S14")
    assert not cites("N1-N14", "N15") and not cites("R12", "R1") and not cites("XR1", "R1")
