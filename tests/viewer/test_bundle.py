"""One HTML file: it opens offline, runs nothing but the viewer, and makes no request."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from view_cases import CASES, HOSTILE, make_values, wait_until_painted

from heatleaf import UserError
from heatleaf.cli import main
from heatleaf.viewer.bundle import content_hash, joined_modules, joined_style, notebook_module

Opener = Callable[[str], tuple[Any, list[str]]]


class Elements(HTMLParser):
    """The scripts, styles and policies of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: dict[str, list[str]] = {"script": [], "style": [], "title": []}
        self.kinds: list[str | None] = []
        self.policy = ""
        self._within = ""
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.tags.add(tag)
        assert not known.keys() & {"src", "href", "onload", "onerror"}, f"<{tag}> asks for something or runs script"
        if known.get("http-equiv") == "Content-Security-Policy":
            self.policy = known["content"] or ""
        if tag == "script":
            self.kinds.append(known.get("type"))
        self._within = tag
        if tag in self.texts:
            self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within in self.texts:
            self.texts[self._within][-1] += data


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page of each case."""
    folder = tmp_path_factory.mktemp("pages")
    for name, make in CASES.items():
        make().save(folder / f"{name}.html")
    return folder


def test_the_real_modules_can_be_joined() -> None:
    text = notebook_module()
    assert text.endswith("export default { render: renderWidget };\n")
    assert text.count("\nexport ") == 1 and not re.search(r"^import ", text, re.MULTILINE)


def test_styles_touch_nothing_outside_the_viewer() -> None:
    rules = re.sub(r"/\*.*?\*/", "", joined_style(), flags=re.DOTALL)
    selectors = [
        part for part in re.findall(r"(?:^|[{};])\s*([^{};@]+)\{", rules) if not re.match(r"\s*(from|to|\d+%)", part)
    ]
    bare = [one for part in selectors for one in re.split(r",(?![^()]*\))", part) if ".hl-" not in one]
    assert selectors and not bare, bare
    assert "url(" not in rules and "@import" not in rules


def test_a_page_allows_its_own_script_and_style_alone(pages: Path) -> None:  # S14, S23
    text = (pages / "ordinary.html").read_text(encoding="utf-8")
    page = Elements(text)
    assert page.kinds == ["application/octet-stream", "module"]
    assert page.texts["style"] == [joined_style()]
    assert page.texts["script"][1].startswith(joined_modules("boot.js"))
    allowed = [content_hash(page.texts["script"][1]), content_hash(page.texts["style"][0])]
    assert page.policy == (
        f"default-src 'none'; script-src {allowed[0]}; style-src {allowed[1]}; img-src data: blob:; base-uri 'none'; "
        "form-action 'none'"
    )


def test_names_are_not_in_the_markup(pages: Path) -> None:  # S14
    text = (pages / "hostile.html").read_text(encoding="utf-8")
    page = Elements(text)
    assert len(page.kinds) == 2 and page.tags <= {
        "html", "head", "meta", "title", "style", "body", "main", "noscript", "script"
    }  # fmt: skip
    assert page.texts["title"] == [f"{HOSTILE[1]} {HOSTILE[0]}"]


def test_the_command_line_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values, sheet = make_values()
    values.to_csv(tmp_path / "values.tsv", sep="\t", index_label="gene")
    sheet.to_csv(tmp_path / "samples.csv", index_label="sample")
    given = ["heatmap", str(tmp_path / "values.tsv"), str(tmp_path / "samples.csv"), "-o", str(tmp_path / "out.html")]
    assert main([*given, "--split-columns", "group", "--title", "From a file"]) == 0
    assert "out.html: 60 genes x 12 samples" in capsys.readouterr().out
    page = Elements((tmp_path / "out.html").read_text(encoding="utf-8"))
    view = json.loads(zlib.decompress(base64.b64decode(page.texts["script"][0])))
    assert (view["title"], view["made_from"]) == ("From a file", "values.tsv")
    assert view["samples"]["columns"]["group"] == sheet["group"].tolist()


def test_a_proof_is_made_of_a_png_only(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        CASES["two samples"]().save(tmp_path / "x.html", proof="deuteranopia")
    assert refused.value.code == "option"
    assert str(refused.value) == "proof: 'deuteranopia' is not a proof that can be made as HTML. Fix: save a .png."
    assert not (tmp_path / "x.html").exists()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_page_opens_offline_in_peace(pages: Path, open_tab: Opener, name: str) -> None:  # S14, S23
    address = (pages / f"{name}.html").as_uri()
    tab, noise = open_tab(address)
    wait_until_painted(tab)
    assert tab.locator(".hl-viewer").is_visible()
    assert tab.locator("canvas").count() >= 1
    tab.wait_for_timeout(200)
    assert noise == [f"request {address}"]
    assert tab.locator("#heatleaf-view").count() == 0, "the packed document is let go"


@pytest.mark.browser
@pytest.mark.slow
def test_without_script_the_page_says_what_it_is(pages: Path, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((pages / "ordinary.html").as_uri())
    assert tab.inner_text("main") == (
        "Two patterns: a heatmap of 60 genes in 12 samples. It is drawn by script, which this browser does not run."
    )
    context.close()


@pytest.mark.browser
@pytest.mark.slow
def test_a_damaged_page_says_so(pages: Path, open_tab: Opener, tmp_path: Path) -> None:
    text = (pages / "ordinary.html").read_text(encoding="utf-8")
    start = text.index('id="heatleaf-view">') + 200
    (tmp_path / "damaged.html").write_text(text[:start] + text[start + 400 :], encoding="utf-8")
    tab, noise = open_tab((tmp_path / "damaged.html").as_uri())
    tab.get_by_text("The heatmap cannot be shown: ").wait_for()
    assert any(one.startswith("error ") for one in noise)
