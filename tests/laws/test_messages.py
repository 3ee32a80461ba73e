"""What is said once is said everywhere (R35): terminal, report, run.json."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import numpy as np
import pytest

from heatleaf.cli import main


def words(text: str) -> str:
    return " ".join(text.split())


def test_every_message_stands_in_terminal_report_and_run_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """R35: odd but usable input, so that there is much to say."""
    rng = np.random.default_rng(6)
    counts = rng.negative_binomial(5, 0.03, (70, 6)) + 1
    counts[:3] = 0
    genes = ["NA", "1-Mar", "=1+1", "<b>bold</b>", *(f"G{i}" for i in range(66))]
    lines = ["gene\t" + "\t".join(f"s{i}" for i in range(6))]
    lines += ["\t".join([gene, *map(str, row)]) for gene, row in zip(genes, counts.tolist(), strict=True)]
    table, sheet = tmp_path / "counts.csv", tmp_path / "samples.csv"
    table.write_bytes(b"\xef\xbb\xbf" + "\n".join(lines).encode() + b"\n")
    sheet.write_text("id,group\n" + "".join(f"s{i},{['Ctrl', 'kd'][i // 3]}\n" for i in reversed(range(6))), "utf-8")
    assert main(["run", str(table), str(sheet), "-o", str(tmp_path / "out")]) == 0
    said = words(capsys.readouterr().err)
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    page = words(html.unescape(re.sub(r"<[^>]+>", "", report)))
    codes = {message["code"] for message in record["messages"]}
    assert codes >= {"encoding_bom", "delimiter", "name_like_missing", "gene_date", "name_hostile", "few_genes"}
    assert {message["level"] for message in record["messages"]} == {"warning", "note"}
    for message in record["messages"]:
        assert f"{message['level']} [{message['code']}] {words(message['text'])}" in said
        assert words(message["text"]) in page
    told = sorted((message["level"], message["code"]) for message in record["messages"])
    assert sorted(re.findall(r"\b(warning|note) \[(\w+)\] ", said)) == told
    assert sorted(re.findall(r'<li class="(warning|note)">', report)) == [level for level, _ in told]
