"""report.html: what it says, and that names are never markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from report_cases import BREAKOUT, HOSTILE

from heatleaf.analysis.result import Analysis
from heatleaf.figures.text import visible_text
from heatleaf.interpret.order import is_cluster
from heatleaf.report import write_folder
from heatleaf.report.methods import text_blocks
from heatleaf.report.page import mean_text, p_text, png_width_mm, safe_json, signed, unclear_rows

MAX_BYTES = 3_000_000


class Page(HTMLParser):
    """Collects tags, attributes that could load something, and visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return Page((folder / "report.html").read_text(encoding="utf-8"))


def test_the_page_loads_nothing(page: Page, folder: Path) -> None:
    for tag, attributes in page.tags:
        source = attributes.get("src") or ""
        assert not source or source.startswith("data:image/"), (tag, source[:60])
        assert tag not in {"link", "iframe", "object", "embed", "form"}
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        target = attributes.get("href") or "#"
        assert target.startswith("#") or (folder / target).is_file(), target
    policy = next(a["content"] for tag, a in page.tags if tag == "meta" and a.get("http-equiv"))
    assert policy is not None and "default-src 'none'" in policy and "img-src data:" in policy


def test_the_page_is_small(folder: Path, hostile_folder: Path) -> None:
    assert (folder / "report.html").stat().st_size < MAX_BYTES


def test_the_order_of_the_page(page: Page) -> None:
    ids = [a["id"] for tag, a in page.tags if tag == "section" and "id" in a]
    assert ids == ["answer", "heatmap", "c-1", "tests", "samples", "messages", "reading", "methods", "files"]


def test_the_page_says_the_findings_messages_and_methods(page: Page, analysis: Analysis) -> None:
    said = page.text.replace("\u00a0", " ")
    for finding in analysis.findings:
        assert is_cluster(finding) or finding.text in said
    for card in analysis.heatmap.cards:
        for words in (card.label, card.pattern[1:], ", ".join(card.leading), *(term.name for term in card.terms)):
            assert words in said
        assert all(caveat in said for caveat in card.caveats)
    for message in analysis.messages:
        assert message.text in said
    assert said.index("level 'C' has one sample") < said.index("gene ids are Ensembl ids")  # warnings first
    assert "is higher in treated than in untreated, in 4 of 4 samples" in said.replace("Is higher", "is higher")
    assert "design ~ celltype + dex , with" in said
    assert "heatleaf run counts.tsv -o run" in said


def test_the_page_is_accessible(page: Page) -> None:
    images = [a for tag, a in page.tags if tag == "img"]
    assert images and all(len(a["alt"] or "") > 20 for a in images)
    assert all("scope" in a for tag, a in page.tags if tag == "th")
    assert page.tags[0] == ("html", {"lang": "en"})
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))


def test_hostile_names_are_text(hostile_folder: Path) -> None:  # S14
    text = (hostile_folder / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert not [a for tag, a in page.tags if tag == "img" and not (a.get("src") or "").startswith("data:")]
    assert len([tag for tag, _ in page.tags if tag == "script"]) == 4  # rows of one comparison, the view, and ours
    assert HOSTILE in page.text or HOSTILE.replace('"', "&#34;") in text
    assert BREAKOUT not in text and "\u202e" not in text
    assert "evil\\u202Egnp" in page.text or "evil\\u202egnp" in page.text


def test_marks_that_change_the_reading_are_shown() -> None:
    assert visible_text("a\u202eb\x00c") == "a\\u202Eb\\u0000c"
    assert visible_text("µ é\u00a0ok") == "µ é\u00a0ok"


def test_nothing_significant_is_said(tmp_path: Path) -> None:  # N34
    from report_cases import make_analysis

    write_folder(make_analysis(nothing=True), tmp_path)
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "This too is a result" in page.text
    assert "No gene has an adjusted p-value below 0.05." in page.text


def test_a_page_without_comparisons(without_comparisons: Analysis, tmp_path: Path) -> None:
    write_folder(without_comparisons, tmp_path)
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "c-1" not in {a.get("id") for _, a in page.tags}


def test_json_cannot_end_its_script() -> None:
    assert "</script" not in safe_json([BREAKOUT, "<!--", "\u2028"])
    assert safe_json([1, None, "a"]) == '[1,null,"a"]'


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.05, "0.05"), (3e-8, "3.0e\u22128"), (0.0, "< 1e\u2212300"), (None, "NA"), (1e-45, "1.0e\u221245")],
)
def test_p_values(value: float | None, text: str) -> None:
    assert p_text(value) == text


def test_small_texts() -> None:
    assert signed(-1.239) == "\u22121.24" and signed(None) == "NA"
    assert mean_text(1234.4) == "1,234" and mean_text(9.96) == "10.0" and mean_text(None) == "NA"
    assert png_width_mm(bytes(16) + (2000).to_bytes(4, "big")) == pytest.approx(254)


def test_markdown_blocks() -> None:
    blocks = text_blocks("# T\n\nUse `a b`\nnow.\n\n## R\n\n- one\n- two\n")
    assert [(b.kind, b.parts) for b in blocks] == [
        ("paragraph", ((False, "Use "), (True, "a b"), (False, " now."))),
        ("heading", ((False, "R"),)),
        ("item", ((False, "one"),)),
        ("item", ((False, "two"),)),
    ]


# in a browser


@pytest.mark.browser
@pytest.mark.slow
def test_a_browser_opens_hostile_pages_in_peace(browser: Any, hostile_folder: Path) -> None:  # S14, S23
    noise: list[str] = []
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.on("request", lambda request: None if request.url.startswith("data:") else noise.append(request.url))
    tab.on("console", lambda message: noise.append(message.text))
    tab.on("pageerror", lambda error: noise.append(str(error)))
    tab.on("dialog", lambda dialog: (noise.append("dialog"), dialog.dismiss()))
    address = (hostile_folder / "report.html").as_uri()
    tab.goto(address)
    tab.fill("input[type=search]", "img")
    assert tab.locator(".genetable tbody tr").count() == 1
    assert HOSTILE in tab.locator(".genetable tbody th").inner_text()
    tab.fill("input[type=search]", "")
    tab.click("text=show all")
    everything = tab.locator(".genetable tbody tr").count()
    assert everything > 25
    tab.click("thead button:has-text('log2 fold change')")
    changes = [
        float(t.replace("\u2212", "-")) for t in tab.locator(".genetable tbody td:nth-child(4)").all_inner_texts()
    ]
    assert changes == sorted(changes, reverse=True)
    assert tab.locator("th[aria-sort=descending]").inner_text().startswith("log2 fold change")
    assert tab.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    tab.set_viewport_size({"width": 400, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    assert noise == [address]


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_works_without_script(browser: Any, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((folder / "report.html").as_uri())
    assert tab.locator(".genetable tbody tr").count() == 25
    assert "The 25 most certain of" in tab.locator(".genetable .shown").inner_text()


def test_genes_that_are_not_called_say_why(analysis: Analysis, tmp_path: Path) -> None:
    """The notes of outliers and of the largest uncalled changes stand on the page, as in the table."""
    (comparison, *others) = analysis.comparisons
    result = comparison.differential
    status = tuple("outlier" if i == 3 else name for i, name in enumerate(result.status))
    note = tuple(f"note {i} <b>" for i in range(len(status)))
    changed = replace(comparison, differential=replace(result, status=status, note=note))
    analysis = replace(analysis, comparisons=(changed, *others))
    rows = unclear_rows(analysis, changed)
    assert rows[0] == (result.gene_ids[3], analysis.gene_names[3], "note 3 <b>")
    uncalled = [result.gene_ids.index(gene_id) for gene_id, _, _ in rows[1:]]
    assert all(abs(result.log2_fold_change[i]) >= 1 and not result.is_significant[i] for i in uncalled)
    assert unclear_rows(analysis, comparison) == []
    write_folder(analysis, tmp_path)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "note 3 &lt;b&gt;" in text and "note 3 <b>" not in text
