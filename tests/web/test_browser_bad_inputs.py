"""Bad inputs in a real browser: the sentence of the command line, where it is, and the repair as a button."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_app import Noise, drop_files, open_page, running_app

from heatleaf.cli import main
from heatleaf.resources import demo_study

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]

SAMPLES = [f"S{i}" for i in range(1, 7)]
GENES = ["ACTB", "GAPDH", "TP53", "MYC", "EGFR", "VEGFA", "IL6", "CXCL8", "CCL2", "FN1", "COL1A1", "VIM"]
SHEET = "sample\tgroup\n" + "".join(f"{name}\t{'treated' if i > 2 else 'control'}\n" for i, name in enumerate(SAMPLES))


def table(cells: dict[tuple[int, int], str] | None = None, genes: list[str] = GENES) -> str:
    """Write a count table; cells : what stands in a row and column in place of a count."""
    lines = ["\t".join(["gene", *SAMPLES])]
    for i, gene in enumerate(genes):
        values = [(cells or {}).get((i, j), str(10 + 7 * i + 3 * j)) for j in range(len(SAMPLES))]
        lines.append("\t".join([gene, *values]))
    return "\n".join(lines) + "\n"


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def transposed() -> str:
    rows = [line.split("\t") for line in table().splitlines()]
    return "\n".join("\t".join(column) for column in zip(*rows, strict=True)) + "\n"


BAD = {
    "B3 empty": ("", SHEET),
    "B5 header only": ("gene\tS1\tS2\n", SHEET),
    "B8 a web page": ("<!DOCTYPE html><html><body>Not found</body></html>\n", SHEET),
    "B21 a short row": (table().replace("TP53\t24\t", "TP53\t"), SHEET),
    "B25 transposed": (transposed(), SHEET),
    "B31 a gene twice": (table(genes=[*GENES[:-1], "ACTB"]), SHEET),
    "B33 a sample twice": (table().replace("S5", "S2", 1), SHEET),
    "B43 text in a cell": (table({(2, 2): "high"}), SHEET),
    "B44 empty cells": (table({(3, 1): "", (5, 0): ""}), SHEET),
    "B45 negative": (table({(4, 4): "-3"}), SHEET),
    "B53 a sample without reads": (table({(i, 3): "0" for i in range(len(GENES))}), SHEET),
    "B64 a sample twice in the sheet": (table(), SHEET + "S1\ttreated\n"),
    "B65 samples without counts": (table(), SHEET + "S7\ttreated\nS8\ttreated\n"),
}


def write_files(folder: Path, counts: str, sheet: str) -> list[Path]:
    paths = [folder / "counts.tsv", folder / "samples.tsv"]
    for path, text in zip(paths, (counts, sheet), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def said_on_the_command_line(paths: list[Path], capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """Return code and sentence with which `heatleaf run` refuses, or ("", "")."""
    status = main(["run", *map(str, paths), "-o", str(paths[0].parent / "out"), "--quiet"])
    error = " ".join(capsys.readouterr().err.split())
    if status == 0:
        return "", ""
    assert error.startswith("heatleaf: error ["), error
    code, _, sentence = error.removeprefix("heatleaf: error [").partition("] ")
    return code, sentence


@pytest.mark.parametrize("case", BAD)
def test_the_page_says_what_the_command_line_says(
    case: str, browser: Any, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """P6: the same sentence, and the files are still there."""
    paths = write_files(tmp_path, *BAD[case])
    code, sentence = said_on_the_command_line(paths, capsys)
    assert code, f"{case} is refused"
    noise = Noise()
    tab = open_page(browser, address, noise)
    drop_files(tab, paths)
    box = tab.wait_for_selector(".refusal")
    assert " ".join(box.query_selector(".sentence").inner_text().split()) == sentence
    assert box.get_attribute("data-code") == code
    assert box.get_attribute("role") == "alert"
    if tab.url.endswith("/"):
        assert tab.locator(".drop").is_enabled()
    else:
        assert tab.locator(".file b").all_inner_texts() == ["counts.tsv", "samples.tsv"]
        assert tab.locator("#analyse").count() == 0
    assert noise.heard == []


@pytest.mark.parametrize("case", ["B25 transposed", "B31 a gene twice", "B53 a sample without reads"])
def test_one_click_repairs(case: str, browser: Any, address: str, tmp_path: Path) -> None:
    """The repair stands beside the sentence; one click leads on, and it can be taken back."""
    noise = Noise()
    tab = open_page(browser, address, noise)
    drop_files(tab, write_files(tmp_path, *BAD[case]))
    tab.locator(".refusal button[data-repair]").first.click()
    tab.wait_for_selector("#analyse")
    assert tab.locator(".refusal").count() == 0
    tab.locator(".repairs button[aria-pressed=true]").first.click()
    tab.wait_for_selector(".refusal")
    assert noise.heard == []


EVIL = ['<img src="http://evil.test/a" onerror="alert(1)">', "'\"><script>alert(2)</script>", "<svg onload=alert(3)>"]
FOREIGN = "main script, main [onerror], main [onload], main img:not([src^='/api/'])"


def hostile_study(folder: Path) -> list[Path]:
    """Write a study that can be analysed, with markup for names of genes, samples, columns, groups and files."""
    lines = demo_study().counts_text.splitlines()[:2001]
    names = [*EVIL, "S4", "S5", "S6"]
    genes = [line.split("\t", 1) for line in lines[1:]]
    body = [f"{quoted(EVIL[i] if i < 3 else gene)}\t{values}" for i, (gene, values) in enumerate(genes)]
    counts = "\n".join(["\t".join(["gene", *map(quoted, names)]), *body]) + "\n"
    rows = [f"{quoted(name)}\t{quoted(EVIL[2] if i > 2 else 'control')}" for i, name in enumerate(names)]
    sheet = "\n".join([f"sample\t{quoted(EVIL[0])}", *rows]) + "\n"
    counts_path, sheet_path = write_files(folder, counts, sheet)
    return [counts_path.rename(folder / "counts <img src=x onerror=alert(4)>.tsv"), sheet_path]


def test_names_cannot_do_anything(browser: Any, address: str, tmp_path: Path) -> None:
    """S14: names of files, genes, samples, columns and groups are text wherever they stand."""
    noise = Noise()
    paths = hostile_study(tmp_path)
    tab = open_page(browser, address, noise)
    drop_files(tab, paths)
    tab.wait_for_selector("#analyse")
    assert paths[0].name in tab.locator(".file b").all_inner_texts()
    assert EVIL[2] in [tab.locator("input.levelname").nth(i).input_value() for i in range(2)]
    assert set(EVIL) <= set(tab.locator(".chip").all_inner_texts())
    assert tab.locator(FOREIGN).count() == 0
    tab.click("#analyse")
    tab.wait_for_selector(".optionbox .option")
    assert EVIL[2] in tab.locator(".findings .lead").inner_text()
    box = tab.locator(".tablebox").first
    box.locator("input").fill("alert(1)")
    box.locator("tbody th", has_text="alert(1)").wait_for(timeout=20_000)
    tab.wait_for_selector(".hl-body")
    tab.wait_for_timeout(500)
    assert tab.locator(FOREIGN).count() == 0
    tab.click(".brand")
    tab.wait_for_selector(".studylist li")
    assert tab.locator(FOREIGN).count() == 0
    assert noise.heard == []


def test_a_folder_that_is_not_there(browser: Any, address: str) -> None:
    noise = Noise()
    tab = open_page(browser, address, noise)
    tab.fill("#folder", "/no/such/folder")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".refusal[data-code=file_missing]")
    assert "the folder does not exist" in tab.locator(".refusal .sentence").inner_text()
    assert tab.input_value("#folder") == "/no/such/folder"
    assert noise.heard == []


def test_a_server_that_is_gone(browser: Any, tmp_path: Path) -> None:
    """What was entered stays, and the page says what to do."""
    noise = Noise()
    with running_app(tmp_path / "studies") as address:
        tab = open_page(browser, address, noise)
        tab.fill("#folder", "/home/me/counts")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".refusal[data-code=no_answer]")
    assert "heatleaf app" in tab.locator(".refusal").inner_text()
    assert tab.input_value("#folder") == "/home/me/counts"
