"""Text of users on the terminal (S26): names cannot move the cursor, clear the screen or fake a line."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatleaf.cli import main
from heatleaf.cli.terminal import PhaseLines, print_messages, print_paragraphs, print_summary, printable
from heatleaf.model import Finding, note

HOSTILE = (
    "\x1b[2J",
    "a\nERROR all is lost",
    "b\r",
    "c\x07",
    "\u202egnp.exe",
    "\x9b31m",
    "\x00",
    "\u2066x\u2069",
    "\u200b",
)


@given(st.text())
def test_no_character_of_control_is_left(text: str) -> None:
    shown = printable(text)
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert shown.encode("utf-8", errors="strict").decode() == shown


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_user_text_cannot_steer_the_terminal(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """S26: as an option, a level of a design and a sample name."""
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"G{i}\t{i}\t{i * 7 % 11}\t{i * 5 % 7}\t{i % 13}\n" for i in range(120))
    Path("counts.tsv").write_bytes(f"gene\ts1\ts2\ts3\ts4\n{rows}".encode())
    Path("hostile.tsv").write_bytes(f'gene\t"{name}"\ts2\ts3\ts4\n{rows}'.encode())
    Path("sheet.csv").write_bytes(f'sample,group\ns1,a\ns2,a\ns3,"b{name}"\ns4,"b{name}"\n'.encode())
    for words in (
        ["run", "counts.tsv", "sheet.csv", "-o", "out", "--contrast", "group", f"x{name}", "a"],
        ["differential", "counts.tsv", "sheet.csv", "-o", "table.tsv"],
        ["heatmap", "hostile.tsv", "-o", "figure.svg"],
        ["why", f"G{name}", "out"],
        ["heatmap", f"none{name}.tsv".replace("\0", ""), "-o", "figure.svg"],
    ):
        main(words)
        said = capsys.readouterr()
        text = said.err + said.out
        assert not set(text) & set("\x1b\r\x07\x00\x9b\u202e\u2066"), words
        assert "\nERROR" not in text


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_nothing_that_is_printed_steers_the_terminal(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """S26: findings, messages, phases and explanations, whatever stands in them."""
    found = [Finding("samples", "odd", f"{name} differs.")]
    print_summary(SimpleNamespace(findings=found), Path(f"out{name}"), 1.0)  # type: ignore[arg-type]
    print_messages([note("format", f"{name} recognised", where=name)])
    print_paragraphs(f"{name.replace(chr(10), '')} is a gene.")  # of which each line is one by design
    phases = PhaseLines()
    phases("start", "reading")
    phases("end", f"{name} read")
    said = capsys.readouterr()
    assert all(word in said.out + said.err for word in ("differs.", "recognised", "is a gene.", "read", "report.html"))
    assert not set(said.out + said.err) & set("\x1b\r\x07\x00\x9b\u202e\u2066\u200b")
    assert "\nERROR" not in said.out + said.err


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux")
def test_a_file_name_that_is_no_text_is_printed(tmp_path: Path) -> None:
    """S26, R32: the name is used as it stands, and shown as codes."""
    table = os.fsencode(tmp_path) + b"/counts\xff.tsv"
    rows = "".join(f"G{i}\t{i}\t{i * 7 % 11}\t{i * 5 % 7}\n" for i in range(40))
    with open(table, "wb") as handle:  # noqa: PTH123 - pathlib takes no bytes
        handle.write(f"gene\ts1\ts2\ts3\n{rows}".encode())
    words = ["heatmap", table, "-o", os.fsencode(tmp_path) + b"/figure\xfe.svg"]
    done = subprocess.run([sys.executable, "-m", "heatleaf", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "figure\\udcfe.svg: 39 genes x 3 samples" in done.stdout
    assert os.fsencode("figure\udcfe.svg") in [os.fsencode(path.name) for path in tmp_path.iterdir()]
