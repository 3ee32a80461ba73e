"""The viewer in the report: in place of the picture on screen, and nowhere else."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from heatleaf.analysis.result import Analysis
from heatleaf.viewer.bundle import content_hash, joined_style, report_script


def test_the_report_holds_the_viewer_and_its_document(folder: Path, analysis: Analysis) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert report_script() in text and joined_style() in text
    packed = re.search(r'id="view">([^<]*)</script>', text)
    assert packed is not None
    view = json.loads(zlib.decompress(base64.b64decode(packed.group(1))))
    assert view["title"] == analysis.title
    assert tuple(view["heatmaps"][0]["spec"]["row_ids"]) == analysis.heatmap.spec.row_ids


def test_the_report_runs_its_own_scripts_alone(hostile_folder: Path) -> None:  # S14
    text = (hostile_folder / "report.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    scripts = re.findall(r"<script(?: type=\"module\")?>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 2
    sources = " ".join(content_hash(script) for script in scripts)
    assert f"script-src {sources};" in policy.group(1) and "default-src 'none';" in policy.group(1)


@pytest.mark.browser
@pytest.mark.slow
def test_the_viewer_takes_the_place_of_the_picture_on_screen(browser: Any, folder: Path) -> None:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    noise: list[str] = []
    tab.on("console", lambda message: noise.append(message.text))
    tab.on("pageerror", lambda error: noise.append(str(error)))
    tab.on("request", lambda one: None if one.url.startswith(("data:", "blob:")) else noise.append(one.url))
    address = (folder / "report.html").as_uri()
    tab.goto(address)
    while not tab.evaluate("performance.getEntriesByName('heatleaf:painted').length"):
        tab.wait_for_timeout(50)
    assert tab.locator("#viewer.hl-viewer").is_visible()
    assert not tab.locator("#heatmap .still").first.is_visible()
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    tab.emulate_media(media="print")
    assert tab.locator("#heatmap .still").first.is_visible() and not tab.locator("#viewer").is_visible()
    assert noise == [address]
    tab.close()


@pytest.mark.browser
@pytest.mark.slow
def test_without_script_the_picture_stays(browser: Any, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((folder / "report.html").as_uri())
    assert tab.locator("#heatmap .still img").first.is_visible() and not tab.locator("#viewer").is_visible()
    context.close()


@pytest.mark.browser
@pytest.mark.slow
def test_the_picture_stays_where_the_viewer_fails(browser: Any, folder: Path, tmp_path: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    start = text.index('id="view">') + 200
    (tmp_path / "report.html").write_text(text[:start] + text[start + 400 :], encoding="utf-8")
    tab = browser.new_page()
    with tab.expect_event("pageerror"):
        tab.goto((tmp_path / "report.html").as_uri())
    assert tab.locator("#heatmap .still img").first.is_visible() and not tab.locator("#viewer").is_visible()
    tab.close()
