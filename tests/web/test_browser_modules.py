"""The modules of the app's page: their rules, their colours, their types."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from heatleaf.figures.palettes import CONTROL_COLOUR, group_colours

WEB = Path(__file__).parents[2] / "src" / "heatleaf" / "web"
MODULES = sorted((WEB / "static").glob("*.js"))
# What could turn text into markup or code, or ask another place (S6, S14, S23).
FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|createContextualFragment|"
    r"setAttribute\(\"style\"|https?://|console\.log|export default"
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_make_no_markup_of_text_and_ask_no_other_place(path: Path) -> None:  # S14, S23
    text = path.read_text(encoding="utf-8")
    assert FORBIDDEN.findall(text) == []
    assert len(text.splitlines()) <= 300
    assert text.startswith("// "), "a module says first what it is for"


def test_the_page_holds_no_script_and_no_style_of_its_own() -> None:  # S6
    page = (WEB / "templates" / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert "<style" not in page and " style=" not in page
    assert not re.search(r"\son[a-z]+=", page)
    assert re.findall(r"(?:src|href)=\"(?!/static/|#)[^\"]*\"", page) == []


def test_groups_have_the_colours_of_the_figures() -> None:  # R28
    text = (WEB / "static" / "groups.js").read_text(encoding="utf-8")
    found = re.findall(r"#[0-9A-F]{6}", text)
    levels = ["control", *(f"level {i}" for i in range(8))]
    expected = group_colours(levels)
    assert found == [expected[level] for level in levels[1:]] + [CONTROL_COLOUR]


def test_types_are_sound(tmp_path: Path) -> None:
    compiler = shutil.which("tsc")
    if compiler is None:
        pytest.skip("tsc (TypeScript) is not installed")
    project = Path(__file__).with_name("jsconfig.json")
    done = subprocess.run([compiler, "-p", project], cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout
