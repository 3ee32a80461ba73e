"""The whole story in a real browser: drop, confirm groups, analyse, read, select, export, reload, reopen."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_app import Noise, drop_files, open_page, texts

from heatleaf.resources import demo_study

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> list[Path]:
    """Return the airway table and sheet, or those of the demonstration where the data folder is absent."""
    data = Path(request.config.rootpath).parent / "shared" / "data" / "airway"
    if data.is_dir():
        return [data / "counts.csv.gz", data / "metadata.csv"]
    return write_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the first 3,000 genes of the demonstration, and its sheet."""
    return write_demo(tmp_path_factory.mktemp("small"), n_genes=3000)


def write_demo(folder: Path, n_genes: int | None = None) -> list[Path]:
    study = demo_study()
    lines = study.counts_text.splitlines(keepends=True)
    (folder / "counts.tsv").write_text("".join(lines[: None if n_genes is None else n_genes + 1]), encoding="utf-8")
    (folder / "samples.tsv").write_text(study.samples_text, encoding="utf-8")
    return [folder / "counts.tsv", folder / "samples.tsv"]


@pytest.fixture(scope="module")
def finished(browser: Any, address: str, small: list[Path]) -> str:
    """Return the id of a finished study of the small table."""
    tab = open_page(browser, address, Noise())
    return analyse(tab, small)


def analyse(tab: Any, paths: list[Path]) -> str:
    """Drop files, analyse them, and return the id of the study."""
    drop_files(tab, paths)
    tab.wait_for_selector("#analyse")
    tab.click("#analyse")
    tab.wait_for_selector(".optionbox .option")
    return re.findall(r"#study=([\w-]+)", tab.url)[0]


def read_groups(tab: Any) -> list[tuple[str, list[str]]]:
    """Return the groups as they stand on the page, with those left out last."""
    boxes = [tab.locator(".groups .level").nth(i) for i in range(tab.locator(".groups .level").count())]
    names = [box.locator("input.levelname").input_value() if i < len(boxes) - 1 else "" for i, box in enumerate(boxes)]
    return [(name, box.locator(".chip").all_inner_texts()) for name, box in zip(names, boxes, strict=True)]


def until(is_true: Callable[[], bool], patience: float = 20.0) -> None:
    """Wait for something that a page does in its own time."""
    end = time.monotonic() + patience
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.1)


def download(tab: Any, selector: str) -> bytes:
    with tab.expect_download() as started:
        tab.locator(selector).first.click()
    return Path(started.value.path()).read_bytes()


def test_the_whole_story(browser: Any, address: str, dropped: list[Path]) -> None:  # R25
    noise = Noise()
    tab = open_page(browser, address, noise)
    assert "token" not in tab.url

    drop_files(tab, dropped)
    tab.wait_for_selector(".chip")
    assert re.fullmatch(r".*#study=\d{8}-[0-9a-f]{16}", tab.url)
    assert texts(tab, ".understood .file b") == [path.name for path in dropped]
    groups = read_groups(tab)
    assert len(groups) == 3 and groups[-1] == ("", [])
    assert sum(len(samples) for _, samples in groups) in (6, 8)
    assert tab.locator(".rows tbody tr").count() == 8
    assert tab.locator(".comparisons input:checked").count() == 1

    tab.click("#analyse")
    tab.wait_for_selector("[role=progressbar]")
    tab.wait_for_selector(".result > section")
    lead = tab.locator(".findings .lead").inner_text()
    assert re.match(r"treated vs control: [\d,]+ genes differ at an adjusted p-value below 0.05", lead)
    assert tab.title().endswith("Heatleaf")
    up, down = (int(text.replace(",", "")) for text in texts(tab, ".counts b")[:2])
    assert f"{up:,} higher and {down:,} lower in treated" in lead

    table = download(tab, "a[download^=differential]").decode()
    rows = list(csv.DictReader(io.StringIO(table), delimiter="\t"))
    called = [row for row in rows if row["padj"] not in ("", "NA") and float(row["padj"]) < 0.05]
    assert len(called) == up + down
    assert texts(tab, ".pair tbody th")[0] == rows[0]["gene_symbol"]
    assert download(tab, "[data-figure^=volcano] a[download$='.pdf']").startswith(b"%PDF")
    assert download(tab, "[data-figure=pca] a[download$='.svg']").startswith(b"<?xml")
    names = zipfile.ZipFile(io.BytesIO(download(tab, "a[href$='/zip']"))).namelist()
    assert {name.split("/", 1)[1] for name in names} >= {"report.html", "results.xlsx", "run.json", "methods.md"}
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    # a branch: its genes and their sets, the heatmap as a figure of this view; all of it is still there after a reload
    tab.locator(".hl-body").click(position={"x": 300, "y": 300})
    tab.keyboard.press("b")
    tab.wait_for_url(re.compile("#study=.*&selection="))
    selected = tab.locator(".hl-side").get_by_text(re.compile(r"^\d+ genes selected$")).inner_text()
    assert int(selected.split()[0]) > 1
    tab.get_by_role("button", name="Save").click()
    with tab.expect_download() as started:
        tab.get_by_role("button", name="PDF").click()
    assert Path(started.value.path()).read_bytes().startswith(b"%PDF")

    tab.reload()
    tab.wait_for_selector(f".hl-side :text-is('{selected}')")
    tab.wait_for_selector(".findings .lead")
    assert tab.locator(".findings .lead").inner_text() == lead
    tab.click(".brand")
    tab.wait_for_selector(".studylist .state.done")
    tab.go_back()
    tab.wait_for_selector(".findings .lead")
    tab.go_forward()
    tab.locator(".studylist .name").first.click()
    tab.wait_for_selector(".findings .lead")
    assert noise.heard == []


def test_search_finds_genes_of_the_whole_table(browser: Any, address: str, finished: str) -> None:
    """The first rows come with the page; searching reads all of them."""
    noise = Noise()
    tab = open_page(browser, address, noise)
    tab.locator(f".studylist [data-study='{finished}'] .name").click()
    tab.wait_for_selector(".tablebox input")
    box = tab.locator(".tablebox").first
    box.locator("input").fill("ACTB")
    box.locator(".said", has_text=re.compile(r"^\d+ of \d+ rows")).wait_for()
    assert "ACTB" in box.locator("tbody th").all_inner_texts()
    box.locator("input").fill("")
    box.get_by_role("button", name="log2 fold change").click()
    assert box.locator("th[aria-sort=ascending]").inner_text().startswith("log2 fold change")
    assert noise.heard == []


def test_the_example_takes_the_same_path_and_groups_can_be_moved(browser: Any, address: str) -> None:
    """One click; then samples are moved by mouse and by keyboard, and a run is taken back (R22)."""
    noise = Noise()
    tab = open_page(browser, address, noise)
    tab.get_by_role("button", name="Try the example").click()
    tab.wait_for_selector(".chip")
    before = read_groups(tab)
    tab.locator(".chip").first.drag_to(tab.locator(".level.out"))
    tab.wait_for_selector(".level.out .chip")
    moved = before[0][1][0]
    assert read_groups(tab)[-1] == ("", [moved])
    tab.locator(".level.out .chip").focus()
    for _ in before[:-1]:
        tab.keyboard.press("ArrowLeft")
    assert read_groups(tab) == before
    assert tab.evaluate("document.activeElement.dataset.sample") == moved
    assert moved in tab.locator("#announcer").inner_text()
    tab.reload()  # the last edit goes with the page
    tab.wait_for_selector(".chip")
    until(lambda: read_groups(tab) == before)
    tab.click("#analyse")
    tab.get_by_role("button", name="Cancel").click()
    tab.wait_for_selector(".studyname .state.cancelled")
    assert read_groups(tab) == before
    assert noise.heard == []


def test_studies_are_renamed_and_deleted(browser: Any, address: str) -> None:
    noise = Noise()
    tab = open_page(browser, address, noise)
    tab.get_by_role("button", name="Try the example").click()
    tab.wait_for_selector(".chip")
    tab.get_by_role("button", name="Rename").click()
    tab.get_by_label("name of the study").fill("Liver, week 2")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("h1:has-text('Liver, week 2')")
    tab.click(".brand")
    line = tab.locator(".studylist li", has_text="Liver, week 2")
    line.get_by_role("button", name="delete").click()
    tab.get_by_role("button", name="Keep it").click()
    tab.locator(".studylist li", has_text="Liver, week 2").get_by_role("button", name="delete").click()
    tab.get_by_role("button", name="Delete for good").click()
    line.wait_for(state="detached")
    assert noise.heard == []


def test_a_sheet_may_come_later_and_another_column_be_compared(browser: Any, address: str, tmp_path: Path) -> None:
    """The table alone is read by its names; its sheet joins by a click, and either of its columns gives the groups."""
    study = demo_study()
    (tmp_path / "counts.tsv").write_text(study.counts_text.replace("sample", "S"), encoding="utf-8")
    sheet = "sample\tdiet\tsex\n" + "".join(f"S{i}\t{'fat' if i > 3 else 'chow'}\t{'mf'[i % 2]}\n" for i in range(1, 7))
    (tmp_path / "sheet.tsv").write_text(sheet, encoding="utf-8")
    noise = Noise()
    tab = open_page(browser, address, noise)
    drop_files(tab, [tmp_path / "counts.tsv"])
    tab.wait_for_selector(".understood .file")
    tab.set_input_files("#more-files", tmp_path / "sheet.tsv")
    tab.wait_for_selector("#group-column")
    assert texts(tab, ".understood .file b") == ["counts.tsv", "sheet.tsv"]
    assert read_groups(tab)[:2] == [("chow", ["S1", "S2", "S3"]), ("fat", ["S4", "S5", "S6"])]
    tab.select_option("#group-column", "sex")
    until(lambda: read_groups(tab)[:2] == [("f", ["S1", "S3", "S5"]), ("m", ["S2", "S4", "S6"])])
    assert "Which genes differ between" in texts(tab, ".comparisons li:has(input:checked)")[0]
    assert noise.heard == []


def test_options_after_results_and_what_they_changed(
    browser: Any, address: str, small: list[Path], finished: str
) -> None:
    """A changed option is marked, outlives a reload, runs again, and is told by a comparison of two studies."""
    noise = Noise()
    tab = open_page(browser, address, noise)
    analyse(tab, small)
    assert tab.locator(".option.changed").count() == 0 and not tab.locator(".rerun").is_visible()
    before = texts(tab, ".counts b")[:2]
    tab.fill("#option-alpha", "0.001")
    tab.keyboard.press("Tab")
    assert texts(tab, ".rerun span") == ["Changed: Adjusted p-value"]
    tab.wait_for_selector(".hl-body")  # what is still on its way would be cut off
    tab.reload()
    tab.wait_for_selector(".rerun button")
    assert texts(tab, ".rerun span") == ["Changed: Adjusted p-value"]
    assert tab.input_value("#option-alpha") == "0.001"
    assert tab.locator(".option.changed").get_attribute("data-option") == "alpha"
    tab.locator(".rerun button").click()
    tab.locator(".findings .lead", has_text="below 0.001").wait_for()
    assert texts(tab, ".counts b")[:2] != before
    assert tab.evaluate("sessionStorage.length") == 0, "what was applied is no draft any more"
    study_id = re.findall(r"#study=([\w-]+)", tab.url)[0]
    tab.click(".brand")
    for study in (finished, study_id):
        tab.locator(f".studylist [data-study='{study}'] input[type=checkbox]").check()
    tab.get_by_role("button", name="Compare two").click()
    tab.wait_for_selector(".compare .sentences")
    told = tab.locator(".compare .sentences").inner_text()
    assert "Both rest on the same counts." in told and "Alpha: 0.05 before, 0.001 now." in told
    assert texts(tab, ".compare h3")[0] == "No longer called"
    assert noise.heard == []


def test_files_that_were_taken_for_each_other_are_put_right(browser: Any, address: str, small: list[Path]) -> None:
    """What a file is can be said; the file that was taken for it becomes the other."""
    noise = Noise()
    tab = open_page(browser, address, noise)
    drop_files(tab, small)
    tab.wait_for_selector("#analyse")
    tab.get_by_label("what samples.tsv is").select_option("counts")
    tab.wait_for_selector(".refusal")
    roles = [tab.get_by_label(f"what {path.name} is").input_value() for path in small]
    assert roles == ["samples", "counts"]
    tab.get_by_label("what samples.tsv is").select_option("samples")
    tab.wait_for_selector("#analyse")
    assert tab.locator(".refusal").count() == 0
    assert noise.heard == []
