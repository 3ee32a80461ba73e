"""The pages of docs: they are what the code says, their links resolve, nothing that users meet is left out (P22)."""

from __future__ import annotations

import importlib.util
import re
import shlex
from functools import cache
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest

from heatleaf.cli import make_parser
from heatleaf.errors import CATALOGUE

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def load_script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def reference() -> dict[str, str]:
    return load_script("reference").pages()


def anchors(page: Path) -> set[str]:
    """Return what the headings of a page are linked by: words in lower case, joined by dashes."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_resolve(page: Path) -> None:
    for found in LINK.findall(page.read_text(encoding="utf-8")):
        target = unquote(found[0] or found[1])
        if re.match(r"[a-z]+:", target):
            assert target.startswith(("https://", "mailto:")), target
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), target
        assert linked.is_relative_to(ROOT), target
        if anchor and linked.suffix == ".md":
            assert anchor in anchors(linked), target


def test_every_page_is_reached_from_the_first() -> None:
    reached, to_follow = set(), {DOCS / "index.md"}
    while to_follow:
        page = to_follow.pop()
        reached.add(page)
        for found in LINK.findall(page.read_text(encoding="utf-8")):
            linked = (page.parent / found[0].partition("#")[0]).resolve()
            linked = linked / "README.md" if linked.is_dir() else linked
            if linked.suffix == ".md" and linked.is_file() and linked not in reached:
                to_follow.add(linked)
    pages = {page for page in DOCS.rglob("*.md") if page.parent.name != "decisions" or page.name == "README.md"}
    assert sorted(str(page.relative_to(ROOT)) for page in pages - reached) == []


@pytest.mark.parametrize("name", ["commands.md", "settings.md", "messages.md", "tables.md", "python.md"])
def test_the_reference_is_what_the_code_says(name: str) -> None:
    """`python scripts/reference.py` writes it again."""
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == reference()[name], "run scripts/reference.py"


def test_every_code_is_raised_somewhere() -> None:
    """A code that is listed and never used would promise what the program does not do."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "heatleaf").rglob("*.py"))
    source = source.replace((ROOT / "src/heatleaf/errors.py").read_text(encoding="utf-8"), "")
    assert [code for code in CATALOGUE if f'"{code}"' not in source] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_on_pages_are_understood(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"\\\n\s*", "", text)
    for command in re.findall(r"^(?: {4}|\$ )(heatleaf [a-z][^#\n]*)", text, flags=re.MULTILINE):
        words = re.sub(r"\.\.\.|\[.*?\]", "", command).strip()
        if "COUNTS" in words or ": " in words.split("   ")[0][:20]:
            continue
        try:
            make_parser().parse_args(shlex.split(re.split(r"\s{2,}", words)[0])[1:])
        except SystemExit as stop:
            assert stop.code == 0, command
