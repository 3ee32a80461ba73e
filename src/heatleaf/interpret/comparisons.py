"""Sentences of one comparison among several: each says of which one it speaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from heatleaf.model import Finding

_PLAIN_STARTS = frozenset({"Strongest", "Among", "Over", "Only", "Over-representation", "Named"})  # words, not names


def name_comparison(findings: Iterable[Finding], title: str) -> tuple[Finding, ...]:
    """Put the title of the comparison before each sentence that does not name it.

    Findings of the design hold for every comparison of a variable and stay as they are.
    """
    return tuple(
        finding
        if finding.topic == "design" or title in finding.text
        else replace(finding, text=f"{title}: {_continued(finding.text)}")
        for finding in findings
    )


def _continued(text: str) -> str:
    return text[:1].lower() + text[1:] if text.split(" ")[0] in _PLAIN_STARTS else text
