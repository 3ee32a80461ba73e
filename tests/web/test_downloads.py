"""What is sent with a file of a result (S15)."""

from __future__ import annotations

from pathlib import Path

import pytest

from heatleaf.web.downloads import send_file, send_folder


@pytest.mark.parametrize("name", ["heatmap.svg", "report.html", "run.json", "heatmap.pdf", "odd.bin"])
def test_every_file_is_an_attachment_in_a_sandbox(name: str, tmp_path: Path) -> None:
    """S15: markup of ours may hold names of users, so it is kept as a file and may do nothing."""
    (tmp_path / name).write_bytes(b"x")
    for answer in (send_file(tmp_path / name), send_folder(tmp_path, "study")):
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        policy = answer.headers["content-security-policy"].split("; ")
        assert policy[:2] == ["sandbox", "default-src 'none'"]
        assert "script" not in answer.headers["content-security-policy"]
