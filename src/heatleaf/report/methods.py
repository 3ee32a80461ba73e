"""The few marks of Markdown that the methods text uses, as blocks for the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_CODE = re.compile(r"`([^`]*)`")


@dataclass(frozen=True)
class TextBlock:
    """A heading, a paragraph or an item of a list; `parts` are (is code, text) in turn."""

    kind: Literal["heading", "paragraph", "item"]
    parts: tuple[tuple[bool, str], ...]


def text_blocks(markdown: str) -> list[TextBlock]:
    """Split Markdown of headings, paragraphs, lists and code spans into blocks; the title (`# `) is left out."""
    blocks: list[TextBlock] = []
    for paragraph in re.split(r"\n\s*\n", markdown.strip()):
        if paragraph.startswith("# "):
            continue
        if paragraph.startswith("- "):
            blocks += [TextBlock("item", _parts(line[2:])) for line in paragraph.split("\n")]
        elif paragraph.startswith("#"):
            blocks.append(TextBlock("heading", _parts(paragraph.lstrip("# "))))
        else:
            blocks.append(TextBlock("paragraph", _parts(" ".join(paragraph.split("\n")))))
    return blocks


def _parts(text: str) -> tuple[tuple[bool, str], ...]:
    pieces = _CODE.split(text)
    return tuple((i % 2 == 1, piece) for i, piece in enumerate(pieces) if piece)
