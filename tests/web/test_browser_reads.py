"""A folder of reads in a real browser: named, checked, quantified, and answered on the page of every study."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from browser_app import Noise, open_page, texts

from reads_cases import Library, make_transcriptome, write_sample

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        shutil.which("kallisto") is None or importlib.util.find_spec("snakemake") is None,
        reason="needs kallisto on PATH and the extra 'reads'",
    ),
]


def test_from_a_folder_of_reads_to_the_answer(browser: Any, address: str, tmp_path: Path) -> None:
    made = make_transcriptome(tmp_path)
    for i in range(6):
        sequences = made.sequences if i < 3 else made.sequences + made.sequences[:6] * 4
        name = f"{'control' if i < 3 else 'treated'}_{i % 3 + 1}"
        write_sample(tmp_path / "reads", name, sequences, Library(n_reads=400, seed=i))
    noise = Noise()
    tab = open_page(browser, address, noise)
    tab.fill("#folder", str(tmp_path / "reads"))
    tab.click(".folder button")
    tab.wait_for_selector(".readsform")
    names = [f"{group}_{i}" for group in ("control", "treated") for i in (1, 2, 3)]
    assert texts(tab, ".readtable tbody th") == names
    assert tab.locator("#analyse").count() == 0

    tab.fill("#transcripts", str(tmp_path / "none.fa"))
    tab.click(".readsform button")
    tab.wait_for_selector(".understood .refusal")
    assert "none.fa: file not found in" in texts(tab, ".understood .refusal")[0]

    tab.fill("#transcripts", str(made.path))
    tab.click(".readsform button")
    tab.wait_for_selector("#analyse")
    assert tab.locator(".refusal").count() == 0
    assert texts(tab, "#analyse") == ["Quantify and analyse"]
    row = tab.locator(".readtable tbody tr").first.inner_text().split("\t")
    assert row[:4] == ["control_1", "400", "pairs", "75"] and row[6:] == ["reverse", "100 %", "good"]

    tab.click("#analyse")
    tab.wait_for_selector(".samplesdone li")
    assert re.match(r"\d of 6: \w+_\d, 400 reads, \d+\.\d% mapped", texts(tab, ".samplesdone li")[0])
    tab.wait_for_selector("#part-reads figure img")
    figures = tab.locator("#part-reads figure").evaluate_all("all => all.map((one) => one.dataset.figure)")
    assert figures == ["reads_quality", "reads_samples"]
    assert "heatleaf quantify reads" in texts(tab, "#part-repeat pre")[0]
    assert noise.heard == []
