"""The README: every command in it is understood by the command line, every link leads to a file."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from heatleaf.cli import make_parser

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(
    r"^    (heatleaf (?:run|heatmap|differential|enrich|gene|demo)\b[^#\n]*)", README, flags=re.MULTILINE
)


def test_the_two_commands_lead() -> None:
    assert README.index("make demo") < README.index("make test") < README.index("pipx install heatleaf")


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_understood(command: str) -> None:
    _, *words = shlex.split(command)
    assert make_parser().parse_args(words).run


def test_some_commands_are_shown() -> None:
    assert len(COMMANDS) >= 7


def test_links_lead_to_files() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target
