"""docs/heatmap_features.md: every feature that is claimed names a test or a figure that exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = re.findall(
    r"^\| (?P<feature>[^|]+) \| (?P<mark>[Y~n]) \|(?P<shown>[^|\n]*)\|$",
    (ROOT / "docs" / "heatmap_features.md").read_text(encoding="utf-8"),
    flags=re.MULTILINE,
)


def test_every_claim_names_what_shows_it() -> None:
    assert len(ROWS) > 50
    tests = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
    figures = {path.name for path in (ROOT / "docs" / "gallery").glob("*.png")}
    for feature, mark, shown in ROWS:
        named = re.findall(r"`([^`]+)`", shown)
        assert bool(named) == (mark != "n"), feature
        assert set(named) <= tests | figures, feature
