"""A sentence of interpretation with the numbers that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One deterministic sentence.

    topic : "samples", "differential", "clusters", "gene_sets", "design"; key : stable name of the sentence's kind.
    numbers : the values in the sentence by name. rests_on : the output file and rows they come from.
    level : "finding", or "caution" for a sentence that says what must not be concluded.
    """

    topic: str
    key: str
    text: str
    numbers: Mapping[str, float | int | str] = field(default_factory=dict)
    rests_on: str = ""
    level: Literal["finding", "caution"] = "finding"
